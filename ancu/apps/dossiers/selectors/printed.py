"""A form's answers in words, item by item as the printed form has them: to be read, to be signed, to be printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of, unit_of_code
from ancu.engines.exchange import code_name
from ancu.engines.rulebook import Answers, Field, Form, shown_fields, with_presets
from ancu.engines.telephone import readable

YES, NO = {"vi": "Có", "en": "Yes"}, {"vi": "Không", "en": "No"}


@dataclass(frozen=True)
class Item:
    """One line: its number on the form, what it asks in both languages, what was answered."""

    number: str
    label_vi: str
    label_en: str
    value: str
    header: list[tuple[str, str]] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)


@dataclass(frozen=True)
class Part:
    number: str
    title_vi: str
    title_en: str
    items: list[Item]


@dataclass(frozen=True)
class PrintedForm:
    form: Form
    parts: list[Part]


def sent_answers(dossier: Dossier) -> Answers:
    """The answers as the office has them: what the filer writes for a supplement is his draft until he sends it."""
    sent = dossier.filings.order_by("-number").first() if dossier.state == State.SUPPLEMENT else None
    answers: Answers = sent.answers if sent else dossier.answers
    return answers


def printed_forms(
    dossier: Dossier, language: str, *, all_items: bool = False, answers: Answers | None = None
) -> list[PrintedForm]:
    """Every form of the dossier, with the draft's answers or those given.

    ``all_items``: also those left empty, as on paper; else only what was answered.
    """
    procedure = procedure_of(dossier)
    merged = with_presets(procedure, dossier.answers if answers is None else answers)
    return [printed_form(form, merged[form.code], language, all_items=all_items) for form in procedure.forms]


def printed_form(form: Form, answers: Mapping[str, Any], language: str, *, all_items: bool = True) -> PrintedForm:
    return PrintedForm(form, _parts(form, answers, language, all_items))


def _parts(form: Form, answers: Mapping[str, Any], language: str, all_items: bool) -> list[Part]:
    shown = {one.key for one in shown_fields(form, answers)}
    found = []
    for section in form.sections:
        fields = [one for one in section.fields if one.key in shown and (all_items or answers.get(one.key))]
        items = [_item(one, answers.get(one.key), language) for one in fields if one.printed or not all_items]
        if items:
            found.append(Part(section.number, section.title_vi, section.title_en, items))
    return found


def _item(one: Field, value: Any, language: str) -> Item:
    if one.kind != "table":
        return Item(one.number, one.label_vi, one.label_en, in_words(one, value, language))
    rows = value if isinstance(value, list) else []
    columns = [column for column in one.columns if column.printed]
    return Item(
        number=one.number,
        label_vi=one.label_vi,
        label_en=one.label_en,
        value="",
        header=[(column.label_vi, column.label_en) for column in columns],
        rows=[[in_words(column, row.get(column.key), language) for column in columns] for row in rows],
    )


def in_words(one: Field, value: Any, language: str) -> str:
    """An answer as it is read aloud; empty for none."""
    if one.kind == "boolean":
        return (YES if value else NO)[language]
    text = str(value or "").strip()
    if not text:
        return ""
    if one.kind in {"date", "partial_date"}:
        return "/".join(reversed(text.split("-")))
    if one.kind == "choice":
        return next((str(getattr(it, f"label_{language}")) for it in one.choices if it.code == text), text)
    if one.kind == "phone":
        return readable(text)
    if one.kind == "country":
        return code_name("nationality", text, language)
    if one.kind == "unit":
        unit = unit_of_code(text)
        return unit.full_name if unit else text
    return text
