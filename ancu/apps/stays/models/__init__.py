"""The tables of declarations, by what they are about."""

from ancu.apps.stays.models.confirmation import Confirmation, ConfirmationBook
from ancu.apps.stays.models.device import Device
from ancu.apps.stays.models.expired import ExpiredDocument
from ancu.apps.stays.models.move import MovesOfDay, UnitMove
from ancu.apps.stays.models.ontime import OnTime
from ancu.apps.stays.models.presence import By, Met, PresenceChange, PresenceDay, PresenceWeek
from ancu.apps.stays.models.stay import LEFT, NOT_WITHDRAWN, OPEN, Stay
from ancu.apps.stays.models.submission import Answer, Submission
from ancu.apps.stays.models.undeclared import UndeclaredRow
from ancu.apps.stays.models.upload import Picture, Upload

__all__ = [
    "LEFT",
    "NOT_WITHDRAWN",
    "OPEN",
    "Answer",
    "By",
    "Confirmation",
    "ConfirmationBook",
    "Device",
    "ExpiredDocument",
    "Met",
    "MovesOfDay",
    "OnTime",
    "Picture",
    "PresenceChange",
    "PresenceDay",
    "PresenceWeek",
    "Stay",
    "Submission",
    "UndeclaredRow",
    "UnitMove",
    "Upload",
]
