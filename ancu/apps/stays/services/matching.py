"""Find the declared stay that a row repeats, and the fields in which the two differ.

A row finds a stay by its document and arrival, or by the reference its program gave it. Neither proves that both are
one person: one booking number serves a family, and a passport number may be mistyped. If it were trusted, the second
guest would count as "already declared" and never be declared.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.models import Stay
from ancu.apps.stays.rules import is_same_person
from ancu.apps.stays.rules.corrections import is_document_overlap, is_named_otherwise
from ancu.apps.stays.selectors import as_declared, get_stay
from ancu.apps.stays.selectors.papers import stays_with_documents
from ancu.apps.stays.services.outcome import DeclaredDifference
from ancu.apps.stays.services.storing import DeclarationRow, StayMatch
from ancu.apps.stays.services.validating import (
    ValidatedBatch,
    build_declaration_row,
    document_of_another,
    reference_of_another,
)
from ancu.apps.travellers.rules import name_key
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.engines.exchange import Finding, Guest, GuestRow

GUEST = Guest.__struct_fields__


@dataclass(frozen=True, slots=True)
class DeclaredMatch:
    """``stay`` is declared under receipt ``number``; with a ``refusal`` it is another person's.

    ``returns``: it is an open stay of the same guest, whose name is spelt otherwise, and the row is another stay.
    """

    stay: Stay
    number: str
    refusal: Finding | None = None
    returns: bool = False


def match_rows(rows: Mapping[int, DeclarationRow], stay_matches: Sequence[StayMatch]) -> dict[int, DeclaredMatch]:
    """Return, by position, the declared stay that each row repeats or conflicts with; rows without one are missing.

    ``stay_matches`` are the candidates. At most two queries.
    """
    by_position: dict[int, list[StayMatch]] = {}
    for stay_match in stay_matches:
        by_position.setdefault(stay_match.position, []).append(stay_match)
    if not by_position:
        return {}
    stays = _stays_by_id({stay_match.stay_id for stay_match in stay_matches})
    pairs = [(rows[stay_match.position], stays[stay_match.stay_id]) for stay_match in stay_matches]
    strangers = {(row.position, stay.pk) for row, stay in pairs if not is_same_person(row, stay)}
    strangers |= _named_otherwise(pairs)
    return {position: _best_match(rows[position], of_row, stays, strangers) for position, of_row in by_position.items()}


def _named_otherwise(pairs: Sequence[tuple[DeclarationRow, Stay]]) -> set[tuple[int, int]]:
    """Return (position, stay id) of the pairs in which the row's name is unlike that of the stay.

    The name as first declared counts, too, since programs keep sending what was corrected here.
    """
    unlike = [(row, stay) for row, stay in pairs if is_named_otherwise(row, stay)]
    declared = as_declared(stay for _row, stay in unlike) if unlike else {}
    return {(row.position, stay.pk) for row, stay in unlike if is_named_otherwise(row, declared[stay.pk])}


def _stays_by_id(ids: set[int]) -> dict[int, Stay]:
    """Return the stays with these ids, by id, in one query."""
    return {stay.pk: stay for stay in Stay.objects.filter(pk__in=ids)}


def _best_match(
    row: DeclarationRow, stay_matches: list[StayMatch], stays: Mapping[int, Stay], strangers: set[tuple[int, int]]
) -> DeclaredMatch:
    """Return the stay that the row repeats, preferably one with the same reference.

    If there is none, another guest's stay that the row conflicts with, with the refusal. ``strangers`` are (position,
    stay id) of different persons.
    """
    ordered = sorted(stay_matches, key=lambda stay_match: (not stay_match.by_reference, -stay_match.stay_id))
    for stay_match in ordered:
        is_own = not stay_match.overlapping and (row.position, stay_match.stay_id) not in strangers
        if is_own or not any((row.position, stay_match.stay_id) in strangers for stay_match in stay_matches):
            return DeclaredMatch(stays[stay_match.stay_id], stay_match.number, returns=stay_match.overlapping)
    stay_match = next(stay_match for stay_match in reversed(ordered) if (row.position, stay_match.stay_id) in strangers)
    refusal = reference_of_another(row.client_reference) if stay_match.by_reference else None
    return DeclaredMatch(
        stays[stay_match.stay_id], stay_match.number, refusal or document_of_another(row.document_number)
    )


class DeclarationPreview(NamedTuple):
    """What declaring these rows now would decide: rows that would be refused have the refusal as an error.

    By position: ``receipts`` of the rows that stand already (empty: they repeat an earlier row), and ``strangers``, the
    stay of another guest that a row is in conflict with.
    """

    rows: list[GuestRow]
    receipts: dict[int, str]
    strangers: dict[int, int]


def preview_declaration(establishment: Establishment, rows: Sequence[GuestRow]) -> DeclarationPreview:
    """Return what declaring these rows now would give: errors, receipts of known guests, stays in the way.

    References are not considered, and nothing is stored; declaring judges again. At most three queries.
    """
    batch, refusals = ValidatedBatch(), {}
    good = [row for row in rows if not row.errors]
    for row in good:
        if (refusal := batch.add(build_declaration_row(row))) is not None:
            refusals[row.position] = refusal
    matches = match_rows(batch.rows, _find_declared(establishment, batch.rows))
    matches = {position: match for position, match in matches.items() if not match.returns}
    matches |= {position: matches[first] for position, first in batch.repeats.items() if first in matches}
    refusals |= {position: match.refusal for position, match in matches.items() if match.refusal is not None}
    origins = {position: batch.repeats.get(position, position) for position in (*batch.rows, *batch.repeats)}
    contested = {position: first for position, first in origins.items() if first not in matches}
    refusals |= {position: batch.refusals[first] for position, first in contested.items() if first in batch.refusals}
    receipts = dict.fromkeys(batch.repeats, "") | {position: match.number for position, match in matches.items()}
    judged = [
        msgspec.structs.replace(row, errors=[*row.errors, refusals[row.position]]) if row.position in refusals else row
        for row in rows
    ]
    return DeclarationPreview(
        judged,
        {position: number for position, number in receipts.items() if position not in refusals},
        {
            position: match.stay.pk
            for position in refusals
            if (match := matches.get(batch.conflicts.get(position, position)))
        },
    )


def _find_declared(establishment: Establishment, rows: Mapping[int, DeclarationRow]) -> list[StayMatch]:
    """Return the lodging's stays that the rows would match by document if they were stored, in one query."""
    stays = stays_with_documents(establishment, {row.document_number for row in rows.values()}) if rows else {}
    stay_matches = []
    for row in rows.values():
        same_document = stays.get((row.document_number, row.nationality), [])
        repeated = [stay for stay in same_document if stay.arrived_on == row.arrived_on]
        overlapping = [stay for stay in same_document if is_document_overlap(row, stay)]
        stay_matches += [
            StayMatch(row.position, stay.pk, stay.submission.number, by_reference=False, overlapping=not repeated)
            for stay in repeated or overlapping
        ]
    return stay_matches


def differences_from(actor: Actor, stay_id: int, sent: Guest) -> tuple[Stay, list[DeclaredDifference]]:
    """Return a declared stay and the fields in which ``sent``, from a form, differs from it.

    The time of arrival does not count, because the form fills it in.
    """
    stay = get_stay(actor, stay_id)
    return stay, [difference for difference in differences(sent, guest_of(stay)) if difference.field != "arrived_at"]


def guest_of(stay: Stay | DeclarationRow) -> Guest:
    """Return the guest that the stay or the row declares."""
    return Guest(**{name: getattr(stay, name) or None for name in GUEST})


def differences(sent: Guest, declared: Guest) -> list[DeclaredDifference]:
    """Return the fields in which ``sent`` differs from the declared guest.

    A value missing in ``sent`` or another spelling is no difference.
    """
    return [
        DeclaredDifference(name, as_text(before), as_text(now))
        for name in GUEST
        if (now := getattr(sent, name)) not in (None, "") and not _is_same(name, before := getattr(declared, name), now)
    ]


def still_differs(difference: DeclaredDifference, declared: Guest) -> bool:
    """Whether the guest as declared now still differs in this field from what was sent."""
    return as_text(getattr(declared, difference.field)) != difference.sent


def _is_same(name: str, before: Any, now: Any) -> bool:
    """Whether two values of the field ``name`` mean the same, such as spellings of a name or room."""
    if name == "full_name":
        return name_key(before or "") == name_key(now)
    if name == "document_kind":
        return bool((before or "passport") == now)
    if name == "room":
        return _folded_text(before or "") == _folded_text(now)
    return bool(before == now)


def _folded_text(text: str) -> str:
    """Return the text with single spaces and in lower case, to compare it."""
    return " ".join(text.split()).casefold()


def as_text(value: Any) -> str | None:
    """Return a field's value as text of a declaration file: local time, ISO date or text; None if it is empty."""
    if isinstance(value, datetime):
        return clock.local(value).strftime("%Y-%m-%d %H:%M")
    return value.isoformat() if isinstance(value, date) else value or None
