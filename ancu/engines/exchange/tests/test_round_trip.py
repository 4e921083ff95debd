"""What is written is read back as it was."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ancu.engines.exchange import Guest, code_lists, interpret, read, write_refused_xlsx, write_xlsx_official, write_xml
from ancu.engines.exchange.nationality import countries

TODAY = date(2026, 10, 15)
_CODES = [c.code for c in countries() if c.code != "VNM"]
_NAMES = st.text("ABCXYZ ÀÉĐỖ-'&<>\".,", min_size=1, max_size=30).map(lambda t: ("A " + t).strip())
_ROOMS = st.none() | st.text("ABC Đồi Chè 0123&<>'\"-.", min_size=1, max_size=20).map(lambda t: ("P " + t).strip())
_BIRTHS = st.dates(date(1925, 1, 1), date(2020, 12, 31)).flatmap(
    lambda d: st.sampled_from([d.isoformat(), d.isoformat()[:7], d.isoformat()[:4]])
)


@st.composite
def guests(draw: st.DrawFn) -> Guest:
    arrived = draw(st.dates(date(2026, 1, 1), TODAY))
    leaves = arrived + timedelta(days=draw(st.integers(0, 60)))
    gone = leaves if leaves < TODAY and draw(st.booleans()) else None
    until = draw(st.none() | st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    return Guest(
        full_name=draw(_NAMES),
        birth_date=draw(_BIRTHS),
        sex=draw(st.sampled_from(["M", "F", "X", None])),
        nationality=draw(st.sampled_from(_CODES)),
        document_number=draw(st.text("ABCXYZ0123456789", min_size=5, max_size=12)),
        room=draw(_ROOMS),
        arrived_on=arrived,
        expected_departure=leaves,
        departed_on=gone,
        permitted_until=until,
    )


@pytest.mark.slow
@settings(max_examples=100, deadline=None)
@given(st.lists(guests(), min_size=1, max_size=5))
def test_xml(written: list[Guest]) -> None:
    reading = read(write_xml(written), today=TODAY)
    assert reading.problem is None
    assert [row.values for row in reading.rows] == written
    assert not any(row.errors for row in reading.rows)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(st.lists(guests(), min_size=1, max_size=5))
def test_official_workbook(written: list[Guest]) -> None:
    reading = read(write_xlsx_official(written), today=TODAY)
    assert (reading.dialect, reading.skipped_examples, reading.problem) == ("portal_12_columns", 1, None)
    assert [row.values for row in reading.rows if not row.is_example] == written


def test_germany_is_d_and_partial_births_carry_their_precision() -> None:
    guest = Guest("A B", "1971-05", "F", "DEU", "C0TEST001", arrived_on=TODAY, expected_departure=TODAY)
    text = write_xml([guest]).decode()
    assert "<ma_quoc_tich>D</ma_quoc_tich>" in text
    assert "<ngay_sinh>05/1971</ngay_sinh>\n        <ngay_sinh_dung_den>M<" in text


def test_refused_rows_come_back_with_reasons_and_can_be_sent_again() -> None:
    csv = (
        'STT,Họ tên,"Giới tính (1:Nam, 2:Nữ)",Ngày sinh,Quốc tịch,Số hộ chiếu,Số phòng,Ngày đến,Ngày đi dự kiến\n'
        "1,ANNA EXAMPLE,2,08/03/1984,Atlantis,C0TEST001,101,14/10/2026,17/10/2026\n"
        "2,BERT EXAMPLE,1,08/03/1984,FRA,C0TEST002,101,14/10/2026,17/10/2026\n"
    )
    first = read(csv.encode(), today=TODAY)
    assert [bool(row.errors) for row in first.rows] == [True, False]
    for language in ("vi", "en"):
        second = read(write_refused_xlsx(first.rows, language), today=TODAY)
        assert [row.values for row in second.rows] == [first.rows[0].values]
        assert [e.code for e in second.rows[0].errors] == ["nationality_unknown"]
        assert not second.notices


def test_form_rows_follow_the_rules_of_files() -> None:
    record = {
        "full_name": "ANNA EXAMPLE",
        "birth_date": "1984-03-08",
        "sex": "F",
        "nationality": "DEU",
        "document_number": "c0 test001",
        "arrived_at": "2026-10-14T15:00:00+07:00",
        "expected_departure": "2026-10-17",
        "room": "5",
        "permitted_until": "2026-11-27",
    }
    row, empty = interpret([record, {}], today=TODAY)
    assert (row.errors, row.warnings) == ([], [])
    assert row.values.document_number == "C0TEST001"
    assert row.values.arrived_at is not None and row.values.arrived_at.isoformat() == "2026-10-14T15:00:00+07:00"
    assert {e.code for e in empty.errors} == {
        f"{f}_missing"
        for f in ("full_name", "birth_date", "nationality", "document_number", "arrived_on", "expected_departure")
    }
    filled = interpret([{"full_name": "ANNA EXAMPLE"}], today=TODAY, defaults={"room": "7", "full_name": "NOBODY"})[0]
    assert (filled.values.room, filled.values.full_name) == ("7", "ANNA EXAMPLE")


def test_code_lists_know_every_portal_code_and_all_findings_speak_both_languages() -> None:
    lists = code_lists()
    portal = {entry["portal_code"] for entry in lists["nationality"]["entries"]} - {None}
    assert len(portal) == 205
    assert len(lists["purpose"]["entries"]) == 20
    assert all(entry["template_vi"] and entry["template_en"] for entry in lists["finding"]["entries"])
