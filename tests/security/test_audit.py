"""The audit: a look wherever a person is named, and a chain whose heads another party keeps."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO
from itertools import groupby
from pathlib import Path
from typing import Any

import msgspec
import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from ancu.apps.audit.apps import chain_holds, heads_leave
from ancu.apps.audit.enums import ChainProblem
from ancu.apps.audit.models import Event, Link
from ancu.apps.audit.selectors.checks import LAST_CHECK, ChainCheck
from ancu.apps.audit.services import GENESIS, checking, event_hash, heads, record, seal_events, verify_chain
from ancu.apps.audit.services.retention import delete_old_events, retained_since
from ancu.apps.dossiers.models import Appointment
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.testing.shared_fixture import no_shared_data
from ancu.core.web.outbound import look_up
from ancu.engines.signed_heads import Head, heads_in, new_key, public_key_of, sign
from tests import access
from tests.security.looks import visits
from tests.test_access import Scene, make_signed_in

# Documents for makers of programs: the persons in their examples bear the names that factories give.
EXAMPLES = {"/for-programs", "/api/v1/openapi.json", "/api/v1/schemas/stay"}
# Pages that need a query to name anybody.
QUERIES = {
    "/office/people/": "?q=HOFFMANN",
    "/find/": "?q=HOFFMANN",
    "/stays/search/": "?q=HOFFMANN",
    "/office/meetings/<int:pk>/": "?who=Ba",
}


def _section(row: access.AccessRow) -> str:
    """Part of the table, so that several workers share it."""
    first, second = row.route.split("/")[1:3] if row.route.count("/") > 1 else (row.route, "")
    return f"{first}/{second}" if first in {"office", "api"} else first


SECTIONS = {name: list(rows) for name, rows in groupby(sorted(access.rows(), key=_section), key=_section)}


def _query(route: str) -> str:
    if route == "/office/counters/<int:pk>/day":
        return f"?day={clock.local(Appointment.objects.get().slot.starts_at).date().isoformat()}"
    return QUERIES.get(route, "")


@pytest.mark.slow
@pytest.mark.stage(make=make_signed_in)
@pytest.mark.parametrize("section", sorted(SECTIONS))
def test_a_look_is_recorded_wherever_a_person_is_named(shared_data: Scene, section: str) -> None:
    """Every address of the access table; whoever acts on a record may leave the act in place of the look."""
    missing = [
        f"{row.method} {row.route} names {', '.join(others)} to {visit.persona}"
        for row in SECTIONS[section]
        if row.route not in EXAMPLES
        for visit in visits(shared_data, row, _query(row.route))
        if (others := [name for name in visit.names if name.lower() != visit.persona])
        and not ("looked" in visit.acts or (row.method != "GET" and visit.acts))
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.slow
@pytest.mark.stage(make=make_signed_in)
def test_the_pages_that_were_found_without_a_look_do_name_people(shared_data: Scene) -> None:
    """Otherwise the test above would prove nothing of them."""
    named = {
        route: {
            name
            for row in access.rows()
            if row[:2] == ("GET", route)
            for visit in visits(shared_data, row, _query(route))
            for name in visit.names
        }
        for route in ("/office/counters", "/office/counters/<int:pk>/day", "/office/meetings/<int:pk>/room/")
    }
    assert "ADAMS CLAIRE" in named["/office/counters"] & named["/office/counters/<int:pk>/day"]
    assert "Vì Thị Sen" in named["/office/meetings/<int:pk>/room/"]


# ---- heads of the chain ------------------------------------------------------------------------------------


@pytest.fixture
def signed(settings: Any, tmp_path: Path) -> Iterator[Any]:
    """A key, the program's folder and another party's."""
    settings.AUDIT_SIGNING_KEY = new_key()
    settings.AUDIT_HEADS_FOLDER = str(tmp_path / "heads")
    settings.AUDIT_HEADS_TO = [f"file://{tmp_path / 'other'}"]
    with no_shared_data():
        yield settings


def _record_and_sign(count: int) -> Head:
    for number in range(count):
        record(system("test"), "test.act", ("thing", number))
    deadline = time.monotonic() + 120
    while count_events_outside() and time.monotonic() < deadline:
        seal_events()
    head = heads.sign_head()
    assert head is not None
    return head


def count_events_outside() -> int:
    return Event.objects.count() - Link.objects.count()


@contextmanager
def _as_owner() -> Iterator[Any]:
    """What the owner of the database can do: let the triggers rest and change rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        yield cursor
        cursor.execute("SET session_replication_role = origin")


def _recompute() -> None:
    """Every hash anew, as the program computes them."""
    previous = GENESIS
    with _as_owner() as cursor:
        for link in Link.objects.order_by("id"):
            previous = event_hash(previous, Event.objects.get(pk=link.event_id))
            cursor.execute("UPDATE audit_link SET hash = %s WHERE id = %s", [previous, link.pk])


def _record_old(count: int, *, days: int) -> None:
    """Events as they were ``days`` ago, sealed."""
    at = clock.now() - timedelta(days=days)
    facts = {"actor_kind": "system", "act": "test.act", "subject_type": "thing", "subject_id": "1", "reason": "Lan"}
    Event.objects.bulk_create(Event(at=at, **facts) for _number in range(count))


@pytest.mark.django_db(transaction=True)
def test_events_go_after_ten_years_and_the_chain_still_holds(signed: Any) -> None:
    _record_old(4, days=3651)
    _record_old(2, days=3649)
    head = _record_and_sign(3)
    assert delete_old_events(system("audit.redact")) == 4 and delete_old_events(system("audit.redact")) == 0
    _record_and_sign(1)
    assert not Event.objects.filter(at__lt=retained_since()).exists()
    assert Link.objects.order_by("id")[0].pk == 4, "the last one that went is where the chain begins"
    events, broken = verify_chain()
    assert broken is None and events == Link.objects.latest("id").pk
    outcome = checking.examine([head], [public_key_of(signed.AUDIT_SIGNING_KEY)])
    assert outcome.problem is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("statement", ["DELETE FROM audit_event", "DELETE FROM audit_link"])
def test_the_tables_refuse_to_lose_what_is_younger(signed: Any, statement: str) -> None:
    _record_old(2, days=3649)
    _record_and_sign(1)
    with pytest.raises(DatabaseError, match="ten years"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db(transaction=True)
def test_a_beginning_that_was_removed_too_early_is_found(signed: Any) -> None:
    early = _record_and_sign(3)
    late = _record_and_sign(3)
    with _as_owner() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE id <= 5)")
        cursor.execute("DELETE FROM audit_link WHERE id < 5")
    outcome = checking.examine([early, late], [public_key_of(signed.AUDIT_SIGNING_KEY)])
    assert (outcome.problem, outcome.place) == (ChainProblem.BEGINNING_LOST, early.place)


@pytest.mark.django_db(transaction=True)
def test_removing_the_tail_is_found(signed: Any) -> None:
    head = _record_and_sign(6)
    assert checking.check_chain().problem is ChainProblem.NOT_SENT  # all else holds
    with _as_owner() as cursor:
        cursor.execute("DELETE FROM audit_event WHERE id IN (SELECT event_id FROM audit_link WHERE id > 4)")
        cursor.execute("DELETE FROM audit_link WHERE id > 4")
    assert verify_chain() == (4, None)  # the chain alone does not tell
    check = checking.check_chain()
    assert (check.problem, check.place, check.events) == (ChainProblem.SHORTENED, head.place, 4)
    with pytest.raises(CommandError, match="ends after 4 events"):
        call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_rewriting_with_recomputed_hashes_is_found(signed: Any) -> None:
    head = _record_and_sign(5)
    with _as_owner() as cursor:
        cursor.execute("UPDATE audit_event SET user_id = 7 WHERE subject_id = '2'")
    _recompute()
    assert verify_chain() == (head.place, None)  # the chain alone does not tell
    check = checking.check_chain()
    assert (check.problem, check.place) == (ChainProblem.REWRITTEN, head.place)
    with pytest.raises(CommandError, match="the chain was recomputed"):
        call_command("verify_audit")


@pytest.mark.django_db(transaction=True)
def test_a_head_that_another_key_signed_is_found(signed: Any) -> None:
    """The database's owner, who has no key of ours, cannot put heads of a rewritten chain beside the kept ones."""
    head = _record_and_sign(2)
    forged = sign(replace(head, place=1), new_key())
    (Path(signed.AUDIT_HEADS_FOLDER) / "000000000000001.txt").write_text(forged.line)
    assert checking.check_chain().problem is ChainProblem.UNVERIFIED


@pytest.mark.django_db(transaction=True)
def test_kept_heads_that_go_missing_are_found(signed: Any) -> None:
    _record_and_sign(2)
    checking.check_chain()
    for file in Path(signed.AUDIT_HEADS_FOLDER).glob("*.txt"):
        file.unlink()
    assert checking.check_chain().problem is ChainProblem.HEADS_LOST


@pytest.mark.django_db(transaction=True)
def test_former_keys_verify_what_they_signed(signed: Any) -> None:
    _record_and_sign(2)
    signed.AUDIT_PUBLIC_KEYS = [public_key_of(signed.AUDIT_SIGNING_KEY)]
    signed.AUDIT_SIGNING_KEY = new_key()
    heads.send_head(system("test"), _record_and_sign(1))
    assert checking.check_chain().problem is None
    output = StringIO()
    call_command("verify_audit", stdout=output)
    assert "2 kept heads agree" in output.getvalue()


@pytest.mark.django_db(transaction=True)
def test_heads_go_to_another_party_by_letter_folder_and_address(signed: Any, tmp_path: Path, monkeypatch: Any) -> None:
    received: list[str] = []
    with _server(received) as address:
        signed.AUDIT_HEADS_TO = ["mailto:giu@congan.example", f"file://{tmp_path / 'other'}", address]
        monkeypatch.setattr(heads, "look_up", partial(look_up, loopback=True))
        head = _record_and_sign(3)
        heads.send_head(system("test"), head)
    [letter], [file] = mail.outbox, list((tmp_path / "other").iterdir())
    assert letter.to == ["giu@congan.example"]
    assert heads_in(letter.message().as_string()) == heads_in(file.read_text()) == heads_in(received[0]) == [head]
    assert public_key_of(signed.AUDIT_SIGNING_KEY) in letter.body and signed.AUDIT_SIGNING_KEY not in letter.body
    assert file.stat().st_mode & 0o777 == 0o444
    assert Event.objects.filter(act="audit.sent").count() == 3


@pytest.mark.django_db(transaction=True)
def test_a_head_is_sent_to_no_address_of_the_offices_own_network_and_the_others_still_get_it(
    signed: Any, tmp_path: Path
) -> None:
    signed.AUDIT_HEADS_TO = ["https://10.0.0.7/heads", f"file://{tmp_path / 'other'}"]
    with pytest.raises(heads.NotSent) as refused:
        heads.send_head(system("test"), _record_and_sign(1))
    assert refused.value.code == "address_not_public"
    assert len(list((tmp_path / "other").iterdir())) == 1


@pytest.mark.django_db(transaction=True)
def test_the_chain_is_verified_against_letters_that_another_party_saved(signed: Any, tmp_path: Path) -> None:
    """On a server that has neither the key nor the kept heads any more."""
    signed.AUDIT_HEADS_TO = ["mailto:giu@congan.example"]
    heads.send_head(system("test"), _record_and_sign(4))
    (tmp_path / "letter.eml").write_bytes(mail.outbox[0].message().as_bytes())
    public = public_key_of(signed.AUDIT_SIGNING_KEY)
    signed.AUDIT_SIGNING_KEY, signed.AUDIT_HEADS_FOLDER = "", str(tmp_path / "new")
    options = {"heads": [str(tmp_path / "letter.eml")], "public_key": [public]}
    call_command("verify_audit", **options)
    with pytest.raises(CommandError, match="no signature of a known key"):
        call_command("verify_audit", heads=options["heads"])
    with _as_owner() as cursor:
        cursor.execute("DELETE FROM audit_link WHERE id > 2")
        cursor.execute("DELETE FROM audit_event WHERE id NOT IN (SELECT event_id FROM audit_link)")
    with pytest.raises(CommandError, match="its end was removed"):
        call_command("verify_audit", **options)


def test_what_was_found_is_shown_to_the_administrator_and_in_check(world: World, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_HEADS_FOLDER = str(tmp_path)
    assert chain_holds() == []
    (tmp_path / LAST_CHECK).write_bytes(msgspec.json.encode(ChainCheck(clock.now(), 12, 3)))
    assert chain_holds() == []
    assert "12 entries, 3 signed states" in world.client("rosa").get("/audit/").content.decode()
    chain_check = ChainCheck(clock.now(), 12, 3, ChainProblem.SHORTENED, 14)
    (tmp_path / LAST_CHECK).write_bytes(msgspec.json.encode(chain_check))
    for page in ("/audit/", "/desk/"):
        assert "The end of the audit log was removed." in world.client("rosa").get(page).content.decode()
    assert "The end of the audit log" not in world.client("olga").get("/desk/").content.decode()
    [warning] = chain_holds()
    assert (warning.id, "shortened at 14" in str(warning.msg)) == ("audit.W001", True)


def test_a_check_that_was_left_out_is_shown(world: World, settings: Any, tmp_path: Path) -> None:
    settings.AUDIT_HEADS_FOLDER = str(tmp_path)
    (tmp_path / LAST_CHECK).write_bytes(msgspec.json.encode(ChainCheck(clock.now() - timedelta(days=3), 12, 3)))
    assert "was not checked last night" in world.client("rosa").get("/audit/").content.decode()
    assert [warning.id for warning in chain_holds()] == ["audit.W002"]


def test_production_without_a_key_or_another_party_is_told(settings: Any) -> None:
    settings.AUDIT_SIGNING_KEY, settings.AUDIT_HEADS_TO = "", []
    assert [warning.id for warning in heads_leave()] == ["audit.W003", "audit.W004"]
    output = StringIO()
    call_command("make_audit_key", stdout=output)
    settings.AUDIT_SIGNING_KEY = output.getvalue().splitlines()[0].partition("=")[2]
    settings.AUDIT_HEADS_TO = ["mailto:giu@congan.example"]
    assert heads_leave() == []
    assert output.getvalue().splitlines()[1].endswith(public_key_of(settings.AUDIT_SIGNING_KEY))


@contextmanager
def _server(received: list[str]) -> Iterator[str]:
    class CollectorHandler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            received.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_arguments: Any) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), CollectorHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/heads"
    finally:
        server.shutdown()
        server.server_close()
