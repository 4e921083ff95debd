"""What is put beside what."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.surveys.selectors.results import Item
from ancu.core.forms import Form

UNIT = "unit"


class CrossForm(Form):
    item = forms.ChoiceField(label=_("The question"))
    by = forms.ChoiceField(label=_("Broken down by"))

    def __init__(self, *args: Any, rows: list[Item], columns: list[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [(one.key, one.label) for one in rows]  # type: ignore[attr-defined]
        by = [(UNIT, _("unit")), *((one.key, one.label) for one in columns)]
        self.fields["by"].choices = by  # type: ignore[attr-defined]  # a choice field
