"""The passports of open dossiers: a picture of the open booklet, with a zone that the reader can read.

The zone is set in OCR-B, as Doc 9303-3 demands. ``ocr_b.png`` has its 37 characters beside each other, from the free
drawing by Norbert Schwarz and Matthew Skala.
"""

import io
from functools import cache
from importlib.resources import files
from pathlib import Path
from random import Random
from typing import Any

from PIL import Image, ImageFilter, ImageOps

from ancu.apps.dossiers.models import Dossier
from ancu.demo.dossiers.papers import portrait
from ancu.demo.names import mrz_spelling
from ancu.engines.exchange import code_name
from ancu.engines.mrz import check_digit
from ancu.engines.typesetting import compile_picture

TEMPLATE = Path(__file__).parent / "passport.typ"
PPI = 220
PITCH, LINE = PPI // 10, round(PPI * 6.35 / 25.4)  # of a character and a line of the zone, in pixels
ZONE_LEFT, ZONE_TOP = round(PPI * 6.6 / 25.4), round(PPI * 156 / 25.4)
PHOTO_PLACE = round(PPI * 8 / 25.4), round(PPI * 99 / 25.4)
PHOTO_SIZE = round(PPI * 35 / 25.4), round(PPI * 48 / 25.4)
CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789<"
WIDTH = 44
STATES = {"DEU": "D"}  # whose code in the zone is not that of ISO 3166


def answer_of(dossier: Dossier, key: str) -> str:
    """Return the first answer of a dossier's forms to the field ``key``; empty without one."""
    return next((str(form[key]) for form in dossier.answers.values() if form.get(key)), "")


def picture_of_passport(dossier: Dossier, *, is_blurred: bool = False) -> bytes:
    """Return a JPEG of the invented passport, open at the data page; a blurred one cannot be read."""
    surname, _space, given_names = mrz_spelling(dossier.full_name).upper().partition(" ")
    page = Image.open(io.BytesIO(compile_picture(TEMPLATE, _data(dossier, surname, given_names), ppi=PPI))).convert(
        "RGB"
    )
    face = Image.open(io.BytesIO(portrait(face_of(dossier))))
    page.paste(ImageOps.fit(face, PHOTO_SIZE), PHOTO_PLACE)
    for number, line in enumerate(_zone_lines(dossier, surname, given_names)):
        _draw_line(page, line, ZONE_TOP + number * LINE)
    if is_blurred:
        page = page.filter(ImageFilter.GaussianBlur(5))
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=82)
    return buffer.getvalue()


def face_of(dossier: Dossier) -> Random:
    """Return what decides about the looks of the dossier's foreigner, so that photo and passport show one face."""
    return Random(f"face {dossier.document_number}")


def _data(dossier: Dossier, surname: str, given_names: str) -> dict[str, Any]:
    """Return what is printed on the two pages."""
    days = {
        "born": dossier.birth_date,
        "expires": answer_of(dossier, "passport_expiry"),
        "entered": answer_of(dossier, "entered_on"),
        "permitted": answer_of(dossier, "permitted_until"),
    }
    return {
        "country": code_name("nationality", dossier.nationality, "en"),
        "code": STATES.get(dossier.nationality, dossier.nationality),
        "number": dossier.document_number,
        "surname": surname,
        "given": given_names,
        "sex": dossier.sex,
        "port": answer_of(dossier, "entry_port"),
        **{name: "/".join(reversed(value.split("-"))) for name, value in days.items()},
    }


def _zone_lines(dossier: Dossier, surname: str, given_names: str) -> tuple[str, str]:
    """Return the two lines of the machine-readable zone (TD3)."""
    state = STATES.get(dossier.nationality, dossier.nationality).ljust(3, "<")
    names = "<<".join(part.replace(" ", "<").replace("-", "<") for part in (surname, given_names) if part)
    number = dossier.document_number.ljust(9, "<")[:9]
    born, expires = (_zone_day(day) for day in (dossier.birth_date, answer_of(dossier, "passport_expiry")))
    sex = dossier.sex if dossier.sex in {"M", "F"} else "<"
    personal = "<" * 14
    checked = [f"{part}{check_digit(part)}" for part in (number, born, expires)]
    last = f"{checked[0]}{checked[1]}{checked[2]}{personal}0"
    second = f"{checked[0]}{state}{checked[1]}{sex}{checked[2]}{personal}0{check_digit(last)}"
    return f"P<{state}{names}".ljust(WIDTH, "<")[:WIDTH], second


def _zone_day(day: str) -> str:
    """Return an ISO day as the zone writes it, YYMMDD; what is not known is filled."""
    year, month, number = (*day.split("-"), "<<", "<<")[:3]
    return f"{year[-2:] or '<<'}{month}{number}"


@cache
def _letters() -> dict[str, Image.Image]:
    """Return the characters of the zone as masks of ink, in drawing size."""
    sheet = Image.open(io.BytesIO((files("ancu.demo") / "data" / "ocr_b.png").read_bytes()))
    width = sheet.width // len(CHARACTERS)
    size = (PITCH, round(sheet.height * PITCH / width))
    return {
        letter: sheet.crop((place * width, 0, (place + 1) * width, sheet.height)).resize(size)
        for place, letter in enumerate(CHARACTERS)
    }


def _draw_line(page: Image.Image, line: str, top: int) -> None:
    """Draw one line of the zone."""
    for place, letter in enumerate(line):
        mask = _letters()[letter]
        page.paste((24, 24, 28), (ZONE_LEFT + place * PITCH, top), mask)
