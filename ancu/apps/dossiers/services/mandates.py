"""Give a mandate with the scan of its letter."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction

from ancu.apps.accounts.models import Mandate
from ancu.apps.accounts.services.mandates import give_mandate
from ancu.apps.dossiers.models import MandateLetter
from ancu.apps.files import services as files
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.privacy import Keep

PURPOSE = "mandate"


@transaction.atomic
def give_with_letter(actor: Actor, *, upload_id: str, sent: Any, ends_on: date, **terms: Any) -> Mandate:
    """Give a mandate and store the signed letter; ``terms`` are those of ``give_mandate``.

    The letter is kept as long after the last day as a dossier after its end. Raises Conflict, or FileRefused for an
    unusable scan; then nothing is stored.
    """
    mandate = give_mandate(actor, ends_on=ends_on, **terms)
    name, data = files.take_sent(actor, upload_id=upload_id, file=sent, purpose=PURPOSE)
    file = files.store_paper(
        actor,
        files.clean_paper(data),
        name=name,
        purpose=PURPOSE,
        organisation_id=actor.organisation_id,
        delete_after=clock.start_of(ends_on + timedelta(days=Keep.DOSSIER.value)),
    )
    MandateLetter.objects.create(mandate=mandate, file=file)
    return mandate
