import pytest
from hypothesis import given
from hypothesis import strategies as st

from portfolio.transfer.stages import STAGES, problem, read

WORDS = {
    "idea": ["Idea", "Initiated", "Planned", "Ideation", "IDEE", "geplant", "Concept", "1. Idea"],
    "poc": ["PoC", "POC", "Proof of Concept", "Acquisition and/or Development", "Prototype",
            "In Development", "Stage 2: PoC", "P2 - PoC", "poc", "In Entwicklung"],
    "pilot": ["Pilot", "Implementation and Assessment", "Piloting", "Pilotphase", "Beta",
              "3 - Pilot", "Pilot (limited)", "Pilot phase", "Pilotphase läuft"],
    "rollout": ["Rollout", "Roll-out", "Scaling", "Skalierung"],
    "production": ["Operation and Maintenance", "In production", "In mission", "Live", "live ",
                   "PRODUCTION", "Produktiv", "Im Einsatz", "Deployed", "Go-live done: live"],
    "retired": ["Retired", "Decommissioned", "Außer Betrieb", "stillgelegt"],
    "stopped": ["Stopped", "Cancelled", "Canceled", "Abgebrochen", "eingestellt", "Terminated"],
}  # fmt: skip


@pytest.mark.parametrize(("stage", "word"), [(s, w) for s, ws in WORDS.items() for w in ws])
def test_the_words_of_companies(stage: str, word: str) -> None:
    assert read(word)[0] == stage


def test_in_progress_is_an_interpretation() -> None:
    assert read("In Progress") == ("poc", 0.6)


@pytest.mark.parametrize(
    "word",
    ["Research or  Administrative Action Complete", "On Hold", "Completed", "Green",
     "no longer live",
     "", "PoC or pilot", "not yet live", "42"],
)  # fmt: skip
def test_what_names_no_stage_is_not_guessed(word: str) -> None:
    assert read(word)[0] is None
    assert "until mapped" in problem(word)


def test_hold_is_no_stage() -> None:
    assert "on hold" in problem("Paused")


@given(st.text(max_size=30))
def test_any_text_is_a_stage_or_nothing(text: str) -> None:
    stage, sure = read(text)
    assert stage in (*STAGES, None)
    assert (stage is not None) == (sure > 0)
