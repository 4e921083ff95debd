"""A guest's stay as something the lodging and its police write about."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.accounts.selectors import agencies_answering_for
from ancu.apps.lodging.rules import may_be_written_to
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.rules import SubjectKind, SubjectStanding, ThreadParties
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import visible_to
from ancu.core.actor import Actor

KIND = "stay"


def _standings(actor: Actor, ids: Sequence[str]) -> dict[str, SubjectStanding]:
    """Return by stay id the actor's standing in the conversation between office and lodging about the guest.

    Only for stays that the actor may see.
    """
    keys = [int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 19]
    stays = visible_to(actor).filter(pk__in=keys).select_related("establishment")
    return {str(stay.pk): standing_to(actor, stay) for stay in stays}


def standing_to(actor: Actor, stay: Stay) -> SubjectStanding:
    """Return the actor's standing in the conversation of office and lodging about a stay.

    It has title, page, side, and whether they may write. The title names lodging and day but not the guest, since
    e-mails quote it.
    """
    office, house = actor.is_agency, stay.establishment
    return SubjectStanding(
        title=format_lazy(
            _("Guest at {lodging}, arrived {day}"), lodging=house.name, day=f"{stay.arrived_on:%d/%m/%Y}"
        ),
        url=reverse("stays:stay-office" if office else "stays:stay", args=[stay.pk]),
        side=ThreadSide.OFFICE if office else ThreadSide.COUNTERPART,
        may_write=may_be_written_to(house),
        about=stay.full_name,
    )


def _parties(subject_id: str) -> ThreadParties:
    """Return the parties of the conversation about the stay: the police of its commune, and the lodging's business.

    A commune without police has the agency above it.
    """
    stay = Stay.objects.select_related("unit", "establishment").get(pk=int(subject_id))
    return ThreadParties(
        agencies=agencies_answering_for(stay.unit), organisations=frozenset({stay.establishment.business_id})
    )


CONVERSATION = SubjectKind(pgettext_lazy("subject", "guest"), _standings, _parties)
