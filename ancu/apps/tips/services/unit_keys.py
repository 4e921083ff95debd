"""The unit's key: open a unit, add and end holders, change the key, recover a lost passphrase."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.messaging.services import notify
from ancu.apps.tips import rules
from ancu.apps.tips.models import HandlingUnit, KeyHolder, KeyShare, UnitKey
from ancu.apps.tips.selectors.opening import UnlockedKeys
from ancu.apps.tips.selectors.units import PRESENT, get_holder, get_unit, holder_of, present_key
from ancu.apps.tips.services import arrivals
from ancu.apps.tips.services.receipts import passphrase_cost
from ancu.apps.tips.services.resealing import reseal_tips
from ancu.apps.tips.services.unlocking import open_own_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.rate_limits import allow
from ancu.core.templatetags.ui import possible_from
from ancu.engines.envelopes import KeyPair, new_pair, new_share, open_box, pair_of_share, seal_box, wrap

SHARES_TRIED_AN_HOUR = 5


@transaction.atomic
def open_unit(*, actor: Actor, passphrase: str) -> str:
    """Create the unit and its key as the first handler of an agency; Conflict if the unit exists.

    Return the recovery share, which is shown once.
    """
    require(rules.is_tip_handler(actor))
    now, share = clock.now(), new_share()
    paper = pair_of_share(share)
    assert paper is not None
    unit, created = HandlingUnit.objects.get_or_create(
        agency_id=actor.organisation_id, defaults={"recovery_public": paper.public, "opened_at": now}
    )
    if not created:
        raise Conflict("unit_open", _("Your unit already has a key. Ask one of its holders."))
    pair = new_pair()
    key = _new_key(actor, unit, pair, paper.public)
    holder = _new_holder(actor, unit, passphrase)
    _confirm(actor, holder, key, pair.private)
    record(actor, "tips.unit_opened", unit)
    return share


def _new_key(actor: Actor, unit: HandlingUnit, pair: KeyPair, recovery_public: bytes) -> UnitKey:
    """Store a new key of the unit, with the private key also encrypted to the recovery paper's public key."""
    return UnitKey.objects.create(
        unit=unit, public=pair.public, recovery=seal_box(pair.private, recovery_public), made_at=clock.now(),
        made_by_id=actor.user_id or 0,
    )  # fmt: skip


def _new_holder(actor: Actor, unit: HandlingUnit, passphrase: str) -> KeyHolder:
    """Store the actor as a holder with a new key pair, whose private key the passphrase encrypts."""
    own = new_pair()
    return KeyHolder.objects.create(
        unit=unit, user_id=actor.user_id or 0, public=own.public, asked_at=clock.now(),
        wrapped=wrap(own.private, passphrase, cost=passphrase_cost()),
    )  # fmt: skip


def _confirm(actor: Actor, holder: KeyHolder, key: UnitKey, private: bytes) -> None:
    """Store the holder's copy of the unit's private key, encrypted to the holder, and mark the holder as confirmed."""
    KeyShare.objects.create(key=key, holder=holder, sealed=seal_box(private, bytes(holder.public)))
    holder.confirmed_at, holder.confirmed_by_id = clock.now(), actor.user_id
    holder.save(update_fields=["confirmed_at", "confirmed_by"])


@transaction.atomic
def request_key(*, actor: Actor, passphrase: str) -> KeyHolder:
    """Choose a passphrase and request the unit's key; a colleague who holds it confirms.

    Conflict if the actor already requested or holds it, or still holds another unit's key.
    """
    unit = _lock_unit(get_unit(actor))
    if holder_of(actor) is not None:
        raise Conflict("asked", _("You have already chosen a passphrase."))
    if KeyHolder.objects.filter(user_id=actor.user_id or 0, left_at__isnull=True).exists():
        raise Conflict(
            "elsewhere", _("You still hold the key of another unit. Ask a colleague there to remove your access first.")
        )
    holder = _new_holder(actor, unit, passphrase)
    record(actor, "tips.holder_asked", holder)
    return holder


@transaction.atomic
def confirm_holder(*, actor: Actor, hand: UnlockedKeys, holder_id: int) -> KeyHolder:
    """Seal the unit's key to a colleague who requested it, who can open tips from now on.

    Conflict if somebody did so meanwhile. The other holders are notified.
    """
    unit = _lock_unit(get_unit(actor))
    holder = get_holder(actor, holder_id)
    if holder.confirmed_at is not None:
        raise overtaken_conflict(actor, "confirmed", holder, _("This colleague already holds the key."))
    _confirm(actor, holder, _own_key(unit, hand), hand.private)
    record(actor, "tips.holder_confirmed", holder)
    _notify_other_holders(actor, unit)
    return holder


@transaction.atomic
def end_holder(*, actor: Actor, hand: UnlockedKeys, holder_id: int) -> None:
    """End a holder, or refuse a request for the key; notify the other holders.

    After a confirmed holder the unit's key is changed, so that the former copy opens nothing. Conflict for the last
    holder.
    """
    unit = _lock_unit(get_unit(actor))
    holder = get_holder(actor, holder_id)
    present = list(unit.holders.filter(PRESENT))
    if not rules.may_end_holder(holder, present):
        raise Conflict("last", _("This is the last holder. Give a colleague access first."))
    was_present = rules.is_active_holder(holder)
    holder.left_at = clock.now()
    holder.save(update_fields=["left_at"])
    record(actor, "tips.holder_ended", holder)
    if was_present:
        _rotate(actor, unit, hand)
    _notify_other_holders(actor, unit)


@transaction.atomic
def rotate_key(*, actor: Actor, hand: UnlockedKeys) -> None:
    """Change the unit's key: every tip is sealed again and the old key is deleted."""
    unit = _lock_unit(get_unit(actor))
    _rotate(actor, unit, hand)
    _notify_other_holders(actor, unit)


def _rotate(actor: Actor, unit: HandlingUnit, hand: UnlockedKeys) -> None:
    """Replace the key of the locked unit, and encrypt its tips and each holder's copy of the key to the new one."""
    old, pair = _own_key(unit, hand), new_pair()
    arrivals.write_arrivals(lambda arrival: arrival.unit == unit.pk)  # while what it is sealed to is still there
    old.retired_at, old.recovery = clock.now(), b""
    old.save(update_fields=["retired_at", "recovery"])
    old.shares.all().delete()
    key = _new_key(actor, unit, pair, bytes(unit.recovery_public))
    KeyShare.objects.bulk_create(
        KeyShare(key=key, holder=holder, sealed=seal_box(pair.private, bytes(holder.public)))
        for holder in unit.holders.filter(PRESENT)
    )
    count = reseal_tips(unit.tips.all(), hand.private, key)
    record(actor, "tips.rotated", key, tips=count)


@transaction.atomic
def make_recovery_share(*, actor: Actor, hand: UnlockedKeys) -> str:
    """Return a new recovery share, shown once; the old paper opens nothing any more."""
    unit = _lock_unit(get_unit(actor))
    key, share = _own_key(unit, hand), new_share()
    paper = pair_of_share(share)
    assert paper is not None
    unit.recovery_public = paper.public
    unit.save(update_fields=["recovery_public"])
    key.recovery = seal_box(hand.private, paper.public)
    key.save(update_fields=["recovery"])
    record(actor, "tips.share_changed", unit)
    _notify_other_holders(actor, unit)
    return share


def recover_key(*, actor: Actor, share: str, passphrase: str) -> None:
    """Become a holder again by the paper from the safe, with a new passphrase.

    Every other holder is notified. Conflict for a wrong paper, of which each handler may try five an hour.
    """
    get_unit(actor)
    if not (use := allow("tips-share", str(actor.user_id), limit=SHARES_TRIED_AN_HOUR)):
        message = _("Too many wrong recovery shares. You can try again from %(when)s.")
        raise Conflict("too_many", message % {"when": possible_from(use.until)})
    paper = pair_of_share(share)
    with transaction.atomic():
        unit = _lock_unit(get_unit(actor))
        right = paper is not None and paper.public == bytes(unit.recovery_public)
        if paper is not None and right:
            _recover(actor, unit, paper, passphrase)
        else:
            record(actor, "tips.recovery_failed", unit)
    if not right:
        raise Conflict("share", _("This is not your unit’s current recovery share. Compare it character by character."))


def _recover(actor: Actor, unit: HandlingUnit, paper: KeyPair, passphrase: str) -> None:
    """Store the actor as a new holder of the unit's key, which the recovery paper opens; the former record ends.

    The other holders are notified.
    """
    key = present_key(unit)
    private = open_box(bytes(key.recovery), paper.private)
    KeyHolder.objects.filter(user_id=actor.user_id or 0, unit=unit, left_at__isnull=True).update(left_at=clock.now())
    KeyShare.objects.filter(holder__user_id=actor.user_id or 0, key=key).delete()
    holder = _new_holder(actor, unit, passphrase)
    _confirm(actor, holder, key, private)
    record(actor, "tips.recovered", holder)
    _notify_other_holders(actor, unit)


def change_passphrase(*, actor: Actor, old: str, new: str) -> None:
    """Change the passphrase of the actor's key; the key pair stays.

    Conflict for a wrong old passphrase, which is recorded, or too many tries.
    """
    holder = holder_of(actor)
    require(holder is not None)
    assert holder is not None
    private = open_own_key(actor, holder, old)
    with transaction.atomic():
        holder.wrapped = wrap(private, new, cost=passphrase_cost())
        holder.save(update_fields=["wrapped"])
        record(actor, "tips.passphrase_changed", holder)


def _lock_unit(unit: HandlingUnit) -> HandlingUnit:
    """Return the unit, locked until the transaction ends: no tip arrives, and nobody else changes its key meanwhile."""
    arrivals.lock_units([unit.pk])
    return HandlingUnit.objects.select_for_update(of=("self",)).get(pk=unit.pk)


def _own_key(unit: HandlingUnit, hand: UnlockedKeys) -> UnitKey:
    """Return the unit's current key if these unlocked keys still open it; Conflict otherwise."""
    key = present_key(unit)
    if key.pk != hand.key_id:
        raise Conflict("key_changed", _("The key has just been changed. Try again."))
    return key


def _notify_other_holders(actor: Actor, unit: HandlingUnit) -> None:
    """Notify the unit's other key holders of the actor's act, so that nobody changes the key unnoticed."""
    now = clock.now()
    for user in User.objects.filter(pk__in=unit.holders.filter(PRESENT).values("user_id")).exclude(
        pk=actor.user_id or 0
    ):
        notify(
            actor=actor,
            to=user,
            key=f"tips-key:{unit.pk}:{now.isoformat()}",
            template="tips/letters/key.txt",
            subject=("tips", unit.pk),
            context={"who": actor.label, "path": reverse("tips:keys")},
        )
