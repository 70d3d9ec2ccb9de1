"""Boards: preparing one, its length and day, minutes for each pilot, outcomes, closing, mailing."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django import forms

from accounts.models import User
from common import clock
from portfolio.forms.fields import Day, PersonField, Text
from readiness.actions.board_outcomes import NOTE as LONGEST_OUTCOME
from readiness.actions.meetings import LONGEST, MOST_FOR_ONE
from readiness.actions.meetings import NOTE as LONGEST_NOTE
from readiness.agenda import SHORTEST
from readiness.models import Meeting
from readiness.queries.meetings import Agenda, units_of

WHOLE = "0"
BIG = 2**31 - 1
FORTNIGHT = timedelta(days=14)


class Version(forms.IntegerField):
    """What the form was drawn from."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, min_value=0, max_value=BIG)


class BoardForm(forms.Form):
    on = Day(label="Day", required=True, error_messages={"required": "Choose the day."})
    minutes = forms.IntegerField(
        label="Length in minutes", min_value=SHORTEST, max_value=LONGEST,
        help_text="The agenda holds what this is enough for: 15 minutes for a decision, 10 for a "
        "pilot that is stuck, 5 for a yes.",
    )  # fmt: skip
    note = Text(
        label="Note", max_length=LONGEST_NOTE, rows=2,
        help_text="Where it meets, who is invited. Everyone who is signed in reads it.",
    )  # fmt: skip


class NewBoardForm(BoardForm):
    """`unit` offers what the person may prepare boards of."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    field_order = ("unit", "on", "minutes", "note")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        usual = {"token": uuid4(), "on": next_wednesday(clock.today()), "minutes": 60}
        kwargs["initial"] = usual | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        units, whole = units_of(user)
        self.units = {str(unit.pk): unit for unit in units}
        self.fields["unit"] = forms.ChoiceField(
            label="Pilots of",
            choices=[
                *([(WHOLE, "The whole portfolio")] if whole else []),
                *((pk, unit.path) for pk, unit in self.units.items()),
            ],
        )
        self.order_fields(self.field_order)

    @property
    def values(self) -> dict[str, Any]:
        """What `meetings.prepare` takes."""
        return self.cleaned_data | {"unit": self.units.get(self.cleaned_data["unit"])}


class ChangeBoardForm(BoardForm):
    version = Version()


class MinutesForm(forms.Form):
    """Minutes of each pilot on the agenda."""

    def __init__(self, found: Agenda, data: Any = None) -> None:
        super().__init__(data, auto_id="%s")
        for row in found.rows:
            attrs = {
                "aria-label": f"Minutes for {row.pilot.name}",
                "inputmode": "numeric",
                "form": "agenda-minutes",
            }
            self.fields[f"minutes_{row.item.pk}"] = forms.IntegerField(
                min_value=1, max_value=MOST_FOR_ONE, initial=row.item.minutes, required=False,
                widget=forms.TextInput(attrs=attrs),
            )  # fmt: skip

    @property
    def values(self) -> dict[int, int]:
        return {
            int(name.removeprefix("minutes_")): value
            for name, value in self.cleaned_data.items()
            if value is not None
        }


class OutcomeForm(forms.Form):
    note = Text(label="What was said", max_length=LONGEST_OUTCOME, rows=3)
    version = Version()


class CloseForm(forms.Form):
    next_on = Day(
        label="Next board", help_text="A board of the same length is prepared for that day, unless "
        "there is one. It begins with what was not reached.",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, meeting: Meeting, there: date | None) -> None:
        day = there or max(meeting.on, clock.today()) + FORTNIGHT
        super().__init__(data, initial={"next_on": day})


class MailForm(forms.Form):
    """`people` are offered; somebody else is named in the box."""

    people = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="To"
    )
    other = PersonField(required=False, label="Somebody else")

    def __init__(self, *args: Any, offered: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {str(person.pk): person for person in offered}
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (pk, f"{person} ({person.email})" if person.name else person.email)
            for pk, person in self.offered.items()
        ]

    @property
    def chosen(self) -> list[User]:
        found = [self.offered[pk] for pk in self.cleaned_data["people"]]
        other = self.cleaned_data.get("other")
        return [*found, other] if other and other not in found else found


def next_wednesday(today: date) -> date:
    return today + timedelta(days=(2 - today.weekday() - 1) % 7 + 1)
