"""Every number of the Overview against plain Python and against the list behind it."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.access import roles_of
from accounts.models import User
from common import charts
from portfolio.actions import rollup
from portfolio.filters import PilotFilter
from portfolio.models import ACTIVE_STAGES, Pilot, Rollup
from portfolio.queries import overview, overview_page
from portfolio.queries.figures import RULES, UNKNOWN, age_class
from portfolio.querysets import STALLING_RULES
from tests import factories
from tests.factories import Cast
from tests.portfolio.charts.numbers import DAY, make

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel("2026-06-30T12:00:00Z", tick=False):
        yield factories.make_cast()


def listed(user: User, url: str) -> int:
    """How many rows the list at this address has for this person."""
    query = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    visible = Pilot.objects.visible_to(user)
    filtered = PilotFilter(query, visible, user=user, as_of=DAY)
    assert filtered.unreadable == []
    assert set(filtered.chosen) == set(query)
    return int(filtered.qs.count())


def plain(user: User) -> list[dict[str, Any]]:
    """The same facts about every visible pilot, without SQL aggregates."""
    facts = []
    for pilot in Pilot.objects.visible_to(user).prefetch_related("flags").select_related("unit"):
        flags = {
            f.rule
            for f in pilot.flags.all()
            if f.closed_at is None and (f.snoozed_until is None or f.snoozed_until < DAY)
        }
        active = pilot.stage in ACTIVE_STAGES
        held = active and pilot.on_hold_until is not None and pilot.on_hold_until >= DAY
        age = UNKNOWN
        if pilot.stage_since:
            age = age_class((DAY - pilot.stage_since).days)
        facts.append(
            {
                "pilot": pilot, "flags": flags, "active": active, "held": held, "age": age,
                "stalled": active and not held and bool(flags & set(STALLING_RULES)),
                "root": pilot.unit.path.split(" / ")[0],
            }
        )  # fmt: skip
    return facts


def assert_right(user: User, numbers: overview.Numbers) -> None:
    facts = plain(user)
    counts = numbers.total()
    assert counts.pilots == len(facts)
    assert counts.stalled == sum(f["stalled"] for f in facts)
    assert counts.held == sum(f["held"] for f in facts)
    for rule in RULES:
        assert getattr(counts, rule.lower()) == sum(rule in f["flags"] for f in facts), rule
    known = [f["pilot"].monthly_burn for f in facts if f["stalled"] and f["pilot"].monthly_burn]
    assert counts.burn == sum(known)
    for (stage, age), group in numbers.groups.items():
        rows = [f for f in facts if f["pilot"].stage == stage and f["age"] == age]
        assert group.pilots == len(rows), (stage, age)
    for unit in numbers.units:
        rows = [f for f in facts if f["root"] == unit.root_name and f["active"]]
        assert (unit.active, unit.stalled) == (len(rows), sum(f["stalled"] for f in rows))


def assert_links(user: User, numbers: overview.Numbers) -> None:
    """Every number that is a link opens exactly so many rows."""
    page = overview_page.build(numbers)
    pairs = [(tile.number, tile.url) for tile in page.tiles]
    pairs += [(page.all, page.urls["all"]), (page.undecided, page.urls["undecided"])]
    pairs += [(page.held, page.urls["held"]), (page.unknown_age, page.urls["unknown_age"])]
    reach = page.reach
    pairs += [(reach.shipped, reach.shipped_url), (reach.lost, reach.lost_url)]
    pairs += [(reach.underway, reach.underway_url)]
    for unit in page.units:
        pairs += [(unit.active, unit.url), (unit.stalled, unit.stalled_url)]
        pairs += [(unit.no_owner, unit.no_owner_url)]
    for code in ("stages", "ageing", "gaps", "units"):
        for row in charts.charts.get(code).table(numbers).rows:
            pairs += [(c.text, c.url) for c in row if isinstance(c.text, int) and c.url]
    assert len(pairs) > 60
    for number, url in pairs:
        assert url.startswith("/pilots/")
        assert listed(user, url) == number, url


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_numbers_equal_plain_python_and_the_lists_behind_them(cast: Cast, seed: int) -> None:
    make(cast, 80, seed)
    for user in (cast.vera, cast.alice, cast.mona):
        numbers = overview.load(user, DAY)
        assert numbers.computed_at is None
        assert_right(user, numbers)
        assert_links(user, numbers)


@pytest.mark.parametrize("seed", [4, 5])
def test_the_rollup_and_the_restricted_on_top_say_the_same_as_counting_live(
    cast: Cast, seed: int
) -> None:
    make(cast, 80, seed)
    live = {user.pk: overview.load(user, DAY) for user in (cast.vera, cast.alice, cast.mona)}
    rollup.refresh(live=10)
    for user in (cast.vera, cast.alice, cast.mona):
        kept, counted = overview.load(user, DAY), live[user.pk]
        assert kept.computed_at is not None
        assert kept.groups == counted.groups
        assert kept.units == counted.units
        assert kept.worst == counted.worst
        assert kept.ended == counted.ended
        assert_links(user, kept)


def test_restricted_pilots_are_not_counted_for_those_who_may_not_see_them(cast: Cast) -> None:
    factories.pilot(cast.mona, "Secret", restricted=True)
    factories.pilot(cast.mona, "Open")
    for live in (5_000, 0):
        rollup.refresh(live=live)
        assert overview.load(cast.vera, DAY).total().pilots == 1
        assert overview.load(cast.mona, DAY).total().pilots == 2


def test_a_rollup_is_not_used_once_other_pilots_are_restricted(cast: Cast) -> None:
    one = factories.pilot(cast.mona, "Secret soon")
    rollup.refresh(live=0)
    assert overview.load(cast.vera, DAY).computed_at is not None
    Pilot.objects.filter(pk=one.pk).update(restricted=True)
    after = overview.load(cast.vera, DAY)
    assert after.computed_at is None
    assert after.total().pilots == 0


def test_a_rollup_of_yesterday_is_not_used(cast: Cast) -> None:
    factories.pilot(cast.mona)
    rollup.refresh(live=0)
    assert overview.usable_rollup(cast.vera, DAY) is not None
    assert overview.usable_rollup(cast.vera, date(2026, 7, 1)) is None


def test_small_portfolios_keep_no_counts_and_there_is_one_row_only(cast: Cast) -> None:
    factories.pilot(cast.mona)
    rollup.refresh()
    rollup.refresh()
    [row] = Rollup.objects.all()
    assert (row.pilots, row.counts) == (1, {})


@pytest.mark.parametrize(
    ("kept", "who", "queries"),
    [(False, "vera", 5), (True, "vera", 2), (True, "mona", 2), (True, "alice", 5)],
)
def test_the_same_few_queries_at_any_size(cast: Cast, kept: bool, who: str, queries: int) -> None:
    user = getattr(cast, who)
    counts = []
    for size in (30, 120):
        make(cast, size, 7)
        if kept:
            rollup.refresh(live=0)
        roles_of(user)
        with CaptureQueriesContext(connection) as captured:
            overview.load(user, DAY)
        counts.append(len(captured))
    assert counts == [queries, queries]


def test_a_company_that_is_one_unit_shows_its_second_level(cast: Cast) -> None:
    for path in (("Company", "Finance"), ("Company", "Legal", "Contracts"), ("Company",)):
        factories.pilot(cast.mona, path[-1], unit=factories.unit(*path))
    names = [unit.root_name for unit in overview.load(cast.vera, DAY).units]
    assert names == ["Finance", "Legal"]


def test_pilots_of_a_closed_past_are_not_recent(cast: Cast) -> None:
    factories.pilot(cast.mona, "Fresh", stage="production", stage_since=date(2026, 6, 1))
    factories.pilot(cast.mona, "Old", stage="production", stage_since=date(2024, 6, 1))
    factories.pilot(cast.mona, "Stopped", stage="stopped", stage_since=date(2026, 6, 2))
    factories.pilot(cast.mona, "When?", stage="stopped")
    ended = overview.load(cast.vera, DAY).ended
    assert [(one.row.name, one.shipped) for one in ended] == [("Stopped", False), ("Fresh", True)]
