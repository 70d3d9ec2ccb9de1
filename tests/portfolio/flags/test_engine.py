from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Unit
from common import clock
from portfolio.flags import engine
from portfolio.flags.registry import Rule, all_pilots, rules
from portfolio.models import Flag, FlagLimit, Pilot, StageInterval, SweepRun
from portfolio.querysets import PilotQuerySet
from tests.factories import Cast, unit
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep


def many(number: int, home: Unit) -> None:
    """Pilots by the thousand, every second one in an old PoC, by two statements."""
    made = Pilot.objects.bulk_create(
        Pilot(
            name=f"Pilot {n}", name_key=f"pilot {n}", unit=home, registered_on=ago(200),
            stage="poc" if n % 2 else "idea", stage_since=ago(200), stage_since_bound=ago(200),
            last_update_on=ago(20) if n % 3 else DAY,
        )
        for n in range(number)
    )  # fmt: skip
    StageInterval.objects.bulk_create(
        StageInterval(
            pilot=p, stage=p.stage, since=p.stage_since, since_bound=p.stage_since_bound,
            recorded_at="2026-05-04T12:00Z",
        )
        for p in made
    )  # fmt: skip


def statements(work: Callable[[], object]) -> int:
    """The least of two runs: every five seconds one of them renews the company's settings."""
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as seen:
            work()
        counts.append(len(seen))
    return min(counts)


def test_as_many_statements_for_ten_pilots_as_for_ten_thousand(cast: Cast) -> None:
    home = unit()
    many(10, home)
    few = statements(sweep)
    many(10_000, home)
    assert statements(sweep) == few
    assert statements(sweep) == few
    assert Flag.objects.count() > 10_000


def written() -> dict[str, tuple[int, int, int]]:
    """Rows inserted, updated and deleted so far, by table, as PostgreSQL itself counts them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_force_next_flush()")
        cursor.execute(
            "SELECT relname, n_tup_ins, n_tup_upd, n_tup_del FROM pg_stat_user_tables "
            "WHERE relname IN ('portfolio_flag', 'portfolio_pilot', 'portfolio_event', "
            "'portfolio_pilothistory')"
        )
        return {row[0]: row[1:] for row in cursor.fetchall()}


@pytest.mark.django_db(transaction=True)
def test_a_second_sweep_writes_no_row() -> None:
    many(300, unit())
    sweep()
    before = written()
    assert before["portfolio_flag"][0] > 300
    runs = SweepRun.objects.count()
    sweep()
    assert written() == before
    assert SweepRun.objects.count() == runs + 1


def test_what_it_counts(cast: Cast) -> None:
    settled(cast.mona, stage="poc")
    Pilot.objects.update(stage_since=ago(100), stage_since_bound=ago(100))
    first = sweep().counts["STALE_POC"]
    second = sweep().counts["STALE_POC"]
    Pilot.objects.update(stage="pilot")
    third = sweep().counts["STALE_POC"]
    assert first == {"opened": 1, "closed": 0, "open": 1}
    assert second == {"opened": 0, "closed": 0, "open": 1}
    assert third == {"opened": 0, "closed": 1, "open": 0}


def test_what_stays_keeps_its_since_and_what_returns_is_a_new_row(cast: Cast) -> None:
    pilot = settled(cast.mona)
    updates = Flag.objects.filter(rule="NO_UPDATE")
    Pilot.objects.update(last_update_on=ago(20))
    sweep()
    Pilot.objects.update(last_update_on=ago(30))
    sweep()
    assert [f.since for f in updates.open()] == [ago(5)]
    Pilot.objects.update(last_update_on=DAY)
    sweep()
    sweep(DAY + timedelta(days=15))
    assert [f.closed_at is None for f in updates.order_by("id")] == [False, True]
    assert codes(pilot) == {"NO_UPDATE"}


def test_facts_are_renewed_when_asked(cast: Cast) -> None:
    from portfolio.actions import flags

    pilot = settled(cast.mona)
    Pilot.objects.update(last_update_on=ago(20))
    sweep()
    Pilot.objects.update(last_update_on=ago(30))
    flags.sweep(as_of=DAY, refresh=True)
    assert flag(pilot, "NO_UPDATE").facts["last"] == str(ago(30))
    Pilot.objects.update(last_update_on=ago(40))
    flags.sweep_pilots(pilots=[pilot.pk])
    assert flag(pilot, "NO_UPDATE").facts["last"] == str(ago(40))


def test_a_rule_that_is_gone_closes_its_flags(cast: Cast) -> None:
    pilot = settled(cast.mona)
    with rules.temporarily("ODD", _rule("ODD", lambda pilots, day: pilots)):
        sweep()
        assert codes(pilot) == {"ODD"}
    assert sweep().counts["ODD"]["closed"] == 1
    assert codes(pilot) == set()


def test_a_rule_that_can_find_nothing(cast: Cast) -> None:
    pilot = settled(cast.mona)
    with rules.temporarily("NEVER", _rule("NEVER", lambda pilots, day: pilots.none())):
        assert sweep().counts["NEVER"] == {"opened": 0, "closed": 0, "open": 0}
        Flag.objects.create(
            pilot=pilot, rule="NEVER", severity="L", since=DAY, opened_at="2026-11-01T00:00Z"
        )
        assert sweep().counts["NEVER"]["closed"] == 1


def test_an_empty_query_is_no_sql() -> None:
    assert engine.select_sql(all_pilots().none(), "pk") is None
    found = engine.select_sql(all_pilots(), "pk")
    assert found is not None
    assert found[0].startswith("SELECT")


def test_no_rules_at_all_close_everything(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    settled(cast.mona, stage="poc", stage_since=ago(100))
    sweep()
    monkeypatch.setattr(rules, "_items", {})
    sweep()
    assert not Flag.objects.open().exists()


def test_a_sweep_of_one_pilot_leaves_the_others_alone(cast: Cast) -> None:
    from portfolio.actions import flags

    one, other = settled(cast.mona, "One"), settled(cast.mona, "Other")
    Pilot.objects.update(last_update_on=ago(20))
    flags.sweep_pilots(pilots=[one.pk])
    assert (codes(one), codes(other)) == ({"NO_UPDATE"}, set())
    Pilot.objects.update(last_update_on=DAY)
    flags.sweep_pilots(pilots=[other.pk])
    assert (codes(one), codes(other)) == ({"NO_UPDATE"}, set())


def prepared() -> set[str]:
    """The statements that this connection keeps."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM pg_prepared_statements WHERE name LIKE 'pilotage%'")
        return {name for (name,) in cursor.fetchall()}


def test_a_connection_keeps_the_statements_of_one_day_and_of_the_limits_in_force(
    cast: Cast,
) -> None:
    pilot = settled(cast.mona)
    Pilot.objects.update(last_update_on=ago(20))
    now = clock.now()
    engine.sweep_some([pilot.pk], DAY, now)
    first = prepared()
    assert codes(pilot) == {"NO_UPDATE"}
    assert engine.sweep_some([pilot.pk], DAY, now).opened == {}
    assert prepared() == first
    assert len(first) == len(engine.phases())

    FlagLimit.objects.create(rule="NO_UPDATE", limit=30)
    assert engine.sweep_some([pilot.pk], DAY, now).closed == {"NO_UPDATE": 1}
    second = prepared()
    assert len(second) == len(first)
    assert not first & second

    assert engine.sweep_some([pilot.pk], DAY + timedelta(days=11), now).opened["NO_UPDATE"] == 1
    assert len(prepared()) == len(first)


def test_a_statement_outlives_the_transaction_that_prepared_it(cast: Cast) -> None:
    pilot = settled(cast.mona)
    Pilot.objects.update(last_update_on=ago(20))
    tomorrow = DAY + timedelta(days=1)
    with transaction.atomic():
        engine.sweep_some([pilot.pk], tomorrow, clock.now())
        transaction.set_rollback(True)
    assert codes(pilot) == set()
    kept = prepared()
    engine.sweep_some([pilot.pk], tomorrow, clock.now())
    assert codes(pilot) == {"NO_UPDATE"}
    assert prepared() == kept


def test_few_are_found_like_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "FEW", 20)
    many(25, unit())
    ids = sorted(Pilot.objects.values_list("pk", flat=True))
    at = clock.now()
    together = engine.sweep_some(ids, DAY, at)
    found = set(Flag.objects.values_list("pilot_id", "rule", "severity", "since"))
    Flag.objects.all().delete()
    alone = [engine.sweep_some([pk], DAY, at).opened for pk in ids]
    assert sum(alone, Counter()) == together.opened
    assert set(Flag.objects.values_list("pilot_id", "rule", "severity", "since")) == found
    assert {rule for _, rule, _, _ in found} >= {"NO_UPDATE", "STALE_POC", "NO_OWNER"}


def test_many_edits_are_swept_once(cast: Cast) -> None:
    from portfolio.actions import flags, updates

    found = [settled(cast.mona, f"Pilot {n}") for n in range(3)]
    Pilot.objects.update(last_update_on=ago(20))
    sweep()

    def post_all() -> None:
        with flags.together():
            for pilot in found:
                updates.post(pilot=pilot, by=cast.mona, channel="web", health="on_track")
            assert Flag.objects.open().count() == 3

    with CaptureQueriesContext(connection) as seen:
        post_all()
    # One statement for the rules, one for those that look at the flags of the others.
    assert sum("EXECUTE pilotage_sweep" in query["sql"] for query in seen) == 2
    assert Flag.objects.open().count() == 0


def test_a_change_during_the_sweep_is_looked_at_again(cast: Cast) -> None:
    pilot = settled(cast.mona)
    # The sweep saw the pilot before its update was posted; the flag it opened must not stay.
    Flag.objects.create(
        pilot=pilot, rule="NO_UPDATE", severity="M", since=DAY, opened_at="2026-11-20T12:00Z"
    )
    from portfolio.actions import flags

    flags._catch_up(engine.oldest_open(), clock.now(), DAY)
    assert codes(pilot) == set()


def _rule(code: str, find: Callable[[PilotQuerySet, date], PilotQuerySet]) -> Rule:
    from django.db.models import F

    def with_since(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
        return find(pilots, as_of).annotate(since=F("registered_on"))

    return Rule(
        code=code, title=code, family="Time", severity="L", stages=("idea", "poc"), limit=0,
        find=with_since, say=lambda facts: code,
    )  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_wait_for_each_other() -> None:
    many(300, unit())

    def one(_: int) -> int:
        try:
            return sum(row["opened"] for row in sweep().counts.values())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        opened = sorted(pool.map(one, range(4)))
    assert opened[:3] == [0, 0, 0]
    assert opened[3] == Flag.objects.open().count() == Flag.objects.count()
