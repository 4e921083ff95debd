"""Tables: petitions and what became of them, meetings and who came."""

from ancu.apps.listening.models.handling import Answer, Evidence, Help, Promise, Remark, Trace, Transfer, Word
from ancu.apps.listening.models.meeting import Attendee, Meeting
from ancu.apps.listening.models.petition import Petition

__all__ = [
    "Answer",
    "Attendee",
    "Evidence",
    "Help",
    "Meeting",
    "Petition",
    "Promise",
    "Remark",
    "Trace",
    "Transfer",
    "Word",
]
