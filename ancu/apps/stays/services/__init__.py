"""Writes on declarations: declaring, and the acts that follow it."""

from ancu.apps.stays.services.acts import change_room, check_out, extend, withdraw, withdraw_submission
from ancu.apps.stays.services.correcting import (
    InvalidCorrection,
    correct,
    correct_to,
    may_be_another_guest,
    oddities_of,
)
from ancu.apps.stays.services.declaring import Declaration, declare, declare_once, preview_rows
from ancu.apps.stays.services.matching import differences_from, preview_declaration
from ancu.apps.stays.services.outcome import DeclarationOutcome, RowOutcome
from ancu.apps.stays.services.undoing import undo, undo_last

__all__ = [
    "Declaration",
    "DeclarationOutcome",
    "InvalidCorrection",
    "RowOutcome",
    "change_room",
    "check_out",
    "correct",
    "correct_to",
    "declare",
    "declare_once",
    "differences_from",
    "extend",
    "may_be_another_guest",
    "oddities_of",
    "preview_declaration",
    "preview_rows",
    "undo",
    "undo_last",
    "withdraw",
    "withdraw_submission",
]
