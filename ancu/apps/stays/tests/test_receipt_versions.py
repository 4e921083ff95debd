"""The hash of a receipt: what it is over stays the same for each version, and is computed again every night."""

from collections import namedtuple
from datetime import date, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from ancu.apps.audit.apps import proofs_hold
from ancu.apps.audit.selectors.proofs import last_proof_checks
from ancu.apps.stays.models import Stay, Submission
from ancu.apps.stays.selectors import receipts
from ancu.apps.stays.services import correct, declare, retention
from ancu.apps.stays.services.verifying import check_receipts, verify_receipts
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.clock import VIETNAM
from ancu.core.security.privacy import Keep
from ancu.engines.exchange import interpret

GIVEN_OUT = {
    1: "arrived_at arrived_on birth_date departed_on departure_presumed document_kind document_number entry_paper"
    " expected_departure full_name nationality native_name permitted_until position purpose room sex",
}
EXAMPLE = {
    "arrived_at": datetime(2026, 11, 24, 15, 20, tzinfo=VIETNAM), "arrived_on": date(2026, 11, 24),
    "birth_date": "1984-03-08", "departed_on": None, "departure_presumed": False, "document_kind": "passport",
    "document_number": "C01X0T478", "entry_paper": "e_visa", "expected_departure": date(2026, 11, 27),
    "full_name": "HOFFMANN JÖRG", "nationality": "DEU", "native_name": "", "permitted_until": date(2027, 1, 3),
    "position": 1, "purpose": "tourism", "room": "201", "sex": "M",
}  # fmt: skip
DIGESTS = {1: "ca2e24d9"}


def declare_guests(world: Any, count: int = 2) -> Submission:
    day = clock.today()
    records: list[dict[str, str | None]] = [
        {
            "full_name": f"GUEST {chr(65 + number)}", "birth_date": "1984-03-08", "sex": "M", "nationality": "DEU",
            "document_number": f"C0TEST{number:03}", "room": "201", "arrived_on": day.isoformat(),
            "expected_departure": (day + timedelta(days=3)).isoformat(),
        }
        for number in range(count)
    ]  # fmt: skip
    outcome = declare(actor=world.actor("alice"), establishment=world.lodging, rows=interpret(records), channel="file")
    assert outcome.submission is not None
    return outcome.submission


def alter(stay: Stay, **values: Any) -> None:
    """Change a stay as somebody with the database's rights would: past history and every service."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name, value in values.items():
            cursor.execute(f"UPDATE stays_stay SET {name} = %s WHERE id = %s", [value, stay.pk])
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_the_lines_of_a_version_that_was_given_out_stay_as_they_are() -> None:
    """A new field needs a new version, with a line here."""
    assert {version: " ".join(names) for version, names in receipts.RECEIPT_FIELDS.items()} == GIVEN_OUT
    example = namedtuple("Example", EXAMPLE)(**EXAMPLE)  # type: ignore[arg-type]
    digests = {version: receipts.digest([example], version) for version in receipts.RECEIPT_FIELDS}
    assert {version: digest[:8] for version, digest in digests.items()} == DIGESTS


@pytest.mark.django_db
def test_an_old_receipt_survives_a_new_field(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    old = declare_guests(world)
    current, added = receipts.CURRENT_VERSION, receipts.CURRENT_VERSION + 1
    fields = (*receipts.RECEIPT_FIELDS[current], "client_reference")
    monkeypatch.setitem(receipts.RECEIPT_FIELDS, added, fields)
    monkeypatch.setitem(receipts.LINES, added, msgspec.defstruct(f"ReceiptLine{added}", fields))
    assert old.receipt_version == current == Submission.objects.get().receipt_version
    assert receipts.recompute(old) == old.sha256
    assert verify_receipts().mismatches == []


@pytest.mark.django_db
def test_every_receipt_is_computed_again_however_its_stays_were_corrected(world: Any) -> None:
    submission = declare_guests(world)
    correct(actor=world.actor("alice"), stay_id=submission.stays.first().pk, changes={"room": "305"})
    check = verify_receipts()
    assert (check.checked, check.emptied, check.mismatches) == (1, 0, [])
    assert verify_receipts(since=clock.today()).checked == 1
    assert verify_receipts(since=clock.today() + timedelta(days=1)).checked == 0


@pytest.mark.django_db
@pytest.mark.parametrize("change", ["byte", "guest", "hash", "version"])
def test_one_changed_byte_is_reported_by_id(world: Any, change: str) -> None:
    submission = declare_guests(world)
    stay = submission.stays.get(position=2)
    if change == "byte":
        alter(stay, room="202")
    elif change == "guest":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DELETE FROM stays_stay WHERE submission_id = %s", [submission.pk])
            cursor.execute("SET LOCAL session_replication_role = origin")
    elif change == "hash":
        last = "0" if submission.sha256[-1] != "0" else "1"
        Submission.objects.update(sha256=submission.sha256[:-1] + last)
    else:
        Submission.objects.update(receipt_version=99)
    assert verify_receipts().mismatches == [submission.pk]
    output = StringIO()
    with pytest.raises(CommandError, match="1 receipts do not agree"):
        call_command("verify_receipts", stdout=output)
    assert f"mismatch: id {submission.pk}" in output.getvalue()
    assert "GUEST" not in output.getvalue()
    call_command("verify_receipts", since=clock.today() + timedelta(days=1), stdout=output)


@pytest.mark.django_db
def test_a_receipt_whose_guests_were_emptied_after_their_time_is_counted_and_no_mismatch(world: Any) -> None:
    submission = declare_guests(world)
    for stay in submission.stays.all():
        Stay.objects.filter(pk=stay.pk).update(
            arrived_on=clock.today() - timedelta(days=Keep.STAY.value + 9),
            expected_departure=clock.today() - timedelta(days=Keep.STAY.value + 2),
        )
    assert retention.redact_stays(system("test")) == 2
    check = verify_receipts()
    assert (check.checked, check.emptied, check.mismatches) == (0, 1, [])


@pytest.mark.django_db
def test_a_guest_emptied_before_his_time_is_a_mismatch(world: Any) -> None:
    submission = declare_guests(world)
    alter(submission.stays.get(position=1), full_name="–", room="")
    assert verify_receipts().mismatches == [submission.pk]


@pytest.mark.django_db
def test_what_the_night_found_is_shown_to_the_administrator_and_in_check(
    world: Any, settings: Any, tmp_path: Path
) -> None:
    settings.AUDIT_HEADS_FOLDER = str(tmp_path)
    submission = declare_guests(world)
    check_receipts()
    assert proofs_hold() == []
    assert "do not agree" not in world.client("rosa").get("/desk/").content.decode()
    alter(submission.stays.get(position=1), room="203")
    check_receipts()
    [check] = last_proof_checks()
    assert check.mismatches == [submission.pk]
    for page in ("/audit/", "/desk/"):
        text = world.client("rosa").get(page).content.decode()
        assert "Receipts that do not match their hash: 1." in text
    assert "do not agree" not in world.client("olga").get("/desk/").content.decode()
    [warning] = proofs_hold()
    assert (warning.id, "verify_receipts" in str(warning.hint)) == ("audit.W005", True)
    settings.AUDIT_HEADS_FOLDER = str(tmp_path / "other")
    assert proofs_hold() == []
