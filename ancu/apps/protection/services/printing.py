"""A copy as a bilingual PDF."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.accounts.selectors.administration import office
from ancu.apps.audit.selectors import act_words
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.protection.enums import CopySection, Omission
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.selectors.collecting import CopiedPaper, CopyEntry, nonempty
from ancu.apps.protection.selectors.record_views import AuditedLook
from ancu.apps.protection.selectors.words import FIELDS, record_word
from ancu.core import clock
from ancu.core.documents.pdf import render_pdf
from ancu.core.web.language import both_languages
from ancu.engines.rulebook import NotInForce

DOCUMENTS = Path(__file__).resolve().parent.parent / "documents"
LocalizedText = dict[str, str]


@dataclass(frozen=True)
class CopyContents:
    """The content of a copy."""

    copy: CopyRequest
    entries: list[CopyEntry]
    looks: list[AuditedLook]
    sign_ins: list[tuple[datetime, str]]
    papers: list[CopiedPaper]


def copy_pdf(contents: CopyContents) -> bytes:
    """Return the copy of personal data as a PDF in Vietnamese and English."""
    copy, agency = contents.copy, office()
    data = {
        "above": superior_name(agency),
        "agency": agency.name if agency else "",
        "number": copy.reference,
        "day": f"{clock.local(clock.now()):%d/%m/%Y}",
        "person": _person(copy),
        "with_document": bool(copy.document_number),
        "sections": list(_sections(contents.entries)),
        "looks": [_look(look) for look in contents.looks],
        "sign_ins": [_sign_in(at, act) for at, act in contents.sign_ins],
        "papers": [_paper(paper) for paper in contents.papers],
        "left_out": [_localize(lambda reason=reason: str(reason.label)) for reason in Omission],
    }
    return render_pdf(DOCUMENTS / "copy.typ", data)


def record_title(label: str) -> tuple[str, str]:
    """Return the name of a kind of record in Vietnamese and English."""
    return both_languages(lambda: capfirst(str(record_word(label))))


def _localize(words: Any) -> LocalizedText:
    """Return a dict with what the function ``words`` returns in Vietnamese ("vi") and in English ("en")."""
    vi, en = both_languages(words)
    return {"vi": vi, "en": en}


def _person(copy: CopyRequest) -> list[dict[str, Any]]:
    """Return label and value of the person's name, e-mail and identity document, as rows of the printed copy."""
    user = copy.user
    rows = [(_field_label("full_name"), user.full_name), (_field_label("email"), user.email)] if user else []
    if copy.document_number:
        rows += [
            (_field_label("full_name"), copy.full_name),
            (_field_label("birth_date"), _display_day(copy.birth_date)),
            (_field_label("document_number"), f"{copy.document_number} ({copy.nationality})"),
        ]
    return [{"label": label, "vi": value, "en": ""} for label, value in rows]


def _field_label(name: str) -> LocalizedText:
    """Return the label of a record's field in Vietnamese and English."""
    return _localize(lambda: capfirst(str(FIELDS[name])))


def _sections(entries: list[CopyEntry]) -> Iterator[dict[str, Any]]:
    """Yield the sections of the printed copy that have records, each with title and records, in printed order."""
    for section in CopySection:
        records = [_record(entry) for entry in entries if entry.source.section == section]
        if records:
            yield {"title": _localize(lambda section=section: str(section.label)), "records": records}


def _record(entry: CopyEntry) -> dict[str, Any]:
    """Return a record for the printed copy: its title in both languages, and rows of label and value."""
    vi, en = record_title(entry.source.label)
    rows = [row for name, value in nonempty(entry.values).items() for row in _rows(entry, name, value)]
    return {"title": {"vi": vi, "en": en}, "rows": rows}


def _rows(entry: CopyEntry, name: str, value: Any) -> Iterator[dict[str, Any]]:
    """Yield label and value rows of a record's field: several for a dossier's answers and for JSON objects.

    Any other value is one row.
    """
    if name == "answers" and entry.source.label.startswith("dossiers."):
        yield from _answers(entry.row, value)
    elif isinstance(value, Mapping):
        for key, part in nonempty(value).items():
            yield {"label": {"vi": str(key), "en": ""}, "vi": _plain(part), "en": ""}
    else:
        yield {"label": _field_label(name), **_localize(lambda: _display(entry.row, name, value))}


def _display(row: Any, name: str, value: Any) -> str:
    """Return the value of a record's field as text in the active language: a choice's label, else plain text."""
    display = getattr(row, f"get_{name}_display", None)
    return capfirst(str(display())) if display else _plain(value)


def _plain(value: Any) -> str:
    """Return any value as text: yes or no, dates in local notation, lists and mappings as JSON."""
    if isinstance(value, bool):
        return str(_("Yes")) if value else str(_("No"))
    if isinstance(value, datetime):
        return f"{clock.local(value):%d/%m/%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False)
    return _display_day(str(value))


def _display_day(text: str) -> str:
    """Return an ISO day, month or year in local notation; other text unchanged."""
    parts = text.split("-")
    is_iso = len(parts) <= 3 and [len(part) for part in parts] == [4, 2, 2][: len(parts)]
    return "/".join(reversed(parts)) if is_iso and all(part.isdigit() for part in parts) else text


def _answers(row: Any, answers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a row of label and value for each non-empty answer in a dossier's forms."""
    labels = _labels(getattr(row, "dossier", row))
    for code, form_answers in answers.items():
        for key, value in nonempty(form_answers if isinstance(form_answers, Mapping) else {}).items():
            vi, en = labels.get((code, key), (f"{code}: {key}", ""))
            yield {"label": {"vi": vi, "en": en}, "vi": _plain(value), "en": ""}


def _labels(dossier: Any) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the labels of a dossier's form fields in both languages, by form and field; empty if unknown."""
    try:
        procedure = procedure_of(dossier)
    except (KeyError, NotInForce):
        return {}
    return {
        (form.code, key): (field.label_vi, field.label_en)
        for form in procedure.forms
        for key, field in form.fields.items()
    }


def _look(look: AuditedLook) -> dict[str, Any]:
    """Return the views by an organisation on a day for the printed copy: day, organisation, kind of record, number."""
    vi, en = record_title(look.kind)
    return {
        "day": f"{look.day:%d/%m/%Y}", "organisation": look.organisation, "vi": vi, "en": en, "times": look.times,
    }  # fmt: skip


def _sign_in(at: datetime, act: str) -> dict[str, str]:
    """Return a sign-in or a change to the account's protection as a row."""
    return {"at": f"{clock.local(at):%d/%m/%Y %H:%M}", **_localize(lambda: capfirst(act_words(act, "accounts.user")))}


def _paper(paper: CopiedPaper) -> dict[str, Any]:
    """Return a dossier's file for the printed copy: dossier number, component, file name, SHA-256, path in the ZIP."""
    component = paper.component
    file = component.file
    return {
        "dossier": component.dossier.number, "key": component.key, "name": file.name if file else "",
        "sha256": file.sha256 if file else "", "path": paper.path,
    }  # fmt: skip
