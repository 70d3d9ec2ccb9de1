"""The twelve-month questions: three names, kept with their day, and the roles that follow."""

import pytest
import time_machine

from common.errors import NotAllowed, Refused
from portfolio.actions import ownership, people
from portfolio.models import Channel, OwnershipAnswer, Pilot
from tests import factories
from tests.factories import Cast

WEB = Channel.WEB


def answer(pilot: Pilot, cast: Cast, **names: object) -> OwnershipAnswer:
    given = {"owner": cast.alice, "operations_owner": cast.bob, "feedback_owner": cast.vera}
    return ownership.answer_twelve_months(
        pilot=pilot, by=cast.mona, channel=WEB, **{**given, **names}
    )


def roles(pilot: Pilot) -> dict[str, str]:
    rows = pilot.people.open().values_list("role", "person__name")
    return dict(rows)


def test_the_names_hold_their_roles_from_today(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona, owner=cast.alice)
    people.assign(
        pilot=pilot, person=cast.charlie, by=cast.mona, channel=WEB, role="operations_owner"
    )
    answer(pilot, cast)
    assert roles(pilot) == {"owner": "Alice", "operations_owner": "Bob", "feedback_owner": "Vera"}
    former = pilot.people.exclude(until=None).get()
    assert (former.person, former.role) == (cast.charlie, "operations_owner")
    assert "ownership.answered" in {event.verb for event in pilot.events.all()}


def test_sent_twice_it_is_one_answer_and_corrected_it_is_one_a_day(cast: Cast) -> None:
    with time_machine.travel("2026-06-01T12:00:00Z", tick=False) as clock:
        pilot = factories.pilot(cast.mona)
        first = answer(pilot, cast)
        events = pilot.events.count()
        assert answer(pilot, cast).pk == first.pk
        assert pilot.events.count() == events
        assert answer(pilot, cast, operations_owner=cast.vera).pk == first.pk
        assert roles(pilot)["operations_owner"] == "Vera"
        clock.shift(86_400)
        answer(pilot, cast)
    assert pilot.ownership_answers.count() == 2


@pytest.mark.parametrize("field", ["owner", "operations_owner", "feedback_owner"])
def test_outsiders_and_leavers_cannot_be_named(cast: Cast, field: str) -> None:
    pilot = factories.pilot(cast.mona)
    cast.charlie.is_internal = False
    with pytest.raises(Refused, match="external") as refusal:
        answer(pilot, cast, **{field: cast.charlie})
    assert refusal.value.field == field


def test_who_may_not_edit_does_not_answer(cast: Cast) -> None:
    pilot = factories.pilot(cast.mona)
    with pytest.raises(NotAllowed):
        ownership.answer_twelve_months(
            pilot=pilot, owner=cast.alice, operations_owner=cast.alice,
            feedback_owner=cast.alice, by=cast.vera, channel=WEB,
        )  # fmt: skip
