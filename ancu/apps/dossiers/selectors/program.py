"""What an organisation's program reads: its dossiers page by page, and their next steps."""

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
from ancu.apps.dossiers.selectors.money import FeeStatus
from ancu.apps.dossiers.selectors.page import required_actions
from ancu.apps.dossiers.selectors.preflight import blocking
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core.actor import Actor
from ancu.engines.rulebook import CheckFinding

PAGE = 50
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class DossierListFilter:
    states: tuple[str, ...] = ()
    procedure: str = ""
    client_reference: str = ""


def dossiers_page(
    actor: Actor, filters: DossierListFilter, *, after: str = "", size: int = PAGE
) -> tuple[list[Dossier], str | None]:
    """Return one page of the actor's dossiers, newest first, and the cursor for the next; None at the end.

    404 when ``after`` is not an own dossier. The cursor is a dossier number, so new dossiers do not shift the pages.
    """
    dossiers = visible_to(actor)
    if after:
        last = dossiers.filter(number=after).values_list("pk", flat=True).first()
        if last is None:
            raise Http404
        dossiers = dossiers.filter(pk__lt=last)
    rows = list(_matching(dossiers, filters).select_related("client_reference").order_by("-pk")[: size + 1])
    return rows[:size], rows[size - 1].number if len(rows) > size else None


def _matching(dossiers: QuerySet[Dossier], filters: DossierListFilter) -> QuerySet[Dossier]:
    """Return the dossiers in the filter's states, of its procedure and with its reference, as far as these are set."""
    if filters.states:
        dossiers = dossiers.filter(state__in=filters.states)
    if filters.procedure:
        dossiers = dossiers.filter(procedure=filters.procedure)
    if filters.client_reference:
        dossiers = dossiers.filter(client_reference__reference=filters.client_reference)
    return dossiers


def reference_of(dossier: Dossier) -> str | None:
    """Return the reference under which a program filed the dossier; None if it was begun on the page."""
    reference = getattr(dossier, "client_reference", None)
    return str(reference.reference) if reference else None


# ---- what comes next -----------------------------------------------------------------------------------

NEXT_STEP_SENTENCES: dict[str, Any] = {
    "complete": _("Correct the errors the check found."),
    "send": _("A representative submits the dossier, on the page or with this program."),
    "supplement": _("The office asks for more documents."),
    "pay": _("Pay the fee."),
    "bring": _("Bring the passport, or send it by post."),
    "collect": _("The result is ready and can be collected."),
    "wait": _("The office is checking the result. We will write to you when you can collect it."),
}
NEXT_STEP_PAGES = {
    "complete": "dossiers:check",
    "send": "dossiers:send",
    "supplement": "dossiers:page",
    "pay": "dossiers:pay",
    "bring": "dossiers:appointment",
    "collect": "dossiers:appointment",
    "wait": "dossiers:page",
}


@dataclass(frozen=True, slots=True)
class NextAction:
    """The next action of a person, and its page."""

    what: str
    words: Any
    path: str


def next_steps(actor: Actor, dossier: Dossier, findings: Sequence[CheckFinding], fee: FeeStatus) -> list[NextAction]:
    """Return what the program must do for the dossier, the most urgent first, and at last pay its fee."""
    what = [
        _step_for_program(action.what, findings) for action in required_actions(actor, dossier, procedure_of(dossier))
    ]
    if fee.state == "due" and rules.may_pay(actor, dossier):
        what.append("pay")
    return [
        NextAction(step, NEXT_STEP_SENTENCES[step], reverse(NEXT_STEP_PAGES[step], args=[dossier.number]))
        for step in what
        if step in NEXT_STEP_SENTENCES
    ]


def _step_for_program(what: str, findings: Sequence[CheckFinding]) -> str:
    """Return the action's name for programs: "write" becomes "complete" while findings block sending, else "send".

    Other names are unchanged.
    """
    if what != "write":
        return what
    return "complete" if blocking(tuple(findings)) else "send"
