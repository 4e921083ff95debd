"""What is odd about guests and must be confirmed before they are declared.

The form, the previews of files and picture groups, the correction and the extension use these rules. Programs and
phones name the codes that they confirm. No rule refuses a guest: an oddity is mostly a slip, but may be right.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from datetime import date, timedelta
from hashlib import sha256
from typing import NamedTuple

from django.utils.translation import gettext_lazy as _

from ancu.apps.stays.rules.corrections import may_replace_guest
from ancu.core.errors import Conflict
from ancu.engines.exchange import Finding, Guest, GuestRow, finding

# Warnings of the exchange engine that a slip explains; its other warnings name what is missing or left out.
CONFIRMED_BY_SENDER = frozenset(
    {
        "arrival_in_future",
        "arrival_long_ago",
        "arrival_maybe_swapped",
        "birth_date_recent",
        "birth_date_unlikely",
        "checkout_in_future",
        "departure_passed",
        "document_expired",
        "document_number_placeholder",
        "document_number_unusual",
        "document_of_two_nationalities",
        "document_shared",
        "full_name_damaged",
        "guest_maybe_replaced",
        "nationality_ambiguous",
        "permit_before_departure",
        "permit_equals_document_expiry",
        "permit_expired",
        "stay_very_long",
    }
)
BATCH = frozenset({"more_guests_than_beds", "permit_equals_departure"})
NOTICES = frozenset({"dates_maybe_swapped", "constant_column"})  # of a whole file
LONG = timedelta(days=366)
FEWEST = 2  # rows; one guest may well leave on the last day permitted


Document = tuple[str, str]  # number, nationality


class GuestsPresent(NamedTuple):
    """The registered beds of a lodging, if known, and the guests there tonight before these are declared.

    ``documents`` are the number and nationality of the guests in the house who bear the number of one of these.
    """

    beds: int | None
    present: int = 0
    documents: frozenset[Document] = frozenset()


class Oddity(NamedTuple):
    """Something a person must confirm; ``positions`` are its rows, none if only all rows together show it."""

    finding: Finding
    positions: tuple[int, ...] = ()


def find_oddities(
    rows: Iterable[GuestRow],
    house: GuestsPresent,
    today: date,
    *,
    notices: Iterable[Finding] = (),
    without: Iterable[int] = (),
) -> list[Oddity]:
    """Return the unusual details of rows that a person must confirm before the rows are declared.

    Each has the positions of its rows. ``house`` are the guests present, ``notices`` the findings on the whole file.
    Rows with errors, example rows and those at the positions ``without`` are not examined.
    """
    left_out = set(without)
    good = [row for row in rows if not (row.errors or row.is_example or row.position in left_out)]
    common = [Oddity(notice, _positions(notice, good)) for notice in _common_oddities(good, house, today, notices)]
    by_sentence: dict[tuple[str, str | None], list[tuple[Finding, int]]] = {}  # which quotes its value
    shared = shared_documents(good, house)
    for row in good:
        for warning in _row_findings(row, shared):
            by_sentence.setdefault((warning.code, warning.value), []).append((warning, row.position))
    return common + [
        Oddity(group[0][0], tuple(position for _warning, position in group)) for group in by_sentence.values()
    ]


def unconfirmed_oddities(
    rows: Sequence[tuple[GuestRow, Set[str]]], house: GuestsPresent, today: date, *, notices: Iterable[Finding] = ()
) -> dict[int, list[Finding]]:
    """Return by position the oddities that the sender of a row has not confirmed by their codes.

    ``rows`` are pairs of a row and the confirmed codes. Oddities of all rows together belong to each of them.
    """
    good = [row for row, _codes in rows if not (row.errors or row.is_example)]
    common = _common_oddities(good, house, today, notices)
    shared = shared_documents(good, house)
    unconfirmed = {
        row.position: [finding for finding in [*common, *_row_findings(row, shared)] if finding.code not in codes]
        for row, codes in rows
    }
    return {position: findings for position, findings in unconfirmed.items() if findings}


def _common_oddities(
    rows: Sequence[GuestRow], house: GuestsPresent, today: date, notices: Iterable[Finding]
) -> list[Finding]:
    """Return the findings that only all rows together show, and those notices on their file that need confirmation."""
    return [notice for notice in [*batch_oddities(rows, house, today), *notices] if notice.code in BATCH | NOTICES]


def shared_documents(rows: Sequence[GuestRow], house: GuestsPresent) -> dict[int, Finding]:
    """Return by position a finding for rows whose number a guest of another nationality also has.

    These guests are among the rows or at the lodging; rows of guests who have left do not count.
    """
    nationalities = _nationalities(rows, house)
    guests = [(row.position, row.values) for row in rows if row.values.departed_on is None]
    return {
        position: finding("document_of_two_nationalities", "document_number", number)
        for position, guest in guests
        if (number := guest.document_number) and nationalities[number] - {guest.nationality or ""}
    }


def _nationalities(rows: Iterable[GuestRow], house: GuestsPresent) -> dict[str, set[str]]:
    """Return, by document number, the nationalities of guests with it, in the rows and at the lodging.

    Guests who have left do not count.
    """
    guests = [row.values for row in rows if row.values.departed_on is None]
    by_number: dict[str, set[str]] = {}
    for number, nationality in [*house.documents, *((guest.document_number, guest.nationality) for guest in guests)]:
        by_number.setdefault(number or "", set()).add(nationality or "")
    return by_number


def _row_findings(row: GuestRow, shared: Mapping[int, Finding]) -> list[Finding]:
    """Return the warnings on a row that need confirmation, and the finding that its number is shared, if any.

    ``shared`` has such findings by position.
    """
    return row_oddities(row.warnings) + ([shared[row.position]] if row.position in shared else [])


def row_oddities(warnings: Iterable[Finding]) -> list[Finding]:
    """Return those of a row's warnings that a person or program must confirm before it is declared."""
    return [warning for warning in warnings if warning.code in CONFIRMED_BY_SENDER]


def batch_oddities(rows: Sequence[GuestRow], house: GuestsPresent, today: date) -> list[Finding]:
    """Return what only all rows together show.

    More guests than the lodging has beds, or permitted stays that mostly end on the expected departure.
    """
    findings = []
    staying = sum(_stays_tonight(row, today) for row in rows)
    if house.beds and staying and house.present + staying > house.beds:
        there = house.present + staying
        findings.append(finding("more_guests_than_beds", None, str(there), guests=there, beds=house.beds))
    equal = len(_equal_permits(rows))
    if equal >= FEWEST and 2 * equal > len(rows):
        findings.append(finding("permit_equals_departure", "permitted_until", str(equal), guests=equal))
    return findings


def _positions(notice: Finding, rows: Sequence[GuestRow]) -> tuple[int, ...]:
    """Return the positions of the rows that a finding on the batch is about; () if it is about all rows."""
    return _equal_permits(rows) if notice.code == "permit_equals_departure" else ()


def _equal_permits(rows: Sequence[GuestRow]) -> tuple[int, ...]:
    """Return the positions of the rows whose permitted stay ends on their expected departure."""
    return tuple(row.position for row in rows if row.values.permitted_until == row.values.expected_departure)


def correction_oddities(
    before: GuestRow, after: GuestRow, today: date, *, declared: Guest, house: GuestsPresent
) -> list[Oddity]:
    """Return the oddities that a correction from ``before`` to ``after`` adds, for a person to confirm.

    Those of the stored declaration are not asked about again. ``declared`` is the guest as first declared; ``house``
    are the other guests present.
    """
    stored = [oddity.finding for oddity in find_oddities([before], house, today)]
    added = [oddity for oddity in find_oddities([after], house, today) if oddity.finding not in stored]
    if may_replace_guest(declared, before.values, after.values):
        added.append(Oddity(finding("guest_maybe_replaced", "full_name", after.values.full_name)))
    return added


def extension_oddities(arrived_on: date, permitted_until: date | None, expected_departure: date) -> list[Oddity]:
    """Return what a person must confirm before a stay is extended to ``expected_departure``.

    It goes past the permitted stay, or lasts more than a year.
    """
    findings = []
    if permitted_until is not None and expected_departure > permitted_until:
        findings.append(finding("permit_before_departure", "permitted_until", permitted_until.isoformat()))
    if expected_departure - arrived_on > LONG:
        findings.append(finding("stay_very_long", "expected_departure", expected_departure.isoformat()))
    return [Oddity(warning) for warning in findings]


def _stays_tonight(row: GuestRow, today: date) -> bool:
    """Whether the row's guest has not left and is expected to leave after today, so sleeps at the lodging tonight."""
    guest = row.values
    return guest.departed_on is None and guest.expected_departure is not None and guest.expected_departure > today


def answer_to(oddities: Iterable[Oddity]) -> str:
    """Return the token by which a person confirms exactly these oddities; "" without oddities.

    Any other oddities have another token.
    """
    texts = sorted(f"{oddity.finding.code} {oddity.finding.value} {oddity.positions}" for oddity in oddities)
    return sha256("\n".join(texts).encode()).hexdigest()[:16] if texts else ""


def is_answered(oddities: Sequence[Oddity], answers: Mapping[str, str]) -> bool:
    """Whether there are no oddities, or the form's field ``sure`` has the token that confirms exactly these."""
    return not oddities or answers.get("sure", "") == answer_to(oddities)


class UnconfirmedOddities(Exception):
    """A program's act is odd, and it has not confirmed these findings by their codes."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(", ".join(finding.code for finding in findings))
        self.findings = findings


def check_confirmed(oddities: Iterable[Oddity], codes: Set[str]) -> None:
    """Raise UnconfirmedOddities with those oddities whose codes a program has not confirmed."""
    if findings := [oddity.finding for oddity in oddities if oddity.finding.code not in codes]:
        raise UnconfirmedOddities(findings)


def check_answered(oddities: Sequence[Oddity], answers: Mapping[str, str]) -> None:
    """Raise Conflict ``odd`` unless a person has confirmed these oddities (``is_answered``)."""
    if not is_answered(oddities, answers):
        raise Conflict(
            "odd", _("Some details of these guests are unusual. Check them and confirm that they are right.")
        )
