"""The law as dated data: deadlines, lodging kinds, visa symbols, permitted stays, fees and fines.

What an office may have to correct lives in `data/*.toml`, each version with its period, article in both
languages, source and confidence mark; the code only looks up and computes. Every question carries a day,
and the answer is the law of that day. Pure Python: no database, no clock, no network.
"""

from ancu.engines.rulebook.declaration import (
    VIET_NAM,
    DeclarationLimit,
    Lateness,
    LatenessJudge,
    declaration_limit,
    judge_lateness,
)
from ancu.engines.rulebook.loader import (
    NotInForce,
    Rule,
    RulebookError,
    Version,
    as_of,
    in_force,
    rules,
)
from ancu.engines.rulebook.lodging import LodgingKind, lodging_kinds, room_required
from ancu.engines.rulebook.money import (
    Fee,
    Fine,
    card_fee,
    fees,
    fine,
    overstay_fine,
    undeclared_fine,
    visa_fee,
)
from ancu.engines.rulebook.permits import (
    EntryStay,
    VisaSymbol,
    entry_stays,
    latest_card_end,
    latest_visa_end,
    passport_margin,
    visa_symbols,
)
from ancu.engines.rulebook.terms import Term

__all__ = [
    "VIET_NAM",
    "DeclarationLimit",
    "EntryStay",
    "Fee",
    "Fine",
    "Lateness",
    "LatenessJudge",
    "LodgingKind",
    "NotInForce",
    "Rule",
    "RulebookError",
    "Term",
    "Version",
    "VisaSymbol",
    "as_of",
    "card_fee",
    "declaration_limit",
    "entry_stays",
    "fees",
    "fine",
    "in_force",
    "judge_lateness",
    "latest_card_end",
    "latest_visa_end",
    "lodging_kinds",
    "overstay_fine",
    "passport_margin",
    "room_required",
    "rules",
    "undeclared_fine",
    "visa_fee",
    "visa_symbols",
]
