"""Keys of lodgings' programs that end soon."""

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.services import notify_owner
from ancu.apps.lodging.models import ApiToken
from ancu.core.security.tokens import days_of_reminder


def announce_ending_keys() -> None:
    """Enqueue reminders to managers of businesses whose API keys expire on a day that is announced today."""
    ending = ApiToken.objects.filter(revoked_at=None, expires_on__in=days_of_reminder())
    managers = Membership.objects.filter(
        organisation__in=ending.values("establishment__business"), role=Role.MANAGER, ended_at=None
    )
    for user_id in managers.values_list("user_id", flat=True).distinct():
        notify_owner(user_id, "key_expires")
