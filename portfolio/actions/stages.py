"""A pilot moves from stage to stage here; the intervals are the dated truth."""

from datetime import date

from django.db import transaction

from accounts.models import User
from common import clock
from common.errors import NotAllowed, Refused
from common.registry import stage_guards
from portfolio.access import may_decide, may_manage
from portfolio.actions import events, flags
from portfolio.actions.pilots import QUARTER, locked
from portfolio.models import Pilot, Stage, StageInterval
from portfolio.queries import charter


@transaction.atomic
def change(
    *, pilot: Pilot, by: User, channel: str, stage: str, on: date | None = None, reason: str = "",
    decided: bool = False, decide_by: date | None = None,
) -> Pilot:  # fmt: skip
    """Move a pilot to a stage as of a day (default today), not before it entered the last one.

    `decided` is for a decision that is being approved: its gate has asked what the guards ask,
    and who may decide may move. Such a decision also sets the next day to decide by.
    """
    pilot = locked(pilot)
    if not (may_decide(by, pilot) if decided else may_manage(by, pilot)):
        raise NotAllowed("Only a portfolio manager moves a pilot to another stage.")
    on = on or clock.today()
    check(pilot, stage, on)
    if not decided:
        _ask_guards(pilot, stage)
    interval = pilot.stage_intervals.select_for_update().get(until=None)
    interval.until = on
    interval.save(update_fields=["until"])
    StageInterval.objects.create(
        pilot=pilot, stage=stage, since=on, since_bound=on, recorded_at=clock.now()
    )
    before, after = events.changed(pilot, {"stage": stage, "stage_since": on})
    pilot.stage, pilot.stage_since, pilot.stage_since_bound = stage, on, on
    if stage == Stage.PRODUCTION:
        pilot.first_production_on = pilot.first_production_on or on
        pilot.shipped = True
    if stage == Stage.POC and pilot.decide_by is None:
        decide_by = decide_by or on + QUARTER
    if decide_by and decide_by != pilot.decide_by:
        before["decide_by"], after["decide_by"] = pilot.decide_by, decide_by
        pilot.decide_by = decide_by
    pilot.version += 1
    pilot.save()
    events.record(
        verb="pilot.stage_changed", by=by, channel=channel, pilot=pilot,
        before=before, after=after, reason=reason,
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return pilot


def check(pilot: Pilot, stage: str, on: date) -> None:
    """Refused when the record itself stands in the way, whoever asks and whatever was decided."""
    if stage not in Stage.values:
        raise Refused(f"“{stage}” is not a stage.", field="stage")
    if stage == pilot.stage:
        raise Refused(f"{pilot.ref} is in {pilot.get_stage_display()} already.", field="stage")
    if on > clock.today():
        raise Refused("A stage cannot be entered in the future.", field="on")
    if on < pilot.stage_since_bound:
        raise Refused(
            f"{pilot.ref} entered {pilot.get_stage_display()} on "
            f"{pilot.stage_since_bound:%-d %B %Y}; the next stage cannot begin before that.",
            field="on",
        )
    if stage == Stage.RETIRED and not pilot.shipped:
        raise Refused("Only a pilot that reached Production is retired; stop it instead.")
    if stage == Stage.STOPPED and pilot.shipped:
        raise Refused("A pilot that reached Production is retired, not stopped.")
    if charter.needed(pilot, stage):
        lacking = charter.before_poc(pilot)
        if lacking:
            raise Refused(
                f"Before PoC {pilot.ref} needs: {', '.join(lacking).lower()}.", field="stage"
            )


def _ask_guards(pilot: Pilot, stage: str) -> None:
    for guard in stage_guards.values():
        objection = guard(pilot, stage)
        if objection:
            raise Refused(objection, field="stage")
