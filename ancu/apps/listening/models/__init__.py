"""Tables: petitions and what became of them, meetings and who came."""

from ancu.apps.listening.models.handling import (
    HelpRequest,
    PetitionAnswer,
    PetitionFile,
    PetitionPromise,
    PetitionRemark,
    PetitionTrace,
    PetitionTransfer,
    Verdict,
)
from ancu.apps.listening.models.meeting import Attendee, Meeting
from ancu.apps.listening.models.petition import Petition

__all__ = [
    "Attendee",
    "HelpRequest",
    "Meeting",
    "Petition",
    "PetitionAnswer",
    "PetitionFile",
    "PetitionPromise",
    "PetitionRemark",
    "PetitionTrace",
    "PetitionTransfer",
    "Verdict",
]
