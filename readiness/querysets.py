"""Sentences about answers; each takes `as_of` instead of asking the clock."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from readiness.models.answer import Answer  # noqa: F401
    from readiness.models.waiver import WaiverRequest  # noqa: F401


def closing(prefix: str = "") -> Q:
    """An answer that closes its item while it is valid.

    `prefix` leads from another model to the answer, such as "readiness_answers__".
    """
    whole = Q(**{f"{prefix}state__in": ("verified", "waived", "not_applicable")})
    return whole | Q(**{f"{prefix}state": "attested", f"{prefix}backed": True})


def met(as_of: date, prefix: str = "") -> Q:
    """An answer that closes its item on that day: `scoring.is_met`, for the database."""
    valid = Q(**{f"{prefix}valid_until": None}) | Q(**{f"{prefix}valid_until__gte": as_of})
    return closing(prefix) & valid


def asked_keys(slug: str = "") -> models.QuerySet[Any]:
    """Keys of the questions that a checklist, or any, asks now."""
    items = apps.get_model("readiness", "ChecklistItem").objects.filter(template__current=True)
    return (items.filter(template__slug=slug) if slug else items).order_by().values("key")


def count_met(as_of: date, *, slug: str = "production") -> models.Count:
    """For a queryset of pilots: how many items of the checklist are met on that day."""
    now = Q(
        readiness_answers__until=None,
        readiness_answers__key__in=asked_keys(slug),
    )
    return models.Count("readiness_answers", filter=now & met(as_of, "readiness_answers__"))


class AnswerQuerySet(models.QuerySet["Answer"]):
    def open_interval(self) -> "AnswerQuerySet":
        """What is said now: one answer per pilot and item."""
        return self.filter(until=None)

    def as_of(self, day: date) -> "AnswerQuerySet":
        """What was said at the end of that day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)

    def asked(self, slug: str = "") -> "AnswerQuerySet":
        """Answers to questions that are asked now: by that checklist, or by any."""
        return self.filter(key__in=asked_keys(slug))

    def met(self, as_of: date) -> "AnswerQuerySet":
        return self.filter(met(as_of))


class WaiverRequestQuerySet(models.QuerySet["WaiverRequest"]):
    def waiting(self, as_of: date) -> "WaiverRequestQuerySet":
        """Asked, not answered, and the day that was asked for has not passed."""
        return self.filter(state="waiting", until__gte=as_of)
