"""A request for a review, and how it was decided."""

from typing import Any

from django import forms

from common import clock
from portfolio.forms.fields import Day, PersonField, Text
from portfolio.forms.records import RecordForm
from portfolio.models import Outcome, Record, Review, Team


class ReviewForm(RecordForm):
    GROUPS = (
        ("", (("team",), ("requested_on", "reviewer"))),
        ("The decision", (("outcome", "decided_on"), ("note",))),
    )

    team = forms.ChoiceField(choices=Team.choices, widget=forms.RadioSelect)
    requested_on = Day(required=True, label="Asked on")
    reviewer = PersonField(required=False, label="Who looks at it")
    outcome = forms.ChoiceField(choices=[("", "Not yet"), *Outcome.choices], required=False)
    decided_on = Day(label="Decided on", help_text="Today, when left empty.")
    note = Text(
        rows=2, label="Conditions or reason",
        help_text="Withdraw a request, with the reason, where no review is needed.",
    )  # fmt: skip

    def __init__(self, *args: Any, row: Record | None = None, **kwargs: Any) -> None:
        usual = {} if row else {"requested_on": clock.today()}
        kwargs["initial"] = {**usual, **kwargs.get("initial", {})}
        super().__init__(*args, row=row, **kwargs)

    @classmethod
    def saved(cls, row: Record) -> dict[str, Any]:
        reviewer = row.reviewer if isinstance(row, Review) else None
        return super().saved(row) | {"reviewer": reviewer.email if reviewer else ""}
