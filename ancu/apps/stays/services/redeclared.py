"""Guests of an upload who are declared already: find the differing fields and correct the declaration."""

from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db import transaction
from django.http import Http404

from ancu.apps.stays.models import NOT_WITHDRAWN, Stay, Upload
from ancu.apps.stays.rules.corrections import may_be_another_guest
from ancu.apps.stays.selectors import as_declared
from ancu.apps.stays.services.correcting import another_guest_conflict, correct
from ancu.apps.stays.services.matching import differences, guest_of, still_differs
from ancu.apps.stays.services.outcome import DeclaredDifference
from ancu.apps.stays.services.uploads import get_upload
from ancu.core.actor import Actor
from ancu.engines.exchange import Guest, GuestRow

PERSON = ("full_name", "birth_date", "sex", "nationality", "document_number")


class RedeclaredRow(NamedTuple):
    """A row whose guest was declared before: the declared guest and the differing fields.

    With ``is_another_guest`` the declaration was corrected since, and the row might replace the guest by another
    one.
    """

    position: int
    stay_id: int
    receipt: str
    differs: list[DeclaredDifference]
    is_another_guest: bool
    guest: Guest


def differences_in(upload: Upload, rows: list[GuestRow]) -> dict[int, list[DeclaredDifference]]:
    """Return by position in which fields the rows differ from stays already declared, in one query.

    Rows without differences are missing.
    """
    numbers = {row.values.document_number for row in rows if row.values.document_number}
    if not numbers:
        return {}
    stays = Stay.objects.filter(NOT_WITHDRAWN, establishment=upload.establishment, document_number__in=numbers)
    declared = {(stay.document_number, stay.nationality, stay.arrived_on): guest_of(stay) for stay in stays}
    differing = {}
    for row in rows:
        guest = row.values
        before = declared.get((guest.document_number or "", guest.nationality or "", guest.arrived_on))  # type: ignore[arg-type]
        if before is not None and (differs := differences(guest, before)):
            differing[row.position] = differs
    return differing


def already_declared(upload: Upload) -> list[tuple[int, int | None, str, str]]:
    """Return (position, stay id, receipt, name) of a declared upload's guests who were declared before it.

    The name is empty for a withdrawn stay.
    """
    already = (upload.outcome or {}).get("already", [])
    ids = {stay_id for _position, stay_id, _number in already if stay_id}
    names = dict(Stay.objects.filter(NOT_WITHDRAWN, pk__in=ids).values_list("pk", "full_name"))
    return [(position, stay_id, number, names.get(stay_id, "")) for position, stay_id, number in already]


def differing_rows(upload: Upload) -> list[RedeclaredRow]:
    """Return the rows of a declared upload that still differ from the earlier declaration of their guest."""
    outcome = upload.outcome or {}
    already = {position: (stay_id, number) for position, stay_id, number in outcome.get("already", [])}
    differs_by_position = {int(position): differs for position, differs in outcome.get("differs", {}).items()}
    stays = Stay.objects.filter(NOT_WITHDRAWN, pk__in={already[position][0] for position in differs_by_position})
    current = {stay.pk: guest_of(stay) for stay in stays}
    declared = as_declared(stays)
    rows = []
    for position, differs in differs_by_position.items():
        stay_id, number = already[position]
        if stay_id in current:
            guest = current[stay_id]
            differing = [entry for entry in map(DeclaredDifference._make, differs) if still_differs(entry, guest)]
            if differing:
                is_another_guest = _is_another_guest(guest_of(declared[stay_id]), guest, differing)
                rows.append(RedeclaredRow(position, stay_id, number, differing, is_another_guest, guest))
    return rows


def _is_another_guest(declared: Guest, guest: Guest, differs: list[DeclaredDifference]) -> bool:
    """Whether the data sent may be another guest's than the declared one's, so that no correction is offered.

    ``declared`` is the guest as first declared, ``guest`` as declared now; ``differs`` has the values sent.
    """
    person = {difference.field: difference.sent for difference in differs if difference.field in PERSON}
    corrected = msgspec.structs.replace(guest, **person)
    return may_be_another_guest(declared, guest, corrected)


@transaction.atomic
def correct_as_sent(*, actor: Actor, upload_id: UUID, position: int) -> Stay:
    """Correct the declaration of a guest declared before to what the upload's row says; return the stay.

    404 if the row no longer differs, Conflict ``another_guest`` if it may mean another guest.
    """
    upload = get_upload(actor, upload_id, lock=True)
    row = next((candidate for candidate in differing_rows(upload) if candidate.position == position), None)
    if row is None:
        raise Http404
    if row.is_another_guest:
        raise another_guest_conflict()
    return correct(
        actor=actor, stay_id=row.stay_id, changes={difference.field: difference.sent for difference in row.differs}
    )
