"""Passkeys in a real browser, with an authenticator that Chromium plays."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PASSWORD, Visit, Visitor
from tests.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def device(visitor: Visitor, *, verifies: bool = True) -> None:
    """Plug a device in that answers every question at once."""
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": verifies, "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.fixture
def paula(stack: Installation) -> str:
    """Somebody of this test's own, since factors stay."""
    address = "paula@example.com"
    done = stack.run(
        "manage", "create_user", address, "--role", "viewer", "--password-stdin",
        input=f"{PASSWORD}\n",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return address


def with_password(visitor: Visitor, address: str) -> Page:
    page = visitor.go("/account/login/")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    return page


def test_a_passkey_signs_in_alone_and_is_the_second_factor(visit: Visit, paula: str) -> None:
    visitor = visit()
    device(visitor)
    page = with_password(visitor, paula)
    page.wait_for_url(f"{visitor.base}/")
    visitor.go("/account/")
    page.get_by_role("link", name="Add", exact=True).click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Name").fill("Work laptop")
    page.wait_for_load_state()  # A passkey is the script's work.
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    assert visitor.violations() == []
    visitor.go("/account/")
    expect(page.get_by_text("Work laptop")).to_be_visible()
    # Alone, in place of the password.
    visitor.context.clear_cookies()
    visitor.go("/account/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url(f"{visitor.base}/")
    # And after the password.
    visitor.context.clear_cookies()
    with_password(visitor, paula)
    expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(f"{visitor.base}/")
    assert visitor.violations() == []
    assert visitor.complaints == []
    # Another device does not know it, and says so in words.
    stranger = visit()
    device(stranger)
    stranger.go("/account/login/")
    stranger.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(stranger.page.get_by_role("alert")).to_contain_text("Try again")
    assert stranger.violations() == []
