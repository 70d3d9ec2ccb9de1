from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class DigestState(models.TextChoices):
    PLANNED = "planned", "Planned"
    CLAIMED = "claimed", "Being written"
    SENDING = "sending", "Being sent"
    SENT = "sent", "Sent"
    SKIPPED = "skipped", "Skipped"
    UNKNOWN = "unknown", "Unknown"
    FAILED = "failed", "Failed"


class DigestQuerySet(models.QuerySet["Digest"]):
    def of(self, period: str) -> "DigestQuerySet":
        return self.filter(kind=Digest.WEEKLY, period=period)


class Digest(models.Model):
    """The ledger: exactly one row per kind, period and recipient, whatever happens to the mail.

    `sending` is committed before the dialogue with the mail server begins. A row whose worker died
    there is `unknown`: the mail may have been taken. `resent` says that it was sent once more,
    with the same Message-ID. `reason` says in words why a row is skipped, unknown or failed, or
    what the server said the last time. `state`, `attempt` and `lease_until` are common/queue.py's.
    """

    WEEKLY = "weekly"

    kind = models.CharField(max_length=16, default=WEEKLY)
    period = models.CharField(max_length=8, help_text="ISO week in the recipient's zone.")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests"
    )
    due_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=DigestState, default=DigestState.PLANNED)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0, help_text="Temporary refusals so far.")
    next_try_at = models.DateTimeField(null=True, blank=True)
    resent = models.BooleanField(default=False)
    reason = models.TextField(blank=True, default="")
    message_id = models.CharField(max_length=255, blank=True, default="")
    content = models.JSONField(null=True, blank=True)
    planned_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[DigestQuerySet] = DigestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "period", "recipient"], name="portfolio_digest_is_one_a_week"
            ),
            models.CheckConstraint(
                condition=Q(state__in=DigestState.values), name="portfolio_digest_state_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("skipped", "unknown", "failed")) | ~Q(reason=""),
                name="portfolio_digest_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
                name="portfolio_digest_sent_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(state__in=("planned", "claimed", "sending", "unknown")),
                name="portfolio_digest_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} to {self.recipient_id}: {self.state}"
