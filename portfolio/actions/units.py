"""Units go out of use only when no pilot is left behind in them."""

from django.db import transaction

from accounts.access import require_units
from accounts.actions import unit_tree
from accounts.models import Unit, User
from common.errors import Refused
from portfolio.models import Pilot

MOVE = "Move them first: choose them in the list and edit their unit."


@transaction.atomic
def retire(*, unit: Unit, by: User, channel: str) -> Unit:
    """Retire an empty unit. Restricted pilots that `by` may not know of stay in it unharmed."""
    require_units(by)
    left = Pilot.objects.visible_to(by).active().filter(unit=unit).count()
    if left:
        said = "1 active pilot belongs" if left == 1 else f"{left:,} active pilots belong"
        raise Refused(f"{said} to {unit}. {MOVE}")
    return unit_tree.retire(unit=unit, by=by, channel=channel)


@transaction.atomic
def merge(*, unit: Unit, into: Unit, by: User, channel: str) -> Unit:
    """Merge an empty unit into another.

    Counts every pilot: with the roles, the managers of a restricted one would lose sight of it.
    """
    require_units(by)
    if Pilot.objects.filter(unit=unit).exists():
        raise Refused(f"Pilots belong to {unit}, perhaps some that you may not see. {MOVE}")
    return unit_tree.merge(unit=unit, into=into, by=by, channel=channel)
