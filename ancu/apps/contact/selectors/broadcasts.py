"""Broadcasts: to whom one goes, who has read and confirmed it, and who has not."""

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from ancu.apps.accounts.models import Membership, User
from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.contact import rules
from ancu.apps.contact.models import Broadcast, Receipt
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.messaging.rules import TOLD_ROLES, Told
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import area_ids, in_force
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import PAGE, CursorPage, newest_first

# --- for the office -------------------------------------------------------------------------------------


def visible_to(actor: Actor) -> QuerySet[Broadcast]:
    """What was told to lodgings of the officer's area or a part of it."""
    if not rules.reads_reports(actor):
        return Broadcast.objects.none()
    return Broadcast.objects.filter(unit_id__within=actor.area).select_related("unit", "agency", "author")


def counted(found: QuerySet[Broadcast]) -> QuerySet[Broadcast]:
    """With ``told``, ``read`` and ``confirmed``: how many lodgings."""
    return found.annotate(
        told=Count("receipts"), read=Count("receipts__read_at"), confirmed=Count("receipts__confirmed_at")
    )


def sent_lately(actor: Actor, unit_id: int, title: str, body: str, key: UUID) -> Broadcast | None:
    """What the own agency told the same place in the same words within a day, by another form than ``key``."""
    own = Broadcast.objects.filter(agency_id=actor.organisation_id or 0, unit_id=unit_id, title=title, body=body)
    lately = own.filter(sent_at__gte=clock.now() - timedelta(days=1)).exclude(key=key)
    return lately.select_related("author").order_by("-id").first()


def get_broadcast(actor: Actor, pk: int) -> Broadcast:
    """One with its counts, or 404."""
    return get_object_or_404(counted(visible_to(actor)), pk=pk)


def broadcast_page(actor: Actor, after: int = 0) -> CursorPage[Broadcast]:
    """The newest first; only those of the page are counted."""
    page = newest_first(visible_to(actor).select_related(None).only("pk"), after)
    rows = counted(visible_to(actor).filter(pk__in=[one.pk for one in page.rows])).order_by("-id")
    return CursorPage(list(rows), page.after)


def unconfirmed(broadcast: Broadcast) -> QuerySet[Receipt]:
    """The lodgings that have not confirmed, in order of name."""
    waiting = broadcast.receipts.filter(confirmed_at__isnull=True).select_related("establishment__unit")
    return waiting.order_by("establishment__search_key", "pk")


def units_to_choose(actor: Actor) -> list[AdministrativeUnit]:
    """Today's units of the actor's area, larger ones first."""
    return list(in_force(clock.today()).filter(pk__within=actor.area).order_by("parent_id", "name"))


def lodgings_told(unit: AdministrativeUnit, kinds: Collection[str]) -> QuerySet[Establishment]:
    """The active lodgings of the unit (and former units that it took over); of all kinds when none is named."""
    place = area_ids(frozenset({unit.pk}))
    inside = Q(unit_id__within=place) | Q(locality_id__within=place)
    found = Establishment.objects.filter(inside, status=EstablishmentStatus.ACTIVE, sandbox=False)
    return found.filter(kind__in=kinds) if kinds else found


def reach(actor: Actor, unit_id: int, kinds: Collection[str]) -> int:
    """How many lodgings a broadcast would reach; none in a unit outside the area."""
    unit = AdministrativeUnit.objects.filter(pk=unit_id, pk__within=actor.area).first()
    return lodgings_told(unit, kinds).count() if unit else 0


def people_to_tell(broadcast: Broadcast) -> QuerySet[User]:
    """Who is written to for the lodgings that have not confirmed; each person once."""
    businesses = unconfirmed(broadcast).order_by().values("establishment__business_id")
    told = Membership.objects.filter(organisation_id__in=businesses, role__in=TOLD_ROLES, ended_at__isnull=True)
    return User.objects.filter(pk__in=told.values("user_id"), is_active=True).order_by("pk")


# --- for the lodging ------------------------------------------------------------------------------------


def receipts_of(actor: Actor) -> QuerySet[Receipt]:
    """What the actor's lodgings were told."""
    if not actor.is_lodging or actor.establishment_id is not None:
        return Receipt.objects.none()
    own = Receipt.objects.filter(establishment__business_id=actor.organisation_id or 0)
    return own.select_related("broadcast__agency", "establishment", "confirmed_by")


def get_receipt(actor: Actor, pk: int) -> Receipt:
    """One of the own lodgings', or 404."""
    return get_object_or_404(receipts_of(actor), pk=pk)


def told(actor: Actor) -> list[Told]:
    """For the badge and the inbox: what nobody at the lodging has read."""
    unread = receipts_of(actor).filter(read_at__isnull=True).order_by("-id")[:PAGE]
    return [_told(one) for one in unread]


def _told(receipt: Receipt) -> Told:
    """A business with several lodgings is told for each of them."""
    said = receipt.broadcast
    by = f"{said.agency.name} · {receipt.establishment.name}"
    return Told(said.title, by, reverse("contact:told", args=[receipt.pk]), said.sent_at)


def receipt_page(actor: Actor, after: int = 0) -> CursorPage[Receipt]:
    """All that the lodgings were told, the newest first; 404 for others."""
    if not actor.is_lodging:
        raise Http404
    return newest_first(receipts_of(actor), after)


# --- in the audit ---------------------------------------------------------------------------------------


def broadcasts_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    shown = visible_to(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(one.pk): NamedRecord(one.title, reverse("contact:broadcast", args=[one.pk])) for one in shown}


def receipts_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    shown = receipts_of(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {str(one.pk): NamedRecord(one.broadcast.title, reverse("contact:told", args=[one.pk])) for one in shown}
