"""The circulars' forms as data: sections and fields, what each accepts, and when it is required.

A form has one version per period, like every rule (`form.NA5`). A field that stands on several forms is
described once, in `data/common/fields.toml`, and a form takes it with `use`; what the form says beside it wins.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from ancu.engines.rulebook.form_layers import FORM_PREFIX, item_key
from ancu.engines.rulebook.loader import DATA, RulebookError, RuleVersion, as_of, rules

KINDS = frozenset(
    {
        "text",
        "name",  # of a person, as a passport or an identity card writes it
        "long_text",
        "date",
        "partial_date",  # a year, a month or a day: birth dates of some passports
        "choice",
        "country",
        "visa_symbol",
        "card_symbol",
        "document_number",
        "phone",
        "email",
        "money",
        "integer",
        "address",
        "unit",  # the code of a commune
        "boolean",
        "table",
    }
)
PREFIX = FORM_PREFIX
# Where an answer may come from; the application resolves each to what it has on record, or to nothing.
PREFILLS = frozenset(
    [
        "applicant.email",
        "applicant.phone",
        "dossier.travellers",
        "office.name",
        "organisation.address",
        "organisation.email",
        "organisation.name",
        "organisation.phone",
        "organisation.signer_name",
        "organisation.signer_position",
        "organisation.tax_code",
        "request.card_symbol",
        "request.card_until",
        "sponsor.address",
        "sponsor.birth_date",
        "sponsor.document_number",
        "sponsor.email",
        "sponsor.full_name",
        "sponsor.kind",
        "sponsor.occupation",
        "sponsor.phone",
        "sponsor.relationship",
        "sponsor.sex",
        "stay.address",
        "stay.entered_on",
        "stay.entry_paper",
        "stay.entry_port",
        "stay.entry_symbol",
        "stay.permitted_until",
        "stay.purpose",
        "stay.unit",
        "traveller.birth_date",
        "traveller.document_authority",
        "traveller.document_expiry",
        "traveller.document_kind",
        "traveller.document_number",
        "traveller.full_name",
        "traveller.nationality",
        "traveller.birth_nationality",
        "traveller.native_name",
        "traveller.occupation",
        "traveller.sex",
    ]
)


@dataclass(frozen=True, slots=True)
class FieldChoice:
    """One answer of a field that offers a list."""

    code: str
    label_vi: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Condition:
    """Holds when every named field has one of its values; the value "*" means: anything is filled in."""

    any_of: Mapping[str, tuple[str, ...]]

    def holds(self, answers: Mapping[str, Any]) -> bool:
        """Whether the answers meet the condition: each field it names has one of the values it lists."""
        return all(_matches(answers.get(field), allowed) for field, allowed in self.any_of.items())


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form.

    `number` is the item on the printed form, "" for what only the program asks (`printed` False).
    `prefill` names where the office may already hold the answer; `fact` the fact of the case it states, which
    the eligibility checks compare. Both are dotted names for the application to resolve.
    """

    key: str
    number: str
    label_vi: str
    label_en: str
    help_vi: str
    help_en: str
    kind: str
    required: bool
    required_if: Condition | None
    shown_if: Condition | None
    max_length: int
    choices: tuple[FieldChoice, ...]
    prefill: str
    fact: str
    printed: bool
    uppercase: bool
    columns: tuple["Field", ...]
    min_rows: int
    max_rows: int


@dataclass(frozen=True, slots=True)
class FormSection:
    """A part of a form, and one step when it is filled in on a screen."""

    key: str
    number: str
    title_vi: str
    title_en: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class FormDefinition:
    """A form as it stood from `valid_from` to `valid_until`; `signed_by` are those whose signature it carries."""

    code: str
    name_vi: str
    name_en: str
    version: str
    valid_from: date
    valid_until: date | None
    sections: tuple[FormSection, ...]
    signed_by: tuple[str, ...]
    article_vi: str
    article_en: str
    source_vi: str
    source_en: str
    confidence: str
    note: str

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """The form's fields by key, in its order."""
        return {field.key: field for section in self.sections for field in section.fields}


def get_form(code: str, on: date) -> FormDefinition:
    """Return a form in force that day. Raises KeyError for an unknown form, NotInForce outside its life."""
    return _form(as_of(PREFIX + code, on))


def form_versions(code: str) -> tuple[FormDefinition, ...]:
    """Return all versions of the form with this code, oldest first."""
    return tuple(_form(version) for version in rules()[PREFIX + code].versions)


def form_codes() -> tuple[str, ...]:
    """Return the codes of all forms in the rulebook."""
    return tuple(rule_id.removeprefix(PREFIX) for rule_id in rules() if rule_id.startswith(PREFIX))


def choice_list(name: str) -> tuple[FieldChoice, ...]:
    """Return a list of choices by its name in the common data. Raises KeyError for an unknown name."""
    return tuple(_choices(name))


def condition(raw: Mapping[str, Iterable[str]] | None) -> Condition | None:
    """Return the condition in a form's data: for each field the values that meet it; None if it names no field."""
    return Condition({field: tuple(values) for field, values in raw.items()}) if raw else None


def _matches(value: Any, allowed: tuple[str, ...]) -> bool:
    """Whether an answer is one of the ``allowed`` values; ``*`` allows any that is filled in."""
    if isinstance(value, bool):
        value = "true" if value else "false"
    filled = value not in (None, "", [])
    return filled and ("*" in allowed or str(value) in allowed)


# The form of each version, by the version's id; a version's values cannot be hashed. Versions of two editions may bear
# one name, so that a name is no key. The entry holds the version: its id is not given to another.
_built_forms: dict[int, tuple[RuleVersion, FormDefinition]] = {}
MOST_BUILT = 500


def _form(version: RuleVersion) -> FormDefinition:
    """Return the form that a rule version defines; cached."""
    cached = _built_forms.get(id(version))
    if cached is None:
        if len(_built_forms) >= MOST_BUILT:
            _built_forms.clear()
        cached = _built_forms[id(version)] = (version, build(version))
    return cached[1]


def build(version: RuleVersion) -> FormDefinition:
    """Return the form that a rule version defines. Raises RulebookError that lists every fault."""
    values = version.values
    form = FormDefinition(
        code=version.rule.removeprefix(PREFIX),
        name_vi=values.get("name_vi", version.title_vi),
        name_en=values.get("name_en", version.title_en),
        version=version.version,
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        sections=_sections(values),
        signed_by=tuple(values.get("signed_by", [])),
        article_vi=version.article_vi,
        article_en=version.article_en,
        source_vi=version.source_vi,
        source_en=version.source_en,
        confidence=version.confidence,
        note=version.note,
    )
    version.require_sound(form_problems(form))
    return form


def form_problems(form: FormDefinition) -> Iterable[str]:
    """Return a sentence for each fault of a form: repeated keys, conditions on unknown fields and so on."""
    names: set[str] = set()
    keys = [field.key for section in form.sections for field in section.fields]
    if not keys:
        yield "no fields"
    for key in keys:
        if key in names:
            yield f"field {key} stands twice"
        names.add(key)
    for section in form.sections:
        for field in section.fields:
            yield from _field_problems(field, form.fields)


def _field_problems(field: Field, siblings: Mapping[str, Field]) -> Iterable[str]:
    """Yield a sentence for each fault in a form field's definition; ``siblings`` are the form's fields by key."""
    if field.kind not in KINDS:
        yield f"field {field.key}: kind {field.kind!r} is not known"
    if not field.label_vi or not field.label_en:
        yield f"field {field.key}: a label is missing"
    if field.prefill and field.prefill not in PREFILLS:
        yield f"field {field.key}: prefill {field.prefill!r} is not known"
    if (field.kind == "choice") != bool(field.choices):
        yield f"field {field.key}: a choice needs choices, and nothing else has them"
    if (field.kind == "table") != bool(field.columns):
        yield f"field {field.key}: a table needs columns, and nothing else has them"
    for rule in (field.required_if, field.shown_if):
        yield from condition_problems(f"field {field.key}", rule, siblings)
    columns = {column.key: column for column in field.columns}
    for column in field.columns:
        yield from (f"{field.key}: {problem}" for problem in _field_problems(column, columns))


def condition_problems(owner: str, rule: Condition | None, fields: Mapping[str, Field]) -> Iterable[str]:
    """Yield a sentence for each unknown field, and each value its field never has, in a condition.

    ``owner`` names the field that has the condition.
    """
    for key, values in (rule.any_of if rule else {}).items():
        field = fields.get(key)
        if field is None:
            yield f"{owner}: its condition names the unknown field {key}"
        elif field.choices and (strange := set(values) - {choice.code for choice in field.choices} - {"*"}):
            yield f"{owner}: {key} never is {', '.join(sorted(strange))}"


def _sections(values: Mapping[str, Any]) -> tuple[FormSection, ...]:
    """Return the sections of a form's version from its data, each with the fields it asks for.

    The office may leave out a field (``asked = false``), but not one that a condition of the form names, which a later
    circular may do.
    """
    items = [(section, section_items(section, values)) for section in values.get("sections", [])]
    named = {
        key
        for _section_data, entries in items
        for entry in entries
        for name in ("required_if", "shown_if")
        for key in entry.get(name) or {}
    }
    sections = (
        _section(section, [entry for entry in entries if entry.get("asked", True) or item_key(entry) in named])
        for section, entries in items
    )
    return tuple(section for section in sections if section.fields)


def section_items(raw: Mapping[str, Any], values: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the completed data of the fields of a section ``raw``, also of those that the office leaves out.

    ``values`` are the data of the form's version, which may drop and add fields.
    """
    dropped = set(values.get("drop", []))
    entries = [entry for entry in raw["fields"] if item_key(entry) not in dropped]
    entries += [entry for entry in values.get("add", []) if entry["section"] == raw["key"]]
    return [completed(entry) for entry in entries]


def _section(raw: Mapping[str, Any], entries: Iterable[Mapping[str, Any]]) -> FormSection:
    """Return a section of a form from its data ``raw`` and that of its fields."""
    return FormSection(
        key=raw["key"],
        number=raw.get("number", ""),
        title_vi=raw["title_vi"],
        title_en=raw["title_en"],
        fields=tuple(read_field(entry) for entry in entries),
    )


def completed(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a field's data, completed from the common field that it ``use``s.

    Raises RulebookError if there is no such common field.
    """
    if "use" not in raw:
        return raw
    if raw["use"] not in _common():
        raise RulebookError(f"use = {raw['use']!r} is not among the common fields")
    return {**_common()[raw["use"]], **raw}


def read_field(raw: Mapping[str, Any]) -> Field:
    """Return a field from its completed data."""
    return Field(
        key=item_key(raw),
        number=raw.get("number", ""),
        label_vi=raw.get("label_vi", ""),
        label_en=raw.get("label_en", ""),
        help_vi=raw.get("help_vi", ""),
        help_en=raw.get("help_en", ""),
        kind=raw.get("kind", "text"),
        required=raw.get("required", False),
        required_if=condition(raw.get("required_if")),
        shown_if=condition(raw.get("shown_if")),
        max_length=raw.get("max_length", 2000 if raw.get("kind") == "long_text" else 200),
        choices=tuple(_choices(raw.get("choices", []))),
        prefill=raw.get("prefill", ""),
        fact=raw.get("fact", ""),
        printed=raw.get("printed", True),
        uppercase=raw.get("uppercase", False),
        columns=tuple(read_field(completed(column)) for column in raw.get("columns", [])),
        min_rows=raw.get("min_rows", 0),
        max_rows=raw.get("max_rows", 50),
    )


def _choices(raw: str | list[Mapping[str, str]]) -> Iterable[FieldChoice]:
    """Return the choices of a field from its data: its own, or the common list whose name is given."""
    entries = _choice_lists()[raw] if isinstance(raw, str) else raw
    return (FieldChoice(entry["code"], entry["vi"], entry["en"]) for entry in entries)


@cache
def _library() -> Mapping[str, Any]:
    """Load the common fields and choice lists of the data files; cached."""
    return tomllib.loads((DATA / "common" / "fields.toml").read_text(encoding="utf-8"))


@cache
def _common() -> Mapping[str, Mapping[str, Any]]:
    """Return by key the data of the fields that forms share."""
    return {entry["key"]: entry for entry in _library()["field"]}


@cache
def _choice_lists() -> Mapping[str, list[Mapping[str, str]]]:
    """Return the common choice lists' data by name."""
    return {name: list(entries) for name, entries in _library()["choices"].items()}
