"""The register: a number for each accepted dossier, and closed months opened for an audit."""

from datetime import timedelta

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.services import record, required_reason
from ancu.apps.dossiers.models import Dossier, RegisterEntry, RegisterOpening
from ancu.apps.dossiers.rules import register as rules
from ancu.apps.dossiers.selectors.register import register_agency_id
from ancu.apps.dossiers.services.numbering import lock_agencies, next_number
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require


def register_acceptance(dossier: Dossier) -> None:
    """Give a locked dossier the time of its acceptance and the next number of the year in its agency's register.

    It keeps both when it is accepted once more after a request for documents. The caller saves the dossier. The time is
    taken under the lock, so that numbers follow times.
    """
    if dossier.accepted_at is not None:
        return
    agency_id = dossier.agency_id or 0
    lock_agencies([agency_id])
    dossier.accepted_at = clock.now()
    year = clock.local(dossier.accepted_at).year
    number = next_number(RegisterEntry.objects.filter(agency_id=agency_id, year=year))
    RegisterEntry.objects.create(
        dossier=dossier, agency_id=agency_id, year=year, number=number, registered_at=dossier.accepted_at
    )


@transaction.atomic
def register_missing() -> int:
    """Enter accepted dossiers without a number, in the order of their acceptance; return their number. Idempotent.

    A node of the version before accepts dossiers without a number while the others are upgraded.
    """
    offices = Organisation.objects.filter(kind="agency", parent=None).values_list("pk", flat=True)
    lock_agencies(offices)
    with connection.cursor() as cursor:
        cursor.execute("SELECT dossiers_register_missing()")
        return int(cursor.fetchone()[0])


@transaction.atomic
def open_month(actor: Actor, *, period: rules.RegisterPeriod, reason: str) -> RegisterOpening:
    """Open a closed month of the register for the inspectorate to read, for ``AUDIT_DAYS`` days.

    Nothing in the register changes by it. Conflict for a month that is not over, or without a reason.
    """
    require(rules.may_open_months(actor))
    today = clock.today()
    if not rules.may_open_month(actor, period, today):
        raise Conflict("month_not_closed", _("Only a month that is over can be opened for an audit."))
    opening = RegisterOpening.objects.create(
        agency_id=register_agency_id(actor),
        month=period.first,
        reason=required_reason(reason)[:300],
        opened_by_id=actor.user_id or 0,
        opened_at=clock.now(),
        ends_on=today + timedelta(days=rules.AUDIT_DAYS - 1),
    )
    record(actor, "dossiers.opened_register", opening, month=period.key, ends_on=opening.ends_on.isoformat())
    return opening
