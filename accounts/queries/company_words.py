"""The company's settings and their changes in words."""

from collections.abc import Mapping
from typing import Any

from common.company import MONTHS
from common.text import listed

LABELS = {
    "name": "Company name", "zone": "Time zone", "currency": "Currency",
    "fiscal_month": "Fiscal year starts in", "band_low": "Benchmark from",
    "band_high": "Benchmark to", "band_source": "Where the benchmark comes from",
    "wip_limit": "PoCs at the same time", "keep_uploads": "Uploaded files are kept",
}  # fmt: skip
FIELDS = tuple(LABELS)


def say(field: str, value: Any) -> str:
    """A value in words."""
    if field == "fiscal_month":
        return MONTHS[value - 1] if isinstance(value, int) and 1 <= value <= 12 else "unknown"
    if field in ("band_low", "band_high"):
        return f"{value} %"
    if field == "wip_limit":
        return "no limit" if value is None else f"{value:,} at most"
    if field == "keep_uploads":
        return "for ever" if value is None else f"{value:,} days"
    return str(value) or "nothing"


def _within(label: str) -> str:
    """A label amid a sentence; a first word with capitals of its own, such as PoCs, keeps them."""
    first = label.split()[0]
    return label if first[1:] != first[1:].lower() else label[:1].lower() + label[1:]


def changed_words(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """An event of the settings as a sentence."""
    return "Changed " + listed(
        [
            f"{_within(LABELS.get(field, field))} from {say(field, before.get(field))} "
            f"to {say(field, value)}"
            for field, value in after.items()
        ]
    )
