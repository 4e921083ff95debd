"""The comparisons behind the eligibility checks: each answers None, or the words that its texts need.

A check only calls its comparison when the facts it `compares` are known, so the others may still be None.
"""

from collections.abc import Callable, Mapping
from typing import Any

from ancu.engines.rulebook.facts import Facts, begins_by
from ancu.engines.rulebook.loader import as_of
from ancu.engines.rulebook.permits import VisaSymbol, passport_margin, visa_symbols
from ancu.engines.rulebook.procedures import Procedure, answered_by
from ancu.engines.rulebook.terms import Term

Words = Mapping[str, Any] | None
Comparison = Callable[[Any, Mapping[str, Any], Procedure], Words]
COMPARISONS: dict[str, Comparison] = {}


def comparison(function: Comparison) -> Comparison:
    """Makes a function known by its name, for `test` in the data."""
    COMPARISONS[function.__name__] = function
    return function


def _symbol(facts: Facts) -> VisaSymbol | None:
    return visa_symbols(facts.on).get(facts.requested_symbol or "")


@comparison
def ends_before_passport(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Visas and cards end a margin before the passport."""
    latest = facts.passport_expiry - passport_margin(facts.on)
    if facts.requested_until <= latest:
        return None
    return {"latest": latest, "expiry": facts.passport_expiry, "until": facts.requested_until}


@comparison
def not_after(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The first fact compared must not lie after the second."""
    first, second = (getattr(facts, name) for name in check["compares"][:2])
    return {"first": first, "second": second} if first > second else None


@comparison
def before(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The first fact compared must lie before the second."""
    first, second = (getattr(facts, name) for name in check["compares"][:2])
    return {"first": first, "second": second} if first >= second else None


@comparison
def at_least_after_today(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The fact compared must lie at least a term after today."""
    value, earliest = getattr(facts, check["compares"][0]), Term.parse(check["term"]).after(facts.on)
    return {"value": value, "earliest": earliest} if value < earliest else None


@comparison
def lasts_from_issue(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """What is asked for lasts at least a term from its first day."""
    earliest = Term.parse(check["term"]).after(begins_by(facts, procedure))
    return {"earliest": earliest} if facts.requested_until < earliest else None


@comparison
def stay_lasts_until_answer(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The stay still runs on the day by which a complete dossier is answered; one that is over is another check's."""
    due = answered_by(procedure, facts.on)
    return {"until": facts.permitted_until, "due": due} if facts.on <= facts.permitted_until < due else None


@comparison
def extension_within_term(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """An extension runs from the end of the present stay, for a term at most."""
    latest = Term.parse(check["term"]).after(facts.permitted_until)
    return {"latest": latest, "until": facts.requested_until} if facts.requested_until > latest else None


@comparison
def visa_within_maximum(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """No visa is longer than its symbol allows."""
    symbol = _symbol(facts)
    if symbol is None:
        return None
    latest = symbol.visa_max.after(begins_by(facts, procedure))
    return {"latest": latest, "symbol": symbol.symbol} if facts.requested_until > latest else None


@comparison
def card_within_maximum(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """No card is longer than its symbol allows, counted from the day by which it is issued."""
    symbol = _symbol(facts)
    if symbol is None or symbol.card_max is None:
        return None
    begins = begins_by(facts, procedure)
    latest = symbol.card_max.after(begins)
    words = {"latest": latest, "symbol": symbol.symbol, "begins": begins}
    return words if facts.requested_until > latest else None


@comparison
def card_maximum_known(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """For a symbol with a card whose longest validity nobody has told us."""
    symbol = _symbol(facts)
    unknown = symbol is not None and symbol.card_symbol is not None and symbol.card_max is None
    return {"symbol": facts.requested_symbol} if unknown else None


@comparison
def symbol_has_card(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Only the symbols of the law's list lead to a card."""
    symbol = _symbol(facts)
    return {"symbol": facts.requested_symbol} if symbol is None or symbol.card_symbol is None else None


@comparison
def symbol_fits_purpose(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The symbol asked for is one of those of the purpose."""
    return _unfit(facts, facts.purpose)


@comparison
def symbol_fits_entry(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """So it is one of the purpose of entry, unless a ground for changing the purpose is named."""
    return None if (facts.change_ground or "none") != "none" else _unfit(facts, facts.entry_purpose)


def _unfit(facts: Any, purpose: str) -> Words:
    in_force = visa_symbols(facts.on)
    fitting = as_of("visa.purposes", facts.on).values["symbols"].get(purpose, [])
    offered = [symbol for symbol in fitting if symbol in in_force]
    if facts.requested_symbol in offered:
        return None
    return {"symbol": facts.requested_symbol, "fitting": ", ".join(offered)}


@comparison
def symbol_not_listed(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Symbols that another authority grants."""
    return {"symbol": facts.requested_symbol} if facts.requested_symbol in check["symbols"] else None


@comparison
def same_symbol(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The card has the symbol of the visa or card held."""
    if facts.present_symbol == facts.requested_symbol:
        return None
    return {"present": facts.present_symbol, "symbol": facts.requested_symbol}


@comparison
def purpose_may_change(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Another symbol is another purpose, unless both are of one group; it needs a ground that covers it."""
    present, requested = facts.present_symbol, facts.requested_symbol
    if present == requested or any(present in group and requested in group for group in check["groups"]):
        return None
    ground = check.get("grounds", {}).get(facts.change_ground or "none", {})
    entered = not ground.get("entry_kinds") or facts.entry_kind in ground["entry_kinds"]
    if requested in ground.get("symbols", []) and entered:
        return None
    return {"present": present, "symbol": requested}


@comparison
def filer_allowed(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The kind of sponsor is one that may file this procedure."""
    forms = ", ".join(form.code for form in procedure.forms)
    return None if facts.sponsor_kind in procedure.filers else {"forms": forms}


@comparison
def relationship_allowed(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The sponsor may sponsor this relative; a child perhaps only below an age."""
    allowed = check["relationships"].get(facts.sponsor_kind)
    if allowed is None:
        return None
    limit, age = check.get("child_under", {}).get(facts.sponsor_kind), facts.age()
    grown = facts.relationship == "child" and limit is not None and age is not None and age >= limit
    return {} if facts.relationship not in allowed or grown else None


@comparison
def consent_given(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """A foreign sponsor's own organisation consents."""
    return {} if facts.sponsor_kind == "resident_foreigner" and not facts.organisation_consents else None


@comparison
def legal_file_approved(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """An organisation's legal file is on record and approved."""
    return {} if facts.sponsor_kind == "organisation" and facts.legal_file != "approved" else None


@comparison
def permit_held(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """A worker's symbol needs its permit or exemption."""
    return (
        {"symbol": facts.requested_symbol}
        if facts.requested_symbol in check["symbols"] and not facts.work_permit
        else None
    )


@comparison
def permit_covers(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The work permit is not shorter than what is asked for."""
    if facts.requested_symbol not in check["symbols"] or facts.requested_until <= facts.work_permit_until:
        return None
    return {"permit": facts.work_permit_until}


@comparison
def entry_kind_is(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The person entered in one of these ways."""
    return None if facts.entry_kind in check["entry_kinds"] else {}


@comparison
def entry_kind_is_not(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The person did not enter in one of these ways."""
    return {} if facts.entry_kind in check["entry_kinds"] else None


@comparison
def same_unit(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The address stated lies in the commune where the stay is on record."""
    return None if facts.declared_unit == facts.recorded_unit else {}


@comparison
def on_record(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """The stay has been declared."""
    return None if facts.stay_on_record else {}


@comparison
def not_compared(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Nothing to compare: the form or the list of components reports it."""
    return {}
