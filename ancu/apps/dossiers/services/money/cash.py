"""The cash book: closing it by a cash count."""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import CashClosing, Payment
from ancu.apps.dossiers.selectors.money import cash_book
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


@transaction.atomic
def close_cash(actor: Actor, *, book: int, counted: int, note_text: str = "") -> CashClosing:
    """Close the agency's cash book: ``book`` is the sum the officer saw, ``counted`` the dong in the drawer.

    Conflict when money came in since, there is none, or the two differ without an explanation.
    """
    require(rules.may_take_money(actor))
    Organisation.objects.select_for_update().get(pk=actor.organisation_id or 0)  # one closing at a time
    open_payments = list(cash_book(actor).select_for_update(of=("self",)).order_by("pk"))
    last = CashClosing.objects.filter(agency_id=actor.organisation_id).order_by("-number").first()
    if sum(payment.vnd for payment in open_payments) != book:
        raise _stale_book(actor, open_payments, last)
    if not open_payments:
        raise Conflict("cash_empty", _("Nothing has been received since the last closing."))
    if counted != book and not note_text.strip():
        raise Conflict("cash_differs", _("The amount in the drawer differs from the book. Write why."))
    closing = CashClosing.objects.create(
        agency_id=actor.organisation_id or 0,
        number=(last.number if last else 0) + 1,
        book=book,
        counted=counted,
        payments=len(open_payments),
        note=note_text.strip(),
        closed_by_id=actor.user_id or 0,
        closed_at=clock.now(),
    )
    Payment.objects.filter(pk__in=[payment.pk for payment in open_payments]).update(closing=closing)
    record(actor, "dossiers.cash_closed", closing, book=book, counted=counted)
    return closing


def _stale_book(actor: Actor, payments: list[Payment], last: CashClosing | None) -> Conflict:
    """Return the Conflict ``cash_moved``, which names the latest change: a payment or another closing."""
    newest = max(payments, key=lambda payment: payment.paid_at, default=None)
    if last is not None and (newest is None or newest.paid_at < last.closed_at):
        return overtaken_conflict(
            actor, "cash_moved", last, _("The book was closed while you were counting. Count again.")
        )
    if newest is None:
        return Conflict("cash_moved", _("More money was received while you were counting. Count again."))
    sentence, dossier = _("More money was received while you were counting. Count again."), newest.charge.dossier
    return overtaken_conflict(actor, "cash_moved", dossier, sentence, only=Q(act="dossiers.paid"))
