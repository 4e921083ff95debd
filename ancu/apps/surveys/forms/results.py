"""Forms of the results: the crossed question, and the unit a remark is about."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.selectors import agencies
from ancu.apps.surveys.selectors.results import ResultItem
from ancu.core.forms import CHOOSE, Form, SearchSelect

UNIT = "unit"
NO_UNIT = "none"


def about_choices() -> list[tuple[str, Any]]:
    """Return the choices (value, label) for the police unit that a remark is about, beginning with "no unit"."""
    return [CHOOSE, (NO_UNIT, _("not about a police unit")), *((str(agency.pk), agency.name) for agency in agencies())]


class RemarkPetitionForm(Form):
    """The unit that a remark is about; that unit never answers the resulting petition."""

    about = forms.ChoiceField(label=_("Is it about a police unit?"), choices=about_choices, widget=SearchSelect)

    def about_id(self) -> int | None:
        """Return the id of the unit that the remark is about; None if it is about no unit."""
        chosen = self.cleaned_data["about"]
        return None if chosen == NO_UNIT else int(chosen)


class CrossTableForm(Form):
    item = forms.ChoiceField(label=_("The question"))
    by = forms.ChoiceField(label=_("Broken down by"))

    def __init__(self, *args: Any, rows: list[ResultItem], columns: list[ResultItem], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["item"].choices = [(item.key, item.label) for item in rows]  # type: ignore[attr-defined]
        by = [(UNIT, _("unit")), *((item.key, item.label) for item in columns)]
        self.fields["by"].choices = by  # type: ignore[attr-defined]  # a choice field
