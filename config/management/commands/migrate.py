"""Django's migrate, run as the owner login, followed by the rights of the application's login
and, when everything is migrated, by the checklists."""

from typing import Any

from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate

from config.privileges import as_owner, prepare_tables


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner() as login:
            super().handle(*args, **options)
            if not (options["check_unapplied"] or options["plan"]):
                prepare_tables(login)
        if not (options["check_unapplied"] or options["plan"] or options["app_label"]):
            call_command("sync_catalog", stdout=self.stdout, verbosity=options["verbosity"])
