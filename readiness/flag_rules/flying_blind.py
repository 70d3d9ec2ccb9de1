from datetime import date

from django.db.models import Case, DateField, Exists, F, Max, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, Least

from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.shares import opened_on, proof_of
from readiness.queries.signs import LIVE, MONITORING, SCORING, TRUTH_SET, graced

PARTS = {"truth_set": TRUTH_SET, "scoring": SCORING, "monitoring": MONITORING}


def say(facts: Facts) -> str:
    lacking = [name.replace("_", " ") for name in PARTS if not facts[f"has_{name}"]]
    return f"Of the evaluation is missing: {', '.join(lacking)}"


@flag_rule(
    "FLYING_BLIND", title="Flying blind", family=SUBSTANCE, severity=Severity.HIGH, limit=30,
    stages=LIVE, facts=tuple(f"has_{name}" for name in PARTS), say=say,
)  # fmt: skip
def flying_blind(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """People rely on it, and one of the three parts of an evaluation is missing: a truth set made
    by people who know, a score that comes out without its author, and monitoring of what it does
    every day. Two of three tell as little as none.

    To clear it: attest the evaluation with its evidence, on the list of ten or on the full one.
    Speaks in Rollout and Production, of monitoring in Production alone, and not in the first 30
    days after the registration.
    """
    blind = pilots.annotate(
        has_truth_set=Exists(proof_of(TRUTH_SET).met(as_of)),
        has_scoring=Exists(proof_of(SCORING).met(as_of)),
        # Nothing to watch in production before it is there.
        has_monitoring=Case(
            When(~Q(stage=Stage.PRODUCTION), then=Value(value=True)),
            default=Exists(proof_of(MONITORING).met(as_of)),
        ),
    ).exclude(has_truth_set=True, has_scoring=True, has_monitoring=True)
    days = [
        Case(
            When(**{f"has_{name}": False}, then=Coalesce(_opened(keys), F("stage_since_bound"))),
            output_field=DateField(),
        )
        for name, keys in PARTS.items()
    ]
    return blind.annotate(since=Greatest(graced(), Least(*days)))


def _opened(keys: tuple[str, ...]) -> Subquery:
    return Subquery(proof_of(keys).values("pilot").annotate(day=Max(opened_on())).values("day"))
