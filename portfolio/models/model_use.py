from django.conf import settings
from django.db import models
from django.db.models import Q

from portfolio.models.record import Record, blank_text, in_order, said


class ModelUse(Record):
    """A version of a model that a pilot uses, from `since` until `until` (null: still).

    `slug` is vendor and name as an address: the same model however it is spelt. `retires_on` is
    the day on which the vendor takes the version away; `planner` is who plans the way out.
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="model_uses"
    )
    vendor = blank_text(100)
    name = models.CharField(max_length=150)
    version = blank_text(100)
    slug = models.CharField(max_length=255)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    retires_on = models.DateField(null=True, blank=True)
    planner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT,
        related_name="model_plans",
    )  # fmt: skip
    plan = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            said("name", "modeluse"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[^/\s]+$"), name="portfolio_modeluse_slug_is_an_address"
            ),
            in_order("since", "until", "portfolio_modeluse_ends_after_it_begins"),
        ]
        indexes = [
            models.Index(
                fields=["slug", "pilot"], condition=Q(until=None), name="portfolio_modeluse_by_slug"
            ),
            models.Index(
                fields=["retires_on", "pilot"],
                condition=Q(until=None, retires_on__isnull=False),
                name="portfolio_modeluse_retiring",
            ),
        ]

    def __str__(self) -> str:
        return " ".join(part for part in (self.title, self.version) if part)

    @property
    def title(self) -> str:
        """Vendor and name; the vendor once, where the name begins with it."""
        return model_title(self.vendor, self.name)


def model_title(vendor: str, name: str) -> str:
    if not vendor or name.casefold().startswith(vendor.casefold()):
        return name
    return f"{vendor} {name}"
