"""Evidence files without their content, and their content piece by piece."""

from collections.abc import Iterator

from django.db.models.functions import Substr

from portfolio.models import Pilot
from readiness.models import EvidenceFile

PIECE = 512 * 1024
"""Bytes of a file that are in memory at once while it is sent."""


def revisions(pilot: Pilot, key: str) -> list[EvidenceFile]:
    """Every file of a question, the newest first; one query, without any content."""
    rows = EvidenceFile.objects.filter(pilot=pilot, key=key).defer("content")
    return list(rows.select_related("author").order_by("-revision"))


def pieces(file: EvidenceFile) -> Iterator[bytes]:
    """The content, PIECE by PIECE; each is a query, so that no file is in memory whole."""
    rows = EvidenceFile.objects.filter(pk=file.pk)
    for start in range(1, file.size + 1, PIECE):
        yield bytes(rows.values_list(Substr("content", start, PIECE), flat=True).get())
