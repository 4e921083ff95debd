"""The checks that a program can make before an officer: what is wrong, why, by which article, and the remedy.

A check is a rule (`check.passport_margin`): its data say which facts it compares, its texts and article, and
`test` names the comparison in `comparisons.py`. A check whose facts are not all known says nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as data_field
from datetime import date
from typing import Any

from ancu.engines.exchange import code_name
from ancu.engines.rulebook.agreement import (
    Disagreement,
    OfficeRecord,
    disagreements,
    list_of_several_people,
    readable_date,
)
from ancu.engines.rulebook.answers import check_form, required_components
from ancu.engines.rulebook.comparisons import COMPARISONS
from ancu.engines.rulebook.facts import Answers, Facts, field_of, with_presets
from ancu.engines.rulebook.forms import Field
from ancu.engines.rulebook.loader import NotInForce, RuleVersion, as_of
from ancu.engines.rulebook.procedures import Procedure

PREFIX = "check."
BEING_READ = "passport_being_read"
BLOCKING, WARNING = "blocking", "warning"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing found. `code` is stable; `field` is "FORM.key" and `component` a key, None when it concerns neither.

    `blocking`: the office could not grant this; `warning`: an officer would ask about it.
    """

    code: str
    severity: str
    what_vi: str
    what_en: str
    why_vi: str
    why_en: str
    how_vi: str
    how_en: str
    article_vi: str
    article_en: str
    field: str | None
    component: str | None
    version: str
    confidence: str
    patterns: Mapping[str, str] = data_field(default_factory=dict, compare=False)  # the English texts, by name
    words: Mapping[str, str] = data_field(default_factory=dict, compare=False)  # what is put into them

    def translated(self, name: str, translate: Callable[[str], str]) -> str:
        """Return the text ``name`` with its English pattern, and the English words in it, passed to ``translate``."""
        if name not in self.patterns:
            return translate(str(getattr(self, f"{name}_en")))
        words = {key: translate(word) if key.endswith("_en") else word for key, word in self.words.items()}
        return translate(self.patterns[name]).format_map(words)


def findings(procedure: Procedure, facts: Facts, answers: Answers | None = None) -> tuple[CheckFinding, ...]:
    """Return the findings of the procedure's own checks on the facts, blocking findings first.

    `answers` helps to name the field to correct, where two fields of a form can state the same fact.
    """
    findings_so_far = []
    for code in procedure.checks:
        try:
            check = as_of(PREFIX + code, facts.on)
        except NotInForce:
            continue
        values = _compare(check, procedure, facts)
        if values is not None:
            findings_so_far.append(_finding(check, procedure, values, answers))
    return tuple(sorted(findings_so_far, key=lambda finding: finding.severity != BLOCKING))


def passed_checks(procedure: Procedure, facts: Facts) -> list[RuleVersion]:
    """Return the procedure's checks that compared known facts and found nothing, in the procedure's order."""
    passed = []
    for code in procedure.checks:
        try:
            check = as_of(PREFIX + code, facts.on)
        except NotInForce:
            continue
        known_facts = all(getattr(facts, name) is not None for name in check.values["compares"])
        if known_facts and COMPARISONS[check.values["test"]](facts, check.values, procedure) is None:
            passed.append(check)
    return passed


def component_findings(
    procedure: Procedure, answers: Answers, present: Iterable[str], on: date
) -> tuple[CheckFinding, ...]:
    """Return a blocking finding for each required component (paper) that the dossier lacks.

    ``present`` are the keys of the components it has.
    """
    components_present = set(present)
    check = as_of("check.component_missing", on)
    return tuple(
        _finding(check, procedure, {"name_vi": c.label_vi, "name_en": c.label_en}, answers, component=c.key)
        for c in required_components(procedure, answers)
        if c.key not in components_present
    )


def signature_finding(procedure: Procedure, on: date) -> CheckFinding:
    """Return the blocking finding that the sponsor has not signed the dossier's current content."""
    return _finding(as_of("check.signature_missing", on), procedure, {}, None)


def reading_finding(procedure: Procedure, on: date) -> CheckFinding:
    """Return the blocking finding that the dossier's passport is still being read and cannot be compared yet."""
    return _finding(as_of(f"check.{BEING_READ}", on), procedure, {}, None)


def unnamed_holder_finding(procedure: Procedure, on: date, passport: Mapping[str, str]) -> CheckFinding:
    """Return the warning that the uploaded passport belongs to a person the dossier does not name."""
    names = {"name": passport["traveller.full_name"], "number": passport["traveller.document_number"]}
    return _finding(as_of("check.passport_of_another", on), procedure, names, None)


def field_findings(procedure: Procedure, answers: Answers, on: date) -> tuple[CheckFinding, ...]:
    """Return a blocking finding for each field that is missing or invalid."""
    merged = with_presets(procedure, answers)
    findings_so_far = []
    for form in procedure.forms:
        for problem in check_form(form, merged[form.code], on):
            key = problem.field.partition(".")[0]
            field = form.fields[key]
            check = as_of("check.field_missing" if problem.code == "required" else "check.field_wrong", on)
            names = {"name_vi": field.label_vi, "name_en": field.label_en, "form": form.code}
            findings_so_far.append(_finding(check, procedure, names, answers, field=f"{form.code}.{problem.field}"))
    return tuple(findings_so_far)


def agreement_findings(
    procedure: Procedure, answers: Answers, on: date, records: Iterable[OfficeRecord] = ()
) -> tuple[CheckFinding, ...]:
    """Return a finding for each contradiction between two forms, or a form and the office's records."""
    contradictions = [
        _finding_of(procedure, disagreement, on) for disagreement in disagreements(procedure, answers, records)
    ]
    if several := list_of_several_people(procedure, answers):
        check, (name, people) = as_of("check.one_person", on), several
        words = {"form": name.partition(".")[0], "people": people}
        contradictions.append(_finding(check, procedure, words, answers, field=name))
    return tuple(contradictions)


def _finding_of(procedure: Procedure, disagreement: Disagreement, on: date) -> CheckFinding:
    """Return the finding about a contradiction, with both values in words."""
    statement, earlier = disagreement.statement, disagreement.earlier
    field = statement.field
    words = {"form": statement.form, "name_vi": field.label_vi, "name_en": field.label_en, "other_form": ""}
    words |= _in_both_languages("value", field, statement.value)
    if earlier is not None:
        words |= {"other_form": earlier.form} | _in_both_languages("other", earlier.field, earlier.value)
    else:
        words |= _in_both_languages("other", field, disagreement.record_value)
    return _finding(as_of(PREFIX + disagreement.check, on), procedure, words, None, field=statement.name)


def _in_both_languages(name: str, field: Field, value: str) -> dict[str, str]:
    """Return an answer as people read it, in Vietnamese and English, by the keys ``name``_vi and ``name``_en."""
    if field.kind == "country":
        return {f"{name}_{language}": code_name("nationality", value, language) for language in ("vi", "en")}
    chosen = next((choice for choice in field.choices if choice.code == value), None)
    day = readable_date(value)
    return {f"{name}_vi": chosen.label_vi if chosen else day, f"{name}_en": chosen.label_en if chosen else day}


def preflight(
    procedure: Procedure, answers: Answers, facts: Facts, present: Iterable[str], records: Iterable[OfficeRecord] = ()
) -> tuple[CheckFinding, ...]:
    """Return every finding against submitting a dossier, blocking findings first.

    They come from fields, components (``present`` are the keys of those uploaded), contradictions and the procedure's
    checks.
    """
    findings_so_far = [
        *field_findings(procedure, answers, facts.on),
        *component_findings(procedure, answers, present, facts.on),
        *agreement_findings(procedure, answers, facts.on, records),
        *findings(procedure, facts, answers),
    ]
    return tuple(sorted(findings_so_far, key=lambda finding: finding.severity != BLOCKING))


def _compare(check: RuleVersion, procedure: Procedure, facts: Facts) -> Mapping[str, Any] | None:
    """Run a check's comparison; return the values for its finding's texts.

    None if all is well or a fact it compares is unknown.
    """
    if any(getattr(facts, name) is None for name in check.values["compares"]):
        return None
    return COMPARISONS[check.values["test"]](facts, check.values, procedure)


def _finding(
    check: RuleVersion,
    procedure: Procedure,
    values: Mapping[str, Any],
    answers: Answers | None,
    field: str | None = None,
    component: str | None = None,
) -> CheckFinding:
    """Return the finding of a check, its texts filled with ``values``.

    ``field`` and ``component`` say what to correct; by default the field that states the check's fact, and the
    check's own component.
    """
    words = {name: f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value) for name, value in values.items()}
    texts = {
        name: check.values[name].format_map(words)
        for name in ("what_vi", "what_en", "why_vi", "why_en", "how_vi", "how_en")
    }
    fact = check.values.get("mend")
    return CheckFinding(
        code=check.rule.removeprefix(PREFIX),
        severity=check.values["severity"],
        article_vi=check.article_vi,
        article_en=check.article_en,
        field=field or (field_of(procedure, fact, answers) if fact else None),
        component=component or check.values.get("component"),
        version=check.version,
        confidence=check.confidence,
        patterns={name: check.values[f"{name}_en"] for name in ("what", "why", "how")},
        words=words,
        **texts,
    )
