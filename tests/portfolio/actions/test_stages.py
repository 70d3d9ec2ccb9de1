from datetime import date, timedelta
from typing import Any

import pytest

from common import clock
from common.errors import NotAllowed, Refused
from common.registry import stage_guards
from portfolio.actions import stages
from portfolio.models import Event, Pilot
from tests.factories import CHARTER, Cast, pilot

START = date(2025, 1, 6)


def move(
    cast: Cast, one: Pilot, stage: str, on: date | None = None, *, decided: bool = True
) -> Pilot:
    """As decided, so that the record alone may object; guards are asked in their own test."""
    return stages.change(
        pilot=one, by=cast.mona, channel="web", stage=stage, on=on, decided=decided
    )


def test_a_voyage_to_port_is_kept_as_intervals(cast: Cast) -> None:
    one = pilot(cast.mona, stage="idea", stage_since=START, owner=cast.alice, **CHARTER)
    move(cast, one, "poc", START + timedelta(days=10))
    move(cast, one, "pilot", START + timedelta(days=80))
    move(cast, one, "production", START + timedelta(days=100))
    one.refresh_from_db()
    assert one.shipped
    assert one.first_production_on == START + timedelta(days=100)
    assert one.decide_by == START + timedelta(days=10 + 91)
    spans = [
        (i.stage, (i.since - START).days, i.until and (i.until - START).days)
        for i in one.stage_intervals.order_by("id")
    ]
    assert spans == [
        ("idea", 0, 10), ("poc", 10, 80), ("pilot", 80, 100), ("production", 100, None),
    ]  # fmt: skip
    event = Event.objects.filter(verb="pilot.stage_changed").latest("id")
    assert (event.before["stage"], event.after["stage"]) == ("pilot", "production")


def test_shipped_stays_shipped_when_it_goes_back_and_forth(cast: Cast) -> None:
    one = pilot(cast.mona, stage="rollout", stage_since=START)
    move(cast, one, "production", START + timedelta(days=1))
    move(cast, one, "rollout", START + timedelta(days=5))
    back = move(cast, one, "production", START + timedelta(days=9))
    assert back.first_production_on == START + timedelta(days=1)


@pytest.mark.parametrize(
    ("stage", "on", "words"),
    [
        ("poc", date(2099, 1, 1), "future"),
        ("poc", START - timedelta(days=1), "cannot begin before"),
        ("idea", None, "already"),
        ("limbo", None, "not a stage"),
        ("retired", None, "stop it instead"),
    ],
)
def test_a_move_that_cannot_be(cast: Cast, stage: str, on: date | None, words: str) -> None:
    one = pilot(cast.mona, stage="idea", stage_since=START)
    with pytest.raises(Refused, match=words):
        move(cast, one, stage, on)
    assert one.stage_intervals.count() == 1


def test_what_was_in_production_is_retired_not_stopped(cast: Cast) -> None:
    one = pilot(cast.mona, stage="production", stage_since=START)
    with pytest.raises(Refused, match="retired"):
        move(cast, one, "stopped")
    assert move(cast, one, "retired").stage == "retired"


def test_only_a_manager_moves(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice)
    with pytest.raises(NotAllowed):
        stages.change(pilot=one, by=cast.alice, channel="web", stage="poc")


def test_a_guard_of_another_app_may_object(cast: Cast) -> None:
    def guard(pilot: Any, stage: str) -> str | None:
        return "Three of ten are open." if stage == "pilot" else None

    one = pilot(cast.mona, owner=cast.alice, **CHARTER)
    with stage_guards.temporarily("test", guard):
        with pytest.raises(Refused, match="Three of ten"):
            move(cast, one, "pilot", decided=False)
        assert move(cast, one, "poc", decided=False).stage == "poc"
        assert move(cast, one, "pilot").stage == "pilot", "A decision was asked already."


@pytest.mark.parametrize("stage", ["poc", "pilot", "rollout", "production"])
@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("problem", "why"),
        ("hypothesis", "hypothesis"),
        ("ready_when", "ready when"),
        ("stop_when", "stop when"),
        ("planned_outlet", "planned outlet"),
    ],
)
def test_no_pilot_leaves_idea_without_a_charter(
    cast: Cast, stage: str, field: str, words: str
) -> None:
    one = pilot(cast.mona, owner=cast.alice, **CHARTER | {field: ""})
    with pytest.raises(Refused, match=f"needs: {words}.$"):
        move(cast, one, stage)


def test_all_that_is_missing_is_listed_at_once(cast: Cast) -> None:
    one = pilot(cast.mona, **CHARTER | {"hypothesis": "", "stop_when": ""})
    with pytest.raises(Refused, match="needs: hypothesis, stop when, an owner inside the company"):
        move(cast, one, "poc")
    assert move(cast, one, "stopped").stage == "stopped"  # Ending needs no charter.


def test_an_owner_who_has_left_or_is_external_is_none(cast: Cast) -> None:
    one = pilot(cast.mona, owner=cast.alice, **CHARTER)
    for change in ({"is_active": False}, {"is_internal": False}):
        type(cast.alice).objects.filter(pk=cast.alice.pk).update(**change)
        with pytest.raises(Refused, match="an owner inside"):
            move(cast, one, "poc")
        type(cast.alice).objects.filter(pk=cast.alice.pk).update(is_active=True, is_internal=True)
    assert move(cast, one, "poc").decide_by == clock.today() + timedelta(days=91)


def test_a_pilot_that_is_in_poc_already_goes_on_without(cast: Cast) -> None:
    one = pilot(cast.mona, stage="poc", stage_since=START)
    assert move(cast, one, "pilot").stage == "pilot"
    with pytest.raises(Refused, match="Before PoC"):
        move(cast, one, "poc")
