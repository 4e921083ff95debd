"""Stays as they lie in the table, made without the services (whose own tests use the services)."""

from datetime import timedelta
from itertools import count
from typing import Any

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.models import Stay, Submission, UndeclaredRow, Upload
from ancu.apps.travellers.models import Identity, Traveller
from ancu.apps.travellers.rules import name_key
from ancu.core import clock

_numbers = count(1)


def make_submission(establishment: Establishment, **fields: Any) -> Submission:
    """One stored row, received now, unless told otherwise."""
    received = fields.get("received_at", clock.now())
    values: dict[str, Any] = {
        "number": f"HB-TEST-{next(_numbers):08}",
        "unit": establishment.unit,
        "channel": DeclarationChannel.WEB,
        "actor_kind": "person",
        "keyed_at": received,
        "received_at": received,
        "read_count": 1,
        "accepted_count": 1,
        "warned_count": 0,
        "already_count": 0,
        "refused_count": 0,
        "skipped_count": 0,
        "late_count": 0,
        "sha256": "0" * 64,
    }
    return Submission.objects.create(establishment=establishment, **(values | fields))


def make_identity(
    full_name: str, document_number: str, *, traveller: Traveller | None = None, **fields: Any
) -> Identity:
    values: dict[str, Any] = {"nationality": "DEU", "birth_date": "1984-03-08", "name_key": name_key(full_name)}
    return Identity.objects.create(
        traveller=traveller or Traveller.objects.create(first_seen_at=clock.now()),
        full_name=full_name,
        document_number=document_number,
        **(values | fields),
    )


def make_stay(establishment: Establishment, full_name: str = "HOFFMANN JÖRG", **fields: Any) -> Stay:
    """An open stay of one German guest who came today for three nights, declared in time."""
    number = next(_numbers)
    arrived = fields.pop("arrived_on", clock.today())
    document = fields.pop("document_number", f"C{number:08}")
    who = {key: fields.pop(key) for key in ("nationality", "birth_date", "traveller") if key in fields}
    identity = fields.pop("identity", None) or make_identity(full_name, document, **who)
    submission = fields.pop("submission", None) or make_submission(establishment)
    values: dict[str, Any] = {
        "submission": submission,
        "position": number,
        "unit": establishment.unit,
        "identity": identity,
        "full_name": full_name,
        "name_key": identity.name_key,
        "birth_date": identity.birth_date,
        "sex": "M",
        "nationality": identity.nationality,
        "document_number": identity.document_number,
        "arrived_on": arrived,
        "expected_departure": arrived + timedelta(days=3),
        "declared_at": submission.received_at,
        "limit_id": "declaration.electronic 87/2026",
        "room": "201",
    }
    return Stay.objects.create(establishment=establishment, **(values | fields))


def make_undeclared(upload: Upload, full_name: str = "SUTARNO", **fields: Any) -> UndeclaredRow:
    """A guest of that file who lacks a nationality, and waits."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "texts": {"full_name": full_name, "document_number": f"X{number:07}", "nationality": "???"},
        "digest": f"{number:064}",
        "name_key": name_key(full_name),
        "document_number": f"X{number:07}",
        "position": number,
        "created_at": clock.now(),
    }
    return UndeclaredRow.objects.create(upload=upload, establishment=upload.establishment, **(values | fields))
