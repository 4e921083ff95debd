"""Payment providers behind one interface, and a test provider with its own page.

The payer's return from the provider proves nothing: only a signed notification counts.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import BankLineState
from ancu.apps.dossiers.models import BankLine, Charge, Dossier
from ancu.apps.dossiers.services.money.paying import match_lines
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require
from ancu.engines import json_text

HOUR = 3600
MAX_BYTES = 64 * 1024  # of a notification


class ForgedNotification(Exception):
    """The notification is not from the provider, or incomplete."""


@dataclass(frozen=True)
class PaymentEvent:
    """A provider's report of a payment: ``reference`` is the charge's, ``provider_reference`` its own number."""

    reference: str
    vnd: int
    provider_reference: str


class PaymentProvider(Protocol):
    """``start`` sends the payer off, ``notify`` reads the provider's notifications."""

    code: str

    def start(self, charge: Charge, return_url: str) -> str:
        """Return the URL for the payer's browser, which comes back to ``return_url`` in any case."""

    def notify(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        """Parse a notification; raises ForgedNotification without a valid signature."""


class TestProvider:
    """A provider without real money: the page is ours, notifications are signed like real ones."""

    __test__ = False  # not a test class for pytest
    code = "test"
    header = "x-signature"

    def start(self, charge: Charge, return_url: str) -> str:
        """Return the address of the test provider's page, on which the payer pays or cancels the charge."""
        order = {"reference": charge.reference, "vnd": charge.vnd, "return_url": return_url}
        return reverse("dossiers:test_provider", args=[signing.dumps(order, salt=self.code)])

    def order(self, token: str) -> dict[str, Any]:
        """Return the order (reference, sum and so on) signed in the token; 404 if it is forged or over an hour old."""
        try:
            order: dict[str, Any] = signing.loads(token, salt=self.code, max_age=HOUR)
        except signing.BadSignature:
            raise Http404 from None
        return order

    def notification(self, reference: str, vnd: int, provider_reference: str) -> tuple[bytes, dict[str, str]]:
        """Return a notification of this provider: the body, and the headers with its signature."""
        notification = {"reference": reference, "vnd": vnd, "provider_reference": provider_reference}
        body = json.dumps(notification).encode()
        return body, {self.header: self._sign(body)}

    def notify(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        """Return the payment in a signed notification; ForgedNotification for any other."""
        if not hmac.compare_digest(headers.get(self.header, "").encode(), self._sign(body).encode()):
            raise ForgedNotification
        try:
            notification = json_text.loads(body, most_bytes=MAX_BYTES)
            return PaymentEvent(
                str(notification["reference"]), int(notification["vnd"]), str(notification["provider_reference"])
            )
        except (ValueError, KeyError, TypeError, OverflowError):
            raise ForgedNotification from None

    def _sign(self, body: bytes) -> str:
        """Return the HMAC-SHA256 of a notification's body, in hex, by which it is verified."""
        return hmac.new(f"{settings.SECRET_KEY}:{self.code}".encode(), body, sha256).hexdigest()


PROVIDERS: dict[str, PaymentProvider] = {TestProvider.code: TestProvider()}


def provider() -> PaymentProvider | None:
    """Return the online payment provider configured for this office; None without one."""
    return PROVIDERS.get(settings.PAYMENT_PROVIDER)


def get_provider(code: str) -> PaymentProvider:
    """Return the configured payment provider if it has this code; otherwise raise 404."""
    configured = provider()
    if configured is None or configured.code != code:
        raise Http404
    return configured


def start(actor: Actor, *, dossier: Dossier, return_url: str) -> str:
    """Return the provider's URL to pay the dossier's fee; Conflict if no fee is open or no provider configured.

    The payer's browser comes back to ``return_url``.
    """
    require(rules.may_pay(actor, dossier))
    configured = provider()
    charge = Charge.objects.filter(dossier=dossier, payment=None).first()
    if configured is None or charge is None:
        raise Conflict("fee_not_open", _("There is no fee to pay online for this dossier."))
    return configured.start(charge, return_url)


@transaction.atomic
def receive(*, code: str, body: bytes, headers: Mapping[str, str]) -> BankLine:
    """Store a provider's notification: it pays the fee, or stays open for an officer. Idempotent.

    Raises ForgedNotification.
    """
    event = get_provider(code).notify(body, headers)
    actor = system(f"payment provider {code}")
    bank_line, new = BankLine.objects.get_or_create(
        reference=f"{code}:{event.provider_reference}"[:80],
        defaults={
            "provider": code, "booked_on": clock.today(), "vnd": event.vnd, "text": event.reference[:500],
            "state": BankLineState.OPEN,
        },
    )  # fmt: skip
    if new:
        record(actor, "dossiers.line_told", bank_line, vnd=bank_line.vnd)
        match_lines(actor, [bank_line])
    return bank_line
