"""The part of the child process that reads a passport picture into answers with crops."""

import io
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ancu.engines import mrz
from ancu.engines.mrz.layout import FieldPlace, ZoneLayout
from ancu.engines.papers import HEIC, PaperRefused, sniff
from ancu.engines.passports.model import (
    Alternative,
    AnswerPart,
    Check,
    FieldAnswer,
    PassportDoubt,
    PassportReading,
    Unread,
)
from ancu.engines.passports.quality import reason

FIELD_OF = {
    "document_number": "document_number",
    "full_name": "names",
    "sex": "sex",
    "birth_date": "birth_date",
    "nationality": "nationality",
    "document_expiry": "expiry_date",
}
"""What a declaration asks, and the field of the zone that says it."""
BESIDE = 2.0  # characters shown on either side of a piece: a page seen at a slant has wider ones at one end
Pixels = NDArray[np.float32]
# Shares of the characters in doubt past which nothing was read: where no check digits hold, where they do by chance.
DOUBTFUL, HOPELESS = 0.06, 0.2
UNSETTLED = 2.0  # nats to other lines: nearer than this, lines whose digits do not hold are a guess
EDGE = 1.5  # characters of paper left and right of a line's crop


def read_passport_image(data: bytes) -> PassportReading:
    """Read the machine-readable zone of an untrusted picture.

    Raises Unread, with the reason, if there is none or too much of it is doubtful.
    """
    picture = to_readable_picture(data)
    try:
        reading, *others = mrz.read_all(picture)
    except mrz.Unreadable as refusal:
        raise Unread(reason(picture, refusal.code)) from refusal
    doubt = len(reading.doubts) / sum(map(len, reading.lines))
    near = not reading.valid and reading.margin < UNSETTLED
    if near or doubt > (HOPELESS if reading.valid else DOUBTFUL):
        raise Unread(reason(picture, "not_legible"))  # to mend so much is more work than another picture
    return PassportReading(
        format=reading.format,
        lines=reading.lines,
        valid=reading.valid,
        certain=reading.certain,
        confidence=reading.confidence,
        fields=dict(reading.fields),
        checks=tuple(Check(check.name, check.line, check.position, check.holds) for check in reading.checks),
        doubts=tuple(
            PassportDoubt(doubt.line, doubt.position, doubt.read, doubt.others, doubt.confidence)
            for doubt in reading.doubts
        ),
        alternatives=tuple(
            Alternative(alternative.lines, alternative.confidence) for alternative in reading.alternatives
        ),
        doubtful_fields=tuple(sorted(reading.doubtful_fields)),
        answers={name: _field_answer(reading, name) for name in FIELD_OF},
        crops=reading.crops,
        also_read=tuple({name: _field_answer(document, name) for name in FIELD_OF} for document in others),
    )


def to_readable_picture(data: bytes) -> bytes:
    """Return the picture, a HEIC converted to JPEG; other kinds unchanged.

    Raises ``Unread`` if the HEIC cannot be opened.
    """
    if sniff(data) != HEIC:
        return data
    from ancu.engines.papers.images import clean_image  # noqa: PLC0415 -- a decoder most pictures do not need

    try:
        return clean_image(data, HEIC, kind="scan").data
    except PaperRefused as refused:
        code = {"image_too_many_pixels": "too_large", "image_too_small": "too_small"}.get(refused.code, "not_an_image")
        raise Unread(code) from refused


def _field_answer(reading: mrz.ZoneReading, name: str) -> FieldAnswer:
    """Return a declaration's field as read from the zone: text, doubtful characters, and its part of the picture."""
    layout = mrz.LAYOUTS[reading.format]
    field = FIELD_OF[name]
    place = layout.places[field]
    visa = reading.format.startswith("MRV") and name in ("document_number", "document_expiry")
    text = "" if visa and name == "document_expiry" else _field_text(reading.fields, name)
    signs = tuple(_answer_parts(reading, place, text, plain=name in ("full_name", "document_number")))
    contradicted = not _is_confirmed(reading, field)
    others = () if reading.certain else tuple(_other_readings(reading, layout, name, text))
    sure = not contradicted and not visa and not others and all(sign.sure for sign in signs)
    is_of_card = name == "document_number" and reading.format in ("TD1", "TD2")
    return FieldAnswer(
        name, text, signs, sure, contradicted, others, _field_picture(reading, layout, place), is_of_card
    )


def _field_text(fields: object, name: str) -> str:
    """Return the text of the declaration's field ``name`` from the zone's values ``fields``."""
    values: dict[str, str] = dict(fields)  # type: ignore[call-overload]
    if name == "full_name":
        return " ".join(filter(None, (values["surname"], values["given_names"])))
    return values[FIELD_OF[name]]


def _is_confirmed(reading: mrz.ZoneReading, field: str) -> bool:
    """Whether the check digits confirm the field: its own, if it has one, and all others.

    Names, nationality and sex have no check digit and always count as confirmed.
    """
    own = [check.holds for check in reading.checks if check.name == field]
    return all(own) and (field in ("names", "nationality", "sex") or all(c.holds for c in reading.checks))


def _answer_parts(reading: mrz.ZoneReading, place: FieldPlace, text: str, *, plain: bool) -> Iterator[AnswerPart]:
    """Yield a field's text in parts, each marked as sure or doubtful; a doubtful part is one character.

    Unless ``plain``, or if the zone writes the text differently, the whole text is one part.
    """
    doubts = {
        doubt.position: doubt
        for doubt in reading.doubts
        if doubt.line == place.line and place.start <= doubt.position < place.end
    }
    if not plain or not _follows(reading, place, text):
        yield AnswerPart(text, not doubts)
        return
    at, sure = place.start, ""
    for sign in text:
        if sign == " ":
            sure += sign
            continue
        while reading.lines[place.line][at] != sign:
            at += 1
        if at in doubts:
            if sure:
                yield AnswerPart(sure)
            yield AnswerPart(sign, False, doubts[at].others.replace("<", ""))
            sure = ""
        else:
            sure += sign
        at += 1
    if sure:
        yield AnswerPart(sure)


def _follows(reading: mrz.ZoneReading, place: FieldPlace, text: str) -> bool:
    """Whether the text is exactly what this place in the zone holds; not for a long number continued elsewhere."""
    return place.text_in(reading.lines).replace("<", "") == text.replace(" ", "")


def _other_readings(reading: mrz.ZoneReading, layout: ZoneLayout, name: str, text: str) -> Iterator[str]:
    """Yield the different values that the zone's alternative readings have for this field, likeliest first.

    ``text`` is the value of the first reading.
    """
    from ancu.engines.exchange import vietnam_today  # noqa: PLC0415 -- the day the child works

    values = {text}
    for alternative in reading.alternatives:
        value = _field_text(mrz.values(layout, alternative.lines, vietnam_today()), name)
        if value not in values:
            values.add(value)
            yield value


def _field_picture(reading: mrz.ZoneReading, layout: ZoneLayout, place: FieldPlace) -> bytes:
    """Return a JPEG of the part of the line that shows the field, with about one character on each side."""
    if place.line >= len(reading.crops):
        return b""
    used = max(1, len(place.text_in(reading.lines).rstrip("<")))
    with Image.open(io.BytesIO(reading.crops[place.line])) as line:
        start, pitch = _character_grid(np.asarray(line.convert("L"), dtype=np.float32), layout.width)
        left, right = start + (place.start - BESIDE) * pitch, start + (place.start + used + BESIDE) * pitch
        part = line.crop((max(0, round(left)), 0, min(line.width, round(right)), line.height))
        out = io.BytesIO()
        part.save(out, "JPEG", quality=80)
    return out.getvalue()


def _character_grid(crop: Pixels, count: int) -> tuple[float, float]:
    """Return where the first character begins and the width of one, in pixels of a crop with inexact ends.

    Every position of a line is printed, with ``<`` if need be, so the line reaches from its first ink to its last.
    Where a shadow or a neighbouring line hides that, the crop's own ends are used.
    """
    nominal = crop.shape[1] / (count + 2 * EDGE)
    ink = np.convolve(crop[8:-8].std(axis=0), np.ones(5) / 5, mode="same")
    there = np.nonzero(ink > 0.45 * float(np.median(ink)))[0]
    if len(there) < 2 or abs((there[-1] - there[0]) / (nominal * count) - 1) > 0.05:
        return EDGE * nominal, nominal
    return float(there[0]), float(there[-1] - there[0]) / count
