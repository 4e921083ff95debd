"""How an office writes and signs its letters, as its administrator sets it; issued letters never change by it."""

from collections.abc import Mapping

from django.db import transaction

from ancu.apps.accounts.models import Organisation
from ancu.apps.audit.selectors import require_edition
from ancu.apps.audit.services import record
from ancu.apps.dossiers.models import Letterhead, LetterSigner
from ancu.apps.dossiers.selectors.letter_facts import letterhead_of
from ancu.apps.dossiers.selectors.letters import own_agency, signing_values
from ancu.apps.dossiers.selectors.officers import officers_of
from ancu.core import clock
from ancu.core.actor import Actor


@transaction.atomic
def set_letterhead(
    actor: Actor,
    *,
    symbol: str,
    place: str,
    head_title: str,
    signers: Mapping[int, tuple[str, str]],
    edition: str = "",
) -> Letterhead:
    """Set symbol, place and head's title of the office's letters, and how its officers sign.

    ``signers`` are form and position by the officer's id; people who are no officers of the office are left out.
    Conflict ``changed_since`` when the page showed another ``edition``.
    """
    agency = Organisation.objects.select_for_update().get(pk=own_agency(actor).pk)
    require_edition(actor, edition, signing_values(agency), letterhead_of(agency))
    saved = {"saved_by_id": actor.user_id or 0, "saved_at": clock.now()}
    letterhead, _created = Letterhead.objects.update_or_create(
        agency=agency, defaults={"symbol": symbol, "place": place, "head_title": head_title, **saved}
    )
    officers = officers_of(agency.pk).filter(pk__in=signers).order_by("pk").values_list("pk", flat=True)
    for user_id in officers:
        form, position = signers[user_id]
        LetterSigner.objects.update_or_create(
            agency=agency, user_id=user_id, defaults={"form": form, "position": position, **saved}
        )
    record(actor, "dossiers.set_letterhead", letterhead, symbol=symbol, signers=len(officers))
    return letterhead
