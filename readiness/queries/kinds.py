"""Rows of queries by the names of their columns."""

from typing import NamedTuple


class PilotFacts(NamedTuple):
    """The columns that readiness.facts.facts_of reads, in the order of its COLUMNS."""

    audience: str
    uses_llm: bool | None
    third_party: bool | None
    influences_decisions: bool | None
