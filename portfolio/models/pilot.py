from decimal import Decimal
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q

from portfolio.models.stage import Stage
from portfolio.models.update import Health
from portfolio.querysets import (
    FAR,
    LONG_AGO,
    PilotManager,
    PilotQuerySet,
    folded,
    known_or,
    searched_text,
)


class Audience(models.TextChoices):
    INTERNAL = "internal", "Internal"
    CUSTOMER = "customer", "Customers"


class DataClass(models.TextChoices):
    PUBLIC = "public", "Public"
    INTERNAL = "internal", "Internal"
    CONFIDENTIAL = "confidential", "Confidential"
    PERSONAL = "personal", "Personal"
    REGULATED = "regulated", "Regulated"


class Hosting(models.TextChoices):
    LAPTOP = "laptop", "A laptop"
    CONSULTANT = "consultant_machine", "A consultant's machine"
    TEST_SERVER = "test_server", "A test server"
    SANDBOX = "cloud_sandbox", "A cloud sandbox"
    PRODUCTION = "production", "Production"


class BuildBasis(models.TextChoices):
    POC_CODE = "poc_code", "PoC code promoted"
    HARDENED = "hardened", "Hardened"
    REBUILT = "rebuilt", "Rebuilt"


class Deploy(models.TextChoices):
    MANUAL = "manual", "By hand"
    SCRIPTED = "scripted", "Scripted"
    AUTOMATED = "automated", "Automated"


class Integration(models.TextChoices):
    NONE = "none", "None"
    FILE_DROP = "file_drop", "File drop"
    API = "api", "API"
    IN_WORKFLOW = "in_workflow", "In the workflow"


class Form(models.TextChoices):
    EMBEDDED = "embedded", "Embedded"
    SEPARATE = "separate", "Separate tool"


class Artefact(models.TextChoices):
    SLIDES = "slides", "Slides"
    NOTEBOOK = "notebook", "A notebook"
    SCRIPT = "script", "A script"
    SERVICE = "service", "A service"


class Dataset(models.TextChoices):
    STATIC = "static", "Static"
    REFRESHED = "refreshed", "Refreshed"
    STREAMING = "streaming", "Streaming"


class Mode(models.TextChoices):
    INTERACTIVE = "interactive", "Somebody waits for it"
    BACKGROUND = "background", "In the background"


class NotProven(models.TextChoices):
    """What a PoC often leaves open (source map B03, C04, D03)."""

    CLEAN_DATA = "clean_data", "Ran on cleaned or hand-picked data only"
    BUILDER_RUN = "builder_run", "Run by its builders only"
    NO_INTEGRATION = "no_integration", "Not connected to other systems"
    NO_LOAD = "no_load", "Never under real load"
    OFFLINE = "offline", "Judged offline by accuracy alone"
    TEMPORARY = "temporary", "On temporary infrastructure"


def choice(choices: type[models.TextChoices]) -> "models.CharField[str, str]":
    """A choice that may be unknown: blank is unknown, never a default."""
    return models.CharField(max_length=24, choices=choices, blank=True, default="")


def money() -> "models.DecimalField[Decimal | None, Decimal | None]":
    """An amount in the company's currency; null is unknown."""
    return models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)


def share(meaning: str) -> "models.DecimalField[Decimal | None, Decimal | None]":
    """A percentage from 0 to 100; null is unknown."""
    return models.DecimalField(
        max_digits=6, decimal_places=3, null=True, blank=True, help_text=meaning
    )


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(),
    pghistory.DeleteEvent(),
    level=pghistory.Statement,
    model_name="PilotHistory",
    obj_field=pghistory.ObjForeignKey(related_name="history"),
)
class Pilot(models.Model):
    """One AI initiative, known to people by its reference, such as PIL-42.

    `stage`, `stage_since`, `stage_since_bound`, `first_production_on`, `health` and
    `last_update_on` repeat what the dated records say; only actions write them.
    """

    REF_PREFIX = "PIL-"

    name = models.CharField(max_length=500)
    name_key = models.CharField(max_length=500, help_text="Name as compared.")
    summary = models.TextField(blank=True, default="", help_text="What it does today, plainly.")
    unit = models.ForeignKey("accounts.Unit", on_delete=models.PROTECT, related_name="pilots")
    external_id = models.CharField(max_length=200, blank=True, default="")
    registered_on = models.DateField()
    restricted = models.BooleanField(default=False)
    on_hold_until = models.DateField(null=True, blank=True)
    hold_reason = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=1, help_text="Counts edits; guards lost updates.")

    stage = models.CharField(max_length=16, choices=Stage, default=Stage.IDEA)
    stage_since = models.DateField(null=True, blank=True)
    stage_since_bound = models.DateField()
    first_production_on = models.DateField(null=True, blank=True)
    shipped = models.BooleanField(default=False, help_text="Has entered Production, ever.")
    health = models.CharField(max_length=16, choices=Health, blank=True, default="")
    last_update_on = models.DateField(null=True, blank=True)

    problem = models.TextField(blank=True, default="", help_text="Why: the problem it solves.")
    hypothesis = models.TextField(blank=True, default="")
    ready_when = models.TextField(blank=True, default="")
    stop_when = models.TextField(blank=True, default="")
    planned_outlet = models.TextField(blank=True, default="")
    decide_by = models.DateField(null=True, blank=True)
    demo_on = models.DateField(null=True, blank=True)
    poc_success_on = models.DateField(null=True, blank=True)

    audience = choice(Audience)
    data_class = choice(DataClass)
    third_party = models.BooleanField(null=True, blank=True)
    influences_decisions = models.BooleanField(null=True, blank=True)
    task_type = models.CharField(max_length=100, blank=True, default="")
    form = choice(Form)
    hosting = choice(Hosting)
    last_seen_working = models.DateField(null=True, blank=True)
    build_basis = choice(BuildBasis)
    deploy = choice(Deploy)
    integration = choice(Integration)

    artefact = choice(Artefact)
    dataset = choice(Dataset)
    mode = choice(Mode)
    uses_llm = models.BooleanField(null=True, blank=True)
    not_proven = ArrayField(
        models.CharField(max_length=24, choices=NotProven), null=True, blank=True,
        help_text="What the PoC did not prove; null is unknown, empty is nothing left open.",
    )  # fmt: skip
    training_data_from = models.DateField(null=True, blank=True)
    training_data_until = models.DateField(null=True, blank=True)
    access_holders = models.PositiveIntegerField(
        null=True, blank=True, help_text="People who can reach and run it."
    )
    departments = models.PositiveIntegerField(null=True, blank=True)
    intended_users = models.PositiveIntegerField(null=True, blank=True)
    support_hours = models.CharField(max_length=100, blank=True, default="")
    on_call = models.CharField(max_length=200, blank=True, default="")
    sla_availability = share("Promised availability, in percent.")
    sla_latency_ms = models.PositiveIntegerField(null=True, blank=True)
    sla_quality = models.CharField(max_length=200, blank=True, default="")
    retrain_days = models.PositiveIntegerField(null=True, blank=True)
    model_share = share("Share of the effort that is the model, in percent (source map D06).")
    build_days = models.PositiveIntegerField(null=True, blank=True)
    integrate_days = models.PositiveIntegerField(null=True, blank=True)
    target_launch_on = models.DateField(null=True, blank=True)

    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="Deleted or merged; kept to be taken back."
    )
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    budget = money()
    data_work_budget = money()
    spend_to_date = money()
    monthly_burn = money()
    run_cost_forecast = money()

    objects: ClassVar[PilotQuerySet] = PilotManager()
    everything: ClassVar[PilotQuerySet] = PilotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="portfolio_pilot_has_a_name"),
            models.CheckConstraint(
                condition=Q(stage__in=Stage.values), name="portfolio_pilot_stage_is_known"
            ),
            models.CheckConstraint(
                condition=Q(stage_since=None) | Q(stage_since=F("stage_since_bound")),
                name="portfolio_pilot_bound_is_known_entry",
            ),
            models.CheckConstraint(
                condition=Q(health="") | Q(health__in=Health.values),
                name="portfolio_pilot_health_is_known",
            ),
            models.UniqueConstraint(
                fields=["external_id"],
                condition=~Q(external_id=""),
                name="portfolio_pilot_external_id_is_unique",
            ),
            *[
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__gte": 0, f"{name}__lt": 10**14}),
                    name=f"portfolio_pilot_{name}_is_an_amount",
                )
                for name in (
                    "budget",
                    "data_work_budget",
                    "spend_to_date",
                    "monthly_burn",
                    "run_cost_forecast",
                )
            ],
            *[
                models.CheckConstraint(
                    condition=Q(**{name: None}) | Q(**{f"{name}__range": (0, 100)}),
                    name=f"portfolio_pilot_{name}_is_a_percentage",
                )
                for name in ("sla_availability", "model_share")
            ],
            models.CheckConstraint(
                condition=Q(not_proven=None) | Q(not_proven__contained_by=NotProven.values),
                name="portfolio_pilot_not_proven_is_known",
            ),
            models.CheckConstraint(
                condition=Q(training_data_from=None)
                | Q(training_data_until=None)
                | Q(training_data_until__gte=F("training_data_from")),
                name="portfolio_pilot_training_data_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None)
                | (~Q(merged_into=F("id")) & Q(removed_at__isnull=False)),
                name="portfolio_pilot_merged_is_removed",
            ),
        ]
        indexes = [
            # One index per sortable column of lists (queries/pilots.py names them); the key is
            # never NULL, so that a keyset page is one range of it in both directions.
            models.Index(fields=["name_key", "id"], name="portfolio_pilot_by_name"),
            models.Index(fields=["stage_since_bound", "id"], name="portfolio_pilot_by_entry"),
            models.Index(known_or("last_update_on", FAR), "id", name="portfolio_pilot_by_update"),
            models.Index(known_or("last_update_on", LONG_AGO), "id", name="portfolio_pilot_recent"),
            models.Index(known_or("decide_by", FAR), "id", name="portfolio_pilot_by_decide"),
            models.Index(known_or("decide_by", LONG_AGO), "id", name="portfolio_pilot_decide_last"),
            models.Index(fields=["stage", "stage_since_bound", "id"], name="portfolio_pilot_stage"),
            # The count of a list filtered by both, which few rows satisfy, and its rows by name.
            models.Index(
                fields=["stage", "health", "name_key", "id"],
                include=["removed_at", "restricted"],
                name="portfolio_pilot_stage_health",
            ),
            models.Index(fields=["unit", "name_key"], name="portfolio_pilot_unit_key"),
            models.Index(
                fields=["unit", "stage_since_bound"],
                condition=Q(stage=Stage.POC),
                name="portfolio_pilot_pocs_of_unit",
            ),
            # Which pilots are restricted, told from the index alone: the Overview asks each time.
            models.Index(
                fields=["id"],
                include=["restricted"],
                condition=Q(restricted=True, removed_at=None),
                name="portfolio_pilot_hidden",
            ),
            GinIndex(OpClass(folded("name"), "gin_trgm_ops"), name="portfolio_pilot_name_like"),
            GinIndex(
                OpClass(folded(searched_text()), "gin_trgm_ops"), name="portfolio_pilot_text_like"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.name}"

    @property
    def ref(self) -> str:
        return f"{self.REF_PREFIX}{self.pk}"
