from django.db import models
from django.db.models import F, Q


class Assessment(models.Model):
    """A pilot's score on a checklist, kept by the actions in the transaction of each answer.

    `checklist` is the slug: a new version of the checklist counts into the same row.
    `expires_on` is the first day on which one of the met items no longer counts, so that
    readers know when to count again. No row means that nothing was answered.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="assessments"
    )
    checklist = models.CharField(max_length=60)
    met = models.PositiveSmallIntegerField()
    total = models.PositiveSmallIntegerField()
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
