"""Units, their current key, and its holders."""

from django.db.models import Count, F, Q, QuerySet
from django.http import Http404

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.tips import rules
from ancu.apps.tips.models import HandlingUnit, KeyHolder, UnitKey
from ancu.core.actor import Actor

PRESENT = Q(confirmed_at__isnull=False, left_at__isnull=True)


def ready_units() -> QuerySet[HandlingUnit]:
    """Return the units that receive tips: those with at least ``LEAST_HOLDERS`` confirmed key holders.

    The provincial office comes first, then the other agencies by name.
    """
    present = Count("holders", filter=Q(holders__confirmed_at__isnull=False, holders__left_at__isnull=True))
    ready = HandlingUnit.objects.annotate(present=present).filter(present__gte=rules.LEAST_HOLDERS)
    return ready.select_related("agency").order_by(F("agency__parent_id").asc(nulls_first=True), "agency__name")


def unit_of(actor: Actor) -> HandlingUnit | None:
    """Return the unit of a handler's agency; None for others."""
    if not rules.is_tip_handler(actor):
        return None
    return HandlingUnit.objects.select_related("agency").filter(agency_id=actor.organisation_id).first()


def get_unit(actor: Actor) -> HandlingUnit:
    """Return the unit of the actor's agency, or 404."""
    unit = unit_of(actor)
    if unit is None:
        raise Http404
    return unit


def get_ready_unit(pk: int) -> HandlingUnit:
    """Return a unit that receives tips, or 404."""
    unit = ready_units().filter(pk=pk).first()
    if unit is None:
        raise Http404
    return unit


def present_key(unit: HandlingUnit) -> UnitKey:
    """Return the unit's current key."""
    return unit.keys.get(retired_at__isnull=True)


def holders(unit: HandlingUnit) -> list[KeyHolder]:
    """Return everybody who holds or has requested the unit's key, without ended ones, in the order of requests."""
    return list(unit.holders.filter(left_at__isnull=True).select_related("user").order_by("pk"))


def holder_of(actor: Actor) -> KeyHolder | None:
    """Return the actor's own holder record; None without one."""
    if not rules.is_tip_handler(actor):
        return None
    own = KeyHolder.objects.filter(
        user_id=actor.user_id or 0, left_at__isnull=True, unit__agency_id=actor.organisation_id
    )
    return own.select_related("unit__agency").first()


def get_holder(actor: Actor, pk: int) -> KeyHolder:
    """Return a holder, or a person who requested the key, of the actor's unit; otherwise 404."""
    holder = KeyHolder.objects.filter(pk=pk, unit=get_unit(actor), left_at__isnull=True).select_related("user").first()
    if holder is None:
        raise Http404
    return holder


def former_handlers(unit: HandlingUnit) -> set[int]:
    """Return the ids of users who held the unit's current key and are no longer tip handlers of its agency.

    While there are any, the page asks to change the key.
    """
    still = Membership.objects.filter(
        organisation_id=unit.agency_id, role=Role.TIP_HANDLER, ended_at__isnull=True, user__is_active=True
    )
    since = present_key(unit).made_at
    holders = unit.holders.filter(PRESENT | Q(confirmed_at__isnull=False, left_at__gt=since))
    return set(holders.exclude(user_id__in=still.values("user_id")).values_list("user_id", flat=True))
