from datetime import date

from django.db.models import DateField, Exists, Max, Subquery
from django.db.models.functions import Greatest

from portfolio.flags.registry import PROCESS, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet
from readiness.queries.shares import proof_of
from readiness.queries.signs import DATA_STEP, MODEL_STEP


def say(facts: Facts) -> str:
    return "The model was settled before the data"


@flag_rule(
    "OUT_OF_ORDER", title="Out of order", family=PROCESS, severity=Severity.LOW,
    stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT), say=say,
)  # fmt: skip
def out_of_order(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The step of the model is complete while the step of the data before it is not: its
    constraints are settled, and the sources are not named, or nobody has looked at the data as it
    is. What is built on data nobody knows is built twice.

    To clear it: attest on the full list that every source is named and that somebody has looked
    at the data as it is. Speaks from PoC to Rollout, of pilots whose model step is attested.
    """
    model = proof_of(MODEL_STEP).met(as_of)
    settled = pilots.filter(Exists(model))  # Few, so the rest is asked of few.
    missing = [~Exists(proof_of((key,)).met(as_of)) for key in DATA_STEP]
    day = Subquery(
        model.values("pilot").annotate(day=Max("since")).values("day"), output_field=DateField()
    )
    return settled.filter(missing[0] | missing[1]).annotate(
        since=Greatest(day, "stage_since_bound")
    )
