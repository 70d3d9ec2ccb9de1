"""Units that came with a list go with it: removed where nothing ever referred to them, set aside
where only what was removed does, taken up when they are named again. Who calls has looked."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Event, Unit, User
from common import clock
from common.changes import plain


def held(ids: Collection[int]) -> list[Unit]:
    """Those of them that are there, the deepest first, kept from being referred to until the
    transaction ends."""
    rows = list(Unit.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk"))
    return sorted(rows, key=lambda unit: -unit.lineage.count("/"))


@transaction.atomic
def drop(*, units: Collection[Unit], by: User | None, channel: str, reason: str) -> None:
    """Remove units that nothing refers to. A constant number of statements for each level."""
    said: dict[int, Mapping[str, Any]] = {unit.pk: {"path": unit.path} for unit in units}
    _tell("unit.removed", said, {}, by, channel, reason)
    for depth in sorted({unit.lineage.count("/") for unit in units}, reverse=True):
        level = [unit.pk for unit in units if unit.lineage.count("/") == depth]
        Unit.objects.filter(pk__in=level).delete()


@transaction.atomic
def set_aside(*, units: Collection[Unit], by: User | None, channel: str, reason: str) -> None:
    """Retire units to which only removed things belong."""
    today = clock.today()
    ids = [unit.pk for unit in units]
    Unit.objects.filter(pk__in=ids).update(retired_on=today, version=F("version") + 1)
    before = {pk: {"retired_on": None} for pk in ids}
    _tell("unit.retired", before, {"retired_on": today}, by, channel, reason)


@transaction.atomic
def take_up(*, units: Collection[Unit], by: User | None, channel: str, reason: str) -> None:
    """Open units again that were set aside."""
    ids = [unit.pk for unit in units]
    Unit.objects.filter(pk__in=ids).update(retired_on=None, version=F("version") + 1)
    before = {unit.pk: {"retired_on": unit.retired_on} for unit in units}
    _tell("unit.reopened", before, {"retired_on": None}, by, channel, reason)


def _tell(
    verb: str, before: Mapping[int, Mapping[str, Any]], after: Mapping[str, Any], by: User | None,
    channel: str, reason: str,
) -> None:  # fmt: skip
    at = clock.now()
    Event.objects.bulk_create(
        Event(
            at=at, unit_id=pk, actor=by, verb=verb, channel=channel, before=plain(said),
            after=plain(after), reason=reason,
        )
        for pk, said in before.items()
    )  # fmt: skip
