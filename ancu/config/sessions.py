"""Encrypted sessions in the database."""

from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils.module_loading import import_string

from ancu.core.security.encryption import open_text, seal_text, text_head
from ancu.core.security.key_rotation import EncryptedStore, Renewal

PLACE = "django_session"


class SessionStore(db.SessionStore):
    """Database sessions with encrypted content, as libraries store codes, seeds and addresses there."""

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return a session's data encrypted."""
        return seal_text(_serializer().dumps(session_dict).decode(), PLACE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return a session's data; empty if it cannot be decrypted, as if expired."""
        text = session_data.decode() if isinstance(session_data, bytes) else session_data
        try:
            session: dict[str, Any] = _serializer().loads(open_text(text, PLACE).encode())
        except InvalidTag:
            return {}
        return session


def _serializer() -> Any:
    """Return the configured serializer of sessions."""
    return import_string(settings.SESSION_SERIALIZER)()


class Sessions(EncryptedStore):
    """The store of encrypted sessions, for ``rotate_keys``. A session that cannot be decrypted counts as expired."""

    name = "sessions"
    model = Session

    def rows(self) -> Any:
        """Return the sessions that are not yet encrypted with the current key."""
        return super().rows().exclude(session_data__startswith=text_head())

    def renew(self, row: Session) -> Renewal:
        """Encrypt the stored session with the present key; return RENEWED, or CURRENT if it was already."""
        if row.session_data.startswith(text_head()):
            return Renewal.CURRENT
        renewed = seal_text(open_text(row.session_data, PLACE), PLACE)
        Session.objects.filter(pk=row.pk).update(session_data=renewed)
        return Renewal.RENEWED


def sealed_stores() -> list[EncryptedStore]:
    """Return the stores of encrypted sessions, for key rotation."""
    return [Sessions()]
