"""Idempotency of a program's calls: responses by client reference, stored in the transaction of the stays."""

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.models import IdempotentResponse
from ancu.core import clock
from ancu.core.errors import Conflict


class ConcurrentResponse(Exception):
    """A concurrent request with the same reference was stored first; its response can be read now."""


def find_response(establishment_id: int, reference: str, body_sha256: str) -> tuple[int, bytes] | None:
    """Return the stored (status, body) for a program's reference at the lodging; None without one.

    Conflict ``reference_reused`` when the reference came with another body.
    """
    answer = IdempotentResponse.objects.filter(establishment_id=establishment_id, client_reference=reference).first()
    if answer is None:
        return None
    if answer.request_sha256 != body_sha256:
        raise Conflict("reference_reused", _("This reference was already used for another request. Choose a new one."))
    return answer.status_code, bytes(answer.body)


def store_response(establishment_id: int, reference: str, body_sha256: str, status: int, body: bytes) -> None:
    """Store the response to a program's call; ConcurrentResponse when the reference was stored meanwhile."""
    try:
        IdempotentResponse.objects.create(
            establishment_id=establishment_id,
            client_reference=reference,
            request_sha256=body_sha256,
            status_code=status,
            body=body,
            created_at=clock.now(),
        )
    except IntegrityError as error:
        raise ConcurrentResponse from error
