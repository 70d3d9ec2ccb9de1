"""A pilot is registered once, however often its form is sent."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import Refused
from portfolio.actions import pilots
from portfolio.actions.records import USED, one_at_a_time
from portfolio.models import Event, Pilot

REMEMBERED = timedelta(days=1)


@transaction.atomic
def register_once(*, token: UUID | None, by: User, channel: str, **values: Any) -> Pilot:
    """Register a pilot; the same form again is the pilot that it made already."""
    if token:
        one_at_a_time(token)
    made = made_by(token, by)
    return made or pilots.register(by=by, channel=channel, form=token, **values)


def made_by(token: UUID | None, by: User) -> Pilot | None:
    """The pilot that this form made; Refused when somebody else sent it, or it is gone again."""
    if token is None:
        return None
    since = clock.now() - REMEMBERED
    sent = Event.objects.filter(verb="pilot.registered", at__gte=since, after__form=str(token))
    before = sent.first()
    if before is None or before.pilot_id is None:
        return None
    made = Pilot.objects.visible_to(by).filter(pk=before.pilot_id).first()
    if made is None or before.actor_id != by.pk:
        raise Refused(USED)
    return made
