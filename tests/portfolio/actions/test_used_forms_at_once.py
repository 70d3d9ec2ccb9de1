"""The same form twice at the same moment, on two connections: one row; the other is told, or gets
the same row."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from portfolio.actions import links, reviews
from portfolio.models import (
    Channel,
    CostEntry,
    CostEstimate,
    Event,
    Link,
    Pilot,
    RawTest,
    Reading,
    Review,
    Update,
)
from tests import factories
from tests.portfolio.actions.test_proposals_at_once import both
from tests.portfolio.actions.test_used_forms import (
    _metric,
    estimate,
    paste,
    post,
    read,
    spend,
    try_raw,
)

pytestmark = pytest.mark.django_db(transaction=True)


def link(one: Pilot, by: Any, token: UUID) -> Any:
    return links.add(
        pilot=one, by=by, channel=Channel.WEB, kind="other", url="https://x.example", token=token
    )


def ask(one: Pilot, by: Any, token: UUID) -> Any:
    return reviews.request(pilot=one, by=by, channel=Channel.WEB, team="legal", token=token)


@pytest.mark.parametrize(
    ("send", "made"),
    [(post, Update), (spend, CostEntry), (estimate, CostEstimate), (read, Reading),
     (paste, Reading), (try_raw, RawTest), (link, Link), (ask, Review)],
)  # fmt: skip
@pytest.mark.parametrize("where", ["the same pilot", "two pilots"])
def test_one_row(transactional_db: None, send: Callable[..., Any], made: Any, where: str) -> None:
    cast = factories.make_cast()
    one, token = factories.pilot(cast.mona, "One"), uuid4()
    other = one if where == "the same pilot" else factories.pilot(cast.mona, "Other")
    if send in (read, paste):
        _metric(one, cast.mona)
        _metric(other, cast.mona)
    before = Event.objects.count()
    told = both(lambda: send(one, cast.mona, token), lambda: send(other, cast.mona, token))
    assert sorted(told) == (["", ""] if other == one else ["", "Refused"])
    assert made._default_manager.count() == 1
    if send is not try_raw:  # That one also begins to measure.
        assert Event.objects.count() == before + 1


def test_a_reference_taken_by_two_at_once(transactional_db: None) -> None:
    cast = factories.make_cast()
    told = both(
        lambda: factories.pilot(cast.mona, "One", external_id="A-1"),
        lambda: factories.pilot(cast.mona, "Other", external_id="A-1"),
    )
    assert sorted(told) == ["", "Refused"]
    assert Pilot.objects.get().external_id == "A-1"
