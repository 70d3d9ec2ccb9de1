"""Timelines of a pilot, a unit and the portfolio, through HTTP."""

import csv
import io
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine

from accounts.models import User
from common import clock
from portfolio.actions import metrics, people, pilots, stages, updates
from portfolio.models import Channel, Event, Flag, Pilot
from portfolio.queries.history import Change
from portfolio.queries.timeline import Scope, timeline
from portfolio.queries.timeline_kinds import KINDS, kind_of, verbs_of
from portfolio.templatetags.timelines import _change
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import as_, statements, text

WEB = Channel.WEB


def eventful(cast: Cast, name: str = "Coin counter", **values: Any) -> Pilot:
    """A pilot to which something of every kind has happened."""
    pilot = factories.pilot(cast.mona, name, owner=cast.alice, **values)
    pilots.edit(pilot=pilot, by=cast.mona, channel=WEB, problem="Nights are long.")
    metric = metrics.add(pilot=pilot, by=cast.alice, channel=WEB, name="Coins")
    metrics.read(metric=metric, by=cast.alice, channel=WEB, value=Decimal(5))
    updates.post(
        pilot=pilot, by=cast.alice, channel=Channel.EMAIL, health="at_risk", note="Stuck.",
        next_step="Oil", next_step_due=clock.today(),
    )  # fmt: skip
    Flag.objects.create(
        pilot=pilot, rule="NO_OUTLET", severity="M", since=clock.today(), opened_at=clock.now(),
        closed_at=clock.now() + timedelta(seconds=1),
    )  # fmt: skip
    return pilot


def whole(scope: Scope, kind: str = "", size: int = 3) -> list[tuple[str, str]]:
    """Every line, page by page."""
    found, cursor = [], ""
    while True:
        page = timeline(scope, kind=kind, cursor=cursor, size=size)
        found += [(line.kind, line.headline) for line in page.rows]
        if not (cursor := page.next):
            return found


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (
            "https://wiki.example.com/a/rate_limits?x=<b>",
            (
                'href="https://wiki.example.com/a/rate_limits?x=&lt;b&gt;" '
                'rel="noopener noreferrer nofollow" target="_blank">wiki.example.com</a>'
            ),
        ),
        ("https://bank.example@evil.example/", "<ins>https://bank.example@evil.example/</ins>"),
        ("javascript:alert(1)", "<ins>javascript:alert(1)</ins>"),
        ("https://wiki.example.com/ and more", "<ins>https://wiki.example.com/ and more</ins>"),
    ],
)
def test_a_link_is_told_by_the_name_of_its_place(value: str, shown: str) -> None:
    assert shown in _change(Change("Evidence link", "", value))


def test_everything_stands_in_one_stream_newest_first(cast: Cast) -> None:
    pilot = eventful(cast)
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/history/"))
    for words in (
        "registered the pilot", "posted an update", "E-mail", "Stuck.", "Next: Oil",
        "recorded a reading", "opened the flag", "closed the flag", "assigned",
        "Nights are long.",
    ):  # fmt: skip
        assert words in html, words
    assert html.index("posted an update") < html.index("registered the pilot")
    moments = [line.at for line in timeline(Scope.of_pilot(pilot.pk)).rows]
    assert moments == sorted(moments, reverse=True)


@pytest.mark.parametrize("kind", ["changes", "people", "updates", "readings", "flags"])
def test_by_kind(cast: Cast, kind: str) -> None:
    pilot = eventful(cast)
    for scope in (Scope.of_pilot(pilot.pk), Scope.of_all(cast.vera)):
        found = whole(scope, kind)
        assert found
        assert {line[0] for line in found} == {kind}
        assert found == [line for line in whole(scope) if line[0] == kind]
    html = text(as_(cast.vera).get(f"/timeline/?kind={kind}"))
    assert 'aria-current="page">' + KINDS[kind] in html


def test_stage_moves(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, stage="poc", stage_since=clock.today())
    stages.change(pilot=pilot, by=cast.mona, channel=WEB, stage="stopped", decided=True)
    found = timeline(Scope.of_pilot(pilot.pk), kind="stages").rows
    assert [line.headline for line in found] == ["changed the stage"]
    assert ("Stage", "PoC", "Stopped") in {(c.label, c.before, c.after) for c in found[0].changes}


def test_an_update_that_was_taken_back_says_so(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    said = updates.post(pilot=pilot, by=cast.alice, channel=WEB, health="on_track", note="Fine.")
    updates.take_back(update=said, by=cast.alice, channel=WEB)
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/history/?kind=updates"))
    assert "took an update back" in html
    assert '<span class="tag">taken back</span>' in html


def test_pages_neither_repeat_nor_leave_out(cast: Cast) -> None:
    """Many rows of one moment, as a sweep makes them, in both histories."""
    pilot, moment = factories.pilot(cast.mona), clock.now()
    Event.objects.bulk_create(
        Event(at=moment, pilot=pilot, actor=cast.mona, verb="pilot.edited", channel="web",
              after={"name": f"Name {n}"}) for n in range(23)
    )  # fmt: skip
    Flag.objects.bulk_create(
        Flag(pilot=pilot, rule=f"RULE_{n}", severity="L", since=clock.today(), opened_at=moment,
             closed_at=moment) for n in range(17)
    )  # fmt: skip
    scope = Scope.of_pilot(pilot.pk)
    at_once = timeline(scope, size=500)
    expected = [(line.kind, line.headline) for line in at_once.rows]
    assert len(expected) >= 23 + 2 * 17
    for size in (1, 7, 50):
        assert whole(scope, size=size) == expected
    names = [line.changes[0].after for line in at_once.rows if line.headline == "edited"]
    assert len(set(names)) == 23


def test_a_cursor_of_another_timeline_starts_again(cast: Cast) -> None:
    eventful(cast)
    cursor = timeline(Scope.of_all(cast.vera), size=2).next
    client = as_(cast.vera)
    assert "To the newest" in text(client.get(f"/timeline/?cursor={cursor}"))
    for address in (f"/timeline/?kind=people&cursor={cursor}", "/timeline/?cursor=nonsense"):
        assert "That place is gone" in text(client.get(address))
    assert client.get("/timeline/?kind=nonsense").status_code == 200


def seen(person: User, address: str) -> str:
    return text(as_(person).get(address))


def test_a_restricted_pilot_leaks_nowhere(cast: Cast) -> None:
    sales = factories.unit("Sales")
    eventful(cast, "Open one", unit=sales)
    eventful(cast, "Secret one", unit=sales, restricted=True)
    for address in ("/timeline/", f"/units/{sales.pk}/timeline/"):
        for kind in ("", *KINDS):
            for form in ("", "csv"):
                url = f"{address}?kind={kind}&format={form}"
                for who in (cast.vera, cast.ed, cast.ada, cast.bob):
                    response = as_(who).get(url)
                    body = b"".join(response) if form else response.content
                    assert b"Secret one" not in body, (url, who)
                    assert response.status_code == 200
        for who in (cast.mona, cast.alice, cast.otto):
            assert "Secret one" in seen(who, address)
            assert "Open one" in seen(who, address)


def test_a_unit_shows_itself_and_what_is_below(cast: Cast) -> None:
    eventful(cast, "Here", unit=factories.unit("Sales", "North"))
    eventful(cast, "Elsewhere", unit=factories.unit("Legal"))
    html = seen(cast.vera, f"/units/{factories.unit('Sales').pk}/timeline/")
    assert "Here" in html
    assert "Elsewhere" not in html
    assert as_(cast.vera).get("/units/999999/timeline/").status_code == 404


def test_what_is_shown_as_a_file(cast: Cast) -> None:
    pilot = eventful(cast)
    updates.post(pilot=pilot, by=cast.alice, channel=WEB, health="off_track", note="=cmd|'calc'")
    response = as_(cast.vera).get(f"/pilots/{pilot.ref}/history/?kind=updates&format=csv")
    body = b"".join(response).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(body)))
    assert [row["what"] for row in rows] == ["posted an update"] * 2
    assert rows[0]["text"].startswith("Off track\n=cmd")
    assert "Health: unknown -> At risk" in rows[1]["changes"]
    assert f"timeline-{pilot.ref}-updates-" in response["Content-Disposition"]


def test_as_many_questions_at_any_length(cast: Cast) -> None:
    counts = []
    client = as_(cast.vera)
    for n in range(2):
        eventful(cast, f"Pilot {n}")
        counts.append([statements(client, url) for url in ("/timeline/", "/timeline/?kind=people")])
    assert counts[0] == counts[1]
    assert max(counts[1]) <= 6


def test_every_verb_has_a_kind() -> None:
    assert set(KINDS) >= {kind_of(verb) for kind in KINDS for verb in verbs_of(kind)}
    assert verbs_of("stages") == ("pilot.stage_changed",)


def test_a_year_ago_is_still_there(cast: Cast) -> None:
    with time_machine.travel(clock.now() - timedelta(days=400)):
        pilot = factories.pilot(cast.mona)
    people.assign(pilot=pilot, person=cast.bob, by=cast.mona, channel=WEB)
    lines = timeline(Scope.of_pilot(pilot.pk)).rows
    assert lines[-1].headline == "registered the pilot"
    assert lines[-1].day <= clock.today() - timedelta(days=399)


def test_flags_that_opened_together_are_one_line(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    for rule in ("NO_OUTLET", "NO_METRIC"):
        Flag.objects.create(
            pilot=pilot, rule=rule, severity="M", since=clock.today(), opened_at=clock.now()
        )
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/history/"))
    assert "opened 2 flags" in html
    assert "No outlet</b>: " in html
    assert "opened the flag No outlet" not in html


def test_a_number_is_told_without_the_zeros_of_its_column(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    metric = metrics.add(pilot=pilot, by=cast.alice, channel=WEB, name="Coins")
    metrics.read(metric=metric, by=cast.alice, channel=WEB, value=Decimal("27.50000000"))
    html = text(as_(cast.vera).get(f"/pilots/{pilot.ref}/history/"))
    assert "<ins>27.5</ins>" in html
