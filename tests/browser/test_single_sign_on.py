"""Single sign-on in a real browser: our policy lets the form through to the provider and back."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import LISTEN
from tests.chromium import window
from tests.identity_provider import CLIENT, SECRET, Provider, running
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def idp() -> Iterator[Provider]:
    with running() as provider:
        provider.set(
            person={"sub": "1", "email": "sam@example.com", "email_verified": True, "name": "Sam"}
        )
        yield provider


@pytest.fixture
def installation(idp: Provider, browser: Browser) -> Iterator[Installation]:
    made = Installation(
        PILOTAGE_OIDC_ISSUER=idp.issuer, PILOTAGE_OIDC_CLIENT_ID=CLIENT,
        PILOTAGE_OIDC_CLIENT_SECRET=SECRET, PILOTAGE_OIDC_NAME="Example ID",
        PILOTAGE_OIDC_CREATE="true",
    )  # fmt: skip
    try:
        made.up()
        yield made
    finally:
        made.close()


def test_there_and_back(browser: Browser, installation: Installation) -> None:
    context = window(browser)
    context.add_init_script(LISTEN)
    page = context.new_page()
    base = f"http://localhost:{installation.port}"
    page.goto(f"{base}/account/login/?next=/account/")
    page.get_by_role("button", name="Sign in with Example ID").click()
    page.wait_for_url(f"{base}/account/")
    expect(page.get_by_text("sam@example.com")).to_be_visible()
    expect(page.get_by_role("button", name="Unlink")).to_be_visible()
    assert page.evaluate("window.violations") == []
    context.close()
