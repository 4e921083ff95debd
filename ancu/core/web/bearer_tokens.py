"""``Authorization: Bearer …`` for the APIs of programs; the app that issued a key identifies its owner."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer


class Bearer(HttpBearer):
    """Authentication by key: ``admit`` returns the caller of a secret, or None; the result is ``request.auth``."""

    def __init__(self, admit: Callable[[str], Any]) -> None:
        super().__init__()
        self.admit = admit

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Return the program of a lodging or organisation whose API key is ``token``; None if it is not valid."""
        return self.admit(token)
