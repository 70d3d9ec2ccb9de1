"""More time to decide."""

from django import forms

from portfolio.forms.fields import Day, Text


class ExtensionForm(forms.Form):
    to_day = Day(
        required=True,
        label="Decide by",
        help_text="The flag that a PoC is past its time stays silent until then.",
    )
    reason = Text(
        required=True, rows=3, label="What the extra time is for",
        help_text="It stands on the pilot's page. Somebody else approves it.",
    )  # fmt: skip


class AnswerForm(forms.Form):
    """Why not; who proposed it may withdraw it without a word."""

    answer = Text(rows=2, label="Why not")
