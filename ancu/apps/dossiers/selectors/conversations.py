"""Conversations between the filer's side and the receiving office about a submitted dossier."""

from collections.abc import Sequence
from datetime import timedelta

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.rules.counter import is_without_account
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.mandates import agent_of
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.rules import SubjectKind, SubjectStanding, ThreadParties
from ancu.core import clock
from ancu.core.actor import Actor

WRITABLE_AFTER_END = timedelta(days=90)  # how long people may write about a dossier that ended
KIND = "dossier"


def _standings(actor: Actor, ids: Sequence[str]) -> dict[str, SubjectStanding]:
    """Return, by dossier number, the actor's side and rights in the conversations about those dossiers.

    Drafts, and dossiers whose conversation the actor may not read, are missing.
    """
    dossiers = visible_to(actor).filter(number__in=ids, submitted_at__isnull=False)
    return {dossier.number: standing for dossier in dossiers if (standing := standing_to(actor, dossier))}


def standing_to(actor: Actor, dossier: Dossier) -> SubjectStanding | None:
    """Return the actor's side and rights in a dossier's conversation with the office.

    None for everybody but the filer's side and the receiving office. After a while an ended dossier is read-only.
    """
    office = rules.is_office(actor, dossier)
    if not office and not rules.is_filer(actor, dossier):
        return None
    ended = dossier.ended_at is not None and dossier.ended_at < clock.now() - WRITABLE_AFTER_END
    return SubjectStanding(
        title=format_lazy(_("Dossier {number}"), number=dossier.number),
        url=reverse("dossiers:office-dossier" if office else "dossiers:page", args=[dossier.number]),
        side=ThreadSide.OFFICE if office else ThreadSide.COUNTERPART,
        may_write=not ended and (rules.is_officer(actor) or not office),
        about=dossier.full_name,
    )


def _parties(subject_id: str) -> ThreadParties:
    """Return the parties of the conversation about the dossier: its agency, and the filer's organisation or person.

    With the organisation its agent, as long as a mandate is in force: each message asks again.
    """
    dossier = Dossier.objects.get(number=subject_id)
    own = {dossier.organisation_id} if dossier.organisation_id else set()
    agents = frozenset(user.pk for user in agent_of(dossier)) if own else frozenset()
    return ThreadParties(
        agencies=frozenset({dossier.agency_id} if dossier.agency_id else ()),
        organisations=frozenset(own),
        people=agents if own or is_without_account(dossier) else frozenset({dossier.filed_by_id}),
    )


CONVERSATION = SubjectKind(pgettext_lazy("subject", "dossier"), _standings, _parties)
