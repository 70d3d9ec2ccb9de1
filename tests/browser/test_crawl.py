"""Every page that links lead to, for every kind of person: no violation of the policy, no
complaint of the browser, nothing axe finds in either theme, nothing wider than a phone."""

import re
from collections import deque
from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import PEOPLE, PHONE, Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(600)]
LEAVE_OUT = re.compile(r"\.(csv|json|xlsx|ics|eml|txt|toml)$|/export|/logout/|^/static/|/source$")
FOREIGN = re.compile(r"^/admin/")  # Django's own pages: our policy, their design.
# Pages that no link leads to from here.
ALSO = {
    "": ["/account/login/", "/account/password/reset/", "/account/signup/", "/no-such-page/"],
    "viewer": ["/account/logout/", "/account/password/change/", "/account/2fa/app/add/"],
}


def kind(path: str) -> str:
    """Pages of one kind differ by numbers only."""
    return re.sub(r"\d+", "n", path)


def walk(
    visitor: Visitor, first: list[str], most: int = 60, only: re.Pattern[str] | None = None
) -> list[str]:
    """One address of each kind of page, in the order in which links lead there."""
    waiting, known = deque(first), {kind(path) for path in first}
    found: list[str] = []
    while waiting and len(found) < most:
        path = waiting.popleft()
        answer = visitor.page.goto(visitor.base + path)
        assert answer is not None
        assert answer.status < 400 or path == "/no-such-page/", f"{path}: {answer.status}"
        found.append(path)
        links = visitor.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(a => a.href)"
        )
        for link in links:
            parts = urlsplit(link)
            if not link.startswith(f"{visitor.base}/") or LEAVE_OUT.search(parts.path):
                continue
            if "format=csv" in parts.query:  # a download
                continue
            if only and not only.search(parts.path):
                continue
            if kind(parts.path) not in known:
                known.add(kind(parts.path))
                waiting.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


# The pages of readiness and decisions, which a walk from the overview alone does not all reach.
OF_READINESS = re.compile(
    r"readiness|checklists|decisions|lessons|boards|packet|conditions|self-check|compare|in-use|gates"
)


def of_readiness(visitor: Visitor, most: int = 40) -> list[str]:
    """One of each kind of them, after a board and a list of the company's own were begun."""
    page = visitor.go("/boards/new")
    page.get_by_role("button", name="Prepare the board").click()
    page.wait_for_url(re.compile(r"/boards/\d+/"))
    page = visitor.go("/checklists/new")
    page.get_by_label("Title").fill(f"Rules of the house {datetime.now(UTC):%H%M%S}")
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url(re.compile(r"/checklists/.+/draft/"))
    first = ["/readiness/", "/decisions/", "/checklists/", "/boards/", "/settings/gates/"]
    return walk(visitor, [*first, urlsplit(page.url).path], most, only=OF_READINESS)


def settle(page: Page) -> None:
    """Bring everything into view once, so that charts are drawn."""
    page.evaluate(
        "async () => { for (let y = 0; y < document.body.scrollHeight; y += 600)"
        " { scrollTo(0, y); await new Promise(r => setTimeout(r, 60)); } scrollTo(0, 0); }"
    )
    waiting = "[data-chart]:not(:has(.main-svg)):not(:has(.chart-error:not([hidden])))"
    expect(page.locator(waiting)).to_have_count(0)


def wrong(page: Page) -> list[str]:
    """What axe finds, by rule and element."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


@pytest.mark.parametrize("who", ["", *PEOPLE])
def test_every_page_obeys_the_policy_and_pleases_axe(visit: Visit, who: str) -> None:
    light = visit(who)
    paths = walk(light, [*(["/"] if who else []), *ALSO.get(who, [])])
    assert len(paths) >= len(ALSO.get(who, []))
    found: list[str] = []
    # Every kind of page is one of these two persons' in the dark as well.
    for theme in ("light", "dark") if who in ("", "administrator") else ("light",):
        visitor = light if theme == "light" else visit(who, theme="dark")
        for path in paths:
            page = visitor.go(path)
            settle(page)
            found += [f"{path} {theme}: {text}" for text in visitor.violations()]
            if not FOREIGN.match(path):
                found += [f"{path} {theme}: {text}" for text in wrong(page)]
        said = [text for text in visitor.complaints if "404" not in text]
        found += [f"{theme}: {text}" for text in said]
    assert not found, "\n".join(dict.fromkeys(found))


def test_every_page_of_readiness_obeys_the_policy_pleases_axe_and_fits_a_phone(
    visit: Visit,
) -> None:
    light = visit("administrator")
    paths = of_readiness(light)
    assert len(paths) >= 25
    found: list[str] = []
    for visitor in (light, visit("administrator", theme="dark")):
        for path in paths:
            page = visitor.go(path)
            settle(page)
            found += [f"{path}: {text}" for text in (*visitor.violations(), *wrong(page))]
        found += visitor.complaints
    phone = visit("administrator", size=PHONE)
    for path in paths:
        width = phone.go(path).evaluate("document.documentElement.scrollWidth")
        found += [f"{path}: {width} px"] if width > PHONE["width"] else []
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("who", ["", "administrator"])
def test_nothing_is_wider_than_a_phone(visit: Visit, who: str) -> None:
    paths = walk(visit(who), [*(["/"] if who else []), *ALSO.get(who, [])])
    phone = visit(who, size=PHONE)
    wide = []
    for path in paths:
        if FOREIGN.match(path):
            continue
        page = phone.go(path)
        settle(page)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > PHONE["width"]:
            wide.append(f"{path}: {width}")
    assert not wide, "\n".join(wide)
