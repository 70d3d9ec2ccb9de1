"""What people say when they register or edit a pilot."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse

from accounts.access import roles_of
from accounts.models import Unit, User
from portfolio.forms.fields import Day, Number, PersonField, Text, UnitField, YesNo, choice
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries import labels


class CreateForm(forms.Form):
    """The five things that matter first; the rest fills in later."""

    name = forms.CharField(max_length=500, help_text="As people call it.")
    unit = UnitField(required=False)
    new_unit = forms.CharField(
        max_length=200, required=False, label="Or a new unit",
        help_text="Only when it is not in the list.",
    )  # fmt: skip
    owner = PersonField(required=False, help_text="The one person who answers for it.")
    problem = Text(label="Why", help_text="The problem it solves, in a sentence or two.")
    decide_by = Day(label="Decide by", help_text="The day on which it is shipped or stopped.")
    summary = Text(label=labels.LABELS["summary"])
    stage = forms.ChoiceField(
        choices=[(s.value, s.label) for s in Stage if s not in ENDED_STAGES], initial=Stage.IDEA
    )
    stage_since = Day(label="In this stage since", help_text="Leave empty when nobody knows.")
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {
            "hx-get": reverse("pilots-similar"), "hx-target": "#similar", "hx-swap": "outerHTML",
            "hx-trigger": "input changed delay:400ms",
        }  # fmt: skip
        if "/" not in roles_of(user).managed and Unit.objects.exists():
            del self.fields["new_unit"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, new = cleaned.get("unit"), cleaned.get("new_unit")
        if not chosen and not new and "unit" not in self.errors:
            self.add_error("unit", "Which unit is it for?")
        if chosen and new:
            self.add_error("new_unit", "Choose a unit or name a new one, not both.")
        return cleaned


class EditForm(forms.Form):
    """Everything a person may edit, in the sections of the page."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)
    name = forms.CharField(max_length=500)
    unit = UnitField()
    summary = Text()
    task_type = forms.CharField(max_length=100, required=False)
    third_party = YesNo()
    influences_decisions = YesNo()
    external_id = forms.CharField(max_length=200, required=False)
    restricted = forms.BooleanField(
        required=False,
        help_text="Seen by its people, the managers of its unit and auditors only.",
    )
    problem = Text()
    hypothesis = Text()
    ready_when = Text()
    stop_when = Text()
    planned_outlet = Text()
    decide_by = Day()
    demo_on = Day()
    poc_success_on = Day()
    last_seen_working = Day()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in (
            "audience",
            "data_class",
            "form",
            "hosting",
            "build_basis",
            "deploy",
            "integration",
        ):
            self.fields[name] = choice(name)
        for name in labels.SECTIONS["Money"]:
            self.fields[name] = Number(max_digits=16, decimal_places=2, min_value=0)
        for name, field in self.fields.items():
            field.label = labels.LABELS.get(name, name)

    @classmethod
    def of(cls, pilot: Pilot) -> "EditForm":
        names = [name for name in cls().fields if name != "unit"]
        initial = {name: getattr(pilot, name) for name in names} | {"unit": pilot.unit_id}
        return cls(initial=initial)

    def sections(self) -> Iterable[tuple[str, list[forms.BoundField]]]:
        for title, fields in labels.SECTIONS.items():
            yield title, [self[name] for name in fields]

    @property
    def values(self) -> dict[str, Any]:
        """What `pilots.edit` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}
