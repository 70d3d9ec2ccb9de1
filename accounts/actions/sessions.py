"""Where a person is signed in, and how that ends."""

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from accounts.actions import events
from accounts.actions.rights import require_administrator
from accounts.models import Channel, User


@transaction.atomic
def end_others(*, by: User, keep: str) -> int:
    """Sign out everywhere but in the session with this key. Returns how many ended."""
    ended = _end(by, keep=keep)
    if ended:
        events.record(
            verb="sessions.ended", by=by, channel=Channel.WEB, person=by, after={"ended": ended}
        )
    return ended


@transaction.atomic
def end_for(*, user: User, by: User, channel: str) -> int:
    """An administrator signs a person out everywhere."""
    require_administrator(by)
    ended = _end(user)
    events.record(
        verb="sessions.ended", by=by, channel=channel, person=user, after={"ended": ended}
    )
    return ended


def end_all(*, user: User) -> int:
    """Part of a larger change, which tells the story."""
    return _end(user)


def _end(user: User, keep: str = "") -> int:
    rows = UserSession.objects.filter(user=user).exclude(session_key=keep)
    keys = list(rows.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    rows.delete()
    return len(keys)
