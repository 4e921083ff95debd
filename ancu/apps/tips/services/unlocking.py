"""Unlock a unit's tips by passphrase, for a while and in one browser."""

from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.tips import rules
from ancu.apps.tips.models import KeyHolder
from ancu.apps.tips.selectors.opening import UnlockedKeys, unlocked_keys_of
from ancu.apps.tips.selectors.units import holder_of
from ancu.apps.tips.services import unlocked_keys
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.rate_limits import allow, give_back
from ancu.core.templatetags.ui import possible_from
from ancu.engines.envelopes import WrongKey, unwrap

IDLE = 15 * 60
LONGEST = 4 * 3600
TRIES, TRIES_AN_HOUR = "tips-unlock", 10


def unlock(*, actor: Actor, passphrase: str) -> str:
    """Unlock the unit's tips and return a token for this browser.

    403 for somebody without a key; Conflict for a wrong passphrase or too many tries.
    """
    holder = holder_of(actor)
    require(holder is not None and rules.is_active_holder(holder))
    assert holder is not None
    private = open_own_key(actor, holder, passphrase)
    record(actor, "tips.unlocked", holder)
    return unlocked_keys.store_key(private, _owner(actor, holder), idle=IDLE, longest=LONGEST)


def open_own_key(actor: Actor, holder: KeyHolder, passphrase: str) -> bytes:
    """Return the holder's private key, decrypted by the passphrase.

    Conflict for a wrong passphrase or too many tries. A try is counted before it is made; a right one is given back.
    """
    if not (use := allow(TRIES, str(actor.user_id), limit=TRIES_AN_HOUR)):
        message = _("Too many wrong passphrases. You can try again from %(when)s.")
        raise Conflict("too_many", message % {"when": possible_from(use.until)})
    try:
        private = unwrap(bytes(holder.wrapped), passphrase)
    except WrongKey:
        record(actor, "tips.unlock_failed", holder)
        raise Conflict("passphrase", _("This is not your passphrase. Nothing was opened.")) from None
    give_back(TRIES, str(actor.user_id))
    return private


def get_unlocked_keys(actor: Actor, token: str) -> UnlockedKeys | None:
    """Return the keys that this browser has unlocked; None if the passphrase must be entered again."""
    holder = holder_of(actor)
    if holder is None:
        return None
    private = unlocked_keys.fetch_key(token, _owner(actor, holder), idle=IDLE)
    return unlocked_keys_of(holder, private) if private else None


def lock(*, actor: Actor, token: str) -> None:
    """Delete this browser's unlocked keys, so that the passphrase must be entered again."""
    holder = holder_of(actor)
    if holder is not None:
        unlocked_keys.delete_key(token, _owner(actor, holder))


def _owner(actor: Actor, holder: KeyHolder) -> str:
    """Return the owner's name under which the actor's unlocked keys are stored: user, membership and holder."""
    return f"tips:{actor.user_id}:{actor.membership_id}:{holder.pk}"
