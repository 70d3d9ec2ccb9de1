"""What people say when they register a pilot."""

from typing import Any

from django import forms
from django.urls import reverse

from accounts.access import roles_of
from accounts.models import Unit, User
from common import clock
from common.registry import registration_questions
from portfolio.forms.fields import Day, PersonField, Text, UnitField
from portfolio.models import Stage
from portfolio.models.stage import ENDED_STAGES
from portfolio.queries import labels


class StageSelect(forms.Select):
    """Marks the stages about which something has to be said first, so that the box for it shows
    as soon as one is chosen, without a script too."""

    asking: frozenset[str] = frozenset()

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(*args, **kwargs)
        if str(option["value"]) in self.asking:
            option["attrs"]["data-asks"] = True
        return option


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
        choices=[(s.value, s.label) for s in Stage if s not in ENDED_STAGES],
        initial=Stage.IDEA,
        widget=StageSelect,
        help_text="From PoC on it needs its owner, why, and the four boxes below.",
    )
    stage_since = Day(label="In this stage since", help_text="Leave empty when nobody knows.")
    decided_elsewhere = Text(
        rows=2, label="Decided where, by whom, when?", max_length=2_000,
        help_text="A decision is asked for before this stage, and none was taken here. What you "
        "write is kept and shown with the pilot.",
    )  # fmt: skip
    hypothesis = Text(rows=2, label=labels.LABELS["hypothesis"])
    ready_when = Text(rows=2, label=labels.LABELS["ready_when"])
    stop_when = Text(rows=2, label=labels.LABELS["stop_when"])
    planned_outlet = Text(rows=2, label=labels.LABELS["planned_outlet"])
    confirmed = forms.BooleanField(required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].widget.attrs |= {
            "hx-get": reverse("pilots-similar"), "hx-target": "#similar", "hx-swap": "outerHTML",
            "hx-trigger": "input changed delay:400ms",
        }  # fmt: skip
        asking = frozenset(stage for ask in registration_questions.values() for stage in ask())
        self.fields["stage"].widget.asking = asking
        if "/" not in roles_of(user).managed and Unit.objects.exists():
            del self.fields["new_unit"]

    @property
    def charter(self) -> list[forms.BoundField]:
        """What is asked of a pilot that is past Idea already, beside why and its owner."""
        return [self[name] for name in ("hypothesis", "ready_when", "stop_when", "planned_outlet")]

    @property
    def more_is_wrong(self) -> bool:
        """Whether a box that is folded away has an error."""
        folded = [
            self["summary"], self["stage"], self["stage_since"], self["decided_elsewhere"],
            *self.charter,
        ]  # fmt: skip
        return any(one.errors for one in folded)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        chosen, new = cleaned.get("unit"), cleaned.get("new_unit")
        if not chosen and not new and "unit" not in self.errors:
            self.add_error("unit", "Which unit is it for?")
        decide_by = cleaned.get("decide_by")
        if decide_by and decide_by < clock.today():
            self.add_error("decide_by", "That day has passed. Choose a day to come.")
        if chosen and new:
            self.add_error("new_unit", "Choose a unit or name a new one, not both.")
        return cleaned
