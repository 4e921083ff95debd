"""The demo's accounts, with the password and the second factor's present code for officers."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

from ancu.apps.accounts.enums import Role
from ancu.apps.tips.services import receipts
from ancu.demo.accounts import ACCOUNTS, PASSWORD, TOTP_SECRET, present_code
from ancu.demo.tips import FORMS, PASSPHRASES

NEXT_CODE = "`make demo-accounts`, `ancu manage demo_accounts`"


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Add ``--json`` for JSON output."""
        parser.add_argument("--json", action="store_true", dest="as_json")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        """Print the demo's accounts with role, name, password and second factor, and the tips' receipts."""
        rows = [
            {"email": a.email, "role": a.role.value, "name": a.full_name, "second_factor": a.has_second_factor}
            for a in ACCOUNTS
        ]
        if as_json:
            accounts_json = {"password": PASSWORD, "totp_secret": TOTP_SECRET, "accounts": rows}
            self.stdout.write(json.dumps(accounts_json | {"tip_passphrases": PASSPHRASES, "tip_receipts": _receipts()}))
            return
        for account in ACCOUNTS:
            code = " *" if account.has_second_factor else ""
            self.stdout.write(f"  {account.email:<27} {_role_in_both_languages(account.role)}{code}")
        self.stdout.write(f"\n  mật khẩu / password: {PASSWORD}")
        self.stdout.write(f"  * mã xác thực / second factor: {present_code()} (30 s; {NEXT_CODE}: mã mới / the next)")
        self.stdout.write("\n  tin báo / tips:")
        for email, passphrase in PASSPHRASES.items():
            self.stdout.write(f"  {email:<27} {passphrase}")
        self.stdout.write(f"  mã biên nhận / receipts: {' · '.join(_receipts())}")


def _receipts() -> list[str]:
    """Return the receipt numbers of the documented tips; they depend on this machine's key."""
    return [receipts.in_groups(receipts.receipt_of(form)) for form in FORMS]


def _role_in_both_languages(role: Role) -> str:
    """Return the role's name in Vietnamese and English."""
    with translation.override("vi"):
        vi = str(role.label)
    with translation.override("en"):
        return f"{vi} / {role.label}"
