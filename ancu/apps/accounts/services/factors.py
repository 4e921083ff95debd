"""Encrypt the secrets of second factors in the library's table, also after a key rotation."""

from typing import Any

from allauth.mfa.models import Authenticator

from ancu.core.security.encryption import open_text, seal_text, text_head
from ancu.core.security.key_rotation import EncryptedStore, Renewal

PLACE = "mfa.authenticator"
SEEDS = ("secret", "seed")  # of an authenticator app, of recovery codes
CODES = "migrated_codes"  # codes of another program, one text each


def seal_seed(text: str) -> str:
    """Return the secret of a second factor encrypted."""
    return seal_text(text, PLACE)


def open_seed(sealed: str) -> str:
    """Return the decrypted secret of a second factor.

    Raises InvalidTag for another key or unencrypted text.
    """
    return open_text(sealed, PLACE)


class AuthenticatorSecrets(EncryptedStore):
    """The rows of ``mfa_authenticator`` that hold a seed; passkeys hold public keys alone."""

    name = "second factors"
    model = Authenticator

    def renew(self, row: Authenticator) -> Renewal:
        """Encrypt a user's second-factor secrets with the present key; return RENEWED, or CURRENT if they were."""
        texts = [row.data[name] for name in SEEDS if name in row.data] + row.data.get(CODES, [])
        if all(text.startswith(text_head()) for text in texts):
            return Renewal.CURRENT
        data: dict[str, Any] = {name: seal_seed(open_seed(row.data[name])) for name in SEEDS if name in row.data}
        if CODES in row.data:
            data[CODES] = [seal_seed(open_seed(text)) for text in row.data[CODES]]
        Authenticator.objects.filter(pk=row.pk).update(data=row.data | data)
        return Renewal.RENEWED


def sealed_stores() -> list[EncryptedStore]:
    """Return the store of encrypted second-factor secrets, for key rotation."""
    return [AuthenticatorSecrets()]
