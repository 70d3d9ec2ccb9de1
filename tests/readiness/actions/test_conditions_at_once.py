"""Two people settle one condition at once: one does, the other is told."""

import pytest

from portfolio.models import Channel, Event
from readiness.actions import conditions
from readiness.models import Condition
from tests import factories
from tests.factories.decided import condition
from tests.portfolio.actions.test_proposals_at_once import both

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_meets_it_while_another_drops_it(transactional_db: None) -> None:
    cast = factories.make_cast()
    made = condition(factories.pilot(cast.mona), cast.vera, cast.mona, cast.ed)
    told = both(
        lambda: conditions.meet(
            condition=Condition.objects.get(pk=made.pk), by=cast.vera, channel=Channel.WEB,
            note="Signed",
        ),
        lambda: conditions.drop(
            condition=Condition.objects.get(pk=made.pk), by=cast.mona, channel=Channel.WEB,
            note="Not needed",
        ),
    )  # fmt: skip
    assert sorted(told) == ["", "Conflict"]
    made.refresh_from_db()
    assert (made.met_on is None) != (made.dropped_on is None)
    settled = Event.objects.filter(verb__in=("condition.met", "condition.dropped"))
    assert settled.count() == 1
