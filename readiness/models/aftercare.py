from django.conf import settings
from django.db import models
from django.db.models import Q


class CheckResult(models.TextChoices):
    HELD = "held", "As good as at launch"
    DEGRADED = "degraded", "Worse than at launch"
    NOT_USED = "not_used", "Not in use any more"


class LaunchCheck(models.Model):
    """Is it still right? Asked 90 and 180 days after launch (source map A38, E02).

    The rows make themselves when a pilot has shipped; `due_on` is launch + `days`.
    """

    DAYS = (90, 180)

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="launch_checks"
    )
    days = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    result = models.CharField(max_length=12, choices=CheckResult, blank=True, default="")
    measured = models.TextField(blank=True, default="", help_text="Quality now and at launch.")
    evidence_url = models.CharField(max_length=1000, blank=True, default="")
    done_on = models.DateField(null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "days"], name="readiness_launchcheck_is_one_of_its_kind"
            ),
            models.CheckConstraint(
                condition=Q(days__in=(90, 180)), name="readiness_launchcheck_after_90_or_180_days"
            ),
            models.CheckConstraint(
                condition=Q(result="", done_on=None, done_by=None)
                | (
                    Q(result__in=CheckResult.values)
                    & Q(done_on__isnull=False)
                    & Q(done_by__isnull=False)
                ),
                name="readiness_launchcheck_result_has_day_and_person",
            ),
            models.CheckConstraint(
                condition=Q(evidence_url="") | Q(evidence_url__regex=r"^https?://"),
                name="readiness_launchcheck_evidence_is_a_web_link",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(result=""), name="readiness_launchcheck_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pilot_id} after {self.days} days"


class Verdict(models.TextChoices):
    USEFUL = "useful", "Useful"
    NOT_USEFUL = "not_useful", "Not useful"
    UNKNOWN = "unknown", "I cannot tell"


class Attestation(models.Model):
    """Once a month the value owner says whether it is useful (source map A26); `month` is the
    first of the month it is about. Another answer for the same month supersedes the first."""

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="attestations"
    )
    month = models.DateField()
    verdict = models.CharField(max_length=12, choices=Verdict)
    note = models.TextField(blank=True, default="")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "month"], condition=Q(superseded_at=None),
                name="readiness_attestation_one_a_month",
            ),
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values),
                name="readiness_attestation_verdict_is_known",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1), name="readiness_attestation_month_begins_on_the_first"
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.month:%Y-%m} {self.verdict}"


class Reminder(models.Model):
    """That an answer runs out was said to a person, `days` before (30, 7, 1 or 0); once each."""

    answer = models.ForeignKey(
        "readiness.Answer", on_delete=models.CASCADE, related_name="reminders"
    )
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    days = models.PositiveSmallIntegerField()
    last_day = models.DateField(help_text="The day it was about: a longer one is said anew.")
    said_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "person", "days", "last_day"], name="readiness_reminder_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}: {self.days} days"


class SelfCheck(models.Model):
    """A guided self-assessment of thirty minutes (source map B33): `ratings` by factor, 0 to 4.

    It says where a team thinks it stands; readiness follows from evidence alone. `finished_at`
    null: it goes on where it was left.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="self_checks"
    )
    template = models.ForeignKey(
        "readiness.ChecklistTemplate", on_delete=models.PROTECT, related_name="+"
    )
    ratings = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(finished_at=None), name="readiness_selfcheck_one_runs"
            ),
        ]

    def __str__(self) -> str:
        return f"Self-check of {self.pilot_id}"
