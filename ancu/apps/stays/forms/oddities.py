"""The question “Is this right?”: each oddity in words, and the field where it is corrected."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.stays.forms.guest import FIELD_OF, message
from ancu.apps.stays.rules.oddities import Oddity, answer_to
from ancu.apps.stays.services.pictures import row_number

MOST_NAMED = 5  # positions of an oddity, and values of a code, that are named


def oddities_context(oddities: Sequence[Oddity]) -> dict[str, Any]:
    """Return the template context for confirming oddities: each in words, and the token that confirms all of them."""
    return {"oddities": oddity_lines(oddities), "sure": answer_to(oddities)}


def oddity_lines(oddities: Iterable[Oddity]) -> list[dict[str, Any]]:
    """Return the oddities as the page lists them: a dict for each with sentence, field and rows.

    Of one code the first five have a line each; the rows of the others share one line.
    """
    by_code: dict[str, list[Oddity]] = {}
    for oddity in oddities:
        by_code.setdefault(oddity.finding.code, []).append(oddity)
    return [line for group in by_code.values() for line in _lines_of_code(group)]


def _lines_of_code(group: list[Oddity]) -> list[dict[str, Any]]:
    """Return a line for each of the first five oddities of one code, and one for the rows of the others."""
    lines, rest = [_line(oddity) for oddity in group[:MOST_NAMED]], group[MOST_NAMED:]
    if rest:
        positions = tuple(sorted(position for oddity in rest for position in oddity.positions))
        lines.append(_line(rest[0]._replace(positions=positions)) | {"text": _("The same with other values:")})
    return lines


def _line(oddity: Oddity) -> dict[str, Any]:
    """Return an oddity as a dict: code, text, field to correct, positions, number of rows, and ``more``.

    ``positions`` are at most five rows, ``more`` the number of the others.
    """
    code, field = oddity.finding.code, oddity.finding.field or ""
    return {
        "code": code,
        "text": message(oddity.finding),
        "field": FIELD_OF.get(field, field),
        "positions": [row_number(position) for position in oddity.positions[:MOST_NAMED]],
        "number": len(oddity.positions),
        "more": max(0, len(oddity.positions) - MOST_NAMED),
    }
