"""What the demo does through the product itself: an import, the sweep, this week's digests."""

import csv
import io
from datetime import date, timedelta

from django.conf import settings

from accounts.actions import company
from accounts.models import Channel, User
from accounts.queries.company import stored
from config.demo.company import NAME, PEOPLE
from portfolio.actions import digests, flags, imports, rollup
from portfolio.models import ImportRun, SweepRun

MANAGER = PEOPLE[1]
HEADER = ("Use case", "Business unit", "Status", "Started", "Owner e-mail", "What it does")


def spreadsheet(today: date) -> bytes:
    """A sheet as a subsidiary would send it: other words, dates in three ways, gaps."""

    def ago(days: int) -> date:
        return today - timedelta(days=days)

    rows = [
        ("Yard camera counting", "Warehousing", "Pilot", f"{ago(70):%d/%m/%Y}",
         "ines.almeida@norddal.example", "Counts trailers in the yard."),
        ("Spare parts forecast", "Warehousing", "Proof of concept", f"{ago(120):%Y-%m-%d}", "",
         "Forecasts spare parts for forklifts."),
        ("Truck wash scheduling", "Freight / Road", "Idea", "N/A", "nobody yet",
         "Plans when lorries are washed."),
        ("Tyre wear photos", "Freight / Road", "in testing", "Q3FY25",
         "greta.vogel@norddal.example", "Judges tyres from drivers' photos."),
        ("Tyre wear photos", "Freight / Road", "Idea", "", "", "A second attempt, from the depot."),
    ]  # fmt: skip
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerows([HEADER, *rows])
    return ("\ufeff" + out.getvalue()).encode()


def import_files(today: date) -> list[ImportRun]:
    """Two files wait for the worker: one for its columns, one that is no spreadsheet."""
    by = User.objects.get(email=MANAGER.email)
    return [
        imports.start(by=by, file_name="yard-and-tyres.csv", content=spreadsheet(today)),
        imports.start(by=by, file_name="minutes.pdf", content=b"%PDF-1.7 not a spreadsheet"),
    ]


def finish() -> SweepRun:
    """The sweep that a new installation would make, the figures, and this week's digests."""
    _settle()
    run = flags.sweep(refresh=True)
    rollup.refresh()
    if not settings.PILOTAGE_SMTP_URL:  # Kept as files; nobody at Norddal reads real mail.
        digests.run_week(week=None, late=False)
    return run


def _settle() -> None:
    """Norddal has a name and more PoCs than it wants; settings that somebody saved stay."""
    if stored() is None:
        company.change(by=None, channel=Channel.COMMAND, version=0, name=NAME, wip_limit=30)
