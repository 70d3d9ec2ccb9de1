import pgtrigger
from django.conf import settings
from django.db import models

from accounts.models import Channel

__all__ = ["Channel", "Event"]


class Event(models.Model):
    """Something changed: who, when, before, after, by which channel. Append-only.

    Ids are kept without constraint, so that an event outlives what it tells about.
    `verb` is a stable code such as "pilot.edited"; `before` and `after` hold only
    what changed.
    """

    append_only = True  # The application's database login may only read and insert.

    at = models.DateTimeField()
    pilot = models.ForeignKey(
        "portfolio.Pilot", null=True, on_delete=models.DO_NOTHING, db_constraint=False,
        related_name="events", db_index=False,
    )  # fmt: skip
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.DO_NOTHING, db_constraint=False,
        related_name="+",
    )  # fmt: skip
    verb = models.CharField(max_length=64)
    channel = models.CharField(max_length=16, choices=Channel)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [
            models.Index(fields=["pilot", "-at", "-id"], name="portfolio_event_of_pilot"),
            models.Index(fields=["-at", "-id"], name="portfolio_event_latest"),
            models.Index(fields=["verb", "-at", "-id"], name="portfolio_event_of_verb"),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d}"
