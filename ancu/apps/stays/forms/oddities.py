"""“Is this right?” as a page asks it: each oddity in words, and where it is mended."""

from collections.abc import Sequence
from typing import Any

from ancu.apps.stays.forms.guest import FIELD_OF, message
from ancu.apps.stays.rules.oddities import Oddity, answer_to

SHOWN = 5  # positions that are named


def asked(found: Sequence[Oddity]) -> dict[str, Any]:
    """For the template: the oddities, and the answer that says that they are right."""
    return {"odd": [_line(one) for one in found], "sure": answer_to(found)}


def _line(one: Oddity) -> dict[str, Any]:
    code, field = one.finding.code, one.finding.field or ""
    return {
        "code": code,
        "text": message(one.finding),
        "field": FIELD_OF.get(field, field),
        "positions": one.positions[:SHOWN],
        "number": len(one.positions),
    }
