"""What an authenticator shows (RFC 6238): for the demo's officers and the tests'."""

from time import time

from allauth.mfa import app_settings
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value


def current_code(secret: str, periods: int = 0) -> str:
    """Return the TOTP code of now, or of ``periods`` of 30 s later (earlier if negative); ``secret`` is base 32."""
    return str(format_hotp_value(hotp_value(secret, int(time()) // app_settings.TOTP_PERIOD + periods)))
