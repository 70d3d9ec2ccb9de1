"""Two people at one board at once: one wins, the other is told, nothing is lost or doubled."""

from uuid import uuid4

import pytest

from accounts.models import Letter
from common import clock
from portfolio.models import Channel
from readiness.actions import board_outcomes, meetings, minutes
from readiness.models import Meeting
from tests import factories
from tests.factories.boards import board, item_of, late
from tests.portfolio.actions.test_proposals_at_once import both

pytestmark = pytest.mark.django_db(transaction=True)
WEB = Channel.WEB


def test_two_outcomes_of_one_pilot(transactional_db: None) -> None:
    cast = factories.make_cast()
    one = late(cast.mona, "One", 9)
    made = board(cast.mona)
    version = item_of(made, one).version
    told = both(
        *(
            lambda who=who: board_outcomes.settle(
                item=item_of(made, one), by=who, channel=WEB, state="discussed",
                note=f"{who} said", version=version,
            )
            for who in (cast.mona, cast.ed)
        )
    )  # fmt: skip
    assert sorted(told) == ["", "Conflict"]


def test_one_closes_it_while_another_closes_it(transactional_db: None) -> None:
    cast = factories.make_cast()
    late(cast.mona, "One", 9)
    made = board(cast.mona)
    told = both(
        *(
            lambda who=who: board_outcomes.close(
                meeting=Meeting.objects.get(pk=made.pk), by=who, channel=WEB,
                next_on=clock.today().replace(year=clock.today().year + 1),
            )
            for who in (cast.mona, cast.ed)
        )
    )  # fmt: skip
    assert sorted(told) == ["", "Conflict"]
    assert Meeting.objects.count() == 2, "One next board, not two."


def test_two_press_prepare_with_one_form(transactional_db: None) -> None:
    cast, token = factories.make_cast(), uuid4()
    told = both(
        *(
            lambda: meetings.prepare(
                by=cast.mona, channel=WEB, on=clock.today(), minutes=60, token=token
            )
            for _ in range(2)
        )
    )
    assert told == ["", ""]
    assert Meeting.objects.count() == 1


def test_two_mail_the_same_minutes(transactional_db: None) -> None:
    cast = factories.make_cast()
    made = board_outcomes.close(meeting=board(cast.mona), by=cast.mona, channel=WEB)
    told = both(
        *(
            lambda who=who: minutes.mail(meeting=made, by=who, channel=WEB, people=[cast.vera])
            for who in (cast.mona, cast.ed)
        )
    )
    assert sorted(told) == ["", "Refused"]
    assert Letter.objects.count() == 1
