"""Forms that send back the displayed texts, so that they do not overwrite what another person saved meanwhile."""

from django import forms

from ancu.core.forms import Form


class PageTextsForm(Form):
    """A form with the texts that the page displayed, by field, in ``page_texts``; None if the page sent none."""

    page_texts = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_page_texts(self) -> dict[str, str] | None:
        """Return the texts that the page showed, by field; None when the page sent none that can be read."""
        page_texts = self.cleaned_data["page_texts"]
        if not isinstance(page_texts, dict):
            return None
        return {name: str(page_texts.get(name) or "") for name in self.fields if name != "page_texts"}
