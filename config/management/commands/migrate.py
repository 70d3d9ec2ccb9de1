"""Django's migrate, run as the owner login, followed by the rights of the application's login."""

from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate

from config.privileges import as_owner, prepare_tables


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> None:
        with as_owner() as login:
            super().handle(*args, **options)
            if not (options["check_unapplied"] or options["plan"]):
                prepare_tables(login)
