"""Copies the validity of issued results to declared stays, so that all pages show the same permitted day."""

from collections.abc import Iterable
from datetime import date

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.permits import outdated_permits
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.permits import renew_permits
from ancu.core.actor import Actor


def renew_by_result(actor: Actor, dossier: Dossier, instead_of: date | None = None) -> int:
    """Update stays after a result was entered, delivered or corrected; ``instead_of`` is its former last day."""
    if not dossier.document_number or not dossier.birth_date:
        return 0
    stays = Stay.objects.filter(document_number=dossier.document_number, birth_date=dossier.birth_date)
    return renew_permits(actor=actor, until=outdated_permits(stays, instead_of), instead_of=instead_of)


def renew_declared(actor: Actor, stay_ids: Iterable[int]) -> int:
    """Update stays after declarations or corrections: the lodging may have read an old visa."""
    changed_ids = list(stay_ids)
    return (
        renew_permits(actor=actor, until=outdated_permits(Stay.objects.filter(pk__in=changed_ids)))
        if changed_ids
        else 0
    )


def renew_all_open(actor: Actor) -> int:
    """Update every open stay; runs nightly and for the demo."""
    return renew_permits(actor=actor, until=outdated_permits(Stay.objects.all()))
