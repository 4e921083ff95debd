"""The sandbox of programs: invented guests, and every response of the API on request by the room's text.

In a sandbox a row whose room is ``force:CODE`` comes back with that code, an error or a warning of the list in
docs/reference/finding-codes.md. A call with a row whose room names one of ``CALLS`` fails as a whole. Outside a
sandbox these texts have no meaning.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from threading import Lock

import msgspec
from django.utils.translation import gettext_lazy as _

from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.services import create_token
from ancu.apps.lodging.services import open_sandbox as open_lodging
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.models import Submission
from ancu.apps.stays.services.declaring import declare
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict
from ancu.engines.exchange import CODES, GuestRow, finding, interpret

PREFIX = "force:"
SLOW = 20  # seconds; most clients have given up by then
SLOW_KEPT = 60  # seconds: what a call that was held up too often is told to wait
# What a whole call can be made to end in. ``answer_lost`` stores the guests and says that it is not available.
CALLS = ("too_many_calls", "unavailable", "server_error", "busy", "slow", "answer_lost")
_slow_call_lock = Lock()
GUESTS = (
    ("NGUYEN SAMPLE MAI", "1990-02-14", "F", "USA", "SBX000001", "101"),
    ("MÜLLER-SAMPLE JÖRG", "1984-03-08", "M", "AUT", "SBX000002", "102"),
    ("SAMPLEKARNO", "1979", "M", "IDN", "SBX000003", "103"),
    ("O'SAMPLE MÁIRE", "1962-11-30", "F", "IRL", "SBX000004", "104"),
    ("SAMPLE LÊ CHLOÉ", "2019-06", "F", "FRA", "SBX000005", "104"),
)


def open_sandbox(actor: Actor, *, establishment: Establishment) -> tuple[Establishment, str]:
    """Return the business's sandbox and the secret of a new API key for it.

    A missing sandbox is created, with invented guests.
    """
    sandbox = open_lodging(actor, establishment=establishment)
    if not Submission.objects.filter(establishment=sandbox).exists():
        declare(
            actor=system("stays.sandbox"), establishment=sandbox, rows=invented_guests(), channel=DeclarationChannel.API
        )
    _token, secret = create_token(actor, establishment=sandbox, name="Sandbox")
    return sandbox, secret


def invented_guests() -> list[GuestRow]:
    """Return the rows of a new sandbox's invented guests, who arrive today."""
    today = clock.today()
    names = ("full_name", "birth_date", "sex", "nationality", "document_number", "room")
    stay = {
        "arrived_on": str(today),
        "expected_departure": str(today + timedelta(days=3)),
        "permitted_until": str(today + timedelta(days=30)),
    }
    return interpret([dict(zip(names, guest, strict=True)) | stay for guest in GUESTS], today=today)


def forced_findings(establishment: Establishment, rows: Sequence[GuestRow]) -> list[GuestRow]:
    """Return the rows; in a sandbox with the findings that their rooms demand ("force:CODE")."""
    if not establishment.sandbox:
        return list(rows)
    return [_force_finding(row, code) if (code := _requested_code(row)) in CODES else row for row in rows]


def _requested_code(row: GuestRow) -> str:
    """Return the code after ``force:`` in the row's room; empty without one."""
    room = (row.values.room or "").strip()
    return room.removeprefix(PREFIX).strip() if room.startswith(PREFIX) else ""


def _force_finding(row: GuestRow, code: str) -> GuestRow:
    """Return the row with the finding of this code added, as an error or warning by the code's level."""
    level = CODES[code].level
    try:
        forced = finding(code, "room", row.values.room)
    except (KeyError, IndexError):  # its sentence needs words that only the real case has
        forced = msgspec.structs.replace(finding("room_missing", "room"), code=code)
    errors, warnings = list(row.errors), list(row.warnings)
    (errors if level in ("error", "problem") else warnings).append(forced)
    return msgspec.structs.replace(row, errors=errors, warnings=warnings)


def forced_call(establishment: Establishment, rows: Sequence[GuestRow]) -> str:
    """Return the code of ``CALLS`` by which a sandbox call must fail or be delayed; "" for any other call."""
    if not establishment.sandbox:
        return ""
    return next((code for code in map(_requested_code, rows) if code in CALLS), "")


def fail_before(code: str) -> None:
    """Fail or delay a sandbox call before anything is stored, if ``code`` says so.

    ``busy`` raises Conflict, ``server_error`` an exception, ``slow`` waits; other codes do nothing here.
    """
    if code == "busy":
        raise Conflict("busy", _("Someone else is declaring the same guests right now. Try again."))
    if code == "server_error":
        raise RuntimeError("asked for in the sandbox")
    if code == "slow":
        _wait_slowly()


def _wait_slowly() -> None:
    """Wait as a slow server would, one call at a time, so that tests never occupy every worker."""
    if _slow_call_lock.acquire(blocking=False):
        try:
            time.sleep(SLOW)
        finally:
            _slow_call_lock.release()
