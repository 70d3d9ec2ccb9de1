"""Pilots that stand past a gate that blocks without a decision here: registered there, told by a
list, or moved while the gate did not block. An inventory has to be complete; it says what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from common.clock import zone
from portfolio.models import Channel, Event, Pilot, Stage
from portfolio.models.stage import ACTIVE_STAGES
from portfolio.querysets import PilotQuerySet
from readiness import gates
from readiness.models import Decision, GateMode, Outcome
from readiness.queries import gate_facts

NONE = "none"
NARROWINGS = {NONE: "past a gate, no decision here"}
TOLD = ("pilot.registered", "pilot.edited", "pilot.stage_changed")


@dataclass(frozen=True)
class Undecided:
    """How a pilot came past a gate. `said` is where that was decided, "" when nobody said; `by` is
    "" when nobody did it here by hand."""

    title: str
    on: date | None = None
    by: str = ""
    source: str = ""
    said: str = ""


def last_gates(settings: Mapping[str, gates.Setting]) -> dict[str, Stage]:
    """By active stage the last gate up to it that blocks; stages that none stands before are left
    out."""
    found: dict[str, Stage] = {}
    last: Stage | None = None
    for stage in ACTIVE_STAGES[1:]:
        if gates.setting(settings, stage).mode == GateMode.BLOCK:
            last = stage
        if last:
            found[stage.value] = last
    return found


def questions() -> Mapping[str, str]:
    """What has to be said when a pilot is registered past a gate that blocks; one query."""
    return {
        stage: f"{Stage(stage).label} needs a decision, and none was taken here. Say where it was "
        "decided, by whom and when."
        for stage in last_gates(gate_facts.settings())
    }


def narrow(pilots: PilotQuerySet, value: str, as_of: date) -> PilotQuerySet:
    """For lists: what NARROWINGS offers is `without`, whatever the day."""
    return without(pilots)


def without(pilots: PilotQuerySet) -> PilotQuerySet:
    """Those that no decision brought past the last gate they stand behind."""
    wish = Q(pk__in=[])
    for stage, gate in last_gates(gate_facts.settings()).items():
        own = _taken(gate, pilot=OuterRef("pk"))
        merged = _taken(gate, pilot__merged_into=OuterRef("pk"))
        wish |= Q(~Exists(own), ~Exists(merged), stage=stage)
    return pilots.filter(wish)


def of_pilot(pilot: Pilot, user: User) -> Undecided | None:
    """How a pilot that came through `get_pilot` got past a gate without a decision; None when it
    did not. Three queries, none for an idea or a pilot that ended."""
    if pilot.stage not in ACTIVE_STAGES[1:]:
        return None
    if not without(Pilot.objects.visible_to(user).filter(pk=pilot.pk)).exists():
        return None
    rows = Event.objects.filter(pilot=pilot, verb__in=TOLD, after__has_key="stage")
    told = rows.select_related("actor").order_by("-at", "-id").first()
    label = pilot.get_stage_display()
    if told is None:
        return Undecided(f"In {label} without a decision here")
    by_list = told.channel in (Channel.IMPORT, Channel.COMMAND)
    by_list = by_list or told.reason.startswith("Import of")
    how = {"pilot.registered": "Registered in", "pilot.stage_changed": "Moved to"}
    return Undecided(
        title=f"{how.get(told.verb, 'Put in')} {label} without a decision here",
        on=told.at.astimezone(zone()).date(), by=str(told.actor) if told.actor else "",
        source=told.reason if by_list else "",
        said=str(told.after.get("decided_elsewhere", "")),
    )  # fmt: skip


def _taken(gate: Stage, **whose: OuterRef) -> "QuerySet[Decision]":
    reached = ACTIVE_STAGES[ACTIVE_STAGES.index(gate) :]
    moving = (Outcome.GO, Outcome.CONDITIONS)
    return Decision.objects.filter(outcome__in=moving, to_stage__in=reached, **whose)
