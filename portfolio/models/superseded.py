"""Dated records that are corrected by another record, never overwritten."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Superseded(models.Model):
    """Who wrote it down and when; and when it stopped to count, and why.

    `token` is of the form that sent it: the same form twice is one record.
    """

    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)
    superseded_reason = models.CharField(max_length=500, blank=True, default="")
    token = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        abstract = True


def superseded_constraints(table: str) -> list[models.BaseConstraint]:
    return [
        models.CheckConstraint(
            condition=Q(superseded_at=None, superseded_reason="") | Q(superseded_at__isnull=False),
            name=f"{table}_reason_needs_an_end",
        )
    ]
