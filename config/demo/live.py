"""What the demo does through the product itself: an import, the sweep, this week's digests."""

import csv
import io
from datetime import date, timedelta

from django.conf import settings

from accounts.actions import company
from accounts.models import Channel, User
from accounts.queries.company import stored
from common import clock
from config.demo import asked, boards, checklists, filed
from config.demo.company import NAME, PEOPLE
from portfolio.actions import digests, extensions, flags, imports, rollup
from portfolio.models import ImportRun, Pilot, Stage, SweepRun
from readiness.actions import decisions
from readiness.models import Outcome

MANAGER = PEOPLE[1]
STOPPED = {
    "family": "organisation", "codes": ["ownership", "priority"],
    "lessons": "A pilot that nobody has to use is not used. Name the team and the day first.",
    "reuse": "The route data and the way it is cleaned.",
    "data": "Stays in the warehouse; the copy is deleted.",
    "access": "IT / Platform ends the service account this month.",
}  # fmt: skip
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
    checklists.write(User.objects.get(email=MANAGER.email), clock.today())
    _settle()
    _propose(clock.today())
    filed.file_evidence()
    asked.write(clock.today())
    run = flags.sweep(refresh=True)
    boards.tell(clock.today())
    rollup.refresh()
    if not settings.PILOTAGE_SMTP_URL:  # Kept as files; nobody at Norddal reads real mail.
        digests.run_week(week=None, late=False)
    return run


def _settle() -> None:
    """Norddal has a name and more PoCs than it wants; settings that somebody saved stay."""
    if stored() is None:
        company.change(by=None, channel=Channel.COMMAND, version=0, name=NAME, wip_limit=30)


def _propose(today: date) -> None:
    """Two decisions and one extension wait for an answer."""
    mona = User.objects.get(email=MANAGER.email)
    seen = Pilot.objects.visible_to(mona).filter(
        restricted=False, proposals=None, extensions=None, on_hold_until=None
    )
    first = seen.decision_overdue(today).order_by("decide_by", "pk").first()
    if first:
        decisions.propose(
            pilot=first, by=mona, channel=Channel.COMMAND, outcome=Outcome.STOP,
            reason="Nobody has used it since the summer.", terms={"stop": STOPPED},
        )  # fmt: skip
    at_work = seen.filter(stage=Stage.PILOT, decide_by__gt=today, health="on_track")
    two = list(at_work.order_by("decide_by", "pk")[:2])
    if two:
        decisions.propose(
            pilot=two[0], by=mona, channel=Channel.COMMAND, outcome=Outcome.HOLD,
            reason="The new warehouse system is switched on first.",
            terms={"until": (today + timedelta(days=45)).isoformat()},
        )  # fmt: skip
    if two[1:]:
        extensions.propose(
            pilot=two[1], by=mona, channel=Channel.COMMAND, reason="The second site starts late.",
            to_day=max(two[1].decide_by or today, today) + timedelta(days=60),
        )  # fmt: skip
