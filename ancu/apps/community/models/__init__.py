"""Tables: programmes and people, the ledger, who was chosen, what proves it, what the bank says."""

from ancu.apps.community.models.bank import BankAccount, Line, Statement, UnreadLine
from ancu.apps.community.models.choosing import Candidate, Selection
from ancu.apps.community.models.ledger import Closing, Entry, Leg, Lot, Voucher
from ancu.apps.community.models.programme import Donor, Goal, Item, Pledge, Programme, Recipient
from ancu.apps.community.models.proof import Confirmation, Photo

__all__ = [
    "BankAccount",
    "Candidate",
    "Closing",
    "Confirmation",
    "Donor",
    "Entry",
    "Goal",
    "Item",
    "Leg",
    "Line",
    "Lot",
    "Photo",
    "Pledge",
    "Programme",
    "Recipient",
    "Selection",
    "Statement",
    "UnreadLine",
    "Voucher",
]
