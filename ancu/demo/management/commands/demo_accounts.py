"""The demo's accounts, with the password and the second factor's present code for officers."""

import json
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.management.base import BaseCommand, CommandParser

from ancu.apps.accounts.enums import AGENCY_ROLES
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
        for row in rows:
            code = "  + code" if row["second_factor"] else ""
            self.stdout.write(f"  {row['email']:<28} {row['role']:<18} {row['name']}{code}")
        self.stdout.write(f"  password: {PASSWORD}")
        self.stdout.write(
            f"  code of officers' second factor: {present_code()} now, or `manage.py demo_accounts` again"
        )
