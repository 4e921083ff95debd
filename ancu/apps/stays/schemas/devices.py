"""The calls and responses of phones that store declarations while offline."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec

from ancu.apps.stays.enums import JudgedBy
from ancu.apps.stays.services import RowOutcome
from ancu.core import clock
from ancu.engines.rulebook import Judged

Text = Annotated[str, msgspec.Meta(max_length=300)]
Span = Annotated[float, msgspec.Meta(ge=-1e15, le=1e15)]  # milliseconds


class Spans(msgspec.Struct, forbid_unknown_fields=True):
    """``rulebook.ClockEvidence``, in milliseconds of the phone's clocks."""

    since_mark: Span
    latest_before: Span
    since_keyed: Span
    steady_since_mark: Span | None = None
    steady_since_keyed: Span | None = None


class OfflineDeclaration(msgspec.Struct, forbid_unknown_fields=True):
    """One declaration that a phone stored while offline; ``values`` are the form's answers as typed.

    ``confirmed`` are the codes of the oddities that the person confirmed.
    """

    device: UUID
    reference: UUID
    establishment: Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
    values: Annotated[dict[Annotated[str, msgspec.Meta(max_length=40)], Text], msgspec.Meta(max_length=30)]
    keyed_at: datetime
    mark: Text = ""
    spans: Spans | None = None
    confirmed: Annotated[list[Annotated[str, msgspec.Meta(max_length=60)]], msgspec.Meta(max_length=30)] = []


class DeviceRef(msgspec.Struct):
    """The id that a phone calls with."""

    device: UUID


class NewDevice(msgspec.Struct):
    """The name of a phone that is being enrolled."""

    name: Annotated[str, msgspec.Meta(max_length=80)] = ""


def judged_out(by: str, at: datetime) -> dict[str, str]:
    """Return as a dict the time by which a phone's declaration was judged, the code ``by`` and its label.

    Lateness is judged by this time.
    """
    return {"by": by, "at": f"{clock.local(at):%d/%m/%Y %H:%M}", "why": str(JudgedBy(by).label)}


def offline_declaration_out(row: RowOutcome, judged: Judged, warnings: list[str]) -> dict[str, Any]:
    """Return to the phone the outcome of a declaration stored offline; ``judged`` only if it was accepted."""
    return {
        "state": row.state,
        "stay": row.stay_id,
        "receipt": row.receipt,
        "minutes_late": row.minutes_late,
        "judged": judged_out(judged.basis.value, judged.at) if row.state == "accepted" else None,
        "warnings": warnings,
    }
