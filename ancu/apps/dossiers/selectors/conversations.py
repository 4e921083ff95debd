"""Who talks with whom about a dossier: the filer's side with the office that received it. A draft has no such talk."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.messaging.enums import Side
from ancu.apps.messaging.rules import Parties, Standing, Subject
from ancu.core import clock
from ancu.core.actor import Actor

AFTERWARDS = timedelta(days=90)  # how long a dossier that ended may still be asked about
KIND = "dossier"


def _standings(actor: Actor, ids: Sequence[str]) -> dict[str, Standing]:
    """Subjects are known by their numbers. Neither the co-signer nor a unit that was asked for its opinion reads on."""
    found = visible_to(actor).filter(number__in=ids, submitted_at__isnull=False)
    return {one.number: known for one in found if (known := standing_to(actor, one))}


def standing_to(actor: Actor, dossier: Dossier) -> Standing | None:
    """For a dossier that the actor may know of, once it is sent; None for who only signs, or was only asked."""
    office = rules.is_office(actor, dossier)
    if not office and not rules.is_filer(actor, dossier):
        return None
    ended = dossier.ended_at is not None and dossier.ended_at < clock.now() - AFTERWARDS
    return Standing(
        title=format_lazy(_("Dossier {number}"), number=dossier.number),
        url=reverse("dossiers:office-dossier" if office else "dossiers:page", args=[dossier.number]),
        side=Side.OFFICE if office else Side.OTHER,
        may_write=not ended and (rules.is_officer(actor) or not office),
        about=dossier.full_name,
    )


def _parties(subject_id: str) -> Parties:
    """The office, and the organisation it is filed for or else the person who filed it."""
    dossier = Dossier.objects.get(number=subject_id)
    own = {dossier.organisation_id} if dossier.organisation_id else set()
    return Parties(
        agencies=frozenset({dossier.agency_id} if dossier.agency_id else ()),
        organisations=frozenset(own),
        people=frozenset(() if own else {dossier.filed_by_id}),
    )


CONVERSATION = Subject(pgettext_lazy("subject", "dossier"), _standings, _parties)
