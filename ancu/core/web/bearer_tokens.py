"""``Authorization: Bearer …`` for the APIs of programs; who the key belongs to, the app that gave it says."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer


class Bearer(HttpBearer):
    """``admit`` finds who shows a secret, or None; what it returns is ``request.auth``."""

    def __init__(self, admit: Callable[[str], Any]) -> None:
        super().__init__()
        self.admit = admit

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return self.admit(token)
