"""Each parameter of the pilot list gives exactly its rows."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
import time_machine
from django.db import connection

from accounts.models import User
from common import clock
from portfolio.actions import metrics, people, pilots, updates
from portfolio.filters import PilotFilter
from portfolio.models import Channel, Flag, FlagLimit, Health, Pilot
from tests import factories
from tests.factories import Cast

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 30)


@pytest.fixture
def cast() -> Iterator[Cast]:
    with time_machine.travel("2026-06-30T12:00:00Z", tick=False):
        yield factories.make_cast()


def found(cast: Cast, query: str, user: User | None = None) -> set[str]:
    data, user = dict(parse_qsl(query)), user or cast.mona
    filtered = PilotFilter(data, Pilot.objects.visible_to(user), user=user, as_of=TODAY)
    return {pilot.name for pilot in filtered.qs}


def flag(pilot: Pilot, rule: str, **more: Any) -> None:
    Flag.objects.open().filter(pilot=pilot).delete()  # What registering brought about.
    Flag.objects.create(
        pilot=pilot, rule=rule, severity="H", since=TODAY, opened_at=clock.now(), **more
    )


def post(pilot: Pilot, by: Any, days_ago: int, health: str = Health.ON_TRACK) -> None:
    updates.post(pilot=pilot, by=by, channel=Channel.WEB, health=health)
    Pilot.objects.filter(pk=pilot.pk).update(last_update_on=TODAY - timedelta(days=days_ago))


def test_words(cast: Cast) -> None:
    a = factories.pilot(cast.mona, "Invoice reader", summary="Reads bills with AI")
    factories.pilot(cast.mona, "Paint mixer", summary="90% \\ red_white")
    assert found(cast, "q=invoice") == {"Invoice reader"}
    assert found(cast, "q=READER+bills") == {"Invoice reader"}
    assert found(cast, "q=ai") == {"Invoice reader"}  # Not the "ai" inside "Paint".
    assert found(cast, "q=%25") == set()  # One character begins no word here.
    assert found(cast, "q=90%25") == {"Paint mixer"}
    assert found(cast, "q=red_white") == {"Paint mixer"}
    assert found(cast, f"q={a.ref}") == found(cast, f"q={a.pk}") == {"Invoice reader"}
    assert found(cast, "q=pil-999999999") == set()


def test_states(cast: Cast) -> None:
    factories.pilot(cast.mona, "Idea", owner=cast.mona)
    factories.pilot(cast.mona, "Live", stage="production", owner=cast.mona)
    factories.pilot(cast.mona, "Dead", stage="stopped")
    factories.pilot(cast.mona, "Gone", stage="retired")
    held = factories.pilot(cast.mona, "Held")
    pilots.hold(
        pilot=held, by=cast.mona, channel=Channel.WEB, until=TODAY + timedelta(days=1), reason="x"
    )
    flag(held, "NO_OWNER")
    flag(factories.pilot(cast.mona, "Stuck"), "STALE_POC")
    assert found(cast, "state=active") == {"Idea", "Live", "Held", "Stuck"}
    assert found(cast, "state=stalled") == {"Stuck"}
    assert found(cast, "state=hold") == {"Held"}
    assert found(cast, "state=ended") == {"Dead", "Gone"}
    assert found(cast, "state=shipped") == {"Live", "Gone"}
    assert found(cast, "stage=retired") == {"Gone"}


def test_units_are_subtrees(cast: Cast) -> None:
    top, below = factories.unit("Treasury"), factories.unit("Treasury", "Mint")
    factories.pilot(cast.mona, "Top", unit=top)
    factories.pilot(cast.mona, "Below", unit=below)
    factories.pilot(cast.mona, "Elsewhere", unit=factories.unit("Energy"))
    assert found(cast, f"unit={top.pk}") == {"Top", "Below"}
    assert found(cast, f"unit={below.pk}") == {"Below"}
    assert found(cast, "unit=987654") == set()


def test_owners(cast: Cast) -> None:
    factories.pilot(cast.mona, "Hers", owner=cast.alice)
    factories.pilot(cast.mona, "His", owner=cast.bob)
    former = factories.pilot(cast.mona, "Nobody's", owner=cast.alice)
    assignment = former.people.get()
    people.release(assignment=assignment, by=cast.mona, channel=Channel.WEB)
    assert found(cast, "owner=none") == {"Nobody's"}
    assert found(cast, "owner=me", cast.alice) == {"Hers"}
    assert found(cast, f"owner={cast.bob.pk}") == {"His"}


def test_flags_and_snoozes(cast: Cast) -> None:
    flag(factories.pilot(cast.mona, "Open"), "STALE_POC")
    flag(
        factories.pilot(cast.mona, "Sleeping"), "STALE_POC",
        snoozed_until=TODAY, snooze_reason="Waiting", snoozed_by=cast.mona,
    )  # fmt: skip
    flag(
        factories.pilot(cast.mona, "Awake"), "STALE_POC", snooze_reason="Waited",
        snoozed_until=TODAY - timedelta(days=1), snoozed_by=cast.mona,
    )  # fmt: skip
    flag(factories.pilot(cast.mona, "Closed"), "STALE_POC", closed_at=clock.now())
    flag(factories.pilot(cast.mona, "Other"), "NO_OWNER")
    assert found(cast, "flag=STALE_POC") == {"Open", "Awake"}
    assert found(cast, "flag=STALE_POC&snoozed=0") == {"Open", "Awake"}
    assert found(cast, "flag=STALE_POC&snoozed=1") == {"Sleeping"}
    assert found(cast, "flag=STALE_POC&snoozed=any") == {"Open", "Awake", "Sleeping"}
    assert found(cast, "flag=any") == {"Open", "Awake", "Other"}
    assert found(cast, "snoozed=1") == {"Sleeping"}


def test_health_and_freshness(cast: Cast) -> None:
    for days in (0, 7, 8, 14, 15):
        post(factories.pilot(cast.mona, f"d{days}"), cast.mona, days)
    post(factories.pilot(cast.mona, "live", stage="production"), cast.mona, 30, Health.OFF_TRACK)
    factories.pilot(cast.mona, "never")
    assert found(cast, "freshness=fresh") == {"d0", "d7"}
    assert found(cast, "freshness=due") == {"d8", "d14", "live"}
    assert found(cast, "freshness=outdated") == {"d15"}
    assert found(cast, "freshness=never") == {"never"}
    assert found(cast, "health=off_track") == {"live"}
    assert found(cast, "health=none") == {"never"}
    FlagLimit.objects.create(rule="NO_UPDATE", limit=6)
    FlagLimit.objects.create(rule="NO_UPDATE", stage="production", limit=60)
    assert found(cast, "freshness=fresh") == {"d0", "live"}
    assert found(cast, "freshness=outdated") == {"d7", "d8", "d14", "d15"}


def test_what_is_missing(cast: Cast) -> None:
    measured = factories.pilot(cast.mona, "Measured", decide_by=TODAY)
    metrics.add(pilot=measured, by=cast.mona, channel=Channel.WEB, name="Hours saved")
    factories.pilot(cast.mona, "Late", decide_by=TODAY - timedelta(days=1))
    factories.pilot(cast.mona, "Shipped", stage="production", decide_by=date(2025, 1, 1))
    factories.pilot(cast.mona, "Bare", restricted=True, stage="poc", stage_since=date(2026, 1, 1))
    Pilot.objects.filter(name="Bare").update(decide_by=None)
    assert found(cast, "metric=none") == {"Late", "Shipped", "Bare"}
    assert found(cast, "decide=none") == {"Bare"}
    assert found(cast, "decide=overdue") == {"Late"}
    assert found(cast, "restricted=1") == {"Bare"}
    assert found(cast, "restricted=1", cast.otto) == {"Bare"}
    assert found(cast, "restricted=1", cast.alice) == set()
    people.assign(
        pilot=Pilot.objects.get(name="Bare"), person=cast.alice, by=cast.mona, channel=Channel.WEB
    )
    assert found(cast, "restricted=1", cast.alice) == {"Bare"}
    assert found(cast, "restricted=0") == {"Measured", "Late", "Shipped"}
    assert found(cast, "entered=unknown") == {"Measured", "Late", "Shipped"}
    assert found(cast, "entered=known") == {"Bare"}
    assert found(cast, "entered_from=2026-01-01&entered_to=2026-01-01") == {"Bare"}


def test_what_the_reach_rate_counts(cast: Cast) -> None:
    factories.pilot(cast.mona, "Live", stage="production")
    factories.pilot(cast.mona, "Lost", stage="stopped")
    factories.pilot(cast.mona, "Idea")
    assert found(cast, "state=shipped") == {"Live"}
    assert found(cast, "state=lost") == {"Lost"}
    assert found(cast, "state=underway") == {"Idea"}


def test_what_cannot_be_read_is_left_out_and_named(cast: Cast) -> None:
    factories.pilot(cast.mona, "One")
    data = {"stage": "nonsense", "owner": "x'; DROP", "state": "active", "unit": "9" * 40}
    filtered = PilotFilter(data, Pilot.objects.all(), user=cast.alice, as_of=TODAY)
    assert filtered.qs.count() == 1
    assert filtered.chosen == {"state": "active"}
    assert filtered.unreadable == ["stage=nonsense", "unit=" + "9" * 40, "owner=x'; DROP"]


def test_search_uses_its_index(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_indexscan = off")
    for words in ("invoice", "ai", "two words"):
        plan = Pilot.objects.matching(words).explain()
        assert "portfolio_pilot_text_like" in plan
    assert "portfolio_pilot_name_like" in Pilot.objects.alike("invioce reader").explain()
    assert "portfolio_pilot_text_like" in Pilot.objects.alike("invioce", texts=True).explain()


def test_facts_and_their_unknown(cast: Cast) -> None:
    factories.pilot(cast.mona, "A", audience="customer", data_class="personal",
                    hosting="laptop", third_party=True)  # fmt: skip
    factories.pilot(cast.mona, "B", third_party=False)
    factories.pilot(cast.mona, "C")
    assert found(cast, "audience=customer") == found(cast, "data_class=personal") == {"A"}
    assert found(cast, "hosting=laptop") == found(cast, "third_party=yes") == {"A"}
    assert found(cast, "third_party=no") == {"B"}
    assert found(cast, "third_party=unknown") == {"C"}
    assert found(cast, "hosting=unknown") == found(cast, "audience=unknown") == {"B", "C"}


def test_days_to_decide_by(cast: Cast) -> None:
    for name, days in (("Past", -1), ("Today", 0), ("Month", 30), ("Later", 31)):
        factories.pilot(cast.mona, name, decide_by=TODAY + timedelta(days=days))
    factories.pilot(cast.mona, "Open end")
    factories.pilot(cast.mona, "Live", stage="production", decide_by=TODAY)
    assert found(cast, "decide=30") == {"Today", "Month"}
    assert found(cast, "decide_from=2026-07-30") == {"Month", "Later"}
    assert found(cast, "decide_to=2026-06-30") == {"Past", "Today", "Live"}
    assert found(cast, "decide_from=2026-06-30&decide_to=2026-06-30") == {"Today", "Live"}


def test_readiness(cast: Cast) -> None:
    from tests.factories.answers import answer

    begun = factories.pilot(cast.mona, "Begun", owner=cast.alice)
    factories.pilot(cast.mona, "Not begun")
    answer(begun, "latency", cast.alice)
    assert found(cast, "readiness=begun") == {"Begun"}
    assert found(cast, "readiness=none") == {"Not begun"}
    assert found(cast, "readiness=missing") == {"Begun", "Not begun"}
    assert found(cast, "readiness=ready") == set()


def test_my_unit_is_where_my_roles_are_else_where_my_pilots_are(cast: Cast) -> None:
    from accounts.models import Role

    mint = factories.unit("Treasury", "Mint")
    factories.pilot(cast.mona, "Coin", unit=factories.unit("Treasury", "Mint", "Coins"))
    factories.pilot(cast.mona, "Bond", unit=factories.unit("Treasury"), owner=cast.alice)
    factories.pilot(cast.mona, "Call")
    lena = factories.person("Lena", Role.PORTFOLIO_MANAGER, unit=mint)
    assert found(cast, "unit=mine", lena) == {"Coin"}
    assert found(cast, "unit=mine", cast.alice) == {"Bond", "Coin"}
    assert found(cast, "unit=mine", cast.vera) == set()


def test_tags_any_and_all(cast: Cast) -> None:
    from portfolio.actions import tags

    one, two = factories.pilot(cast.mona, "One"), factories.pilot(cast.mona, "Two")
    for pilot, names in ((one, ["Voice", "Claims"]), (two, ["voice"])):
        tags.change(pilot=pilot, by=cast.mona, channel=Channel.WEB, add=names)
    assert found(cast, "tag=VOICE") == found(cast, "tag=claims,voice") == {"One", "Two"}
    assert found(cast, "tag=claims,voice&tagged=all") == {"One"}
    assert found(cast, "tag=nothing") == set()
    assert found(cast, "tag=,,+,") == {"One", "Two"}


def test_every_wrong_value_is_named_and_left_out(cast: Cast) -> None:
    factories.pilot(cast.mona, "A")
    wrong = {
        "unit": "0", "owner": "x", "decide_from": "yesterday", "decide": "31", "audience": "all",
        "third_party": "maybe", "readiness": "9/10", "tagged": "some", "flag": "stale poc",
    }  # fmt: skip
    filtered = PilotFilter(wrong, Pilot.objects.all(), user=cast.mona, as_of=TODAY)
    assert {pilot.name for pilot in filtered.qs} == {"A"}
    assert filtered.chosen == {}
    assert sorted(filtered.unreadable) == sorted(f"{n}={v}" for n, v in wrong.items())
