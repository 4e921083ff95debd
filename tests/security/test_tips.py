"""Tips: no row of the database tells the second, nothing that was acknowledged is lost, the page says what is true."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection
from django.test import Client

from ancu.apps.audit.models import Event
from ancu.apps.audit.services import record
from ancu.apps.lodging.tests.factories import World
from ancu.apps.tips.apps import arrivals_are_written
from ancu.apps.tips.enums import TipChannel, TipOutcome, TipState
from ancu.apps.tips.forms import new_form_key
from ancu.apps.tips.models import SealedFile, Tip, TipMessage
from ancu.apps.tips.rules.content import TipContent
from ancu.apps.tips.selectors.arrivals import FOLDER, waiting_arrivals
from ancu.apps.tips.selectors.opening import file_bytes, open_tip
from ancu.apps.tips.selectors.tips import by_locator
from ancu.apps.tips.services import arrivals, destroying, handling, receipts, receiving, unit_keys
from ancu.apps.tips.tests.factories import hand, make_scene, unit_of, upload
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict
from ancu.core.testing import texts

HOUR = datetime(2026, 12, 1, 3, tzinfo=UTC)
TABLES = ("tips_handlingunit", "tips_unitkey", "tips_keyholder", "tips_tip", "tips_tipmessage", "tips_sealedfile")


class Clock:
    """The program's clock, moved by hand; the database keeps its own."""

    def __init__(self) -> None:
        self.moment = HOUR + timedelta(minutes=17, seconds=23)

    def now(self) -> datetime:
        return self.moment


@pytest.fixture
def hands(monkeypatch: Any) -> Clock:
    moved = Clock()
    monkeypatch.setattr(clock, "now", moved.now)
    return moved


@pytest.fixture
def scene(transactional_db: None, hands: Clock, settings: Any, tmp_path: Path) -> World:
    """Units with their keys; from here on it is as in production."""
    settings.MEDIA_ROOT, settings.TIPS_MEMORY = tmp_path / "files", str(tmp_path / "memory")
    settings.TIPS_WAIT_FOR_THE_HOUR = True
    return make_scene()


class Source:
    """One tip, and what its receipt opens."""

    def __init__(self, scene: World, text: str = "Có người bán ma tuý ở bến xe.", **more: Any) -> None:
        self.form = new_form_key()
        unit = unit_of(scene)
        self.receipt = receiving.receive_tip(
            unit_id=unit.pk, form=self.form, content=TipContent(text=text), **more
        ).receipt
        self.keys = receipts.keys_of(self.receipt)

    def add(self, text: str, **more: Any) -> bool:
        return receiving.add_to_tip(keys=self.keys, form=new_form_key(), text=text, **more)

    @property
    def tip(self) -> Tip:
        return Tip.objects.get(locator=self.keys.locator)


def _rows(table: str, columns: str = "xmin::text::bigint, xmax::text::bigint, ctid") -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table} ORDER BY ctid")
        return cursor.fetchall()


def _sequences() -> list[tuple[Any, ...]]:
    """Those of every table but the audit's, by which the test itself marks the moments."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY sequencename")
        rows = cursor.fetchall()
    return [row for row in rows if row[0] != "audit_event_id_seq"]


def _mark(text: str) -> int:
    """An act of somebody else, which the audit notes with its second; returns its transaction."""
    record(system("test"), "test.act", ("thing", text))
    return Event.objects.latest("id").xact


def test_while_the_hour_lasts_no_table_and_no_sequence_knows_of_it(scene: World) -> None:
    """Not even by a lock: ``xmax`` of the unit's and the key's row would be the transaction of the arrival."""
    before, sequences = {table: _rows(table) for table in TABLES}, _sequences()
    source = Source(scene, uploads=[upload(b"\xff\xd8\xff\xe0photo")])
    assert source.add("Xe màu đỏ.")
    page = Client().post("/tips/answer/?lang=en", {"receipt": source.receipt}).content.decode()
    assert "Your tip has arrived and is encrypted" in page
    assert {table: _rows(table) for table in TABLES} == before
    assert _sequences() == sequences
    assert len(list(waiting_arrivals())) == 2 and arrivals.write_due() == 0


def test_rows_tell_the_hour_and_neither_second_nor_order(scene: World, hands: Clock, monkeypatch: Any) -> None:
    """``xmin``, ``xmax`` and ``ctid`` of every row, numbers, and the ids under which long bodies are stored."""
    monkeypatch.setattr(arrivals, "SystemRandom", _Reversing)
    sources, marks = [], []
    for minute in range(5):
        hands.moment += timedelta(minutes=1)
        marks.append(_mark(f"before {minute}"))
        sources.append(Source(scene, f"Tin {minute}", uploads=[upload(b"\xff\xd8\xff\xe0photo")]))
        sources[-1].add(f"Thêm {minute}")
        marks.append(_mark(f"after {minute}"))
    sequences = _sequences()
    hands.moment = HOUR + timedelta(hours=1, seconds=40)
    assert arrivals.write_due() == 10
    written = {row[0] for table in ("tips_tip", "tips_tipmessage", "tips_sealedfile") for row in _rows(table)}
    [transaction] = written  # one for all
    assert transaction > max(marks)
    visible_numbers = {number for table in TABLES for row in _rows(table) for number in row[:2]}
    assert not visible_numbers & set(range(marks[0], marks[-1] + 1))
    order = [bytes(row[0]) for row in _rows("tips_tip", "locator")]
    shuffled = [bytes(locator) for locator in _Reversing.order]
    assert order == shuffled != [source.keys.locator for source in sources]
    assert [bytes(tip.locator) for tip in Tip.objects.order_by("number")] == shuffled
    chunks = [row[0] for row in _rows("tips_tip", "pg_column_toast_chunk_id(body)::text::bigint")]
    assert chunks == sorted(chunks) and None not in chunks
    assert _sequences() == sequences
    times = {tip.received_at for tip in Tip.objects.all()} | {message.at for message in TipMessage.objects.all()}
    assert times == {HOUR}
    assert list(waiting_arrivals()) == []


class _Reversing:
    """In place of chance, an order by which the test can tell that the rows follow it."""

    order: list[bytes] = []

    def shuffle(self, envelopes: list[Any]) -> None:
        envelopes.sort(key=lambda pair: pair[1].locator)
        type(self).order = [arrival.locator for _path, arrival in envelopes if not arrival.follows]


def test_without_waiting_the_transaction_would_tell_the_second(scene: World, settings: Any) -> None:
    """What the tests above would find, if it were not for the wait."""
    settings.TIPS_WAIT_FOR_THE_HOUR = False
    before = _mark("before")
    Source(scene)
    after = _mark("after")
    [(xmin, _xmax, _ctid)] = _rows("tips_tip")
    assert before < xmin < after


def test_what_was_sent_is_read_by_handlers_once_the_hour_is_over(scene: World, hands: Clock) -> None:
    source = Source(scene, "Ông Ba", uploads=[upload(b"\xff\xd8\xff\xe0photo")])
    for text in ("một", "hai", "ba"):
        assert source.add(text)
    hands.moment += timedelta(hours=1)
    source.add("giờ sau")
    assert arrivals.write_due() == 4  # the last one belongs to an hour that is not over
    tam = scene.actor("tam")
    read = open_tip(hand(tam), source.tip)
    assert (read.content.text, [message.content.text for message in read.messages]) == ("Ông Ba", ["một", "hai", "ba"])
    assert file_bytes(hand(tam), SealedFile.objects.get()) == b"\xff\xd8\xff\xe0photo"
    handling.close_tip(actor=tam, hand=hand(tam), tip_id=source.tip.pk, outcome=TipOutcome.RESULT)
    hands.moment += timedelta(hours=1)
    assert arrivals.write_due() == 1
    assert source.tip.state == TipState.OPEN  # what the source says opens it again


def test_a_form_sent_again_while_it_waits_is_one_tip(scene: World, hands: Clock) -> None:
    source = Source(scene)
    resent = receiving.receive_tip(unit_id=unit_of(scene).pk, form=source.form, content=TipContent(text="khác"))
    assert (resent.receipt, resent.is_repeated) == (source.receipt, True)
    form = new_form_key()
    assert receiving.add_to_tip(keys=source.keys, form=form, text="thêm")
    assert not receiving.add_to_tip(keys=source.keys, form=form, text="thêm")
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    assert not receiving.add_to_tip(keys=source.keys, form=form, text="thêm")
    assert (Tip.objects.count(), TipMessage.objects.count()) == (1, 1)


def test_what_an_officer_keys_in_does_not_wait(scene: World) -> None:
    """The act is the officer's, and in the audit with its second."""
    received = receiving.receive_tip(
        unit_id=unit_of(scene).pk, form=new_form_key(), content=TipContent(text="x"), channel=TipChannel.PHONE,
        actor=scene.actor("hoa"),
    )  # fmt: skip
    assert Tip.objects.get().keyed_by == scene.users["hoa"] and received.receipt
    assert list(waiting_arrivals()) == []


# ---- nothing that was acknowledged is lost -----------------------------------------------------------------


def test_what_waits_is_on_the_disk_before_the_receipt_is_shown(scene: World, monkeypatch: Any) -> None:
    """File and folder are synchronised; when that fails, no receipt is given and nothing stays behind."""
    synchronised: list[int] = []
    monkeypatch.setattr(os, "fsync", synchronised.append)
    Source(scene)
    assert len(synchronised) >= 2  # the store of files synchronises too
    monkeypatch.setattr(os, "fsync", _disk_full)
    with pytest.raises(OSError, match="disk full"):
        Source(scene)
    assert len(list(waiting_arrivals())) == 1


def _disk_full(_handle: int) -> None:
    raise OSError("disk full")


def test_a_transaction_that_fails_or_a_crash_after_it_loses_and_doubles_nothing(
    scene: World, hands: Clock, monkeypatch: Any
) -> None:
    source = Source(scene, uploads=[upload(b"\xff\xd8\xff\xe0photo")])
    source.add("thêm")
    hands.moment += timedelta(hours=1)
    with monkeypatch.context() as broken:
        broken.setattr(TipMessage.objects, "create", _database_gone)
        with pytest.raises(DatabaseError):
            arrivals.write_due()
    assert Tip.objects.count() == 0 and len(list(waiting_arrivals())) == 2
    with monkeypatch.context() as broken:  # the process dies between the commit and what follows it
        broken.setattr(arrivals, "_forget", lambda names: None)
        arrivals.write_due()
    assert (Tip.objects.count(), len(list(waiting_arrivals()))) == (1, 2)
    arrivals.write_due()
    assert (Tip.objects.count(), TipMessage.objects.count(), list(waiting_arrivals())) == (1, 1, [])
    assert file_bytes(hand(scene.actor("tam")), SealedFile.objects.get()) == b"\xff\xd8\xff\xe0photo"


def _database_gone(**_values: Any) -> None:
    raise DatabaseError("gone")


def test_the_key_is_changed_while_something_waits(scene: World, hands: Clock) -> None:
    source, tam = Source(scene, "trước khi đổi khóa"), scene.actor("tam")
    source.add("thêm")
    unit_keys.rotate_key(actor=tam, hand=hand(tam))
    later = Source(scene, "sau khi đổi khóa")
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    read = open_tip(hand(tam), source.tip)
    assert (read.content.text, read.messages[0].content.text) == ("trước khi đổi khóa", "thêm")
    assert open_tip(hand(tam), later.tip).content.text == "sau khi đổi khóa"


def test_a_tip_is_handed_over_while_an_addition_waits(scene: World, hands: Clock) -> None:
    source, tam, minh = Source(scene), scene.actor("tam"), scene.actor("minh")
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    source.add("trước khi chuyển")
    handling.forward_tip(actor=tam, hand=hand(tam), tip_id=source.tip.pk, unit_id=unit_of(scene, "commune_agency").pk)
    source.add("sau khi chuyển")
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    read = open_tip(hand(minh), source.tip)
    assert [message.content.text for message in read.messages] == ["trước khi chuyển", "sau khi chuyển"]


def test_a_tip_to_which_something_was_added_is_not_destroyed(scene: World, hands: Clock) -> None:
    source, tam, thu = Source(scene), scene.actor("tam"), scene.actor("thu")
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    handling.close_tip(actor=tam, hand=hand(tam), tip_id=source.tip.pk, outcome=TipOutcome.RESULT)
    destroying.ask_destruction(actor=tam, tip_id=source.tip.pk)
    source.add("còn nữa")
    with pytest.raises(Conflict):
        destroying.confirm_destruction(actor=thu, tip_id=source.tip.pk)
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    assert source.tip.destruction_asked_by is None
    assert open_tip(hand(thu), source.tip).messages[0].content.text == "còn nữa"


def test_a_tip_whose_time_is_over_stays_while_an_addition_waits(scene: World, hands: Clock) -> None:
    source, tam = Source(scene), scene.actor("tam")
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    handling.close_tip(actor=tam, hand=hand(tam), tip_id=source.tip.pk, outcome=TipOutcome.RESULT)
    hands.moment += timedelta(days=400)
    source.add("còn nữa")
    assert destroying.destroy_expired(system("test")) == 0
    hands.moment += timedelta(hours=1)
    arrivals.write_due()
    assert source.tip.state == TipState.OPEN


def test_what_a_crash_cut_short_holds_up_nothing_else(scene: World, hands: Clock) -> None:
    """It was not synchronised, so no receipt was shown for it; it stays where it is, and the operator is told."""
    cut, source = Source(scene), Source(scene)
    [(path, _arrival)] = waiting_arrivals(cut.keys.locator)
    stored = Path(default_storage.path(path))
    stored.write_bytes(stored.read_bytes()[:500])
    hands.moment += timedelta(hours=1)
    assert arrivals.write_due() == 1
    assert source.tip.number == 1 and stored.exists()
    assert [warning.id for warning in arrivals_are_written()] == ["tips.W002"]


def test_what_nobody_writes_is_told_to_the_operator(scene: World, hands: Clock) -> None:
    Source(scene)
    assert arrivals_are_written() == []
    hands.moment += timedelta(hours=4)
    assert [warning.id for warning in arrivals_are_written()] == ["tips.W002"]
    arrivals.write_due()
    assert arrivals_are_written() == []


def test_what_waits_says_no_more_than_the_tables_will(scene: World) -> None:
    """Sealed, as old as its hour, and named by what stands in the tables later."""
    source = Source(scene, "Ông Ba ở cuối bản")
    [(path, arrival)] = waiting_arrivals()
    stored = Path(default_storage.path(path))
    assert stored.stat().st_mtime == HOUR.timestamp()
    assert "Ông Ba".encode() not in stored.read_bytes() and source.receipt.encode() not in stored.read_bytes()
    assert path == f"{FOLDER}/{source.keys.locator.hex()}-{UUID(int=arrival.id.int).hex}"
    assert by_locator(source.keys.locator) == arrival.as_tip()


@pytest.mark.django_db
@pytest.mark.stage(make=make_scene)
def test_the_start_page_claims_only_what_is_true(shared_data: World) -> None:
    page = " ".join(Client().get("/tips/?lang=en").content.decode().split())
    protected, _head, rest = page.partition(texts.WHAT_WE_CANNOT_PROTECT)
    assert "held encrypted until the end of the hour" in protected and "the hour, not the minute" in protected
    assert "could change its program and read what is written from then on" in rest
    assert "Until the end of the hour, its disk shows when something arrived" in rest
    vietnamese = Client().get("/tips/?lang=vi").content.decode()
    assert "giờ phút quý vị gửi không được lưu" not in vietnamese  # the hour is
