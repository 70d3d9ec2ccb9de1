"""What a person answers for in records of pilots: rollouts, ways out of models, reviews."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import User
from common.registry import Holding
from portfolio.models import ModelUse, Pilot, Review, Rollout


def rollouts_of(person: User) -> "QuerySet[Rollout]":
    return Rollout.objects.filter(owner=person, until=None)


def plans_of(person: User) -> "QuerySet[ModelUse]":
    return ModelUse.objects.filter(planner=person, until=None)


def reviews_of(person: User) -> "QuerySet[Review]":
    return Review.objects.filter(reviewer=person, outcome="")


def holdings(person: User, by: User, accountable: bool) -> list[Holding]:
    """Open ones on pilots that `by` can see; `accountable` leaves reviews out."""
    seen = Pilot.objects.visible_to(by)
    kinds: list[tuple[str, str, Iterable[Rollout | ModelUse | Review], str]] = [
        (
            "Owner of {} rollout", "s", _on(rollouts_of(person), seen),
            "The name stays until somebody else takes over, marked as not answering any more.",
        ),
        (
            "Plans the way out of {} model", "s", _on(plans_of(person), seen),
            "Nobody plans it then.",
        ),
    ]  # fmt: skip
    if not accountable:
        kinds.append(("Reviewer of {} request", "s", _on(reviews_of(person), seen), ""))
    return [
        Holding(title.format(len(rows)) + (plural if len(rows) != 1 else ""),
                tuple(_thing(row.pilot) for row in rows), consequence)
        for title, plural, found, consequence in kinds
        if (rows := list(found))
    ]  # fmt: skip


def _on[R: (Rollout, ModelUse, Review)](rows: "QuerySet[R]", seen: "QuerySet[Pilot]") -> list[R]:
    there = rows.filter(pilot__in=seen.values("pk")).select_related("pilot")
    return list(there.order_by(Lower("pilot__name"), "pk"))


def _thing(pilot: Pilot) -> tuple[str, str]:
    return f"{pilot.name} ({pilot.ref})", reverse("pilot", args=[pilot.ref])
