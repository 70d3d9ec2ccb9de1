from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portfolio.models.record import Record, in_order, known, money, said


class Rollout(Record):
    """The second phase: its own scope, its own budget, its own named owner (source map B31).

    The database opens none without the three. `increments` are the steps in which the scope is
    reached; one alone swallows the whole process at once (B28).
    """

    NAME: ClassVar[str] = "scope"

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="rollouts")
    poc_scope = models.TextField(blank=True, default="")
    scope = models.TextField()
    increments = ArrayField(models.CharField(max_length=300), default=list, blank=True)
    budget = money()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="rollouts"
    )
    target_from = models.DateField(null=True, blank=True)
    target_until = models.DateField(null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            said("scope", "rollout"),
            models.CheckConstraint(
                condition=Q(budget__gt=0, budget__lt=10**14), name="portfolio_rollout_has_a_budget"
            ),
            in_order("target_from", "target_until", "portfolio_rollout_targets_are_in_order"),
            in_order("since", "until", "portfolio_rollout_ends_after_it_begins"),
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(until=None), name="portfolio_rollout_one_at_a_time"
            ),
        ]


class WaveKind(models.TextChoices):
    SHADOW = "shadow", "Shadow run"
    CANARY = "canary", "Canary"
    FULL = "full", "Full use"


class Verdict(models.TextChoices):
    CONTINUE = "continue", "Continue"
    FIX = "fix", "Fix first"
    STOP = "stop", "Stop"


class Wave(Record):
    """One team of a rollout: one first, collect, fix, expand (source map B25)."""

    NAME: ClassVar[str] = "team"

    rollout = models.ForeignKey(Rollout, on_delete=models.CASCADE, related_name="waves")
    team = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=WaveKind, default=WaveKind.FULL)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    users = models.PositiveIntegerField(null=True, blank=True)
    feedback = models.TextField(blank=True, default="")
    verdict = models.CharField(max_length=16, choices=Verdict, blank=True, default="")

    class Meta:
        constraints = [
            said("team", "wave"),
            known("kind", WaveKind, "wave"),
            known("verdict", Verdict, "wave", blank=True),
            in_order("starts_on", "ends_on", "portfolio_wave_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(verdict="") | Q(starts_on__isnull=False),
                name="portfolio_wave_verdict_is_of_one_that_began",
            ),
        ]
