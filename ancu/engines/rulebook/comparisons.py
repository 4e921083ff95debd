"""The comparisons of the eligibility checks: each returns None, or the words for its finding's texts.

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
    """Decorator: register a comparison under its function's name, by which the rulebook's checks call it."""
    COMPARISONS[function.__name__] = function
    return function


def _requested_symbol(facts: Facts) -> VisaSymbol | None:
    """Return the visa symbol requested; None if it is not in force."""
    return visa_symbols(facts.on).get(facts.requested_symbol or "")


@comparison
def ends_before_passport(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the requested visa or card ends early enough before the passport, else the dates."""
    latest = facts.passport_expiry - passport_margin(facts.on)
    if facts.requested_until <= latest:
        return None
    return {"latest": latest, "expiry": facts.passport_expiry, "until": facts.requested_until}


@comparison
def not_after(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the check's first fact is not later than its second one, else both dates."""
    first, second = (getattr(facts, name) for name in check["compares"][:2])
    return {"first": first, "second": second} if first > second else None


@comparison
def before(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the check's first fact is earlier than its second one, else both dates."""
    first, second = (getattr(facts, name) for name in check["compares"][:2])
    return {"first": first, "second": second} if first >= second else None


@comparison
def at_least_after_today(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the check's fact is a day at least its term after today, else that day and the earliest."""
    value, earliest = getattr(facts, check["compares"][0]), Term.parse(check["term"]).after(facts.on)
    return {"value": value, "earliest": earliest} if value < earliest else None


@comparison
def lasts_from_issue(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the requested validity lasts at least the check's term, else the earliest end.

    The term runs from the first day of validity.
    """
    earliest = Term.parse(check["term"]).after(begins_by(facts, procedure))
    return {"earliest": earliest} if facts.requested_until < earliest else None


@comparison
def stay_lasts_until_answer(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the permitted stay runs until a dossier complete today is answered, else both dates.

    A stay that is over already also gives None: another check reports it.
    """
    due = answered_by(procedure, facts.on)
    return {"until": facts.permitted_until, "due": due} if facts.on <= facts.permitted_until < due else None


@comparison
def extension_within_term(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the extension ends within the check's term, else the latest and the requested end.

    The term runs from the end of the present stay.
    """
    latest = Term.parse(check["term"]).after(facts.permitted_until)
    return {"latest": latest, "until": facts.requested_until} if facts.requested_until > latest else None


@comparison
def visa_within_maximum(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the visa is no longer than its symbol allows or the symbol is unknown, else the latest end."""
    symbol = _requested_symbol(facts)
    if symbol is None:
        return None
    latest = symbol.visa_max.after(begins_by(facts, procedure))
    return {"latest": latest, "symbol": symbol.symbol} if facts.requested_until > latest else None


@comparison
def card_within_maximum(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the card is no longer than its symbol allows or no maximum is known, else the latest end.

    It runs from the day by which the card is issued.
    """
    symbol = _requested_symbol(facts)
    if symbol is None or symbol.card_max is None:
        return None
    begins = begins_by(facts, procedure)
    latest = symbol.card_max.after(begins)
    words = {"latest": latest, "symbol": symbol.symbol, "begins": begins}
    return words if facts.requested_until > latest else None


@comparison
def card_maximum_known(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the rulebook states the longest validity of the symbol's card, else the symbol.

    None too if the symbol gives no card.
    """
    symbol = _requested_symbol(facts)
    unknown = symbol is not None and symbol.card_symbol is not None and symbol.card_max is None
    return {"symbol": facts.requested_symbol} if unknown else None


@comparison
def symbol_has_card(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the requested symbol can lead to a residence card, else the symbol."""
    symbol = _requested_symbol(facts)
    return {"symbol": facts.requested_symbol} if symbol is None or symbol.card_symbol is None else None


@comparison
def symbol_fits_purpose(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the requested symbol is one of those for the purpose, else it and the fitting ones."""
    return _purpose_mismatch(facts, facts.purpose)


@comparison
def symbol_fits_entry(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the requested symbol fits the purpose of entry, else it and the fitting ones.

    None too if the applicant gives a ground for changing the purpose.
    """
    return None if (facts.change_ground or "none") != "none" else _purpose_mismatch(facts, facts.entry_purpose)


def _purpose_mismatch(facts: Any, purpose: str) -> Words:
    """Return None if the requested symbol fits the purpose, else it and the fitting ones, for a finding."""
    in_force = visa_symbols(facts.on)
    fitting = as_of("visa.purposes", facts.on).values["symbols"].get(purpose, [])
    offered = [symbol for symbol in fitting if symbol in in_force]
    if facts.requested_symbol in offered:
        return None
    return {"symbol": facts.requested_symbol, "fitting": ", ".join(offered)}


@comparison
def symbol_not_listed(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None unless the check lists the requested symbol as granted by another authority; then the symbol."""
    return {"symbol": facts.requested_symbol} if facts.requested_symbol in check["symbols"] else None


@comparison
def same_symbol(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the card has the symbol of the present visa or card, else both symbols."""
    if facts.present_symbol == facts.requested_symbol:
        return None
    return {"present": facts.present_symbol, "symbol": facts.requested_symbol}


@comparison
def purpose_may_change(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the symbol may change from the present to the requested one, else both symbols.

    It may within a group of purposes, or with a ground that covers the requested symbol.
    """
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
    """Return None if this kind of sponsor may file the procedure, else the codes of the procedure's forms."""
    forms = ", ".join(form.code for form in procedure.forms)
    return None if facts.sponsor_kind in procedure.filers else {"forms": forms}


@comparison
def relationship_allowed(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if a sponsor of this kind may sponsor this relative, else an empty mapping.

    Some kinds of sponsors may sponsor children only below an age.
    """
    allowed = check["relationships"].get(facts.sponsor_kind)
    if allowed is None:
        return None
    limit, age = check.get("child_under", {}).get(facts.sponsor_kind), facts.age()
    grown = facts.relationship == "child" and limit is not None and age is not None and age >= limit
    return {} if facts.relationship not in allowed or grown else None


@comparison
def consent_given(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return an empty mapping if a foreign sponsor lacks the consent of his organisation, else None."""
    return {} if facts.sponsor_kind == "resident_foreigner" and not facts.organisation_consents else None


@comparison
def legal_file_approved(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return an empty mapping if the sponsoring organisation's legal file is not approved, else None."""
    return {} if facts.sponsor_kind == "organisation" and facts.legal_file != "approved" else None


@comparison
def permit_held(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the requested symbol is not for work or a work permit or exemption exists, else the symbol."""
    return (
        {"symbol": facts.requested_symbol}
        if facts.requested_symbol in check["symbols"] and not facts.work_permit
        else None
    )


@comparison
def permit_covers(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the work permit covers the requested validity, else the permit's end.

    None too for symbols that are not for work.
    """
    if facts.requested_symbol not in check["symbols"] or facts.requested_until <= facts.work_permit_until:
        return None
    return {"permit": facts.work_permit_until}


@comparison
def entry_kind_is(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the person entered in one of the ways the check lists, else an empty mapping."""
    return None if facts.entry_kind in check["entry_kinds"] else {}


@comparison
def entry_kind_is_not(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return an empty mapping if the person entered in one of the ways the check lists, else None."""
    return {} if facts.entry_kind in check["entry_kinds"] else None


@comparison
def same_unit(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the address in the form lies in the commune where the stay is on record.

    Otherwise an empty mapping.
    """
    return None if facts.declared_unit == facts.recorded_unit else {}


@comparison
def on_record(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Return None if the person's stay has been declared, else an empty mapping."""
    return None if facts.stay_on_record else {}


@comparison
def not_compared(facts: Any, check: Mapping[str, Any], procedure: Procedure) -> Words:
    """Always return an empty mapping, which means a finding; such checks are reported by other code.

    They report, for example, a missing component or signature. Procedures do not list them; only their texts are
    used.
    """
    return {}
