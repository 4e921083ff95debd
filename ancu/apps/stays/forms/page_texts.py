"""Forms that know what their page has shown, so that what somebody else saves meanwhile is not written over."""

from django import forms

from ancu.core.forms import Form


class PageTextsForm(Form):
    """``page_texts`` are the texts that the page has shown, by field; None where the page sent none."""

    page_texts = forms.JSONField(required=False, widget=forms.HiddenInput)

    def clean_page_texts(self) -> dict[str, str] | None:
        page_texts = self.cleaned_data["page_texts"]
        if not isinstance(page_texts, dict):
            return None
        return {name: str(page_texts.get(name) or "") for name in self.fields if name != "page_texts"}
