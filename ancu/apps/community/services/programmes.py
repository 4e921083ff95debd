"""Open programmes, and create items, donors and recipients with their first entry."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.community import rules
from ancu.apps.community.enums import DonorKind
from ancu.apps.community.models import Donor, Programme, ProgrammeItem, Recipient
from ancu.apps.community.selectors.ledger import get_programme
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require

MONEY = "VND"


@transaction.atomic
def open_programme(
    *,
    actor: Actor,
    unit_id: int,
    name: str,
    purpose: str,
    begins_on: date,
    ends_on: date,
    area_ids: Sequence[int] = (),
    led_by: str = "",
) -> Programme:
    """Create a programme of community support, with money as its first item.

    404 for a unit outside the actor's area.
    """
    require(rules.keeps_ledgers(actor))
    further_areas = set(area_ids) - {unit_id}
    if not {unit_id, *further_areas} <= set(actor.area):
        raise Http404
    programme = Programme.objects.create(
        agency_id=actor.organisation_id or 0, unit_id=unit_id, led_by=led_by.strip(), name=name, purpose=purpose,
        begins_on=begins_on, ends_on=ends_on, made_at=clock.now(), made_by_id=actor.user_id or 0,
    )  # fmt: skip
    programme.areas.set(further_areas)
    ProgrammeItem.objects.create(programme=programme, name=MONEY, measure="vnd", vnd_each=1)
    record(actor, "community.opened", programme)
    return programme


@transaction.atomic
def add_item(
    *, actor: Actor, programme_id: int, name: str, measure: str, vnd_each: int, valued_by: str
) -> ProgrammeItem:
    """Add an item to the programme; the same name returns the existing item."""
    programme = get_programme(actor, programme_id)
    require(rules.may_enter(actor, programme))
    values = {"measure": measure, "vnd_each": 1 if measure == "vnd" else vnd_each, "valued_by": valued_by}
    item, created = ProgrammeItem.objects.get_or_create(programme=programme, name=name.strip(), defaults=values)
    if created:
        record(actor, "community.item", programme, item=item.pk)
    return item


def donor_named(actor: Actor, *, kind: str, name: str, contact: str, anonymous: bool) -> Donor:
    """Return the agency's donor of that name, created if new; people are matched only if the contact matches too.

    Two people of one name stay two: otherwise each would read the gifts of the other.
    """
    require(rules.keeps_ledgers(actor))
    identity = {"agency_id": actor.organisation_id or 0, "kind": kind, "name": name.strip(), "anonymous": anonymous}
    contact = contact.strip()
    if kind == DonorKind.ORGANISATION:
        matching_donors = Donor.objects.filter(**identity)
    else:
        matching_donors = Donor.objects.filter(**identity, contact=contact) if contact else Donor.objects.none()
    donor = matching_donors.order_by("pk").first()  # two may have been entered at the same time: the older is meant
    return donor or Donor.objects.create(**identity, contact=contact)


def recipient_named(
    actor: Actor, programme: Programme, *, kind: str, unit_id: int, name: str, reason: str
) -> Recipient:
    """Return the programme's recipient of that name in that place, created if new.

    404 for a place outside the actor's area.
    """
    require(rules.may_enter(actor, programme))
    if unit_id not in actor.area:
        raise Http404
    identity = {"programme": programme, "kind": kind, "unit_id": unit_id, "name": name.strip()}
    recipient = (
        Recipient.objects.filter(**identity).order_by("pk").first()
    )  # the same name may have been chosen by points too
    return recipient or Recipient.objects.create(**identity, reason=reason.strip())
