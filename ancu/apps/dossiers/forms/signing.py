"""The sponsor’s account, and his yes."""

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import Form


class AccountForm(Form):
    """A sponsor who was written to has no account yet; the address is the one the letter went to."""

    full_name = forms.CharField(label=_("Full name"), max_length=150, widget=forms.TextInput({"autocomplete": "name"}))
    phone = forms.CharField(
        label=_("Phone"),
        max_length=20,
        required=False,
        widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"}),
    )
    password = forms.CharField(
        label=_("Password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("At least 10 signs. Four words that do not belong together are good and easy to remember."),
    )

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password)
        return password


class SignForm(Form):
    agrees = forms.BooleanField(
        label=_("I have read the form and the papers, they are true, and I take on a sponsor’s duties")
    )
    digest = forms.CharField(widget=forms.HiddenInput, max_length=64)
