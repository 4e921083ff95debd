"""The question “Is this right?”: each oddity in words, and the field where it is corrected."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.stays.forms.guest import FIELD_OF, message
from ancu.apps.stays.rules.oddities import Oddity, answer_to
from ancu.apps.stays.services.pictures import row_number

MOST_NAMED = 5  # positions of an oddity, and values of a code, that are named


def oddities_context(oddities: Sequence[Oddity]) -> dict[str, Any]:
    """The template context: each oddity in words, and the answer that confirms them."""
    return {"oddities": oddity_lines(oddities), "sure": answer_to(oddities)}


def oddity_lines(oddities: Iterable[Oddity]) -> list[dict[str, Any]]:
    """Each oddity in words, with its code and the field where it is mended.

    Of one code the first values have a line each; the rows with other values share one.
    """
    by_code: dict[str, list[Oddity]] = {}
    for oddity in oddities:
        by_code.setdefault(oddity.finding.code, []).append(oddity)
    return [line for group in by_code.values() for line in _lines(group)]


def _lines(group: list[Oddity]) -> list[dict[str, Any]]:
    lines, rest = [_line(oddity) for oddity in group[:MOST_NAMED]], group[MOST_NAMED:]
    if rest:
        positions = tuple(sorted(position for oddity in rest for position in oddity.positions))
        lines.append(_line(rest[0]._replace(positions=positions)) | {"text": _("The same with other values:")})
    return lines


def _line(oddity: Oddity) -> dict[str, Any]:
    code, field = oddity.finding.code, oddity.finding.field or ""
    return {
        "code": code,
        "text": message(oddity.finding),
        "field": FIELD_OF.get(field, field),
        "positions": [row_number(position) for position in oddity.positions[:MOST_NAMED]],
        "number": len(oddity.positions),
        "more": max(0, len(oddity.positions) - MOST_NAMED),
    }
