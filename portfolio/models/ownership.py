"""Who is asked to own a pilot, and who is named for the twelve months to come."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ProposalOutcome(models.TextChoices):
    OPEN = "open", "Waits for an answer"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"


class OwnerProposalQuerySet(models.QuerySet["OwnerProposal"]):
    def open(self) -> "OwnerProposalQuerySet":
        return self.filter(outcome=ProposalOutcome.OPEN)


class OwnerProposal(models.Model):
    """Somebody is asked to own a pilot, and says yes three times or no with a reason.

    `former` handed it over and stays accountable until then. The three statements (source map
    B08) are what makes an owner; they are kept with the day of the answer.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="owner_proposals"
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="owner_proposals"
    )
    former = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_on = models.DateField()
    note = models.TextField(blank=True, default="")
    letter = models.ForeignKey(
        "accounts.Letter", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    outcome = models.CharField(max_length=16, choices=ProposalOutcome, default=ProposalOutcome.OPEN)
    answered_on = models.DateField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")
    cares = models.BooleanField(null=True, blank=True, help_text="Cares how it turns out.")
    collects = models.BooleanField(null=True, blank=True, help_text="Collects feedback.")
    decides = models.BooleanField(null=True, blank=True, help_text="May decide what happens.")
    recorded_at = models.DateTimeField()

    objects: ClassVar[OwnerProposalQuerySet] = OwnerProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot"],
                condition=Q(outcome=ProposalOutcome.OPEN),
                name="portfolio_ownerproposal_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=ProposalOutcome.values),
                name="portfolio_ownerproposal_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=Q(outcome=ProposalOutcome.OPEN, answered_on=None)
                | (
                    ~Q(outcome=ProposalOutcome.OPEN)
                    & Q(answered_on__isnull=False, answered_on__gte=F("asked_on"))
                ),
                name="portfolio_ownerproposal_answer_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ProposalOutcome.ACCEPTED)
                | Q(cares__isnull=False, cares=True)
                & Q(collects__isnull=False, collects=True)
                & Q(decides__isnull=False, decides=True),
                name="portfolio_ownerproposal_owner_says_yes_three_times",
            ),
            models.CheckConstraint(
                condition=~Q(outcome=ProposalOutcome.DECLINED, reason=""),
                name="portfolio_ownerproposal_no_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "pilot"],
                condition=Q(outcome="open"),
                name="portfolio_asked_person",
            ),
            models.Index(fields=["pilot", "-asked_on"], name="portfolio_asked_of_pilot"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} asked to own {self.pilot_id}: {self.outcome}"


class OwnershipAnswer(models.Model):
    """The three names of the twelve-month questions (source map B29), as of a day.

    Who owns it in twelve months, who is accountable when it breaks, who collects feedback and
    decides. Answered anew every year; earlier answers stay.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="ownership_answers"
    )
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    operations_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    feedback_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "answered_on"],
                name="portfolio_ownershipanswer_one_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"twelve months of {self.pilot_id} as of {self.answered_on}"
