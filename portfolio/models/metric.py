from django.db import models
from django.db.models import F, Q

from portfolio.models.superseded import Superseded, superseded_constraints

LIMIT = 10**18
ANCIENT = "1950-01-01"  # A reading before this day is a slip of the hand.


class Direction(models.TextChoices):
    UP = "up", "Higher is better"
    DOWN = "down", "Lower is better"


class ValuePer(models.TextChoices):
    """What one reading of the value metric counts."""

    DAY = "day", "units of value a day"
    WEEK = "week", "units of value a week"
    MONTH = "month", "units of value a month"
    TOTAL = "total", "units of value since the start"
    LEVEL = "level", "a level, such as a share or a score"


def value_is_a_number(field: str, name: str) -> models.CheckConstraint:
    """NaN and infinity sort above every number in PostgreSQL, so a range refuses them."""
    return models.CheckConstraint(
        condition=Q(**{field: None}) | Q(**{f"{field}__gt": -LIMIT, f"{field}__lt": LIMIT}),
        name=name,
    )


class Metric(models.Model):
    """What value means for a pilot: unit, direction, baseline, target, due, cadence.

    `preset` is the code of the preset it was made from, blank for one's own. `technical` metrics
    measure the system; `value_per` is filled on the one metric that stands for the pilot's value.
    """

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="metrics")
    name = models.CharField(max_length=200)
    preset = models.CharField(max_length=40, blank=True, default="")
    unit = models.CharField(max_length=40, blank=True, default="")
    direction = models.CharField(max_length=8, choices=Direction, default=Direction.UP)
    technical = models.BooleanField(default=False)
    value_per = models.CharField(max_length=8, choices=ValuePer, blank=True, default="")
    baseline = models.DecimalField(max_digits=28, decimal_places=8, null=True, blank=True)
    target = models.DecimalField(max_digits=28, decimal_places=8, null=True, blank=True)
    due = models.DateField(null=True, blank=True)
    cadence_days = models.PositiveSmallIntegerField(default=30)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, help_text="Counts edits; guards lost updates.")

    class Meta:
        constraints = [
            value_is_a_number("baseline", "portfolio_metric_baseline_is_a_number"),
            value_is_a_number("target", "portfolio_metric_target_is_a_number"),
            models.CheckConstraint(
                condition=Q(cadence_days__gt=0), name="portfolio_metric_cadence_is_positive"
            ),
            models.CheckConstraint(
                condition=Q(until=None) | Q(until__gte=F("since")),
                name="portfolio_metric_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(value_per="") | Q(value_per__in=ValuePer.values, technical=False),
                name="portfolio_metric_value_is_not_technical",
            ),
            models.UniqueConstraint(
                fields=["pilot", "name"],
                condition=Q(until=None),
                name="portfolio_metric_name_is_unique_on_its_pilot",
            ),
            models.UniqueConstraint(
                fields=["pilot"],
                condition=Q(until=None) & ~Q(value_per=""),
                name="portfolio_metric_one_stands_for_value",
            ),
            models.UniqueConstraint(
                fields=["pilot", "preset"],
                condition=Q(until=None) & ~Q(preset=""),
                name="portfolio_metric_preset_is_used_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Reading(Superseded):
    """One dated value of a metric, with its source.

    A share keeps its counts: `value` is then 100 * part / whole. A wrong reading is superseded,
    by the right one or by none, and stays in the table.
    """

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="readings")
    value = models.DecimalField(max_digits=28, decimal_places=8)
    part = models.PositiveIntegerField(null=True, blank=True)
    whole = models.PositiveIntegerField(null=True, blank=True)
    on = models.DateField()
    source = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="")
    raw_test = models.ForeignKey(
        "portfolio.RawTest", null=True, blank=True, on_delete=models.CASCADE,
        related_name="readings",
    )  # fmt: skip
    superseded_by = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="supersedes"
    )

    class Meta:
        constraints = [
            value_is_a_number("value", "portfolio_reading_value_is_a_number"),
            models.CheckConstraint(
                condition=Q(on__gte=ANCIENT), name="portfolio_reading_is_not_ancient"
            ),
            models.CheckConstraint(
                condition=Q(part=None, whole=None)
                | Q(part__isnull=False, whole__isnull=False, whole__gt=0, part__lte=F("whole")),
                name="portfolio_reading_part_is_of_a_whole",
            ),
            models.CheckConstraint(
                condition=Q(superseded_by=None)
                | (Q(superseded_at__isnull=False) & ~Q(superseded_by=F("id"))),
                name="portfolio_reading_successor_needs_an_end",
            ),
            *superseded_constraints("portfolio_reading"),
        ]
        indexes = [models.Index(fields=["metric", "-on", "-id"], name="portfolio_reading_latest")]

    def __str__(self) -> str:
        return f"{self.value} on {self.on}"


class RawTest(Superseded):
    """How well it does on raw records of production, beside the curated ones (source map E07).

    Counts of right answers, so that both scores and their intervals can be computed.
    """

    ENOUGH = 200

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="raw_tests")
    on = models.DateField()
    raw_right = models.PositiveIntegerField()
    raw_sample = models.PositiveIntegerField()
    curated_right = models.PositiveIntegerField()
    curated_sample = models.PositiveIntegerField()
    random = models.BooleanField(help_text="The records were drawn at random.")
    unprocessed = models.BooleanField(help_text="Nothing was cleaned or prepared before.")
    source = models.CharField(max_length=200, blank=True, default="")
    note = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(raw_sample__gt=0, raw_right__lte=F("raw_sample")),
                name="portfolio_rawtest_raw_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(curated_sample__gt=0, curated_right__lte=F("curated_sample")),
                name="portfolio_rawtest_curated_is_a_share",
            ),
            models.CheckConstraint(
                condition=Q(on__gte=ANCIENT), name="portfolio_rawtest_is_not_ancient"
            ),
            *superseded_constraints("portfolio_rawtest"),
        ]
        indexes = [models.Index(fields=["pilot", "-on", "-id"], name="portfolio_rawtest_latest")]

    def __str__(self) -> str:
        return f"{self.raw_right} of {self.raw_sample} on {self.on}"

    @property
    def passes(self) -> bool:
        """Enough records, drawn at random, nothing prepared."""
        return self.raw_sample >= self.ENOUGH and self.random and self.unprocessed
