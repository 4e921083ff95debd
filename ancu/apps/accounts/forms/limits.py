"""The form by which a representative sets what a clerk may prepare and submit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class LimitsForm(Form):
    """All procedures or some of them, and whether the clerk may submit."""

    scope = forms.ChoiceField(
        label=_("What this person prepares"),
        choices=[
            ("all", _("dossiers of every procedure")),
            ("some", _("only dossiers of the procedures chosen below")),
        ],
        widget=forms.RadioSelect,
    )
    procedures = forms.MultipleChoiceField(
        label=_("Procedures"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only if you chose the second answer above."),
    )
    may_submit = forms.BooleanField(
        label=_("This person may also submit these dossiers"),
        required=False,
        help_text=_("Submitting states in your organisation’s name that a dossier is true and complete."),
    )

    def __init__(self, *args: Any, procedures: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        """``procedures`` are code and name of those that the organisation may use."""
        super().__init__(*args, **kwargs)
        self.fields["procedures"].choices = procedures  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Require at least one procedure where only some are prepared."""
        values: dict[str, Any] = super().clean() or {}
        if values.get("scope") == "some" and not values.get("procedures") and "procedures" not in self.errors:
            self.add_error("procedures", _("Choose at least one procedure."))
        return values

    @property
    def limits(self) -> dict[str, Any]:
        """The valid values as the service takes them: ``procedures`` is None for every procedure."""
        values = self.cleaned_data
        chosen = values["procedures"] if values["scope"] == "some" else None
        return {"procedures": chosen, "may_submit": values["may_submit"]}
