"""The form of one item; what may be chosen depends on the person and the answer."""

from typing import Any

from django import forms

from common.links import LONGEST
from readiness.queries import ItemCard

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
        help_text="Last day on which the answer counts. A waiver needs one.",
    )

    def __init__(self, card: ItemCard, data: Any = None) -> None:
        answer = card.answer
        initial: dict[str, object] = {"seen": card.seen, "state": "open"}
        if answer:
            initial |= {
                "state": answer.state,
                "evidence_url": answer.evidence_url,
                "note": answer.note,
                "valid_until": answer.valid_until,
            }
        super().__init__(data, initial=initial, auto_id=f"{card.item.code}-%s")
        self.fields["state"] = forms.ChoiceField(
            label="State", choices=[(choice.value, choice.label) for choice in card.states]
        )
