"""What an import was given, what it did, and what it wrote last."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from portfolio.models.event import Channel


class ImportState(models.TextChoices):
    """A run waits for a worker in UPLOADED, TO_CHECK and TO_APPLY, for a person otherwise."""

    UPLOADED = "uploaded", "Waiting to be read"
    READING = "reading", "Being read"
    MAPPING = "mapping", "Waiting for its columns"
    TO_CHECK = "to_check", "Waiting for the dry run"
    CHECKING = "checking", "Dry run"
    CHECKED = "checked", "Ready to apply"
    TO_APPLY = "to_apply", "Waiting to be applied"
    APPLYING = "applying", "Being applied"
    APPLIED = "applied", "Applied"
    FAILED = "failed", "Could not be imported"
    DISCARDED = "discarded", "Discarded"


WORKING = frozenset({"uploaded", "reading", "to_check", "checking", "to_apply", "applying"})


class ImportRun(models.Model):
    """One file on its way in. The row is the queue: see common.queue for claim and lease."""

    state = models.CharField(max_length=16, choices=ImportState)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="imports"
    )
    channel = models.CharField(max_length=16, choices=Channel)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    file_name = models.CharField(max_length=255)
    size = models.PositiveIntegerField(help_text="Bytes.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the file.")

    found = models.JSONField(default=dict, help_text="Encoding, sheet, headers: how it was read.")
    proposals = models.JSONField(default=list)
    mapping = models.JSONField(null=True, blank=True)
    rows = models.PositiveIntegerField(default=0)
    progress = models.PositiveIntegerField(default=0, help_text="Rows done in the present step.")
    counts = models.JSONField(default=dict)
    columns = models.JSONField(default=list, help_text="Per column: filled, stored, issues.")
    conflicts = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    units = models.JSONField(
        default=dict, help_text="Units it made: id to the version in which it left them."
    )
    problem = models.TextField(blank=True, default="", help_text="Why it failed, as a sentence.")
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_at=None) | Q(state=ImportState.APPLIED),
                name="portfolio_importrun_undone_was_applied",
            ),
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="portfolio_importrun_state_is_known"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="portfolio_import_latest"),
            models.Index(
                fields=["id"], condition=Q(state__in=sorted(WORKING)), name="portfolio_import_queue"
            ),
        ]

    def __str__(self) -> str:
        return f"Import {self.pk} of {self.file_name}"

    @property
    def working(self) -> bool:
        return self.state in WORKING


class ImportUpload(models.Model):
    """The file's bytes, apart from the run so that lists do not read them."""

    run = models.OneToOneField(
        ImportRun, primary_key=True, on_delete=models.CASCADE, related_name="upload"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"File of import {self.run_id}"


class ImportRow(models.Model):
    """One record as it came, in the order of the file's columns, and what became of it."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="records")
    number = models.PositiveIntegerField(help_text="Counts records with the header as 1.")
    cells = models.JSONField()
    action = models.CharField(max_length=16, blank=True, default="")
    pilot = models.ForeignKey(
        "portfolio.Pilot", null=True, on_delete=models.SET_NULL, related_name="import_rows"
    )
    changes = models.JSONField(default=dict, help_text="Target to [before, after].")
    problem = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["run", "number"], name="portfolio_importrow_number_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"Row {self.number} of import {self.run_id}"


class ImportIssue(models.Model):
    """One cell that could not be stored, with its text and the reason."""

    run = models.ForeignKey(
        ImportRun, on_delete=models.CASCADE, related_name="issues", db_index=False
    )
    row = models.PositiveIntegerField()
    column = models.TextField()
    value = models.TextField()
    problem = models.TextField()

    class Meta:
        indexes = [models.Index(fields=["run", "id"], name="portfolio_importissue_of_run")]

    def __str__(self) -> str:
        return f"Row {self.row}, {self.column}: {self.problem}"


class ImportMapping(models.Model):
    """A mapping document kept under a name for the next file of its kind."""

    name = models.CharField(max_length=100)
    document = models.JSONField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    saved_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["name"], name="portfolio_importmapping_name_is_unique"),
        ]

    def __str__(self) -> str:
        return self.name


class ImportedCells(models.Model):
    """What the last import wrote to a pilot: the next one compares each cell with it.

    `key` digests unit path and name as the file had them, `digest` the whole row.
    """

    pilot = models.OneToOneField(
        "portfolio.Pilot", primary_key=True, on_delete=models.CASCADE, related_name="imported"
    )
    key = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    cells = models.JSONField()
    on = models.DateField()
    run = models.ForeignKey(ImportRun, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["key"], name="portfolio_importedcells_key")]

    def __str__(self) -> str:
        return f"Last import of {self.pilot_id}"
