"""The filer's own list: what is asked of him first, then everything, newest first."""

from itertools import islice

from django.db.models import Exists, OuterRef, Q, QuerySet

from ancu.apps.dossiers.enums import EDITABLE, INDIVIDUALS, State
from ancu.apps.dossiers.models import Dossier, Signature
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.signatures import is_signed
from ancu.core.actor import Actor

PAGE = 30
ASKED_AT_MOST = 20


def asked_of_me(actor: Actor) -> list[Dossier]:
    """Supplements to send, and dossiers that wait for the actor's signature; the longest waiting first.

    Who signed is asked again once the filer changed something: only then are his signature and what stands there
    now compared, one by one.
    """
    signed = Signature.objects.filter(dossier=OuterRef("pk"), signed_by_id=actor.user_id)
    to_sign = Q(sponsor_id=actor.user_id, state__in=EDITABLE, filer__in=INDIVIDUALS) & ~Q(filed_by_id=actor.user_id)
    supplement = Q(state=State.SUPPLEMENT) & (
        Q(sponsor=None) | ~Q(sponsor_id=actor.user_id) | Q(filed_by_id=actor.user_id)
    )
    mine = visible_to(actor).filter(supplement | to_sign).annotate(signed_before=Exists(signed))
    waiting = mine.select_related("sponsor").defer("answers").order_by("saved_at", "id")[: 5 * ASKED_AT_MOST]
    asked = (one for one in waiting if not one.signed_before or not is_signed(one))
    return list(islice(asked, ASKED_AT_MOST))


def my_dossiers(actor: Actor, before: int | None = None) -> QuerySet[Dossier]:
    """One page and one row more, which says whether there is another; ``before`` is the last id seen."""
    mine = visible_to(actor)
    if before is not None:
        mine = mine.filter(pk__lt=before)
    return mine.defer("answers").order_by("-id")[: PAGE + 1]
