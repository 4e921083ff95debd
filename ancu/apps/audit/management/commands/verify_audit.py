"""Recompute the audit's chain and say where it breaks; exit code 1 when it does."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ancu.apps.audit.services import count_unsealed, verify_chain


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        checked, broken = verify_chain()
        if broken is not None:
            raise CommandError(f"the chain breaks at link {broken}: an event was changed, removed or put in")
        if unsealed := count_unsealed():
            stand = "event stands" if unsealed == 1 else "events stand"
            raise CommandError(f"{unsealed} {stand} outside the chain: put in behind it, or nothing has been sealed")
        self.stdout.write(f"{checked} events checked, the chain holds")
