from django.db import models
from django.db.models import F, Q


class Assessment(models.Model):
    """A pilot's score on a checklist, kept by the actions in the transaction of each answer.

    `checklist` is the slug: a new version of the checklist counts into the same row.
    `expires_on` is the first day on which one of the met items no longer counts, so that
    readers know when to count again. No row means that nothing was answered. `template` is the
    version it was counted by, `facts` the pilot's facts (readiness.facts) it was counted for, and
    `parts` the shares by dimension, level, side and factor: {"dimension": {"data": [2, 7]}}.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="assessments"
    )
    checklist = models.CharField(max_length=60)
    met = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    template = models.ForeignKey(
        "readiness.ChecklistTemplate", on_delete=models.PROTECT, related_name="+"
    )
    parts = models.JSONField(default=dict)
    facts = models.CharField(max_length=16, blank=True, default="")
    expires_on = models.DateField(null=True, blank=True)
    assessed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "checklist"], name="readiness_assessment_is_one_per_checklist"
            ),
            models.CheckConstraint(
                condition=Q(met__lte=F("total")), name="readiness_assessment_met_is_part_of_total"
            ),
        ]
        indexes = [
            models.Index(
                fields=["expires_on"],
                condition=Q(expires_on__isnull=False),
                name="readiness_assessment_expiring",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.met}/{self.total}"


class ScoreDay(models.Model):
    """What an Assessment said at the end of a day; a row for each day on which it changed.

    A day without a row has the score of the last row before it. `template` is the version that
    counted, so that a curve says where another version begins.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="score_days"
    )
    checklist = models.CharField(max_length=60)
    day = models.DateField()
    template = models.ForeignKey(
        "readiness.ChecklistTemplate", on_delete=models.PROTECT, related_name="+"
    )
    met = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
    parts = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "checklist", "day"], name="readiness_scoreday_is_one_a_day"
            ),
            models.CheckConstraint(
                condition=Q(met__lte=F("total")), name="readiness_scoreday_met_is_part_of_total"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.met}/{self.total}"
