"""Push messages without content to devices (RFC 8030, VAPID of RFC 8292)."""

import base64
import json
import time
from email.utils import parseaddr
from functools import cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from ancu.apps.audit.services import record
from ancu.apps.messaging.models import PushAddress
from ancu.apps.messaging.services.in_app import PUSH
from ancu.apps.messaging.services.notifications import NotDelivered
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.web.outbound import AddressRefused, OutboundResponse, Unreachable, look_up, post

LIFE = 12 * 3600  # seconds a signature is good for; the standard allows a day
KEPT_SECONDS = 24 * 3600  # seconds the push service keeps a sign for a device that is off
MOST_REFUSED = 5  # in a row; then the address is forgotten
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of P-256


@cache
def _signing_key() -> ec.EllipticCurvePrivateKey:
    """Return the office's signing key, derived from RECEIPTS_KEY, so that every process has the same one."""
    derived = HKDF(hashes.SHA256(), 48, salt=None, info=b"ancu web push").derive(settings.RECEIPTS_KEY.encode())
    return ec.derive_private_key(int.from_bytes(derived) % (ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> str:
    """Return the key with which browsers subscribe (``applicationServerKey``)."""
    form = serialization.PublicFormat.UncompressedPoint
    return _base64url(_signing_key().public_key().public_bytes(serialization.Encoding.X962, form))


def _base64url(data: bytes) -> str:
    """Return the bytes as base64url text without padding characters, as push messages need it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signature(endpoint: str) -> str:
    """Return the Authorization header that identifies the office to the push service (RFC 8292, 2 and 3)."""
    parts = urlsplit(endpoint)
    contact = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int(time.time()) + LIFE,
        "sub": f"mailto:{contact}",
    }
    signed = ".".join(_base64url(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims))
    r, s = decode_dss_signature(_signing_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={signed}.{_base64url(r.to_bytes(32) + s.to_bytes(32))}, k={public_key()}"


def send_push(address_id: int) -> None:
    """Send a push message to a device; a device that is gone is deleted. Raises NotDelivered to be retried."""
    address = PushAddress.objects.filter(pk=address_id).first()
    if address is None:
        return None
    try:
        target = look_up(address.endpoint, loopback=settings.WEBHOOK_LOOPBACK)
        headers = {
            "TTL": str(KEPT_SECONDS),
            "Urgency": "normal",
            "Topic": "ancu",
            "Authorization": signature(address.endpoint),
        }
        answer = post(target, b"", headers)
    except AddressRefused as refused:
        if refused.code == "address_unknown":  # the names of the world may be down
            raise NotDelivered("push_unreachable") from None
        return _delete_device(address, refused.code)
    except Unreachable as problem:
        raise NotDelivered(problem.code) from None
    return _handle_response(address, answer)


def _handle_response(address: PushAddress, answer: OutboundResponse) -> None:
    """Handle the push service's response about a device (RFC 8030, 7.3).

    2xx: record that the device was reached. 404, 410 or too many refusals: delete the device. 429 or 5xx: raise
    NotDelivered, to be retried. Any other status: count a refusal.
    """
    if 200 <= answer.status < 300:
        PushAddress.objects.filter(pk=address.pk).update(reached_at=clock.now(), refused=0)
    elif answer.status in (404, 410) or address.refused + 1 >= MOST_REFUSED:
        _delete_device(address, str(answer.status))
    elif answer.status == 429 or answer.status >= 500:
        raise NotDelivered("push_later", answer.retry_after)
    else:
        PushAddress.objects.filter(pk=address.pk).update(refused=address.refused + 1)


def _delete_device(address: PushAddress, code: str) -> None:
    """Delete a push device that no longer exists, and record the service's status code in the audit."""
    record(system(PUSH), "messaging.device_gone", address, code=code, user=address.user_id)
    address.delete()


def end_access(actor: Actor, user_id: int) -> list[str]:
    """Delete all push devices of a closed account; return an empty list.

    The list is of what colleagues must still do for the account (``core.registry.access_end``); devices need nothing.
    """
    PushAddress.objects.filter(user_id=user_id, user__is_active=False).delete()
    return []
