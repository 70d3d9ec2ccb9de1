"""Events speak in words, those too that kept codes."""

from portfolio.queries.history import changes
from readiness import words


def test_old_events_tell_the_question() -> None:
    before = {"state": "open", "valid_until": None}
    after = {"item": "rate_limits", "state": "not_applicable", "valid_until": "2026-05-03"}
    said = [(c.label, c.before, c.after) for c in changes(before, after, verb="readiness.answered")]
    assert said == [
        ("Question", "", words.question("rate_limits")),
        ("State", "Open", "Not applicable"),
        ("Counts until", "unknown", "3 May 2026"),
    ]
    assert said[0][2].endswith("?") or " " in said[0][2]


def test_codes_nobody_knows_stay() -> None:
    assert words.question("gone") == "gone"
    assert words.state("splendid") == "splendid"
