"""Uploaded files go when the company keeps them no longer."""

from common import clock, company
from portfolio.models import ImportUpload
from portfolio.queries.company import old_uploads


def forget_old() -> int:
    """Delete files of imports that ended longer ago than the settings keep them; how many.

    The import's record stays: rows, what they changed, and what could not be read.
    """
    days = company.current().keep_uploads
    if days is None:
        return 0
    old = list(old_uploads(clock.now(), days).values_list("pk", flat=True))
    gone, _ = ImportUpload.objects.filter(pk__in=old).delete()
    return gone
