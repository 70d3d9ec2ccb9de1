"""What comes with a decision: its conditions, its days, and why a pilot ends. Pure.

`Proposal.terms` and `Decision.terms` keep it as JSON: `check` reads what was proposed and refuses
what is wrong, `kept` gives what is stored, `read` gives that back.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Final

from common import text
from common.errors import Refused
from readiness.models.decision import Outcome, ReasonFamily

MOST_CONDITIONS = 20
LONGEST_WHAT = 500  # As long as the column of a condition.
LONGEST_TEXT = 5000
LONGEST_WAIT = timedelta(days=366)
"""A hold, a condition and a day to decide by are at most a year away: later is never."""

REASONS: Final[Mapping[str, Mapping[str, str]]] = {
    ReasonFamily.TECHNOLOGY: {
        "environment": "No environment to run it in",
        "error_log": "No error log: nobody saw what it did",
        "integration": "It could not be built into the systems people use",
        "mlops": "No monitoring, no way to deploy or roll back",
        "latency": "Too slow for the person who waits",
        "edge_cases": "Unusual cases broke it",
        "scale": "It did not hold at the real load",
        "quality": "Its answers were not good enough",
    },
    ReasonFamily.DATA: {
        "pipelines": "No data pipelines that last",
        "late_data": "Data came late or not at all",
        "formats": "Too many formats, gaps and duplicates",
        "reality_gap": "Real data was worse than the test data",
        "drift": "The data changed and the model went stale",
    },
    ReasonFamily.PLAN: {
        "stability_sla": "Nobody promised how stable it would be",
        "retraining_slots": "No time was kept for retraining",
        "cost_spike": "Running it cost more than expected",
        "no_metric": "Nobody had said what success is",
        "not_the_bottleneck": "It solved what was not the bottleneck",
        "no_outlet": "There was no place for it to go",
        "replaced": "Something better took its place",
        "done": "It did its work and is needed no more",
    },
    ReasonFamily.ORGANISATION: {
        "ownership": "Nobody owned it",
        "compliance": "Legal or compliance questions stayed open",
        "security_late": "Security was asked too late",
        "change": "People were not ready for it, or did not trust it",
        "left": "Those who built it had left",
        "priority": "Other work came first",
    },
}
"""Why pilots end, by family (B11): what was absent (A39), what broke (D01), the five causes (C01),
and what the other articles add (E04, E27, B27). A code belongs to one family; a stop names the
family that weighed most and codes of any."""

WORDS: Final[Mapping[str, str]] = {
    code: words for codes in REASONS.values() for code, words in codes.items()
}

STOP_TEXTS: Final[Mapping[str, str]] = {
    "lessons": "Say what the next team should know: whoever registers a similar pilot reads it.",
    "reuse": "Say what can be used again, or that nothing can: else it is built a second time.",
    "data": "Say where its data goes and by when, or that there is none: else it stays for ever.",
    "access": "Say who ends which access, and by when: accounts outlive pilots if nobody is named.",
}

# What each outcome carries: what it needs, then what it may have.
CARRIES: Final[Mapping[str, tuple[frozenset[str], frozenset[str]]]] = {
    Outcome.GO: (frozenset(), frozenset({"next_decide_by"})),
    Outcome.CONDITIONS: (frozenset({"conditions"}), frozenset({"next_decide_by"})),
    Outcome.HOLD: (frozenset({"until"}), frozenset({"conditions", "next_decide_by"})),
    Outcome.STOP: (frozenset({"stop"}), frozenset({"conditions"})),
    Outcome.EXTEND: (frozenset({"next_decide_by"}), frozenset({"conditions"})),
}

LACKS: Final[Mapping[str, str]] = {
    "conditions": "Add one condition at least (what, who, by when), or decide a plain go.",
    "until": "Say until when it is held: a hold without an end is a stop that nobody decided.",
    "next_decide_by": "Say by which day it will be decided.",
    "stop": "Say why it ends.",
}


@dataclass(frozen=True, slots=True)
class ConditionTerm:
    """Something to be done by a day; `owner` is the id of a person."""

    what: str
    owner: int
    due: date


@dataclass(frozen=True, slots=True)
class Stop:
    """Why a pilot ends, what is learned, what can be used again, where data and access go."""

    family: str
    codes: tuple[str, ...]
    lessons: str
    reuse: str
    data: str
    access: str

    @property
    def family_label(self) -> str:
        return str(ReasonFamily(self.family).label) if self.family in ReasonFamily.values else ""

    @property
    def reasons(self) -> tuple[str, ...]:
        """The codes in words; one that is not known any more as it was stored."""
        return tuple(WORDS.get(code, code) for code in self.codes)


@dataclass(frozen=True, slots=True)
class Terms:
    conditions: tuple[ConditionTerm, ...] = ()
    until: date | None = None
    next_decide_by: date | None = None
    stop: Stop | None = None

    @property
    def people(self) -> frozenset[int]:
        """The ids of those who are to answer for a condition."""
        return frozenset(term.owner for term in self.conditions)


def check(outcome: str, sent: Mapping[str, Any] | None, *, as_of: date) -> Terms:
    """The terms of a proposal, cleaned; Refused with the field that is wrong.

    Fields are named as in the JSON; a wrong condition is told as "conditions" with its number.
    Whether its owners exist and may see the pilot is asked by readiness.actions.conditions.
    """
    if outcome not in CARRIES:
        raise Refused(f"“{outcome[:40]}” is not an outcome.", field="outcome")
    given = {name: value for name, value in (sent or {}).items() if value not in (None, "", [], {})}
    needed, allowed = CARRIES[outcome]
    label = Outcome(outcome).label
    for name in given:
        if name not in LACKS:
            raise Refused(f"“{str(name)[:40]}” is not a part of a decision.")
        if name not in needed | allowed:
            raise Refused(f"“{label}” has no {_NAMES[name]}.", field=name)
    for name in CARRIES[outcome][0]:
        if name not in given:
            raise Refused(LACKS[name], field=name)
    return Terms(
        conditions=_conditions(given.get("conditions", ()), as_of),
        until=_coming(given.get("until"), as_of, "until"),
        next_decide_by=_coming(given.get("next_decide_by"), as_of, "next_decide_by"),
        stop=_stop(given["stop"]) if "stop" in given else None,
    )


_NAMES = {
    "conditions": "conditions",
    "until": "day until which it holds",
    "next_decide_by": "next day to decide by",
    "stop": "reasons for an end",
}


def kept(terms: Terms) -> dict[str, Any]:
    """As JSON keeps it; what is not there is left out."""
    stored: dict[str, Any] = {}
    if terms.conditions:
        stored["conditions"] = [
            {"what": one.what, "owner": one.owner, "due": one.due.isoformat()}
            for one in terms.conditions
        ]
    if terms.until:
        stored["until"] = terms.until.isoformat()
    if terms.next_decide_by:
        stored["next_decide_by"] = terms.next_decide_by.isoformat()
    if terms.stop:
        stored["stop"] = asdict(terms.stop) | {"codes": list(terms.stop.codes)}
    return stored


def read(stored: Mapping[str, Any] | None) -> Terms:
    """What was stored, as far as it can be read: a page of an old decision never fails."""
    stored = stored or {}
    stop = stored.get("stop")
    return Terms(
        conditions=tuple(
            ConditionTerm(str(row["what"]), row["owner"], date.fromisoformat(row["due"]))
            for row in stored.get("conditions") or ()
        ),
        until=_stored_day(stored.get("until")),
        next_decide_by=_stored_day(stored.get("next_decide_by")),
        stop=Stop(
            family=str(stop.get("family", "")),
            codes=tuple(str(code) for code in stop.get("codes") or ()),
            **{name: str(stop.get(name, "")) for name in STOP_TEXTS},
        )
        if stop
        else None,
    )


def _stored_day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None


def _day(value: Any, field: str, lead: str = "") -> date:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise Refused(f"{lead}Choose a day.", field=field) from None


def _coming(value: Any, as_of: date, field: str, lead: str = "") -> date | None:
    """A day to come, or None when none was given."""
    if value is None:
        return None
    found = _day(value, field, lead)
    if found <= as_of:
        raise Refused(f"{lead}Choose a day to come.", field=field)
    if found > as_of + LONGEST_WAIT:
        raise Refused(f"{lead}Choose a day within a year.", field=field)
    return found


def _conditions(sent: Any, as_of: date) -> tuple[ConditionTerm, ...]:
    if not isinstance(sent, list | tuple):
        raise Refused("Conditions are a list.", field="conditions")
    if len(sent) > MOST_CONDITIONS:
        raise Refused(f"{MOST_CONDITIONS} conditions are the most.", field="conditions")
    return tuple(_condition(row, n, as_of) for n, row in enumerate(sent, start=1))


def _condition(row: Any, n: int, as_of: date) -> ConditionTerm:
    lead = f"Condition {n}: "
    if not isinstance(row, Mapping):
        raise Refused(f"{lead}say what, who and by when.", field="conditions")
    what = text.clean(str(row.get("what") or ""))
    if not what:
        raise Refused(f"{lead}Say what has to be done.", field="conditions")
    if len(what) > LONGEST_WHAT:
        raise Refused(f"{lead}{LONGEST_WHAT} characters are enough.", field="conditions")
    owner = row.get("owner")
    if isinstance(owner, str):
        owner = text.whole(owner)
    if not isinstance(owner, int) or isinstance(owner, bool) or owner < 1:
        raise Refused(f"{lead}Choose who answers for it.", field="conditions")
    due = _coming(row.get("due") or "", as_of, "conditions", lead)
    assert due is not None  # An empty text is refused as a day.
    return ConditionTerm(what, owner, due)


def _stop(sent: Any) -> Stop:
    if not isinstance(sent, Mapping):
        raise Refused(LACKS["stop"], field="stop")
    family = sent.get("family")
    if family not in ReasonFamily.values:
        raise Refused("Choose the family of reasons that weighed most.", field="family")
    return Stop(
        family=str(family),
        codes=_codes(sent.get("codes") or ()),
        **{name: _needed_text(sent.get(name), name) for name in STOP_TEXTS},
    )


def _codes(sent: Any) -> tuple[str, ...]:
    if not isinstance(sent, list | tuple):
        raise Refused("Choose reasons from the list.", field="codes")
    chosen: Iterable[str] = dict.fromkeys(str(code) for code in sent)
    if any(code not in WORDS for code in chosen):
        raise Refused("Choose reasons from the list.", field="codes")
    if not sent:
        raise Refused("Choose one reason at least.", field="codes")
    return tuple(code for code in WORDS if code in chosen)


def _needed_text(value: Any, name: str) -> str:
    cleaned = text.clean(str(value or ""), lines=True)
    if not cleaned:
        raise Refused(STOP_TEXTS[name], field=name)
    if len(cleaned) > LONGEST_TEXT:
        raise Refused(f"{LONGEST_TEXT:,} characters are enough.", field=name)
    return cleaned
