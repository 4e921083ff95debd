"""The officer's checks made by a program: for each, a case it finds and its nearest neighbour it lets pass."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancu.engines.rulebook import (
    BLOCKING,
    WARNING,
    CheckFinding,
    Facts,
    answered_by,
    findings,
    get_procedure,
    latest_card_end,
    latest_visa_end,
    passport_margin,
    procedure_codes,
    rules,
    visa_symbols,
)
from ancu.engines.rulebook.comparisons import COMPARISONS
from ancu.engines.rulebook.facts import FACTS

NOW = date(2026, 11, 24)

# One case for each procedure in which nothing is found.
VISA = Facts(
    on=NOW,
    birth_date=date(1990, 5, 1),
    passport_expiry=date(2030, 1, 1),
    entry_kind="visa",
    present_symbol="DN1",
    permitted_until=date(2026, 12, 20),
    purpose="business",
    requested_symbol="DN1",
    requested_from=date(2026, 12, 1),
    requested_until=date(2027, 11, 30),
    entries="multiple",
    change_ground="none",
    sponsor_kind="organisation",
    legal_file="approved",
    declared_unit="04960",
    recorded_unit="04960",
    stay_on_record=True,
)
EXTENSION = replace(VISA, requested_symbol=None, requested_from=None, requested_until=date(2027, 3, 1))
CERTIFICATE = replace(
    EXTENSION,
    entry_kind="exemption_certificate",
    present_symbol=None,
    sponsor_kind="citizen",
    relationship="spouse",
    certificate_until=date(2029, 1, 1),
    requested_until=date(2027, 6, 20),
)
WORKER = replace(
    VISA,
    present_symbol="LĐ2",
    requested_symbol="LĐ2",
    requested_from=None,
    requested_until=date(2028, 11, 24),
    purpose="work",
    work_permit=True,
    work_permit_until=date(2028, 11, 24),
)
SPOUSE = replace(
    WORKER,
    present_symbol="TT",
    requested_symbol="TT",
    purpose="family",
    sponsor_kind="citizen",
    relationship="spouse",
    legal_file=None,
    work_permit=None,
    work_permit_until=None,
)
VISIT = replace(EXTENSION, requested_from=date(2026, 12, 1), requested_until=date(2026, 12, 20))
CLEAN = {
    "visa": VISA,
    "stay_extension": EXTENSION,
    "exemption_extension": CERTIFICATE,
    "trc_organisation": WORKER,
    "trc_individual": SPOUSE,
    "restricted_permit": VISIT,
}
YEAR = timedelta(days=365)

# procedure, what is changed in the clean case, what is found
CASES: list[tuple[str, dict[str, Any], dict[str, str]]] = [
    ("visa", {"passport_expiry": date(2027, 12, 30)}, {}),
    ("visa", {"passport_expiry": date(2027, 12, 29)}, {"passport_margin": BLOCKING}),
    ("trc_organisation", {"passport_expiry": date(2028, 12, 24)}, {}),
    ("trc_organisation", {"passport_expiry": date(2028, 12, 23)}, {"passport_margin": BLOCKING}),
    ("visa", {"requested_until": date(2027, 12, 1)}, {}),
    ("visa", {"requested_until": date(2027, 12, 2)}, {"visa_length": BLOCKING}),
    # two years from 1 December, the day by which a complete dossier of today is answered
    ("trc_organisation", {"requested_until": date(2028, 12, 1), "work_permit_until": None}, {}),
    ("trc_organisation", {"requested_until": date(2028, 12, 2), "work_permit_until": None}, {"card_length": BLOCKING}),
    (
        "trc_organisation",
        {"requested_until": date(2028, 12, 29), "issued_by": date(2026, 12, 29), "work_permit_until": None},
        {},
    ),
    ("trc_organisation", {"requested_until": date(2027, 12, 1)}, {}),
    ("trc_organisation", {"requested_until": date(2027, 11, 30)}, {"card_at_least_a_year": WARNING}),
    (
        "trc_organisation",
        {"requested_symbol": "DN1", "present_symbol": "DN1", "purpose": "business"},
        {"symbol_has_card": BLOCKING},
    ),
    (
        "trc_organisation",
        {"requested_symbol": "DL", "present_symbol": "DL", "purpose": "tourism"},
        {"symbol_has_card": BLOCKING},
    ),
    (
        "trc_organisation",
        {"requested_symbol": "EV", "present_symbol": "EV", "purpose": "tourism"},
        {"symbol_has_card": BLOCKING},
    ),
    (
        "trc_organisation",
        {"requested_symbol": "UĐ1", "present_symbol": "UĐ1", "purpose": "technology"},
        {"card_length_unknown": WARNING},
    ),
    ("trc_organisation", {"present_symbol": "DL"}, {"card_matches_visa": BLOCKING}),
    ("trc_organisation", {"present_symbol": None}, {}),
    (
        "trc_organisation",
        {"requested_symbol": "NG3", "present_symbol": "NG3", "purpose": None},
        {"mofa_symbol": BLOCKING},
    ),
    ("visa", {"purpose": "study"}, {"symbol_purpose": WARNING}),
    ("visa", {"entry_purpose": "tourism"}, {"symbol_entry": WARNING}),
    ("visa", {"entry_purpose": "business"}, {}),
    ("trc_organisation", {"entry_purpose": "tourism"}, {"symbol_entry": WARNING}),
    (
        "trc_organisation",
        {"requested_symbol": "DH", "present_symbol": "DH", "purpose": "study", "entry_purpose": "tourism"},
        {"symbol_entry": WARNING},
    ),
    (
        "trc_organisation",
        {"requested_symbol": "DH", "present_symbol": "DH", "purpose": "study", "entry_purpose": "study"},
        {},
    ),
    (
        "visa",
        {
            "present_symbol": "DL",
            "entry_purpose": "tourism",
            "requested_symbol": "ĐT3",
            "purpose": "investment",
            "change_ground": "investor",
        },
        {},
    ),
    ("visa", {"present_symbol": "DL"}, {"purpose_change": BLOCKING}),
    ("visa", {"present_symbol": "DN2"}, {}),
    ("visa", {"present_symbol": "DL", "change_ground": "investor"}, {"purpose_change": BLOCKING}),
    (
        "visa",
        {"present_symbol": "DL", "requested_symbol": "ĐT3", "purpose": "investment", "change_ground": "investor"},
        {},
    ),
    (
        "visa",
        {
            "present_symbol": "DL",
            "requested_symbol": "LĐ2",
            "purpose": "work",
            "work_permit": True,
            "change_ground": "sponsored_worker",
        },
        {},
    ),
    (
        "visa",
        {
            "present_symbol": "DL",
            "requested_symbol": "LĐ2",
            "purpose": "work",
            "work_permit": True,
            "change_ground": "e_visa_worker",  # but did not enter on an e-visa
        },
        {"purpose_change": BLOCKING},
    ),
    (
        "visa",
        {
            "present_symbol": "EV",
            "entry_kind": "e_visa",
            "requested_symbol": "LĐ2",
            "purpose": "work",
            "work_permit": False,
            "change_ground": "e_visa_worker",
        },
        {"work_permit": BLOCKING},
    ),
    ("visa", {"requested_until": date(2026, 12, 1)}, {"dates_in_order": BLOCKING}),
    ("visa", {"requested_from": date(2026, 11, 23)}, {"start_not_past": WARNING, "visa_length": BLOCKING}),
    ("visa", {"permitted_until": date(2026, 12, 1)}, {}),
    ("visa", {"permitted_until": date(2026, 11, 30)}, {"stay_runs_out": WARNING}),
    ("visa", {"permitted_until": NOW}, {"stay_runs_out": WARNING}),
    ("visa", {"permitted_until": date(2026, 11, 23)}, {"stay_still_valid": BLOCKING}),
    ("stay_extension", {"entered_on": date(2026, 11, 25)}, {"entered_already": BLOCKING}),
    ("stay_extension", {"entered_on": NOW}, {}),
    ("visa", {"legal_file": "pending"}, {"legal_file": BLOCKING}),
    ("visa", {"sponsor_kind": "citizen", "relationship": "sibling", "legal_file": "none"}, {}),
    ("visa", {"sponsor_kind": "citizen", "relationship": "grandparent"}, {"relationship": BLOCKING}),
    ("visa", {"sponsor_kind": "resident_foreigner", "relationship": "grandparent"}, {}),
    ("visa", {"sponsor_kind": "resident_foreigner", "relationship": "sibling"}, {"relationship": BLOCKING}),
    ("visa", {"sponsor_kind": "self"}, {"sponsor_kind": BLOCKING}),
    ("visa", {"recorded_unit": "04961"}, {"address_on_record": WARNING}),
    ("visa", {"stay_on_record": False}, {"stay_declared": WARNING}),
    ("stay_extension", {"requested_until": date(2026, 12, 20)}, {"extension_in_order": BLOCKING}),
    ("stay_extension", {"passport_expiry": date(2027, 3, 1)}, {}),
    ("stay_extension", {"passport_expiry": date(2027, 2, 28)}, {"passport_covers_stay": BLOCKING}),
    ("stay_extension", {"entry_kind": "exemption_certificate"}, {"certificate_has_own_procedure": BLOCKING}),
    ("exemption_extension", {"requested_until": date(2027, 6, 21)}, {"certificate_six_months": BLOCKING}),
    ("exemption_extension", {"passport_expiry": date(2027, 11, 24)}, {}),
    ("exemption_extension", {"passport_expiry": date(2027, 11, 23)}, {"certificate_passport_year": BLOCKING}),
    ("exemption_extension", {"certificate_until": date(2027, 6, 19)}, {"certificate_covers_stay": WARNING}),
    ("exemption_extension", {"entry_kind": "visa"}, {"certificate_needed": BLOCKING}),
    ("exemption_extension", {"sponsor_kind": "self"}, {}),
    ("trc_organisation", {"requested_until": NOW}, {"card_dates_in_order": BLOCKING, "card_at_least_a_year": WARNING}),
    ("trc_organisation", {"listed_from": date(2026, 12, 1)}, {}),
    ("trc_organisation", {"listed_from": date(2028, 11, 24)}, {"listed_dates_in_order": BLOCKING}),
    ("trc_individual", {"sponsored_until": date(2028, 11, 24)}, {}),
    ("trc_individual", {"sponsored_until": date(2028, 11, 23)}, {"sponsorship_covers_card": BLOCKING}),
    ("trc_organisation", {"sponsor_kind": "citizen"}, {"sponsor_kind": BLOCKING}),
    ("trc_organisation", {"work_permit": False}, {"work_permit": BLOCKING}),
    ("trc_organisation", {"work_permit_until": date(2028, 11, 23)}, {"work_permit_covers": WARNING}),
    ("trc_individual", {"sponsor_kind": "organisation"}, {"sponsor_kind": BLOCKING}),
    ("trc_individual", {"relationship": "sibling"}, {"relationship_card": BLOCKING}),
    ("trc_individual", {"relationship": "parent"}, {}),
    (
        "trc_individual",
        {"sponsor_kind": "resident_foreigner", "relationship": "parent", "organisation_consents": True},
        {"relationship_card": BLOCKING},
    ),
    ("trc_individual", {"sponsor_kind": "resident_foreigner", "organisation_consents": True}, {}),
    ("trc_individual", {"sponsor_kind": "resident_foreigner"}, {"consent": WARNING}),
    (
        "trc_individual",
        {
            "sponsor_kind": "resident_foreigner",
            "organisation_consents": True,
            "relationship": "child",
            "birth_date": date(2008, 11, 25),
        },
        {},
    ),
    (
        "trc_individual",
        {
            "sponsor_kind": "resident_foreigner",
            "organisation_consents": True,
            "relationship": "child",
            "birth_date": date(2008, 11, 24),  # 18 on the day
        },
        {"relationship_card": BLOCKING},
    ),
    ("trc_individual", {"relationship": "child", "birth_date": date(1980, 1, 1)}, {}),
    ("restricted_permit", {"requested_until": date(2026, 12, 21)}, {"visit_within_stay": BLOCKING}),
    ("restricted_permit", {"requested_until": date(2026, 12, 1)}, {}),
    ("restricted_permit", {"requested_until": date(2026, 11, 30)}, {"visit_in_order": BLOCKING}),
]


def findings_by_code(code: str, facts: Facts) -> dict[str, str]:
    return {finding.code: finding.severity for finding in findings(get_procedure(code, facts.on), facts)}


@pytest.mark.parametrize("code", procedure_codes())
def test_a_clean_case_has_no_finding(code: str) -> None:
    assert findings_by_code(code, CLEAN[code]) == {}


@pytest.mark.parametrize(("code", "changed", "expected"), CASES)
def test_what_is_found(code: str, changed: dict[str, Any], expected: dict[str, str]) -> None:
    assert findings_by_code(code, replace(CLEAN[code], **changed)) == expected


def test_every_check_that_a_procedure_names_has_a_case() -> None:
    proven = {check for _, _, expected in CASES for check in expected}
    assert proven == {check for code in procedure_codes() for check in get_procedure(code, NOW).checks}


@pytest.mark.parametrize("rule_id", sorted(rule for rule in rules() if rule.startswith("check.")))
def test_the_data_of_a_check(rule_id: str) -> None:
    for version in rules()[rule_id].versions:
        values = version.values
        assert values["severity"] in {BLOCKING, WARNING} and values["test"] in COMPARISONS
        assert set(values["compares"]) <= FACTS and values.get("mend", "on") in FACTS
        for text in ("what", "why", "how"):
            assert values[f"{text}_vi"] and values[f"{text}_en"]
            assert values[f"{text}_vi"] != values[f"{text}_en"]


def test_a_finding_says_all_of_it() -> None:
    facts = replace(WORKER, passport_expiry=date(2027, 6, 1))
    finding: CheckFinding
    (finding,) = findings(get_procedure("trc_organisation", NOW), facts)
    assert "01/06/2027" in finding.what_vi and "24/11/2028" in finding.what_en
    assert "02/05/2027" in finding.how_vi and "02/05/2027" in finding.how_en
    assert "Điều 9 khoản 8" in finding.article_vi and finding.field == "NA8.card_until"


def test_blocking_ones_come_first() -> None:
    facts = replace(WORKER, stay_on_record=False, work_permit=False, requested_until=date(2027, 1, 1))
    severities = [finding.severity for finding in findings(get_procedure("trc_organisation", NOW), facts)]
    assert severities == sorted(severities) and set(severities) == {BLOCKING, WARNING}


def test_before_2020_no_purpose_could_change() -> None:
    day = date(2018, 6, 1)
    facts = replace(
        VISA,
        on=day,
        present_symbol="DL",
        requested_symbol="LĐ",
        purpose="work",
        work_permit=True,
        change_ground="sponsored_worker",
        permitted_until=date(2018, 7, 1),
        requested_from=date(2018, 6, 20),
        requested_until=date(2019, 6, 20),
    )
    assert findings_by_code("visa", facts) == {"purpose_change": BLOCKING}
    (finding,) = findings(get_procedure("visa", day), facts)
    assert finding.version == "47/2014" and "không được chuyển đổi" in finding.article_vi


def test_the_limits_are_those_of_the_day_of_asking() -> None:
    def worker(day: date) -> dict[str, str]:
        facts = replace(
            WORKER,
            on=day,
            permitted_until=day + timedelta(days=20),
            present_symbol="ĐT",
            requested_symbol="ĐT",
            purpose="investment",
            requested_until=day + 6 * YEAR,
            passport_expiry=day + 9 * YEAR,
            work_permit_until=None,
        )
        return findings_by_code("trc_organisation", facts)

    assert worker(date(2018, 6, 1)) == {"card_length": BLOCKING}
    assert worker(date(2020, 7, 1))["symbol_has_card"] == BLOCKING  # ĐT became ĐT1 to ĐT4


@pytest.mark.parametrize("code", procedure_codes())
def test_what_is_not_known_is_not_judged(code: str) -> None:
    assert findings_by_code(code, Facts(on=NOW)) == {}


SYMBOLS = sorted(visa_symbols(NOW))


@given(st.sampled_from(SYMBOLS), st.dates(NOW, date(2040, 1, 1)), st.dates(date(2027, 1, 1), date(2045, 1, 1)))
def test_the_checks_agree_with_the_latest_days(symbol: str, until: date, expiry: date) -> None:
    facts = Facts(on=NOW, requested_symbol=symbol, requested_until=until, passport_expiry=expiry)
    visa = {"passport_margin", "visa_length"} & set(findings_by_code("visa", facts))
    assert bool(visa) == (until > latest_visa_end(symbol, answered_by(get_procedure("visa", NOW), NOW), expiry))
    latest = latest_card_end(symbol, answered_by(get_procedure("trc_organisation", NOW), NOW), expiry)
    if latest is not None:
        card = {"passport_margin", "card_length"} & set(findings_by_code("trc_organisation", facts))
        assert bool(card) == (until > latest)
    elif until > expiry - passport_margin(NOW):
        assert "passport_margin" in findings_by_code("trc_organisation", facts)
