from django.conf import settings
from django.db import models
from django.db.models import Q

LIMIT = 10**18


class Direction(models.TextChoices):
    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"


def value_is_a_number(field: str, name: str) -> models.CheckConstraint:
    """NaN and infinity sort above every number in PostgreSQL, so a range refuses them."""
    return models.CheckConstraint(
        condition=Q(**{field: None}) | Q(**{f"{field}__gt": -LIMIT, f"{field}__lt": LIMIT}),
        name=name,
    )


class Metric(models.Model):
    """What value means for a pilot: unit, direction, baseline, target, due, cadence."""

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="metrics")
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True, default="")
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.UP)
    baseline = models.DecimalField(max_digits=28, decimal_places=8, null=True, blank=True)
    target = models.DecimalField(max_digits=28, decimal_places=8, null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    cadence_days = models.PositiveSmallIntegerField(default=30)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            value_is_a_number("baseline", "portfolio_metric_baseline_is_a_number"),
            value_is_a_number("target", "portfolio_metric_target_is_a_number"),
            models.CheckConstraint(
                condition=Q(cadence_days__gt=0), name="portfolio_metric_cadence_is_positive"
            ),
            models.UniqueConstraint(
                fields=["pilot", "name"],
                condition=Q(until=None),
                name="portfolio_metric_name_is_unique_on_its_pilot",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reading(models.Model):
    """One dated value of a metric, with its source."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="readings")
    value = models.DecimalField(max_digits=28, decimal_places=8)
    on = models.DateField()
    source = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [value_is_a_number("value", "portfolio_reading_value_is_a_number")]
        indexes = [models.Index(fields=["metric", "-on", "-id"], name="portfolio_reading_latest")]

    def __str__(self) -> str:
        return f"{self.value} on {self.on}"
