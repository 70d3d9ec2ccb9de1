from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce


class Stage(models.TextChoices):
    IDEA = "idea", "Idea"
    POC = "poc", "PoC"
    PILOT = "pilot", "Pilot"
    ROLLOUT = "rollout", "Rollout"
    PRODUCTION = "production", "Production"
    RETIRED = "retired", "Retired"
    STOPPED = "stopped", "Stopped"


ACTIVE_STAGES = (Stage.IDEA, Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION)
ENDED_STAGES = (Stage.RETIRED, Stage.STOPPED)


class StageInterval(models.Model):
    """A pilot was in a stage from `since` until `until` (the day it left; null: still there).

    An unknown entry is stored as unknown: `since` is null and `since_bound` holds the
    latest known earlier date, else the day of registration. When `since` is known the
    two are equal. The open interval is repeated on the pilot by the actions.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="stage_intervals"
    )
    stage = models.CharField(max_length=16, choices=Stage)
    since = models.DateField(null=True, blank=True)
    since_bound = models.DateField()
    until = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot"],
                condition=Q(until=None),
                name="portfolio_stageinterval_one_is_open",
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=Coalesce(F("since"), F("since_bound"))),
                name="portfolio_stageinterval_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(since=F("since_bound")),
                name="portfolio_stageinterval_bound_is_known_entry",
            ),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="portfolio_stageinterval_stage_is_known"
            ),
        ]
        indexes = [models.Index(fields=["stage", "pilot"], name="portfolio_interval_stage")]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.stage} {self.since or '?'}"
