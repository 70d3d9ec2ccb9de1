"""Every component on one page, in debug only: what to copy and how it looks."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest
from django.template.response import TemplateResponse

from common.icons import ICONS


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(help_text="What people call it.", max_length=200)
    why = forms.CharField(widget=forms.Textarea, label="Why", required=False)
    stage = forms.ChoiceField(choices=[("idea", "Idea"), ("poc", "PoC"), ("pilot", "Pilot")])
    decide_by = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    health = forms.ChoiceField(
        choices=[("on_track", "On track"), ("at_risk", "At risk"), ("off_track", "Off track")],
        widget=forms.RadioSelect,
    )
    restricted = forms.BooleanField(
        required=False, help_text="Only its people, managers and auditors see it."
    )


@dataclass(frozen=True)
class SampleRow:
    ref: str
    name: str
    unit: str
    stage: str
    stage_word: str
    days: int
    health: str
    since: int | None
    owner: str
    flags: tuple[tuple[str, str], ...]
    at_least: bool = False


ROWS = (
    SampleRow("PIL-42", "Invoice triage", "Finance / Accounts payable", "poc", "PoC", 132,
              "at_risk", 23, "Alice Okafor", (("Stale PoC", "H"),)),
    SampleRow("PIL-43", "A very long name that somebody typed into the register because the tool "
              "let them: predictive maintenance for the harbour cranes of the northern terminals",
              "Operations / Northern terminals / Cranes and quay equipment", "pilot", "Pilot", 41,
              "", None, "", (("No owner", "H"), ("No update", "M"), ("No metric", "M")),
              at_least=True),
    SampleRow("PIL-7", "Tide", "IT", "production", "Production", 703, "on_track", 3,
              "Bob", ()),
    SampleRow("PIL-1204", "Contract summaries", "Legal", "idea", "Idea", 0, "off_track", 0,
              "Vera Lindqvist-Montgomery", (("No decide-by", "L"),)),
)  # fmt: skip


@login_not_required
def gallery(request: HttpRequest) -> TemplateResponse:
    """Show all components, the form once clean and once with its errors."""
    context: dict[str, Any] = {
        "form": SampleForm(),
        "wrong": SampleForm({"name": "", "decide_by": "31.31.2026"}),
        "rows": ROWS,
        "icons": sorted(ICONS),
        "readings": [3.0, 4.0, 3.5, 6.0, 7.5],
    }
    return TemplateResponse(request, "common/gallery.html", context)
