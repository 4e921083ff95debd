"""A unit's own link, and codes to print."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form, SearchSelect


class ChannelForm(Form):
    unit = forms.TypedChoiceField(label=_("Unit"), coerce=int, widget=SearchSelect)
    population = forms.IntegerField(
        label=_("People who live there"), min_value=1, max_value=10**8, required=False,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("If you enter this for every unit, each unit counts in proportion to its residents."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = [("", ""), *units]  # type: ignore[attr-defined]  # a choice field


class CodesForm(Form):
    channel = forms.TypedChoiceField(label=_("Distributed in"), coerce=int)
    count = forms.IntegerField(
        label=_("How many"), min_value=1, max_value=2000,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, *args: Any, channels: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = channels  # type: ignore[attr-defined]  # a choice field
