"""The sentence that narrows a scorecard."""

from django import forms

from readiness.models.checklist import Dimension, Factor, Level, Side
from readiness.queries.sheet import DUE, STATES, Wish


class WishForm(forms.Form):
    """Bound to nothing: the address is read by Wish, which leaves out what it does not know."""

    state = forms.ChoiceField(choices=[("", "all"), *STATES.items()], label="State")
    dimension = forms.ChoiceField(
        choices=[("", "every dimension"), *Dimension.choices], label="Dimension"
    )
    level = forms.ChoiceField(choices=[("", "every level"), *Level.choices], label="Level")
    side = forms.ChoiceField(choices=[("", "both sides"), *Side.choices], label="Side")
    due = forms.ChoiceField(choices=[("", "of every stage"), *DUE.items()], label="Stage")
    factor = forms.ChoiceField(choices=[("", "every factor"), *Factor.choices], label="Factor")
    must = forms.BooleanField(label="must-haves only")

    def __init__(self, wish: Wish) -> None:
        values = {name: getattr(wish, name) for name in self.base_fields}
        super().__init__(initial=values, auto_id="wish-%s", use_required_attribute=False)
        for field in self.fields.values():
            field.required = False
            field.widget.attrs["aria-label"] = field.label
        self.fields["must"].widget.attrs["value"] = "1"
