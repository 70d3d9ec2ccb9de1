"""What hangs on a pilot, and the pilots that were removed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Subquery, Value

from accounts.models import User
from common.keyset import Order, Page, paginate
from portfolio.models import Event, Pilot
from portfolio.queries.merging import hanging_on, rule_of

SIZE = 50
REMOVED, MERGED = "pilot.removed", "pilot.merged"
LATEST = Order("-removed_at", F("removed_at"), "", datetime.fromisoformat, down=True)


def dependents(pilot: Pilot) -> tuple[str, ...]:
    """How much of what hangs on a pilot, such as "12 updates"; one query."""
    counts: list[Any] = []
    for model, field in hanging_on():
        rows = model._base_manager.filter(**{field: pilot.pk}).order_by()
        label = Value(model._meta.label_lower)
        counts.append(rows.annotate(_model=label).values("_model").annotate(_n=Count("pk")))
    first, *rest = (rows.values_list("_model", "_n") for rows in counts)
    found = dict(first.union(*rest, all=True))
    named = [(rule_of(model), found.get(model._meta.label_lower, 0)) for model, _ in hanging_on()]
    return tuple(rule.counted(n) for rule, n in named if n and rule.one)


@dataclass(frozen=True, slots=True)
class RemovedLine:
    """A pilot that is gone; `into` is the ref of the one it was merged into, or ""."""

    ref: str
    name: str
    unit: str
    at: datetime
    who: str
    reason: str
    into: str


def removed(user: User, *, cursor: str = "") -> Page[RemovedLine]:
    """What the person, as a manager, could take back: the latest first. Two queries."""
    seen = Pilot.everything.visible_to(user)
    found = seen.managed_by(user).filter(removed_at__isnull=False)
    # The one it was merged into may have gone out of this person's sight since.
    into = Subquery(seen.filter(pk=OuterRef("merged_into")).values("pk")[:1])
    rows = found.annotate(into=into).values("id", "name", "unit__path", "removed_at", "into")
    page = paginate(rows, LATEST, cursor=cursor, filters="", size=SIZE)
    told = _told([row["id"] for row in page.rows])
    return page.with_rows([_line(row, told.get(row["id"], ("", ""))) for row in page.rows])


def _told(ids: list[int]) -> dict[int, tuple[str, str]]:
    """Who removed each pilot, and why; the last word counts."""
    events = Event.objects.filter(pilot__in=ids, verb__in=(REMOVED, MERGED)).order_by("at", "id")
    return {
        pk: (name or email or "Pilotage", reason)
        for pk, name, email, reason in events.values_list(
            "pilot", "actor__name", "actor__email", "reason"
        )
        if pk is not None
    }


def _line(row: dict[str, Any], told: tuple[str, str]) -> RemovedLine:
    into = row["into"]
    return RemovedLine(
        ref=f"{Pilot.REF_PREFIX}{row['id']}", name=row["name"], unit=row["unit__path"],
        at=row["removed_at"], who=told[0], reason=told[1],
        into=f"{Pilot.REF_PREFIX}{into}" if into else "",
    )  # fmt: skip
