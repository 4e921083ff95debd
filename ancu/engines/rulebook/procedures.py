"""What a person may ask the office for: the procedure as of a day, its forms, components, checks, fee and deadline.

A procedure is a rule (`procedure.visa`) whose versions name forms and checks by code; each of those has its own
versions, so a new form circular changes every procedure that uses the form without touching the procedure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache
from typing import Any

from ancu.engines.rulebook.amendments import Edition
from ancu.engines.rulebook.calendar import CalendarEnds, working_calendar
from ancu.engines.rulebook.forms import (
    Condition,
    Field,
    FieldChoice,
    FormDefinition,
    choice_list,
    condition,
    condition_problems,
    get_form,
)
from ancu.engines.rulebook.loader import NotInForce, RuleVersion, as_of, edition, rules

PREFIX = "procedure."
FILERS = frozenset({"organisation", "citizen", "resident_foreigner", "self"})
COMPONENT_KINDS = frozenset({"photo", "scan", "original"})
FEE_RULES = frozenset({"visa", "card", "flat", "per_person"})


@dataclass(frozen=True, slots=True)
class PhotoSpec:
    """What a portrait must be: size on paper, and on the file how tall the face stands in the picture."""

    width_mm: int
    height_mm: int
    min_width_px: int
    min_height_px: int
    ratio_tolerance: float
    face_height_min: float
    face_height_max: float
    background: str
    copies: int
    confidence: str

    @property
    def size(self) -> str:
        """Width and height in words: "4 × 6 cm"."""
        return f"{self.width_mm // 10} × {self.height_mm // 10} cm"


@dataclass(frozen=True, slots=True)
class ProcedureComponent:
    """One thing a dossier must hold.

    `kind`: `photo` (a portrait checked against `photo`), `scan` (an upload), `original` (the paper itself, brought
    or sent by post). `certified`: an upload must be electronically certified, or its original be brought.
    """

    key: str
    label_vi: str
    label_en: str
    help_vi: str
    help_en: str
    kind: str
    required: bool
    required_if: Condition | None
    types: tuple[str, ...]
    max_megabytes: int
    max_pages: int
    certified: bool
    photo: PhotoSpec | None


@dataclass(frozen=True, slots=True)
class FeeRule:
    """How the fee is found: by `visa` or `card` length, `flat` by code, or a code times the rows of a table."""

    rule: str
    code: str
    rows: str


@dataclass(frozen=True)
class Procedure:
    """A procedure as it stood from `valid_from` to `valid_until`.

    `wish` is what a person who comes to it wants, in the words of the list `wish`, and `holds` with what papers of
    entry it is the one for them (empty: any that no other procedure of that wish names); `filers` are the kinds of
    sponsor (or `self`) that may file; `presets` answers that the procedure itself gives; `deadline_days` working days
    from a complete dossier; `supplement_days` calendar days after which an unanswered request closes the dossier,
    None when the law of that time set none; `decides` the level that decides; `checks` the codes of the eligibility
    checks.
    """

    code: str
    office_code: str
    national_code: str
    name_vi: str
    name_en: str
    summary_vi: str
    summary_en: str
    wish: str
    holds: tuple[str, ...]
    version: str
    valid_from: date
    valid_until: date | None
    filers: tuple[str, ...]
    forms: tuple[FormDefinition, ...]
    presets: Mapping[str, str]
    components: tuple[ProcedureComponent, ...]
    checks: tuple[str, ...]
    fee: FeeRule
    deadline_days: int
    supplement_days: int | None
    online: bool
    decides: str
    article_vi: str
    article_en: str
    source_vi: str
    source_en: str
    confidence: str
    note: str

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Every field of every form by "FORM.key"."""
        return {f"{form.code}.{key}": field for form in self.forms for key, field in form.fields.items()}

    def form(self, code: str) -> FormDefinition:
        """Return the procedure's form with this code. Raises KeyError."""
        return {form.code: form for form in self.forms}[code]

    def choices(self, name: str) -> tuple[FieldChoice, ...]:
        """Return the choices of the field "FORM.key".

        For the kind of sponsor only those who may file this procedure.
        """
        field = self.fields[name]
        if field.fact != "sponsor_kind":
            return field.choices
        return tuple(choice for choice in field.choices if choice.code in self.filers)

    def component(self, key: str) -> ProcedureComponent:
        """Return the procedure's component (a paper of the dossier) with this key. Raises KeyError."""
        return {component.key: component for component in self.components}[key]


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule that becomes another on a day: `version` None when it ends without a successor."""

    on: date
    rule: str
    title_vi: str
    title_en: str
    replaced: str | None
    version: str | None
    article_vi: str
    article_en: str
    confidence: str


def procedure_codes() -> tuple[str, ...]:
    """Return the codes of all procedures in the rulebook, in the order of its file."""
    return tuple(rule_id.removeprefix(PREFIX) for rule_id in rules() if rule_id.startswith(PREFIX))


def get_procedure(code: str, on: date) -> Procedure:
    """Return a procedure as in force that day; the office's changes of its forms are in it.

    Raises KeyError for an unknown code, NotInForce outside its life.
    """
    return _get_procedure(edition(), code, on)


@lru_cache(maxsize=1024)
def _get_procedure(_edition: Edition, code: str, on: date) -> Procedure:
    """Return a procedure as in force that day; cached for an edition."""
    return build(as_of(PREFIX + code, on), on)


def procedures_on(on: date) -> tuple[Procedure, ...]:
    """Return every procedure in force on that day; the office's changes of its forms are in it."""
    return _procedures_on(edition(), on)


@lru_cache(maxsize=1024)
def _procedures_on(_edition: Edition, on: date) -> tuple[Procedure, ...]:
    """Return every procedure in force on that day; cached for an edition."""
    procedures = []
    for code in procedure_codes():
        try:
            procedures.append(get_procedure(code, on))
        except NotInForce:
            continue
    return tuple(procedures)


def procedures_for(wish: str, filer: str, holds: str, on: date) -> tuple[Procedure, ...]:
    """Return the procedures that fulfil `wish`, such as a visa extension, and that this kind of filer may use.

    Those for the paper of entry `holds`, if there are any, else those for any paper.
    """
    fitting = [procedure for procedure in procedures_on(on) if procedure.wish == wish and filer in procedure.filers]
    named = [procedure for procedure in fitting if holds in procedure.holds]
    return tuple(named or [procedure for procedure in fitting if not procedure.holds])


def answered_by(procedure: Procedure, on: date) -> date:
    """Return the last day to answer a dossier that is complete on `on`.

    Beyond the calendar's data it is `on` itself.
    """
    try:
        return working_calendar().add_working_days(on, procedure.deadline_days)
    except CalendarEnds:
        return on


def changes_after(on: date) -> tuple[RuleChange, ...]:
    """Return the rule changes after this day that the rulebook already knows, the nearest first."""
    changes: list[RuleChange] = []
    for rule in rules().values():
        earlier: RuleVersion | None = None
        for version in rule.versions:
            if version.valid_from > on:
                changes.append(_change(version.valid_from, version, earlier))
            earlier = version
        if earlier is not None and earlier.valid_until is not None and earlier.valid_until >= on:
            changes.append(_change(earlier.valid_until + timedelta(days=1), None, earlier))
    return tuple(sorted(changes, key=lambda change: (change.on, change.rule)))


def build(version: RuleVersion, on: date) -> Procedure:
    """Return the procedure that a rule version defines, with its forms of that day.

    Raises RulebookError that lists every fault.
    """
    values = version.values
    procedure = Procedure(
        code=version.rule.removeprefix(PREFIX),
        office_code=values.get("office_code", ""),
        national_code=values.get("national_code", ""),
        name_vi=version.title_vi,
        name_en=version.title_en,
        summary_vi=values.get("summary_vi", ""),
        summary_en=values.get("summary_en", ""),
        wish=values["wish"],
        holds=tuple(values.get("holds", [])),
        version=version.version,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        filers=tuple(values["filers"]),
        forms=tuple(get_form(code, on) for code in values["forms"]),
        presets=dict(values.get("presets", {})),
        components=tuple(_component(raw) for raw in values["components"]),
        checks=tuple(values["checks"]),
        fee=FeeRule(values["fee"]["rule"], values["fee"].get("code", ""), values["fee"].get("rows", "")),
        deadline_days=values["deadline_days"],
        supplement_days=values.get("supplement_days"),
        online=values["online"],
        decides=values["decides"],
        article_vi=version.article_vi,
        article_en=version.article_en,
        source_vi=version.source_vi,
        source_en=version.source_en,
        confidence=version.confidence,
        note=version.note,
    )
    version.require_sound(procedure_problems(procedure))
    return procedure


def procedure_problems(procedure: Procedure) -> Iterable[str]:
    """Yield a sentence for each field, filer, check or kind that a procedure names and that does not exist."""
    if strange := set(procedure.filers) - FILERS:
        yield f"unknown filers {', '.join(sorted(strange))}"
    if procedure.wish not in {choice.code for choice in choice_list("wish")}:
        yield f"nobody wishes for {procedure.wish!r}"
    if strange := set(procedure.holds) - {choice.code for choice in choice_list("entry_kind")}:
        yield f"nobody enters with {', '.join(sorted(strange))}"
    if procedure.deadline_days < 1:
        yield "deadline_days must be at least 1"
    for name in procedure.presets:
        if name not in procedure.fields:
            yield f"presets name the unknown field {name}"
    for check in procedure.checks:
        if f"check.{check}" not in rules():
            yield f"unknown check {check}"
    for component in procedure.components:
        yield from _component_problems(component, procedure.fields)
    if procedure.fee.rule not in FEE_RULES:
        yield f"fee rule {procedure.fee.rule!r} is not known"
    if procedure.fee.rows and procedure.fee.rows not in procedure.fields:
        yield f"the fee counts the rows of the unknown field {procedure.fee.rows}"


def _component_problems(component: ProcedureComponent, fields: Mapping[str, Field]) -> Iterable[str]:
    """Yield a sentence for each fault in the definition of a procedure's component (a required paper)."""
    owner = f"component {component.key}"
    if component.kind not in COMPONENT_KINDS:
        yield f"{owner}: kind {component.kind!r} is not known"
    if (component.kind == "photo") != (component.photo is not None):
        yield f"{owner}: a photo needs its measures, and nothing else has them"
    yield from condition_problems(owner, component.required_if, fields)


def _component(raw: Mapping[str, Any]) -> ProcedureComponent:
    """Return a procedure's component (a required paper) from its TOML table."""
    photo = raw.get("photo")
    return ProcedureComponent(
        key=raw["key"],
        label_vi=raw["label_vi"],
        label_en=raw["label_en"],
        help_vi=raw.get("help_vi", ""),
        help_en=raw.get("help_en", ""),
        kind=raw["kind"],
        required=raw.get("required", False),
        required_if=condition(raw.get("required_if")),
        types=tuple(raw.get("types", ["pdf", "jpeg", "png", "heic"])),
        max_megabytes=raw.get("max_megabytes", 25),
        max_pages=raw.get("max_pages", 40),
        certified=raw.get("certified", False),
        photo=PhotoSpec(**photo) if photo else None,
    )


def _change(on: date, version: RuleVersion | None, earlier: RuleVersion | None) -> RuleChange:
    """Return the change of a rule on a day from version ``earlier`` to ``version``.

    ``earlier`` is None if the rule is new, ``version`` None if it ends.
    """
    named = version or earlier
    assert named is not None
    return RuleChange(
        on=on,
        rule=named.rule,
        title_vi=named.title_vi,
        title_en=named.title_en,
        replaced=earlier.version if earlier else None,
        version=version.version if version else None,
        article_vi=named.article_vi,
        article_en=named.article_en,
        confidence=named.confidence,
    )
