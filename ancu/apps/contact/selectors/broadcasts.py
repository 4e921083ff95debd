"""Broadcasts, their recipients, and who has read and confirmed them."""

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
from ancu.apps.contact.models import Broadcast, BroadcastReceipt
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.messaging.rules import TOLD_ROLES, UnreadNotice
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import area_ids, units_in
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import PAGE, CursorPage, newest_first

# --- for the office -------------------------------------------------------------------------------------


def visible_to(actor: Actor) -> QuerySet[Broadcast]:
    """Return the broadcasts to units of the officer's area; none for users who read no reports of lodgings."""
    if not rules.reads_reports(actor):
        return Broadcast.objects.none()
    return Broadcast.objects.filter(unit_id__in=actor.area).select_related("unit", "agency", "author")


def with_counts(broadcasts: QuerySet[Broadcast]) -> QuerySet[Broadcast]:
    """Annotate the broadcasts with numbers of lodgings: ``reached``, ``read`` and ``confirmed``."""
    return broadcasts.annotate(
        reached=Count("receipts"), read=Count("receipts__read_at"), confirmed=Count("receipts__confirmed_at")
    )


def recent_twin(actor: Actor, unit_id: int, title: str, body: str, key: UUID) -> Broadcast | None:
    """Return the agency's broadcast of the last day with the same text to the same place; None without one.

    A broadcast with this form's own ``key`` does not count.
    """
    own = Broadcast.objects.filter(agency_id=actor.organisation_id or 0, unit_id=unit_id, title=title, body=body)
    recent = own.filter(sent_at__gte=clock.now() - timedelta(days=1)).exclude(key=key)
    return recent.select_related("author").order_by("-id").first()


def get_broadcast(actor: Actor, pk: int) -> Broadcast:
    """Return a broadcast of the officer's area with its numbers of lodgings (``with_counts``), or 404."""
    return get_object_or_404(with_counts(visible_to(actor)), pk=pk)


def broadcast_page(actor: Actor, after: str = "") -> CursorPage[Broadcast]:
    """Return a page of broadcasts, newest first, with the numbers of lodgings reached, read and confirmed."""
    page = newest_first(visible_to(actor).select_related(None).only("pk"), after)
    rows = with_counts(visible_to(actor).filter(pk__in=[broadcast.pk for broadcast in page.rows])).order_by("-id")
    return CursorPage(list(rows), page.after)


def unconfirmed(broadcast: Broadcast) -> QuerySet[BroadcastReceipt]:
    """Return the receipts of lodgings that have not confirmed the broadcast, by name."""
    waiting = broadcast.receipts.filter(confirmed_at__isnull=True).select_related("establishment__unit")
    return waiting.order_by("establishment__search_key", "pk")


def units_to_choose(actor: Actor) -> list[AdministrativeUnit]:
    """Return today's units of the actor's area, the province first."""
    return units_in(actor.area, clock.today())


def target_lodgings(unit: AdministrativeUnit, kinds: Collection[str]) -> QuerySet[Establishment]:
    """Return the active lodgings of the unit and its predecessors; of these kinds, or of all if none is named."""
    place = area_ids(frozenset({unit.pk}))
    inside = Q(unit_id__in=place) | Q(locality_id__in=place)
    establishments = Establishment.objects.filter(inside, status=EstablishmentStatus.ACTIVE, sandbox=False)
    return establishments.filter(kind__in=kinds) if kinds else establishments


def target_count(actor: Actor, unit_id: int, kinds: Collection[str]) -> int:
    """Return how many lodgings a broadcast would reach; zero outside the actor's area."""
    unit = AdministrativeUnit.objects.filter(pk=unit_id, pk__in=actor.area).first()
    return target_lodgings(unit, kinds).count() if unit else 0


def people_to_notify(broadcast: Broadcast) -> QuerySet[User]:
    """Return the users to write to about the broadcast, each once.

    They are members of lodgings that have not confirmed it, in a role that receives letters.
    """
    businesses = unconfirmed(broadcast).order_by().values("establishment__business_id")
    memberships = Membership.objects.filter(organisation_id__in=businesses, role__in=TOLD_ROLES, ended_at__isnull=True)
    return User.objects.filter(pk__in=memberships.values("user_id"), is_active=True).order_by("pk")


# --- for the lodging ------------------------------------------------------------------------------------


def visible_receipts(actor: Actor) -> QuerySet[BroadcastReceipt]:
    """Return the receipts of broadcasts to the lodgings of the actor's business; programs and others get none."""
    if not actor.is_lodging or actor.establishment_id is not None:
        return BroadcastReceipt.objects.none()
    own = BroadcastReceipt.objects.filter(establishment__business_id=actor.organisation_id or 0)
    return own.select_related("broadcast__agency", "establishment", "confirmed_by")


def get_receipt(actor: Actor, pk: int) -> BroadcastReceipt:
    """Return a receipt of the actor's lodgings, or 404."""
    return get_object_or_404(visible_receipts(actor), pk=pk)


def unread_notices(actor: Actor) -> list[UnreadNotice]:
    """Return the newest broadcasts that nobody at the actor's lodgings has read, as items of the inbox."""
    unread = visible_receipts(actor).filter(read_at__isnull=True).order_by("-id")[:PAGE]
    return [_unread_item(receipt) for receipt in unread]


def _unread_item(receipt: BroadcastReceipt) -> UnreadNotice:
    """Return the broadcast of a receipt as an item of the inbox, with agency and lodging.

    A business with several lodgings gets an item for each.
    """
    broadcast = receipt.broadcast
    by = f"{broadcast.agency.name} · {receipt.establishment.name}"
    return UnreadNotice(broadcast.title, by, reverse("contact:announcement", args=[receipt.pk]), broadcast.sent_at)


def receipt_page(actor: Actor, after: str = "") -> CursorPage[BroadcastReceipt]:
    """Return a page of the broadcasts that the actor's lodgings received, newest first; 404 for anybody else."""
    if not actor.is_lodging:
        raise Http404
    return newest_first(visible_receipts(actor), after)


# --- in the audit ---------------------------------------------------------------------------------------


def broadcasts_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by id the titles and pages of those broadcasts that the actor may see."""
    broadcasts = visible_to(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {
        str(broadcast.pk): NamedRecord(broadcast.title, reverse("contact:broadcast", args=[broadcast.pk]))
        for broadcast in broadcasts
    }


def receipts_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return by receipt id the titles and pages of the broadcasts that the actor's lodgings received."""
    receipts = visible_receipts(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {
        str(receipt.pk): NamedRecord(receipt.broadcast.title, reverse("contact:announcement", args=[receipt.pk]))
        for receipt in receipts
    }
