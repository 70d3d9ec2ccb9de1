import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portfolio.models.stage import Stage

DECIMAL = r"^(-?\d{1,12}(\.\d{1,6})?)?$"


class Dimension(models.TextChoices):
    DATA = "data", "Data"
    INTEGRATION = "integration", "Integration"
    OPERATIONS = "operations", "Operations"
    OWNERSHIP = "ownership", "Ownership"
    SCALE = "scale", "Scale"


class Level(models.TextChoices):
    GROUNDWORK = "groundwork", "Groundwork"
    CONTROLLED = "controlled", "Controlled"
    PRODUCTION = "production", "Production"


class Side(models.TextChoices):
    TECHNICAL = "technical", "Technical"
    ORGANISATIONAL = "organisational", "Organisational"


class EvidenceKind(models.TextChoices):
    """The form an item's evidence has; all but the first are numbers that pass or fail."""

    ANY = "any", "A link, a file or a note"
    NUMBER = "number", "A number"
    RAW_200 = "raw_200", "A test on 200 raw records"
    DRILL = "drill", "A drill with its date and duration"
    LOAD_RATIO = "load_ratio", "Users tested and expected"
    LATENCY = "latency", "Budget and measured latency"


class Fact(models.TextChoices):
    """What must be true of a pilot for an item to apply to it."""

    CUSTOMER_FACING = "customer_facing", "Customers use it"
    LLM = "llm", "It uses a language model"
    THIRD_PARTY = "third_party", "Data goes to a third party"
    INFLUENCES_DECISIONS = "influences_decisions", "It influences decisions about people"


class Factor(models.TextChoices):
    """The eight in which a PoC and production differ (source map C20)."""

    GOAL = "goal", "Goal"
    DATA = "data", "Data"
    INFRASTRUCTURE = "infrastructure", "Infrastructure"
    INTEGRATION = "integration", "Integration"
    MONITORING = "monitoring", "Monitoring"
    DEPLOYMENT = "deployment", "Deployment"
    RELIABILITY = "reliability", "Reliability"
    OWNERSHIP = "ownership", "Ownership"


class Answered(models.TextChoices):
    """Who answers a checklist."""

    PEOPLE = "people", "By people, with evidence"
    RECORD = "record", "From the pilot's record"
    TEAM = "team", "By its team, in a self-check"


class Origin(models.TextChoices):
    SHIPPED = "shipped", "Shipped with Pilotage"
    FILE = "file", "A file of this company"
    SCREEN = "screen", "Written on the screen"


class ChecklistTemplate(models.Model):
    """A version of a checklist, as its catalog file or its screen said it. It never changes.

    Only the columns in `changeable_columns` move. `current` marks the version that is asked now.
    It is asked from `effective_on` (null: since it was loaded, or never) until `retired_on`. With
    a day in `effective_on`, neither current nor retired, it waits for that day; at most one
    version of a list waits. `size` is the number of its items: no later one gets in. `checksum`
    is of the content.
    """

    changeable_columns = ("current", "effective_on", "retired_on")

    slug = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    checksum = models.CharField(max_length=64)
    size = models.PositiveSmallIntegerField(default=0)
    answered = models.CharField(max_length=8, choices=Answered, default=Answered.PEOPLE)
    origin = models.CharField(max_length=16, choices=Origin, default=Origin.SHIPPED)
    current = models.BooleanField(default=False)
    effective_on = models.DateField(null=True, blank=True)
    retired_on = models.DateField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["slug", "version"], name="readiness_checklisttemplate_version_is_unique"
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(current=True),
                name="readiness_checklisttemplate_one_is_current",
            ),
            models.CheckConstraint(
                condition=Q(answered__in=Answered.values),
                name="readiness_checklisttemplate_answered_is_known",
            ),
            models.CheckConstraint(
                condition=Q(origin__in=Origin.values),
                name="readiness_checklisttemplate_origin_is_known",
            ),
            models.CheckConstraint(
                condition=Q(retired_on=None) | Q(current=False),
                name="readiness_checklisttemplate_retired_is_not_current",
            ),
            models.UniqueConstraint(
                fields=["slug"],
                condition=Q(current=False, retired_on=None, effective_on__isnull=False),
                name="readiness_checklisttemplate_one_waits",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["current", "effective_on", "retired_on"]),
            ),
            pgtrigger.Protect(name="kept", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class ChecklistItem(models.Model):
    """One question of a template version, with what evidence looks like and how to close it.

    `key` is the question's identity through versions and lists: "production.latency". Answers are
    given to the key; an item that asks the same as another one's (`same_as` in its file) has that
    one's key, so that one answer counts in both. `rungs` are five sentences for 0 to 4, which a
    self-check's question is answered by. `least`, `most` and `unit` are what a number has to reach,
    decimals as text, as the file says them.
    """

    append_only = True  # The application's database login may only read and insert.

    template = models.ForeignKey(ChecklistTemplate, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    key = models.CharField(max_length=121)
    question = models.CharField(max_length=300)
    evidence = models.TextField()
    close = models.TextField()
    dimension = models.CharField(max_length=24, choices=Dimension)
    level = models.CharField(max_length=24, choices=Level)
    side = models.CharField(max_length=24, choices=Side)
    must_have = models.BooleanField(default=True)
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.PILOT)
    when = ArrayField(models.CharField(max_length=24, choices=Fact), default=list, blank=True)
    kind = models.CharField(max_length=24, choices=EvidenceKind, default=EvidenceKind.ANY)
    valid_days = models.PositiveSmallIntegerField(null=True, blank=True)
    factor = models.CharField(max_length=24, choices=Factor, blank=True, default="")
    covers = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    rungs = ArrayField(models.CharField(max_length=200), default=list, blank=True)
    least = models.CharField(max_length=20, blank=True, default="")
    most = models.CharField(max_length=20, blank=True, default="")
    unit = models.CharField(max_length=20, blank=True, default="")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "code"], name="readiness_checklistitem_code_is_unique"
            ),
            models.UniqueConstraint(
                fields=["template", "position"], name="readiness_checklistitem_position_is_unique"
            ),
            models.UniqueConstraint(
                fields=["template", "key"], name="readiness_checklistitem_key_is_unique"
            ),
            models.CheckConstraint(
                condition=Q(factor="") | Q(factor__in=Factor.values),
                name="readiness_checklistitem_factor_is_known",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=EvidenceKind.values),
                name="readiness_checklistitem_kind_is_known",
            ),
            models.CheckConstraint(
                condition=Q(when__contained_by=Fact.values),
                name="readiness_checklistitem_facts_are_known",
            ),
            models.CheckConstraint(
                condition=Q(valid_days=None) | Q(valid_days__gt=0),
                name="readiness_checklistitem_validity_is_positive",
            ),
            models.CheckConstraint(
                condition=Q(least__regex=DECIMAL) & Q(most__regex=DECIMAL),
                name="readiness_checklistitem_bar_is_a_number",
            ),
            models.CheckConstraint(
                condition=Q(least="", most="", unit="") | Q(kind="number"),
                name="readiness_checklistitem_bar_is_of_a_number",
            ),
            models.CheckConstraint(
                condition=Q(rungs__len__in=(0, 5)), name="readiness_checklistitem_rungs_are_five"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="published", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="complete",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=(
                    "IF NEW.position NOT BETWEEN 1 AND (SELECT size FROM "
                    "readiness_checklisttemplate WHERE id = NEW.template_id) THEN RAISE EXCEPTION "
                    "'This version of the checklist is complete.'; END IF; RETURN NEW;"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.question


class ChecklistDraft(models.Model):
    """The next version of a company's checklist while it is written on the screen.

    `content` is what a catalog file says (readiness.catalog); publishing checks it as a file is
    checked and makes a ChecklistTemplate of it. `version` counts edits and guards lost ones.
    """

    slug = models.CharField(max_length=60, unique=True)
    content = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Draft of {self.slug}"
