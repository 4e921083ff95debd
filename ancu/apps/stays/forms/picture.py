"""What was read of a passport picture, with the form's labels and with the doubts about each answer."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.stays.forms.guest import FIELD_OF, GuestForm, message
from ancu.core import clock
from ancu.core.templatetags.ui import day
from ancu.core.web.language import reader_language
from ancu.engines.exchange import Guest, GuestRow, code_name, interpret
from ancu.engines.passports import FieldAnswer, PassportReading

DAYS = ("birth_date", "document_expiry")
SHOWN_READINGS = 3


@dataclass(frozen=True)
class PictureAnswer:
    """An answer of a picture; ``typed`` is the person's own value if it differs."""

    name: str
    label: Any
    answer: FieldAnswer
    value: str
    displayed: str
    notes: tuple[str, ...]
    typed: str = ""

    @property
    def sure(self) -> bool:
        """Whether the field was read without doubt and its value is understood."""
        return self.answer.sure and bool(self.value)


def interpret_zone(record: Mapping[str, str]) -> tuple[Guest, GuestRow]:
    """Return the texts of a passport's machine-readable zone as a guest, and as a declaration's row."""
    [row] = interpret([dict(record)], today=clock.today())
    return row.values, row


def picture_answers(sight: PassportReading, typed: Mapping[str, Any]) -> list[PictureAnswer]:
    """Return, for each field read from a passport picture, its value, label and notes, in the order of the form.

    ``typed`` are the values that the person had entered.
    """
    guest, row = interpret_zone(sight.record)
    return [
        _picture_answer(sight, answer, guest, row, str(typed.get(answer.name, ""))) for answer in sight.answers.values()
    ]


def row_answers(answers: list[FieldAnswer]) -> list[PictureAnswer]:
    """Return the fields read from the picture of a group's row, with value, label and doubts.

    Errors of the row are displayed elsewhere.
    """
    guest, _row = interpret_zone({answer.name: answer.text for answer in answers if answer.text})
    fields = [answer for answer in answers if answer.name in GuestForm.base_fields and answer.name != "document_expiry"]
    return [_answer_of(answer, guest, tuple(_doubts(answer))) for answer in fields]


def _picture_answer(
    sight: PassportReading, answer: FieldAnswer, guest: Guest, row: GuestRow, typed: str
) -> PictureAnswer:
    """Return what was read of one field, with notes: errors of ``row``, doubts, and the kind of document.

    ``typed`` is what the person had already entered.
    """
    notes = [message(error) for error in row.errors if FIELD_OF.get(error.field or "", error.field) == answer.name]
    if not answer.text:
        notes = [_("The picture does not show it. Enter it by hand.")] if answer.name != "document_expiry" else []
    picture_answer = _answer_of(answer, guest, (*notes, *_doubts(answer), *_document_notes(sight, answer)))
    typed_instead = (
        typed if typed and picture_answer.value and _normalised(typed) != _normalised(picture_answer.value) else ""
    )
    typed_instead = in_words(answer.name, typed_instead)
    return PictureAnswer(
        picture_answer.name,
        picture_answer.label,
        answer,
        picture_answer.value,
        picture_answer.displayed,
        picture_answer.notes,
        typed_instead,
    )


def _answer_of(answer: FieldAnswer, guest: Guest, notes: tuple[str, ...]) -> PictureAnswer:
    """Return a field read from a picture, with label, notes and the value as the program understood it (``guest``)."""
    understood = getattr(guest, answer.name, answer.text) or ""
    value = day(understood) if answer.name in DAYS else str(understood)
    label = _("Document number") if answer.is_of_card else GuestForm.base_fields[answer.name].label
    return PictureAnswer(answer.name, label, answer, value, in_words(answer.name, value), notes)


def in_words(name: str, value: str) -> str:
    """Return the name of a sex or nationality code in the reader's language; other values unchanged."""
    if name in ("sex", "nationality") and value:
        return code_name(name, value, reader_language())
    return value


def _normalised(text: str) -> str:
    """Return the text with single spaces and in lower case, for comparisons."""
    return " ".join(text.split()).casefold()


def _doubts(answer: FieldAnswer) -> Iterator[str]:
    """Yield a sentence for each doubt about a field's characters as read from the picture."""
    if answer.contradicted:
        yield _("A check digit does not match what was read. Compare every character with the picture.")
    for sign in answer.signs:
        if not sign.sure and sign.others:
            yield _("“%(read)s” may be %(others)s.") % {"read": sign.text, "others": " / ".join(sign.others[:3])}
        elif not sign.sure:
            yield _("Some characters are uncertain. Compare them with the picture.")
    if answer.other_texts:
        texts = ", ".join(_other_reading(answer.name, text) or "—" for text in answer.other_texts[:SHOWN_READINGS])
        yield _("It may also be: %(texts)s.") % {"texts": texts}


def _other_reading(name: str, text: str) -> str:
    """Return another possible reading of a field in the reader's words, such as "Female" for F."""
    if name in DAYS:
        return day(text)
    if name in ("sex", "nationality"):
        guest, _row = interpret_zone({name: text})
        return in_words(name, getattr(guest, name) or text)
    return text


def _document_notes(sight: PassportReading, answer: FieldAnswer) -> Iterator[str]:
    """Yield the notes on a field for this kind of document: visa, card, cut-off name, expiry."""
    if answer.name == "document_number" and sight.is_visa:
        yield _("This is a visa, so its number may not be the passport’s. Compare it with the passport.")
    if answer.is_of_card:
        yield _("This is a card, not a passport: choose the kind of document under “More”.")
    if answer.name == "full_name" and sight.names_cut:
        yield _("The name fills its line and may be cut off. Enter the full name, as printed above.")
    if answer.name == "document_expiry" and answer.text:
        yield _("This is not the day the guest may stay until. That day is on the entry stamp, visa or card.")
        if answer.text < clock.today().isoformat():
            yield _("This passport has expired. You may declare the guest; the police will see that it has.")
