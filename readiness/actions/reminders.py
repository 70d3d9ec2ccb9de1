"""Says in time that evidence or a waiver runs out: one letter for each person and day at most."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.template.loader import render_to_string

from accounts.access import remember_roles
from accounts.actions import letters
from accounts.models import User
from common import clock, company
from portfolio.digests.schedule import zone_of
from portfolio.models import Pilot
from readiness.models import Reminder
from readiness.queries.ending import Ending, reminders_due

SHOWN = 20  # answers that one letter names


def remind() -> int:
    """Plan the letters that are due now; returns how many.

    A letter and what it says are one transaction, and the letter's row is the queue: whoever dies
    afterwards has lost nothing, and whoever runs twice repeats nothing. A person is written to from
    the hour on at which they take their digest; what becomes due on the same day after that waits
    for the next one. Whoever takes no digests gets no reminders: My pilots shows the same.
    """
    now, today = clock.now(), clock.today()
    due = reminders_due(today)
    people = list(User.objects.filter(pk__in=due).order_by("pk"))
    remember_roles(people)
    return sum(_tell(person, due[person.pk], now) for person in people if _awake(person, now))


def _awake(person: User, now: datetime) -> bool:
    return now.astimezone(_zone(person)).hour >= person.digest_hour


def _zone(person: User) -> ZoneInfo:
    return zone_of(person.time_zone, company.current().zone)


@transaction.atomic
def _tell(person: User, endings: Sequence[Ending], now: datetime) -> bool:
    # Two workers at once: the second waits here, and then sees what the first has said.
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk).values_list("pk"))
    if _told_on(person) == now.astimezone(_zone(person)).date():
        return False
    endings = _seen(person, endings)
    if not endings:
        return False
    Reminder.objects.bulk_create(
        Reminder(
            answer_id=one.answer, person=person, days=one.step, last_day=one.last_day, said_at=now
        )
        for one in endings
    )
    letters.write(
        person=person, subject=_subject(endings), body=_body(person, endings), about_pilots=True
    )
    return True


def _told_on(person: User) -> date | None:
    """The day, on the person's clock, of the last letter."""
    last = Reminder.objects.filter(person=person).aggregate(last=Max("said_at"))["last"]
    return last.astimezone(_zone(person)).date() if last else None


def _seen(person: User, endings: Sequence[Ending]) -> list[Ending]:
    """Without what is restricted to others: who gave evidence may have left the pilot since."""
    hidden = {one.pilot for one in endings if one.restricted}
    if hidden:
        seen = Pilot.objects.visible_to(person).filter(pk__in=hidden)
        hidden -= set(seen.values_list("pk", flat=True))
    return [one for one in endings if one.pilot not in hidden]


def _subject(endings: Sequence[Ending]) -> str:
    """Without names: letters that failed are listed for administrators, who may not see all."""
    ran_out = all(one.days < 0 for one in endings)
    what = "1 readiness answer" if len(endings) == 1 else f"{len(endings)} readiness answers"
    plural = "" if len(endings) > 1 else "s"
    return f"{what} ran out" if ran_out else f"{what} run{plural} out soon"


def _body(person: User, endings: Sequence[Ending]) -> str:
    context = {
        "site": settings.SITE_URL, "person": person, "endings": endings[:SHOWN],
        "more": max(0, len(endings) - SHOWN),
    }  # fmt: skip
    return render_to_string("emails/evidence_ending.txt", context)
