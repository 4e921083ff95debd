"""The search form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form
from ancu.core.registry.search import LONGEST


class SearchForm(Form):
    """Free text; overlong text is truncated when parsed."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=10 * LONGEST,
        strip=True,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "maxlength": LONGEST}),
    )
