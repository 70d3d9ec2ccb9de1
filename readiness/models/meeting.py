import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Meeting(models.Model):
    """A board that decides: its day, how long it has, and for which unit (null: the company).

    `started_at` is when its first outcome was typed in or somebody began it. `closed_at` freezes
    its minutes, in the database too (and by triggers of migration 0016, which no session can tell
    to be quiet); what was not reached then rolls over to the next one, which meets on `next_on`.
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
    started_at = models.DateTimeField(null=True, blank=True)
    next_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts edits; guards lost ones.")
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
            models.CheckConstraint(
                condition=Q(next_on=None) | Q(next_on__gt=F("on")),
                name="readiness_meeting_next_is_later",
            ),
        ]
        indexes = [models.Index(fields=["-on", "-id"], name="readiness_meeting_latest")]
        triggers = [
            pgtrigger.Protect(
                name="minutes_are_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__closed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Board of {self.on}"


class AgendaState(models.TextChoices):
    PLANNED = "planned", "Planned"
    DECIDED = "decided", "Decided"
    PROPOSED = "proposed", "Proposed, a second person approves"
    DISCUSSED = "discussed", "Discussed, not decided"
    NOT_REACHED = "not_reached", "Not reached"
    REMOVED = "removed", "Taken off"


FROZEN = """
    IF EXISTS (
        SELECT 1 FROM readiness_meeting m
        WHERE m.id IN (NEW.meeting_id, OLD.meeting_id) AND m.closed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'pgtrigger: the minutes of a closed board cannot be changed';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class AgendaItem(models.Model):
    """A pilot on the agenda: why it is there and what came of it.

    `rollovers` counts the boards before that did not reach it; each makes it weigh more.
    `record` is what the minutes say of it, written when the board is closed: the pilot's name and
    unit, the outcome, its reason and conditions, as they were. Nobody can change a closed board's.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    # Pilots are never deleted, only put out of sight: minutes outlive them.
    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.DO_NOTHING, related_name="agenda_items"
    )
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    reasons = models.JSONField(default=list, help_text="Why it is on the agenda, in sentences.")
    weight = models.IntegerField(default=0)
    rollovers = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=16, choices=AgendaState, default=AgendaState.PLANNED)
    by_hand = models.BooleanField(default=False, help_text="Somebody put it on the agenda.")
    note = models.TextField(blank=True, default="")
    proposal = models.ForeignKey(
        "readiness.Proposal", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.ForeignKey(
        "readiness.Decision", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True, help_text="When its outcome came.")
    version = models.PositiveIntegerField(default=1, help_text="Counts edits; guards lost ones.")
    record = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "pilot"], name="readiness_agendaitem_once_a_meeting"
            ),
            models.CheckConstraint(
                condition=Q(state__in=AgendaState.values),
                name="readiness_agendaitem_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decision__isnull=False),
                name="readiness_agendaitem_decided_by_a_decision",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="minutes_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=FROZEN,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.pilot_id}"


class MinutesLetter(models.Model):
    """That somebody was mailed the minutes of a board; once, however often one presses."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="letters")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    letter = models.ForeignKey(
        "accounts.Letter", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "person"], name="readiness_minutesletter_once_a_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meeting_id} to {self.person_id}"
