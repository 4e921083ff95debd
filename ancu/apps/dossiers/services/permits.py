"""Copies the validity of issued results to declared stays, so that all pages show the same permitted day."""

from collections.abc import Iterable
from datetime import date

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.permits import outdated_permits
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.permits import renew_permits
from ancu.core.actor import Actor


def renew_by_result(actor: Actor, dossier: Dossier, instead_of: date | None = None) -> int:
    """Set the open stays of the dossier's foreigner to the last day that the issued results permit.

    Returns the number changed. Stays stating a later day are kept, unless it is ``instead_of``: the last day that a
    corrected result showed before.
    """
    if not dossier.document_number or not dossier.birth_date:
        return 0
    stays = Stay.objects.filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    return renew_permits(actor=actor, until=outdated_permits(stays, instead_of), instead_of=instead_of)


def renew_declared(actor: Actor, stay_ids: Iterable[int]) -> int:
    """Prolong those of these open stays whose guest's issued result permits more; return the number changed.

    For new or corrected declarations: the lodging may have read an old visa.
    """
    changed_ids = list(stay_ids)
    return (
        renew_permits(actor=actor, until=outdated_permits(Stay.objects.filter(pk__in=changed_ids)))
        if changed_ids
        else 0
    )


def renew_all_open(actor: Actor) -> int:
    """Prolong every open stay whose guest's issued result permits more; return the number changed."""
    return renew_permits(actor=actor, until=outdated_permits(Stay.objects.all()))
