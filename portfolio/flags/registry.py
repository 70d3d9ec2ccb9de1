"""What a flag rule is, and the decorator that makes one out of a function."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from common.registry import Registry
from portfolio.models import ACTIVE_STAGES, Pilot
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet

OWNERSHIP, TIME, SUBSTANCE, PROCESS = "Ownership", "Time", "Substance", "Process"
PRODUCTION = "Production"


@dataclass(frozen=True)
class Facts:
    """The numbers that explain one flag, with the day they are read on."""

    values: Mapping[str, Any]
    as_of: date

    def __getitem__(self, name: str) -> Any:
        return self.values.get(name)

    def day(self, name: str) -> date | None:
        text = self.values.get(name)
        return date.fromisoformat(text) if text else None

    def days(self, name: str) -> int:
        """Days from that date to the day of reading; 0 when the date is not known."""
        day = self.day(name)
        return (self.as_of - day).days if day else 0


Find = Callable[[PilotQuerySet, date], PilotQuerySet]
Say = Callable[[Facts], str]


@dataclass(frozen=True, eq=False)
class Rule:
    """A flag rule. `limit` is in days unless `unit` says otherwise; `by_stage` overrides it.

    A `graded` rule annotates each pilot with its `severity`; the one here is the usual one.
    A `late` rule looks at the flags that the other rules have opened.
    """

    code: str
    title: str
    family: str
    severity: str
    stages: tuple[str, ...]
    limit: int
    find: Find
    say: Say
    facts: tuple[str, ...] = ()
    by_stage: Mapping[str, int] = field(default_factory=dict)
    unit: str = "days"
    graded: bool = False
    late: bool = False

    @property
    def help(self) -> str:
        """What it means and how to clear it: the function's docstring, one paragraph a line."""
        paragraphs = (inspect.getdoc(self.find) or "").split("\n\n")
        return "\n".join(" ".join(paragraph.split()) for paragraph in paragraphs)

    def candidates(self, pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
        """The pilots of `pilots` (annotated with `limit`) for which the finding is true."""
        found = self.find(pilots.filter(stage__in=self.stages), as_of)
        true_by_now = {"since__lte": as_of}  # An annotation that the type checker cannot know.
        return found.filter(**true_by_now).order_by()

    def words(self, facts: Mapping[str, Any], as_of: date) -> str:
        """The finding in one short sentence without a full stop, as of a day."""
        return self.say(Facts(facts, as_of))


rules: Registry[Rule] = Registry("flag rule")


def flag_rule(
    code: str,
    *,
    title: str,
    family: str,
    severity: Severity,
    say: Say,
    limit: int = 0,
    stages: tuple[str, ...] = ACTIVE_STAGES,
    facts: tuple[str, ...] = (),
    by_stage: Mapping[str, int] | None = None,
    unit: str = "days",
    graded: bool = False,
    late: bool = False,
) -> Callable[[Find], Find]:
    """Register a function as the flag rule of that code.

    The function gets pilots of `stages`, annotated with `limit`, and the day. It returns those
    that the finding may be about, each once, annotated with `since`, the first day on which the
    finding is true (days to come are left out by the engine), and with `facts`. It never reads
    settings and never loops. Its docstring is the help text that users read. If `graded`, it also
    annotates `severity` (H, M or L): an open flag follows it and keeps its since.
    A `late` rule runs when the others are reconciled, because it reads their open flags.
    """

    if not all(name.isidentifier() for name in (code, *facts)):
        raise ValueError(f"The code and the facts of {code!r} must be identifiers.")

    def register(find: Find) -> Find:
        rules.register(
            code,
            Rule(
                code=code, title=title, family=family, severity=severity, stages=stages,
                limit=limit, find=find, say=say, facts=facts, by_stage=by_stage or {}, unit=unit,
                graded=graded, late=late,
            ),
        )  # fmt: skip
        return find

    return register


def all_pilots() -> PilotQuerySet:
    """Every pilot: the sweep is the one reader that looks at all of them, for nobody's eyes."""
    return Pilot.objects.all()
