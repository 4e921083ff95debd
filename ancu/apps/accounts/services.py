"""Writes on people and their memberships."""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator

from ancu.apps.accounts.models import User


def enable_totp(user: User, secret: str) -> None:
    """Give ``user`` a second factor whose secret is known (base 32); for demo accounts and tests."""
    Authenticator.objects.update_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": get_adapter().encrypt(secret)}}
    )
