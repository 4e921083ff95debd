"""What a check that passed compared, in one line with its values; the most telling checks come first."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import Filer
from ancu.apps.stays.models import Stay
from ancu.core.templatetags.ui import counted, day
from ancu.core.web.language import localized
from ancu.engines.rulebook import Facts, RuleVersion, visa_symbols

PREFIX = "check."
# In the order in which an officer reads them. The values in brackets are those of ``_values``.
PATTERNS: Mapping[str, Words] = {
    "visa_length": _("Visa to %(until)s, not too long"),
    "card_matches_visa": _("%(symbol)s on the visa and requested"),
    "legal_file": _("Legal file approved"),
    "passport_covers_stay": _("Passport valid to %(expiry)s"),
    "certificate_passport_year": _("Passport valid to %(expiry)s"),
    "certificate_covers_stay": _("Certificate valid to %(certificate)s"),
    "extension_in_order": _("From %(permitted)s to %(until)s"),
    "visit_within_stay": _("Back by %(until)s, stay to %(permitted)s"),
    "sponsorship_covers_card": _("Sponsored to %(sponsored)s"),
    "address_on_record": _("Lives where declared: %(unit)s"),
    "stay_declared": _("Stay declared since %(arrived)s"),
    "entered_already": _("Entered on %(entered)s"),
    "symbol_has_card": _("%(symbol)s leads to a card"),
    "symbol_purpose": _("%(symbol)s fits the purpose"),
    "mofa_symbol": _("%(symbol)s is not of the Foreign Ministry"),
    "sponsor_kind": _("Filed by %(filer)s"),
    "work_permit_covers": _("Work permit to %(permit)s"),
    "card_dates_in_order": _("Card ends on %(until)s, in the future"),
    "listed_dates_in_order": _("Listed from %(listed)s to %(until)s"),
    "dates_in_order": _("From %(from)s to %(until)s"),
    "visit_in_order": _("From %(from)s to %(until)s"),
    "start_not_past": _("Starts on %(from)s"),
}


def passed_lines(passed: Sequence[RuleVersion], facts: Facts, stay: Stay | None) -> list[tuple[str, RuleVersion]]:
    """Return the checks with what they say, the most telling first. ``stay`` is the person's open stay."""
    order = {code: place for place, code in enumerate([*COUNTED_FIRST, *PATTERNS])}
    values = _values(facts, stay)
    ranked = sorted(passed, key=lambda rule: order.get(_code(rule), len(order)))
    return [(_sentence(rule, facts, values), rule) for rule in ranked]


def _code(rule: RuleVersion) -> str:
    """Return the short code of a check, as procedures list it."""
    return rule.rule.removeprefix(PREFIX)


def _sentence(rule: RuleVersion, facts: Facts, values: Mapping[str, str]) -> str:
    """Return what the check compared; its title if a value is not known."""
    code = _code(rule)
    if code in COMPUTED:
        return COMPUTED[code](facts) or localized(rule, "title")
    try:
        return str(PATTERNS[code]) % values
    except KeyError:
        return localized(rule, "title")


def _values(facts: Facts, stay: Stay | None) -> dict[str, str]:
    """Return the known facts in words, by the names that the patterns use."""
    days = {
        "until": facts.requested_until, "from": facts.requested_from, "listed": facts.listed_from,
        "expiry": facts.passport_expiry, "permitted": facts.permitted_until, "entered": facts.entered_on,
        "sponsored": facts.sponsored_until, "permit": facts.work_permit_until, "certificate": facts.certificate_until,
        "arrived": stay and stay.arrived_on,
    }  # fmt: skip
    words = {
        "symbol": facts.requested_symbol,
        "unit": stay and stay.unit.full_name,
        "filer": facts.sponsor_kind in Filer.values and Filer(facts.sponsor_kind).label,
    }
    return {name: day(value) for name, value in days.items() if value} | {
        name: str(value) for name, value in words.items() if value
    }


# ---- what is counted -----------------------------------------------------------------------------------


def _card_length(facts: Any) -> str:
    """Return until when the card is requested, and how many years its symbol allows."""
    longest = _card_max(facts)
    if longest is None or longest.unit != "year":
        return ""
    return counted(
        "Card to %(until)s, within %(n)s year", "Card to %(until)s, within %(n)s years", longest.number,
        until=day(facts.requested_until),
    )  # fmt: skip


def _card_length_unknown(facts: Any) -> str:
    """Return how long a card with the symbol may be."""
    longest = _card_max(facts)
    if longest is None or longest.unit != "year":
        return ""
    return counted(
        "%(symbol)s card: at most %(n)s year", "%(symbol)s card: at most %(n)s years", longest.number,
        symbol=facts.requested_symbol,
    )  # fmt: skip


def _card_max(facts: Any) -> Any:
    """Return the longest validity of the requested card; None if the law in force states none."""
    symbol = visa_symbols(facts.on).get(facts.requested_symbol or "")
    return symbol.card_max if symbol else None


def _passport_margin(facts: Any) -> str:
    """Return how long before the passport the visa or card ends."""
    days = (facts.passport_expiry - facts.requested_until).days
    return counted("Ends %(n)s day before passport", "Ends %(n)s days before passport", days)


def _stay_still_valid(facts: Any) -> str:
    """Return how long before the end of the permitted stay the dossier was sent."""
    days = (facts.permitted_until - facts.on).days
    return counted("Sent %(n)s day before stay ends", "Sent %(n)s days before stay ends", days)


COUNTED_FIRST = ("card_length", "passport_margin", "stay_still_valid")
COMPUTED: Mapping[str, Callable[[Any], str]] = {
    "card_length": _card_length,
    "passport_margin": _passport_margin,
    "stay_still_valid": _stay_still_valid,
    "card_length_unknown": _card_length_unknown,
}
