"""Merging two pilots with everything that hangs on them, and taking them apart again."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.db import models

from common import clock
from portfolio.actions import (
    dependencies,
    links,
    merging,
    model_uses,
    ownership,
    proposals,
    reviews,
    rollouts,
    tags,
)
from portfolio.models import (
    Channel,
    Dependency,
    Incident,
    Link,
    ModelUse,
    OwnerProposal,
    OwnershipAnswer,
    Pilot,
    PilotTag,
    Review,
    RoleAssignment,
    Rollout,
    SavedView,
    Wave,
)
from tests import factories
from tests.factories import Cast
from tests.portfolio.views.screen import as_, text

WEB = Channel.WEB
HANGING: tuple[type[models.Model], ...] = (
    Dependency, Incident, ModelUse, Rollout, Wave, Review, Link, PilotTag, OwnerProposal,
    OwnershipAnswer, RoleAssignment, SavedView,
)  # fmt: skip


def rows() -> dict[str, Any]:
    return {m.__name__: list(m._base_manager.order_by("pk").values()) for m in HANGING}


def furnish(cast: Cast, pilot: Pilot, own: str) -> None:
    """One of each that both pilots share, and one of each that is this one's own."""
    who = {"by": cast.mona, "channel": WEB}
    for name in ("SAP", own):
        system = dependencies.add(pilot=pilot, name=name, kind="erp", **who)
        dependencies.report(dependency=system, what=f"{name} moved a column", **who)
    for name in ("Parrot", own):
        model_uses.add(pilot=pilot, vendor="Aviary", name=name, version="1", **who)
    for url in ("https://wiki.example/", f"https://wiki.example/{own}"):
        links.add(pilot=pilot, kind="other", name="Wiki", url=url, **who)
    tags.change(pilot=pilot, add=["voice", own], **who)
    rollout = rollouts.open_(
        pilot=pilot, scope=own, budget=Decimal(10), owner=cast.alice, increments=["One", "Two"],
        **who,
    )  # fmt: skip
    rollouts.add_wave(rollout=rollout, team=own, **who)
    reviews.request(pilot=pilot, team="legal", **who)
    done = reviews.request(pilot=pilot, team="security", **who)
    reviews.change(review=done, outcome="approved", decided_on=clock.today(), **who)
    people = {"owner": cast.alice, "operations_owner": cast.bob, "feedback_owner": cast.ed}
    ownership.answer_twelve_months(pilot=pilot, **people, **who)
    proposals.propose(pilot=pilot, person=cast.ed, **who)


def two(cast: Cast) -> tuple[Pilot, Pilot]:
    one = factories.pilot(cast.mona, "Invoice reader", owner=cast.alice, stage="pilot")
    other = factories.pilot(cast.mona, "Invoice reading", owner=cast.bob, stage="pilot")
    furnish(cast, one, "left")
    furnish(cast, other, "right")
    SavedView.objects.create(
        slug="invoices", name="Invoices", maker=cast.mona, filter="q=invoice",
        changed_at=clock.now() - timedelta(days=1),
    )  # fmt: skip
    return Pilot.objects.get(pk=one.pk), Pilot.objects.get(pk=other.pk)


def merge(cast: Cast, one: Pilot, other: Pilot) -> None:
    merging.merge(survivor=one, merged=other, by=cast.mona, channel=WEB, reason="Twice")


def test_every_kind_of_record_comes_over_once(cast: Cast) -> None:
    one, other = two(cast)
    merge(cast, one, other)
    systems = one.dependencies.filter(until=None).values_list("name", flat=True)
    assert set(systems) == {"SAP", "left", "right", f"SAP ({other.ref})"}
    assert Incident.objects.filter(dependency__pilot=one).count() == 4
    assert sorted(m.name for m in one.model_uses.all()) == ["Parrot", "left", "right"]
    assert one.links.count() == 3
    assert {t.tag.name for t in one.tagged.all()} == {"voice", "left", "right"}
    assert {r.scope: r.until for r in one.rollouts.all()} == {
        "left": None, "right": clock.today(),
    }  # fmt: skip
    assert Wave.objects.filter(rollout__pilot=one).count() == 2
    assert sorted((r.team, r.outcome) for r in one.reviews.all()) == [
        ("legal", ""), ("security", "approved"), ("security", "approved"),
    ]  # fmt: skip
    assert one.ownership_answers.count() == 1
    assert one.owner_proposals.open().count() == 1
    html = text(as_(cast.mona).get(f"/pilots/{one.ref}/"))
    for words in (f"SAP ({other.ref})", "Parrot", "right", "voice"):
        assert words in html


def test_what_came_over_can_be_edited(cast: Cast) -> None:
    one, other = two(cast)
    merge(cast, one, other)
    client = as_(cast.mona)
    for system in one.dependencies.all():
        sent = {"name": system.name, "kind": "erp", "status": "agreed", "token": str(uuid4())}
        at = f"/pilots/{one.ref}/systems/{system.pk}/"
        assert client.post(at, {**sent, "revision": system.revision}).status_code == 302
    for review in one.reviews.filter(outcome=""):
        reviews.change(
            review=review, by=cast.mona, channel=WEB, outcome="approved",
            decided_on=clock.today(),
        )  # fmt: skip


def test_lists_pages_and_views_count_it_once(cast: Cast) -> None:
    one, other = two(cast)
    merge(cast, one, other)
    client = as_(cast.mona)
    for address in ("/models/", "/reviews/", "/pilots/views/invoices/", "/timeline/", "/my/"):
        html = text(client.get(address, follow=True))
        assert f"/pilots/{other.ref}/" not in html, address
    assert f"/pilots/{one.ref}/" in text(client.get("/pilots/views/invoices/", follow=True))
    asked = text(as_(cast.ed).get("/my/questions/"))
    assert one.ref in asked
    assert f"/pilots/{other.ref}/" not in asked


def test_taken_apart_all_of_it_is_as_it_was(cast: Cast) -> None:
    one, other = two(cast)
    before = rows()
    merge(cast, one, other)
    assert rows() != before
    assert merging.take_apart(merged=other, by=cast.mona, channel=WEB) == 0
    assert rows() == before
