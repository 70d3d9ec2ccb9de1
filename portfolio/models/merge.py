from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Merge(models.Model):
    """Two pilots were one: what moved from `merged` to `survivor`, so that it can go back.

    `moved` lists rows as {model, pk, was, now}: the columns that changed, as text. `fields` and
    `gave` are what changed on the survivor and on the merged pilot, name to [before, after].
    """

    survivor = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="absorbed"
    )
    merged = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="merges")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    moved = models.JSONField(default=list)
    fields = models.JSONField(default=dict)
    gave = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["merged"], condition=Q(undone_at=None), name="portfolio_merge_is_into_one"
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("merged")), name="portfolio_merge_is_of_two"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="portfolio_merge_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.survivor_id}"
