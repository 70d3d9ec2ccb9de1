"""The forms with which a company's checklists are written."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms

from common import clock
from portfolio.models.stage import ACTIVE_STAGES
from readiness.catalog.checks import LENGTHS, LONGEST, NUMBER
from readiness.models import ChecklistTemplate, Dimension, Factor, Level, Side
from readiness.models.checklist import EvidenceKind, Fact
from readiness.queries.catalog import Question

LARGEST_FILE = 300_000  # bytes


def _text(name: str, label: str, *, rows: int = 0, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=LENGTHS[name], widget=widget, **more)


def _number(name: str, label: str, help_text: str) -> forms.CharField:
    """Kept as it is written, as files say it; the checks of files say what a number is."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    return forms.CharField(
        label=label, max_length=LENGTHS[name], required=False, widget=widget, help_text=help_text
    )


def _seen() -> forms.CharField:
    return forms.CharField(widget=forms.HiddenInput, required=False, max_length=20)


class NewForm(forms.Form):
    """`copy` is the slug of a list whose questions the new one begins with."""

    title = _text("title", "Title")

    def __init__(self, lists: Sequence[ChecklistTemplate], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        choices = [("", "Nothing: write every question"), *((t.slug, t.title) for t in lists)]
        self.fields["copy"] = forms.ChoiceField(
            label="Begin with", choices=choices, required=False,
            help_text="Copied questions stay the same questions: one answer counts in both lists.",
        )  # fmt: skip


class HeadForm(forms.Form):
    seen = _seen()
    title = _text("title", "Title")
    summary = _text("summary", "What it is for", rows=2, required=False)
    source = _text(
        "source", "Source", required=False, help_text="Where it comes from, such as a policy."
    )

    @property
    def values(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class ItemForm(forms.Form):
    """One question. `seen` is what it was drawn from; saving over other words is a conflict."""

    seen = _seen()
    question = _text("question", "Question", help_text="One that has a plain yes or no.")
    evidence = _text("evidence", "What good evidence looks like", rows=3)
    close = _text("close", "How to close it", rows=3, help_text="The next thing to do.")
    kind = forms.ChoiceField(label="Form of the evidence", choices=EvidenceKind.choices)
    valid_days = forms.IntegerField(
        label="Days it counts", required=False, min_value=1, max_value=LONGEST,
        help_text="Then the question is open again. A year when empty.",
    )  # fmt: skip
    least = _number("least", "At least", "For a number: what is too little does not count.")
    most = _number("most", "At most", "For a number: what is too much does not count.")
    unit = _text(
        "unit",
        "Unit",
        required=False,
        help_text="For a number: the unit it is given in, such as %.",
    )
    dimension = forms.ChoiceField(label="Dimension", choices=Dimension.choices)
    level = forms.ChoiceField(label="Level", choices=Level.choices)
    side = forms.ChoiceField(label="Side", choices=Side.choices)
    stage = forms.ChoiceField(
        label="Matters from", choices=[(str(one), one.label) for one in ACTIVE_STAGES]
    )
    factor = forms.ChoiceField(
        label="Factor of the gap chart", required=False, choices=[("", "None"), *Factor.choices]
    )
    must_have = forms.BooleanField(label="Must-have: a gate asks for it", required=False)
    when = forms.MultipleChoiceField(
        label="Asked only when", required=False, choices=Fact.choices,
        widget=forms.CheckboxSelectMultiple, help_text="All that are ticked; none: always.",
    )  # fmt: skip
    covers = forms.CharField(
        label="Covers", required=False, max_length=400,
        help_text="Marks of your policy, with commas between them, such as S4.1, S4.2.",
    )  # fmt: skip

    def __init__(self, questions: Sequence[Question], data: Any = None, **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["same_as"] = forms.ChoiceField(
            label="The same question as", required=False, choices=_known(questions),
            help_text="Of another list, with evidence of the same form. One answer counts in both.",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What the checks of files say about a number's bar, beside the box it is about."""
        found = super().clean() or {}
        bar = {name: found.get(name) or "" for name in ("least", "most", "unit")}
        if any(bar.values()) and found.get("kind") != EvidenceKind.NUMBER:
            name = next(name for name in bar if bar[name])
            self.add_error(name, "This is for a number: choose that form, or empty the box.")
        wrong = [
            name for name in ("least", "most") if bar[name] and not NUMBER.fullmatch(bar[name])
        ]
        for name in wrong:
            self.add_error(name, "Write a number, such as 80 or 0.5.")
        both = not wrong and bar["least"] and bar["most"]
        if both and Decimal(bar["least"]) > Decimal(bar["most"]):
            self.add_error("most", "It is not less than “At least”.")
        return found

    @property
    def values(self) -> dict[str, Any]:
        """What `drafts.save_item` takes."""
        values = {name: value for name, value in self.cleaned_data.items() if name != "seen"}
        covers = [one.strip() for one in values["covers"].split(",")]
        return values | {"covers": [one for one in covers if one]}


def initial_of(entry: Mapping[str, Any]) -> dict[str, Any]:
    """A draft's item as its form shows it."""
    usual = {"must_have": True, "stage": "pilot", "kind": "any"}
    return {**usual, **entry, "covers": ", ".join(entry.get("covers", []))}


def _known(questions: Sequence[Question]) -> list[Any]:
    """Questions by the form of their evidence."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in questions:
        label = str(EvidenceKind(one.kind).label)
        groups.setdefault(label, []).append((one.key, f"{one.question} ({one.checklist})"))
    return [("", "None: a question of its own"), *groups.items()]


class TomlForm(forms.Form):
    """The text of a file, pasted or uploaded."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    file = forms.FileField(label="A TOML file", required=False)
    text = forms.CharField(
        label="Or its text", required=False, max_length=LARGEST_FILE, strip=False,
        widget=forms.Textarea(attrs={"rows": 18, "spellcheck": "false"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        file = found.get("file")
        if file is not None:
            if file.size > LARGEST_FILE:
                self.add_error("file", f"The file has more than {LARGEST_FILE:,} bytes.")
                return found
            try:
                found["text"] = file.read().decode("utf-8-sig")
            except UnicodeDecodeError:
                self.add_error("file", "The file is not text in UTF-8.")
        elif not (found.get("text") or "").strip() and "text" not in self.errors:
            self.add_error("text", "Choose a file or paste its text.")
        return found


class DayForm(forms.Form):
    """From which day a version is asked; `seen` is the draft's version that was previewed."""

    seen = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1
    )
    effective_on = forms.DateField(
        label="Asked from",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Today at once, a later day at its beginning in the company's time zone.",
    )

    def __init__(self, data: Any = None, **more: Any) -> None:
        more["initial"] = {"effective_on": clock.today(), **more.get("initial", {})}
        super().__init__(data, **more)


class ReasonForm(forms.Form):
    reason = forms.CharField(label="Why", max_length=500, required=False)
