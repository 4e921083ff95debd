"""The second factor: its seeds are encrypted; six digits are taken a step late (RFC 6238 §5.2) and only once."""

from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.adapter import DefaultMFAAdapter, get_adapter
from allauth.mfa.base import forms
from allauth.mfa.webauthn import forms as keys
from django.core.cache import cache
from django.forms import HiddenInput, JSONField
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.services.factors import open_seed, seal_seed
from ancu.engines.json_text import LimitedDecoder


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Encrypts the seeds of authenticator apps and recovery codes where the library writes and reads them."""

    def encrypt(self, text: str) -> str:
        return seal_seed(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_seed(encrypted_text)


class _Once:
    """The library forgets a used code after one period; with a tolerance it would count again (an eye on the phone)."""

    user: Any
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Two-step sign-in code")
        self.fields["code"].help_text = _(
            "The six digits that the authenticator app on your phone shows now, or one of your recovery codes."
        )

    def clean_code(self) -> str:
        code: str = super().clean_code()  # type: ignore[misc]
        life = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"second-factor-used:{self.user.pk}:{code}", True, timeout=life):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_Once, forms.AuthenticateForm):  # type: ignore[misc]
    """At sign-in."""


class ReauthenticateForm(_Once, forms.ReauthenticateForm):  # type: ignore[misc]
    """Before the pages of the second factor."""


def _limited(form: Any) -> Any:
    """The library's form, whose answer of a key is read only if its depth is sane: one of them is open to strangers."""
    credential = JSONField(required=True, widget=HiddenInput, decoder=LimitedDecoder)
    return type(form.__name__, (form,), {"credential": credential})


LoginKeyForm = _limited(keys.LoginWebAuthnForm)
AuthenticateKeyForm = _limited(keys.AuthenticateWebAuthnForm)
ReauthenticateKeyForm = _limited(keys.ReauthenticateWebAuthnForm)
AddKeyForm = _limited(keys.AddWebAuthnForm)
