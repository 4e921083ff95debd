"""A form's answers in words, item by item as on the printed form: to read, sign or print."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of, unit_of_code
from ancu.core.dates import written_parts
from ancu.core.web.language import localized_text, reader_language, third_language
from ancu.engines.exchange import code_name
from ancu.engines.rulebook import Answers, Field, FormDefinition, shown_fields, with_presets
from ancu.engines.telephone import readable

YES, NO = {"vi": "Có", "en": "Yes"}, {"vi": "Không", "en": "No"}


@dataclass(frozen=True)
class PrintedItem:
    """One item: its number on the form, the question in both languages, and the answer."""

    number: str
    label_vi: str
    label_en: str
    value: str
    header: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class PrintedSection:
    number: str
    title_vi: str
    title_en: str
    items: list[PrintedItem]


@dataclass(frozen=True)
class PrintedForm:
    form: FormDefinition
    parts: list[PrintedSection]


def sent_answers(dossier: Dossier) -> Answers:
    """Return the answers the office has: a supplement in preparation stays private until it is sent."""
    sent = dossier.filings.order_by("-number").first() if dossier.state == State.SUPPLEMENT else None
    answers: Answers = sent.answers if sent else dossier.answers
    return answers


def printed_forms(
    dossier: Dossier, language: str, *, all_items: bool = False, answers: Answers | None = None
) -> list[PrintedForm]:
    """Return every form of the dossier in ``language``, with ``answers`` or else the saved ones.

    ``all_items`` includes items without an answer, as on paper.
    """
    procedure = procedure_of(dossier)
    merged = with_presets(procedure, dossier.answers if answers is None else answers)
    return [printed_form(form, merged[form.code], language, all_items=all_items) for form in procedure.forms]


def printed_form(
    form: FormDefinition, answers: Mapping[str, Any], language: str, *, all_items: bool = True
) -> PrintedForm:
    """Return a form with its answers in words; ``all_items`` includes items without an answer."""
    return PrintedForm(form, _sections(form, answers, language, all_items))


def _sections(form: FormDefinition, answers: Mapping[str, Any], language: str, all_items: bool) -> list[PrintedSection]:
    """Return the form's sections with each item and its answer as text; sections without items are left out.

    ``all_items`` includes items without an answer.
    """
    shown_keys = {field.key for field in shown_fields(form, answers)}
    sections = []
    for section in form.sections:
        fields = [
            field for field in section.fields if field.key in shown_keys and (all_items or answers.get(field.key))
        ]
        items = [
            _printed_item(field, answers.get(field.key), language) for field in fields if field.printed or not all_items
        ]
        if items:
            sections.append(PrintedSection(section.number, section.title_vi, section.title_en, items))
    return sections


def _printed_item(asked_field: Field, value: Any, language: str) -> PrintedItem:
    """Return a form's item with its answer as text, or with a table's rows as texts."""
    if asked_field.kind != "table":
        return PrintedItem(
            asked_field.number, asked_field.label_vi, asked_field.label_en, in_words(asked_field, value, language)
        )
    rows = value if isinstance(value, list) else []
    columns = [column for column in asked_field.columns if column.printed]
    return PrintedItem(
        number=asked_field.number,
        label_vi=asked_field.label_vi,
        label_en=asked_field.label_en,
        value="",
        header=[(column.label_vi, column.label_en) for column in columns],
        rows=[[in_words(column, row.get(column.key), language) for column in columns] for row in rows],
    )


def for_reader(asked_field: Field, value: Any) -> str:
    """Return an answer as text in the reader's language, which may be a third one; what was typed stays as it is."""
    text = in_words(asked_field, value, reader_language())
    if text and third_language():
        if asked_field.kind in {"date", "partial_date"}:
            return written_parts(str(value).strip())
        if asked_field.kind in {"boolean", "choice", "country"}:
            return localized_text(text)
    return text


def in_words(asked_field: Field, value: Any, language: str) -> str:
    """Return an answer as text in the language: a choice's label, a date as dd/mm/yyyy, yes or no; "" for none."""
    if asked_field.kind == "boolean":
        return (YES if value else NO)[language]
    text = str(value or "").strip()
    if not text:
        return ""
    if asked_field.kind in {"date", "partial_date"}:
        return "/".join(reversed(text.split("-")))
    if asked_field.kind == "choice":
        return next(
            (str(getattr(choice, f"label_{language}")) for choice in asked_field.choices if choice.code == text), text
        )
    if asked_field.kind == "phone":
        return readable(text)
    if asked_field.kind == "country":
        return code_name("nationality", text, language)
    if asked_field.kind == "unit":
        unit = unit_of_code(text)
        return unit.full_name if unit else text
    return text
