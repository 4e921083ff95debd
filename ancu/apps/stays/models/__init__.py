"""The tables of declarations, by what they are about."""

from ancu.apps.stays.models.confirmation import Confirmation, ConfirmationBook
from ancu.apps.stays.models.device import Device
from ancu.apps.stays.models.expired_documents import ExpiredDocument
from ancu.apps.stays.models.move import MovesOfDay, UnitMove
from ancu.apps.stays.models.ontime import OnTime
from ancu.apps.stays.models.presence import (
    LodgingGuestCount,
    PresenceChange,
    PresenceDay,
    PresenceDimension,
    PresenceWeek,
)
from ancu.apps.stays.models.stay import DEPARTED, NOT_WITHDRAWN, OPEN, Stay
from ancu.apps.stays.models.submission import IdempotentResponse, Submission
from ancu.apps.stays.models.undeclared import UndeclaredRow
from ancu.apps.stays.models.upload import Picture, Upload

__all__ = [
    "DEPARTED",
    "NOT_WITHDRAWN",
    "OPEN",
    "Confirmation",
    "ConfirmationBook",
    "Device",
    "ExpiredDocument",
    "IdempotentResponse",
    "LodgingGuestCount",
    "MovesOfDay",
    "OnTime",
    "Picture",
    "PresenceChange",
    "PresenceDay",
    "PresenceDimension",
    "PresenceWeek",
    "Stay",
    "Submission",
    "UndeclaredRow",
    "UnitMove",
    "Upload",
]
