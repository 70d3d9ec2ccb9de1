"""The kinds a timeline is filtered by, and which verbs belong to each."""

from functools import cache

from common.registry import event_words
from portfolio.queries.history import HEADLINES

KINDS = {
    "changes": "Changes",
    "stages": "Stage moves",
    "people": "People",
    "updates": "Updates",
    "readings": "Readings",
    "flags": "Flags",
    "readiness": "Readiness",
    "decisions": "Decisions",
}
# By the noun a verb begins with; the rest are changes.
_NOUNS = {
    "person": "people", "owner": "people", "ownership": "people", "assignment": "people",
    "update": "updates", "reading": "readings", "readings": "readings", "metric": "readings",
    "raw_test": "readings", "flag": "flags",
    "readiness": "readiness", "evidence": "readiness", "waiver": "readiness",
    "gate": "decisions", "decision": "decisions", "condition": "decisions", "board": "decisions",
}  # fmt: skip
OPENED, CLOSED = "flag.opened", "flag.closed"


def kind_of(verb: str) -> str:
    if verb == "pilot.stage_changed":
        return "stages"
    return _NOUNS.get(verb.partition(".")[0], "changes")


@cache
def verbs_of(kind: str) -> tuple[str, ...]:
    """The verbs of a kind, as far as anybody has named them."""
    known = [*HEADLINES, *(verb for verb, _ in event_words.items())]
    return tuple(sorted({verb for verb in known if kind_of(verb) == kind}))


@cache
def kinds_in_use() -> dict[str, str]:
    """Those that something can be of: decisions appear when an app records them."""
    return {code: words for code, words in KINDS.items() if verbs_of(code)}
