"""What Norddal's teams ask of those who approve, and a number that is not good enough yet."""

from datetime import date, timedelta

from accounts.models import User
from portfolio.models import Channel, Pilot, RoleAssignment
from readiness.access import get_item
from readiness.actions import answers, waivers
from readiness.models import Answer

REASONS = (
    ("cost", "Finance closes the year until March. We stay under 300 cases a day until then."),
    ("alerting", "The on-call system changes next month; two of us look at it every morning."),
)
TRAINED = "12"
NOTE = "3 of 25 planners took the course so far; two more dates are booked."


def write(today: date) -> int:
    """Two waivers are asked for, and one team says how few it has trained; returns how many."""
    said = [_ask(code, reason, today) for code, reason in REASONS]
    return sum([*said, _train()])


def _owned(code: str) -> tuple[Pilot, User] | None:
    """An open pilot in use by people whose team has not said anything about the question."""
    spoken = Answer.objects.filter(key=f"production.{code}", until=None).values("pilot")
    owned = RoleAssignment.objects.open().owners().filter(
        pilot__stage__in=("pilot", "rollout"), pilot__restricted=False, pilot__removed_at=None,
        person__is_active=True, accepted_on__isnull=False,
    )  # fmt: skip
    asked = Pilot.objects.filter(waiver_requests__isnull=False).values("pk")
    found = owned.exclude(pilot__in=spoken).exclude(pilot__in=asked).order_by("pilot")
    one = found.select_related("pilot__unit", "person").first()
    return (one.pilot, one.person) if one else None


def _ask(code: str, reason: str, today: date) -> bool:
    found = _owned(code)
    if found is None:
        return False
    pilot, owner = found
    waivers.ask(
        pilot=pilot, item=get_item(code), by=owner, channel=Channel.WEB, reason=reason,
        until=today + timedelta(days=75),
    )  # fmt: skip
    return True


def _train() -> bool:
    found = _owned("training")
    if found is None:
        return False
    pilot, owner = found
    answers.save(
        pilot=pilot, item=get_item("training"), by=owner, channel=Channel.WEB, state="attested",
        note=NOTE, figures={"value": TRAINED},
    )  # fmt: skip
    return True
