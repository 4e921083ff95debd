"""The demo's accounts, with the password and the second factor's present code for officers."""

import json
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from ancu.apps.accounts.enums import AGENCY_ROLES, Role
from ancu.demo.accounts import ACCOUNTS, PASSWORD, TOTP_SECRET


def present_code() -> str:
    """The six digits an authenticator would show now for the demo's shared secret."""
    return str(format_hotp_value(hotp_value(TOTP_SECRET, next(yield_hotp_counters_from_time()))))


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        rows = [
            {"email": a.email, "role": a.role.value, "name": a.full_name, "second_factor": a.role in AGENCY_ROLES}
            for a in ACCOUNTS
        ]
        if as_json:
            self.stdout.write(json.dumps({"password": PASSWORD, "totp_secret": TOTP_SECRET, "accounts": rows}))
            return
        for account in ACCOUNTS:
            code = " *" if account.role in AGENCY_ROLES else ""
            self.stdout.write(f"  {account.email:<27} {_both(account.role)}{code}")
        self.stdout.write(f"\n  mật khẩu / password: {PASSWORD}")
        self.stdout.write(
            f"  * mã xác thực / second factor: {present_code()} (30 s; `make demo-accounts`: mã mới / the next)"
        )


def _both(role: Role) -> str:
    """The role in Vietnamese and English."""
    with translation.override("vi"):
        vi = str(role.label)
    with translation.override("en"):
        return f"{vi} / {role.label}"
