"""A form filled in from the picture of the passport: for everybody who writes a dossier, at the counter and online."""

from django.db import transaction

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.passport_zone import fill_empty, zone_values
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.moving import lock, writable
from ancu.apps.dossiers.services.passports import read_unread
from ancu.core.actor import Actor


def fill_from_zone(actor: Actor, *, dossier: Dossier, replace: bool = False) -> Dossier:
    """Read the passport's picture and write what its machine-readable zone surely says into empty answers.

    With ``replace`` it replaces typed answers, too. Unchanged if no zone can be read.
    """
    read_unread(dossier)  # before the lock: it takes seconds
    return _fill(actor, dossier, replace=replace)


@transaction.atomic
def _fill(actor: Actor, dossier: Dossier, *, replace: bool) -> Dossier:
    """Write the values of the passport's zone into the answers, and save them."""
    locked = writable(actor, lock(dossier))
    values = zone_values(locked)
    if not values:
        return locked
    return filing.save(actor, dossier=locked, answers=fill_empty(locked, values, replace=replace))
