"""Forms: an identity document read at the counter, and the handover."""

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.selectors.receiving import normalised_document_number, number_problem
from ancu.apps.protection.selectors.people import PersonDocument
from ancu.core.forms import Form, PartialDateField, validate_name
from ancu.core.forms.countries import NationalityField

TYPED = {"autocomplete": "off", "autocapitalize": "characters"}


def _number_field() -> forms.CharField:
    """Return the form field for the number of an identity document."""
    return forms.CharField(
        label=_("Document number"), max_length=30, widget=forms.TextInput(TYPED),
        help_text=_("Copy it from the document itself."),
    )  # fmt: skip


def _clean_number(text: str) -> str:
    """Return the document number in its stored form; raises ValidationError if it is implausible."""
    number = normalised_document_number(text)
    if problem := number_problem(number):
        raise forms.ValidationError(problem.message)
    return number


class DocumentForm(Form):
    """Data of the identity document shown at the counter."""

    full_name = forms.CharField(
        label=_("Full name as shown in the document"), max_length=200, widget=forms.TextInput(TYPED),
        validators=[validate_name],
    )  # fmt: skip
    birth_date = PartialDateField(
        label=_("Date of birth"), help_text=_("If the document shows only the year, enter the year.")
    )
    nationality = NationalityField(label=_("Nationality"))
    document_number = _number_field()
    compared = forms.BooleanField(
        label=_("I have checked the document against the person in front of me, who is asking for the copy in person")
    )

    def clean_document_number(self) -> str:
        """Return the document number in its stored form; ValidationError if it is implausible."""
        return _clean_number(self.cleaned_data["document_number"])

    def document(self) -> PersonDocument:
        """Return the identity document that the officer typed from the original: name, birth date, country, number."""
        values = self.cleaned_data
        return PersonDocument(
            values["full_name"], values["birth_date"], values["nationality"], values["document_number"]
        )


class HandOverForm(Form):
    """The document shown when a guest collects a copy."""

    received_by = forms.CharField(
        label=_("Full name as shown in the document"), max_length=200, widget=forms.TextInput(TYPED)
    )
    proof_number = _number_field()

    def clean_proof_number(self) -> str:
        """Return the number of the document shown, in its stored form; ValidationError if it is implausible."""
        return _clean_number(self.cleaned_data["proof_number"])
