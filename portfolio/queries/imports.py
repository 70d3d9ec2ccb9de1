"""What an import is compared with, and what its pages show."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import F, Func, QuerySet, Value
from django.db.models.fields import BigIntegerField, BooleanField, CharField

from accounts.access import Roles, roles_of
from accounts.models import Unit, User
from portfolio.models import (
    ImportedCells,
    Pilot,
    PilotFacts,
    RoleAssignment,
    StageInterval,
)
from portfolio.transfer.columns import COLUMNS
from portfolio.transfer.drafts import FACT_PREFIX, Draft, pilot_key
from portfolio.transfer.match import Existing
from portfolio.transfer.people import Account, Directory
from portfolio.transfer.stages import ENDS
from portfolio.transfer.text import key

# Columns that are fields of the pilot under the same name.
FIELDS = tuple(
    c.code for c in COLUMNS
    if c.kind in ("text", "line", "choice", "amount", "date", "yesno") or c.code == "external_id"
)  # fmt: skip
_ENTRY = {
    "idea": "idea_on", "poc": "poc_on", "pilot": "pilot_on", "rollout": "rollout_on",
    "production": "production_on",
}  # fmt: skip


def directory() -> Directory:
    """Everyone an import may name."""
    people = User.objects.values_list("pk", "email", "name", "is_active", "is_internal")
    return Directory.of(Account(*row) for row in people.iterator())


def managed_paths(by: User | None) -> tuple[tuple[str, ...], ...] | None:
    """Unit paths (as compared) below which a person may import; None is everywhere."""
    if by is None:
        return None
    roles = roles_of(by)
    if roles.is_administrator or "/" in roles.managed:
        return None
    paths = unit_paths()
    managed = Unit.objects.filter(lineage__in=roles.managed).values_list("pk", flat=True)
    return tuple(tuple(key(part) for part in paths[pk]) for pk in managed)


def unit_paths() -> dict[int, tuple[str, ...]]:
    """The names from the root down to each unit, by its id."""
    rows = {
        pk: (name, parent) for pk, name, parent in Unit.objects.values_list("pk", "name", "parent")
    }

    def path(pk: int) -> tuple[str, ...]:
        name, parent = rows[pk]
        return (*(path(parent) if parent else ()), name)

    return {pk: path(pk) for pk in rows}


def existing(drafts: Iterable[Draft], by: User | None, *, lock: bool = False) -> list[Existing]:
    """Every pilot that one of the drafts may be about, as it is now: removed ones too, so that
    a file does not bring back what was removed here.

    `lock` keeps the rows until the end of the transaction. A constant number of queries.
    """
    rows = list(drafts)
    ids = _candidates(rows)
    pilots = Pilot.everything.filter(_among("pk", ids, BigIntegerField())).order_by("pk")
    if lock:
        pilots = pilots.select_for_update(of=("self",))
    values = _values(pilots)
    if not values:
        return []
    found = [row["id"] for row in values]
    return _assembled(values, found, by)


def current(ids: list[int]) -> list[Existing]:
    """These pilots as they are now, in the form an import compares."""
    values = _values(Pilot.objects.filter(_mine("pk", ids)).order_by("pk"))
    return _assembled(values, [row["id"] for row in values], None) if values else []


def _values(pilots: QuerySet[Pilot]) -> list[dict[str, Any]]:
    named = ("id", "name", "unit_id", "unit__lineage", "stage", "stage_since", "registered_on",
             "restricted", "removed_at", "merged_into", *FIELDS)  # fmt: skip
    return list(pilots.values(*named))


def _candidates(drafts: list[Draft]) -> list[int]:
    keys = list({d.key for d in drafts})
    names = list({key(d.name) for d in drafts if d.name})
    external = list({d.cells["external_id"] for d in drafts if d.cells.get("external_id")})
    refs = {int(d.cells["ref"].removeprefix("PIL-")) for d in drafts if d.cells.get("ref")}
    text = CharField()
    ids = set(ImportedCells.objects.filter(_among("key", keys, text)).values_list("pk", flat=True))
    by_hand = Pilot.objects.filter(imported=None)
    ids |= set(by_hand.filter(_among("name_key", names, text)).values_list("pk", flat=True))
    if external:
        owned = Pilot.everything.filter(_among("external_id", external, text))
        ids |= set(owned.values_list("pk", flat=True))
    return list(ids | refs)


def _among(field: str, values: list[Any], kind: Any) -> Func:
    """field = ANY(array): one parameter, however many values there are."""
    return Func(
        F(field), Value(values, ArrayField(kind)), arg_joiner=" = ANY(",
        template="%(expressions)s)", output_field=BooleanField(),
    )  # fmt: skip


def _assembled(values: list[dict[str, Any]], ids: list[int], by: User | None) -> list[Existing]:
    paths = unit_paths()
    imported = {row.pk: row for row in ImportedCells.objects.filter(_mine("pk", ids))}
    facts = dict(PilotFacts.objects.filter(_mine("pk", ids)).values_list("pk", "values"))
    entries = _entries(ids)
    roles = _roles(ids)
    visible = _changeable(ids, by)
    result = []
    for row in values:
        pk, last = row["id"], imported.get(row["id"])
        path = paths[row["unit_id"]]
        result.append(
            Existing(
                id=pk,
                key=last.key if last else pilot_key(path, row["name"]),
                external_id=row["external_id"],
                current={
                    **_fields(row), **_stage(row, entries[pk]), **roles[pk],
                    "unit": " / ".join(path),
                    **{f"{FACT_PREFIX}{k}": v for k, v in facts.get(pk, {}).items()},
                },
                imported=last.cells if last else None,
                hash=last.digest if last else "",
                imported_on=last.on if last else None,
                registered_on=row["registered_on"],
                may_change=visible is None or pk in visible,
                gone=_gone(row),
            )
        )  # fmt: skip
    return result


def _gone(row: dict[str, Any]) -> str:
    if row["removed_at"] is None:
        return ""
    into = row["merged_into"]
    return f"merged into {Pilot.REF_PREFIX}{into}" if into else "removed"


def _mine(field: str, ids: list[int]) -> Func:
    return _among(field, ids, BigIntegerField())


def _fields(row: dict[str, Any]) -> dict[str, Any]:
    """A pilot's fields in the plain form of a draft's cells; what is unknown is left out."""
    plain: dict[str, Any] = {"name": row["name"]}
    for field in FIELDS:
        value = row[field]
        if value is None or value == "" or (field == "restricted" and not value):
            continue
        plain[field] = value if isinstance(value, bool | str) else str(value)
    return plain


def _stage(row: dict[str, Any], entries: dict[str, str]) -> dict[str, Any]:
    plain: dict[str, Any] = {"stage": row["stage"]}
    plain.update({_ENTRY[s]: day for s, day in entries.items() if s in _ENTRY})
    live = entries.get("production" if row["stage"] in ("production", "retired") else "pilot")
    if live and row["stage"] in ("pilot", "rollout", "production", "retired"):
        plain["live_on"] = live
    if row["stage_since"]:
        plain["stage_since"] = row["stage_since"].isoformat()
        if row["stage"] in ENDS:
            plain["ended_on"] = plain["stage_since"]
    return plain


def _entries(ids: list[int]) -> dict[int, dict[str, str]]:
    """The known first entry of each stage, by pilot."""
    entries: dict[int, dict[str, str]] = defaultdict(dict)
    rows = StageInterval.objects.filter(_mine("pilot_id", ids)).exclude(since=None)
    for pilot, stage, since in rows.order_by("-since").values_list("pilot_id", "stage", "since"):
        entries[pilot][stage] = str(since)
    return entries


def _roles(ids: list[int]) -> dict[int, dict[str, str]]:
    """Who holds each role now, as e-mail; several holders stand side by side."""
    holders: dict[int, dict[str, str]] = defaultdict(dict)
    rows = RoleAssignment.objects.open().filter(_mine("pilot_id", ids)).order_by("id")
    for pilot, role, address in rows.values_list("pilot_id", "role", "person__email"):
        email = address.casefold()
        before = holders[pilot].get(role)
        holders[pilot][role] = f"{before}; {email}" if before else email
    return holders


def _changeable(ids: list[int], by: User | None) -> set[int] | None:
    """Pilots an importing person may change; None is all of them.

    What a person may not see, an import of theirs does not touch either.
    """
    if by is None:
        return None
    roles: Roles = roles_of(by)
    if "/" in roles.managed:
        return None
    pilots: QuerySet[Pilot] = Pilot.everything.visible_to(by).filter(_mine("pk", ids))
    if not roles.is_administrator:
        pilots = pilots & Pilot.everything.editable_by(by)
    return set(pilots.values_list("pk", flat=True))
