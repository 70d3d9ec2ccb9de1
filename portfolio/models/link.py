from django.db import models

from portfolio.models.record import Record, in_order, known, said, web_only


class LinkKind(models.TextChoices):
    REPOSITORY = "repository", "Repository"
    REGISTRY = "registry", "Model registry"
    DASHBOARD = "dashboard", "Dashboard"
    CONTRACT = "contract", "Contract"
    OTHER = "other", "Other"


class Link(Record):
    """Where something about a pilot stands; stored and shown, never fetched."""

    pilot = models.ForeignKey("portfolio.Pilot", on_delete=models.CASCADE, related_name="links")
    kind = models.CharField(max_length=16, choices=LinkKind)
    name = models.CharField(max_length=200)
    url = models.CharField(max_length=1000)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            said("name", "link"),
            said("url", "link"),
            known("kind", LinkKind, "link"),
            web_only("url", "portfolio_link_is_a_web_link"),
            in_order("since", "until", "portfolio_link_ends_after_it_begins"),
        ]
