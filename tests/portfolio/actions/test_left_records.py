"""Who leaves is listed with rollouts, plans and reviews, and taken off what can be without them."""

from datetime import timedelta
from decimal import Decimal

from common import clock
from portfolio.actions import left_records, model_uses, reviews, rollouts
from portfolio.models import Channel, Event, ModelUse, Pilot, Review, Rollout
from portfolio.queries.held_records import holdings
from tests import factories
from tests.factories import Cast

WEB = Channel.WEB


def busy(cast: Cast, name: str = "Invoice reader", *, restricted: bool = False) -> Pilot:
    """A pilot on which Bob owns the rollout, plans the way out of a model and reviews."""
    pilot = factories.pilot(cast.mona, name, owner=cast.alice, restricted=restricted, stage="pilot")
    rollouts.open_(
        pilot=pilot, by=cast.mona, channel=WEB, scope="All", budget=Decimal(1), owner=cast.bob
    )
    model_uses.add(
        pilot=pilot, by=cast.mona, channel=WEB, name="GPT", planner=cast.bob,
        retires_on=clock.today() + timedelta(days=400),
    )  # fmt: skip
    reviews.request(pilot=pilot, by=cast.mona, channel=WEB, team="legal", reviewer=cast.bob)
    return pilot


def test_what_somebody_holds_is_listed_as_far_as_it_is_seen(cast: Cast) -> None:
    pilot = busy(cast)
    busy(cast, "Takeover", restricted=True)
    titles = [held.title for held in holdings(cast.bob, cast.mona, False)]
    assert titles == [
        "Owner of 2 rollouts", "Plans the way out of 2 models", "Reviewer of 2 requests",
    ]  # fmt: skip
    seen = holdings(cast.bob, cast.ada, True)
    assert [held.title for held in seen] == [
        "Owner of 1 rollout", "Plans the way out of 1 model",
    ]  # fmt: skip
    assert seen[0].things == ((f"Invoice reader ({pilot.ref})", f"/pilots/{pilot.ref}/"),)


def test_who_leaves_plans_and_reviews_nothing_any_more(cast: Cast) -> None:
    busy(cast)
    busy(cast, "Takeover", restricted=True)
    ended = left_records.release(person=cast.bob, by=cast.ada, channel=WEB, accountable=False)
    assert ended == 4
    assert not ModelUse.objects.exclude(planner=None).exists()
    assert not Review.objects.exclude(reviewer=None).exists()
    assert set(Rollout.objects.values_list("owner__name", flat=True)) == {"Bob"}
    event = Event.objects.filter(verb="model.changed").first()
    assert event is not None
    assert (event.actor, event.reason, event.before["planner"]["name"]) == (cast.ada, "Left", "Bob")
    assert set(ModelUse.objects.values_list("revision", flat=True)) == {2}


def test_who_moves_outside_may_go_on_reviewing(cast: Cast) -> None:
    busy(cast)
    assert left_records.release(person=cast.bob, by=None, channel=WEB, accountable=True) == 1
    assert Review.objects.get().reviewer == cast.bob
