from django.db import models
from django.db.models import Q


class Rollup(models.Model):
    """Counts of all pilots, kept so that a large portfolio opens as fast as a small one.

    One row per page that has one; beat keeps it at most a minute old. Open and restricted
    pilots are counted apart: who sees every pilot adds the two, for others the restricted
    ones they may see are counted live and added. `restricted` is a fingerprint of which pilots were
    restricted then: when it no longer fits, the row may not be used.
    """

    code = models.CharField(max_length=40, unique=True)
    computed_at = models.DateTimeField()
    as_of = models.DateField()
    pilots = models.PositiveIntegerField(help_text="How many pilots there are in all.")
    restricted = models.CharField(max_length=80)
    counts = models.JSONField(help_text="Empty when the portfolio is small enough to count live.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(code=""), name="portfolio_rollup_has_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} of {self.computed_at:%Y-%m-%d %H:%M}"
