from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portfolio.models.record import Record, blank_text, in_order, known, said, web_only


class SystemKind(models.TextChoices):
    DATABASE = "database", "Database"
    CRM = "crm", "CRM"
    ERP = "erp", "ERP"
    API = "api", "Internal API"
    WORKFLOW = "workflow", "Workflow engine"
    VENDOR = "vendor", "Vendor's service"
    OTHER = "other", "Other"


class IntegrationTarget(models.TextChoices):
    """What a pilot must become part of (source map C08)."""

    CORE = "core", "Core application"
    USERS = "users", "Users' workflow"
    API = "api", "API"
    PROCESS = "process", "Business process"


class AgreementStatus(models.TextChoices):
    """In the order of progress."""

    NONE = "none", "Nothing agreed"
    ASKED = "asked", "Asked"
    AGREED = "agreed", "Agreed"
    IN_PLACE = "in_place", "In place"


class DataIssue(models.TextChoices):
    """What real data are like (source map E05)."""

    MISSING = "missing", "Missing fields"
    MALFORMED = "malformed", "Malformed"
    INCONSISTENT = "inconsistent", "Inconsistent"
    MULTILINGUAL = "multilingual", "Several languages"
    DUPLICATES = "duplicates", "Duplicates"
    EDGE_CASES = "edge_cases", "Edge cases"


SHEET = ("formats", "null_rate", "encodings", "api_docs_on", "issues")
NO_SHEET = Q(formats=None, null_rate=None, encodings="", api_docs_on=None, issues=None)


class Dependency(Record):
    """A system that a pilot leans on, who answers for it, and what was agreed.

    One whose data feed the pilot (`is_source`) has a data-reality sheet (source map B09); null is
    "nobody has looked", an empty list of issues is "none found".
    """

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.CASCADE, related_name="dependencies"
    )
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=SystemKind)
    target = models.CharField(max_length=16, choices=IntegrationTarget, blank=True, default="")
    contact = blank_text(200)
    status = models.CharField(max_length=16, choices=AgreementStatus, default=AgreementStatus.NONE)
    agreement = models.TextField(blank=True, default="")
    agreement_url = blank_text(1000)
    is_source = models.BooleanField(default=False)
    formats = models.PositiveIntegerField(null=True, blank=True)
    null_rate: "models.DecimalField[Decimal | None, Decimal | None]" = models.DecimalField(
        max_digits=5, decimal_places=2, null=True, blank=True, help_text="Percent of empty cells."
    )
    encodings = blank_text(200)
    api_docs_on = models.DateField(null=True, blank=True)
    issues = ArrayField(models.CharField(max_length=16, choices=DataIssue), null=True, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            said("name", "dependency"),
            known("kind", SystemKind, "dependency"),
            known("target", IntegrationTarget, "dependency", blank=True),
            known("status", AgreementStatus, "dependency"),
            web_only("agreement_url", "portfolio_dependency_agreement_is_a_web_link"),
            in_order("since", "until", "portfolio_dependency_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(null_rate=None) | Q(null_rate__range=(0, 100)),
                name="portfolio_dependency_null_rate_is_a_percentage",
            ),
            models.CheckConstraint(
                condition=Q(issues=None) | Q(issues__contained_by=DataIssue.values),
                name="portfolio_dependency_issues_are_known",
            ),
            models.CheckConstraint(
                condition=Q(is_source=True) | NO_SHEET,
                name="portfolio_dependency_sheet_is_of_a_source",
            ),
        ]


class IncidentKind(models.TextChoices):
    SILENT_DRIFT = "silent_drift", "It changed and nobody said so"
    OUTAGE = "outage", "It was down"
    LATE = "late", "Data came late or in part"


class Incident(Record):
    """Something that an upstream did to a pilot; SILENT_DRIFT is the one that no alert saw."""

    NAME: ClassVar[str] = "what"

    dependency = models.ForeignKey(Dependency, on_delete=models.CASCADE, related_name="incidents")
    kind = models.CharField(max_length=16, choices=IncidentKind, default=IncidentKind.SILENT_DRIFT)
    what = models.CharField(max_length=500)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True, blank=True)
    cure = models.TextField(blank=True, default="")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            said("what", "incident"),
            known("kind", IncidentKind, "incident"),
            in_order("opened_on", "closed_on", "portfolio_incident_closes_after_it_opens"),
        ]
        indexes = [
            models.Index(
                fields=["kind", "dependency"],
                condition=Q(closed_on=None),
                name="portfolio_incident_open",
            ),
        ]
