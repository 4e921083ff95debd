"""What somebody looks for."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form
from ancu.core.registry.search import LONGEST


class SearchForm(Form):
    """Anything may be typed; what is longer than anybody's name or number is cut where it is read."""

    q = forms.CharField(
        label=_("Search"),
        required=False,
        max_length=10 * LONGEST,
        strip=True,
        widget=forms.TextInput({"type": "search", "autocomplete": "off", "maxlength": LONGEST}),
    )
