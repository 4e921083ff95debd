"""From the answers of a draft to the facts, and to everything that is found before submission."""

import json
from dataclasses import asdict
from datetime import date

import pytest

from ancu.engines.rulebook import (
    Procedure,
    component_findings,
    facts_from,
    field_findings,
    findings,
    get_procedure,
    preflight,
    procedure_codes,
    with_presets,
)

NOW = date(2026, 11, 24)
ANSWERS = {
    "NA5": {
        "birth_date": "1990",
        "passport_expiry": "2030-01-01",
        "entry_kind": "visa",
        "present_symbol": "DN1",
        "permitted_until": "2026-12-20",
        "sponsor_kind": "organisation",
        "relationship": "spouse",  # left from an earlier choice, and no longer asked
        "visa_symbol": "DN1",
        "visa_entries": "multiple",
        "visa_from": "2026-12-01",
        "visa_until": "2027-11-30",
        "extend_until": "2027-01-15",
        "change_ground": "none",
        "purpose": "business",
        "stay_unit": "04960",
    }
}


def test_facts_come_from_the_fields_that_are_asked() -> None:
    visa = facts_from(get_procedure("visa", NOW), ANSWERS, NOW, legal_file="approved")
    assert visa.requested_until == date(2027, 11, 30) and visa.requested_symbol == "DN1"
    assert visa.birth_date == date(1990, 12, 31) and visa.relationship is None and visa.legal_file == "approved"
    extension = facts_from(get_procedure("stay_extension", NOW), ANSWERS, NOW)
    assert extension.requested_until == date(2027, 1, 15) and extension.requested_symbol is None
    certificate = facts_from(get_procedure("exemption_extension", NOW), ANSWERS, NOW)
    assert certificate.entry_kind == "exemption_certificate" and certificate.present_symbol is None
    assert facts_from(get_procedure("visa", NOW), ANSWERS, NOW, sponsor_kind="citizen").sponsor_kind == "citizen"


def test_a_finding_points_at_the_field_that_is_shown() -> None:
    answers = {"NA5": {**ANSWERS["NA5"], "passport_expiry": "2026-12-31"}}
    for code, field in [("visa", "NA5.visa_until"), ("stay_extension", "NA5.extend_until")]:
        procedure = get_procedure(code, NOW)
        fields = {finding.field for finding in findings(procedure, facts_from(procedure, answers, NOW), answers)}
        assert fields == {field}


def test_the_procedure_gives_its_own_answers() -> None:
    merged = with_presets(get_procedure("exemption_extension", NOW), {"NA5": {"request": "visa", "sex": "M"}})
    assert merged["NA5"] == {"request": "extension", "entry_kind": "exemption_certificate", "sex": "M"}


def test_preflight_brings_fields_components_and_checks_together() -> None:
    procedure = get_procedure("visa", NOW)
    facts = facts_from(procedure, ANSWERS, NOW, legal_file="none", stay_on_record=False)
    all_of_it = preflight(procedure, ANSWERS, facts, [])
    codes = {finding.code for finding in all_of_it}
    assert codes == {"field_missing", "component_missing", "legal_file", "stay_declared"}
    assert all_of_it[-1].code == "stay_declared"
    assert {f.field for f in all_of_it if f.code == "field_missing"} >= {"NA5.full_name", "NA5.reason"}
    missing = component_findings(procedure, ANSWERS, ["other"], NOW)
    assert [(f.component, f.field) for f in missing] == [("passport", None)]
    assert "Passport" in missing[0].what_en
    assert component_findings(procedure, ANSWERS, ["passport"], NOW) == ()


def test_a_wrong_field_is_named_with_its_row() -> None:
    procedure: Procedure = get_procedure("restricted_permit", NOW)
    wrong = field_findings(procedure, {"NA14": {"people": [{"sex": "X"}], "visit_from": "tomorrow"}}, NOW)
    named = {finding.field: finding.code for finding in wrong}
    assert named["NA14.people.0.sex"] == "field_wrong" and named["NA14.visit_from"] == "field_wrong"
    assert named["NA14.people.0.full_name"] == "field_missing" and named["NA15.full_name"] == "field_missing"


@pytest.mark.parametrize("code", procedure_codes())
def test_a_procedure_can_be_written_as_json(code: str) -> None:
    written = json.loads(json.dumps(asdict(get_procedure(code, NOW)), default=str))
    assert written["deadline_days"] == 5 and written["forms"][0]["sections"][0]["fields"][0]["label_vi"]
