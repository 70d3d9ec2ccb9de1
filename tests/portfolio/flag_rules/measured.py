import time_machine

from portfolio.actions import metrics
from portfolio.models import Channel, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, settled, sweep


def measured(cast: Cast, days: int, name: str = "Minutes", **values: object) -> Pilot:
    pilot = Pilot.objects.first() or settled(cast.mona, stage="poc")
    with time_machine.travel(f"{ago(days)}T12:00:00Z", tick=False):
        metrics.add(pilot=pilot, by=cast.mona, channel=Channel.WEB, name=name, **values)  # type: ignore[arg-type]
    sweep()
    return pilot
