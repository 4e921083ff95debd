"""Two handlers who hold the office's key, a second unit, and tips that were told."""

from typing import Any

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.lodging.tests.factories import World, make_world
from ancu.apps.tips.forms import new_form_key
from ancu.apps.tips.models import HandlingUnit, Tip
from ancu.apps.tips.rules.content import TipContent
from ancu.apps.tips.selectors.opening import UnlockedKeys, unlocked_keys_of
from ancu.apps.tips.selectors.units import holder_of
from ancu.apps.tips.services import receipts, unit_keys
from ancu.apps.tips.services.receiving import TipUpload, receive_tip
from ancu.engines.envelopes import unwrap

PASSPHRASE = "ruộng bậc thang sau mưa"


def make_handler(world: World, name: str, organisation: Any) -> None:
    user = world.users[name.lower()] = make_user(name)
    make_member(user, organisation, Role.TIP_HANDLER)
    enable_totp(user, TOTP_SECRET)


def make_unit(world: World, organisation: Any, *names: str) -> str:
    """The unit of ``organisation``, its key held by those named; returns the recovery share."""
    for name in names:
        make_handler(world, name, organisation)
    first, *others = [world.actor(name.lower()) for name in names]
    share = unit_keys.open_unit(actor=first, passphrase=PASSPHRASE)
    for actor in others:
        holder = unit_keys.request_key(actor=actor, passphrase=PASSPHRASE)
        unit_keys.confirm_holder(actor=first, hand=hand(first), holder_id=holder.pk)
    return share


def hand(actor: Any, passphrase: str = PASSPHRASE) -> UnlockedKeys:
    """What the handler's passphrase opens."""
    holder = holder_of(actor)
    assert holder is not None
    keys = unlocked_keys_of(holder, unwrap(bytes(holder.wrapped), passphrase))
    assert keys is not None
    return keys


def make_scene() -> World:
    """Tam and Thu of the office, Minh and My of the commune; Hoa answers the hotline."""
    world = make_world()
    world.share = make_unit(world, world.provincial_agency, "Tam", "Thu")  # type: ignore[attr-defined]
    make_unit(world, world.commune_agency, "Minh", "My")
    user = world.users["hoa"] = make_user("Hoa")
    make_member(user, world.provincial_agency, Role.HOTLINE_OPERATOR)
    enable_totp(user, TOTP_SECRET)
    return world


def unit_of(world: World, agency: str = "provincial_agency") -> HandlingUnit:
    return HandlingUnit.objects.get(agency=getattr(world, agency))


def make_tip(world: World, text: str = "Có người bán ma tuý ở bến xe.", **more: Any) -> tuple[Tip, str]:
    """One told to the office, and its receipt."""
    unit, uploads = more.pop("unit", None) or unit_of(world), more.pop("uploads", ())
    received = receive_tip(unit_id=unit.pk, form=new_form_key(), content=TipContent(text=text, **more), uploads=uploads)
    return Tip.objects.get(locator=receipts.keys_of(received.receipt).locator), received.receipt


def upload(data: bytes, name: str = "a.jpg") -> TipUpload:
    return TipUpload(name, data)
