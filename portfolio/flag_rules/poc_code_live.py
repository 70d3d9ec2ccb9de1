from datetime import date

from django.db.models import F

from portfolio.flags.days import DaysAfter
from portfolio.flags.registry import PRODUCTION, Facts, flag_rule
from portfolio.models import Stage
from portfolio.models.flag import Severity
from portfolio.models.pilot import BuildBasis
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return "PoC code serves real users"


@flag_rule(
    "POC_CODE_LIVE", title="PoC code live", family=PRODUCTION, severity=Severity.HIGH,
    stages=(Stage.ROLLOUT, Stage.PRODUCTION), say=say,
)  # fmt: skip
def poc_code_live(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """“Let's run with what we have”: the code of the PoC was promoted as it is and serves real
    users. It was written to show an idea, not to be operated.

    To clear it: harden or rebuild it, and correct what it is built from under “Build and service”.
    """
    return pilots.filter(build_basis=BuildBasis.POC_CODE).annotate(
        since=DaysAfter(F("stage_since_bound"), F("limit"))
    )
