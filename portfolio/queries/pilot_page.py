"""The page of one pilot: everything it shows, so that its template asks nothing."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from common.registry import PilotPanel, pilot_panels
from portfolio.access import may_manage
from portfolio.flags.health import Computed, computed
from portfolio.models import (
    Pilot,
    PilotFacts,
    RoleAssignment,
    RoleKind,
    Stage,
    StageInterval,
    Update,
)
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES
from portfolio.queries import freshness, labels, money
from portfolio.queries.extensions import Extensions, extensions
from portfolio.queries.flags import OpenFlag, open_flags
from portfolio.queries.metric_lines import MetricLine, metric_lines
from portfolio.queries.next_steps import State, Step, next_steps
from portfolio.queries.people_section import PeopleSection, people_section
from portfolio.queries.record import Record, record
from portfolio.queries.satellites import Satellites, satellites
from portfolio.queries.timeline import SHORT, Scope, TimelinePage, timeline

UPDATES_SHOWN = 5
# What the index of the page calls sections whose titles are long, or that draw themselves.
SHORT_TITLES = {"proof": "Not proven"}
KEPT = {"rollout": "Rollout", "reviews": "Reviews", "dependencies": "Systems", "models": "Models"}


@dataclass(frozen=True, slots=True)
class VoyageStep:
    """A stage on the way. `when` is its entry in words, `days` how long in the current one."""

    label: str
    when: str
    kind: str
    days: int | None = None


@dataclass(frozen=True, slots=True)
class UpdateLine:
    on: date
    who: str
    health: str
    note: str
    next_step: str
    next_step_due: date | None
    channel: str
    blocker: str
    taken_back: bool


@dataclass(frozen=True)
class PilotPage:
    pilot: Pilot
    unit: str
    stage_label: str
    days: int
    at_least: bool
    freshness: str
    freshness_label: str
    days_since_update: int | None
    days_allowed: int
    on_hold: bool
    ended: bool
    voyage: tuple[VoyageStep, ...]
    people: PeopleSection
    owner: str
    metrics: tuple[MetricLine, ...]
    ended_metrics: tuple[MetricLine, ...]
    flags: tuple[OpenFlag, ...]
    computed: Computed[OpenFlag]
    snoozed: tuple[OpenFlag, ...]
    updates: tuple[UpdateLine, ...]
    steps: tuple[Step, ...]
    record: Record
    extensions: Extensions
    costs: money.Money
    source: tuple[tuple[str, str], ...]
    history: TimelinePage
    panels: tuple[PilotPanel, ...]
    satellites: Satellites
    may_edit: bool
    may_manage: bool

    @property
    def index(self) -> list[tuple[str, str]]:
        """The places of the page that one can jump to, in its order on a phone."""
        found = [("next", "Next")] if self.steps else []
        found += [("flags", "Flags")] if self.flags or self.snoozed else []
        found += [(one.code, SHORT_TITLES.get(one.code, one.title)) for one in self.record.main]
        found += [("metrics", "Metrics")]
        found += [(f"panel-{panel.code}-title", panel.title) for panel in self.panels]
        kept = self.satellites.shown
        found += [(name, title) for name, title in KEPT.items() if name in kept]
        found += [("updates", "Updates"), ("history", "Timeline")]
        if self.record.later or (self.may_edit and self.satellites.addable):
            found += [("later", "Not asked yet")]
        found += [("people", "People"), ("money", "Money")]
        found += [(one.code, one.title) for one in self.record.side]
        return [*found, *([("links", "Links")] if "links" in kept else [])]


def pilot_page(pilot: Pilot, *, user: User, as_of: date) -> PilotPage:
    """Everything about a pilot that came through `get_pilot`. A constant number of queries."""
    roles = list(pilot.people.select_related("person").order_by("role", "-since", "-id"))
    manage = may_manage(user, pilot)
    edit = manage or any(r.person_id == user.pk and r.until is None for r in roles)
    measured = metric_lines(pilot.pk, as_of, ended=True)
    metrics = tuple(line for line in measured if line.until is None)
    flags = open_flags([pilot.pk], as_of)[pilot.pk]
    updates = tuple(update_lines(pilot.pk))
    allowed = _days_allowed(pilot, user)
    silent = (as_of - pilot.last_update_on).days if pilot.last_update_on else None
    fresh = freshness.code(silent, allowed)
    people = people_section(pilot, roles, user=user, edit=edit, as_of=as_of)
    owner = next((str(r.person) for r in roles if _owns(r)), "")
    on_hold = bool(pilot.on_hold_until and pilot.on_hold_until >= as_of)
    speaking = tuple(flag for flag in flags if not flag.snoozed)
    steps = next_steps(
        State(
            stage=pilot.stage, flags={flag.rule for flag in speaking}, freshness=fresh,
            has_owner=bool(owner), asked=people.asked, named=people.named,
            has_metric=bool(metrics), decide_by=pilot.decide_by,
            next_step_due=next((u.next_step_due for u in updates if not u.taken_back), None),
            has_problem=bool(pilot.problem), on_hold=on_hold, as_of=as_of,
            may_edit=edit, may_manage=manage,
        )
    )  # fmt: skip
    return PilotPage(
        pilot=pilot, unit=pilot.unit.path, stage_label=Stage(pilot.stage).label,
        days=(as_of - pilot.stage_since_bound).days, at_least=pilot.stage_since is None,
        freshness=fresh, freshness_label=freshness.WORDS[fresh], days_since_update=silent,
        days_allowed=allowed, on_hold=on_hold, ended=pilot.stage in ENDED_STAGES,
        voyage=tuple(_voyage(pilot, as_of)), people=people, owner=owner,
        metrics=metrics, ended_metrics=measured[len(metrics):], flags=speaking,
        computed=computed(flags),
        snoozed=tuple(flag for flag in flags if flag.snoozed), updates=updates, steps=steps,
        record=record(pilot), source=_source(pilot.pk),
        costs=money.section(pilot, user=user, as_of=as_of),
        history=timeline(Scope.of_pilot(pilot.pk), size=SHORT, told=False),
        extensions=extensions(pilot, user=user, as_of=as_of),
        panels=tuple(
            panel for panel in sorted(pilot_panels.values(), key=lambda one: one.order)
            if panel.concerns(pilot)
        ),
        satellites=satellites(pilot, user=user, as_of=as_of),
        may_edit=edit, may_manage=manage,
    )  # fmt: skip


def _days_allowed(pilot: Pilot, user: User) -> int:
    rows = Pilot.objects.visible_to(user).filter(pk=pilot.pk)
    return int(rows.values_list(freshness.limit(), flat=True).get())


def _owns(role: RoleAssignment) -> bool:
    return role.until is None and role.role == RoleKind.OWNER


def _voyage(pilot: Pilot, as_of: date) -> list[VoyageStep]:
    """Idea to Production, and the end if there is one; of two visits to a stage the last."""
    entered: dict[str, StageInterval] = {}
    for interval in pilot.stage_intervals.order_by("since_bound", "id"):
        entered[interval.stage] = interval
    stages = [*ACTIVE_STAGES, *(s for s in ENDED_STAGES if s == pilot.stage)]
    reached = max((index for index, stage in enumerate(stages) if stage in entered), default=0)
    return [
        _step(stage, entered.get(stage), pilot, as_of, passed=index < reached)
        for index, stage in enumerate(stages)
    ]


def _step(
    stage: Stage, interval: StageInterval | None, pilot: Pilot, as_of: date, *, passed: bool
) -> VoyageStep:
    if stage == pilot.stage:
        when = labels.day(pilot.stage_since) if pilot.stage_since else "entry date unknown"
        days = (as_of - pilot.stage_since_bound).days
        return VoyageStep(stage.label, when, "here", days)
    if interval is None:
        skipped = passed and pilot.stage != Stage.STOPPED
        return VoyageStep(stage.label, "not recorded" if skipped else "", "done" if skipped else "")
    when = labels.day(interval.since) if interval.since else "entry date unknown"
    return VoyageStep(stage.label, when, "done" if passed else "left")


def update_lines(pilot_id: int, most: int = UPDATES_SHOWN) -> list[UpdateLine]:
    """The latest updates, newest first."""
    found = Update.objects.filter(pilot=pilot_id).select_related("author").order_by("-posted_at")
    return [
        UpdateLine(
            update.on, str(update.author), update.health, update.note, update.next_step,
            update.next_step_due, update.get_channel_display(), update.get_blocker_display(),
            update.taken_back_at is not None,
        )
        for update in found[:most]
    ]  # fmt: skip


def _source(pilot_id: int) -> tuple[tuple[str, str], ...]:
    facts = PilotFacts.objects.filter(pk=pilot_id).values_list("values", flat=True).first() or {}
    return tuple((str(name), str(value)) for name, value in facts.items())
