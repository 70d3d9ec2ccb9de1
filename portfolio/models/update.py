from django.conf import settings
from django.db import models
from django.db.models import Q

from portfolio.models.event import Channel


class Health(models.TextChoices):
    ON_TRACK = "on_track", "On track"
    AT_RISK = "at_risk", "At risk"
    OFF_TRACK = "off_track", "Off track"


class Update(models.Model):
    """A posted status report. Never edited; a correction is another update.

    `token` comes with the form: the same form posted twice is one update.
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
    channel = models.CharField(max_length=16, choices=Channel, default=Channel.WEB)
    token = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(health__in=Health.values), name="portfolio_update_health_is_known"
            ),
        ]
        indexes = [models.Index(fields=["pilot", "-posted_at"], name="portfolio_update_latest")]

    def __str__(self) -> str:
        return f"{self.pilot_id} {self.on} {self.health}"
