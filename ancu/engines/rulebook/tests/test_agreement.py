"""The forms of a dossier against each other and against what the office holds; names as passports hold them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.latin import is_latin
from ancu.engines.rulebook import BLOCKING, OfficeRecord, get_form, get_procedure
from ancu.engines.rulebook.answers import check_field, is_name
from ancu.engines.rulebook.eligibility import agreement_findings
from ancu.engines.rulebook.likeness import agree, organisations_agree

NOW = date(2026, 11, 24)
PERSON = {
    "full_name": "ADAMS CLAIRE", "sex": "F", "birth_date": "1990-04-12", "nationality": "GBR",
    "passport_number": "533380006",
}  # fmt: skip
CARD = {"card_symbol": "TT", "card_until": "2028-10-01"}
RELATIVE = {
    "NA7": {"full_name": "NGUYỄN VĂN HÒA", "people": [PERSON | {"relationship": "spouse"}]},
    "NA8": PERSON | CARD | {"relationship": "spouse"},
}
COMPANY = {
    "NA6": {"organisation_name": "Công ty Sông Đà", "signer_name": "Vũ Hải Yến", "people": [PERSON | CARD]},
    "NA8": PERSON | CARD,
}


def contradictions(code: str, answers: Any, *records: OfficeRecord) -> list[tuple[str, str | None]]:
    findings = agreement_findings(get_procedure(code, NOW), answers, NOW, records)
    return [(finding.code, finding.field) for finding in findings]


def with_fields(answers: Any, form: str, **fields: Any) -> Any:
    return answers | {form: answers[form] | fields}


def with_person(answers: Any, form: str, **fields: Any) -> Any:
    return with_fields(answers, form, people=[answers[form]["people"][0] | fields])


def test_forms_that_agree_are_let_pass() -> None:
    assert contradictions("trc_individual", RELATIVE) == contradictions("trc_organisation", COMPANY) == []


@pytest.mark.parametrize(
    ("field", "contradiction"),
    [
        ("passport_number", "533380007"),
        ("full_name", "ADAMS CLAUDIA"),
        ("birth_date", "1990-04-13"),
        ("sex", "M"),
        ("nationality", "FRA"),
        ("relationship", "parent"),
    ],
)
def test_the_person_of_na7_is_the_one_of_na8(field: str, contradiction: str) -> None:
    answers = with_person(RELATIVE, "NA7", **{field: contradiction})
    assert contradictions("trc_individual", answers) == [("forms_disagree", f"NA8.{field}")]
    (finding,) = agreement_findings(get_procedure("trc_individual", NOW), answers, NOW)
    assert finding.severity == BLOCKING and "NA7" in finding.what_en and "NA8" in finding.what_en


@pytest.mark.parametrize(("field", "contradiction"), [("card_until", "2028-10-02"), ("card_symbol", "LĐ1")])
def test_what_na6_asks_for_is_what_na8_asks_for(field: str, contradiction: str) -> None:
    answers = with_person(COMPANY, "NA6", **{field: contradiction})
    assert contradictions("trc_organisation", answers) == [("forms_disagree", f"NA8.{field}")]


def test_dates_and_choices_are_said_as_they_are_read() -> None:
    answers = with_person(RELATIVE, "NA7", birth_date="1990-04-13", sex="M")
    sentences = [finding.what_vi for finding in agreement_findings(get_procedure("trc_individual", NOW), answers, NOW)]
    assert (
        "13/04/1990" in sentences[1] and "12/04/1990" in sentences[1] and "Nam" in sentences[0] and "Nữ" in sentences[0]
    )


def test_countries_are_named_in_words() -> None:
    answers = {"NA14": {"people": [PERSON | {"nationality": "JPN"}]}, "NA15": PERSON | {"nationality": "KOR"}}
    findings = agreement_findings(get_procedure("restricted_permit", NOW), answers, NOW)
    sentences = " ".join(finding.what_en + finding.what_vi for finding in findings)
    assert "Nhật Bản" in sentences and "Hàn Quốc" in sentences and "JPN" not in sentences and "KOR" not in sentences


def test_one_dossier_is_about_one_person() -> None:
    second = PERSON | CARD | {"full_name": "ADAMS TOM", "passport_number": "533380007"}
    answers = with_fields(COMPANY, "NA6", people=[second, PERSON | CARD, {}])
    assert contradictions("trc_organisation", answers) == [("one_person", "NA6.people")]


def test_a_permit_is_for_a_group_with_the_applicant_in_it() -> None:
    second = PERSON | {"full_name": "ADAMS TOM", "passport_number": "533380007", "sex": "M"}
    answers = {"NA14": {"people": [second, PERSON]}, "NA15": PERSON}
    assert contradictions("restricted_permit", answers) == []
    answers = {"NA14": {"people": [second]}, "NA15": PERSON}
    assert {field for _code, field in contradictions("restricted_permit", answers)} >= {
        "NA15.full_name",
        "NA15.passport_number",
    }


@pytest.mark.parametrize(
    ("account", "expected"),
    [
        ("Nguyễn Văn Hòa", []),
        ("NGUYEN VAN HOA", []),
        ("Hòa Nguyễn Văn", []),
        ("Nguyễn Văn Hoan", [("account_disagrees", "NA7.full_name")]),
    ],
)
def test_the_sponsor_named_is_the_one_who_signs(account: str, expected: list[Any]) -> None:
    record = OfficeRecord("account_disagrees", ({"sponsor.full_name": account},))
    assert contradictions("trc_individual", RELATIVE, record) == expected
    (*_none, finding) = agreement_findings(get_procedure("trc_individual", NOW), RELATIVE, NOW, [record]) or [None]
    assert finding is None or account not in finding.what_vi + finding.what_en, "who asks learns no name by an address"


def test_the_organisation_is_the_one_of_its_legal_file() -> None:
    registered = {"organisation.name": "CÔNG TY SÔNG ĐÀ", "organisation.signer_name": "Lê Thị Mai"}
    record = OfficeRecord("organisation_differs", (registered,))
    assert contradictions("trc_organisation", COMPANY, record) == [("organisation_differs", "NA6.signer_name")]


def test_a_passport_that_was_read_is_compared_once_for_both_forms() -> None:
    zone = {"traveller.document_number": "533380009", "traveller.birth_date": "1990-04-12"}
    record = OfficeRecord("passport_disagrees", (zone,))
    assert contradictions("trc_individual", RELATIVE, record) == [
        ("passport_disagrees", "NA7.people.0.passport_number")
    ]
    renewed = OfficeRecord("passport_disagrees", (zone, zone | {"traveller.document_number": "533380006"}))
    assert contradictions("trc_individual", RELATIVE, renewed) == []
    assert contradictions("trc_individual", RELATIVE, OfficeRecord("passport_disagrees", ())) == []


@pytest.mark.parametrize(
    ("form", "passport"),
    [
        ("NGUYỄN VĂN HÒA", "NGUYEN VAN HOA"), ("Văn Hòa Nguyễn", "NGUYEN VAN HOA"), ("MÜLLER JÖRG", "MUELLER JOERG"),
        ("MÜLLER JÖRG", "MULLER JORG"), ("MÜLLER JÖRG", "MUXXLLER JORG"), ("MUÑOZ ANA", "MUNXXOZ ANA"),
        ("STRAUß ÅSA", "STRAUSS AASA"), ("SØRENSEN BJØRN", "SOERENSEN BJOERN"), ("O’NEILL SEÁN", "ONEILL SEAN"),
        ("KIM MIN-JUN", "KIM MINJUN"), ("MINJUN KIM", "KIM MIN JUN"), ("DE LA CRUZ ANA", "DELACRUZ ANA"),
        ("PHRACHAO WATTANAKUL SOMCHAI ARUNRASMEE", "WATTANAKUL PHRACHAO SOMCHAI ARUNR…"),
    ],
)  # fmt: skip
def test_one_name_is_written_in_several_ways(form: str, passport: str) -> None:
    assert agree(form, passport)


@pytest.mark.parametrize(
    ("form", "passport"),
    [
        ("ADAMS CLAIRE", "ADAMS CLAUDIA"), ("ADAMS CLAIRE", "ADAMS CLAIRE ANN"), ("ADAMS CLAIRE ANN", "ADAMS CLAIRE"),
        ("KIM MINJUN", "KIM JUNMIN"), ("BRIAN LEE", "BRAIN LEE"), ("WATTANAKUL SOMCHAI", "WATTANAKUL SOMSAK ARUNR…"),
        ("WATTANAKUL", "WATTANAKUL SOMCHAI ARUNR…"),
    ],
)  # fmt: skip
def test_two_names_are_two_names(form: str, passport: str) -> None:
    assert not agree(form, passport)


SONG_DA = "Công ty trách nhiệm hữu hạn một thành viên Sông Đà"


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("CONG TY TNHH MTV SONG DA", True), ("Công ty TNHH 2TV Sông Đà", False),
        ("Công ty TNHH hai thành viên trở lên Sông Đà", False), ("Công ty TNHH Sông Đà", True),
        ("Song Da Two Members Co., Ltd", False), ("Sông Đà", True),
        ("SONG DA CO., LTD", True), ("Công ty Sông Đà", True),
        ("Công ty cổ phần Sông Đà", False), ("SONG DA JSC", False), ("Công ty TNHH Sông Hồng", False),
        ("Công ty TNHH Sông Đà 5", False), ("Công ty TNHH", False), ("Chi nhánh Công ty TNHH Sông Đà", False),
    ],
)  # fmt: skip
def test_a_company_is_the_same_by_every_writing_of_its_legal_form(name: str, same: bool) -> None:
    assert organisations_agree(name, SONG_DA) is organisations_agree(SONG_DA, name) is same


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Cty TNHH Đá Sông Đà", "Công ty TNHH Đá Sông Đà"), ("C.ty TNHH Đá Sông Đà", "DA SONG DA CO.,LTD."),
        ("C.TY T.N.H.H MTV Sông Đà", SONG_DA), ("SONG DA J.S.C.", "Công ty cổ phần Sông Đà"),
        ("Cty CP Sông Đà", "Song Da Joint-Stock Co."), ("Sông Đà J. S. C.", "CTCP Sông Đà"),
        ("Công ty TNHH SX & TM Minh An", "Công ty TNHH Sản xuất và Thương mại Minh An"),
        ("Cty TNHH SX-TM-DV Minh An", "CÔNG TY TNHH SẢN XUẤT THƯƠNG MẠI VÀ DỊCH VỤ MINH AN"),
        ("Công ty TNHH TMDV Minh An", "Công ty TNHH Thương mại Dịch vụ Minh An"),
        ("CTCP ĐTXD và XNK Hòa Bình", "Công ty cổ phần Đầu tư Xây dựng & Xuất nhập khẩu Hòa Bình"),
        ("ĐH Hòa Bình", "Trường Đại học Hòa Bình"), ("TT Ngoại ngữ Sao Mai", "Trung tâm Ngoại ngữ Sao Mai"),
        ("HTX Dệt Mai Châu", "Hợp tác xã Dệt Mai Châu"), ("DNTN Minh An", "Doanh nghiệp tư nhân Minh An"),
        ("Minh An SX & TM JSC", "Công ty CP SX & TM Minh An"), ("Công ty TNHH DV & TM Mai", "Công ty TNHH TM DV Mai"),
        ("Công ty TNHH 1TV Sông Đà", SONG_DA), ("BV Đa khoa Hòa Bình", "Bệnh viện Đa khoa Hòa Bình"),
        ("Công ty TNHH DVDL Mai Châu", "Công ty TNHH Dịch vụ Du lịch Mai Châu"),
        ("Cty TNHH Minh An (SUNSHINE)", "Công ty TNHH Minh An"), ("Cty ABC (Việt Nam)", "Công ty ABC Việt Nam"),
        ("Công ty TNHH Hoà An", "Công ty TNHH Hòa An"), ("CONG TY TNHH HOA AN", "Công ty TNHH Hòa An"),
        ("Smith and Jones Ltd", "SMITH & JONES LTD"), ("Müller Größe GmbH", "MUELLER GROESSE GMBH"),
    ],
)  # fmt: skip
def test_an_organisation_is_the_same_by_its_usual_abbreviations(left: str, right: str) -> None:
    assert organisations_agree(left, right) and organisations_agree(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Công ty TNHH Minh An", "Công ty TNHH An Minh"), ("Cty CP Minh An", "Cty TNHH Minh An"),
        ("Công ty TNHH SX Minh An", "Công ty TNHH TM Minh An"), ("HTX Minh An", "Công ty TNHH Minh An"),
        ("Công ty TNHH Minh Ân", "Công ty TNHH Minh An"), ("Công ty TNHH Hoa An", "Công ty TNHH Hoà An"),
        ("Công ty TNHH SX Minh An", "Công ty TNHH Minh An"), ("Công ty Sông Hồng (Minh An)", "Công ty Minh An"),
        ("Công ty TNHH Sông Va", "Công ty TNHH Sông"), ("ĐH Hòa Bình", "CĐ Hòa Bình"),
        ("Công ty Chăn nuôi C.P. Việt Nam", "Công ty Chăn nuôi Việt Nam"),
    ],
)  # fmt: skip
def test_two_organisations_are_not_taken_for_one(left: str, right: str) -> None:
    assert not organisations_agree(left, right) and not organisations_agree(right, left)


def test_another_organisation_or_another_name_stops_the_dossier() -> None:
    records = [
        OfficeRecord("organisation_differs", ({"organisation.name": "Công ty TNHH Sông Hồng"},)),
        OfficeRecord("passport_name_differs", ({"traveller.full_name": "ADAMS CLAUDIA"},)),
    ]
    contradictions = agreement_findings(get_procedure("trc_organisation", NOW), COMPANY, NOW, records)
    assert [(finding.code, finding.field) for finding in contradictions] == [
        ("organisation_differs", "NA6.organisation_name"), ("passport_name_differs", "NA6.people.0.full_name"),
    ]  # fmt: skip
    for finding in contradictions:
        assert finding.severity == BLOCKING and finding.how_vi and finding.how_en


TEXTS = st.text(max_size=20)


@given(TEXTS)
def test_a_text_agrees_with_itself_however_it_is_written(text: str) -> None:
    assert agree(text, text) and agree(text, f"  {text} ") and organisations_agree(text, f"  {text} ")


@given(st.dictionaries(st.sampled_from([*PERSON, "people"]), TEXTS | st.none() | st.lists(TEXTS, max_size=2)), TEXTS)
def test_nothing_typed_makes_the_comparison_fail(answers: dict[str, Any], passport_number: str) -> None:
    record = OfficeRecord("passport_disagrees", ({"traveller.document_number": passport_number},))
    for code in ("trc_individual", "trc_organisation", "restricted_permit", "visa"):
        procedure = get_procedure(code, NOW)
        agreement_findings(procedure, {form.code: answers for form in procedure.forms}, NOW, [record])


# ---- names ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["NGUYỄN VĂN HÒA", "O’CONNOR SEÁN", "O'NEILL", "MÜLLER-LÜDENSCHEIDT", "SMITH JOHN JR.", "ŁUKASZ", "DE SOUZA, ANA"],
)  # fmt: skip
def test_what_a_passport_can_hold(name: str) -> None:
    assert is_name(name)


@pytest.mark.parametrize(
    "name",
    ["CLAIRE 😀", "<b>CLAIRE</b>", "张伟", "김민준", "12345", "CLAIRE2", "A&B", "---", "ANA\u202eMARIA", "A\tB", "A;B"]
)  # fmt: skip
def test_what_no_passport_holds(name: str) -> None:
    assert not is_name(name)
    for form, key in (("NA8", "full_name"), ("NA5", "relative_name"), ("NA6", "signer_name")):
        problem = check_field(get_form(form, NOW).fields[key], name, NOW)
        assert problem is not None and problem.code == ("bad_name" if is_latin(name) else "name_not_latin")


@given(st.text(min_size=1, max_size=40))
def test_a_name_that_passes_is_letters_and_the_few_signs_between(text: str) -> None:
    if is_name(text):
        assert any(sign.isalpha() for sign in text) and not set(text) & set('<>&"/\\0123456789\n\t')
