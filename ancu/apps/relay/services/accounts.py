"""A lodging's connection to the portal: the manager's choice, and the account."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.files.services import FileUnreadable, seal, unseal
from ancu.apps.lodging.models import Establishment
from ancu.apps.relay.enums import ForwardingReason, ForwardingState
from ancu.apps.relay.models import Forwarding, PortalAccount
from ancu.apps.relay.rules import may_connect
from ancu.apps.relay.services.portal import Portal
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, require
from ancu.core.security.encryption import FILES
from ancu.core.security.key_rotation import Column, EncryptedStore

ACCOUNT_TROUBLES = (ForwardingReason.NO_ACCOUNT, ForwardingReason.ACCOUNT_REFUSED)


@transaction.atomic
def connect(actor: Actor, *, establishment: Establishment, username: str = "", password: str = "") -> PortalAccount:
    """Forward the lodging's declarations from now on; return its connection to the portal.

    An empty password keeps the stored one of the same user name. Waiting forwardings that lacked an account are sent
    again. Conflict ``no_account`` when neither the lodging nor the office has an account.
    """
    require(may_connect(actor, establishment))
    account = _lock_account(establishment)
    if not account.forwards:
        account.forwards, account.since = True, clock.now()
    if password:
        account.password_sealed = seal(password.encode(), _encryption_context(establishment.pk))
    if username != account.username and not password:
        account.password_sealed = None  # it was another account's
    account.username = username
    if not _has_account(account):
        raise Conflict("no_account", _("Enter the user name and password of your account at the portal."))
    _save_change(account, actor)
    waiting = Forwarding.objects.filter(
        establishment=establishment, state=ForwardingState.WAITING, why__in=ACCOUNT_TROUBLES
    )
    waiting.update(why=ForwardingReason.NONE, next_at=clock.now())
    record(actor, "relay.connected", account, establishment=establishment.pk)
    return account


@transaction.atomic
def disconnect(actor: Actor, *, establishment: Establishment) -> None:
    """Stop forwarding the lodging's new declarations; those that wait are still sent.

    Its user name and password are deleted now, or once nothing waits any more.
    """
    require(may_connect(actor, establishment))
    account = _lock_account(establishment)
    if not account.forwards:
        return
    waiting = Forwarding.objects.filter(establishment=establishment, state=ForwardingState.WAITING).exists()
    account.forwards = False
    if not waiting:
        account.username, account.password_sealed = "", None
    _save_change(account, actor)
    record(actor, "relay.disconnected", account, establishment=establishment.pk)


@transaction.atomic
def forget_passwords(actor: Actor) -> int:
    """Delete user names and passwords of lodgings that no longer forward and have nothing waiting.

    Return the number of lodgings.
    """
    waiting = Forwarding.objects.filter(state=ForwardingState.WAITING).values("establishment_id")
    ended = PortalAccount.objects.filter(forwards=False).exclude(username="", password_sealed=None)
    count = ended.exclude(establishment_id__in=waiting).update(username="", password_sealed=None)
    if count:
        record(actor, "relay.redact", ("relay.portalaccount", "batch"), accounts=count)
    return count


def _lock_account(establishment: Establishment) -> PortalAccount:
    """Return the lodging's connection to the portal, locked; created if missing."""
    now = clock.now()
    PortalAccount.objects.get_or_create(establishment=establishment, defaults={"since": now, "changed_at": now})
    return PortalAccount.objects.select_for_update().get(establishment=establishment)


def _save_change(account: PortalAccount, actor: Actor) -> None:
    """Store the connection with who changed it and when; an earlier problem of the account is cleared."""
    account.problem, account.problem_at = ForwardingReason.NONE, None
    account.changed_by, account.changed_at = actor.user_id, clock.now()
    account.save()


def _has_account(account: PortalAccount) -> bool:
    """Whether the lodging or the office has an account to send with."""
    return bool(account.username and account.password_sealed) or bool(settings.PORTAL_USERNAME)


def _encryption_context(establishment_id: int) -> bytes:
    """Return the context that a lodging's encrypted password is bound to."""
    return f"relay.account.{establishment_id}".encode()


def portal_of(establishment: Establishment) -> Portal | None:
    """Return the client for the portal with the lodging's own account, or else the office's.

    None without either, or if the lodging's password can no longer be decrypted.
    """
    account = PortalAccount.objects.filter(establishment=establishment).first()
    if account and account.username and account.password_sealed:
        try:
            password = unseal(bytes(account.password_sealed), _encryption_context(establishment.pk))
        except FileUnreadable:  # FILES_KEY was lost: to be typed anew, as the page says
            return None
        return Portal(account.username, password.decode())
    if settings.PORTAL_USERNAME:
        return Portal(settings.PORTAL_USERNAME, settings.PORTAL_PASSWORD)
    return None


def sealed_stores() -> list[EncryptedStore]:
    """Return the encrypted column of passwords, for the rotation of keys."""
    return [Column(PortalAccount, "password_sealed", lambda row: _encryption_context(row.establishment_id), FILES)]
