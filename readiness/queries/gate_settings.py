"""How the gates are set, and what setting one would mean for the pilots that come to it next."""

from dataclasses import dataclass
from datetime import date
from itertools import batched

from accounts.models import User
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ACTIVE_STAGES
from readiness import gates
from readiness.models import Answered, ChecklistTemplate, GateMode
from readiness.queries import gate_facts

MOST = 2_000
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class GateLine:
    """`usual` while nobody has set it."""

    stage: str
    label: str
    mode: str
    mode_label: str
    lists: tuple[str, ...]
    usual: bool


@dataclass(frozen=True, slots=True)
class DryRun:
    """Of `pilots` in the stage before, `now` would be stopped as it is set and `then` as tried.

    `more`: there are others, which were not counted.
    """

    stage: str
    before: str
    pilots: int
    now: int
    then: int
    more: bool
    mode: str

    @property
    def sentence(self) -> str:
        """What it would mean today."""
        if not self.before:
            return {
                "block": "Every end will need a decision by two people.",
                "warn": "A portfolio manager may end a pilot by hand.",
            }.get(self.mode, "A portfolio manager may end a pilot by hand; nothing is said.")
        if not self.pilots:
            return f"No pilot that you can see is in {self.before} today."
        of = f"{self.then:,} of {self.pilots:,} pilots in {self.before}"
        verb = {
            "block": "would be blocked: an approver would have to say why they go on",
            "warn": "would be warned about what blocks elsewhere",
        }.get(self.mode, "would be stopped: the gate is off and asks nothing")
        more = f" The first {MOST:,} were looked at." if self.more else ""
        return f"Today {of} {verb}. As it is set now: {self.now:,}.{more}"


def lines() -> tuple[GateLine, ...]:
    """Two queries."""
    settings, titles = gate_facts.settings(), list_titles()
    found = []
    for stage in gates.GATED:
        gate = gates.setting(settings, stage)
        found.append(
            GateLine(
                stage.value, str(stage.label), gate.mode, str(GateMode(gate.mode).label),
                tuple(titles.get(slug, slug) for slug in gate.checklists), stage not in settings,
            )
        )  # fmt: skip
    return tuple(found)


def list_titles() -> dict[str, str]:
    """The lists that people answer, by slug; one query."""
    rows = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
    return dict(rows.order_by("title").values_list("slug", "title"))


def dry_run(user: User, tried: gates.Setting, as_of: date) -> DryRun:
    """How many of the pilots in sight that stand before the gate have something hard to close."""
    settings = gate_facts.settings()
    now = gates.setting(settings, tried.stage)
    if tried.stage not in ACTIVE_STAGES[1:]:
        return DryRun(tried.stage, "", 0, 0, 0, more=False, mode=tried.mode)
    before = ACTIVE_STAGES[ACTIVE_STAGES.index(Stage(tried.stage)) - 1]
    rows = Pilot.objects.visible_to(user).filter(stage=before).order_by("pk")[: MOST + 1]
    pilots = list(rows)
    counts = {"now": 0, "then": 0}
    lists = gate_facts.asked()
    for some in batched(pilots[:MOST], AT_ONCE):
        facts = gate_facts.of_pilots(some, as_of, to_stage=tried.stage, lists=lists)
        for known in facts.values():
            for name, gate in (("now", now), ("then", tried)):
                counts[name] += _stopped(known, gate)
    return DryRun(
        tried.stage, str(before.label), len(pilots[:MOST]), counts["now"], counts["then"],
        more=len(pilots) > MOST, mode=tried.mode,
    )  # fmt: skip


def _stopped(known: gates.Facts, gate: gates.Setting) -> bool:
    return bool(gates.hard(gates.findings(known, {gate.stage: gate}, gate.stage)))
