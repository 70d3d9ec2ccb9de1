from datetime import date

from django.db.models import F, Value

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import SUBSTANCE, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"Its training data ended {facts.days('training_data_until')} days ago"


@flag_rule(
    "TRAINING_DATA_OLD", title="Training data old", family=SUBSTANCE, severity=Severity.LOW,
    limit=180, stages=(Stage.POC, Stage.PILOT, Stage.ROLLOUT, Stage.PRODUCTION),
    facts=("training_data_until", "limit"), say=say,
)  # fmt: skip
def training_data_old(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """The model learned from data that ends half a year ago. The world has moved since, and the
    model has not seen it.

    To clear it: train it on newer data and correct where the training data ends, or compare its
    results with today's truth and snooze this with what you found.
    """
    return pilots.exclude(training_data_until=None).annotate(
        since=DaysAfter(F("training_data_until"), F("limit"), Value(1))
    )
