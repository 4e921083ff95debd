"""Tables: programmes and people, the ledger, who was chosen, what proves it, what the bank says."""

from ancu.apps.community.models.bank import BankAccount, ProgrammeStatement, StatementLine, UnreadStatementLine
from ancu.apps.community.models.choosing import Candidate, Selection
from ancu.apps.community.models.ledger import BooksClosing, LedgerEntry, LedgerLeg, StockLot, Voucher
from ancu.apps.community.models.programme import Donor, Pledge, Programme, ProgrammeGoal, ProgrammeItem, Recipient
from ancu.apps.community.models.proof import HandoverConfirmation, ProgrammePhoto

__all__ = [
    "BankAccount",
    "BooksClosing",
    "Candidate",
    "Donor",
    "HandoverConfirmation",
    "LedgerEntry",
    "LedgerLeg",
    "Pledge",
    "Programme",
    "ProgrammeGoal",
    "ProgrammeItem",
    "ProgrammePhoto",
    "ProgrammeStatement",
    "Recipient",
    "Selection",
    "StatementLine",
    "StockLot",
    "UnreadStatementLine",
    "Voucher",
]
