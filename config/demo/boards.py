"""Two boards of the demo: one that was held, with its minutes, and one that is prepared."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import uuid4

from accounts.models import Channel, User
from config.demo.moments import at
from portfolio.models import Event
from readiness.actions import meetings
from readiness.agenda import Pick
from readiness.models import AgendaItem, AgendaState, Decision, Meeting
from readiness.queries.agenda import ranked, scope
from readiness.queries.minutes import record_of

NOTES = (
    "Legal reads the contract with the supplier first. Comes back when they have answered.",
    "The sponsor wants two more weeks of readings before the money for a year is asked for.",
    "Nobody in the room could say who answers for it in a year. Mona asks the unit.",
)
MISSED, LENGTH = 2, 90
DECIDED = 3  # of one day, at most


def tell(today: date) -> None:
    """The board that decided on the last day of the story, and the next one, with what it left."""
    mona = User.objects.get(email="mona.bergstrom@norddal.example")
    ed = User.objects.get(email="elisabeth.kranz@norddal.example")
    before = Decision.objects.filter(decided_on__lt=today).order_by("-decided_on").first()
    on = before.decided_on if before else today - timedelta(days=13)
    next_on = max(today + timedelta(days=6), on + timedelta(days=14))
    _held(on, next_on, mona, ed)
    meetings.prepare(
        by=mona, channel=Channel.COMMAND, on=next_on, minutes=LENGTH,
        note="Room 4.12. Elisabeth chairs; owners join for their ten minutes.",
    )  # fmt: skip


def _held(on: date, next_on: date, mona: User, ed: User) -> None:
    decided = list(Decision.objects.filter(decided_on=on).order_by("pk")[:DECIDED])
    gone = {decision.pilot_id for decision in decided}
    there = scope(mona, None).filter(registered_on__lte=on)
    picks = [pick for pick in ranked(there, on=on, as_of=on) if pick.pilot not in gone]
    meeting = Meeting.objects.create(
        on=on, minutes=LENGTH, note="Room 4.12. Elisabeth chairs.", made_by=mona,
        made_at=at(on - timedelta(days=6), 9), started_at=at(on, 9), token=uuid4(),
    )  # fmt: skip
    items = _items(meeting, decided, picks[: len(NOTES) + MISSED], mona)
    AgendaItem.objects.bulk_create(items)
    rows = list(meeting.items.select_related("pilot__unit", "decision__proposed_by",
                                             "decision__approved_by"))  # fmt: skip
    records = record_of(rows)
    for row in rows:
        row.record = records[row.pk]
    AgendaItem.objects.bulk_update(rows, ["record"])
    meeting.closed_at, meeting.closed_by, meeting.next_on = at(on, 11), ed, next_on
    meeting.save()
    _events(meeting, rows, mona)


def _items(
    meeting: Meeting, decided: Sequence[Decision], picks: Sequence[Pick], mona: User
) -> list[AgendaItem]:
    made = [
        AgendaItem(
            meeting=meeting, pilot_id=one.pilot_id, minutes=15, decision=one, by_hand=True,
            state=AgendaState.DECIDED, reasons=[meetings.BY_HAND],
        )
        for one in decided
    ]  # fmt: skip
    for number, pick in enumerate(picks):
        talked = number < len(NOTES)
        made.append(
            AgendaItem(
                meeting=meeting, pilot_id=pick.pilot, minutes=pick.minutes, weight=pick.weight,
                reasons=list(pick.reasons), note=NOTES[number] if talked else "",
                state=AgendaState.DISCUSSED if talked else AgendaState.NOT_REACHED,
            )
        )  # fmt: skip
    for position, item in enumerate(made, start=1):
        item.position, item.changed_by, item.settled_at = position, mona, at(meeting.on, 10)
    return made


def _events(meeting: Meeting, items: Sequence[AgendaItem], mona: User) -> None:
    verbs: dict[str, str] = {
        AgendaState.DISCUSSED: "board.settled", AgendaState.NOT_REACHED: "board.not_reached",
    }  # fmt: skip
    Event.objects.bulk_create(
        Event(
            at=at(meeting.on, 10), pilot=item.pilot, actor=mona, verb=verbs[item.state],
            channel=Channel.WEB,
            after={"board": meetings.name(meeting), "board_note": item.note},
        )
        for item in items
        if item.state in verbs
    )  # fmt: skip
