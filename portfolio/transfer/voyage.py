"""From stage and dates to the intervals a pilot went through."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations, pairwise

from portfolio.transfer.stages import ENDS, ORDER

# Columns that say when a stage began, whatever the pilot's stage is now.
FIXED = {
    "idea_on": "idea", "poc_on": "poc", "pilot_on": "pilot", "rollout_on": "rollout",
    "production_on": "production",
}  # fmt: skip
LABELS = {
    "idea": "Idea", "poc": "PoC", "pilot": "Pilot", "rollout": "Rollout",
    "production": "Production", "retired": "Retired", "stopped": "Stopped",
}  # fmt: skip


@dataclass(frozen=True)
class Leg:
    """One stage interval: `since` None is unknown, `bound` its lower bound; `until` None is now."""

    stage: str
    since: date | None
    bound: date
    until: date | None


def settle(
    stage: str, days: Mapping[str, date], today: date
) -> tuple[dict[str, date], dict[str, str]]:
    """Entry days by stage, and for each column whose day does not fit, why.

    Days to come, of stages not reached and out of order do not fit.
    """
    problems: dict[str, str] = {}
    entries: dict[str, date] = {}
    sources: dict[str, str] = {}
    for column, day in sorted(days.items(), key=lambda item: item[0] != "stage_since"):
        of = _stage_of(column, stage)
        if of is None:
            problems[column] = (
                f"belongs to a stage that a pilot in {LABELS[stage]} has not reached: kept as text"
            )
        elif day > today:
            problems[column] = "lies in the future: kept as text"
        elif of in entries and entries[of] != day:
            problems[column] = (
                f"contradicts “{sources[of]}”, which names the same day: kept as text"
            )
        else:
            entries[of] = day
            sources.setdefault(of, column)
    kept = {s: entries[s] for s in _in_order(entries)}
    for of in entries.keys() - kept.keys():
        for column in days:
            if _stage_of(column, stage) == of and column not in problems:
                problems[column] = _against(of, entries[of], kept)
    return kept, problems


def _against(of: str, day: date, kept: Mapping[str, date]) -> str:
    """Which of the days that stay a day contradicts."""
    for other, since in kept.items():
        if _position(other) > _position(of) and since < day:
            return f"lies after the start of {LABELS[other]} ({since}): kept as text"
        if _position(other) < _position(of) and since > day:
            return f"lies before the start of {LABELS[other]} ({since}): kept as text"
    return "contradicts the other dates: kept as text"


def _stage_of(column: str, stage: str) -> str | None:
    """The stage a column's day began, for a pilot in `stage`; None when it cannot have."""
    if column == "stage_since":
        return stage
    if column == "ended_on":
        return stage if stage in ENDS else None
    if column == "live_on":
        if stage in ("production", "retired"):
            return "production"
        return "pilot" if stage in ("pilot", "rollout") else None
    of = FIXED[column]
    if stage == "retired":
        return of
    if stage == "stopped":
        return of if of != "production" else None
    return of if ORDER.index(of) <= ORDER.index(stage) else None


def _position(stage: str) -> int:
    return ORDER.index(stage) if stage in ORDER else len(ORDER)


def _in_order(entries: Mapping[str, date]) -> set[str]:
    """The most stages whose days do not run backwards; of equals, the later stages."""
    stages = sorted(entries, key=_position)
    days = [entries[s] for s in stages]
    if all(a <= b for a, b in pairwise(days)):
        return set(stages)
    for size in range(len(stages) - 1, 0, -1):
        fitting = [
            subset
            for subset in combinations(stages, size)
            if all(entries[a] <= entries[b] for a, b in pairwise(subset))
        ]
        if fitting:
            return set(max(fitting, key=lambda subset: [_position(s) for s in subset]))
    return set()


def legs(
    stage: str,
    entries: Mapping[str, date],
    unknown_since: date,
    *,
    passed: Collection[str] = (),
    bounds: Mapping[str, date] | None = None,
) -> list[Leg]:
    """The intervals, without gaps, up to the current stage.

    `unknown_since` is the bound when no earlier day is known: the day of registration.
    `passed` are stages it went through without a known day, `bounds` what is known of when
    stages without a day began at the earliest. Retired means it was in production, so that
    interval stands even without a day.
    """
    before = {s for s in (*entries, *passed) if _position(s) < _position(stage)}
    if stage == "retired":
        before.add("production")
    order = [*sorted(before, key=_position), stage]
    result: list[Leg] = []
    until: date | None = None
    for index in range(len(order) - 1, -1, -1):
        of = order[index]
        since = entries.get(of)
        earlier = [entries[s] for s in order[:index] if s in entries]
        bound = since or max(earlier, default=min(unknown_since, until or unknown_since))
        if since is None and bounds and of in bounds:
            bound = max(bound, min(bounds[of], until or bounds[of]))
        result.append(Leg(of, since, bound, until))
        until = bound
    return result[::-1]


def revise(
    old: Sequence[Leg],
    stage: str,
    entries: Mapping[str, date],
    unknown_since: date,
    seen_on: date | None,
) -> list[Leg]:
    """A pilot's intervals after an import says something new about them.

    A history that only went forward is told again with the new days; one that went back
    and forth is kept as it is, and a new stage is put at its end. `seen_on` is the day an
    import last saw the pilot in its former stage: a new stage began then at the earliest.
    """
    changed = stage != old[-1].stage
    bounds = {leg.stage: leg.bound for leg in old if leg.since is None}
    if changed and seen_on:
        bounds[stage] = seen_on
    places = [_position(leg.stage) for leg in old]
    forward = all(a < b for a, b in pairwise(places)) and _position(stage) >= places[-1]
    if forward:
        passed = [leg.stage for leg in old]
        return legs(stage, entries, unknown_since, passed=passed, bounds=bounds)
    if not changed:
        return list(old)
    last = old[-1]
    since = entries.get(stage)
    since = since if since and since >= last.bound else None
    bound = since or max(last.bound, seen_on or last.bound)
    return [*old[:-1], replace(last, until=bound), Leg(stage, since, bound, None)]
