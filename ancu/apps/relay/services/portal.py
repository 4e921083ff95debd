"""The national portal's API 1.4 over HTTP: sign in, declare, and say what an answer is worth.

The portal gives no receipt and knows no reference of ours. So an answer is one of five things, and whatever may have
been stored without our being told is *unknown*, never failed (exchange/format.md §8).
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import sha256
from typing import Any
from urllib.parse import quote, urlencode

from django.conf import settings

from ancu.core import clock
from ancu.core.web.http_client import CallFailed, call
from ancu.engines import json_text
from ancu.engines.exchange import ministry, parse_portal_answer

TIMEOUT = 10  # seconds of silence
LONGEST_ANSWER = 1024 * 1024
RENEW_BEFORE = 60  # seconds before its end, as the document advises
LONGEST_WAIT = 3600


class PortalAnswerKind(Enum):
    ACCEPTED = "taken"  # all of it is there
    REFUSED = "refused"  # none of it should be; the reasons say why
    UNKNOWN = "unknown"  # it may be there
    UNSENT = "unsent"  # no byte of it left, or the portal said to come again later
    SHUT_OUT = "shut_out"  # the account is not let in


@dataclass(frozen=True)
class PortalAnswer:
    """The portal's answer; ``reasons`` by the record's place in the batch, from 1, or None for the whole call."""

    kind: PortalAnswerKind
    code: str = ""
    reasons: Mapping[int | None, list[str]] = field(default_factory=dict)
    wait: int = 0


@dataclass(frozen=True)
class PortalSession:
    access: str
    refresh: str
    ends_at: float


class _PortalCallFailed(Exception):
    """A call that gave no usable answer."""

    def __init__(self, kind: PortalAnswerKind, code: str, *, wait: int = 0) -> None:
        super().__init__(code)
        self.answer = PortalAnswer(kind, code, wait=wait)


# The worker's own memory: a token is asked for when there is none, not for each batch.
_sessions: dict[str, PortalSession] = {}


class Portal:
    """One account at the portal."""

    def __init__(self, username: str, password: str, *, url: str = "", timeout: float = 0) -> None:
        self.url = (url or settings.PORTAL_URL).rstrip("/")
        self.username, self.password, self.timeout = username, password, timeout or TIMEOUT
        self._key = sha256(f"{self.url}\n{username}\n{password}".encode()).hexdigest()

    def declare(self, records: Sequence[Mapping[str, str]]) -> PortalAnswer:
        """Send one batch of records; return the portal's answer.

        An expired session is renewed once; a failed call is an answer, too.
        """
        try:
            status, envelope, headers = self._declare(records, self._session())
            if status == 401:
                _sessions.pop(self._key, None)
                status, envelope, headers = self._declare(records, self._session())
        except _PortalCallFailed as failed:
            return failed.answer
        return _classify(status, envelope, headers)

    def _declare(
        self, records: Sequence[Mapping[str, str]], session: PortalSession
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Send the records in a session; return (HTTP status, envelope, headers)."""
        body = json.dumps(list(records), ensure_ascii=False).encode()
        headers = {"Authorization": f"Bearer {session.access}", "Content-Type": "application/json"}
        return self._call("POST", ministry.DECLARE, body, headers)

    # --- sessions ---

    def _session(self) -> PortalSession:
        """Return a valid session: the cached one, a renewed one, or a new sign-in. Raise _PortalCallFailed."""
        live_session = _sessions.get(self._key)
        if live_session and live_session.ends_at - RENEW_BEFORE > clock.now().timestamp():
            return live_session
        session = (self._renew(live_session) if live_session else None) or self._sign_in()
        _sessions[self._key] = session
        return session

    def _sign_in(self) -> PortalSession:
        """Sign the account in and return the session.

        _PortalCallFailed is SHUT_OUT if the portal rejects the account, UNSENT if the portal itself failed.
        """
        form = {"username": self.username, "password": self.password, "grant-type": ministry.GRANT_TYPE}
        headers = {"Content-Type": "application/x-www-form-urlencoded", **_basic(settings.PORTAL_BASIC)}
        try:
            status, envelope, answered = self._call("POST", ministry.TOKEN, urlencode(form).encode(), headers)
        except _PortalCallFailed as failed:
            raise _PortalCallFailed(PortalAnswerKind.UNSENT, failed.answer.code, wait=failed.answer.wait) from None
        session = _read_session(status, envelope)
        if session is None:
            if status >= 500 or status == 429 or envelope is None:
                raise _PortalCallFailed(PortalAnswerKind.UNSENT, f"sign_in_{status}", wait=_retry_after(answered))
            raise _PortalCallFailed(PortalAnswerKind.SHUT_OUT, f"sign_in_{status}")
        return session

    def _renew(self, session: PortalSession) -> PortalSession | None:
        """Return the session renewed by its refresh token; None on any failure, after which a new sign-in follows."""
        headers = _basic(settings.PORTAL_BASIC_RENEW or settings.PORTAL_BASIC)
        try:
            status, envelope, _answered = self._call(
                "POST", f"{ministry.REFRESH}?refresh_token={quote(session.refresh, safe='')}", b"", headers
            )
        except _PortalCallFailed:
            return None
        return _read_session(status, envelope)

    # --- one call ---

    def _call(
        self, method: str, path: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, Any, Mapping[str, str]]:
        """Call the portal; return (HTTP status, envelope, headers), the envelope None for any other body.

        A failed call raises _PortalCallFailed: UNKNOWN if the request may have arrived, otherwise UNSENT.
        """
        try:
            response = call(
                method, self.url + path, body=body, headers=headers, timeout=self.timeout, max_bytes=LONGEST_ANSWER
            )
        except CallFailed as failure:
            raise _PortalCallFailed(
                PortalAnswerKind.UNKNOWN if failure.is_sent else PortalAnswerKind.UNSENT, failure.code
            ) from None
        return response.status, _envelope(response.body), response.headers


def _basic(value: str) -> dict[str, str]:
    """Return the header of basic authentication; none without a value."""
    return {"Authorization": f"Basic {value}"} if value else {}


def _envelope(answer: bytes) -> dict[str, Any] | None:
    """Return the ``{code, message, data}`` of a response, which may begin with a BOM; None for any other body."""
    try:
        envelope = json_text.loads(answer)
    except ValueError:
        return None
    return envelope if isinstance(envelope, dict) and "code" in envelope else None


def _read_session(status: int, envelope: dict[str, Any] | None) -> PortalSession | None:
    """Return the session in the portal's response to a sign-in; None if it is no success or unreadable."""
    if status != 200 or envelope is None or str(envelope["code"]) != "200":
        return None
    data = envelope.get("data")
    try:
        return PortalSession(str(data["AccessToken"]), str(data["RefreshToken"]), float(data["Exp"]))  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        return None


def _classify(status: int, envelope: dict[str, Any] | None, headers: Mapping[str, str]) -> PortalAnswer:
    """Return what the portal's response to a batch means: accepted, refused, shut out, unsent or unknown.

    A response without the portal's own envelope is unknown: a proxy's error page says nothing about what the portal
    stored.
    """
    if status == 429:
        return PortalAnswer(PortalAnswerKind.UNSENT, "busy", wait=_retry_after(headers))
    if envelope is None or status >= 500:
        return PortalAnswer(PortalAnswerKind.UNKNOWN, f"answer_{status}")
    code = str(envelope["code"])
    if status == 200 and code == "200":
        return PortalAnswer(PortalAnswerKind.ACCEPTED)
    if {str(status), code} & {"401", "403"}:
        return PortalAnswer(PortalAnswerKind.SHUT_OUT, f"answer_{status}")
    if code.startswith("4"):
        return PortalAnswer(PortalAnswerKind.REFUSED, code, _reasons(envelope))
    return PortalAnswer(PortalAnswerKind.UNKNOWN, f"answer_{status}_{code[:10]}")


def _reasons(envelope: dict[str, Any]) -> dict[int | None, list[str]]:
    """Return the sentences of the portal's refusal by position of the record in the batch, from 1.

    Key None: sentences that name no record.
    """
    reasons: dict[int | None, list[str]] = {}
    for line in parse_portal_answer(str(envelope.get("message") or "")):
        reasons.setdefault(line.record, []).append(line.text)
    return reasons


def _retry_after(headers: Mapping[str, str]) -> int:
    """Return the seconds of the header ``Retry-After``, at most LONGEST_WAIT; 0 without one in seconds."""
    retry_after = next((value for name, value in headers.items() if name.lower() == "retry-after"), "")
    return min(int(retry_after), LONGEST_WAIT) if retry_after.isdecimal() else 0


def forget_sessions() -> None:
    """Delete the cached sessions of the portal: for tests, and after an account changed."""
    _sessions.clear()
