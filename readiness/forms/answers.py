"""The form of one item; what may be chosen depends on the person and the answer."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from common import clock
from common.links import LONGEST
from readiness.actions.files import Upload, check_size
from readiness.evidence import A_YEAR, BOXES, Box, bar_of
from readiness.models import State
from readiness.queries.scorecard import ItemCard

LONGEST_NOTE = 5000


class AnswerForm(forms.Form):
    """`seen` is the answer the form was drawn from; saving over another one is refused."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)
    # Plain text: the action says what a link is, in one sentence for every door.
    evidence_url = forms.CharField(
        label="Evidence link",
        required=False,
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://"}),
    )
    # A plain input: what it may be is told by its content, in readiness.contents.
    file = forms.FileField(
        label="File",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(),
        help_text="PDF, picture, text, CSV, Word, Excel or PowerPoint, up to "
        f"{settings.EVIDENCE_FILE_MAX // 2**20} MB. It is kept for good and only ever downloaded.",
    )
    drop_file = forms.BooleanField(label="Take the file off the answer", required=False)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A waiver or “not applicable” needs its reason here.",
    )
    valid_until = forms.DateField(
        label="Counts until",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Last day on which the answer counts. Evidence and waivers have one.",
    )

    def __init__(self, card: ItemCard, data: Any = None, files: Any = None) -> None:
        answer = card.answer
        initial: dict[str, object] = {"seen": card.seen, "state": _first(card)}
        if answer is None:
            days = card.item.valid_days or A_YEAR
            initial["valid_until"] = clock.today() + timedelta(days=days)
        else:
            initial |= {
                "state": answer.state,
                "evidence_url": answer.evidence_url,
                "note": answer.note,
                "valid_until": answer.valid_until,
            }
        super().__init__(data, files, initial=initial, auto_id=f"{card.item.code}-%s")
        bar = bar_of(card.item)
        self.boxes = tuple(
            box for box in BOXES[card.item.kind] if not (bar.unit and box.name == "unit")
        )
        stored = answer.figures if answer else {}
        for box in self.boxes:
            self.fields[box.name] = _figure(box, stored.get(box.name))
        if bar.needed or bar.unit:
            value = self.fields["value"]
            value.help_text = bar.needed
            value.label = f"Value in {bar.unit}" if bar.unit else value.label
        self.fields["state"] = forms.ChoiceField(
            label="State", choices=[(choice.value, choice.label) for choice in card.states]
        )
        if not (answer and answer.file_id):
            del self.fields["drop_file"]

    def clean_file(self) -> Upload | None:
        """The file in memory, when it is not too large for that."""
        sent: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if sent is None:
            return None
        check_size(sent.size or 0)
        return Upload(sent.name or "", sent.read())

    @property
    def figure_fields(self) -> list[forms.BoundField]:
        return [self[box.name] for box in self.boxes]

    @property
    def values(self) -> dict[str, Any]:
        """What `answers.save` takes."""
        names = {box.name for box in self.boxes}
        figures = {name: self.cleaned_data.get(name) or "" for name in names}
        rest = {name: value for name, value in self.cleaned_data.items() if name not in names}
        return rest | {"figures": figures}

    def renew(self, card: ItemCard) -> None:
        """Drawn over the answer that holds now, with everything that was typed."""
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = str(card.seen)  # type: ignore[index]


def _first(card: ItemCard) -> str:
    """What somebody who opens the form of an unanswered item most likely wants to say."""
    return State.ATTESTED if State.ATTESTED in card.states else State.OPEN


def _figure(box: Box, stored: Any) -> forms.CharField | forms.ChoiceField:
    """A box of structured evidence: plain text, since `readiness.evidence` reads it."""
    if box.shape == "yes":
        words = {True: "yes", False: "no"}.get(stored, "")
        choices = [("", "Choose"), ("yes", "Yes"), ("no", "No")]
        return forms.ChoiceField(label=box.label, choices=choices, required=False, initial=words)
    attrs = {"type": "date"} if box.shape == "day" else {"autocomplete": "off"}
    if box.shape == "number":
        attrs["inputmode"] = "decimal"
    return forms.CharField(
        label=box.label, required=False, max_length=40, initial=stored,
        widget=forms.TextInput(attrs=attrs),
    )  # fmt: skip
