"""Payment providers behind one interface, and the one for trying out, whose page is our own.

A provider is never believed by where the payer's browser comes from: only a notification with its signature counts.
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
from ancu.apps.dossiers.enums import LineState
from ancu.apps.dossiers.models import BankLine, Charge, Dossier
from ancu.apps.dossiers.services.money.paying import match
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require
from ancu.engines import json_text

HOUR = 3600
MOST_BYTES = 64 * 1024  # of a notification


class Forged(Exception):
    """The notification is not the provider's, or not whole."""


@dataclass(frozen=True)
class PaymentEvent:
    """A provider says that money came: ``reference`` is the charge's, ``provider_reference`` its own number."""

    reference: str
    vnd: int
    provider_reference: str


class PaymentProvider(Protocol):
    """``start`` sends the payer off, ``notify`` reads what the provider tells us afterwards."""

    code: str

    def start(self, charge: Charge, return_url: str) -> str:
        """Where the payer's browser goes; it comes back to ``return_url``, whatever happened there."""

    def notify(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        """Raises Forged unless the signature is the provider's."""


class TestProvider:
    """A provider without money: its page is ours, its notification is signed as a real one's is."""

    __test__ = False  # not a test, whatever its name says
    code = "test"
    header = "x-signature"

    def start(self, charge: Charge, return_url: str) -> str:
        order = {"reference": charge.reference, "vnd": charge.vnd, "return_url": return_url}
        return reverse("dossiers:test_provider", args=[signing.dumps(order, salt=self.code)])

    def order(self, token: str) -> dict[str, Any]:
        """What the payer came to pay; 404 when it is none of ours, or an hour old."""
        try:
            order: dict[str, Any] = signing.loads(token, salt=self.code, max_age=HOUR)
        except signing.BadSignature:
            raise Http404 from None
        return order

    def notification(self, reference: str, vnd: int, provider_reference: str) -> tuple[bytes, dict[str, str]]:
        """What this provider would send: the body, and the headers with its signature."""
        told = {"reference": reference, "vnd": vnd, "provider_reference": provider_reference}
        body = json.dumps(told).encode()
        return body, {self.header: self._sign(body)}

    def notify(self, body: bytes, headers: Mapping[str, str]) -> PaymentEvent:
        if not hmac.compare_digest(headers.get(self.header, "").encode(), self._sign(body).encode()):
            raise Forged
        try:
            told = json_text.loads(body, most_bytes=MOST_BYTES)
            return PaymentEvent(str(told["reference"]), int(told["vnd"]), str(told["provider_reference"]))
        except (ValueError, KeyError, TypeError, OverflowError):
            raise Forged from None

    def _sign(self, body: bytes) -> str:
        return hmac.new(f"{settings.SECRET_KEY}:{self.code}".encode(), body, sha256).hexdigest()


PROVIDERS: dict[str, PaymentProvider] = {TestProvider.code: TestProvider()}


def provider() -> PaymentProvider | None:
    """The one this office works with."""
    return PROVIDERS.get(settings.PAYMENT_PROVIDER)


def get_provider(code: str) -> PaymentProvider:
    found = provider()
    if found is None or found.code != code:
        raise Http404
    return found


def start(actor: Actor, *, dossier: Dossier, return_url: str) -> str:
    """Where to send the payer."""
    require(rules.may_pay(actor, dossier))
    chosen = provider()
    charge = Charge.objects.filter(dossier=dossier, payment=None).first()
    if chosen is None or charge is None:
        raise Conflict("fee_not_open", _("There is no fee to pay online for this dossier."))
    return chosen.start(charge, return_url)


@transaction.atomic
def receive(*, code: str, body: bytes, headers: Mapping[str, str]) -> BankLine:
    """Take a provider's notification: it pays the fee, or stands to be looked at. Told twice, it is known.

    Raises Forged.
    """
    event = get_provider(code).notify(body, headers)
    actor = system(f"payment provider {code}")
    line, new = BankLine.objects.get_or_create(
        reference=f"{code}:{event.provider_reference}"[:80],
        defaults={
            "provider": code, "booked_on": clock.today(), "vnd": event.vnd, "text": event.reference[:500],
            "state": LineState.OPEN,
        },
    )  # fmt: skip
    if new:
        record(actor, "dossiers.line_told", line, vnd=line.vnd)
        match(actor, [line])
    return line
