from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from readiness.querysets import AnswerQuerySet


class State(models.TextChoices):
    OPEN = "open", "Open"
    ATTESTED = "attested", "Attested"
    VERIFIED = "verified", "Verified"
    WAIVED = "waived", "Waived"
    NOT_APPLICABLE = "not_applicable", "Not applicable"


class Answer(models.Model):
    """What was said about a question of a pilot from `since` until `until` (null: still).

    It is given to the question's `key`, whatever list or version asks it; `item` is the version
    that was read when it was given.

    A changed answer is a new row; the rows are the history. `valid_until` is the last
    day on which it counts: the end of a waiver, or of the evidence. `author` said it,
    `confirmed_by` is the second person: who verified it, or who approved the waiver.
    `figures` are the numbers of structured evidence (readiness.evidence), `backed` says whether
    the evidence was good enough when it was given. No row means open.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="readiness_answers"
    )
    item = models.ForeignKey(
        "readiness.ChecklistItem", on_delete=models.PROTECT, related_name="answers"
    )
    key = models.CharField(max_length=121)
    state = models.CharField(max_length=24, choices=State, default=State.OPEN)
    note = models.TextField(blank=True, default="")
    evidence_url = models.CharField(max_length=1000, blank=True, default="")
    figures = models.JSONField(default=dict, blank=True)
    file = models.ForeignKey(
        "readiness.EvidenceFile", null=True, blank=True, on_delete=models.PROTECT,
        related_name="answers",
    )  # fmt: skip
    backed = models.BooleanField(default=False, help_text="Has evidence that is good enough.")
    valid_until = models.DateField(null=True, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="readiness_answers"
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    objects: ClassVar[AnswerQuerySet] = AnswerQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "key"],
                condition=Q(until=None),
                name="readiness_answer_one_is_open",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="readiness_answer_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="readiness_answer_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(evidence_url="") | Q(evidence_url__regex=r"^https?://"),
                name="readiness_answer_evidence_is_a_web_link",
            ),
            models.CheckConstraint(
                condition=~Q(state="waived")
                | (Q(valid_until__isnull=False) & Q(confirmed_by__isnull=False) & ~Q(note="")),
                name="readiness_answer_waiver_has_reason_approver_and_end",
            ),
            models.CheckConstraint(
                condition=~Q(state="not_applicable") | ~Q(note=""),
                name="readiness_answer_not_applicable_has_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="verified")
                | (Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("author")) & Q(backed=True)),
                name="readiness_answer_verified_by_a_second_person",
            ),
        ]
        indexes = [
            models.Index(fields=["pilot", "key", "since"], name="readiness_answer_history"),
            models.Index(
                fields=["valid_until"],
                condition=Q(until=None, valid_until__isnull=False),
                name="readiness_answer_ending",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.key} {self.state}"
