"""What a team says of itself; the only writer of self-checks. It raises no readiness score."""

from django.db import transaction

from accounts.models import User
from common import clock, text
from common.errors import Conflict, NotAllowed, Refused
from portfolio.access import may_edit
from portfolio.actions import events
from portfolio.actions.pilots import locked
from portfolio.models import Pilot
from readiness.access import self_check_template
from readiness.models import ChecklistItem, SelfCheck
from readiness.queries.self_check import outcome, said

HIGHEST = 4
LONGEST_NOTE = 2000


@transaction.atomic
def begin(*, pilot: Pilot, by: User, channel: str) -> SelfCheck:
    """The self-check that runs, or a new one: there is never a second one beside it."""
    pilot = _editable(pilot, by)
    running = pilot.self_checks.filter(finished_at=None).first()
    if running:
        return running
    check = SelfCheck.objects.create(
        pilot=pilot, template=self_check_template(), author=by, begun_at=clock.now()
    )
    events.record(
        verb="readiness.self_check_begun", by=by, channel=channel, pilot=pilot,
        after={"self-check": check.template.title},
    )  # fmt: skip
    return check


@transaction.atomic
def rate(
    *, check: SelfCheck, item: ChecklistItem, by: User, channel: str, rating: int | None,
    note: str = "", seen: str | None = None,
) -> SelfCheck:  # fmt: skip
    """Keep a rung from 0 to 4, or None: not known. Saved at once, one event when it is finished.

    `seen` is what the form showed (`said`); if somebody chose something else since, a Conflict.
    """
    _editable(check.pilot, by)
    check = _running(check)
    note = text.clean(note, lines=True)
    if rating is not None and not 0 <= rating <= HIGHEST:
        raise Refused("Choose a rung from 0 to 4, or that it is not known.", field="rating")
    if len(note) > LONGEST_NOTE:
        raise Refused(f"{LONGEST_NOTE:,} characters are enough.", field="note")
    if item.template_id != check.template_id:
        raise Refused("That question is not part of this self-check.", field="rating")
    code = item.code
    if code in check.ratings and (check.ratings[code], check.notes.get(code, "")) == (rating, note):
        return check
    if seen is not None and seen != said(check, code):
        raise Conflict(f"Somebody else answered “{item.question}” while you were thinking.")
    check.ratings = {**check.ratings, code: rating}
    check.notes = {**check.notes, code: note} if note else _without(check.notes, code)
    check.save(update_fields=["ratings", "notes"])
    return check


@transaction.atomic
def finish(*, check: SelfCheck, by: User, channel: str) -> SelfCheck:
    """Close it: from now on it is read only. Refused while a question has no answer at all."""
    pilot = _editable(check.pilot, by)
    if check.finished_at:
        return check
    check = _running(check)
    items = list(check.template.items.all())
    missing = [item for item in items if item.code not in check.ratings]
    if missing:
        raise Refused(f"“{missing[0].question}” is not answered yet; “not known” is an answer.")
    check.finished_at = clock.now()
    check.save(update_fields=["finished_at"])
    found = outcome(items, check.ratings)
    unknown = {"not known": found.unknown} if found.unknown else {}
    events.record(
        verb="readiness.self_check_finished", by=by, channel=channel, pilot=pilot,
        after={"self-check": f"{found.points} of {found.most}", **unknown},
    )  # fmt: skip
    return check


@transaction.atomic
def discard(*, pilot: Pilot, number: int, by: User, channel: str, seen: int) -> bool:
    """Throw away the one that runs, with all that was said in it; False when it is gone already.

    `seen` is how many answers the form showed: with more or fewer, or finished since, a Conflict.
    """
    pilot = _editable(pilot, by)
    check = pilot.self_checks.select_related("template").filter(pk=number).first()
    if check is None:
        return False
    if check.finished_at:
        raise Conflict("This self-check was finished in the meantime, and finished ones stay.")
    answered = len(check.ratings)
    if answered != seen:
        raise Conflict(f"Somebody went on with this self-check: it has {answered} answers now.")
    events.record(
        verb="readiness.self_check_discarded", by=by, channel=channel, pilot=pilot,
        before={"self-check": f"{answered} of {check.template.size} answered"},
    )  # fmt: skip
    check.delete()
    return True


def _editable(pilot: Pilot, by: User) -> Pilot:
    pilot = locked(pilot)
    if not may_edit(by, pilot):
        raise NotAllowed(f"Only the people of {pilot.ref} and its managers check themselves.")
    return pilot


def _running(check: SelfCheck) -> SelfCheck:
    """As it is now; the pilot's lock keeps others out."""
    now = SelfCheck.objects.select_related("template", "pilot").filter(pk=check.pk).first()
    if now is None:
        raise Conflict("This self-check was discarded in the meantime.")
    if now.finished_at:
        raise Conflict("This self-check was finished in the meantime.")
    return now


def _without(notes: dict[str, str], code: str) -> dict[str, str]:
    return {name: note for name, note in notes.items() if name != code}
