"""What a program was answered to a reference of its own, kept with the stays it speaks of."""

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.models import IdempotentResponse
from ancu.core import clock
from ancu.core.errors import Conflict


class ConcurrentResponse(Exception):
    """Another request with the same reference was quicker; its answer is there to be read now."""


def find_response(establishment_id: int, reference: str, body_sha256: str) -> tuple[int, bytes] | None:
    """The answer given before; Conflict ``reference_reused`` when the body was another one then."""
    answer = IdempotentResponse.objects.filter(establishment_id=establishment_id, client_reference=reference).first()
    if answer is None:
        return None
    if answer.request_sha256 != body_sha256:
        raise Conflict("reference_reused", _("This reference was already used for another request. Choose a new one."))
    return answer.status_code, bytes(answer.body)


def store_response(establishment_id: int, reference: str, body_sha256: str, status: int, body: bytes) -> None:
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
