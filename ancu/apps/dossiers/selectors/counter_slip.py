"""What the slip of a dossier from the counter says beside other slips."""

from django.conf import settings
from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.models import RECEIVED, Dossier
from ancu.apps.dossiers.rules.counter import is_without_account
from ancu.apps.dossiers.selectors.queue_tickets import ticket_number

WAY_TO_ACCOUNT = _("To get our letters and send documents online, add the dossier to your account: %(address)s")


def passport_lines(dossier: Dossier) -> list[tuple[Words, str]]:
    """Return a line (label, text in both languages) that the office has the passport; [] if it was not left there.

    Also when the slip is printed anew after the passport was returned: it reports what happened at the counter.
    """
    if dossier.received_by_id is None or not dossier.events.filter(act=RECEIVED).exists():
        return []
    return [(_("The passport itself"), "cơ quan đã nhận và giữ / received and kept by the office")]


def ticket_lines(dossier: Dossier) -> list[tuple[Words, str]]:
    """Return a line (label, text) with the number by which the applicant was called; [] without one."""
    number = ticket_number(dossier) if dossier.received_by_id is not None else None
    return [(_("Number at the counter"), str(number))] if number else []


def account_addresses(dossier: Dossier) -> list[str]:
    """Return the address at which the applicant adds the dossier to an account; [] once it is in an account."""
    if not is_without_account(dossier):
        return []
    return [f"{settings.PUBLIC_URL}{reverse('dossiers:take-over')}"]
