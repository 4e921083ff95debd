"""The second factor: seeds are encrypted; a code is accepted a period late (RFC 6238 §5.2) and only once."""

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
        """Encrypt the secret of an authenticator app, or recovery codes, for storage."""
        return seal_seed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a stored secret of an authenticator app, or recovery codes."""
        return open_seed(encrypted_text)


class _SingleUseCode:
    """A form whose code works once.

    The library forgets a used code after one period; with a tolerance it would be accepted again.
    """

    user: Any
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Two-step sign-in code")
        self.fields["code"].help_text = _(
            "The six digits that the authenticator app on your phone shows now, or one of your recovery codes."
        )

    def clean_code(self) -> str:
        """Return the second-factor code; raise ValidationError if it is wrong or was used before."""
        code: str = super().clean_code()  # type: ignore[misc]
        life = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
        if not cache.add(f"second-factor-used:{self.user.pk}:{code}", True, timeout=life):
            raise get_adapter().validation_error("incorrect_code")
        return code


class AuthenticateForm(_SingleUseCode, forms.AuthenticateForm):  # type: ignore[misc]
    """The form for the second factor at sign-in."""


class ReauthenticateForm(_SingleUseCode, forms.ReauthenticateForm):  # type: ignore[misc]
    """The form that confirms the second factor before its own settings."""


def _with_depth_limit(form: Any) -> Any:
    """Return a subclass of the library's form whose JSON field (a security key's answer) limits nesting."""
    credential = JSONField(required=True, widget=HiddenInput, decoder=LimitedDecoder)
    return type(form.__name__, (form,), {"credential": credential})


LoginKeyForm = _with_depth_limit(keys.LoginWebAuthnForm)
AuthenticateKeyForm = _with_depth_limit(keys.AuthenticateWebAuthnForm)
ReauthenticateKeyForm = _with_depth_limit(keys.ReauthenticateWebAuthnForm)
AddKeyForm = _with_depth_limit(keys.AddWebAuthnForm)
