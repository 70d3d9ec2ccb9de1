from django.db import models
from django.db.models import Q


class Tag(models.Model):
    """A word that pilots share across units. `key` is the name as compared, so that "Voice AI"
    and "voice ai" are one tag."""

    name = models.CharField(max_length=60)
    key = models.CharField(max_length=120, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(key=""), name="portfolio_tag_has_a_name"
            ),
            models.CheckConstraint(
                condition=~Q(name__contains=",") & ~Q(key__contains=","),
                name="portfolio_tag_has_no_comma",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PilotTag(models.Model):
    """A pilot carries a tag; who gave or took it and when stands in the events."""

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="tagged")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="tagged")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["tag", "pilot"], name="portfolio_pilottag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.pilot_id}"
