from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portfolio.models.record import Record, in_order, known


class Team(models.TextChoices):
    """Who must look at a pilot before it ships (source map D20)."""

    PLATFORM = "platform", "Platform"
    DATA = "data", "Data"
    SECURITY = "security", "Security"
    LEGAL = "legal", "Legal"
    FINANCE = "finance", "Finance"


class Outcome(models.TextChoices):
    APPROVED = "approved", "Approved"
    CONDITIONS = "conditions", "Approved with conditions"
    REFUSED = "refused", "Refused"
    WITHDRAWN = "withdrawn", "Withdrawn"


# Decided by the team; a withdrawn request says nothing about how long they take.
ANSWERS = (Outcome.APPROVED, Outcome.CONDITIONS, Outcome.REFUSED)


class Review(Record):
    """A team was asked on a day, and decided on another (source map B16)."""

    NAME: ClassVar[str] = "team"

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="reviews")
    team = models.CharField(max_length=16, choices=Team)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="reviews",
    )  # fmt: skip
    requested_on = models.DateField()
    decided_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=16, choices=Outcome, blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            known("team", Team, "review"),
            known("outcome", Outcome, "review", blank=True),
            in_order("requested_on", "decided_on", "portfolio_review_is_decided_after_the_request"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_on=None)
                | (~Q(outcome="") & Q(decided_on__isnull=False)),
                name="portfolio_review_outcome_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=("", Outcome.APPROVED)) | ~Q(note=""),
                name="portfolio_review_says_why",
            ),
        ]
        indexes = [
            models.Index(
                F("team"), F("decided_on").desc(), F("requested_on"),
                condition=Q(outcome__in=ANSWERS), name="portfolio_review_lead_times",
            ),
            models.Index(
                fields=["requested_on", "pilot"], condition=Q(outcome=""),
                name="portfolio_review_waiting",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(Team(self.team).label) if self.team in Team.values else self.team
