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
        ("Counts until", "", "3 May 2026"),
    ]
    assert said[0][2].endswith("?") or " " in said[0][2]


def test_codes_nobody_knows_stay() -> None:
    assert words.question("gone") == "gone"
    assert words.state("splendid") == "splendid"


def test_evidence_that_was_not_there_is_not_called_unknown() -> None:
    whole = f"volume.csv (SHA-256 {'7045a1' * 10}abcd)"
    given = changes({"file": "", "note": ""}, {"file": whole, "note": "x" * 900},
                    verb="readiness.answered")  # fmt: skip
    assert [(c.before, c.after) for c in given] == [
        ("", "volume.csv (SHA-256 7045a17045a1…)"), ("", "x" * 240 + "…"),
    ]  # fmt: skip
    taken = changes({"file": whole}, {"file": ""}, verb="readiness.answered")
    assert [c.after for c in taken] == ["none"]


def test_what_it_is_about_comes_first() -> None:
    """The database keeps the fields of an event in an order of its own."""
    said = changes({}, {"state": "Open", "question": "Why?"}, verb="readiness.answered")
    assert [c.label for c in said] == ["Question", "State"]
