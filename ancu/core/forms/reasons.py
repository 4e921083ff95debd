"""Why somebody does what takes or widens rights, or undoes what others rely on."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class ReasonForm(Form):
    """A reason that is required; ``help_text`` says who reads it."""

    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 3}))

    def __init__(self, *args: Any, help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text
