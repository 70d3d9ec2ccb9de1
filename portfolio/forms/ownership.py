"""Which part of the ownership matrix is shown."""

from typing import Any

from django import forms

from accounts.models import User
from portfolio.forms.fields import UnitField
from portfolio.models import ACTIVE_STAGES
from portfolio.queries.ownership_matrix import ALL, COLUMNS, LIVE, Chosen

STAGES = [
    (LIVE, "in Rollout and Production"), (ALL, "from Idea to Production"),
    *((stage.value, f"in {stage.label}") for stage in ACTIVE_STAGES),
]  # fmt: skip


class MatrixForm(forms.Form):
    """Every part may be missing; what cannot be read counts as missing."""

    unit = UnitField(required=False, empty_label="All units")
    stage = forms.ChoiceField(choices=STAGES, required=False)
    gap = forms.ChoiceField(
        choices=[("", "whoever answers"), *((c.role, f"no {c.owner}") for c in COLUMNS)],
        required=False, label="Gap",
    )  # fmt: skip
    person = forms.ModelChoiceField(User.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_valid()

    @property
    def chosen(self) -> Chosen:
        given = self.cleaned_data
        return Chosen(
            unit=given["unit"].pk if given.get("unit") else None,
            stage=given.get("stage") or LIVE, gap=given.get("gap") or "",
            person=given["person"].pk if given.get("person") else None,
            person_name=str(given["person"]) if given.get("person") else "",
        )  # fmt: skip
