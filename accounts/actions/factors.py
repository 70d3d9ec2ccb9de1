"""Second factors, taken away by an administrator when somebody has lost theirs."""

from allauth.mfa.models import Authenticator
from django.db import transaction

from accounts.actions import events
from accounts.actions.rights import require_administrator
from accounts.models import Channel, User


@transaction.atomic
def remove_all(*, user: User, by: User, channel: str) -> int:
    """Remove authenticator app, recovery codes and passkeys: the password alone opens again."""
    require_administrator(by)
    rows = Authenticator.objects.filter(user=user)
    kinds = sorted(rows.values_list("type", flat=True))
    rows.delete()
    if kinds:
        events.record(
            verb="factors.removed", by=by, channel=channel, person=user, before={"kinds": kinds}
        )
    return len(kinds)


def tell(*, by: User, verb: str, what: str) -> None:
    """Somebody changed their own factors or identities on the sign-in package's pages."""
    values = {"what": what}
    ended = verb.endswith("removed")
    events.record(
        verb=verb, by=by, channel=Channel.WEB, person=by,
        before=values if ended else None, after=None if ended else values,
    )  # fmt: skip
