"""Every page that links lead to, for every kind of person: no violation of the policy, no
complaint of the browser, nothing axe finds in either theme, nothing wider than a phone.

A page is opened once and looked at in every way: it takes over another theme and another width
by itself.
"""

import re
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PEOPLE, PHONE, Visit, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
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
    visitor: Visitor,
    first: list[str],
    look: Callable[[Visitor, str], None],
    *,
    most: int = 60,
    only: re.Pattern[str] | None = None,
) -> list[str]:
    """Look at one page of each kind, in the order in which links lead there."""
    waiting, known = deque(first), {kind(path) for path in first}
    seen: list[str] = []
    while waiting and len(seen) < most:
        path = waiting.popleft()
        answer = visitor.page.goto(visitor.base + path)
        assert answer is not None
        assert answer.status < 400 or path == "/no-such-page/", f"{path}: {answer.status}"
        seen.append(path)
        links = visitor.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map(a => a.href)"
        )
        look(visitor, path)
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
    return seen


# The pages of readiness and decisions, which a walk from the overview alone does not all reach.
OF_READINESS = re.compile(
    r"readiness|checklists|decisions|lessons|boards|packet|conditions|self-check|compare|in-use|gates"
)


def of_readiness(visitor: Visitor) -> list[str]:
    """Where a walk of them begins, after a board and a list of the company's own were begun."""
    page = visitor.go("/boards/new")
    page.get_by_role("button", name="Prepare the board").click()
    page.wait_for_url(re.compile(r"/boards/\d+/"))
    page = visitor.go("/checklists/new")
    page.get_by_label("Title").fill(f"Rules of the house {datetime.now(UTC):%H%M%S}")
    page.get_by_role("button", name="Begin the draft").click()
    page.wait_for_url(re.compile(r"/checklists/.+/draft/"))
    first = ["/readiness/", "/decisions/", "/checklists/", "/boards/", "/settings/gates/"]
    return [*first, urlsplit(page.url).path]


def settle(page: Page) -> None:
    """Bring everything into view once, so that charts are drawn, and let what moves arrive."""
    if page.locator("[data-chart]").count():
        page.evaluate(
            "async () => { for (let y = 0; y < document.body.scrollHeight; y += 600)"
            " { scrollTo(0, y); await new Promise(r => setTimeout(r, 60)); } scrollTo(0, 0); }"
        )
        waiting = "[data-chart]:not(:has(.main-svg)):not(:has(.chart-error:not([hidden])))"
        expect(page.locator(waiting)).to_have_count(0)
    page.evaluate("Promise.allSettled(document.getAnimations().map(a => a.finished))")


def in_the_light(page: Page) -> list[str]:
    """What axe finds, by rule and element."""
    return told(Axe().run(page).response)


def in_the_dark(page: Page) -> list[str]:
    """The same of what colours decide, after the page has changed its own."""
    page.emulate_media(color_scheme="dark")
    settle(page)
    run = (
        "axe.run({runOnly: ['color-contrast', 'link-in-text-block'], resultTypes: ['violations']})"
    )
    found = told(page.evaluate(run))
    page.emulate_media(color_scheme="light")
    return found


def told(response: dict[str, Any]) -> list[str]:
    found = response["violations"]
    return [f"{v['id']}: {n['html'][:160]}" for v in found for n in v["nodes"]]


def on_a_phone(page: Page) -> list[str]:
    """Whether anything is wider than it."""
    page.set_viewport_size(PHONE)
    settle(page)
    width = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size(DESK)
    return [f"{width} px"] if width > PHONE["width"] else []


@pytest.mark.parametrize("who", ["", "readiness", *PEOPLE])
def test_every_page_obeys_the_policy_pleases_axe_and_fits_a_phone(visit: Visit, who: str) -> None:
    visitor = visit("administrator" if who == "readiness" else who)
    # Every kind of page is one of these persons' in the dark and on a phone as well.
    whole = who in ("", "readiness", "administrator")
    found: list[str] = []

    def look(visitor: Visitor, path: str) -> None:
        page = visitor.page
        settle(page)
        wrong = []
        if not FOREIGN.match(path):
            wrong += in_the_light(page)
        if whole and not FOREIGN.match(path):
            wrong += [f"dark: {text}" for text in in_the_dark(page)]
            wrong += on_a_phone(page)
        wrong += visitor.violations()
        found.extend(f"{path} {text}" for text in wrong)

    if who == "readiness":
        seen = walk(visitor, of_readiness(visitor), look, most=40, only=OF_READINESS)
        assert len(seen) >= 25
    else:
        seen = walk(visitor, [*(["/"] if who else []), *ALSO.get(who, [])], look)
        assert len(seen) >= (20 if who else 4)
    found += [text for text in visitor.complaints if "404" not in text]
    assert not found, "\n".join(dict.fromkeys(found))


@pytest.mark.parametrize("path", ["/", "/pilots/", "/readiness/"])
def test_a_page_that_opens_in_the_dark(visit: Visit, path: str) -> None:
    visitor = visit("administrator", theme="dark")
    page = visitor.go(path)
    settle(page)
    assert [*in_the_light(page), *visitor.violations(), *visitor.complaints] == []


@pytest.mark.parametrize("path", ["/", "/pilots/", "/readiness/"])
def test_a_page_that_opens_on_a_phone(visit: Visit, path: str) -> None:
    page = visit("administrator", size=PHONE).go(path)
    settle(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
