"""The form of one row to correct: every field as text, interpreted again by the exchange engine."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.forms.guest import FIELD_OF, list_choices, message, sex_choices
from ancu.apps.stays.forms.page_texts import PageTextsForm
from ancu.apps.stays.rules import kind_beside_passport
from ancu.core.forms import CHOOSE, DateInput, PartialDateInput
from ancu.core.forms.countries import NationalityField
from ancu.engines.exchange import Finding, GuestRow, day_first

DATES = {"birth_date", "arrived_on", "expected_departure", "departed_on", "permitted_until"}


def as_shown(name: str, text: str | None) -> str:
    """Return a field's text as the form shows it: dates as dd/mm/yyyy, the kind of document as its code."""
    if name == "document_kind":
        return kind_beside_passport(text or "")
    return day_first(text or "") if name in DATES else text or ""


def _document_kinds(*, usual: Any) -> list[tuple[str, Any]]:
    """Return the kinds of documents as choices; the empty choice ``usual`` stands for the passport."""
    return [("", usual), *(choice for choice in list_choices("document_kind") if choice[0] != "passport")]


class RowForm(PageTextsForm):
    marks_optional = False  # what a row lacks is told by its findings

    full_name = forms.CharField(label=_("Full name"), required=False)
    native_name = forms.CharField(label=_("Native name"), required=False)
    birth_date = forms.CharField(label=_("Date of birth"), required=False, widget=PartialDateInput)
    sex = forms.ChoiceField(label=_("Sex"), required=False, choices=sex_choices, widget=forms.RadioSelect)
    nationality = NationalityField(label=_("Nationality"), foreign=True, required=False)
    document_number = forms.CharField(label=_("Document number"), required=False)
    document_kind = forms.ChoiceField(
        label=_("Kind of document"), required=False, choices=partial(_document_kinds, usual=_("Passport"))
    )
    room = forms.CharField(label=_("Room"), required=False)
    arrived_on = forms.CharField(label=_("Arrived on"), required=False, widget=DateInput)
    expected_departure = forms.CharField(label=_("Expected to leave on"), required=False, widget=DateInput)
    departed_on = forms.CharField(label=_("Left on"), required=False, widget=DateInput)
    permitted_until = forms.CharField(label=_("Permitted to stay until"), required=False, widget=DateInput)

    def __init__(self, data: Any, *, texts: Mapping[str, str | None], row: GuestRow | None = None) -> None:
        displayed = {name: as_shown(name, texts.get(name)) for name in self.base_fields if name != "page_texts"}
        is_of_card = row is not None and any(error.field == "document_kind" for error in row.errors)
        super().__init__(data, initial=displayed | {"page_texts": displayed})
        if is_of_card:
            self.fields["document_kind"].choices = _document_kinds(usual=CHOOSE[1])  # type: ignore[attr-defined]
        self.initial["nationality"] = self.fields["nationality"].widget.display_value(displayed["nationality"])
        self.remarks = [(warning, "warn") for warning in row.warnings] if row else []
        if row and not self.is_bound:
            self._show(row.errors)

    def with_texts(self, texts: Mapping[str, str | None]) -> "RowForm":
        """Return a form with the saved ``texts``, but with the fields that the person changed as typed."""
        displayed, typed = self.cleaned_data["page_texts"] or {}, self.cleaned_data
        form = RowForm(None, texts=texts)
        form.initial.update(
            {name: typed[name] for name in displayed if name in typed and typed[name] != displayed[name]}
        )
        return form

    def _show(self, errors: list[Finding]) -> None:
        """Show the row's errors at their form fields; errors of no field come first among ``remarks``.

        Errors already on the form are replaced.
        """
        self._errors = ErrorDict()
        for error in errors:
            field = FIELD_OF.get(error.field or "", error.field or "")
            if field in self.fields:
                self._errors.setdefault(field, self.error_class()).append(message(error))
            else:
                self.remarks.insert(0, (error, "bad"))
