"""A first mapping, from what the headers say and what the cells hold."""

import difflib
from collections import Counter
from dataclasses import dataclass

from portfolio.transfer import dates, people, stages, values
from portfolio.transfer.columns import (
    BY_CODE,
    COMPUTED,
    EXACT,
    FACT,
    IGNORE,
    ROLES,
    Column,
    recognise,
)
from portfolio.transfer.mapping import ColumnMap, Mapping
from portfolio.transfer.reader import Table
from portfolio.transfer.text import header_key

_ENOUGH = 400
_COUNTING = frozenset(("nr", "no", "number", "nummer", "lfd nr", "lfd nummer", "key", "code"))


@dataclass(frozen=True)
class Proposal:
    """What one column seems to be: `confidence` 0..1, `why` for the person who checks it."""

    header: str
    to: str
    confidence: float
    why: str
    filled: int
    distinct: int
    samples: tuple[str, ...]


def propose(table: Table) -> tuple[Mapping, list[Proposal]]:
    """A mapping for every column, and why; what fits nothing is kept as a fact."""
    columns = [_cells(table, index) for index in range(len(table.headers))]
    wishes = [_wish(header, cells) for header, cells in zip(table.headers, columns, strict=True)]
    chosen = _settle(table, columns, wishes)
    if "ref" in {to for to, _, _ in chosen}:
        for index, header in enumerate(table.headers):
            if header_key(header) in COMPUTED:
                chosen[index] = (IGNORE, 1.0, "computed here, never imported")
    if "name" not in {to for to, _, _ in chosen}:
        _guess_name(table, columns, chosen)
    proposals = [
        Proposal(
            header, to, sure, why, len(cells), len(set(cells)),
            tuple(text for text, _ in Counter(cells).most_common(4)),
        )
        for header, cells, (to, sure, why) in zip(table.headers, columns, chosen, strict=True)
    ]  # fmt: skip
    mapping = Mapping(columns={p.header: ColumnMap(p.to) for p in proposals})
    return mapping, proposals


def _cells(table: Table, index: int) -> list[str]:
    return [cell for cell in table.column(index) if cell.strip()]


def _wish(header: str, cells: list[str]) -> tuple[str, float, str]:
    """The target a column asks for by its header, weighed by its cells."""
    found = recognise(header) or _nearly(header)
    if found is None:
        share = _share_of_stages(cells)
        if share > 0.8 and len(set(cells)) <= 15 and len(cells) >= 5:
            return "stage", 0.5, "its cells name stages"
        return FACT, 1.0, "kept under its own name"
    code, sure = found
    fit = _fit(BY_CODE[code], cells)
    if code == "ref" and fit < 0.35:
        code, fit = "external_id", _fit(BY_CODE["external_id"], cells)
    if code == "external_id" and header_key(header) in _COUNTING and _counts_up(cells):
        return FACT, 0.8, "a running number, which is no lasting id"
    if fit < 0.35:
        return FACT, 0.6, f"its name suggests {BY_CODE[code].label}, its cells do not"
    return code, sure * (0.5 + fit / 2), "by its name"


def _counts_up(cells: list[str]) -> bool:
    """1, 2, 3...: it says where a row stands, and says it of another row in the next list."""
    numbers = [c.strip().rstrip(".") for c in cells]
    return numbers == [str(n) for n in range(1, len(numbers) + 1)]


def _nearly(header: str) -> tuple[str, float] | None:
    key = header_key(header)
    if len(key) < 5:
        return None
    close = difflib.get_close_matches(key, EXACT, n=1, cutoff=0.88)
    return (EXACT[close[0]], 0.7) if close else None


def _fit(column: Column, cells: list[str]) -> float:
    """How well cells suit a kind of column, 0..1; without cells nothing speaks against it."""
    sample = cells[:_ENOUGH]
    if not sample:
        return 1.0
    if column.kind in ("date", "stage_date"):
        good = sum(1 for c in sample if any(ch.isdigit() for ch in c) and len(c) < 60)
        good += sum(1 for c in sample if values.unknown(c))
    elif column.kind == "ref":
        good = sum(1 for c in sample if c.strip().upper().startswith("PIL-"))
    elif column.kind == "stage":
        return _share_of_stages(cells)
    elif column.kind == "id":
        return 1.0 if len(set(cells)) == len(cells) and max(map(len, cells)) <= 200 else 0.0
    elif column.kind == "amount":
        good = sum(1 for c in sample if values.amount(c, ".")[0] is not None or values.unknown(c))
    elif column.kind == "yesno":
        good = sum(1 for c in sample if values.yes_no(c)[0] is not None or values.unknown(c))
    elif column.kind == "choice":
        good = sum(1 for c in sample if values.choice(column.code, c)[0] or values.unknown(c))
    elif column.kind == "person":
        good = sum(1 for c in sample if len(c) < 100 and len(people.parts(c)[1].split()) <= 6)
    elif column.kind == "name":
        return min(1.0, len(set(sample)) / len(sample) + 0.3)
    else:
        return 1.0
    return good / len(sample)


def _share_of_stages(cells: list[str]) -> float:
    counts = Counter(cells)
    known = sum(n for cell, n in counts.items() if stages.read(cell)[0])
    # A stage column repeats itself; a column of prose that mentions one does not.
    if not cells or len(counts) > max(40, len(cells) * 0.5 + 10):
        return 0.0
    return known / len(cells)


def _settle(
    table: Table, columns: list[list[str]], wishes: list[tuple[str, float, str]]
) -> list[tuple[str, float, str]]:
    """Each target once: the surest column, then the leftmost; the others become facts."""
    chosen = list(wishes)
    order = sorted(
        range(len(wishes)), key=lambda i: (-_rank(table.headers[i], columns[i], wishes[i]), i)
    )
    taken: dict[str, int] = {}
    for index in order:
        to, sure, _why = wishes[index]
        if to == FACT or to not in taken:
            taken.setdefault(to, index)
            continue
        chosen[index] = (
            FACT,
            0.6,
            f"“{table.headers[taken[to]]}” suits {BY_CODE[to].label} better",
        )
        asked = {w[0] for w in wishes} | set(taken)
        if to == "unit" and "subunit" not in asked and _inside(table, taken["unit"], index):
            chosen[index] = ("subunit", 0.7 * sure, "its values lie within one unit each")
            taken["subunit"] = index
    return chosen


def _rank(header: str, cells: list[str], wish: tuple[str, float, str]) -> float:
    """A column that says "stage" goes before one that says "status"."""
    to, sure, _ = wish
    own = to in BY_CODE and header_key(BY_CODE[to].label) in header_key(header).split(" ")
    # An address finds its account for certain, a name only perhaps.
    mails = to in ROLES and sum("@" in c for c in cells) > len(cells) * 0.5
    return sure + (0.05 if own else 0.0) + (0.5 if mails else 0.0)


def _inside(table: Table, unit: int, sub: int) -> bool:
    """Whether nearly every value of one column appears with one value of the other only."""
    homes: dict[str, set[str]] = {}
    for _, cells in table.rows:
        if cells[sub].strip():
            homes.setdefault(cells[sub].strip(), set()).add(cells[unit].strip())
    single = sum(1 for units in homes.values() if len(units) == 1)
    return bool(homes) and single >= len(homes) * 0.9


def _guess_name(
    table: Table, columns: list[list[str]], chosen: list[tuple[str, float, str]]
) -> None:
    """Without a familiar header, the name is the column of short, different texts."""
    best, best_score = -1, 0.0
    for index, cells in enumerate(columns):
        if chosen[index][0] != FACT or len(cells) < len(table.rows) * 0.8:
            continue
        length = sum(map(len, cells)) / len(cells)
        wordy = sum(1 for c in cells if sum(ch.isalpha() for ch in c) > 3) / len(cells)
        if not 4 <= length <= 120 or wordy < 0.8 or dates.evidence(cells).order:
            continue
        mails = sum("@" in c for c in cells) / len(cells)
        score = len(set(cells)) / len(cells) - mails - index * 0.01
        if score > best_score and score > 0.3:
            best, best_score = index, score
    if best >= 0:
        chosen[best] = ("name", 0.4, "its cells are short and differ")
