"""Boards before they meet: what they pick, and how their agendas are changed."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import IntegrityError
from pytest_django import DjangoAssertNumQueries

from accounts.models import Role
from common import clock
from common.errors import Conflict, NotAllowed, Refused
from portfolio.actions import extensions, flags, pilots
from portfolio.models import Channel, Event, Pilot
from readiness.actions import decisions, meetings
from readiness.agenda import rank
from readiness.models import Condition, Meeting
from readiness.queries.agenda import cases, ranked, scope
from tests.factories import Cast, person, pilot, unit
from tests.factories.boards import board, item_of, late, names

WEB = Channel.WEB
TODAY = clock.today


def reasons(cast: Cast, one: Pilot) -> list[str]:
    found = ranked(Pilot.objects.filter(pk=one.pk), on=TODAY(), as_of=TODAY())
    return [reason for pick in found for reason in pick.reasons]


def test_a_board_picks_what_most_needs_deciding(cast: Cast) -> None:
    pilot(cast.mona, "Calm", owner=cast.alice)
    late(cast.mona, "A week", 7, owner=cast.alice)
    late(cast.mona, "A year", 365, owner=cast.alice)
    made = board(cast.mona, 60)
    assert names(made) == ["A year", "A week"]
    first = made.items.order_by("position")[0]
    assert first.reasons[0] == "Decide-by passed 365 days ago"
    assert first.minutes == 15
    assert not made.items.filter(pilot__name="Calm").exists()


def test_it_holds_what_its_length_is_enough_for(cast: Cast) -> None:
    for days in (10, 20, 30):
        late(cast.mona, f"{days} days", days, owner=cast.alice)
    assert names(board(cast.mona, 20)) == ["30 days", "20 days"]
    assert [item.minutes for item in Meeting.objects.get().items.all()] == [15, 5]


def test_every_reason_comes_from_the_facts(cast: Cast) -> None:
    day = TODAY()
    silent = pilot(cast.mona, "Silent", stage="poc", stage_since=day - timedelta(days=125),
                   monthly_burn=Decimal(4200), decide_by=day + timedelta(days=1))  # fmt: skip
    flags.sweep_pilots(pilots=[silent.pk])
    assert reasons(cast, silent) == [
        "Costs 4,200 EUR a month while stalled", "In PoC, 33 days past the quarter",
    ]  # fmt: skip
    unready = pilot(cast.mona, "Unready", owner=cast.alice, stage="pilot")
    flags.sweep_pilots(pilots=[unready.pk])
    assert reasons(cast, unready) == ["10 of the ten readiness questions open before rollout"]
    waits = late(cast.mona, "Waits", -20, owner=cast.alice)
    decisions.propose(
        pilot=waits, by=cast.mona, channel=WEB, outcome="hold", reason="No data until then.",
        terms={"until": (day + timedelta(days=30)).isoformat()},
    )  # fmt: skip
    assert reasons(cast, waits) == ["A proposal (hold) waits for its approver since today"]
    longer = late(cast.mona, "Longer", -20, owner=cast.alice)
    extensions.propose(
        pilot=longer, by=cast.mona, channel=WEB, to_day=day + timedelta(days=60), reason="Data."
    )
    assert reasons(cast, longer) == ["A proposal (extend) waits for its approver since today"]


def test_conditions_ask_for_a_board(cast: Cast) -> None:
    day = TODAY()
    one = late(cast.mona, "Hold", -40, owner=cast.alice)
    terms = {
        "until": (day + timedelta(days=30)).isoformat(),
        "conditions": [
            {"what": "Ask legal", "owner": cast.alice.pk,
             "due": (day + timedelta(days=9)).isoformat()},
        ],
    }  # fmt: skip
    proposal = decisions.propose(
        pilot=one, by=cast.mona, channel=WEB, outcome="hold", reason="Wait.", terms=terms
    )
    decisions.approve(proposal=proposal, by=cast.ed, channel=WEB)
    assert reasons(cast, one) == ["1 condition is open, none overdue"]
    Condition.objects.update(due=day - timedelta(days=3))
    assert reasons(cast, one) == ["1 condition is overdue by 3 days"]


def test_what_is_on_hold_beyond_the_board_is_left_in_peace(cast: Cast) -> None:
    one = late(cast.mona, "Held", 30, owner=cast.alice)
    pilots.hold(
        pilot=one, by=cast.mona, channel=WEB, until=TODAY() + timedelta(days=40), reason="Data."
    )
    assert reasons(cast, one) == []


def test_a_units_board_holds_its_subtree_only(cast: Cast) -> None:
    late(cast.mona, "Motor", 9, unit=unit("Claims", "Motor"))
    late(cast.mona, "Road", 99, unit=unit("Freight"))
    assert names(board(cast.mona, unit=unit("Claims"))) == ["Motor"]
    made = Meeting.objects.get()
    with pytest.raises(Refused, match="is not in Claims"):
        meetings.add(meeting=made, pilot=Pilot.objects.get(name="Road"), by=cast.mona, channel=WEB)


def test_an_executive_picks_no_restricted_pilot(cast: Cast) -> None:
    late(cast.mona, "Open", 9)
    hidden = late(cast.mona, "Secret", 99, restricted=True)
    assert names(board(cast.ed)) == ["Open"]
    assert names(board(cast.mona)) == ["Secret", "Open"]
    with pytest.raises(Exception, match="There is no such pilot"):
        meetings.add(meeting=Meeting.objects.first(), pilot=hidden, by=cast.ed, channel=WEB)


def test_preparing_costs_the_same_for_many_pilots(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    late(cast.mona, "First", 9)
    within = scope(cast.mona, None)
    with django_assert_num_queries(8):
        assert len(cases(within, on=TODAY(), as_of=TODAY())) == 1
    known = {"unit": unit(), "registered_on": TODAY(), "stage": "poc",
             "stage_since": TODAY(), "stage_since_bound": TODAY()}  # fmt: skip
    Pilot.objects.bulk_create(
        Pilot(name=f"Pilot {n}", name_key=f"pilot {n}", decide_by=TODAY() - timedelta(days=n),
              **known)
        for n in range(1, 3001)
    )  # fmt: skip
    with django_assert_num_queries(8):
        found = ranked(within, on=TODAY(), as_of=TODAY())
    assert len(found) == 3001
    assert found == rank(found)
    with django_assert_num_queries(14):
        made = board(cast.mona, 480)
    assert made.items.count() == 32


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": 0}, "minutes"), ({"minutes": 4}, "minutes"), ({"minutes": 481}, "minutes"),
        ({"on": -1}, "on"), ({"on": 800}, "on"), ({"note": "x" * 3000}, "note"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_board_is_said(
    cast: Cast, values: dict[str, object], field: str
) -> None:
    given = {"on": 1, "minutes": 60, **values}
    given["on"] = TODAY() + timedelta(days=given["on"])
    with pytest.raises(Refused) as refusal:
        meetings.prepare(by=cast.mona, channel=WEB, **given)
    assert refusal.value.field == field
    assert not Meeting.objects.exists()


def test_who_prepares(cast: Cast) -> None:
    claims = unit("Claims")
    lena = person("Lena", Role.PORTFOLIO_MANAGER, unit=claims)
    eve = person("Eve", Role.EXECUTIVE, unit=claims)
    for one in (lena, eve, cast.mona, cast.ed):
        assert board(one, unit=unit("Claims", "Motor"))
    for one in (lena, eve, cast.alice, cast.vera, cast.otto, cast.ada):
        with pytest.raises(NotAllowed):
            board(one)
        with pytest.raises(NotAllowed):
            board(one, unit=unit("Freight"))


def test_the_same_form_twice_is_one_board(cast: Cast) -> None:
    token = uuid4()
    made = [
        meetings.prepare(by=cast.mona, channel=WEB, on=TODAY(), minutes=60, token=token).pk
        for _ in range(2)
    ]
    assert made[0] == made[1]
    with pytest.raises(Refused, match="used already"):
        meetings.prepare(by=cast.ed, channel=WEB, on=TODAY(), minutes=60, token=token)


def test_two_who_change_a_board_at_once(cast: Cast) -> None:
    made = board(cast.mona)
    given = {"meeting": made, "channel": WEB, "on": TODAY(), "note": "", "version": made.version}
    meetings.change(by=cast.mona, minutes=30, **given)
    with pytest.raises(Conflict, match="while you did"):
        meetings.change(by=cast.ed, minutes=90, **given)
    made.refresh_from_db()
    assert made.minutes == 30


def test_the_agenda_is_put_in_order_by_hand(cast: Cast) -> None:
    made_of = [late(cast.mona, name, days) for name, days in (("A", 90), ("B", 50), ("C", 20))]
    a, _, c = made_of
    made = board(cast.mona)
    for _ in range(2):  # Sent twice it is the same place.
        meetings.move(item=item_of(made, c), beside=item_of(made, a), after=False, by=cast.mona)
        assert names(made) == ["C", "A", "B"]
    meetings.move(item=item_of(made, c), beside=item_of(made, a), after=True, by=cast.mona)
    assert names(made) == ["A", "C", "B"]
    other = board(cast.mona)
    with pytest.raises(Refused, match="not on this agenda"):
        meetings.move(item=item_of(made, c), beside=item_of(other, a), after=True, by=cast.mona)


def test_taken_off_stays_off_and_put_on_stays_on(cast: Cast) -> None:
    heavy = late(cast.mona, "Heavy", 90)
    calm = pilot(cast.mona, "Calm", owner=cast.alice)
    made = board(cast.mona)
    meetings.take_off(item=item_of(made, heavy), by=cast.mona, channel=WEB)
    item = meetings.add(meeting=made, pilot=calm, by=cast.mona, channel=WEB)
    assert item.reasons == ["Put on by hand"]
    with pytest.raises(Refused, match="already"):
        meetings.add(meeting=made, pilot=calm, by=cast.mona, channel=WEB)
    late(cast.mona, "New", 40)
    assert meetings.pick_again(meeting=made, by=cast.mona, channel=WEB) == 1
    assert names(made) == ["Calm", "New"]
    meetings.add(meeting=made, pilot=heavy, by=cast.mona, channel=WEB)
    assert set(names(made)) == {"Heavy", "Calm", "New"}
    told = Event.objects.filter(pilot=heavy, verb__startswith="board.").order_by("id")
    assert [event.verb for event in told] == ["board.planned", "board.removed", "board.planned"]


def test_picking_again_leaves_what_one_may_not_see(cast: Cast) -> None:
    late(cast.mona, "Secret", 99, restricted=True)
    late(cast.mona, "Open", 9)
    made = board(cast.mona, 30)
    meetings.pick_again(meeting=made, by=cast.ed, channel=WEB)
    assert set(names(made)) == {"Secret", "Open"}


@pytest.mark.parametrize("by_hand", [False, True])
def test_what_comes_on_tells_nothing_of_what_one_may_not_see(cast: Cast, by_hand: bool) -> None:
    """Ten restricted pilots that fill the board leave an executive as many picks as none would."""
    made = board(cast.mona, 30)
    for n in range(10):
        secret = late(cast.mona, f"Secret {n}", 99, restricted=True)
        if by_hand:
            meetings.add(meeting=made, pilot=secret, by=cast.mona, channel=WEB)
    if not by_hand:
        meetings.pick_again(meeting=made, by=cast.mona, channel=WEB)
    for n in range(3):
        late(cast.mona, f"Open {n}", 9 + n)
    alone = board(cast.ed, 30)
    came = meetings.pick_again(meeting=made, by=cast.ed, channel=WEB)
    assert came == len(names(alone)) == 2
    mine = [name for name in names(made) if name.startswith("Open")]
    assert mine == names(alone)


def test_ended_pilots_and_strange_minutes_are_refused(cast: Cast) -> None:
    gone = pilot(cast.mona, "Gone", stage="stopped")
    one = late(cast.mona, "Late", 9)
    made, other = board(cast.mona), board(cast.mona)
    with pytest.raises(Refused, match="has ended"):
        meetings.add(meeting=made, pilot=gone, by=cast.mona, channel=WEB)
    pk = item_of(made, one).pk
    for minutes in (0, 241):
        with pytest.raises(Refused, match="From 1 to 240"):
            meetings.set_minutes(items={pk: minutes}, meeting=made, by=cast.mona)
    with pytest.raises(Refused, match="not on this agenda"):
        meetings.set_minutes(items={pk: 5}, meeting=other, by=cast.mona)
    meetings.set_minutes(items={pk: 25}, meeting=made, by=cast.mona)
    assert item_of(made, one).minutes == 25


def test_a_board_is_called_off(cast: Cast) -> None:
    one = late(cast.mona, "Late", 9)
    made = board(cast.mona)
    with pytest.raises(NotAllowed):
        meetings.call_off(meeting=made, by=cast.vera, channel=WEB)
    meetings.call_off(meeting=made, by=cast.mona, channel=WEB)
    assert not Meeting.objects.exists()
    assert Event.objects.filter(pilot=one, verb="board.removed").exists()
    with pytest.raises(Conflict, match="called off"):
        meetings.call_off(meeting=made, by=cast.mona, channel=WEB)


@pytest.mark.parametrize(
    ("values", "truth"),
    [
        ({"minutes": 0}, "readiness_meeting_length_is_possible"),
        ({"next_on": "2026-01-01"}, "readiness_meeting_next_is_later"),
    ],
)
def test_the_database_refuses(cast: Cast, values: dict[str, object], truth: str) -> None:
    given = {"on": "2026-02-01", "minutes": 60, "made_by": cast.mona, "made_at": clock.now()}
    with pytest.raises(IntegrityError, match=truth):
        Meeting.objects.create(**given | values)
