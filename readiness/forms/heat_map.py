"""The filter bar of the readiness page: a sentence of choices."""

from typing import Any

from django import forms

from portfolio.forms.fields import UnitField
from portfolio.models import ACTIVE_STAGES
from readiness.access import PRODUCTION
from readiness.models import Answered, ChecklistTemplate, Dimension
from readiness.queries.heat_choice import ALL, BY, DIMENSION, LATER, SORTS, WORST, Chosen

STAGES = [
    (LATER, "Pilot to Production"), (ALL, "all active stages"),
    *((stage.value, str(stage.label)) for stage in ACTIVE_STAGES),
]  # fmt: skip


COLUMNS, ORDERS = list(BY.items()), list(SORTS.items())


class HeatMapForm(forms.Form):
    """Every part may be missing; what cannot be read counts as missing."""

    unit = UnitField(required=False, empty_label="all units")
    stage = forms.ChoiceField(choices=STAGES, required=False, label="Stage")
    by = forms.ChoiceField(choices=COLUMNS, required=False, label="Columns")
    among = forms.ChoiceField(
        choices=[("", "any dimension"), *Dimension.choices], required=False, label="Dimension"
    )
    sort = forms.ChoiceField(choices=ORDERS, required=False, label="Order")
    open = forms.CharField(max_length=60, required=False)
    page = forms.IntegerField(min_value=1, max_value=10_000, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = ChecklistTemplate.objects.filter(current=True, answered=Answered.PEOPLE)
        lists = list(known.order_by("title").values_list("slug", "title"))
        lists.sort(key=lambda pair: pair[0] != PRODUCTION)
        self.fields["list"] = forms.ChoiceField(choices=lists, required=False, label="List")
        self.is_valid()

    @property
    def chosen(self) -> Chosen:
        given = self.cleaned_data
        return Chosen(
            checklist=given.get("list") or PRODUCTION,
            by=given.get("by") or DIMENSION,
            unit=given["unit"].pk if given.get("unit") else None,
            stage=given.get("stage") or LATER,
            sort=given.get("sort") or WORST,
            among=given.get("among") or "",
            open=given.get("open") or "",
        )

    def show(self, shown: Chosen) -> None:
        """Say which dimension is shown, where it was not asked for."""
        if shown.among and not self.chosen.among:
            self.data = {**dict(self.data.items()), "among": shown.among}
            self.fields["among"].choices = list(Dimension.choices)  # type: ignore[attr-defined]

    @property
    def page_number(self) -> int:
        return self.cleaned_data.get("page") or 1
