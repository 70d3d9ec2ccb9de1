"""The mapping document: which column becomes what, and how its values are read.

    {"version": 1,
     "file": {"encoding": "cp1252", "delimiter": ";", "sheet": "List", "header_row": 3},
     "columns": {"Use Case Name": "name", "Begin": {"to": "idea_on", "dates": "dmy"}},
     "rest": "fact",
     "values": {"stage": {"Research complete": "stopped"}, "audience": {"B2C": "customer"}},
     "people": {"create": false, "map": {"jdoe": "jane@example.org"}},
     "dates": "mdy", "unit": "Head office", "conflicts": "ours"}

Everything but `columns` may be left out.
"""

import json
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from portfolio.transfer.columns import BY_CODE, FACT, TARGETS
from portfolio.transfer.dates import Order
from portfolio.transfer.errors import Unreadable
from portfolio.transfer.stages import STAGES
from portfolio.transfer.text import key
from portfolio.transfer.values import CHOICES, Decimals

VERSION = 1
NO_UNIT = "Unassigned"
Policy = Literal["ours", "theirs"]
_MANY = ("fact", "ignore")


@dataclass(frozen=True)
class ColumnMap:
    """What one column becomes; `dates` and `decimals` overrule what its cells suggest."""

    to: str
    dates: Order | None = None
    decimals: Decimals | None = None


@dataclass(frozen=True)
class Mapping:
    """A validated mapping document. `rest` is for columns it does not name."""

    columns: dict[str, ColumnMap]
    rest: str = FACT
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    create_people: bool = False
    dates: Order | None = None
    unit: str = NO_UNIT
    conflicts: Policy = "ours"
    file: dict[str, Any] = field(default_factory=dict)

    def target(self, header: str) -> ColumnMap:
        """What the column of that header becomes."""
        found = self.columns.get(header)
        if found is None:
            wanted = key(header)
            found = next((m for h, m in self.columns.items() if key(h) == wanted), None)
        return found or ColumnMap(self.rest)

    def document(self) -> dict[str, Any]:
        """The JSON form, which `load` reads back."""
        columns: dict[str, Any] = {}
        for header, column in self.columns.items():
            extra = {"dates": column.dates, "decimals": column.decimals}
            extra = {k: v for k, v in extra.items() if v}
            columns[header] = {"to": column.to, **extra} if extra else column.to
        return {
            "version": VERSION, "file": self.file, "columns": columns, "rest": self.rest,
            "values": self.values, "people": {"create": self.create_people, "map": self.people},
            "dates": self.dates, "unit": self.unit, "conflicts": self.conflicts,
        }  # fmt: skip


def loads(text: str) -> Mapping:
    """A mapping from the text of a JSON file; Unreadable with one sentence when it is none."""
    try:
        document = json.loads(text)
    except ValueError as error:
        raise Unreadable(f"The mapping is not JSON: {error}.") from None
    return load(document)


def load(document: Any) -> Mapping:
    """Check a mapping document. Raises Unreadable with the first thing that is wrong."""
    if not isinstance(document, dict) or not isinstance(document.get("columns"), dict):
        raise Unreadable("The mapping needs “columns”: an object of header and target.")
    if document.get("version", VERSION) != VERSION:
        raise Unreadable(f"The mapping has version {document['version']}; this is version 1.")
    people = _object(document, "people")
    values = {
        _target(to, "values"): {key(str(k)): _value(to, v) for k, v in _object(m, None).items()}
        for to, m in _object(document, "values").items()
    }
    return Mapping(
        columns=_columns(document["columns"]),
        rest=_one(document, "rest", _MANY, FACT),
        values=values,
        people={key(str(k)): str(v) for k, v in _object(people, "map").items()},
        create_people=bool(people.get("create", False)),
        dates=cast("Order | None", _one(document, "dates", ("mdy", "dmy"), None)),
        unit=str(document.get("unit") or NO_UNIT).strip() or NO_UNIT,
        conflicts=cast("Policy", _one(document, "conflicts", ("ours", "theirs"), "ours")),
        file=_file(_object(document, "file")),
    )


def _columns(document: AnyMapping[str, Any]) -> dict[str, ColumnMap]:
    columns: dict[str, ColumnMap] = {}
    taken: dict[str, str] = {}
    for header, given in document.items():
        entry = given if isinstance(given, dict) else {"to": given}
        to = _target(str(entry.get("to") or "ignore"), header)
        if to not in _MANY and to in taken:
            raise Unreadable(f"Both “{taken[to]}” and “{header}” are mapped to {to}.")
        taken[to] = header
        columns[str(header)] = ColumnMap(
            to,
            cast("Order | None", _one(entry, "dates", ("mdy", "dmy"), None)),
            cast("Decimals | None", _one(entry, "decimals", (".", ","), None)),
        )
    if "name" not in taken and "ref" not in taken:
        raise Unreadable("No column is mapped to the name of the pilots.")
    return columns


def _target(to: str, where: str) -> str:
    if to not in TARGETS:
        raise Unreadable(
            f"“{to}” (for “{where}”) is not a target. The targets are: {', '.join(TARGETS)}."
        )
    return to


def _value(to: str, value: Any) -> str:
    text = str(value if value is not None else "")
    allowed: tuple[str, ...] = ()
    if to == "stage":
        allowed = STAGES
    elif to in CHOICES:
        allowed = tuple(CHOICES[to])
    elif to in BY_CODE and BY_CODE[to].kind == "yesno":
        allowed = ("yes", "no")
    if allowed and text and text not in allowed:
        raise Unreadable(f"“{text}” is not a value of {to}. It has: {', '.join(allowed)}.")
    return text


def _object(document: Any, name: str | None) -> dict[str, Any]:
    value = document if name is None else document.get(name) or {}
    if not isinstance(value, dict):
        raise Unreadable(f"“{name or 'values'}” in the mapping must be an object.")
    return value


def _one(document: Any, name: str, allowed: tuple[str, ...], default: str | None) -> Any:
    value = document.get(name) or default
    if value is not None and value not in allowed:
        raise Unreadable(f"“{name}” in the mapping must be one of: {', '.join(allowed)}.")
    return value


def _file(document: dict[str, Any]) -> dict[str, Any]:
    row = document.get("header_row")
    if row is not None and (isinstance(row, bool) or not isinstance(row, int) or row < 1):
        raise Unreadable("“header_row” in the mapping must be a number from 1.")
    mark = document.get("delimiter")
    if mark is not None and (not isinstance(mark, str) or len(mark) != 1):
        raise Unreadable("“delimiter” in the mapping must be one character.")
    known = ("encoding", "delimiter", "sheet", "header_row")
    return {k: document[k] for k in known if document.get(k) is not None}
