from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import F, Q


class Record(models.Model):
    """What hangs on a pilot and is edited in place: a dependency, a wave, a review, a link.

    `token` makes a form that was sent twice one row; `revision` counts edits and guards lost
    updates. `NAME` is the field that names the row in sentences and events.
    """

    NAME: ClassVar[str] = "name"

    token = models.UUIDField(unique=True)
    revision = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(getattr(self, self.NAME))


def blank_text(length: int) -> "models.CharField[str, str]":
    """One line that may be unknown: blank is unknown."""
    return models.CharField(max_length=length, blank=True, default="")


def money() -> "models.DecimalField[Decimal, Decimal]":
    return models.DecimalField(max_digits=16, decimal_places=2)


def known(
    field: str, choices: type[models.TextChoices], table: str, *, blank: bool = False
) -> models.CheckConstraint:
    values = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(
        condition=Q(**{f"{field}__in": values}), name=f"portfolio_{table}_{field}_is_known"
    )


def said(field: str, table: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=~Q(**{field: ""}), name=f"portfolio_{table}_has_a_{field}"
    )


def in_order(first: str, last: str, name: str) -> models.CheckConstraint:
    """Two days in their order; an unknown one fits everywhere."""
    return models.CheckConstraint(
        condition=Q(**{last: None}) | Q(**{first: None}) | Q(**{f"{last}__gte": F(first)}),
        name=name,
    )


def web_only(field: str, name: str) -> models.CheckConstraint:
    """http and https; nothing that a browser would run."""
    return models.CheckConstraint(
        condition=Q(**{field: ""}) | Q(**{f"{field}__regex": r"^https?://[^\s]+$"}), name=name
    )
