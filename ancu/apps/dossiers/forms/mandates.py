"""The form by which a company gives an agent a mandate."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.forms.filing import ACCEPT
from ancu.core import clock
from ancu.core.forms import DateField, Form


class GiveMandateForm(Form):
    """To whom, for which procedures and days, whether the agent submits, and the signed letter."""

    email = forms.EmailField(
        label=_("Email of the agent"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"}),
        help_text=_("We send a link to this address. The agent accepts the mandate with an account of this address."),
    )
    procedures = forms.MultipleChoiceField(label=_("Procedures"), widget=forms.CheckboxSelectMultiple)
    may_submit = forms.BooleanField(
        label=_("The agent may also submit dossiers"),
        required=False,
        help_text=_("Without this the agent prepares dossiers, and your organisation submits them."),
    )
    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until (including this day)"), help_text=_("At most two years."))
    letter = forms.FileField(
        label=_("Signed authorisation letter"),
        help_text=_("Signed and stamped, then scanned: PDF or picture, at most 25 MB."),
        required=False,
        max_length=1000,
        widget=forms.ClearableFileInput({"accept": ",".join(ACCEPT.values()), "autocomplete": "off"}),
    )
    letter_upload = forms.CharField(max_length=40, required=False)  # an upload in parts (files/paper.html)

    def __init__(self, *args: Any, procedures: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """``procedures`` are code and name of those that the organisation may use."""
        super().__init__(*args, **kwargs)
        self.fields["procedures"].choices = procedures  # type: ignore[attr-defined]
        self.fields["letter"].label_says_required = True  # type: ignore[attr-defined]  # whole or in parts
        self.fields["starts_on"].initial = clock.today()

    def clean(self) -> dict[str, Any]:
        """Require the letter, as a file or as an upload in parts, together with the other answers."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("letter") and not values.get("letter_upload") and "letter" not in self.errors:
            self.add_error("letter", _("Choose a file."))
        return values

    @property
    def terms(self) -> dict[str, Any]:
        """The valid terms of the mandate, without the letter."""
        return {name: self.cleaned_data[name] for name in ("email", "procedures", "may_submit", "starts_on", "ends_on")}
