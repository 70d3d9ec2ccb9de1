"""Computed health: what the open flags say about a pilot, beside what its people declare.

Off track when a grave flag speaks about time, ownership, money or substance; at risk when any
other grave or medium flag speaks; else on track. Snoozed flags are silent, light ones too light,
and a flag about health itself is not counted, or it would feed on itself.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.db.models import Case, CharField, Exists, Q, Value, When
from django.db.models.expressions import Combinable

from portfolio.flags.registry import PROCESS, rules
from portfolio.models.flag import Severity
from portfolio.models.stage import ENDED_STAGES
from portfolio.models.update import Health
from portfolio.querysets import open_flags

# Rules that compare declared health with something: they do not make health.
ABOUT_HEALTH = ("WATERMELON", "ALL_TALK")
RANK = {str(Health.ON_TRACK): 0, str(Health.AT_RISK): 1, str(Health.OFF_TRACK): 2}


class Finding(Protocol):
    """An open flag as this module looks at it."""

    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> str: ...
    @property
    def snoozed(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Computed[F: Finding]:
    """`reasons` are the findings that make it so; none when on track."""

    health: str
    reasons: tuple[F, ...]


def computed[F: Finding](flags: Iterable[F]) -> Computed[F]:
    """The health that these open flags of an active pilot amount to. Pure."""
    speaking = [f for f in flags if not f.snoozed and f.rule not in ABOUT_HEALTH]
    formal = process_rules()
    grave = [f for f in speaking if f.severity == Severity.HIGH and f.rule not in formal]
    if grave:
        return Computed(Health.OFF_TRACK, tuple(grave))
    rest = tuple(f for f in speaking if f.severity != Severity.LOW)
    return Computed(Health.AT_RISK if rest else Health.ON_TRACK, rest)


def expression(as_of: date) -> Combinable:
    """The same sum in SQL, for a queryset of pilots; "" for those that have ended."""
    speaking = open_flags(as_of).exclude(rule__in=ABOUT_HEALTH)
    grave = speaking.filter(severity=Severity.HIGH).exclude(rule__in=process_rules())
    return Case(
        When(stage__in=ENDED_STAGES, then=Value("")),
        When(Exists(grave), then=Value(str(Health.OFF_TRACK))),
        When(Q(Exists(speaking.exclude(severity=Severity.LOW))), then=Value(str(Health.AT_RISK))),
        default=Value(str(Health.ON_TRACK)),
        output_field=CharField(),
    )


def process_rules() -> list[str]:
    """Rules about how the work is done. Alone they put a pilot at risk, never off track."""
    return sorted(code for code, rule in rules.items() if rule.family == PROCESS)


def apart(declared: str, found: str) -> bool:
    """Two steps between what is declared and what is computed: somebody is mistaken."""
    return declared in RANK and found in RANK and abs(RANK[declared] - RANK[found]) == 2
