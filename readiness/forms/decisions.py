"""Proposing a decision and answering a proposal."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms

from portfolio.forms.fields import Day, PersonField, Text
from portfolio.models import Pilot, Stage
from portfolio.models.stage import ACTIVE_STAGES, ENDED_STAGES
from readiness.forms.stop import StopForm
from readiness.models import Outcome
from readiness.queries.packet import next_stage
from readiness.terms import LACKS

CONDITIONS = 5
"""Rows for conditions; whoever needs more writes them into fewer, or decides too much at once."""


LACKING = {
    "what": "Say what has to be done, so that anybody can tell when it is.",
    "owner": "Choose who answers for it: what is everybody's is done by nobody.",
    "due": "Choose by when: a condition without a day stays open for ever.",
}
NUMBERED = re.compile(r"Condition (\d+): (.+)", re.DOTALL)


class ConditionRow(forms.Form):
    what = forms.CharField(max_length=500, required=False, label="What has to be done")
    owner = PersonField(required=False, label="Who answers for it")
    due = Day(label="By when")

    def clean(self) -> dict[str, Any]:
        """A row with something in it has all three; each box says what it lacks."""
        said = self.cleaned_data
        if any(said.values()):
            for name, lacks in LACKING.items():
                if name not in self.errors and not said.get(name):
                    self.add_error(name, lacks)
        return said

    @property
    def term(self) -> dict[str, Any] | None:
        """As the terms of a decision keep it; None for an empty row."""
        said = self.cleaned_data
        if not any(said.get(name) for name in ("what", "owner", "due")):
            return None
        owner, due = said.get("owner"), said.get("due")
        return {
            "what": said.get("what") or "", "owner": owner.pk if owner else None,
            "due": due.isoformat() if due else "",
        }  # fmt: skip


NEEDED_DAYS: Mapping[str, Mapping[str, str]] = {
    Outcome.HOLD: {"until": LACKS["until"]},
    Outcome.EXTEND: {
        "to_day": "Choose the day by which it will be decided: more time without a day is no "
        "decision."
    },
}


class DecisionForm(forms.Form):
    """The outcome with what it needs; `rows` are the conditions, `stop` why it ends.

    Only what the chosen outcome carries is read; what else was typed stays on the page.
    """

    outcome = forms.ChoiceField(
        label="Outcome", widget=forms.RadioSelect,
        error_messages={"required": "Choose an outcome."},
    )  # fmt: skip
    to_stage = forms.ChoiceField(label="To", required=False)
    next_decide_by = Day(label="Next day to decide by")
    until = Day(label="On hold until", help_text="Every hold has an end. The clocks keep running.")
    to_day = Day(
        label="Decide by",
        help_text="The flag that a PoC is past its time stays silent until then. Two extensions "
        "at most.",
    )
    reason = Text(
        required=True, rows=3, label="Why", max_length=10_000,
        help_text="It is kept with the decision and cannot be changed.",
        error_messages={
            "required": "Say why: it is kept with the decision, and all that later readers have."
        },
    )  # fmt: skip
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, pilot: Pilot, to_stage: str = "", extendable: bool = True
    ) -> None:
        ended = pilot.stage in ENDED_STAGES
        initial = {"to_stage": to_stage or next_stage(pilot), "token": uuid4()}
        super().__init__(data, initial=initial)
        left = {Outcome.HOLD, Outcome.STOP, Outcome.EXTEND} if ended else set()
        if not extendable:
            left.add(Outcome.EXTEND)
        self._choices("outcome", [(o.value, o.label) for o in Outcome if o not in left])
        self._choices("to_stage", [
            *([] if next_stage(pilot) else [("", "Choose a stage")]),
            *((s.value, s.label) for s in ACTIVE_STAGES if s != pilot.stage),
        ])  # fmt: skip
        end = Stage.RETIRED if pilot.shipped else Stage.STOPPED
        self.end = str(end.label)
        self.rows = [ConditionRow(data, prefix=f"condition{n}") for n in range(CONDITIONS)]
        self.stop = StopForm(data, prefix="stop")

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The day that the outcome needs; what else is wrong with one the action says."""
        said = self.cleaned_data
        outcome = said.get("outcome")
        for name, sentence in NEEDED_DAYS.get(str(outcome), {}).items():
            if name not in self.errors and not said.get(name):
                self.add_error(name, sentence)
        return said

    def is_valid(self) -> bool:
        """The form, and those parts that its outcome carries."""
        valid = super().is_valid()
        chosen = self.cleaned_data.get("outcome") if hasattr(self, "cleaned_data") else None
        if chosen == Outcome.CONDITIONS:
            wrong = [row for row in self.rows if not row.is_valid()]  # Each tells its own.
            valid = valid and not wrong
            if not wrong and not any(row.term for row in self.rows):
                self.rows[0].add_error(None, LACKS["conditions"])
                valid = False
        if chosen == Outcome.STOP:
            valid = self.stop.is_valid() and valid
        return valid

    @property
    def terms(self) -> Mapping[str, Any]:
        """What the outcome carries, as readiness.terms reads it."""
        said, outcome = self.cleaned_data, self.cleaned_data["outcome"]
        found: dict[str, Any] = {}
        if outcome in (Outcome.GO, Outcome.CONDITIONS):
            found["next_decide_by"] = _iso(said["next_decide_by"])
        if outcome == Outcome.CONDITIONS:
            found["conditions"] = [row.term for row in self.rows if row.term]
        if outcome == Outcome.HOLD:
            found["until"] = _iso(said["until"])
        if outcome == Outcome.STOP:
            found["stop"] = self.stop.terms
        return found

    def refuse(self, sentence: str, field: str | None) -> None:
        """Put a refusal beside the field it is about."""
        if field in self.stop.fields and self.cleaned_data.get("outcome") == Outcome.STOP:
            self.stop.add_error(field, sentence)
        elif field in self.fields:
            self.add_error(field, sentence)
        elif field == "conditions" and (told := NUMBERED.fullmatch(sentence)):
            typed = [row for row in self.rows if row.term]
            typed[int(told[1]) - 1].add_error(None, told[2])
        else:
            self.add_error(None, sentence)


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


class ApproveForm(forms.Form):
    override_reason = Text(
        rows=2, label="Why it goes on although the gate blocks",
        help_text="It is kept with the decision, beside what was open.",
    )  # fmt: skip


class AnswerForm(forms.Form):
    answer = Text(
        rows=2, label="Why not", help_text="Whoever proposed it reads this. Approving needs none.",
    )  # fmt: skip
