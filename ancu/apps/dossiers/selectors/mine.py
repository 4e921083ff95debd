"""The filer's own list: requests to the filer first, then all dossiers, newest first."""

from itertools import islice

from django.db.models import Exists, OuterRef, Q

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import EDITABLE, INDIVIDUALS, State
from ancu.apps.dossiers.models import Dossier, DossierEvent, Signature
from ancu.apps.dossiers.selectors import own_ways, visible_to
from ancu.apps.dossiers.selectors.signatures import is_signed
from ancu.core.actor import Actor
from ancu.core.errors import require

PAGE = 30
MAX_REQUESTS = 20


def requests_to_filer(actor: Actor) -> list[Dossier]:
    """Return the dossiers that need the actor's action, the longest waiting first.

    These are dossiers that wait for documents or for the actor's signature, and those whose sponsor declined
    (``was_declined``). A signer is asked again after the filer changed something; only then is the signature compared
    with the current content.
    """
    signed = Signature.objects.filter(dossier=OuterRef("pk"), signed_by_id=actor.user_id)
    to_sign = Q(sponsor_id=actor.user_id, state__in=EDITABLE, filer__in=INDIVIDUALS) & ~Q(filed_by_id=actor.user_id)
    supplement = Q(state=State.SUPPLEMENT) & (
        Q(sponsor=None) | ~Q(sponsor_id=actor.user_id) | Q(filed_by_id=actor.user_id)
    )
    if actor.procedures is not None:  # what a clerk may not prepare is no task of his
        supplement &= ~Q(organisation_id=actor.organisation_id) | Q(procedure__in=actor.procedures)
    declined = DossierEvent.objects.filter(dossier=OuterRef("pk"), act="declined_signature")
    needs_sponsor = Q(filed_by_id=actor.user_id, state__in=EDITABLE, sponsor=None, sponsor_email="", was_declined=True)
    dossiers = visible_to(actor).annotate(
        signed_before=Exists(signed), was_declined=Q(sponsor=None, sponsor_email="") & Exists(declined)
    )
    mine = dossiers.filter(supplement | to_sign | needs_sponsor)
    waiting = mine.select_related("sponsor").defer("answers").order_by("saved_at", "id")[: 5 * MAX_REQUESTS]
    requests = (dossier for dossier in waiting if not dossier.signed_before or not is_signed(dossier))
    return list(islice(requests, MAX_REQUESTS))


def was_declined(dossier: Dossier) -> bool:
    """Return whether ``requests_to_filer`` lists the dossier because its sponsor declined and no other is named."""
    return bool(getattr(dossier, "was_declined", False))


def my_dossiers(actor: Actor, before: int | None = None) -> list[Dossier]:
    """Return a page of the person's dossiers and one more, which tells whether a next page exists.

    ``before`` is the last id of the page before. Each way of owning a dossier is queried separately: one query for
    all would sort a company's thousands.
    """
    require(rules.may_start(actor))
    further = Q() if before is None else Q(pk__lt=before)
    newest = [Dossier.objects.filter(way, further).order_by("-pk").values("pk")[: PAGE + 1] for way in own_ways(actor)]
    keys = newest[0].union(*newest[1:]).order_by("-pk")[: PAGE + 1]
    return list(Dossier.objects.filter(pk__in=keys).defer("answers").order_by("-pk"))
