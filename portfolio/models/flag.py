from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q


class Severity(models.TextChoices):
    HIGH = "H", "High"
    MEDIUM = "M", "Medium"
    LOW = "L", "Low"


class FlagQuerySet(models.QuerySet["Flag"]):
    def open(self) -> "FlagQuerySet":
        return self.filter(closed_at=None)


class Flag(models.Model):
    """An automatic finding. The rows are the history: opened, closed, never deleted.

    `rule` is text, never choices: a new rule needs no migration. `since` is the day
    from which the finding is true, `opened_at` the moment the sweep saw it.
    `facts` are the numbers that explain it.
    """

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="flags")
    rule = models.CharField(max_length=40)
    severity = models.CharField(max_length=1, choices=Severity)
    since = models.DateField()
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateField(null=True, blank=True)
    snooze_reason = models.TextField(blank=True, default="")
    snoozed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[FlagQuerySet] = FlagQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "rule"],
                condition=Q(closed_at=None),
                name="portfolio_flag_is_open_once",
            ),
            models.CheckConstraint(
                condition=Q(snoozed_until=None) | ~Q(snooze_reason=""),
                name="portfolio_flag_snooze_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="portfolio_flag_severity_is_known"
            ),
        ]
        indexes = [
            # The longest standing of a rule, and all pilots of a rule.
            models.Index(
                fields=["rule", "since", "pilot"],
                condition=Q(closed_at=None),
                name="portfolio_flag_oldest",
            ),
            # The timeline of the portfolio: what opened and what closed, the newest first.
            models.Index(fields=["-opened_at", "-id"], name="portfolio_flag_opened"),
            models.Index(
                fields=["-closed_at", "-id"],
                condition=Q(closed_at__isnull=False),
                name="portfolio_flag_closed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} on {self.pilot_id}"


class FlagLimit(models.Model):
    """The days (or count) after which a rule speaks, as an administrator set it.

    Blank stage or audience means any; the most specific row wins; without a row the
    rule's own default holds.
    """

    rule = models.CharField(max_length=40)
    stage = models.CharField(max_length=16, blank=True, default="")
    audience = models.CharField(max_length=24, blank=True, default="")
    limit = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "stage", "audience"], name="portfolio_flaglimit_is_set_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.stage or 'any'} {self.limit}"


class SweepRun(models.Model):
    """One run of the sweep: when, as of which day, and what it opened and closed."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateField()
    counts = models.JSONField(default=dict, help_text="Per rule: opened, closed, open.")

    def __str__(self) -> str:
        return f"Sweep {self.started_at:%Y-%m-%d %H:%M}"
