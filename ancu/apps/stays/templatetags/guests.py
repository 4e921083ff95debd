"""Template filters for guests: names of nationalities and codes, lateness in words."""

import re
from base64 import b64encode
from calendar import month_name
from collections.abc import Mapping
from datetime import date
from typing import Any

from django import template
from django.utils.translation import gettext as _

from ancu.apps.stays.models import Upload
from ancu.apps.stays.rules.oddities import row_oddities
from ancu.apps.stays.selectors.changes import ACTS, own_since
from ancu.apps.stays.selectors.undeclared import source_name
from ancu.apps.stays.services.pictures import ALSO_SHOWN_CODE, row_number
from ancu.core.dates import written_parts
from ancu.core.templatetags.ui import counted
from ancu.core.web.language import localized, localized_text, reader_language, third_language
from ancu.engines.exchange import Finding, GuestRow, code_name, day_first

register = template.Library()
HOUR, DAY = 60, 24 * 60


@register.filter
def nationality(code: str | None) -> str:
    """Return the country's name in the reader's language; an unlisted code is returned as it is."""
    return localized_text(code_name("nationality", code, reader_language()))


@register.filter
def listed(code: str | None, name: str) -> str:
    """Return the name, in the reader's language, of a code in the code list ``name``, such as purpose or sex."""
    return localized_text(code_name(name, code, reader_language()))


@register.filter
def in_room(room: str) -> str:
    """Return the room as text with the word "Room" before a number; a named room ("P.101") as it is."""
    begins = re.match(r"[^\W\d_]*", room)
    named = begins and (len(begins[0]) > 2 or (begins[0] and room[begins.end() : begins.end() + 1] == "."))
    return room if named else _("Room %(room)s") % {"room": room}


@register.filter
def late_by(minutes: int) -> str:
    """Return a lateness in words: minutes below an hour, hours below two days, then days, rounded down."""
    if minutes < HOUR:
        return counted("%(n)s minute", "%(n)s minutes", minutes)
    if minutes < 2 * DAY:
        hours = minutes // HOUR
        return counted("%(n)s hour", "%(n)s hours", hours)
    days = minutes // DAY
    return counted("%(n)s day", "%(n)s days", days)


@register.filter
def finding_message(finding: Finding) -> str:
    """Return a finding's sentence in the reader's language."""
    return finding.message_vi if reader_language() == "vi" else finding.message_en


@register.filter
def is_odd(row: GuestRow) -> bool:
    """Whether a person must confirm something unusual about the row's guest before the declaration."""
    return bool(row_oddities(row.warnings))


@register.filter
def act_label(verb: str) -> str:
    """Return the label of an act on a stay, as the history shows it."""
    return str(ACTS[verb])


@register.filter
def written(raw: Mapping[str, str | None], name: str) -> str:
    """Return the field's text of a file for display: 25/11/2026 for 2026-11-25, "?" for no text."""
    return day_first(raw.get(name) or "?")


@register.filter
def day_in_words(value: date | str) -> str:
    """Return a date with the month in words: 8 March 1984; a text such as ``1971-05`` becomes May 1971."""
    text = value if isinstance(value, str) else value.isoformat()
    if third_language():
        return written_parts(text)
    year, month, day = (int(part) for part in [*text.split("-"), "0", "0"][:3])
    if reader_language() == "vi":
        parts = (("ngày", day), ("tháng", month), ("năm", year))
        return " ".join(f"{word} {number}" for word, number in parts if number)
    return " ".join(filter(None, [str(day or ""), month_name[month], str(year)]))


@register.filter
def of_rulebook(thing: Any, name: str) -> str:
    """Return the text ``name`` of a rulebook object in the reader's language, such as a ground's ``article``."""
    return localized(thing, name)


@register.filter
def picture(jpeg: bytes) -> str:
    """Return a JPEG strip of a picture as a ``data:`` URL."""
    return f"data:image/jpeg;base64,{b64encode(jpeg).decode()}"


@register.filter
def source(upload: Upload) -> str:
    """Return the display name of a file or of a group of pictures."""
    return source_name(upload.file_name, upload.channel, upload.created_at)


@register.filter
def is_unsure(row: GuestRow) -> bool:
    """Whether the row's first error asks a person to compare its characters with the picture."""
    return bool(row.errors) and row.errors[0].code in {"picture_unsure", ALSO_SHOWN_CODE}


register.filter(row_number)
register.filter(own_since)
