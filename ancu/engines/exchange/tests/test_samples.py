"""Every sample gives what its MANIFEST line says: rows, examples, refusals, and the values that matter."""

import csv
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from ancu.engines.exchange import DeclarationFile, parse_portal_answer, read
from ancu.engines.exchange.dates import VIETNAM

SAMPLES = Path(__file__).parent / "samples"
TODAY = date(2026, 10, 15)


class Expected(NamedTuple):
    """`errors` and `warnings`: position → codes; `values`: position → fields that must be exactly so."""

    format: str
    rows: int
    examples: int = 0
    problem: str | None = None
    errors: Mapping[int, set[str]] = MappingProxyType({})
    values: Mapping[int, dict[str, Any]] = MappingProxyType({})
    warnings: Mapping[int, set[str]] = MappingProxyType({})
    notices: frozenset[str] | set[str] = frozenset()
    problem_at: tuple[int | None, int | None] = (None, None)


def _d(text: str) -> date:
    return date.fromisoformat(text)


_MISSING_NATION = {"nationality_missing"}
EXPECTED = {
    "00_portal_sample_two_test_records_reconstructed.xml": Expected("xml", 0, 2, "no_guests"),
    "01_php_pa18_unescaped_amp_malformed.xml": Expected(
        "xml",
        2,
        notices={"ampersand_repaired"},
        values={
            1: {"full_name": "JOÃO DA SILVA EXEMPLO", "birth_date": "1990-12-01"},
            2: {
                "full_name": "SUTARNOEX",
                "birth_date": "1962",
                "room": "A&B 3",
                "departed_on": None,
            },
        },
    ),
    "01_php_pa18_yearonly_mononym_trailing_space.xml": Expected(
        "xml",
        4,
        errors={4: {"expected_departure_missing"}},
        warnings={4: {"sex_missing"}},
        values={
            1: {"nationality": "DEU", "birth_date": "1984-03-08", "sex": "M"},
            2: {"full_name": "SUTARNOEX", "birth_date": "1962"},
            3: {"birth_date": "1971-05", "room": "Đồi Chè 12", "nationality": "KOR"},
            4: {"sex": None, "expected_departure": None, "departed_on": None},
        },
    ),
    "02_js_tabs_undefined_room_0RQ.xml": Expected(
        "xml",
        6,
        errors={
            3: {"birth_date_missing", "nationality_unknown"},
            6: {"full_name_missing"},
        },
        warnings={
            2: {"room_missing"},
            5: {"nationality_not_on_portal_list"},
        },
        values={
            1: {"nationality": "DEU", "full_name": "Jörg Hoffmann-Muster"},
            2: {"room": None, "full_name": "Máire O'Testaloigh"},
            3: {"nationality": None, "birth_date": None},
            5: {"nationality": "HKG"},
            6: {"full_name": None, "document_number": "000000000"},
        },
    ),
    "03_js_handlerxml_no_rows_comment.xml": Expected("xml", 0, problem="no_guests"),
    "03_js_handlerxml_swapped_dob_empty_room.xml": Expected(
        "xml",
        6,
        errors={6: _MISSING_NATION},
        warnings={n: {"room_missing"} for n in range(1, 7)},
        values={
            1: {"nationality": "DEU", "birth_date": "1984-08-03"},
            2: {"full_name": "MÁIRE O'TESTALOIGH"},
            3: {"birth_date": "1962"},
            4: {"birth_date": "1971-05", "document_number": "M00000042"},
            5: {
                "full_name": "JOÃO DA SILVA <EXEMPLO> & FILHO",
                "arrived_on": _d("2026-10-14"),
                "expected_departure": _d("2026-10-14"),
            },
        },
    ),
    "04_js_vue_bom.csv": Expected(
        "csv",
        5,
        errors={
            4: {"not_a_foreigner"},
            5: {
                "birth_date_missing",
                "nationality_missing",
                "expected_departure_missing",
            },
        },
        values={
            1: {
                "nationality": "DEU",
                "document_number": "C0TEST001",
                "room": "Hạ Long 201",
                "permitted_until": None,
            },
            2: {"nationality": "KOR", "birth_date": "1971-05-01"},
            3: {"nationality": "USA", "sex": "F"},
            4: {"document_number": "000000000001"},
        },
    ),
    "04_js_vue_html_as_xls.xls": Expected(
        "html",
        4,
        errors={4: {"not_a_foreigner"}},
        values={
            1: {"nationality": "DEU", "sex": "M"},
            3: {"nationality": "USA", "departed_on": _d("2026-10-15")},
        },
    ),
    "05_python_fastapi_selfclosed_empty_vn_gender.xml": Expected(
        "xml",
        6,
        errors={5: _MISSING_NATION, 6: {"birth_date_missing"}},
        warnings={6: {"room_missing"}},
        values={
            1: {"sex": "M", "room": "P.101 – Hồ Gươm"},
            2: {"sex": "F"},
            3: {"room": "A&B 3"},
            4: {"sex": "F"},
        },
    ),
    "06_python_htbinbin_520rows.xml": Expected("xml", 520, values={1: {"room": "Tầng Trệt - 001", "sex": "F"}}),
    "06_python_htbinbin_empty_nationality_germany.xml": Expected(
        "xml",
        6,
        errors={1: _MISSING_NATION, 6: _MISSING_NATION},
        warnings={3: {"sex_unknown"}, 6: {"room_missing"}},
        values={3: {"sex": None, "nationality": "IDN"}},
    ),
    "06_python_htbinbin_kbtt_11col.xlsx": Expected(
        "xlsx",
        6,
        1,
        errors={7: _MISSING_NATION},
        warnings={4: {"sex_missing"}, 7: {"room_missing"}},
        values={2: {"nationality": "DEU", "sex": "M"}, 5: {"nationality": "KOR"}},
    ),
    "06_python_htbinbin_vn_citizens.xlsx": Expected(
        "xlsx",
        2,
        1,
        errors={2: {"not_a_foreigner"}, 3: {"not_a_foreigner", "birth_date_missing"}},
        notices={"citizens_template", "hint_row_skipped"},
    ),
    "07_go_xnc_template_inlinestr_row3.xlsx": Expected(
        "xlsx",
        4,
        warnings={4: {"room_missing"}},
        values={
            1: {"nationality": "DEU", "room": "VILLAĐỒITHÔNG3"},
            2: {"birth_date": "1962"},
            3: {"birth_date": "1971-05"},
        },
    ),
    "08_python_streamlit_no_hotel.xml": Expected("xml", 1, values={1: {"full_name": "Kimex, Nara"}}),
    "09_python_hotelocr_app_empty_checkout.xml": Expected(
        "xml",
        4,
        errors={4: {"expected_departure_missing"}},
        values={3: {"sex": "X"}, 1: {"departed_on": None}},
    ),
    "09_python_hotelocr_app_unescaped_amp_malformed.xml": Expected(
        "xml",
        5,
        errors={5: {"expected_departure_missing"}},
        notices={"ampersand_repaired"},
        values={3: {"room": "A&B 3"}},
    ),
    "09_python_hotelocr_bom_crlf.csv": Expected(
        "csv",
        5,
        errors={5: {"expected_departure_missing"}},
        warnings={3: {"sex_missing"}, 5: {"sex_unknown"}},
        values={
            1: {
                "nationality": "DEU",
                "arrived_on": _d("2026-10-14"),
                "purpose": "tourism",
            },
            4: {"sex": "X"},
            5: {"nationality": "BRA", "sex": None},
        },
    ),
    "09_python_hotelocr_cli_selfclosed.xml": Expected("xml", 5, errors={5: {"expected_departure_missing"}}),
    "10_rust_capyinn_lead_example.xml": Expected(
        "xml",
        2,
        1,
        values={
            2: {
                "nationality": "DEU",
                "permitted_until": _d("2026-11-27"),
                "departed_on": None,
            },
            3: {"full_name": "O'TESTALOIGH MAIRE", "departed_on": _d("2026-10-15")},
        },
    ),
    "11_python_frappe_other_root_isodates.xml": Expected(
        "xml",
        2,
        errors={
            1: {"birth_date_missing", "nationality_missing"},
            2: {"birth_date_missing", "not_a_foreigner"},
        },
        notices={"other_root"},
        values={1: {"arrived_on": _d("2026-10-14"), "expected_departure": _d("2026-10-17")}},
    ),
    "11_python_frappe_police_bom_crlf.csv": Expected(
        "csv",
        1,
        errors={1: {"birth_date_missing", "nationality_missing"}},
        warnings={1: {"sex_unknown"}},
        values={1: {"sex": None, "document_number": "C0TEST001"}},
    ),
    "11_python_frappe_quangninh_bom_crlf_constants.csv": Expected(
        "csv",
        4,
        errors={n: {"birth_date_missing", "nationality_missing"} for n in range(1, 5)},
        notices={"constant_column"},
        values={
            1: {"full_name": "JÖRG HOFFMANN-MUSTER"},
            3: {"full_name": "SUTARNOEX", "room": "A&B 3"},
            4: {"full_name": 'JOÃO "JOCA" DA SILVA EXEMPLO'},
        },
    ),
    "12_java_sxssf_13col_520rows.xlsx": Expected(
        "xlsx",
        520,
        values={1: {"nationality": "JPN", "sex": "M", "document_kind": "passport"}},
    ),
    "14_python_hoteltool_official_template_12col.xlsx": Expected(
        "xlsx",
        4,
        1,
        errors={4: {"document_number_missing"}, 5: {"nationality_unknown"}},
        values={
            2: {"nationality": "DEU", "permitted_until": _d("2026-11-27")},
            4: {"nationality": "DEU", "document_number": None},
            5: {"birth_date": "1962", "nationality": None},
        },
    ),
    "15_api_kbtt3th_foreign_request.json": Expected(
        "json",
        2,
        values={
            1: {
                "nationality": "DEU",
                "permitted_until": _d("2026-11-27"),
                "arrived_on": _d("2026-10-14"),
            },
            2: {"birth_date": "1962", "room": "A&B 3"},
        },
    ),
    "15_api_kbtt3th_response_400.json": Expected("json", 0, problem="portal_answer"),
    "90_variant_resaved_notepad_bom_crlf.xml": Expected(
        "xml",
        6,
        errors={1: _MISSING_NATION, 6: _MISSING_NATION},
        warnings={3: {"sex_unknown"}},
    ),
    "91_pa18_23col_biff8.xls": Expected(
        "xls",
        5,
        errors={4: {"not_a_foreigner"}},
        warnings={1: {"not_on_list"}, 5: {"document_number_was_number"}},
        values={
            1: {
                "full_name": "JOERG HOFFMANN-MUSTER",
                "nationality": "DEU",
                "document_number": "C0TEST001",
                "document_kind": "passport",
                "room": "A&B 3",
                "arrived_at": datetime(2026, 10, 14, 14, 30, tzinfo=VIETNAM),
                "permitted_until": _d("2026-11-27"),
                "purpose": None,
            },
            2: {"full_name": "SUTARNOEX", "birth_date": "1962", "arrived_at": None},
            3: {"birth_date": "1971-05", "sex": "F", "room": "Đồi Chè 12"},
            5: {
                "birth_date": "1990-12-01",
                "document_number": "900123456",
                "room": "7",
                "arrived_at": datetime(2026, 10, 14, 9, 15, tzinfo=VIETNAM),
                "expected_departure": _d("2026-10-18"),
            },
        },
    ),
    "92_quangninh_13col_biff8.xls": Expected(
        "xls",
        3,
        values={
            1: {
                "full_name": "JÖRG HOFFMANN-MUSTER",
                "sex": "M",
                "nationality": "DEU",
                "purpose": "tourism",
                "entry_paper": "visa_exemption",
            },
            2: {"full_name": "SUTARNOEX", "birth_date": "1962", "room": "101"},
            3: {"sex": "F", "birth_date": "1971-05-01", "document_number": "M00000042"},
        },
    ),
    "93_variant_latin1_bytes_declared_utf8.xml": Expected("xml", 0, problem="encoding", problem_at=(5, 34)),
}


def _read(name: str, **options: Any) -> DeclarationFile:
    return read((SAMPLES / name).read_bytes(), name, today=TODAY, **options)


def _manifest() -> dict[str, str]:
    """File → the rows it holds, examples and header rows of sheets included, as the manifest counts them."""
    with (SAMPLES / "MANIFEST.csv").open(encoding="utf-8") as lines:
        return {row["file"]: row["guest_rows"] for row in csv.DictReader(lines)}


def test_every_sample_of_the_manifest_is_expected() -> None:
    assert set(_manifest()) == set(EXPECTED) == {p.name for p in SAMPLES.iterdir()} - {"MANIFEST.csv"}


@pytest.mark.parametrize("name", [name for name, rows in _manifest().items() if rows.isdigit()])
def test_every_record_the_manifest_counts_is_a_row(name: str) -> None:
    assert len(_read(name).rows) == int(_manifest()[name])


def test_the_portals_answer_is_taken_apart_by_record() -> None:
    messages = parse_portal_answer((SAMPLES / "15_api_kbtt3th_response_400.json").read_text(encoding="utf-8"))
    assert {message.record for message in messages} >= {1, 2}
    assert not any("Bản khai báo" in message.text for message in messages)


def test_dialects_are_named() -> None:
    named = {name: _read(name).dialect for name in EXPECTED if name.startswith(("11_python_frappe_q", "91_"))}
    assert named == {
        "11_python_frappe_quangninh_bom_crlf_constants.csv": "quang_ninh_13_columns",
        "91_pa18_23col_biff8.xls": "pa18_23_columns",
    }


@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name: str) -> None:
    expected, reading = EXPECTED[name], _read(name)
    real = [row for row in reading.rows if not row.is_example]
    assert (reading.format, len(real), reading.skipped_examples) == (
        expected.format,
        expected.rows,
        expected.examples,
    )
    assert (reading.problem.code if reading.problem else None) == expected.problem
    if expected.problem_at != (None, None):
        assert reading.problem is not None
        assert (reading.problem.line, reading.problem.column) == expected.problem_at
    refused = {row.position: {finding.code for finding in row.errors} for row in real if row.errors}
    assert refused == expected.errors
    by_position = {row.position: row for row in reading.rows}
    for position, values in expected.values.items():
        assert {field: getattr(by_position[position].values, field) for field in values} == values
    for position, codes in expected.warnings.items():
        assert codes <= {finding.code for finding in by_position[position].warnings}
    assert expected.notices <= {notice.code for notice in reading.notices}


def test_complete_files_only_lack_the_permit() -> None:
    for name in ("06_python_htbinbin_520rows.xml", "12_java_sxssf_13col_520rows.xlsx"):
        assert {w.code for row in _read(name).rows for w in row.warnings} == {"permitted_until_missing"}


@pytest.mark.parametrize(
    ("name", "line", "column"),
    [
        ("01_php_pa18_unescaped_amp_malformed.xml", 24, 12),
        ("09_python_hotelocr_app_unescaped_amp_malformed.xml", 37, 20),
    ],
)
def test_without_repair_a_bare_ampersand_is_a_problem_with_its_place(name: str, line: int, column: int) -> None:
    problem = _read(name, repair=False).problem
    assert problem is not None
    assert (problem.code, problem.line, problem.column) == (
        "malformed_xml",
        line,
        column,
    )
    assert "A&B 3" in problem.message_vi
    assert "A&B 3" in problem.message_en


def test_the_resaved_file_reads_like_its_original() -> None:
    resaved, original = (
        _read("90_variant_resaved_notepad_bom_crlf.xml"),
        _read("06_python_htbinbin_empty_nationality_germany.xml"),
    )
    assert [row.values for row in resaved.rows] == [row.values for row in original.rows]
    assert [row.line for row in resaved.rows] == [row.line for row in original.rows]
