from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from portfolio.models.stage import Stage


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


class ChecklistTemplate(models.Model):
    """A version of a checklist, as its catalog file said it. Published versions never change.

    `checksum` is of the file's content; `current` marks the version that is asked now.
    """

    slug = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, default="")
    source = models.CharField(max_length=60, blank=True, default="")
    checksum = models.CharField(max_length=64)
    current = models.BooleanField(default=False)
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
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"


class ChecklistItem(models.Model):
    """One question of a template version, with what evidence looks like and how to close it."""

    template = models.ForeignKey(ChecklistTemplate, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
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
    covers = ArrayField(models.CharField(max_length=8), default=list, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "code"], name="readiness_checklistitem_code_is_unique"
            ),
            models.UniqueConstraint(
                fields=["template", "position"], name="readiness_checklistitem_position_is_unique"
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
        ]

    def __str__(self) -> str:
        return self.question
