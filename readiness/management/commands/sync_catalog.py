"""Loads checklists; run after every migrate and so at every start, safe to repeat."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common.errors import Refused
from readiness.actions import catalog
from readiness.catalog import CatalogError, read_all, read_own
from readiness.models import ChecklistTemplate, Origin
from readiness.queries.catalog import known_keys


class Command(BaseCommand):
    help = (
        "Load the checklists that are shipped, and those in the folder PILOTAGE_CATALOG_DIR. "
        "A file of that folder that cannot be used is named and left out; the rest is loaded."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = catalog.sync(templates=read_all())
        except (CatalogError, Refused) as error:
            raise CommandError(str(error)) from None
        if settings.CATALOG_DIR:
            loaded += self._own(Path(settings.CATALOG_DIR))
        for template in loaded if options["verbosity"] else []:
            self.stdout.write(f"Loaded the checklist {template}.")

    def _own(self, folder: Path) -> list[ChecklistTemplate]:
        """The company's files, each on its own: a wrong one stops neither the start nor others."""
        good, wrong = read_own(folder, known_keys())
        loaded: list[ChecklistTemplate] = []
        for template in good:
            try:
                loaded += catalog.sync(templates=[template], origin=Origin.FILE)
            except Refused as refusal:
                wrong.append(refusal.sentence)
        for sentence in wrong:
            self.stderr.write(f"Not loaded: {sentence}")
        return loaded
