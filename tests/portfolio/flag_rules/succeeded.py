from typing import Any

from portfolio.models import Flag, Pilot
from tests.factories import Cast
from tests.portfolio.flags.made import ago, settled, sweep


def succeeded(cast: Cast, success: int, updated: int | None, **values: Any) -> Pilot:
    pilot = settled(cast.mona, stage="poc", poc_success_on=ago(success), **values)
    Pilot.objects.update(last_update_on=None if updated is None else ago(updated))
    Flag.objects.all().delete()  # What registering saw, before the update.
    sweep()
    return pilot
