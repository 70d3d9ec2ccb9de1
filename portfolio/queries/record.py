"""The sections of a pilot's record as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from portfolio.models import Pilot, Stage
from portfolio.queries import labels
from portfolio.queries.charter import missing
from portfolio.queries.hints import hints
from portfolio.queries.sections import BY_CODE, SECTIONS, Section

MAIN, SIDE = ("charter", "proof"), ("hosting", "effort", "service", "identity")
# Shown in the head of the page, or in a section that draws itself.
ELSEWHERE = frozenset({"name", "unit", "restricted", "summary"})
UNASKED = frozenset({"external_id", "restricted"})  # Not worth a word while unknown.


DERIVED = frozenset({"spend_to_date", "monthly_burn", "run_cost_forecast"})


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a section, and the labels of what is not."""

    known: tuple[tuple[str, str], ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A section on the page. `when` says from which stage it is asked, `needs` what still stands
    between the pilot and the next stage, `still_open` what its PoC did not prove."""

    code: str
    title: str
    why: str
    when: str
    said: Said
    hints: tuple[str, ...]
    needs: tuple[str, ...] = ()
    still_open: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """Sections that matter now, in the two columns of the page, and those that come later."""

    main: tuple[Shown, ...]
    side: tuple[Shown, ...]
    later: tuple[Shown, ...]
    money: Said


def record(pilot: Pilot) -> Record:
    """The record of a pilot. No query: everything stands on the pilot."""
    shown = {code: _shown(BY_CODE[code], pilot) for code in (*MAIN, *SIDE)}
    now = {
        code
        for code, one in shown.items()
        if one.said.known or one.still_open or BY_CODE[code].is_due(pilot.stage)
    }
    return Record(
        main=tuple(shown[code] for code in MAIN if code in now),
        side=tuple(shown[code] for code in SIDE if code in now),
        later=tuple(shown[s.code] for s in SECTIONS if s.code in shown and s.code not in now),
        # What was spent and what it will cost is derived in queries/money.py.
        money=_said({n: t for n, t in BY_CODE["money"].fields.items() if n not in DERIVED}, pilot),
    )


def is_shown(code: str, pilot: Pilot) -> bool:
    """False while the section is folded away under “Later”."""
    one = record(pilot)
    return code not in {section.code for section in one.later}


def _shown(section: Section, pilot: Pilot) -> Shown:
    charter = section.code == "charter" and pilot.stage in (Stage.IDEA, Stage.POC, Stage.PILOT)
    still_open = (pilot.not_proven or []) if section.code == "proof" else []
    return Shown(
        section.code, section.title, section.why, Stage(section.due).label,
        _said(section.fields, pilot), hints(section.code, pilot),
        needs=tuple(missing(pilot)) if charter else (),
        still_open=tuple(labels.words("not_proven", [one]) for one in still_open),
    )  # fmt: skip


def _said(fields: Mapping[str, str], pilot: Pilot) -> Said:
    values: dict[str, Any] = {n: getattr(pilot, n) for n in fields if n not in ELSEWHERE}
    known = tuple(
        (fields[name], labels.words(name, value))
        for name, value in values.items()
        if value not in (None, "") and not (name == "not_proven" and value)
    )
    unknown = (fields[n] for n, v in values.items() if v in (None, "") and n not in UNASKED)
    return Said(known, tuple(unknown))
