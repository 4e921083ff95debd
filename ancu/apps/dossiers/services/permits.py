"""What the office issued is fed to the declared stays, so that every page has one day until which a guest may stay."""

from collections.abc import Iterable
from datetime import date

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.permits import issued_later
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.permits import renew_permits
from ancu.core.actor import Actor


def renew_by_result(actor: Actor, dossier: Dossier, instead_of: date | None = None) -> int:
    """After a result was entered, delivered or corrected: ``instead_of`` is the day it bore before the correction."""
    if not dossier.document_number or not dossier.birth_date:
        return 0
    stays = Stay.objects.filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    return renew_permits(actor=actor, until=issued_later(stays, instead_of), instead_of=instead_of)


def renew_declared(actor: Actor, stay_ids: Iterable[int]) -> int:
    """After guests were declared or corrected: a lodging may have read an old visa."""
    fresh = list(stay_ids)
    return renew_permits(actor=actor, until=issued_later(Stay.objects.filter(pk__within=fresh))) if fresh else 0


def renew_all_open(actor: Actor) -> int:
    """Every night, and for a demo: every open stay, whose result may be older than the stay."""
    return renew_permits(actor=actor, until=issued_later(Stay.objects.all()))
