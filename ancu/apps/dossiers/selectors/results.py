"""What may be issued: the validity asked for, and the last day the law allows."""

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
NUMBER_TAKEN = _("This number stands in dossier %(number)s already. Compare it with the paper.")


@dataclass(frozen=True)
class Asked:
    """The result as it was asked for."""

    kind: str
    symbol: str
    entries: str
    valid_from: date
    valid_until: date | None


def asked_for(dossier: Dossier) -> Asked:
    """What the form asks for; a card or an extension begins today or when the present stay ends."""
    facts = _facts(dossier)
    begins = facts.requested_from or (facts.permitted_until if kind_of(dossier) == "" else None) or clock.today()
    return Asked(
        kind=kind_of(dossier),
        symbol=facts.requested_symbol or "",
        entries=facts.entries or "",
        valid_from=max(begins, clock.today()) if kind_of(dossier) else begins,
        valid_until=facts.requested_until,
    )


def kind_of(dossier: Dossier) -> str:
    """``visa`` or ``card`` by how the fee of the procedure is found; an extension or a permit is neither."""
    rule = procedure_of(dossier).fee.rule
    return rule if rule in {VISA, CARD} else ""


def latest_end(dossier: Dossier, symbol: str, valid_from: date) -> date | None:
    """The last day a result may be valid: by its symbol, by the extension's term, and before the passport ends.

    None where the law sets no end that the program knows. Articles 9, 35(2) and 38 of the law.
    """
    facts, ends = _facts(dossier), []
    known = visa_symbols(day_of(dossier)).get(symbol)
    kind = kind_of(dossier)
    term = (known.visa_max if kind == VISA else known.card_max if kind == CARD else None) if known else None
    if term is not None:
        ends.append(term.after(valid_from))
    if facts.permitted_until and (longest := _extension_term(dossier)):
        ends.append(longest.after(facts.permitted_until))
    if facts.passport_expiry:
        ends.append(facts.passport_expiry - passport_margin(day_of(dossier)))
    return min(ends) if ends else None


@dataclass(frozen=True)
class CardLimit:
    """From which day a card counts at the latest; and how long it may be, once its symbol is chosen."""

    begins: date
    symbol: str
    latest: date | None


def card_limit(dossier: Dossier) -> CardLimit | None:
    """What the applicant chooses the end of a card by; None where no card is asked for."""
    if kind_of(dossier) != CARD:
        return None
    begins, symbol = issued_by(dossier), _facts(dossier).requested_symbol or ""
    return CardLimit(begins, symbol, latest_end(dossier, symbol, begins) if symbol else None)


VALUES = ("number", "symbol", "entries", "valid_from", "valid_until")


def values_of(result: Result) -> dict[str, Any]:
    """What was issued, by name."""
    return {name: getattr(result, name) for name in VALUES}


def require_within_law(dossier: Dossier, symbol: str, valid_from: date, valid_until: date) -> None:
    """Raise Conflict for a validity that ends before it begins, or is longer than the law allows."""
    latest = latest_end(dossier, symbol, valid_from)
    if valid_until < valid_from or (latest and valid_until > latest):
        raise Conflict("beyond_limit", _("The validity is longer than the law allows."))


def open_correction(dossier: Dossier) -> ResultCorrection | None:
    """The correction of the dossier's result that waits for a second officer."""
    return _undecided_corrections(dossier).select_related("proposed_by", "result__dossier").first()


def get_correction(dossier: Dossier) -> ResultCorrection:
    """The correction that waits, else the one that was decided last; 404 where none was proposed."""
    corrections = ResultCorrection.objects.filter(result=dossier.pk).select_related("result__dossier")
    correction = open_correction(dossier) or corrections.order_by("-decided_at").first()
    if correction is None:
        raise Http404
    return correction


def correction_lacking(dossier: Dossier) -> tuple[str, LazyText] | None:
    """A code and words when an undecided correction bars handing over and another correction; None without one.

    A result handed over before the decision may still bear the mistake.
    """
    return CORRECTION_WAITS if dossier.state in ISSUED and _undecided_corrections(dossier).exists() else None


def _undecided_corrections(dossier: Dossier) -> QuerySet[ResultCorrection]:
    return ResultCorrection.objects.filter(result=dossier.pk, decided_at=None)


CORRECTION_WAITS = (
    "correction_waits",
    _("A correction of the result waits for a second officer. Wait for the answer."),
)
LABELS = {
    "number": _("Number of the paper issued"),
    "symbol": _("Symbol"),
    "entries": _("Entries"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
}


def changes_of(correction: ResultCorrection) -> list[tuple[Any, Any, Any]]:
    """(what, as it stands, as it should read) of each thing that the correction changes."""
    now = values_of(correction.result)
    pairs = [(LABELS[name], now[name], getattr(correction, name)) for name in VALUES]
    return [(label, before, after) for label, before, after in pairs if before != after]


def corrections_to_decide(actor: Actor) -> QuerySet[ResultCorrection]:
    """Those of the actor's office that another officer proposed."""
    waiting = ResultCorrection.objects.filter(decided_at=None, result__dossier__agency_id=actor.organisation_id or 0)
    return waiting.exclude(proposed_by_id__in=actor.conflicting_user_ids).order_by("proposed_at", "pk")


def _extension_term(dossier: Dossier) -> Term | None:
    """How long an extension may be, where one of the procedure's checks says so."""
    for code in procedure_of(dossier).checks:
        try:
            check = as_of(f"check.{code}", day_of(dossier)).values
        except NotInForce:
            continue
        if check["test"] == "extension_within_term":
            return Term.parse(check["term"])
    return None


def bearer_of(number: str, symbol: str) -> Dossier | None:
    """The dossier in which a visa or a card of this number stands already."""
    if not symbol:
        return None
    papers = Result.objects.filter(NUMBERED_ONCE).annotate(bare=ONE_NUMBER)
    found = papers.select_related("dossier").filter(bare="".join(number.split()).upper()).first()
    return found.dossier if found else None


def is_symbol(dossier: Dossier, symbol: str) -> bool:
    """A symbol in force on the day of the dossier, and for a card one that leads to a card."""
    known = visa_symbols(day_of(dossier)).get(symbol)
    return known is not None and (kind_of(dossier) != CARD or known.card_symbol is not None)


def _facts(dossier: Dossier) -> Facts:
    return facts_from(procedure_of(dossier), dossier.answers, day_of(dossier))
