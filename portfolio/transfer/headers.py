"""Finding the row that names the columns, below titles and notes."""

from collections.abc import Sequence

from portfolio.transfer.columns import recognise
from portfolio.transfer.text import line

LOOK_AT = 40


def find(records: Sequence[Sequence[str]]) -> int:
    """Index of the header among the first records: the one that names the most columns.

    Without known names it is the first record that is about as wide as the table.
    """
    head = records[:LOOK_AT]
    widths = [sum(1 for cell in record if cell.strip()) for record in head]
    if not any(widths):
        return 0
    typical = sorted(w for w in widths if w)[-max(1, len([w for w in widths if w]) // 2)]
    best, best_score = -1, 0.0
    for index, record in enumerate(head):
        known = {found[0]: found[1] for c in record if (found := recognise(c))}
        full = widths[index] / max(typical, 1)
        score = sum(known.values()) * min(full, 1.0) + (2.0 if "name" in known else 0.0)
        # "Pilot" alone in a row may be a header or a stage: one known name is not enough.
        if len(known) > 1 and score > best_score and full > 0.3 and _texts(record):
            best, best_score = index, score
    if best >= 0:
        return best
    for index, width in enumerate(widths):
        if width and width >= typical * 0.6:
            return index
    return 0


def score(records: Sequence[Sequence[str]]) -> float:
    """How much these records look like a list of pilots; compares the sheets of a workbook."""
    if not records:
        return 0.0
    index = find(records)
    known = {found[0]: found[1] for c in records[index] if (found := recognise(c))}
    filled = sum(1 for r in records[index + 1 :] if any(c.strip() for c in r))
    if not filled:
        return 0.0
    return sum(known.values()) + (3.0 if "name" in known else 0.0) + min(filled, 30) / 30


def names(record: Sequence[str], width: int) -> tuple[str, ...]:
    """Headers as unique names: blank ones by their letter, repeated ones numbered."""
    taken: set[str] = set()
    result: list[str] = []
    for index in range(width):
        base = line(record[index]) if index < len(record) else ""
        base = base[:1000] or f"Column {letters(index)}"
        name, number = base, 1
        while name.casefold() in taken:
            number += 1
            name = f"{base} ({number})"
        taken.add(name.casefold())
        result.append(name)
    return tuple(result)


def letters(index: int) -> str:
    """0 is A, 26 is AA: the column as spreadsheets name it."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def _texts(record: Sequence[str]) -> bool:
    """A header holds words, not numbers or dates."""
    filled = [c.strip() for c in record if c.strip()]
    wordy = sum(1 for c in filled if any(ch.isalpha() for ch in c))
    return wordy >= len(filled) * 0.7
