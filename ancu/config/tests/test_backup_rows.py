"""The rows of a restored database against those of the running one."""

import pytest
from django.db import connection

from ancu.apps.lodging.models import Establishment
from ancu.config.backups.outcome import Restored
from ancu.config.backups.rows import missing_keys, still_there, write_keys

pytestmark = pytest.mark.django_db(transaction=True)  # the keys are of one moment: a transaction of their own


def test_every_row_is_looked_for(world, tmp_path):
    assert write_keys(tmp_path) > 100
    assert missing_keys(tmp_path) == {}
    names = {path.name for path in tmp_path.iterdir()}
    assert {"audit_event", "stays_stay", "lodging_establishment", "procrastinate_jobs"} <= names


def test_a_missing_row_is_named_unless_it_was_deleted_meanwhile(world, tmp_path):
    write_keys(tmp_path)
    pk = world.lodging.pk
    with connection.cursor() as cursor:  # what the restored database lacks
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM lodging_establishment WHERE id = %s", [pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    missing = missing_keys(tmp_path)
    assert missing == {"lodging_establishment": [[str(pk)]]}
    assert still_there(missing) == {}
    present = {"lodging_establishment": [[str(Establishment.objects.values_list("pk", flat=True)[0])]]}
    assert still_there(present) == present


def test_a_missing_table_is_named(world, tmp_path):
    write_keys(tmp_path)
    (tmp_path / "stays_of_the_past").write_text("1\n")
    missing = missing_keys(tmp_path)
    assert list(missing) == ["stays_of_the_past"] and still_there(missing) == missing


def test_each_fault_is_a_line():
    outcome = Restored(
        missing_rows={"stays_stay": [["1"], ["2"]]}, receipts=3, receipt_mismatches=[7], alerts=1, alert_mismatches=[],
        events=9, chain_problem="broken", files=2, missing_files=["a"], changed_files=[],
    )  # fmt: skip
    assert list(outcome.faults()) == [
        "rows missing in stays_stay: 1, 2",
        "the audit's chain does not hold: broken",
        "receipts that do not agree with their hash: 7",
        "files missing: a",
    ]
