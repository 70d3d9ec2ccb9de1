"""What is asked of a pilot in use: checks that make themselves after launch, and what a month was
worth. The only writer of both."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from common.links import web_link
from portfolio.access import may_edit
from portfolio.actions import events, flags
from portfolio.actions.pilots import locked
from portfolio.models import Pilot
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries.labels import day
from readiness.access import check_attests
from readiness.models import Attestation, CheckResult, LaunchCheck, Verdict
from readiness.queries.aftercare import (
    EARLY,
    MONTHS,
    fingerprint,
    in_use_during,
    month_asked,
    month_words,
    months_before,
)

PAST = timedelta(30)
"""A check whose day had passed longer than that when the pilot was registered is not asked: nobody
here could have made it."""

# One statement for all three, so that a pilot costs one wherever it changes. Checks that somebody
# made stay as they are; those of an ended pilot stay too, and are shown as not needed.
_PLAN = """
WITH wished AS (
    SELECT p.id, d.days, p.first_production_on + d.days AS due_on,
           p.stage = ANY(%(ended)s) AS ended
    FROM portfolio_pilot p CROSS JOIN unnest(%(days)s) AS d(days)
    WHERE p.shipped AND p.first_production_on + d.days >= p.registered_on - %(past)s
      AND (%(ids)s::bigint[] IS NULL OR p.id = ANY(%(ids)s))
), gone AS (
    DELETE FROM readiness_launchcheck c
    WHERE c.result = '' AND (%(ids)s::bigint[] IS NULL OR c.pilot_id = ANY(%(ids)s))
      AND NOT EXISTS (SELECT FROM wished w WHERE w.id = c.pilot_id AND w.days = c.days)
    RETURNING 1
), moved AS (
    UPDATE readiness_launchcheck c SET due_on = w.due_on FROM wished w
    WHERE w.id = c.pilot_id AND w.days = c.days AND c.result = '' AND c.due_on <> w.due_on
    RETURNING 1
), made AS (
    INSERT INTO readiness_launchcheck (pilot_id, days, due_on, result, measured, evidence_url)
    SELECT w.id, w.days, w.due_on, '', '', '' FROM wished w
    WHERE NOT w.ended AND NOT EXISTS (
        SELECT FROM readiness_launchcheck c WHERE c.pilot_id = w.id AND c.days = w.days
    )
    ON CONFLICT DO NOTHING RETURNING 1
)
SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM moved) + (SELECT count(*) FROM made)
"""


def plan_checks(pilots: Sequence[int] | None = None) -> int:
    """Bring the open checks in line with the days of launch, of these pilots (by id) or of all.

    Returns how many were made, moved or taken away; running it again does nothing.
    """
    values = {
        "ids": None if pilots is None else list(pilots),
        "days": list(LaunchCheck.DAYS),
        "past": PAST.days,
        "ended": [stage.value for stage in ENDED_STAGES],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLAN, values)
        (count,) = cursor.fetchone()
    return int(count)


def when_pilots_change(pilots: Sequence[int], as_of: date) -> None:
    plan_checks(pilots)


@transaction.atomic
def check(
    *, pilot: Pilot, days: int, by: User, channel: str, result: str, measured: str = "",
    evidence_url: str = "", seen: str = "",
) -> LaunchCheck:  # fmt: skip
    """Say how it does so many days after launch; a second answer corrects the first.

    `seen` is the fingerprint of what the form showed; another answer meanwhile is a Conflict,
    unless it says the same: the form posted twice is one answer.
    """
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers check it.")
    row = LaunchCheck.objects.select_for_update().filter(pilot=pilot, days=days).first()
    if row is None:
        raise Conflict(f"{pilot.ref} is not checked {days} days after launch any more.")
    if result not in CheckResult.values:
        raise Refused("Say how it does: choose one of the three.", field="result")
    measured = text.clean(measured, lines=True)
    if not measured and result != CheckResult.NOT_USED:
        raise Refused("Say what was measured, at launch and now.", field="measured")
    wish = {
        "result": result, "measured": measured,
        "evidence_url": web_link(evidence_url, field="evidence_url"),
    }  # fmt: skip
    before, after = events.changed(row, wish)
    if not after:
        return row
    if seen and seen != fingerprint(row):
        raise Conflict(f"Somebody else made the check of {pilot.ref} while you were writing.")
    _ask_day(pilot, row)
    for name, value in wish.items():
        setattr(row, name, value)
    row.done_on, row.done_by = clock.today(), by
    row.save()
    events.record(
        verb="readiness.launch_checked", by=by, channel=channel, pilot=pilot, reason=measured,
        before=_in_words(before), after={"check": f"{days} days after launch", **_in_words(after)},
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return row


def _ask_day(pilot: Pilot, row: LaunchCheck) -> None:
    """Nothing is asked of what has ended, and nothing long before its day."""
    if row.result:
        return
    if pilot.stage in ENDED_STAGES:
        raise Refused(f"{pilot.ref} has ended; nobody needs this check any more.")
    opens = row.due_on - timedelta(EARLY)
    if clock.today() < opens:
        raise Refused(f"It is too early to say; the check can be made from {day(opens)} on.")


def _in_words(changed: dict[str, object]) -> dict[str, object]:
    said: dict[str, object] = {}
    if "result" in changed:
        said["result"] = dict(CheckResult.choices).get(str(changed["result"]), "")
    if "evidence_url" in changed:
        said["evidence"] = changed["evidence_url"]
    return said


@transaction.atomic
def attest(
    *, pilot: Pilot, month: date, by: User, channel: str, verdict: str, note: str = "",
    seen: int | None = None,
) -> Attestation:  # fmt: skip
    """Say whether the pilot was useful in a month that is over; another answer supersedes it.

    `seen` is the id of the answer the form showed (0: none); another one is a Conflict, unless it
    says the same. Months up to a year back can be answered, in which people used it.
    """
    pilot = locked(pilot)
    check_attests(by, pilot)
    if verdict not in Verdict.values:
        raise Refused("Choose one of the three answers.", field="verdict")
    note = text.clean(note, lines=True)
    rows = Attestation.objects.select_for_update(of=("self",)).filter(superseded_at=None)
    current = rows.filter(pilot=pilot, month=month).first()
    if current and (current.verdict, current.note) == (verdict, note):
        return current
    if seen is not None and seen != (current.pk if current else 0):
        raise Conflict(f"Somebody else answered for {month_words(month)} while you were writing.")
    _ask_month(pilot, month)
    if current:
        current.superseded_at = clock.now()
        current.save(update_fields=["superseded_at"])
    answer = Attestation.objects.create(
        pilot=pilot, month=month, verdict=verdict, note=note, author=by, recorded_at=clock.now()
    )
    before = {"verdict": current.get_verdict_display()} if current else {}
    events.record(
        verb="readiness.value_attested", by=by, channel=channel, pilot=pilot, before=before,
        after={"month": month_words(month), "verdict": answer.get_verdict_display()}, reason=note,
    )  # fmt: skip
    flags.sweep_pilots(pilots=[pilot.pk])
    return answer


def _ask_month(pilot: Pilot, month: date) -> None:
    last = month_asked(clock.today())
    if month > last:
        raise Refused(f"{month_words(month)} is not over yet.", field="month")
    if month <= months_before(last, MONTHS):
        raise Refused("Only the last twelve months can be answered.", field="month")
    if not in_use_during(pilot, month):
        raise Refused(
            f"{pilot.ref} was not in use in {month_words(month)}: that is asked from Pilot on.",
            field="month",
        )
