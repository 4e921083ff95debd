"""Form and papers side by side: the marks say what the checks say."""

from typing import Any

import pytest

from ancu.engines.rulebook import FactMark, OfficeRecord, compared_facts, get_procedure
from ancu.engines.rulebook.agreement import disagreements
from ancu.engines.rulebook.likeness import spelling_reason
from ancu.engines.rulebook.tests.test_agreement import COMPANY, NOW, RELATIVE, with_fields, with_person


def marks(answers: Any, code: str = "trc_organisation", *records: OfficeRecord) -> dict[str, str]:
    facts = compared_facts(get_procedure(code, NOW), answers, records)
    return {fact.statement.name: str(fact.mark) for fact in facts}


def zone(**values: str) -> OfficeRecord:
    return OfficeRecord("passport_disagrees", ({f"traveller.{name}": value for name, value in values.items()},))


def test_without_a_paper_the_person_is_not_read_unless_two_forms_say_the_same() -> None:
    assert marks(COMPANY)["NA6.people.0.full_name"] == FactMark.SAME  # NA8 says it too
    alone = {"NA8": COMPANY["NA8"]}
    assert marks(alone)["NA8.full_name"] == FactMark.UNREAD


def test_each_fact_stands_beside_the_paper() -> None:
    record = zone(document_number="533380006", birth_date="1990-04-21", nationality="GBR")
    by_name = marks(COMPANY, "trc_organisation", record)
    assert by_name["NA6.people.0.passport_number"] == FactMark.SAME
    assert by_name["NA6.people.0.birth_date"] == FactMark.DIFFERS


@pytest.mark.parametrize("answers", [COMPANY, RELATIVE])
@pytest.mark.parametrize("field", ["passport_number", "full_name", "birth_date"])
def test_a_fact_differs_exactly_where_the_checks_report_it(answers: Any, field: str) -> None:
    code = "trc_organisation" if answers is COMPANY else "trc_individual"
    first = next(form for form in answers if "people" in answers[form])
    changed = {"passport_number": "533380007", "full_name": "ADAMS CLAUDIA", "birth_date": "1990-04-13"}[field]
    records = [zone(document_number="533380006", full_name="ADAMS CLAIRE", birth_date="1990-04-12")]
    for case in (
        answers,
        with_person(answers, first, **{field: changed}),
        with_fields(answers, "NA8", **{field: changed}),
    ):
        procedure = get_procedure(code, NOW)
        facts = compared_facts(procedure, case, records)
        reported = {(row.statement.name, row.check) for row in disagreements(procedure, case, records)}
        assert {(fact.statement.name, fact.check) for fact in facts if fact.mark == FactMark.DIFFERS} == reported


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("HOFFMANN JÖRG", "HOFFMANN JOERG", "letters"),
        ("HOFFMANN JÖRG", "JOERG HOFFMANN", "letters"),
        ("NGUYỄN VĂN HÒA", "NGUYEN VAN HOA", "accents"),
        ("ADAMS CLAIRE", "CLAIRE ADAMS", "order"),
        ("MIN JUN", "MINJUN", "joined"),
        ("ADAMS CLAIRE", "ADAMS CLA…", "cut"),
        ("1990-04-12", "1990", "partial_date"),
        ("Công ty TNHH Sông Đà", "Sông Đà", "legal_form"),
        ("ADAMS CLAIRE", "Adams  Claire", ""),
    ],
)
def test_another_spelling_says_why(left: str, right: str, reason: str) -> None:
    assert spelling_reason(left, right) == reason
