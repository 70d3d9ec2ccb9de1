"""The demo company: the same for the same day, and true to its dates."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from itertools import pairwise

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import User
from config.demo.company import PEOPLE
from config.demo.findings import findings
from config.demo.shapes import Told
from config.demo.story import company
from portfolio.models import Pilot
from tests.factories import Cast, pilot

DAY = date(2026, 11, 20)
DAYS = [DAY, date(2024, 2, 29), date(2026, 3, 29), date(2027, 1, 1)]


def noon() -> time_machine.travel:
    """The middle of DAY, for the length of a with block."""
    return time_machine.travel(datetime.combine(DAY, time(12), UTC), tick=False)


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with noon():
        yield


def dates(one: Told) -> list[date]:
    """Every day on which something happened."""
    return [
        *(span.bound for span in one.spans), *(said.on for said in one.updates),
        *(day for m in one.metrics for day, _ in m.readings), *(m.since for m in one.metrics),
        *(a.since for a in one.answers), *(a.until for a in one.answers if a.until),
        *(a.on for a in one.asked), *(a.answered for a in one.asked if a.answered),
        *(f.on for f in one.foreseen), *(h.since for h in one.people),
        *(h.until for h in one.people if h.until),
    ]  # fmt: skip


def test_the_same_day_makes_the_same_company() -> None:
    assert company(DAY) == company(DAY)
    assert len(company(DAY)) == 117


@pytest.mark.parametrize("day", DAYS)
def test_the_story_moves_with_the_day(day: date) -> None:
    first, other = company(DAY), company(day)
    assert [one.name for one in first] == [one.name for one in other]
    shift = day - DAY
    assert [one.registered + shift for one in first] == [one.registered for one in other]


def test_nothing_happens_in_the_future_or_before_the_registration() -> None:
    for one in company(DAY):
        assert max(dates(one)) <= DAY, one.name
        assert min(dates(one)) >= one.registered, one.name
        assert one.registered >= DAY - timedelta(days=620), one.name
        assert all(a.until == b.bound for a, b in zip(one.spans, one.spans[1:], strict=False))


def test_flags_of_the_past_never_overlap() -> None:
    for one in company(DAY):
        by_rule: dict[str, list[tuple[date, date]]] = {}
        for found in findings(one, DAY):
            span = (found.opened, found.closed or date.max)
            by_rule.setdefault(found.rule, []).append(span)
        for spans in by_rule.values():
            spans.sort()
            assert all(a[1] <= b[0] for a, b in pairwise(spans)), one.name


def test_the_command_fills_an_empty_database_once(db: None) -> None:
    out = StringIO()
    call_command("seed_demo", stdout=out)
    said = out.getvalue()
    assert "117 pilots" in said
    password = said.split("shown only now: ")[1].split("\n")[0]
    shown = [person.email for person in PEOPLE if person.note]
    assert all(email in said for email in shown)
    client = Client()
    assert client.login(email=shown[0], password=password)
    assert User.objects.get(email=shown[0]).has_usable_password()
    again = StringIO()
    call_command("seed_demo", stdout=again)
    assert "here already" in again.getvalue()
    assert Pilot.objects.count() == 117


def test_the_command_refuses_a_database_with_pilots(cast: Cast) -> None:
    pilot(cast.mona)
    with pytest.raises(CommandError, match="folder of its own"):
        call_command("seed_demo")
    assert Pilot.objects.count() == 1
