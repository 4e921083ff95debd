"""Announce keys of companies' programs that end soon."""

from ancu.apps.accounts.models import OrganisationToken
from ancu.apps.accounts.services.account_security import notify_owner
from ancu.core.security.tokens import days_of_reminder


def announce_ending_keys() -> None:
    """Enqueue letters to representatives of sponsors whose API keys end on a day that is announced today.

    Those days are ``days_of_reminder``.
    """
    ending = OrganisationToken.objects.filter(
        revoked_at=None, membership__ended_at=None, expires_on__in=days_of_reminder()
    )
    for user_id in ending.values_list("membership__user_id", flat=True).distinct():
        notify_owner(user_id, "key_expires")
