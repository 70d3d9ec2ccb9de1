"""The mapping form read back into a mapping document."""

from collections.abc import Mapping
from typing import Any

from portfolio.models import ImportRun


def document(sent: Mapping[str, Any], run: ImportRun) -> dict[str, Any]:
    """The document that the fields of the mapping page spell."""
    columns: dict[str, Any] = {}
    for index, proposal in enumerate(run.proposals):
        to = sent.get(f"to-{index}") or proposal["to"]
        dates = sent.get(f"dates-{index}")
        columns[proposal["header"]] = {"to": to, "dates": dates} if dates else to
    words = {}
    for index in range(len(run.proposals) + 1000):
        text = sent.get(f"word-{index}")
        if text is None:
            break
        if sent.get(f"stage-{index}"):
            words[text] = sent[f"stage-{index}"]
    known = run.mapping or {}
    return {
        "columns": columns,
        "rest": "fact",
        "values": {**(known.get("values") or {}), "stage": words},
        "people": {
            "create": sent.get("create_people") == "on",
            "map": (known.get("people") or {}).get("map") or {},
        },
        "unit": sent.get("unit") or "",
        "conflicts": sent.get("conflicts") or "ours",
    }


def options(sent: Mapping[str, Any]) -> dict[str, Any]:
    """How to read the file; what is left blank is found out."""
    found: dict[str, Any] = {
        name: sent[name] for name in ("encoding", "delimiter", "sheet") if sent.get(name)
    }
    if found.get("delimiter") == "tab":
        found["delimiter"] = "\t"
    row = str(sent.get("header_row") or "").strip()
    if row:
        found["header_row"] = int(row) if row.isascii() and row.isdigit() else 0
    return found
