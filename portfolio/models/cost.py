from datetime import date
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from portfolio.models.metric import ANCIENT
from portfolio.models.superseded import Superseded, superseded_constraints

MOST = 10**14  # An amount of money stays below this, in the company's currency.


class CostKind(models.TextChoices):
    BUILD = "build", "Build"
    DATA = "data", "Data work"
    RUN = "run", "Run"
    LICENCES = "licences", "Licences"


class CostEntry(Superseded):
    """What was spent in a month, by kind, in the company's currency. `month` is its first day."""

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="costs")
    month = models.DateField()
    kind = models.CharField(max_length=16, choices=CostKind)
    amount = models.DecimalField(max_digits=16, decimal_places=2)
    source = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0, amount__lt=MOST),
                name="portfolio_costentry_amount_is_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(month__day=1, month__gte=ANCIENT),
                name="portfolio_costentry_month_is_a_first_day",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=CostKind.values), name="portfolio_costentry_kind_is_known"
            ),
            *superseded_constraints("portfolio_costentry"),
        ]
        indexes = [models.Index(fields=["pilot", "-month", "-id"], name="portfolio_costentry_last")]

    def __str__(self) -> str:
        return f"{self.amount} in {self.month:%Y-%m}"


class CostEstimate(Superseded):
    """What it would cost at full volume, from what the demo cost (source map E17).

    Only what is known is kept; what follows from it is computed by `scoring.costs`.
    """

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="estimates")
    on = models.DateField()
    demo_cost = models.DecimalField(max_digits=20, decimal_places=6)
    demo_units = models.PositiveBigIntegerField()
    unit_name = models.CharField(max_length=60)
    volume_per_day = models.PositiveBigIntegerField()
    days_per_month = models.PositiveSmallIntegerField(default=30)
    fixed_per_month = models.DecimalField(max_digits=16, decimal_places=2, default=Decimal(0))
    units_per_value = models.DecimalField(max_digits=16, decimal_places=4, null=True, blank=True)
    value_name = models.CharField(max_length=60, blank=True, default="")
    note = models.TextField(blank=True, default="")
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_on: "models.DateField[date | None, date | None]" = models.DateField(
        null=True, blank=True
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(demo_cost__gte=0, demo_cost__lt=MOST, demo_units__gt=0),
                name="portfolio_costestimate_demo_has_a_price",
            ),
            models.CheckConstraint(
                condition=Q(days_per_month__gte=1, days_per_month__lte=31),
                name="portfolio_costestimate_month_has_days",
            ),
            models.CheckConstraint(
                condition=Q(fixed_per_month__gte=0, fixed_per_month__lt=MOST),
                name="portfolio_costestimate_fixed_is_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(units_per_value=None)
                | Q(units_per_value__gt=0, units_per_value__lt=10**12),
                name="portfolio_costestimate_units_per_value_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(approver=None, approved_on=None)
                | Q(approver__isnull=False, approved_on__isnull=False, approved_on__gte=F("on")),
                name="portfolio_costestimate_approval_has_a_person_and_a_day",
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | Q(author=None) | ~Q(approver=F("author")),
                name="portfolio_costestimate_is_approved_by_another",
            ),
            *superseded_constraints("portfolio_costestimate"),
        ]
        indexes = [
            models.Index(fields=["pilot", "-on", "-id"], name="portfolio_costestimate_last"),
        ]

    def __str__(self) -> str:
        return f"{self.demo_cost} for {self.demo_units} on {self.on}"
