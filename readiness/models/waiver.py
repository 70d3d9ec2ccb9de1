from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from readiness.querysets import WaiverRequestQuerySet


class WaiverState(models.TextChoices):
    WAITING = "waiting", "Waits for an approver"
    GRANTED = "granted", "Granted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"
    ENDED = "ended", "Not needed any more"


class WaiverRequest(models.Model):
    """Somebody of a pilot asks that a question be waived until a day; an approver answers.

    It is asked about the question's `key`; one waits per pilot and key. `answer` is what the
    approver said, or why it ended. `ended`: the question was answered, or the pilot ended, before
    anybody granted or declined it. `until` is the last day that was asked for; what was granted
    stands in the answer that it made.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="waiver_requests"
    )
    item = models.ForeignKey("readiness.ChecklistItem", on_delete=models.PROTECT, related_name="+")
    key = models.CharField(max_length=121)
    reason = models.TextField()
    until = models.DateField()
    state = models.CharField(max_length=12, choices=WaiverState, default=WaiverState.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")
    token = models.UUIDField(null=True, blank=True, unique=True)

    objects: ClassVar[WaiverRequestQuerySet] = WaiverRequestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "key"], condition=Q(state="waiting"),
                name="readiness_waiverrequest_one_waits",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WaiverState.values),
                name="readiness_waiverrequest_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="readiness_waiverrequest_has_a_reason"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("granted", "declined"))
                | (Q(settled_by__isnull=False) & ~Q(settled_by=F("asked_by"))),
                name="readiness_waiverrequest_approver_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(answer=""),
                name="readiness_waiverrequest_declined_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", settled_at=None)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
                name="readiness_waiverrequest_is_settled_once",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state="waiting"),
                name="readiness_waiverrequest_waits",
            ),
            models.Index(fields=["pilot", "key", "-id"], name="readiness_waiverrequest_past"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.key} {self.state}"
