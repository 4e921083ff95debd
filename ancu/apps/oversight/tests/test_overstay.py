"""The rule about permitted stays that have ended: what it finds, what it does not, and that it judges alike twice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.oversight.enums import Severity
from ancu.apps.oversight.rules.overstay import OFFENCE, judge
from ancu.engines.rulebook import band_starts

DAY = date(2026, 3, 10)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


def facts(permitted: date, seen_on: date, issued: date | None = None) -> dict[str, str | None]:
    return {
        "permitted_until": permitted.isoformat(),
        "seen_on": seen_on.isoformat(),
        "issued_until": issued.isoformat() if issued else None,
    }


def test_a_case_for_and_a_case_against() -> None:
    finding = judge(facts(DAY, DAY + timedelta(days=20)), {"grace_days": 0})
    assert finding is not None
    assert (finding.severity, finding.since) == (Severity.HIGH, DAY + timedelta(days=1))
    assert finding.evidence["days"] == 16
    assert judge(facts(DAY, DAY), {"grace_days": 0}) is None, "the permitted day itself is permitted"
    assert judge(facts(DAY, DAY + timedelta(days=20), DAY + timedelta(days=30)), {"grace_days": 0}) is None
    mild = judge(facts(DAY, DAY + timedelta(days=2)), {"grace_days": 0})
    assert mild is not None and mild.severity == Severity.MEDIUM


@given(days, st.integers(-50, 800), st.integers(0, 30), st.one_of(st.none(), st.integers(-100, 400)))
def test_judged_again_the_evidence_gives_the_same(day: date, over: int, grace: int, issued: int | None) -> None:
    evidence = facts(day, day + timedelta(days=over), None if issued is None else day + timedelta(days=issued))
    finding = judge(evidence, {"grace_days": grace})
    if finding is not None:
        assert judge(finding.evidence, {"grace_days": grace}) == finding


@given(days, st.integers(-50, 800), st.integers(0, 30))
def test_it_is_found_from_the_day_after_on_and_only_gets_worse(day: date, over: int, grace: int) -> None:
    finding = judge(facts(day, day + timedelta(days=over)), {"grace_days": grace})
    assert (finding is not None) == (over > grace)
    later = judge(facts(day, day + timedelta(days=over + 1)), {"grace_days": grace})
    if finding is not None:
        assert later is not None and later.severity >= finding.severity
        assert finding.evidence["days"] - grace in band_starts(OFFENCE, finding.since)


@given(days, st.integers(-50, 800), st.integers(0, 29))
def test_more_patience_finds_no_more(day: date, over: int, grace: int) -> None:
    evidence = facts(day, day + timedelta(days=over))
    patient = judge(evidence, {"grace_days": grace + 1})
    assert patient is None or judge(evidence, {"grace_days": grace}) is not None
