from django.conf import settings
from django.db import models
from django.db.models import F, Q


class ExtensionState(models.TextChoices):
    PROPOSED = "proposed", "Proposed"
    APPROVED = "approved", "Approved"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Withdrawn"


class Extension(models.Model):
    """More time to decide: from the day that stood to a later one, reasoned and approved.

    A manager proposes, an executive or another manager approves; only approved ones have a
    `number`, 1 or 2: that is how the database keeps them to two. `answer` is why it was declined.
    """

    MOST = 2

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="extensions"
    )
    from_day = models.DateField()
    to_day = models.DateField()
    reason = models.TextField()
    state = models.CharField(max_length=12, choices=ExtensionState, default=ExtensionState.PROPOSED)
    number = models.PositiveSmallIntegerField(null=True, blank=True)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField()
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    settled_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ExtensionState.values),
                name="portfolio_extension_state_is_known",
            ),
            models.CheckConstraint(
                condition=Q(to_day__gt=F("from_day")), name="portfolio_extension_ends_later"
            ),
            models.CheckConstraint(
                condition=~Q(reason=""), name="portfolio_extension_has_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state="approved", number__range=(1, 2), approver__isnull=False)
                | (~Q(state="approved") & Q(number=None)),
                name="portfolio_extension_is_the_first_or_second",
            ),
            models.CheckConstraint(
                condition=Q(approver=None)
                | Q(state="withdrawn")
                | ~Q(approver=F("proposed_by")),
                name="portfolio_extension_approver_is_another",
            ),
            models.CheckConstraint(
                condition=Q(state="proposed", settled_at=None)
                | (~Q(state="proposed") & Q(settled_at__isnull=False)),
                name="portfolio_extension_is_settled_once",
            ),
            models.UniqueConstraint(
                fields=["pilot", "number"], name="portfolio_extension_at_most_two"
            ),
            models.UniqueConstraint(
                fields=["pilot"], condition=Q(state="proposed"),
                name="portfolio_extension_one_waits",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.pilot_id} to {self.to_day}"
