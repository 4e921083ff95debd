"""What may be issued: the requested validity, and the last day the law allows."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import ISSUED
from ancu.apps.dossiers.models import NUMBERED_ONCE, ONE_NUMBER, Dossier, Result, ResultCorrection
from ancu.apps.dossiers.selectors.procedures import day_of, issued_by, procedure_of
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404
from ancu.engines.rulebook import Facts, NotInForce, Term, as_of, facts_from, passport_margin, visa_symbols

VISA, CARD = "visa", "card"
NUMBER_TAKEN = _("This number is already in dossier %(number)s. Compare it with the paper.")


@dataclass(frozen=True)
class RequestedResult:
    """The result as it was requested."""

    kind: str
    symbol: str
    entries: str
    valid_from: date
    valid_until: date | None


def requested_result(dossier: Dossier) -> RequestedResult:
    """Return the result that the dossier's form requests: kind, symbol, entries, first and last day.

    An extension begins when the present stay ends, if known; everything else on the requested day, or today.
    """
    facts = _facts(dossier)
    begins = facts.requested_from or (facts.permitted_until if kind_of(dossier) == "" else None) or clock.today()
    return RequestedResult(
        kind=kind_of(dossier),
        symbol=facts.requested_symbol or "",
        entries=facts.entries or "",
        valid_from=max(begins, clock.today()) if kind_of(dossier) else begins,
        valid_until=facts.requested_until,
    )


def kind_of(dossier: Dossier) -> str:
    """Return ``visa`` or ``card`` for a dossier that requests such; "" for an extension or a permit."""
    rule = procedure_of(dossier).fee.rule
    return rule if rule in {VISA, CARD} else ""


def latest_end(dossier: Dossier, symbol: str, valid_from: date) -> date | None:
    """Return the last day a result may be valid, by symbol, extension term and passport expiry.

    None where the rulebook sets no end. Articles 9, 35(2) and 38 of the law.
    """
    facts, ends = _facts(dossier), []
    visa_symbol = visa_symbols(day_of(dossier)).get(symbol)
    kind = kind_of(dossier)
    term = (
        (visa_symbol.visa_max if kind == VISA else visa_symbol.card_max if kind == CARD else None)
        if visa_symbol
        else None
    )
    if term is not None:
        ends.append(term.after(valid_from))
    if facts.permitted_until and (longest := _extension_term(dossier)):
        ends.append(longest.after(facts.permitted_until))
    if facts.passport_expiry:
        ends.append(facts.passport_expiry - passport_margin(day_of(dossier)))
    return min(ends) if ends else None


@dataclass(frozen=True)
class CardLimit:
    """The latest first day of a card and, once its symbol is chosen, its latest end."""

    begins: date
    symbol: str
    latest: date | None


def card_limit(dossier: Dossier) -> CardLimit | None:
    """Return the latest first and last day of the requested residence card; None if the result is no card."""
    if kind_of(dossier) != CARD:
        return None
    begins, symbol = issued_by(dossier), _facts(dossier).requested_symbol or ""
    return CardLimit(begins, symbol, latest_end(dossier, symbol, begins) if symbol else None)


VALUES = ("number", "symbol", "entries", "valid_from", "valid_until")


def values_of(result: Result) -> dict[str, Any]:
    """Return the values of the issued result by name: number, symbol, entries, first and last day."""
    return {name: getattr(result, name) for name in VALUES}


def require_within_law(dossier: Dossier, symbol: str, valid_from: date, valid_until: date) -> None:
    """Raise Conflict for a validity that ends before it begins, or is longer than the law allows."""
    latest = latest_end(dossier, symbol, valid_from)
    if valid_until < valid_from or (latest and valid_until > latest):
        raise Conflict("beyond_limit", _("The validity is longer than the law allows."))


def open_correction(dossier: Dossier) -> ResultCorrection | None:
    """Return the proposed correction of the dossier's result that nobody has decided yet; None without one."""
    return _undecided_corrections(dossier).select_related("proposed_by", "result__dossier").first()


def get_correction(dossier: Dossier) -> ResultCorrection:
    """Return the undecided correction of the dossier's result, else the last decided one; 404 without any."""
    corrections = ResultCorrection.objects.filter(result=dossier.pk).select_related("result__dossier")
    correction = open_correction(dossier) or corrections.order_by("-decided_at").first()
    if correction is None:
        raise Http404
    return correction


def correction_problem(dossier: Dossier) -> tuple[str, LazyText] | None:
    """Return a code and sentence while an undecided correction blocks handover and further corrections; otherwise None.

    A result handed over before the decision may still contain the mistake.
    """
    return CORRECTION_PENDING if dossier.state in ISSUED and _undecided_corrections(dossier).exists() else None


def _undecided_corrections(dossier: Dossier) -> QuerySet[ResultCorrection]:
    """Return the corrections of the dossier's result that were proposed and not decided, as a query."""
    return ResultCorrection.objects.filter(result=dossier.pk, decided_at=None)


CORRECTION_PENDING = (
    "correction_waits",
    _("A correction of the result is waiting for a second officer. Wait for the answer."),
)
LABELS = {
    "number": _("Number of the paper issued"),
    "symbol": _("Symbol"),
    "entries": _("Entries"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
}


def changes_of(correction: ResultCorrection) -> list[tuple[Any, Any, Any]]:
    """Return (label, current value, proposed value) of each value of the result that the correction changes."""
    now = values_of(correction.result)
    pairs = [(LABELS[name], now[name], getattr(correction, name)) for name in VALUES]
    return [(label, before, after) for label, before, after in pairs if before != after]


def corrections_to_decide(actor: Actor) -> QuerySet[ResultCorrection]:
    """Return the undecided corrections of results of the actor's office, oldest first.

    Without those proposed by the actor, or by somebody with whom the actor has a conflict of interest.
    """
    waiting = ResultCorrection.objects.filter(decided_at=None, result__dossier__agency_id=actor.organisation_id or 0)
    return waiting.exclude(proposed_by_id__in=actor.conflicting_user_ids).order_by("proposed_at", "pk")


def _extension_term(dossier: Dossier) -> Term | None:
    """Return the term by which the procedure may extend a stay, by the law of the dossier's day; else None."""
    for code in procedure_of(dossier).checks:
        try:
            check = as_of(f"check.{code}", day_of(dossier)).values
        except NotInForce:
            continue
        if check["test"] == "extension_within_term":
            return Term.parse(check["term"])
    return None


def dossier_with_number(number: str, symbol: str) -> Dossier | None:
    """Return the dossier that already has a visa or card with this number; None without one.

    None also for a result without a symbol, whose numbers need not be unique.
    """
    if not symbol:
        return None
    papers = Result.objects.filter(NUMBERED_ONCE).annotate(bare=ONE_NUMBER)
    duplicate = papers.select_related("dossier").filter(bare="".join(number.split()).upper()).first()
    return duplicate.dossier if duplicate else None


def is_symbol(dossier: Dossier, symbol: str) -> bool:
    """Return whether the visa symbol is in force on the dossier's day and, for a card, allows a residence card."""
    visa_symbol = visa_symbols(day_of(dossier)).get(symbol)
    return visa_symbol is not None and (kind_of(dossier) != CARD or visa_symbol.card_symbol is not None)


def _facts(dossier: Dossier) -> Facts:
    """Return the facts in the dossier's answers by which the rulebook limits the result."""
    return facts_from(procedure_of(dossier), dossier.answers, day_of(dossier))
