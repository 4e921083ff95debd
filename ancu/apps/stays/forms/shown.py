"""Forms that know what their page has shown, so that what somebody else saves meanwhile is not written over."""

from django import forms

from ancu.core.forms import Form


class ShownForm(Form):
    """``shown`` are the texts that the page has shown, by field; None where the page sent none."""

    shown = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_shown(self) -> dict[str, str] | None:
        shown = self.cleaned_data["shown"]
        if not isinstance(shown, dict):
            return None
        return {name: str(shown.get(name) or "") for name in self.fields if name != "shown"}
