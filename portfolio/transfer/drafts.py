"""Rows to drafts: every cell read once, and what could not be read listed.

A draft's `cells` hold what will be stored, in plain JSON form, by target; facts stand
under "fact:" and their label. For each mapped column the cells that are not blank are
the stored ones plus the listed ones, exactly.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from portfolio.transfer import dates, people, stages, values, voyage
from portfolio.transfer.columns import BY_CODE, FACT, IGNORE, STAGE_DATES
from portfolio.transfer.mapping import ColumnMap, Mapping
from portfolio.transfer.people import Directory
from portfolio.transfer.reader import Table
from portfolio.transfer.text import key, line, lines

FACT_PREFIX = "fact:"
UNIT_MARKS = (" / ", " > ", " » ", " → ", " | ", "\\")
_LENGTHS = {"line": 100, "id": 200, "name": 500}
Read = Callable[[str], tuple[Any, str]]


@dataclass(frozen=True)
class Issue:
    """One cell that could not be stored; `row` counts records with the header as 1."""

    row: int
    column: str
    value: str
    problem: str


@dataclass
class Draft:
    """One row as it will be stored. `texts` are facts the unreadable cells leave behind."""

    row: int
    cells: dict[str, Any]
    texts: dict[str, str]
    hash: str
    issues: list[Issue] = field(default_factory=list)
    new_people: dict[str, str] = field(default_factory=dict)
    unit: tuple[str, ...] = ()
    # Target to header and original text, for issues found after reading.
    sources: dict[str, tuple[str, str]] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.cells.get("name") or "")

    @cached_property
    def key(self) -> str:
        """What makes two rows the same pilot when they have no external id."""
        return pilot_key(self.unit, self.name)


def pilot_key(unit: Iterable[str], name: str) -> str:
    """Digest of (unit path, normalised name)."""
    return hashlib.sha256(f"{_unit_key(tuple(unit))}\x1f{key(name)}".encode()).hexdigest()


@lru_cache(maxsize=4096)
def _unit_key(unit: tuple[str, ...]) -> str:
    return "\x1e".join(key(part) for part in unit)


@dataclass
class _Slot:
    index: int
    header: str
    to: str
    read: Read
    memory: dict[str, tuple[Any, str]] = field(default_factory=dict)


def drafts(table: Table, mapping: Mapping, directory: Directory, today: date) -> Iterable[Draft]:
    """A draft for each row of the table, in order."""
    slots = _slots(table, mapping, directory)
    for number, cells in table.rows:
        yield _draft(number, cells, slots, table, mapping, today)


def _slots(table: Table, mapping: Mapping, directory: Directory) -> list[_Slot]:
    slots = []
    orders = _date_orders(table, mapping)
    for index, header in enumerate(table.headers):
        column = mapping.target(header)
        if column.to == IGNORE:
            continue
        to = FACT_PREFIX + header if column.to == FACT else column.to
        read = _reader(column, table, index, mapping, directory, orders)
        slots.append(_Slot(index, header, to, read))
    return slots


def _date_orders(table: Table, mapping: Mapping) -> dict[int, dates.Order | None]:
    """The date order per column: as chosen, else by its own cells, else by its siblings'."""
    found: dict[int, dates.Order | None] = {}
    total = dates.Evidence()
    open_columns = []
    for index, header in enumerate(table.headers):
        column = mapping.target(header)
        if column.to not in BY_CODE or BY_CODE[column.to].kind not in ("date", "stage_date"):
            continue
        evidence = dates.evidence(table.column(index))
        total = total + evidence
        found[index] = column.dates or mapping.dates or evidence.order
        if found[index] is None:
            open_columns.append(index)
    for index in open_columns:
        found[index] = total.order
    return found


def _reader(
    column: ColumnMap, table: Table, index: int, mapping: Mapping, directory: Directory,
    orders: dict[int, dates.Order | None],
) -> Read:  # fmt: skip
    """The function that reads a cell of this column: (value, "") or (None, problem)."""
    to, kind = column.to, BY_CODE[column.to].kind if column.to in BY_CODE else FACT
    if kind in ("date", "stage_date"):
        return lambda cell: _iso(dates.read(cell, orders[index]))
    if kind == "stage":
        return _stage
    if kind == "yesno":
        return values.yes_no
    if kind == "choice":
        return lambda cell: values.choice(to, cell)
    if kind == "amount":
        mark = column.decimals or values.decimal_mark(table.column(index))
        power = values.scale(table.headers[index])
        return lambda cell: _plain(values.amount(cell, mark, power))
    if kind == "person":
        return lambda cell: people.read(
            mapping.people.get(key(cell), cell), directory, create=mapping.create_people,
            external_ok=to == "reviewer",
        )  # fmt: skip
    if kind == "unit":
        return _unit
    if kind == "ref":
        return _ref
    if kind in ("text", FACT):
        return lambda cell: _text(lines(cell), None)
    return lambda cell: _text(line(cell), _LENGTHS.get(kind))


def _draft(
    number: int, cells: list[str], slots: list[_Slot], table: Table, mapping: Mapping, today: date
) -> Draft:
    draft = Draft(number, {}, {}, _hash(cells, slots))
    read: dict[str, Any] = {}
    for slot in slots:
        cell = cells[slot.index]
        if not cell or not (stripped := cell.strip()):
            continue
        draft.sources[slot.to] = (slot.header, cell)
        value, problem = _read(slot, number, stripped, table, mapping)
        if problem:
            _unread(draft, slot.to, problem)
        else:
            read[slot.to] = value
            is_day = slot.to in BY_CODE and BY_CODE[slot.to].kind.endswith("date")
            if is_day and dates.has_words(cell):
                draft.texts[slot.header] = lines(cell)
    _place(draft, read, mapping)
    _people(draft, read)
    draft.cells.update(read)
    _voyage(draft, today)
    return draft


def _read(slot: _Slot, number: int, cell: str, table: Table, mapping: Mapping) -> tuple[Any, str]:
    if table.flaws and (flaw := table.flaws.get((number, slot.index))):
        return None, flaw
    found = slot.memory.get(cell)
    if found is None:
        chosen = mapping.values.get(slot.to, {}).get(key(cell)) if mapping.values else None
        found = slot.read(cell if chosen is None else chosen)
        slot.memory[cell] = found
    return found


def _unread(draft: Draft, to: str, problem: str) -> None:
    """List a cell and keep its text as a fact."""
    header, cell = draft.sources[to]
    draft.issues.append(Issue(draft.row, header, cell, f"The cell {problem}."))
    if not to.startswith(FACT_PREFIX):
        text = lines(cell)
        if text:
            draft.texts[header] = text


def _place(draft: Draft, read: dict[str, Any], mapping: Mapping) -> None:
    """The unit path: unit cell, then sub-unit cell, else the unit of the mapping."""
    path: list[str] = []
    if "unit" in read:
        unit = read.pop("unit")
        path += [unit] if "subunit" in read else _split(unit)
        draft.cells["unit"] = ""
    if "subunit" in read:
        path.append(read.pop("subunit"))
        draft.cells["subunit"] = path[-1]
    if len(path) > 12 or any(len(part) > 200 for part in path):
        for to in ("unit", "subunit"):
            if draft.cells.pop(to, None) is not None:
                _unread(draft, to, "is no unit path that can be kept: it is too long or deep")
        path = []
    draft.unit = tuple(path) or tuple(_split(mapping.unit))
    draft.cells.pop("subunit", None)
    draft.cells["unit"] = " / ".join(draft.unit)


def _people(draft: Draft, read: dict[str, Any]) -> None:
    for to, value in read.items():
        if isinstance(value, people.Person):
            read[to] = value.email
            if not value.known:
                draft.new_people[value.email] = value.name


def _voyage(draft: Draft, today: date) -> None:
    """Take out the dates that cannot be entries of this pilot's stages."""
    days = {to: date.fromisoformat(draft.cells[to]) for to in STAGE_DATES if to in draft.cells}
    if not days:
        return
    stage = draft.cells.get("stage") or "idea"
    _, problems = voyage.settle(stage, days, today)
    for to, problem in problems.items():
        del draft.cells[to]
        _unread(draft, to, problem)


def _hash(cells: list[str], slots: list[_Slot]) -> str:
    """The row's own digest, whatever the order of its columns."""
    parts = sorted(f"{slot.to}\x1f{cells[slot.index]}" for slot in slots if cells[slot.index])
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def _split(path: str) -> list[str]:
    parts = [path]
    for mark in UNIT_MARKS:
        parts = [piece for part in parts for piece in part.split(mark)]
    return [text for part in parts if (text := line(part))] or [path]


def _iso(found: tuple[date | None, str]) -> tuple[str | None, str]:
    return (found[0].isoformat() if found[0] else None), found[1]


def _plain(found: tuple[Any, str]) -> tuple[str | None, str]:
    return (None if found[0] is None else str(found[0])), found[1]


def _stage(cell: str) -> tuple[str | None, str]:
    stage, _ = stages.read(cell)
    return stage, "" if stage else stages.problem(cell)


def _unit(cell: str) -> tuple[str | None, str]:
    if reason := values.unknown(cell):
        return None, reason
    return _text(line(cell), None)


def _ref(cell: str) -> tuple[str | None, str]:
    text = cell.strip().upper()
    digits = text.removeprefix("PIL-")
    if digits.isascii() and digits.isdigit() and 0 < len(digits) < 18:
        return f"PIL-{int(digits)}", ""
    return None, "is not a reference such as PIL-42"


def _text(text: str, most: int | None) -> tuple[str | None, str]:
    if not text:
        return None, "holds no readable character"
    if most and len(text) > most:
        return None, f"is longer than the {most} characters that can be kept"
    return text, ""
