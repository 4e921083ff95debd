"""Forms: invitations, sign-up, own data, and delegation."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.core.forms import CHOOSE, AccountForm, DateField, Form, TaxCodeField, name_field, phone_field
from ancu.core.web.language import LANGUAGE_NAMES, OTHER_LANGUAGE

# By the role that leads the organisation.
WHAT_THEY_DO = {
    Role.MANAGER: _("A receptionist declares guests. A manager can also change the lodging's data and invite people."),
    Role.REPRESENTATIVE: _(
        "A clerk prepares dossiers; afterwards you can choose which ones, and whether the clerk submits them too. "
        "A representative can do everything: also submit the legal file and choose people."
    ),
}


class InviteForm(Form):
    """The address of the letter, and the role offered."""

    email = forms.EmailField(
        label=_("Email"), max_length=254, widget=forms.EmailInput({"autocomplete": "off", "inputmode": "email"})
    )
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, roles: Sequence[Role], **kwargs: Any) -> None:
        """``roles`` are those that the inviter may give (``rules.roles_to_give``), the leading role first."""
        super().__init__(*args, **kwargs)
        role = self.fields["role"]
        role.choices = [(option.value, option.label) for option in reversed(roles)]  # type: ignore[attr-defined]
        role.initial = roles[-1] if roles else None
        role.help_text = WHAT_THEY_DO.get(roles[0], "") if roles else ""


class TokenForm(Form):
    name = forms.CharField(
        label=_("Name of the program"),
        max_length=100,
        help_text=_("So that you can tell your keys apart."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class OpenAccountForm(Form):
    """The address that receives the link."""

    email = forms.EmailField(
        label=_("Your email"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "username", "inputmode": "email"}),
        help_text=_("We will send you a link to create the account."),
    )


class AddressForm(Form):
    """A new address to sign in with."""

    email = forms.EmailField(
        label=_("New email address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email", "inputmode": "email"}),
    )

    def __init__(self, *args: Any, present: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = present

    def clean_email(self) -> str:
        """Return the new e-mail address in lower case; it must differ from the present one."""
        email: str = self.cleaned_data["email"].lower()
        if email == self.present.lower():
            raise forms.ValidationError(_("You already sign in with this address."))
        return email


class SponsorForm(Form):
    """An organisation that sponsors foreigners."""

    name = forms.CharField(
        label=_("Name of the organisation"),
        max_length=200,
        widget=forms.TextInput({"autocomplete": "organization"}),
        help_text=_("As on its licence."),
    )
    tax_code = TaxCodeField(label=_("Tax code"))


class SponsorJoinForm(SponsorForm, AccountForm):
    """The representative's account together with the organisation."""

    field_order = ("name", "tax_code", "full_name", "phone", "password")

    @property
    def person(self) -> dict[str, str]:
        """The submitted values of the representative's account."""
        return {key: value for key, value in self.cleaned_data.items() if key in {"full_name", "phone", "password"}}

    @property
    def organisation(self) -> dict[str, str]:
        """The submitted values of the sponsoring organisation."""
        return {key: value for key, value in self.cleaned_data.items() if key in {"name", "tax_code"}}


class ProfileForm(Form):
    """The person's own data."""

    full_name = name_field()
    phone = phone_field()
    language = forms.ChoiceField(label=_("Language"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, languages: Sequence[str] = tuple(OTHER_LANGUAGE), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [(code, LANGUAGE_NAMES[code]) for code in languages]
        self.fields["language"].choices = names  # type: ignore[attr-defined]


class LeaveForm(Form):
    """The period of a delegation, and the colleague."""

    starts_on = DateField(label=_("From"))
    ends_on = DateField(label=_("Until (including this day)"))
    mate_id = forms.TypedChoiceField(label=_("Who covers for you"), coerce=int)

    def __init__(self, *args: Any, mates: Sequence[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [(mate.pk, f"{mate.user.full_name} ({mate.organisation.name})") for mate in mates]
        self.fields["mate_id"].choices = [CHOOSE, *offered]  # type: ignore[attr-defined]
