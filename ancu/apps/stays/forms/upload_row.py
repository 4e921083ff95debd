"""One row of a file, opened to be mended: every field as text, read again by the exchange engine."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.forms.guest import FIELD_OF, message, sex_choices
from ancu.core.forms import DateInput, Form, PartialDateInput
from ancu.core.forms.countries import NationalityField
from ancu.engines.exchange import Finding, Row, day_first

DATES = {"birth_date", "arrived_on", "expected_departure", "departed_on", "permitted_until"}


class RowForm(Form):
    marks_optional = False  # what a row lacks is told by its findings

    full_name = forms.CharField(label=_("Full name"), required=False)
    native_name = forms.CharField(label=_("Native name"), required=False)
    birth_date = forms.CharField(label=_("Date of birth"), required=False, widget=PartialDateInput)
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=sex_choices, widget=forms.RadioSelect)
    nationality = NationalityField(label=_("Nationality"), foreign=True, required=False)
    document_number = forms.CharField(label=_("Passport number"), required=False)
    room = forms.CharField(label=_("Room"), required=False)
    arrived_on = forms.CharField(label=_("Arrived on"), required=False, widget=DateInput)
    expected_departure = forms.CharField(label=_("Expected to leave on"), required=False, widget=DateInput)
    departed_on = forms.CharField(label=_("Left on"), required=False, widget=DateInput)
    permitted_until = forms.CharField(label=_("Permitted to stay until"), required=False, widget=DateInput)

    def __init__(self, data: Any, *, row: Row, texts: Mapping[str, str | None]) -> None:
        initial = {name: day_first(text) if name in DATES else text for name, text in texts.items() if text}
        super().__init__(data, initial=initial)
        self.initial["nationality"] = self.fields["nationality"].widget.shown(initial.get("nationality"))
        self.remarks = [(one, "warn") for one in row.warnings]
        if not self.is_bound:
            self._show(row.errors)

    def _show(self, errors: list[Finding]) -> None:
        """What the reader found wrong stands beside its field before anything is typed."""
        self._errors = ErrorDict()
        for error in errors:
            field = FIELD_OF.get(error.field or "", error.field or "")
            if field in self.fields:
                self._errors.setdefault(field, self.error_class()).append(message(error))
            else:
                self.remarks.insert(0, (error, "bad"))
