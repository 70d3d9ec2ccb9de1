"""Forms of a pilot's record: one section of it, or all of them. The model says which box."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models

from common import clock
from portfolio.actions.pilot_values import decide_by_is_open
from portfolio.forms.fields import Day, Number, Text, UnitField, YesNo, choice
from portfolio.models import Pilot
from portfolio.models.pilot import NotProven
from portfolio.queries.sections import Section, fingerprint

NOTHING = "nothing"
MOST = 1_000_000
HELP = {
    "summary": "Plainly, as a new colleague would understand it.",
    "problem": "The problem it solves, in a sentence or two.",
    "hypothesis": "If we do this, then that changes, because …",
    "ready_when": "A number and a unit: “four of five invoices booked without a hand”.",
    "stop_when": "What would make you stop: “below 70 % after six weeks”.",
    "planned_outlet": "Which system or team takes the result up, and who pays for it.",
    "restricted": "Seen by its people, the managers of its unit and auditors only.",
    "access_holders": "How many can reach it and run it. Fewer than two is a risk.",
    "model_share": "Of all work, how much is the model itself?",
    "departments": "How many have to change how they work?",
    "training_data_until": "The last day of the data it learned from.",
    "last_seen_working": "The last day somebody saw it work.",
    "on_call": "Who answers when it breaks at night.",
    "retrain_days": "How often it learns anew.",
}  # fmt: skip


class NotProvenField(forms.MultipleChoiceField):
    """What is still open; nothing ticked is unknown, so “nothing is left open” is a tick too."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self) -> None:
        choices = [*NotProven.choices, (NOTHING, "Nothing of this is left open")]
        super().__init__(choices=choices, required=False)

    def prepare_value(self, value: Any) -> Any:
        return [NOTHING] if value == [] else value

    def clean(self, value: Any) -> list[str] | None:
        found = super().clean(value)
        if NOTHING in found and len(found) > 1:
            raise ValidationError("Either something is left open or nothing is.")
        return None if not found else [code for code in found if code != NOTHING]


class SectionForm(forms.Form):
    """The fields of these sections and nothing else.

    `seen` says what they held when the form was made, so that two people who edit different
    sections never meet, and two who edit the same one lose nothing.
    """

    seen = forms.CharField(max_length=32, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, pilot: Pilot, sections: Sequence[Section]) -> None:
        self.pilot, self.shown = pilot, sections
        names = [name for section in sections for name in section.fields]
        self.locked = {"decide_by"} & set(names) if not decide_by_is_open(pilot) else set()
        self.names = [name for name in names if name not in self.locked]
        initial: dict[str, Any] = {name: getattr(pilot, name) for name in self.names}
        initial |= {"unit": pilot.unit_id, "seen": fingerprint(pilot, self.names)}
        super().__init__(data, initial=initial)
        labels = {name: label for section in sections for name, label in section.fields.items()}
        for name in self.names:
            self.fields[name] = box(name)
            self.fields[name].label, self.fields[name].help_text = labels[name], HELP.get(name, "")

    def sections(self) -> Iterable[tuple[Section, list[forms.BoundField]]]:
        for section in self.shown:
            yield section, [self[name] for name in section.fields if name in self.fields]

    def clean_decide_by(self) -> Any:
        day = self.cleaned_data["decide_by"]
        if day and day < clock.today() and day != self.pilot.decide_by:
            raise ValidationError("That day has passed. Choose a day to come.")
        return day

    @property
    def values(self) -> dict[str, Any]:
        """What `pilots.edit` takes."""
        return {name: self.cleaned_data[name] for name in self.names}

    def renew(self, now: Pilot) -> None:
        """Keep what was typed, but beside what is saved now: the next save replaces that."""
        data: Any = self.data
        self.data = data.copy()
        self.data["seen"] = fingerprint(now, self.names)  # type: ignore[index]


def box(name: str) -> forms.Field:
    """The box for a field of the pilot, by its kind."""
    field = Pilot._meta.get_field(name)
    if name == "unit":
        return UnitField()
    if name == "not_proven":
        return NotProvenField()
    if getattr(field, "choices", None):
        return choice(name)
    if isinstance(field, models.BooleanField):
        return YesNo() if field.null else forms.BooleanField(required=False)
    if isinstance(field, models.DateField):
        return Day()
    if isinstance(field, models.DecimalField):
        most = 100 if field.max_digits == 6 else None
        return Number(
            max_digits=field.max_digits, decimal_places=field.decimal_places, min_value=0,
            max_value=most,
        )  # fmt: skip
    if isinstance(field, models.IntegerField):
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        return forms.IntegerField(min_value=0, max_value=MOST, required=False, widget=widget)
    if isinstance(field, models.TextField):
        return Text()
    return forms.CharField(max_length=field.max_length, required=name == "name")  # type: ignore[union-attr]
