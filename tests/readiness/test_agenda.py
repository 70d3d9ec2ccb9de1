"""What stands on an agenda, and in which order: by table, and by property."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.agenda import SHORTEST, Case, Pick, fit, rank, weigh

TODAY = date(2026, 3, 2)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.mark.parametrize(
    ("case", "says", "minutes"),
    [
        (Case(1, decide_by=ago(34)), "Decide-by passed 34 days ago", 15),
        (Case(1, decide_by=ago(1)), "Decide-by passed 1 day ago", 15),
        (Case(1, decide_by=TODAY), "Decide-by is today", 15),
        (Case(1, decide_by=ago(-5)), "Decide-by is 7 Mar 2026, before the board is over", 15),
        (Case(1, waiting_days=3, proposed="go"),
         "A proposal (go) has waited 3 days for its approver", 5),
        (Case(1, waiting_days=0), "A proposal waits for its approver since today", 5),
        (Case(1, stale_days=34), "In PoC, 34 days past the quarter", 15),
        (Case(1, stalled=True, burn=Decimal(4200)), "Costs 4,200 EUR a month while stalled", 10),
        (Case(1, stalled=True), "Stalled, and nobody knows what it costs a month", 10),
        (Case(1, stalled=True, burn=Decimal(0)), "Stalled", 10),
        (Case(1, open_conditions=2), "2 conditions are open, none overdue", 5),
        (Case(1, open_conditions=1, overdue_conditions=1, condition_days=4),
         "1 condition is overdue by 4 days", 10),
        (Case(1, open_conditions=3, overdue_conditions=2, condition_days=40),
         "2 conditions are overdue, the oldest by 40 days", 10),
        (Case(1, extensions=2), "Extended twice already; there is no third time", 15),
        (Case(1, missing=4), "4 of the ten readiness questions open before rollout", 10),
        (Case(1, rollovers=1), "Not reached once", 10),
        (Case(1, rollovers=3), "Not reached 3 times", 10),
    ],
)  # fmt: skip
def test_each_reason_is_a_sentence(case: Case, says: str, minutes: int) -> None:
    pick = weigh(case, TODAY, currency="EUR")
    assert pick is not None
    assert pick.reasons == (says,)
    assert pick.minutes == minutes
    assert pick.weight > 0


@pytest.mark.parametrize("case", [Case(1), Case(1, extensions=1), Case(1, burn=Decimal(9000))])
def test_what_nothing_asks_for_stays_away(case: Case) -> None:
    assert weigh(case, TODAY) is None


def test_the_heaviest_reason_comes_first() -> None:
    pick = weigh(Case(1, decide_by=ago(300), missing=3, open_conditions=1), TODAY)
    assert pick is not None
    assert [reason.split()[0] for reason in pick.reasons] == ["Decide-by", "3", "1"]
    assert pick.minutes == 15


small = st.integers(0, 1000)
cases = st.builds(
    Case,
    pilot=st.integers(1, 500),
    decide_by=st.none() | st.dates(date(2020, 1, 1), date(2026, 6, 1)),
    waiting_days=st.none() | small,
    stalled=st.booleans(),
    burn=st.none() | st.decimals(0, 10**12, places=2),
    stale_days=st.none() | small,
    open_conditions=st.integers(0, 40),
    overdue_conditions=st.integers(0, 40),
    condition_days=small,
    extensions=st.integers(0, 2),
    missing=st.integers(0, 10),
    rollovers=st.integers(0, 12),
)
WORSE = (
    "decide_by", "waiting_days", "burn", "stale_days", "open_conditions", "overdue_conditions",
    "condition_days", "extensions", "missing", "rollovers",
)  # fmt: skip


def worse(case: Case, fact: str, by: int) -> Case:
    """The same pilot with one fact further gone."""
    now = getattr(case, fact)
    if fact == "decide_by":
        return replace(case, decide_by=(now or TODAY) - timedelta(days=by))
    if fact == "burn":
        return replace(case, stalled=True, burn=(now or Decimal(0)) + by)
    if fact == "extensions":
        return replace(case, extensions=2)
    return replace(case, **{fact: (now or 0) + by})


@given(case=cases, fact=st.sampled_from(WORSE), by=st.integers(1, 400), others=st.lists(cases))
def test_older_costlier_or_rolled_over_more_often_never_sinks(
    case: Case, fact: str, by: int, others: list[Case]
) -> None:
    before, after = weigh(case, TODAY), weigh(worse(case, fact, by), TODAY)
    if before is None:
        return
    assert after is not None
    assert after.weight >= before.weight
    rest = [p for one in others if one.pilot != case.pilot and (p := weigh(one, TODAY))]
    assert rank([*rest, after]).index(after) <= rank([*rest, before]).index(before)


@given(times=st.integers(0, 50))
def test_each_rollover_weighs_more_than_the_one_before(times: int) -> None:
    one, two, three = (
        getattr(weigh(Case(1, missing=1, rollovers=times + n), TODAY), "weight", 0)
        for n in range(3)
    )
    assert three - two > two - one > 0


@given(found=st.lists(cases, unique_by=lambda case: case.pilot), length=st.integers(5, 480))
def test_an_agenda_is_the_heaviest_that_fits(found: list[Case], length: int) -> None:
    ranked = rank([pick for case in found if (pick := weigh(case, TODAY))])
    chosen = fit(ranked, length)
    assert sum(pick.minutes for pick in chosen) <= length
    assert all(SHORTEST <= pick.minutes <= 15 for pick in chosen)
    assert [pick.pilot for pick in chosen] == [pick.pilot for pick in ranked[: len(chosen)]]
    if len(chosen) < len(ranked):
        assert length - sum(pick.minutes for pick in chosen) < SHORTEST


@given(found=st.lists(cases, unique_by=lambda case: case.pilot), data=st.data())
def test_the_order_is_always_the_same(found: list[Case], data: st.DataObject) -> None:
    picks = [pick for case in found if (pick := weigh(case, TODAY))]
    shuffled = data.draw(st.permutations(picks))
    assert rank(shuffled) == rank(picks)


def test_what_was_not_reached_comes_first() -> None:
    heavy = Pick(1, 900, 15, ("Decide-by passed 700 days ago",))
    rolled = Pick(2, 15, 10, ("Not reached once",), rollovers=1)
    assert rank([heavy, rolled]) == [rolled, heavy]


def test_the_last_one_gets_what_is_left() -> None:
    picks = [Pick(pk, 100 - pk, 15, ("x",)) for pk in range(1, 4)]
    assert [pick.minutes for pick in fit(picks, 25)] == [15, 10]
    assert [pick.minutes for pick in fit(picks, 19)] == [15]
    assert fit(picks, 4) == []
