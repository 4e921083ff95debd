"""The form for the reason why a guest of a file or a group is not declared."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.enums import Dismissal
from ancu.core.forms import CHOOSE, Form


def _dismissals() -> list[tuple[Any, Any]]:
    """Return the choices for why a guest is not declared, beginning with "Choose"."""
    return [CHOOSE, *((value, capfirst(str(label))) for value, label in Dismissal.choices)]


class DismissForm(Form):
    dismissal = forms.ChoiceField(label=_("Reason"), choices=_dismissals)
    reason = forms.CharField(
        label=_("Explain in your own words"),
        max_length=300,
        required=False,
        widget=forms.TextInput({"autocomplete": "off"}),
    )

    def clean(self) -> dict[str, Any]:
        """Raise an error for "another reason" without a sentence that says it."""
        cleaned = super().clean() or {}
        if cleaned.get("dismissal") == Dismissal.ANOTHER_REASON and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say in a sentence what it is."))
        return cleaned
