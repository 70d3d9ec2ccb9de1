from datetime import date

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Greatest

from portfolio.flags.days import DaysAfter
from portfolio.flags.recorded import recorded_on
from portfolio.flags.registry import TIME, Facts, flag_rule
from portfolio.models.flag import Severity
from portfolio.models.pilot import Hosting
from portfolio.querysets import PilotQuerySet


def say(facts: Facts) -> str:
    return f"Same place and no update for {facts.days('still_since')} days"


@flag_rule(
    "ENV_UNCHANGED", title="Place unchanged", family=TIME, severity=Severity.LOW, limit=90,
    facts=("still_since", "limit"), say=say,
)  # fmt: skip
def env_unchanged(pilots: PilotQuerySet, as_of: date) -> PilotQuerySet:
    """Three months later it still stands on the same machine outside production, and nobody has
    said a word about it.

    To clear it: post an update that says how it goes, move it to where it can live, or stop it.
    """
    return pilots.exclude(hosting__in=("", Hosting.PRODUCTION)).annotate(
        still_since=Greatest(
            recorded_on("hosting"), Coalesce(F("last_update_on"), F("registered_on"))
        ),
        since=DaysAfter(F("still_since"), F("limit"), Value(1)),
    )
