"""Forms of the self-check and of confirmations of stay."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.enums import Proof, Purpose
from ancu.core import clock
from ancu.core.forms import DateField, Form, PartialDateField
from ancu.core.web.language import localized

TYPED = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class SelfCheckForm(Form):
    """Three facts that only the guest and the lodging should know together."""

    asks = {
        "document_number": _("Enter the number as shown in the passport, letters and digits."),
        "birth_date": _("Enter the date of birth as in the passport, for example 08/03/1984."),
        "arrived_on": _("Enter the day you arrived there, for example 24/11/2026."),
    }
    document_number = forms.CharField(label=_("Passport number"), max_length=30, widget=forms.TextInput(TYPED))
    birth_date = PartialDateField(
        label=_("Date of birth"), help_text=_("If the passport shows only the year, enter the year.")
    )
    arrived_on = DateField(
        label=_("Day you arrived at the lodging"),
        help_text=_(
            "The day you arrived at this lodging, not in Viet Nam. If you arrived after midnight, enter the new date."
        ),
    )

    def clean_arrived_on(self) -> Any:
        """Return the day of arrival; ValidationError if it is in the future."""
        day = self.cleaned_data["arrived_on"]
        if day > clock.today():
            raise forms.ValidationError(_("This date is in the future."))
        return day


def _choices(kind: Any) -> list[tuple[str, str]]:
    """Return (value, label) for each member of an enumeration, with capitalised labels, as choices of a form."""
    return [(value, capfirst(str(label))) for value, label in kind]


def _purposes() -> list[tuple[str, str]]:
    """Return the choices for the purpose of a confirmation of stay."""
    return _choices(Purpose.choices)


class PurposeForm(Form):
    """The lodging's request for its guest."""

    purpose = forms.ChoiceField(label=_("What the confirmation is for"), choices=_purposes)
    email = forms.EmailField(
        label=_("Email"),
        required=False,
        help_text=_(
            "We will email you when there is an answer. The answer is not in the email. If you leave this empty, "
            "save the link on the next page: you need it to read the answer."
        ),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )


class AskForm(PurposeForm):
    """The guest's own request, with the receipt's code if there is one."""

    field_order = ("purpose", "receipt", "email")
    receipt = forms.CharField(
        label=_("Code on the receipt your lodging gave you"),
        max_length=300,
        required=False,
        help_text=_(
            "The code is in the address that the receipt’s QR code opens. Without it, the officer first asks the "
            "lodging whether it was you who asked."
        ),
        widget=forms.TextInput(TYPED),
    )


def _proofs() -> list[tuple[str, str]]:
    """Return the choices for how the officer verified that the guest asks: by telephone or by passport."""
    return _choices([(Proof.CALLED, Proof.CALLED.label), (Proof.PASSPORT, Proof.PASSPORT.label)])


class IssueForm(Form):
    """How the officer verified that the guest asks; needed only without other proof."""

    proof = forms.ChoiceField(
        label=_("How did you make sure that the guest is the person asking?"), choices=_proofs, widget=forms.RadioSelect
    )


class GroundForm(Form):
    """A ground of the rulebook, with its article; ``grounds`` are the possible ones."""

    ground = forms.ChoiceField(label=_("Reason"))
    reason = forms.CharField(
        label=_("Explain in your own words"),
        max_length=500,
        required=False,
        help_text=_(
            "The person who asked sees this. Needed if something differs or is wrong, or for “something else”."
        ),
        widget=forms.Textarea({"rows": 3}),
    )

    def __init__(self, *args: Any, grounds: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.with_words = {ground.code for ground in grounds if ground.words}
        self.fields["ground"].choices = [  # type: ignore[attr-defined]
            (ground.code, f"{localized(ground, 'name')} ({localized(ground, 'article')})") for ground in grounds
        ]

    def clean(self) -> dict[str, Any]:
        """Raise an error without a reason in words where the chosen ground needs one."""
        cleaned = super().clean() or {}
        if cleaned.get("ground") in self.with_words and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say in a sentence what it is."))
        return cleaned


class CodeForm(Form):
    code = forms.CharField(
        label=_("Verification code"),
        max_length=60,
        help_text=_("As printed under the QR code, not the number at the top; spaces and small letters do not matter."),
        widget=forms.TextInput(TYPED),
    )
