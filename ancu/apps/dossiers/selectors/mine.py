"""The filer's own list: what is asked of him first, then everything, newest first."""

from itertools import islice

from django.db.models import Exists, OuterRef, Q

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import EDITABLE, INDIVIDUALS, State
from ancu.apps.dossiers.models import Dossier, Event, Signature
from ancu.apps.dossiers.selectors import own_ways, visible_to
from ancu.apps.dossiers.selectors.signatures import is_signed
from ancu.core.actor import Actor
from ancu.core.db.statements import prepared
from ancu.core.errors import require

PAGE = 30
ASKED_AT_MOST = 20


def asked_of_me(actor: Actor) -> list[Dossier]:
    """Supplements to send, dossiers that wait for the actor's signature, and those whose sponsor declined
    (``was_declined``); the longest waiting first.

    Who signed is asked again once the filer changed something: only then are his signature and what stands there
    now compared, one by one.
    """
    signed = Signature.objects.filter(dossier=OuterRef("pk"), signed_by_id=actor.user_id)
    to_sign = Q(sponsor_id=actor.user_id, state__in=EDITABLE, filer__in=INDIVIDUALS) & ~Q(filed_by_id=actor.user_id)
    supplement = Q(state=State.SUPPLEMENT) & (
        Q(sponsor=None) | ~Q(sponsor_id=actor.user_id) | Q(filed_by_id=actor.user_id)
    )
    declined = Event.objects.filter(dossier=OuterRef("pk"), act="declined_signature")
    needs_sponsor = Q(filed_by_id=actor.user_id, state__in=EDITABLE, sponsor=None, sponsor_email="", was_declined=True)
    dossiers = visible_to(actor).annotate(
        signed_before=Exists(signed), was_declined=Q(sponsor=None, sponsor_email="") & Exists(declined)
    )
    mine = dossiers.filter(supplement | to_sign | needs_sponsor)
    waiting = mine.select_related("sponsor").defer("answers").order_by("saved_at", "id")[: 5 * ASKED_AT_MOST]
    asked = (one for one in waiting if not one.signed_before or not is_signed(one))
    return list(islice(asked, ASKED_AT_MOST))


def was_declined(dossier: Dossier) -> bool:
    """Whether ``asked_of_me`` lists the dossier because its sponsor declined and nobody else is named."""
    return bool(getattr(dossier, "was_declined", False))


@prepared()
def my_dossiers(actor: Actor, before: int | None = None) -> list[Dossier]:
    """One page and one row more, which says whether there is another; ``before`` is the last id seen.

    Each way to own a dossier gives its newest: asked for all ways at once, a company's thousands would be sorted.
    """
    require(rules.may_start(actor))
    further = Q() if before is None else Q(pk__lt=before)
    newest = [Dossier.objects.filter(way, further).order_by("-pk").values("pk")[: PAGE + 1] for way in own_ways(actor)]
    keys = newest[0].union(*newest[1:]).order_by("-pk")[: PAGE + 1]
    return list(Dossier.objects.filter(pk__in=keys).defer("answers").order_by("-pk"))
