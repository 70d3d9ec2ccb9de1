from datetime import timedelta

import time_machine

from portfolio.actions import dependencies
from portfolio.models import Channel, Incident, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import DAY, ago, codes, flag, settled, sweep, words

WEB = Channel.WEB


def drifted(cast: Cast, days: int, kind: str = "silent_drift") -> tuple[Pilot, Incident]:
    pilot = settled(cast.mona)
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False):
        system = dependencies.add(pilot=pilot, by=cast.mona, channel=WEB, name="ERP", kind="erp")
        incident = dependencies.report(
            dependency=system, by=cast.mona, channel=WEB, what="Fields vanished", kind=kind,
            opened_on=ago(days),
        )  # fmt: skip
    return pilot, incident


def test_it_is_open_while_the_incident_is(cast: Cast) -> None:
    pilot, incident = drifted(cast, 9)
    sweep()
    assert flag(pilot, "SILENT_DRIFT").since == ago(9)
    assert flag(pilot, "SILENT_DRIFT").severity == "H"
    assert words(pilot, "SILENT_DRIFT") == "“ERP” changed without a word 9 days ago"
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False):
        dependencies.amend(incident=incident, by=cast.mona, channel=WEB, closed_on=DAY)
    assert "SILENT_DRIFT" not in codes(pilot)


def test_an_outage_is_no_silent_drift(cast: Cast) -> None:
    pilot, _ = drifted(cast, 9, kind="outage")
    sweep(DAY + timedelta(days=1))
    assert "SILENT_DRIFT" not in codes(pilot)


def test_the_oldest_speaks(cast: Cast) -> None:
    pilot, incident = drifted(cast, 9)
    with time_machine.travel(f"{DAY}T12:00:00Z", tick=False):
        dependencies.report(
            dependency=incident.dependency, by=cast.mona, channel=WEB, what="Again",
            opened_on=ago(2),
        )  # fmt: skip
    sweep()
    assert flag(pilot, "SILENT_DRIFT").since == ago(9)
