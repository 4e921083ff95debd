"""Forms of the office pages: filters, decisions, notices and inspections."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.lodging.enums import LodgingKind
from ancu.apps.oversight.enums import CONFIRM_NOTES, AlertState, DismissReason, InspectionResult, Severity
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors.words import localized_text
from ancu.core.forms import DateField, DateInput, Form, PartialDateField
from ancu.core.forms.filters import FilterForm
from ancu.core.templatetags.ui import number
from ancu.engines.rulebook import AlertRule


class AlertFilterForm(FilterForm):
    """Filters of the inbox."""

    STATES = [("waiting", ""), *AlertState.choices]
    AGES = [("today", _("today")), ("week", _("up to a week")), ("older", _("more than two weeks"))]

    unit = forms.IntegerField(label=_("Place"), required=False, min_value=1, max_value=2**63 - 1)
    rule = forms.ChoiceField(label=_("Alert rule"), required=False, choices=[(code, code) for code in RULES])
    severity = forms.TypedChoiceField(
        label=_("Severity"), required=False, choices=Severity.choices, coerce=int, empty_value=None
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=STATES)
    age = forms.ChoiceField(label=_("Age"), required=False, choices=AGES)
    referred = forms.BooleanField(required=False)


class AlertNoteForm(Form):
    """An optional note with a confirmation or referral; ``NOTES`` are offered beside it."""

    NOTES = CONFIRM_NOTES

    reason = forms.CharField(
        label=pgettext_lazy("alert", "Note"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )


class ConfirmAlertForm(AlertNoteForm):
    """A confirmation; ``ruled_out`` are the places of the cases that would make the alert wrong and do not apply."""

    ruled_out = forms.MultipleChoiceField(
        required=False, choices=[(str(place), "") for place in range(20)], widget=forms.MultipleHiddenInput
    )


class DismissAlertForm(Form):
    dismissed_for = forms.ChoiceField(label=_("Reason"), choices=DismissReason.choices, widget=forms.RadioSelect)
    reason = forms.CharField(
        label=_("Explain in your own words"),
        max_length=1000,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("This is stored with the alert. Dismissed alerts and their reasons are used to assess the rule."),
    )

    asks = {"reason": _("Say in a sentence why.")}


class AskLodgingForm(Form):
    question = forms.CharField(
        label=_("Your question to the lodging"),
        max_length=5000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("The lodging sees only this question, not the alert."),
    )

    asks = {"question": _("Enter your question.")}


class ThresholdsForm(Form):
    """One field for each parameter of a rule, within its bounds."""

    def __init__(self, *args: Any, words: AlertRule, values: Mapping[str, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for parameter in words.parameters:
            self.fields[parameter.name] = forms.IntegerField(
                label=localized_text(parameter, "name"),
                min_value=parameter.least,
                max_value=parameter.most,
                initial=values[parameter.name],
                help_text=_("Between %(least)s and %(most)s.")
                % {"least": number(parameter.least), "most": number(parameter.most)},
            )


class PutInForceForm(Form):
    valid_from = DateField(label=_("Takes effect on"))
    reason = forms.CharField(label=_("Why"), max_length=1000, widget=forms.Textarea({"rows": 2}))

    asks = {"reason": _("Say in a sentence why.")}


class NoticeForm(Form):
    """A person to be reported, the legal basis and the period."""

    full_name = forms.CharField(label=_("Full name"), max_length=200, help_text=_("As shown in the passport."))
    birth_date = PartialDateField(label=_("Date of birth"), required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=30, required=False)
    number = forms.CharField(label=_("Reference number of the requesting document"), max_length=60)
    issued_by = forms.CharField(label=pgettext_lazy("notice", "Issued by"), max_length=200)
    legal_basis = forms.CharField(label=_("Legal basis"), max_length=300)
    ends_on = DateField(label=_("Last day"))


MOST_MET = 20
EMPTY_ROWS = 5


def result_field(choices: list[tuple[str, Any]]) -> forms.ChoiceField:
    """Return the form field for an inspection's result: radio buttons with these choices (code, label)."""
    return forms.ChoiceField(label=pgettext_lazy("inspection", "Result"), choices=choices, widget=forms.RadioSelect)


class InspectionForm(Form):
    """Beginning and result of a visit; the guests are a formset."""

    day = DateField(label=_("Date of the visit"), widget=DateInput({"data-date-max": "today"}))
    time = forms.TimeField(label=_("Start time"), widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    result = result_field(InspectionResult.choices)
    outcome = forms.CharField(label=_("Outcome"), max_length=1000, required=False, widget=forms.Textarea({"rows": 3}))
    reference = forms.UUIDField(required=False, widget=forms.HiddenInput)

    asks = {"result": _("Enter the outcome of the visit.")}


class MetGuestForm(Form):
    """One guest met; rows without a document number are ignored."""

    document_number = forms.CharField(label=_("Document number"), max_length=30, required=False)
    full_name = forms.CharField(label=_("Full name"), max_length=200, required=False)
    room = forms.CharField(label=_("Room"), max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """Add an error if the guest's name or room is filled in but the document number is empty."""
        cleaned = super().clean() or {}
        if (cleaned.get("full_name") or cleaned.get("room")) and not cleaned.get("document_number"):
            self.add_error("document_number", _("Enter the passport number."))
        return cleaned


MetGuestFormSet = forms.formset_factory(MetGuestForm, extra=EMPTY_ROWS, max_num=MOST_MET, absolute_max=MOST_MET)


class PlanVisitForm(Form):
    """A planned visit: day, officer and reason."""

    day = DateField(label=_("Date of the visit"))
    officer_id = forms.TypedChoiceField(label=_("Inspecting officer"), coerce=int)
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}))

    asks = {"reason": _("Enter the reason for the visit.")}

    def __init__(self, *args: Any, officers: list[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["officer_id"].choices = officers  # type: ignore[attr-defined]  # a choice field


class ChecklistForm(InspectionForm):
    """The checklist at the lodging; declared guests are ticked, others are a formset."""

    ended = forms.TimeField(
        label=_("End time"), required=False, widget=forms.TimeInput({"type": "time"}, format="%H:%M")
    )
    representative = forms.CharField(label=_("Representative of the lodging"), max_length=150, required=False)
    witness = forms.CharField(label=_("Witness"), max_length=150, required=False)
    statement = forms.CharField(
        label=_("Statement by the lodging"), max_length=1000, required=False, widget=forms.Textarea({"rows": 2})
    )

    field_order = ("day", "time", "ended", "representative", "witness", "statement", "result", "outcome")


class InspectionResultForm(Form):
    """The result of a visit that met undeclared guests: anything but "in order"."""

    result = result_field([choice for choice in InspectionResult.choices if choice[0] != InspectionResult.IN_ORDER])

    asks = {"result": _("Enter the outcome of the visit.")}


class MovementForm(FilterForm):
    """The day and one filter."""

    day = DateField(label=_("Day"), required=False)
    nationality = forms.RegexField(r"^[A-Z]{3}$", label=_("Nationality"), required=False)
    purpose = forms.RegexField(r"^[a-z_]{1,40}$", label=_("Purpose"), required=False)
    kind = forms.ChoiceField(label=_("Kind of lodging"), required=False, choices=LodgingKind.choices)
