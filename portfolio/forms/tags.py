"""Tags, several at once with commas between them."""

from django import forms

BOX = forms.TextInput(
    attrs={"list": "tags", "data-tags": "", "autocomplete": "off", "autocapitalize": "off"}
)


class TagForm(forms.Form):
    tag = forms.CharField(
        max_length=600, label="Tags", widget=BOX, help_text="Several with commas between them."
    )

    @property
    def names(self) -> list[str]:
        return [name for name in self.cleaned_data["tag"].split(",") if name.strip()]


class RenameForm(forms.Form):
    name = forms.CharField(max_length=60, label="New name")
