"""Print a new key for signing heads of the audit chain, and its public key."""

from typing import Any

from django.core.management.base import BaseCommand

from ancu.engines.signed_heads import new_key, public_key_of


class Command(BaseCommand):
    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Print a new private key that signs the audit chain's heads, and its public key."""
        private = new_key()
        self.stdout.write(f"AUDIT_SIGNING_KEY={private}")
        self.stdout.write(f"Public key, for the other party: {public_key_of(private)}")
