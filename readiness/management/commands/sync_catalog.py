"""Loads the checklists of readiness/catalog; run after every migrate, safe to repeat."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common.errors import Refused
from readiness.actions import catalog
from readiness.catalog import CatalogError, read_all


class Command(BaseCommand):
    help = "Load the checklist templates of readiness/catalog into the database."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = catalog.sync(templates=read_all())
        except (CatalogError, Refused) as error:
            raise CommandError(str(error)) from None
        for template in loaded if options["verbosity"] else []:
            self.stdout.write(f"Loaded the checklist {template}.")
