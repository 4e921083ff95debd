"""Retention of copy requests and breaches."""

from datetime import timedelta

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.protection.models import Breach, BreachEntry, CopyRequest
from ancu.apps.protection.models.breaches import WORDS as BREACH_WORDS
from ancu.apps.protection.services.preparing import delete_copies
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import REDACTED, Keep


@transaction.atomic
def redact(actor: Actor) -> int:
    """Delete expired copies, and empty old requests and breaches; return the number of emptied requests."""
    delete_copies(actor)
    over = clock.now() - timedelta(days=Keep.DATA_REQUEST.value)
    _empty_breaches()
    old = CopyRequest.objects.filter(ended_at__lt=over).exclude(full_name=REDACTED)
    emptied = old.update(full_name=REDACTED, birth_date="", nationality="", document_number="", reason="")
    if emptied:
        record(actor, "protection.redact", ("protection.copyrequest", "batch"), requests=emptied)
    return emptied


def _empty_breaches() -> None:
    """Delete the texts of breaches and of their history ``Keep.AUDIT`` days after closing.

    Number, times and severity remain.
    """
    over = clock.now() - timedelta(days=Keep.AUDIT.value)
    old = Breach.objects.filter(closed_at__lt=over)
    BreachEntry.objects.filter(breach__in=old).exclude(text="", changes={}).update(text="", changes={})
    old.exclude(what_happened=REDACTED).update(**dict.fromkeys(BREACH_WORDS, "") | {"what_happened": REDACTED})
