"""Tests on raw records: how far the accuracy of the demo survives real data."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, Refused
from portfolio.actions import events, flags
from portfolio.actions.metrics import check_day, editable, ensure, share
from portfolio.actions.records import sent_before
from portfolio.catalog.presets import CURATED, RAW
from portfolio.models import Pilot, RawTest, Reading


@transaction.atomic
def record(
    *,
    pilot: Pilot,
    by: User,
    channel: str,
    on: date,
    raw_right: int,
    raw_sample: int,
    curated_right: int,
    curated_sample: int,
    random: bool,
    unprocessed: bool,
    source: str = "",
    note: str = "",
    token: UUID | None = None,
) -> RawTest:
    """Record right answers on raw and on curated records, and read both accuracies from them.

    A pilot that does not measure them yet does from now on. The same token again is one test.
    """
    pilot = editable(pilot, by)
    if there := sent_before(RawTest, token, pilot=pilot):
        return there
    check_day(on)
    raw, curated = share(raw_right, raw_sample), share(curated_right, curated_sample)
    test = RawTest.objects.create(
        pilot=pilot, on=on, raw_right=raw_right, raw_sample=raw_sample,
        curated_right=curated_right, curated_sample=curated_sample, random=random,
        unprocessed=unprocessed, source=text.clean(source), note=text.clean(note, lines=True),
        author=by, recorded_at=clock.now(), token=token,
    )  # fmt: skip
    common: dict[str, Any] = {
        "on": on, "source": f"Test on {raw_sample:,} raw records", "author": by,
        "recorded_at": clock.now(), "raw_test": test,
    }  # fmt: skip
    pair = ((CURATED, curated, curated_right, curated_sample), (RAW, raw, raw_right, raw_sample))
    Reading.objects.bulk_create(
        Reading(
            metric=ensure(pilot=pilot, by=by, channel=channel, preset=preset), value=value,
            part=part, whole=whole, **common,
        )
        for preset, value, part, whole in pair
    )  # fmt: skip
    events.record(verb="raw_test.recorded", by=by, channel=channel, pilot=pilot, after=_told(test))
    flags.sweep_pilots(pilots=[pilot.pk])
    return test


@transaction.atomic
def withdraw(*, test: RawTest, by: User, channel: str, reason: str) -> RawTest:
    """Take out a test that was wrong, and the readings that came from it; both stay to be seen."""
    pilot = editable(test.pilot, by)
    test = RawTest.objects.select_for_update().get(pk=test.pk)
    reason = text.clean(reason)
    if test.superseded_at is not None:
        raise Conflict("Somebody else took this test out in the meantime.")
    if not reason:
        raise Refused("Say what was wrong.", field="reason")
    gone = {"superseded_at": clock.now(), "superseded_reason": reason[:500]}
    RawTest.objects.filter(pk=test.pk).update(**gone)
    test.readings.filter(superseded_at=None).update(**gone)
    events.record(
        verb="raw_test.withdrawn", by=by, channel=channel, pilot=pilot, before=_told(test),
        reason=reason,
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    test.refresh_from_db()
    return test


def _told(test: RawTest) -> dict[str, Any]:
    return {
        "on": test.on, "raw_records": f"{test.raw_right} of {test.raw_sample} right",
        "curated_records": f"{test.curated_right} of {test.curated_sample} right",
        "random": test.random, "unprocessed": test.unprocessed,
    }  # fmt: skip
