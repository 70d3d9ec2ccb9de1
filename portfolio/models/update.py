from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from portfolio.models.event import Channel


class Health(models.TextChoices):
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"


class Blocker(models.TextChoices):
    """What holds a pilot up: the causes of the source map, C01 and E04 as one list."""

    DATA = "data", "Data: pipelines and quality"
    INTEGRATION = "integration", "Integration into real systems"
    OPERATIONS = "operations", "Operations and monitoring"
    OWNERSHIP = "ownership", "Ownership"
    SCALE = "scale", "Scale and cost"
    EVALUATION = "evaluation", "Evaluation: nobody can say how good it is"
    SECURITY_LATE = "security_late", "Security asked too late"
    CHANGE = "change", "People and change management"


class UpdateQuerySet(models.QuerySet["Update"]):
    def standing(self) -> "UpdateQuerySet":
        """Those that count: an update that was taken back is history only."""
        return self.filter(taken_back_at=None)


class Update(models.Model):
    """A posted status report. Never edited; a correction is another update.

    `token` comes with the form: the same form posted twice is one update. One that was taken
    back within seconds of posting stays as history and counts for nothing.
    """

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="updates")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="updates"
    )
    on = models.DateField()
    posted_at = models.DateTimeField()
    health = models.CharField(max_length=16, choices=Health)
    note = models.TextField(blank=True, default="")
    next_step = models.CharField(max_length=500, blank=True, default="")
    next_step_due = models.DateField(null=True, blank=True)
    blocker = models.CharField(max_length=24, choices=Blocker, blank=True, default="")
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.WEB)
    token = models.UUIDField(unique=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UpdateQuerySet] = UpdateQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(health__in=Health.values), name="portfolio_update_health_is_known"
            ),
            models.CheckConstraint(
                condition=Q(blocker="") | Q(blocker__in=Blocker.values),
                name="portfolio_update_blocker_is_known",
            ),
            models.CheckConstraint(
                condition=Q(blocker="") | ~Q(health=Health.ON_TRACK),
                name="portfolio_update_blocks_what_is_not_on_track",
            ),
        ]
        indexes = [models.Index(fields=["pilot", "-posted_at"], name="portfolio_update_latest")]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.on} {self.health}"
