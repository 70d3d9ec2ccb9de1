from django.db import models
from django.db.models import Q


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

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["template", "code"], name="readiness_checklistitem_code_is_unique"
            ),
            models.UniqueConstraint(
                fields=["template", "position"], name="readiness_checklistitem_position_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.question
