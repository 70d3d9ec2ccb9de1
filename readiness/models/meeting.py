from django.conf import settings
from django.db import models
from django.db.models import Q


class Meeting(models.Model):
    """A board that decides: its day, how long it has, and for which unit (null: the company).

    `closed_at` freezes its minutes; what was not reached then rolls over to the next one.
    """

    on = models.DateField()
    minutes = models.PositiveSmallIntegerField(help_text="How long it lasts.")
    unit = models.ForeignKey(
        "accounts.Unit", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    note = models.TextField(blank=True, default="")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    token = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__range=(5, 480)), name="readiness_meeting_length_is_possible"
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(closed_by__isnull=False),
                name="readiness_meeting_is_closed_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"Board of {self.on}"


class AgendaState(models.TextChoices):
    PLANNED = "planned", "Planned"
    DECIDED = "decided", "Decided"
    DISCUSSED = "discussed", "Discussed, not decided"
    NOT_REACHED = "not_reached", "Not reached"
    REMOVED = "removed", "Taken off"


class AgendaItem(models.Model):
    """A pilot on the agenda: why it is there and what came of it.

    `rollovers` counts the boards before that did not reach it; each makes it weigh more.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="agenda_items"
    )
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list, help_text="Why it is on the agenda, in sentences.")
    weight = models.IntegerField(default=0)
    rollovers = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=16, choices=AgendaState, default=AgendaState.PLANNED)
    note = models.TextField(blank=True, default="")
    decision = models.ForeignKey(
        "readiness.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "pilot"], name="readiness_agendaitem_once_a_meeting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AgendaState.values),
                name="readiness_agendaitem_state_is_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.pilot_id}"
