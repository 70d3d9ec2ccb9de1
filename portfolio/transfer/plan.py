"""What an import would do, row by row, before anything is written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Literal

from portfolio.transfer.columns import BY_CODE, FACT, IGNORE
from portfolio.transfer.drafts import FACT_PREFIX, Draft, Issue
from portfolio.transfer.mapping import NO_UNIT, Mapping
from portfolio.transfer.match import Existing, match
from portfolio.transfer.reader import Table
from portfolio.transfer.text import key

Action = Literal["created", "updated", "unchanged", "failed"]
# A blank cell says nothing about these; elsewhere it clears what an import wrote.
_KEPT = frozenset({"name", "unit", "stage", "decide_by", "external_id", "ref", "restricted"})


@dataclass(frozen=True)
class Conflict:
    """A cell that was edited here after the last import and that the file says differently."""

    row: int
    column: str
    ref: str
    ours: Any
    theirs: Any
    kept: bool = True
    to: str = ""


@dataclass
class RowPlan:
    """One row's fate. `changes` are target to (before, after); `cells` what to remember."""

    draft: Draft
    action: Action
    pilot: Existing | None = None
    changes: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    cells: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass
class ColumnCount:
    """The account of one column: filled = stored + issues."""

    column: str
    to: str
    filled: int = 0
    stored: int = 0
    issues: int = 0


@dataclass
class Plan:
    """Everything a dry run shows and an apply needs."""

    rows: list[RowPlan]
    issues: list[Issue]
    conflicts: list[Conflict]
    columns: list[ColumnCount]
    notes: list[str]

    def counts(self) -> dict[str, int]:
        """rows = created + updated + unchanged + failed."""
        found = Counter(row.action for row in self.rows)
        return {
            "rows": len(self.rows),
            **{a: found[a] for a in ("created", "updated", "unchanged", "failed")},
        }

    def moves(self) -> Counter[tuple[str, str]]:
        """How many pilots the list moves from which stage to which; new ones come from ""."""
        changes = (row.changes.get("stage") for row in self.rows if row.action == "updated")
        new = (row.cells["stage"] for row in self.rows if row.action == "created")
        return Counter(
            [*((str(one[0]), str(one[1])) for one in changes if one), *(("", str(s)) for s in new)]
        )


def plan(
    table: Table,
    mapping: Mapping,
    drafts: Iterable[Draft],
    existing: Iterable[Existing],
    within: tuple[tuple[str, ...], ...] | None = None,
) -> Plan:
    """Compare the drafts of a table with the pilots there are.

    `within` are the unit paths (as compared) an importing person manages; None is all.
    """
    rows = list(drafts)
    nameless = {d.row for d in rows if not d.name and "ref" not in d.cells}
    matches = match([d for d in rows if d.row not in nameless], existing)
    result = Plan([], [], [], [], [])
    mapped = {mapping.target(h).to for h in table.headers}
    facts = {FACT_PREFIX + h for h in table.headers if mapping.target(h).to == FACT}
    for draft in rows:
        problem = "the row has no name" if draft.row in nameless else ""
        problem = problem or matches.failed.get(draft.row, "")
        pilot = matches.pilots.get(draft.row)
        if not problem and pilot is None and not draft.name:
            problem = f"there is no pilot {draft.cells['ref']}, and the row has no name"
        if not problem and within is not None and not _inside(draft, within):
            problem = f"you do not manage the unit “{' / '.join(draft.unit)}”"
        if not problem and pilot is not None and not pilot.may_change:
            problem = "you may not change the pilot this row is about"  # Seen or not.
        if not problem and pilot is not None and pilot.gone:
            said_before = draft.hash == pilot.hash
            problem = "" if said_before else f"{pilot.ref}, its pilot, was {pilot.gone} here"
        if problem:
            row = _fail(draft, problem)
        elif pilot is None:
            _unknown_ref(draft)
            row = RowPlan(draft, "created", cells={"stage": "idea", **_all_cells(draft)})
        elif pilot.gone:
            row = RowPlan(draft, "unchanged", pilot, cells=pilot.imported or {})
        else:
            row = _compare(draft, pilot, mapping, mapped, facts, result)
        result.rows.append(row)
        result.issues.extend(draft.issues)
    result.columns = _columns(table, mapping, result)
    result.notes = _notes(table, mapping, result)
    return result


def _unknown_ref(draft: Draft) -> None:
    """A new row cannot keep a reference: references are given here."""
    ref = draft.cells.pop("ref", None)
    if ref:
        header, cell = draft.sources["ref"]
        problem = f"The cell names {ref}, which is not here: the row is registered as a new pilot."
        draft.issues.append(Issue(draft.row, header, cell, problem))


def _inside(draft: Draft, within: tuple[tuple[str, ...], ...]) -> bool:
    path = tuple(key(part) for part in draft.unit)
    return any(path[: len(managed)] == managed for managed in within)


def _all_cells(draft: Draft) -> dict[str, Any]:
    texts = {f"{FACT_PREFIX}{label}": text for label, text in draft.texts.items()}
    return {**draft.cells, **texts}


def _fail(draft: Draft, problem: str) -> RowPlan:
    """Nothing of a failed row is stored, so each of its cells is listed."""
    listed = {issue.column for issue in draft.issues}
    for header, cell in draft.sources.values():
        if header not in listed:
            draft.issues.append(Issue(draft.row, header, cell, f"Not imported: {problem}."))
    if not draft.issues:
        draft.issues.append(Issue(draft.row, "", "", f"Not imported: {problem}."))
    return RowPlan(draft, "failed", problem=problem)


def _compare(
    draft: Draft, pilot: Existing, mapping: Mapping, mapped: set[str], facts: set[str],
    result: Plan,
) -> RowPlan:  # fmt: skip
    """Cell by cell: what the file says, what the last import wrote, what stands here."""
    row = RowPlan(draft, "unchanged", pilot, cells=dict(pilot.imported or {}))
    theirs = _all_cells(draft)
    theirs.pop("ref", None)
    if "unit" not in mapped and "subunit" not in mapped:
        theirs.pop("unit", None)
    for to, new in theirs.items():
        last = (pilot.imported or {}).get(to)
        ours = pilot.current.get(to)
        if _same(to, ours, new):
            row.cells[to] = new
        elif ours is None or (_same(to, ours, last) and not _decided_here(to, pilot)):
            row.changes[to] = (ours, new)
            row.cells[to] = new
        else:
            kept = mapping.conflicts == "ours" or _decided_here(to, pilot)
            header = draft.sources.get(to, (_label(to), ""))[0]
            result.conflicts.append(Conflict(draft.row, header, pilot.ref, ours, new, kept, to))
            if not kept:
                row.changes[to] = (ours, new)
                row.cells[to] = new
    _clear(row, theirs, mapped, facts)
    row.action = "updated" if row.changes else "unchanged"
    return row


def _decided_here(to: str, pilot: Existing) -> bool:
    """The day to decide by is moved by an approved extension from PoC on, never by a file."""
    return (
        to == "decide_by"
        and pilot.current.get(to) is not None
        and pilot.current.get("stage") != "idea"
    )


def _same(to: str, one: Any, other: Any) -> bool:
    """Equal as stored; units are equal when their names are, whatever their case."""
    if to == "unit" and one is not None and other is not None:
        return key(one) == key(other)
    return bool(one == other)


def _clear(row: RowPlan, theirs: dict[str, Any], mapped: set[str], facts: set[str]) -> None:
    """A cell the last import wrote and the file now leaves blank goes, unless edited here."""
    if row.pilot is None:
        return
    for to, last in (row.pilot.imported or {}).items():
        if to in theirs or to in row.draft.sources or to in _KEPT or last is None:
            continue
        gone = to in facts or to in mapped or _is_old_text(to, row.draft)
        if gone and row.pilot.current.get(to) == last:
            row.changes[to] = (last, None)
            row.cells.pop(to, None)


def _is_old_text(to: str, draft: Draft) -> bool:
    """The text an unreadable cell left behind, now that the cell reads."""
    headers = {header for header, _ in draft.sources.values()}
    return to.startswith(FACT_PREFIX) and to.removeprefix(FACT_PREFIX) in headers


def _label(to: str) -> str:
    return BY_CODE[to].label if to in BY_CODE else to.removeprefix(FACT_PREFIX)


def _columns(table: Table, mapping: Mapping, result: Plan) -> list[ColumnCount]:
    filled: Counter[str] = Counter()
    for row in result.rows:
        filled.update(header for header, _ in row.draft.sources.values())
    listed = Counter(issue.column for issue in result.issues)
    counts = []
    for header in table.headers:
        to = mapping.target(header).to
        if to != IGNORE:
            stored = filled[header] - listed[header]
            counts.append(ColumnCount(header, to, filled[header], stored, listed[header]))
    return counts


def _notes(table: Table, mapping: Mapping, result: Plan) -> list[str]:
    notes = list(table.notes)
    if any(mapping.target(h).to == "stage" for h in table.headers):
        blank = sum(1 for row in result.rows if "stage" not in row.draft.sources)
        if blank:
            verb = _s(blank, "counts", "count")
            notes.append(f"{_rows(blank, 'names', 'name')} no stage and {verb} as Idea.")
    else:
        notes.append("No column names the stage; new pilots are registered as Idea.")
    gone = sum(1 for row in result.rows if row.pilot and row.pilot.gone)
    if gone:
        say = _rows(gone, "says", "say")
        notes.append(f"{say} nothing new about pilots that were removed or merged: left alone.")
    later = sum(1 for c in result.conflicts if c.to == "decide_by" and c.kept)
    if later:
        say = _rows(later, "gives", "give")
        notes.append(
            f"{say} another day to decide by: left alone. From PoC on an extension moves it."
        )
    unplaced = sum(1 for row in result.rows if row.draft.unit == (mapping.unit,))
    if unplaced and mapping.unit == NO_UNIT:
        notes.append(f"{_rows(unplaced, 'names', 'name')} no unit: registered under “{NO_UNIT}”.")
    people = {mail for row in result.rows for mail in row.draft.new_people}
    if people:
        notes.append(f"Accounts without sign-in are added for people named here: {len(people)}.")
    return notes


def _s(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def _rows(count: int, one: str, many: str) -> str:
    return f"{count:,} {_s(count, 'row', 'rows')} {_s(count, one, many)}"
