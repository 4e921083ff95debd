"""Encrypt by the present key what the former one encrypted."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ancu.apps.audit.services import record
from ancu.core.actor import system
from ancu.core.security.encryption import key_id
from ancu.core.security.key_rotation import Renewal, stores


class Command(BaseCommand):
    help = (
        "Encrypt by FILES_KEY what FILES_KEY_FORMER encrypted, while the office works; a run that was interrupted is "
        "continued by the next. The last line says whether the former key may be taken away."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Encrypt with the present FILES_KEY all stored data that the former key encrypted; print the numbers."""
        present = _key_name(settings.FILES_KEY)
        self.stdout.write(f"Present key: {present}. Former key: {_key_name(settings.FILES_KEY_FORMER)}.")
        total: Counter[Renewal] = Counter()
        for store in stores():
            counts = Counter(store.run())
            outcome = ", ".join(f"{number} {renewal.value}" for renewal, number in counts.items()) or "nothing to do"
            self.stdout.write(f"{store.name}: {outcome}")
            total += counts
        numbers = {renewal.value: number for renewal, number in total.items()}
        record(system("rotate_keys"), "accounts.rotated_keys", ("accounts.key", present), counts=numbers)
        self._print_next_step(total)

    def _print_next_step(self, total: Counter[Renewal]) -> None:
        """Print whether the operator may remove the former key.

        A second pass shows whether a process still encrypts with it.
        """
        if unreadable := total[Renewal.UNREADABLE]:
            self.stderr.write(f"{unreadable} are encrypted by neither key: FILES_KEY_FORMER is not the one they need.")
        elif total[Renewal.RENEWED] and any(Renewal.RENEWED in store.run() for store in stores()):
            self.stdout.write("Keep the former key: a process still writes by it. Restart them all and run this again.")
        elif settings.FILES_KEY_FORMER:
            self.stdout.write("Nothing is encrypted by the former key any more: FILES_KEY_FORMER may be taken away.")
        else:
            self.stdout.write("Everything is encrypted by the present key.")


def _key_name(key: str) -> str:
    """Return the key's id in hex; "none" for an empty key."""
    return key_id(key).hex() if key else "none"
