"""Minutes of a closed board, mailed: to each person once, with the pilots that they may see."""

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.access import remember_roles
from accounts.actions import letters
from accounts.models import User
from common import clock, company
from common.errors import NotAllowed, Refused
from portfolio.actions import events
from portfolio.queries.people import assignable
from readiness.access import may_run
from readiness.actions.meetings import name
from readiness.models import Meeting, MinutesLetter
from readiness.queries.minutes import Minutes, minutes
from readiness.queries.readers import failed

MOST = 100


@transaction.atomic
def mail(*, meeting: Meeting, by: User, channel: str, people: Sequence[User]) -> int:
    """Plan a letter to each; returns how many. Who was mailed already is not mailed again, unless
    the letter failed. The row of the letter is the queue: it leaves once, whatever crashes."""
    # The lock makes two who press at once one after the other; the row itself stays as it is.
    meeting = (
        Meeting.objects.select_for_update(of=("self",)).select_related("unit").get(pk=meeting.pk)
    )
    if not may_run(by, meeting.unit):
        raise NotAllowed("Only those who run this board mail its minutes.")
    if not meeting.closed_at:
        raise Refused("There are no minutes before the board is closed.")
    chosen = _checked(people)
    sent = {one.person_id: one for one in meeting.letters.select_related("letter")}
    fresh = [person for person in chosen if person.pk not in sent or failed(sent[person.pk])]
    if not fresh:
        raise Refused("They were all mailed these minutes already.", field="people")
    remember_roles(fresh)
    for person in fresh:
        _send(meeting, person, by)
    events.record(
        verb="board.mailed", by=by, channel=channel,
        after={"board": name(meeting), "meeting": meeting.pk, "letters": len(fresh)},
    )  # fmt: skip
    return len(fresh)


def _checked(people: Sequence[User]) -> list[User]:
    """As they are now: inside the company and here."""
    wanted = {person.pk for person in people}
    if not wanted:
        raise Refused("Choose who gets the minutes.", field="people")
    if len(wanted) > MOST:
        raise Refused(f"At most {MOST} people at once.", field="people")
    found = list(assignable().filter(pk__in=wanted).order_by("pk"))
    if len(found) < len(wanted):
        missing = next(person for person in people if person.pk not in {p.pk for p in found})
        raise Refused(
            f"{missing} is not inside the company or has left; minutes stay inside.", field="people"
        )
    return found


def _send(meeting: Meeting, person: User, by: User) -> None:
    found = minutes(meeting, person)
    letter = letters.write(
        person=person, subject=f"Board of {name(meeting)}: {found.sentence}",
        body=rendered(found, "txt"), html=rendered(found, "html"), about_pilots=True,
    )  # fmt: skip
    MinutesLetter.objects.update_or_create(
        meeting=meeting, person=person,
        defaults={"letter": letter, "sent_by": by, "at": clock.now()},
    )  # fmt: skip


def rendered(found: Minutes, kind: str) -> str:
    """The mail as "txt" or "html"; links come from SITE_URL only."""
    context = {
        "minutes": found, "meeting": found.meeting, "company": company.current().name,
        "title": f"Board of {name(found.meeting)}", "site": settings.SITE_URL,
        "url": f"{settings.SITE_URL}{reverse('board', args=[found.meeting.pk])}",
    }  # fmt: skip
    return render_to_string(f"emails/minutes.{kind}", context)
