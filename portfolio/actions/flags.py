"""Flags are opened and closed by the sweep, and snoozed by people, here and nowhere else."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, timedelta
from itertools import batched
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery

from accounts.access import roles_of
from accounts.models import User
from common import clock, text
from common.errors import NotAllowed, Refused
from common.registry import pilot_effects
from portfolio.access import may_edit
from portfolio.actions import events
from portfolio.flags import engine
from portfolio.flags.limits import LIMIT_MAX
from portfolio.flags.registry import rules
from portfolio.models import (
    Extension,
    ExtensionState,
    Flag,
    FlagLimit,
    Pilot,
    Stage,
    SweepRun,
)
from portfolio.models.pilot import Audience

SNOOZE_MAX = timedelta(days=180)
# A change that began before the sweep and ended during it: how long such a change may take.
EXTENDED = "STALE_POC"  # The rule that an approved extension silences until its day.
OVERLAP = timedelta(seconds=60)
AT_ONCE = 1_000  # pilots looked at again in one transaction

_waiting: ContextVar[set[int] | None] = ContextVar("pilots to sweep", default=None)


def sweep(
    *, as_of: date | None = None, at: datetime | None = None, refresh: bool = False
) -> SweepRun:
    """Reconcile every flag of every rule as of a day (default today); two at once wait in line.

    `refresh` renews the facts of flags that stay open, as after an import.
    """
    started = clock.now()
    as_of, at = as_of or clock.today(), at or started
    with transaction.atomic():
        outcome = engine.sweep_all(as_of, at, refresh=refresh)
        if outcome.opened[EXTENDED]:
            snooze_extended(as_of=as_of, opened_at=at)
        counts = {
            code: {
                "opened": outcome.opened[code],
                "closed": outcome.closed[code],
                "open": outcome.open[code],
            }
            for code in sorted({*rules, *outcome.closed})
        }
        run = SweepRun.objects.create(
            started_at=started, finished_at=clock.now(), as_of=as_of, counts=counts
        )
    _catch_up(outcome.oldest, started, as_of)
    return run


def _catch_up(oldest: int, started: datetime, as_of: date) -> None:
    """Look again at pilots that changed while the sweep ran: it may have seen them half changed.

    What was committed before is not looked at twice, and many are looked at in batches.
    """
    for some in batched(engine.changed_since(oldest, started - OVERLAP), AT_ONCE):
        with transaction.atomic():
            locked = Pilot.objects.select_for_update(of=("self",)).filter(pk__in=some)
            ids = list(locked.order_by("pk").values_list("pk", flat=True))
            _sweep_some(ids, as_of)


def sweep_pilots(*, pilots: Iterable[int]) -> None:
    """Reconcile the flags of these pilots now; call it in the transaction of the change."""
    ids = sorted(set(pilots))
    waiting = _waiting.get()
    if waiting is not None:
        waiting.update(ids)
    elif ids:
        _sweep_some(ids, clock.today())


def _sweep_some(pilots: Sequence[int], as_of: date) -> None:
    for effect in pilot_effects.values():
        effect(pilots, as_of)
    at = clock.now()
    if engine.sweep_some(pilots, as_of, at).opened[EXTENDED]:
        snooze_extended(as_of=as_of, pilots=pilots, opened_at=at)


def snooze_extended(*, as_of: date, **flags: Any) -> None:
    """An approved extension shows STALE_POC as snoozed until its day, never closed.

    `flags` says which: those of some pilots, or those a sweep has just opened. A flag that
    somebody woke stays awake, because no sweep opens it again.
    """
    granted = Extension.objects.filter(
        pilot=OuterRef("pilot"), state=ExtensionState.APPROVED, to_day__gte=as_of
    ).order_by("-to_day")
    which = {"pilot__in" if name == "pilots" else name: value for name, value in flags.items()}
    Flag.objects.open().filter(Exists(granted), rule=EXTENDED, **which).update(
        snoozed_until=Subquery(granted.values("to_day")[:1]),
        snooze_reason=Subquery(granted.values("reason")[:1]),
        snoozed_by=Subquery(granted.values("approver")[:1]),
    )


@contextmanager
def together() -> Iterator[None]:
    """Inside, changes to many pilots are swept once, at the end. Open the transaction around it."""
    token = _waiting.set(set())
    try:
        yield
        ids = _waiting.get() or set()
    finally:
        _waiting.reset(token)
    sweep_pilots(pilots=ids)


@transaction.atomic
def snooze(*, flag: Flag, by: User, channel: str, until: date, reason: str) -> Flag:
    """Silence a flag through that day. It stays open and is counted apart."""
    flag = _locked(flag, by)
    reason = text.clean(reason, lines=True)
    today = clock.today()
    if until < today:
        raise Refused("A snooze ends today or later.", field="until")
    if until > today + SNOOZE_MAX:
        raise Refused(f"A snooze lasts {SNOOZE_MAX.days} days at most.", field="until")
    if not reason:
        raise Refused("Say why this flag can wait.", field="reason")
    before, after = events.changed(flag, {"snoozed_until": until, "snooze_reason": reason})
    if not after:
        return flag
    flag.snoozed_until, flag.snooze_reason, flag.snoozed_by = until, reason, by
    flag.save(update_fields=["snoozed_until", "snooze_reason", "snoozed_by"])
    events.record(
        verb="flag.snoozed", by=by, channel=channel, pilot=flag.pilot, before=before,
        after={"rule": flag.rule, **after}, reason=reason,
    )  # fmt: skip
    return flag


@transaction.atomic
def unsnooze(*, flag: Flag, by: User, channel: str) -> Flag:
    """Let a flag speak again."""
    flag = _locked(flag, by)
    if flag.snoozed_until is None:
        return flag
    before = {"rule": flag.rule, "snoozed_until": flag.snoozed_until}
    flag.snoozed_until, flag.snooze_reason, flag.snoozed_by = None, "", None
    flag.save(update_fields=["snoozed_until", "snooze_reason", "snoozed_by"])
    events.record(verb="flag.unsnoozed", by=by, channel=channel, pilot=flag.pilot, before=before)
    return flag


@transaction.atomic
def set_limit(
    *, rule: str, limit: int | None, by: User, channel: str, stage: str = "", audience: str = ""
) -> None:
    """Set after how many days a rule speaks; None takes the row away, the rule's default holds.

    What it changes shows at the next sweep, within the hour.
    """
    if not roles_of(by).is_administrator:
        raise NotAllowed("Only an administrator changes the limits of flags.")
    if rule not in rules:
        raise Refused(f"There is no flag rule {rule}.", field="rule")
    if stage not in {"", *Stage.values} or audience not in {"", *Audience.values}:
        raise Refused("That is not a stage and an audience.", field="stage")
    if limit is not None and not 0 <= limit <= LIMIT_MAX:
        raise Refused(f"A limit is a number from 0 to {LIMIT_MAX:,}.", field="limit")
    place = {"rule": rule, "stage": stage, "audience": audience}
    row = FlagLimit.objects.select_for_update().filter(**place).first()
    before = {**place, "limit": row.limit if row else None}
    if before["limit"] == limit:
        return
    if limit is None:
        FlagLimit.objects.filter(**place).delete()
    else:
        FlagLimit.objects.update_or_create(
            rule=rule, stage=stage, audience=audience, defaults={"limit": limit}
        )
    events.record(
        verb="flag.limit_set",
        by=by,
        channel=channel,
        before=before,
        after={**place, "limit": limit},
    )


def _locked(flag: Flag, by: User) -> Flag:
    rows = Pilot.objects.select_for_update(of=("self",)).select_related("unit")
    pilot = rows.filter(pk=flag.pilot_id).first()
    if pilot is None:
        raise Refused("The pilot of that flag was removed.")
    if not may_edit(by, pilot):
        raise NotAllowed(f"You may not snooze flags of {pilot.ref}.")
    row = Flag.objects.select_for_update(of=("self",)).filter(pk=flag.pk, closed_at=None).first()
    if row is None:
        raise Refused("That flag has closed already.")
    row.pilot = pilot
    return row
