"""What an organisation's program reads: its dossiers page by page, and what each waits for from a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.money import Fee
from ancu.apps.dossiers.selectors.page import asked
from ancu.apps.dossiers.selectors.preflight import blocking
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core.actor import Actor
from ancu.engines.rulebook import Finding

PAGE = 50
MOST = 200


@dataclass(frozen=True, slots=True)
class Filters:
    states: tuple[str, ...] = ()
    procedure: str = ""
    client_reference: str = ""


def dossiers_page(
    actor: Actor, filters: Filters, *, after: str = "", size: int = PAGE
) -> tuple[list[Dossier], str | None]:
    """One page, newest first, and the number that goes into ``after`` for the next; 404 for a number not one's own.

    The cursor is a dossier, not a count: what is filed meanwhile moves nothing to another page.
    """
    found = visible_to(actor)
    if after:
        last = found.filter(number=after).values_list("pk", flat=True).first()
        if last is None:
            raise Http404
        found = found.filter(pk__lt=last)
    rows = list(_matching(found, filters).select_related("client_reference").order_by("-pk")[: size + 1])
    return rows[:size], rows[size - 1].number if len(rows) > size else None


def _matching(found: QuerySet[Dossier], filters: Filters) -> QuerySet[Dossier]:
    if filters.states:
        found = found.filter(state__in=filters.states)
    if filters.procedure:
        found = found.filter(procedure=filters.procedure)
    if filters.client_reference:
        found = found.filter(client_reference__reference=filters.client_reference)
    return found


def reference_of(dossier: Dossier) -> str | None:
    """The name its program gave it; None for one that was begun on the page."""
    named = getattr(dossier, "client_reference", None)
    return str(named.reference) if named else None


# ---- what comes next -----------------------------------------------------------------------------------

NEXT: dict[str, Any] = {
    "complete": _("Correct what the check found."),
    "send": _("A representative sends the dossier, by the page or by this program."),
    "supplement": _("The office asks for more documents."),
    "pay": _("The fee is to be paid."),
    "bring": _("Bring the passport, or send it by post."),
    "collect": _("The result is ready and can be collected."),
    "wait": _("The office is checking the result. It writes once the result can be collected."),
}
PAGES = {
    "complete": "dossiers:check",
    "send": "dossiers:send",
    "supplement": "dossiers:page",
    "pay": "dossiers:pay",
    "bring": "dossiers:appointment",
    "collect": "dossiers:appointment",
    "wait": "dossiers:page",
}


@dataclass(frozen=True, slots=True)
class Next:
    """What a person does next, and where."""

    what: str
    words: Any
    path: str


def next_steps(actor: Actor, dossier: Dossier, found: Sequence[Finding], fee: Fee) -> list[Next]:
    """As the dossier's page asks it, the most pressing first."""
    what = [_as_program(one.what, found) for one in asked(actor, dossier, procedure_of(dossier))]
    if fee.state == "due" and rules.may_pay(actor, dossier):
        what.append("pay")
    return [Next(one, NEXT[one], reverse(PAGES[one], args=[dossier.number])) for one in what if one in NEXT]


def _as_program(what: str, found: Sequence[Finding]) -> str:
    """A draft is written to the end, then sent."""
    if what != "write":
        return what
    return "complete" if blocking(tuple(found)) else "send"
