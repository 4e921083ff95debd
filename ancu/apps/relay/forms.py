"""Forms: settlement notes, reason of a pause, and the portal account of a lodging."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ancu.core.forms import DateField, Form
from ancu.core.forms.filters import FilterForm

NO_PASSWORD = _("Enter the password for this user name.")


class SettleForm(Form):
    reason = forms.CharField(
        label=_("How it was resolved"),
        max_length=300,
        help_text=_("For example: entered on the portal's page, or already there."),
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class PauseForm(Form):
    reason = forms.CharField(
        label=_("Reason for pausing"),
        max_length=300,
        widget=forms.TextInput({"autocomplete": "off"}),
    )


class ReconciliationDayForm(FilterForm):
    day = DateField(label=_("Day of arrival"), required=False)


class PortalAccountForm(Form):
    """The account at the portal; with ``has_password`` an empty field keeps the stored one.

    ``office`` means that the office has an account of its own.
    """

    username = forms.CharField(
        label=_("User name at the national portal"),
        max_length=120,
        error_messages={"required": _("Enter the user name of your account at the portal.")},
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = forms.CharField(
        label=_("Password there"),
        max_length=256,
        error_messages={"required": NO_PASSWORD},
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, has_password: bool = False, kept_username: str = "", office: bool = False) -> None:
        super().__init__(*args, initial={"username": kept_username})
        self.has_password, self.kept_username, self.office = has_password, kept_username, office
        self.fields["username"].required = not office
        self.fields["password"].required = not office and not has_password
        if has_password:
            self.fields["password"].help_text = _("A password is saved. Leave this empty to keep it.")
        if office:
            self.fields["username"].help_text = _("Leave both empty to use the office’s account.")

    def clean(self) -> dict[str, Any]:
        """Raise an error for a new user name without a password, or a password without a user name."""
        cleaned = super().clean() or {}
        username, password = cleaned.get("username", ""), cleaned.get("password", "")
        keeps = self.has_password and username == self.kept_username
        if username and not password and not keeps and not self.errors:
            self.add_error("password", NO_PASSWORD)
        elif password and not username and not self.errors:
            self.add_error("username", _("Enter the user name for this password."))
        return cleaned
