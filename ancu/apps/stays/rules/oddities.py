"""What is odd about guests and is asked before they are declared: "Is this right?".

The form, the preview of a file and of a group of pictures, the correction and the extension ask by it; programs are
told of it in warnings and notices. Nothing here refuses a guest: each oddity may be right, and mostly is a slip.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from ancu.core.errors import Conflict
from ancu.engines.exchange import Finding, Row, finding

# What the reader of declarations warns of and a slip explains; its other warnings name what is missing or left out.
ASKED = frozenset(
    {
        "arrival_in_future",
        "arrival_long_ago",
        "arrival_maybe_swapped",
        "birth_date_unlikely",
        "checkout_in_future",
        "departure_passed",
        "document_expired",
        "document_number_placeholder",
        "document_number_unusual",
        "document_shared",
        "full_name_damaged",
        "nationality_ambiguous",
        "permit_before_departure",
        "permit_equals_document_expiry",
        "permit_expired",
        "stay_very_long",
    }
)
NOTICES = frozenset({"dates_maybe_swapped", "constant_column"})  # of a whole file
LONG = timedelta(days=366)
FEWEST = 3  # rows before "most of them" means anything


class House(NamedTuple):
    """The beds a lodging registered, if it did, and how many guests stay there tonight before these are declared."""

    beds: int | None
    present: int = 0


class Oddity(NamedTuple):
    """One thing to ask: ``positions`` are the rows it is about, none for what only all rows together show."""

    finding: Finding
    positions: tuple[int, ...] = ()


def oddities(
    rows: Iterable[Row], house: House, today: date, *, notices: Iterable[Finding] = (), without: Iterable[int] = ()
) -> list[Oddity]:
    """Everything to ask about rows that would be declared; those at the positions ``without`` are declared already."""
    left_out = set(without)
    good = [row for row in rows if not (row.errors or row.is_example or row.position in left_out)]
    found = [Oddity(one) for one in [*batch_oddities(good, house, today), *notices] if one.code in BATCH | NOTICES]
    by_code: dict[str, list[tuple[Finding, int]]] = {}
    for row in good:
        for one in row_oddities(row.warnings):
            by_code.setdefault(one.code, []).append((one, row.position))
    return found + [Oddity(about[0][0], tuple(position for _one, position in about)) for about in by_code.values()]


def row_oddities(warnings: Iterable[Finding]) -> list[Finding]:
    """Those of a row's warnings that are asked about."""
    return [one for one in warnings if one.code in ASKED]


BATCH = frozenset({"more_guests_than_beds", "permit_equals_departure"})


def batch_oddities(rows: Sequence[Row], house: House, today: date) -> list[Finding]:
    """What only the rows together show, and the house they are declared for."""
    found = []
    staying = sum(_stays_tonight(row, today) for row in rows)
    if house.beds and staying and house.present + staying > house.beds:
        found.append(finding("more_guests_than_beds", None, str(house.present + staying), beds=house.beds))
    equal = sum(row.values.permitted_until == row.values.expected_departure for row in rows)
    if equal >= FEWEST and 2 * equal > len(rows):
        found.append(finding("permit_equals_departure", "permitted_until", str(equal)))
    return found


def extension_oddities(arrived_on: date, permitted_until: date | None, expected_departure: date) -> list[Oddity]:
    """What is asked before a stay is extended to ``expected_departure``."""
    day, found = expected_departure.isoformat(), []
    if permitted_until is not None and expected_departure > permitted_until:
        found.append(finding("permit_before_departure", "permitted_until", permitted_until.isoformat()))
    if expected_departure - arrived_on > LONG:
        found.append(finding("stay_very_long", "expected_departure", day))
    return [Oddity(one) for one in found]


def _stays_tonight(row: Row, today: date) -> bool:
    guest = row.values
    return guest.departed_on is None and guest.expected_departure is not None and guest.expected_departure > today


def answer_to(found: Iterable[Oddity]) -> str:
    """What the person sends back to say that just these are right; other oddities ask again."""
    texts = sorted(f"{one.finding.code} {one.finding.value} {one.positions}" for one in found)
    return sha256("\n".join(texts).encode()).hexdigest()[:16] if texts else ""


def is_answered(found: Sequence[Oddity], sent: Mapping[str, str]) -> bool:
    """Whether nothing is odd, or the person said of everything that it is right."""
    return not found or sent.get("sure", "") == answer_to(found)


def check_answered(found: Sequence[Oddity], sent: Mapping[str, str]) -> None:
    """Conflict ``odd`` where something is odd and nobody said that it is right."""
    if not is_answered(found, sent):
        raise Conflict("odd", _("Something about these guests is odd. Please look at it and say that it is right."))
