"""The gate packet on paper: how many sides, how small its letters, what stands on the first."""

import re
from collections.abc import Iterator
from datetime import timedelta
from mimetypes import guess_type
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from common import clock
from portfolio.models import Channel, Metric, Pilot
from readiness.actions import decisions
from tests.chromium import window
from tests.factories import CHARTER, Cast, pilot
from tests.factories.answers import answer
from tests.factories.decided import condition, decide

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
ORIGIN = "http://paper.example"
WIDTH = 703
"""CSS pixels of A4 (210 mm) without the packet's margins of 12 mm on both sides."""
HEIGHT = 1039
SMALLEST = 8 * 96 / 72
"""8 pt in CSS pixels."""
# The size of every letter that is printed, times what the page is zoomed by.
LETTERS = """() => {
  const walk = document.createTreeWalker(document.getElementById("packet"), NodeFilter.SHOW_TEXT);
  const found = [];
  while (walk.nextNode()) {
    const box = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || box.closest(".vh, script, style")) continue;
    if (!box.getClientRects().length) continue;
    const zoom = box.currentCSSZoom ?? 1;
    found.push([parseFloat(getComputedStyle(box).fontSize) * zoom, walk.currentNode.data.trim()]);
  }
  return found;
}"""


@pytest.fixture
def paper(browser: Browser) -> Iterator[Page]:
    """A window before which pages of the test's own database are laid, with their styles."""
    context = window(browser, viewport={"width": WIDTH, "height": HEIGHT})
    page = context.new_page()

    def style(route: Route) -> None:
        name = route.request.url.removeprefix(f"{ORIGIN}/static/")
        file = finders.find(name)
        if not isinstance(file, str):
            return route.fulfill(status=404)
        return route.fulfill(path=file, content_type=guess_type(name)[0])

    page.route(f"{ORIGIN}/static/**", style)
    yield page
    context.close()


def lay(page: Page, one: Pilot, who: Any) -> bytes:
    """The packet as this person prints it."""
    client = Client()
    client.force_login(who)
    url = reverse("pilot-packet", args=[one.ref])
    html = client.get(url).content.decode()
    page.route(f"{ORIGIN}{url}", lambda r: r.fulfill(body=html, content_type="text/html"))
    page.goto(f"{ORIGIN}{url}")
    page.emulate_media(media="print")
    return page.pdf(prefer_css_page_size=True)


def sides(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def last_line(page: Page, heading: str) -> float:
    """Where the section of that heading ends, in CSS pixels from the top of the paper."""
    section = page.locator(f"#packet section:has(> header > #{heading})")
    return float(section.evaluate("e => e.getBoundingClientRect().bottom + scrollY"))


def with_much(cast: Cast) -> Pilot:
    """About as much as a real pilot carries: everything is said, much is open, much was decided."""
    words = "What is said here is as long as people write when they mean it. "
    said = dict.fromkeys(
        ("problem", "hypothesis", "ready_when", "stop_when", "planned_outlet"), words * 2
    )
    one = pilot(
        cast.mona, "Reads the incoming mail of all claims departments", owner=cast.alice,
        stage="pilot", **CHARTER | said, summary=words * 2,
        third_party=True, uses_llm=True,
    )  # fmt: skip
    for n in range(6):
        Metric.objects.create(
            pilot=one, name=f"Right without rework in week {n}", unit="%", cadence_days=30,
            baseline=60, target=90, since=clock.today() - timedelta(days=90),
        )  # fmt: skip
    soon = clock.today() + timedelta(days=9)
    for code in ("latency", "cost", "training"):
        answer(one, code, cast.alice, until=soon)
    for code in ("fallback", "alerting"):
        answer(one, code, cast.ed, "waived", link="", note=words, until=soon)
    for n in range(4):
        decide(one, cast.mona, cast.ed, "hold", reason=words * 3)
        condition(one, cast.alice, cast.mona, cast.ed, what=f"{n} {words}", due=soon)
    return one


def test_a_usual_packet_is_one_side(paper: Page, cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="poc", **CHARTER)
    Metric.objects.create(
        pilot=one, name="Right", unit="%", target=90, since=clock.today(), cadence_days=30
    )
    answer(one, "latency", cast.alice)
    assert sides(lay(paper, one, cast.mona)) == 1
    proposal = {
        "outcome": "go",
        "to_stage": "pilot",
        "reason": "It works.",
        "terms": {"next_decide_by": (clock.today() + timedelta(days=60)).isoformat()},
    }
    decisions.propose(pilot=one, by=cast.mona, channel=Channel.WEB, **proposal)  # type: ignore[arg-type]
    assert sides(lay(paper, one, cast.ed)) == 1


def test_the_fullest_packet_is_one_sheet_that_can_be_read(paper: Page, cast: Cast) -> None:
    one = with_much(cast)
    assert sides(lay(paper, one, cast.mona)) <= 2
    letters = paper.evaluate(LETTERS)
    small = [words for size, words in letters if size < SMALLEST - 0.01]
    assert len(letters) > 100
    assert not small, small
    # A wider page would be made smaller as a whole by the browser.
    assert paper.evaluate("document.documentElement.scrollWidth") <= WIDTH
    for heading in ("decide-title", "gate", "metrics", "flags", "money", "conditions"):
        assert last_line(paper, heading) <= HEIGHT, f"{heading} is not on the first side."
    assert paper.locator("#packet .tile", has_text="Production readiness").is_visible()
    for words in ("Proposed by", "Approved by"):
        assert paper.locator("#packet .sign", has_text=words).is_visible()
    assert not paper.locator("#packet form:visible, #packet .btn:visible").count()
    # Whoever works in the dark prints dark ink on white paper all the same.
    paper.evaluate("document.documentElement.dataset.theme = 'dark'")
    ink = paper.evaluate("getComputedStyle(document.querySelector('#packet h1')).color")
    assert max(int(part) for part in re.findall(r"\d+", ink)[:3]) < 100, ink


def test_a_proposal_on_paper_is_approved_or_declined_by_hand(paper: Page, cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, stage="poc", **CHARTER)
    until = (clock.today() + timedelta(days=30)).isoformat()
    decisions.propose(
        pilot=one, by=cast.mona, channel=Channel.WEB, outcome="hold", reason="Money is late.",
        terms={"until": until},
    )  # fmt: skip
    lay(paper, one, cast.ed)
    signs = paper.locator("#packet .sign")
    assert signs.locator(".choice").all_inner_texts() == ["Approved", "Declined"]
    assert paper.get_by_text("Money is late.").is_visible()
    paper.emulate_media(media="screen")
    assert not signs.is_visible(), "On a screen the buttons do it."
