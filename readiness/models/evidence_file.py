import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q


class EvidenceFile(models.Model):
    """A file that backs the answer to a question of a pilot; a newer one is another revision.

    Nobody changes what was filed: the application may only read and insert. `content` is served
    as a download only. `kind` is the type its content has, not the one its sender claimed.
    """

    append_only = True  # The application's database login may only read and insert.
    LARGEST = 10 * 1024 * 1024  # bytes

    pilot = models.ForeignKey(
        "portfolio.Pilot", on_delete=models.DO_NOTHING, related_name="evidence_files"
    )
    key = models.CharField(max_length=121, help_text="The question it was filed for.")
    revision = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=100)
    size = models.PositiveIntegerField(help_text="Bytes.")
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    filed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["pilot", "key", "revision"], name="readiness_evidencefile_revision_is_one"
            ),
            models.CheckConstraint(
                condition=Q(size__range=(1, 10 * 1024 * 1024)),
                name="readiness_evidencefile_size_is_allowed",
            ),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"),
                name="readiness_evidencefile_hash_is_sha256",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name} r{self.revision}"
