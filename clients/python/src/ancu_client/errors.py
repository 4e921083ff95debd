"""The errors of this package, with stable codes and whether a call may be repeated."""

from collections.abc import Mapping
from typing import Any


class AnCuError(Exception):
    """The base class of this package's errors."""


class ApiError(AnCuError):
    """The office refused a call. Refused rows raise no error: they are in the answer."""

    def __init__(self, status: int, content: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(content.get("code") or "unknown")
        self.message_vi = str(content.get("message_vi") or "")
        self.message_en = str(content.get("message_en") or "")
        self.retry_safe = bool(content.get("retry_safe"))
        self.retry_after = float(content.get("retry_after") or 0)
        self.details = dict(content)
        super().__init__(f"{status} {self.code}: {self.message_en}")


class ServerUnreachable(AnCuError):
    """No answer came after all tries. The call may have been carried out; repeating it is safe."""


class NotSettled(AnCuError):
    """A file is still being processed; ask again later by its id."""

    def __init__(self, file_id: str) -> None:
        self.file_id = file_id
        super().__init__(f"the file {file_id} is still on its way")


class RequestRefused(AnCuError):
    """Raised by ``raise_for_refused`` unless every row is declared."""


class BadSignature(AnCuError):
    """A message is not from the office, is too old, or was altered."""
