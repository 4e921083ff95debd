"""Whether two declarations are the same guest's: no correction and no repeat puts one guest in another's place."""

from datetime import date
from typing import NamedTuple, Protocol

from rapidfuzz.distance import OSA

from ancu.apps.stays.rules import DeclaredPerson, is_same_person
from ancu.apps.travellers.rules import name_key
from ancu.apps.travellers.rules.matching import IdentityFacts, judge
from ancu.engines.exchange import Guest
from ancu.engines.names import compare

LIKE_NAMES = 0.5  # score of the names' engine of two people born on one day


class Declarable(Protocol):
    """Who was sent or declared: a guest, a row on its way, a stay or an earlier version of one."""

    @property
    def full_name(self) -> str | None:
        """The full name as it was declared."""

    @property
    def birth_date(self) -> str | None:
        """The birth date as ISO text; month and day may be missing."""

    @property
    def sex(self) -> str | None:
        """The sex: M, F, X or None."""

    @property
    def nationality(self) -> str | None:
        """The nationality, as an ISO code of three letters."""

    @property
    def document_number(self) -> str | None:
        """The number of the identity document."""


class DocumentStay(Declarable, DeclaredPerson, Protocol):
    """A person's stay, declared or on its way."""

    @property
    def full_name(self) -> str:
        """The full name as it was declared."""

    @property
    def birth_date(self) -> str:
        """The birth date as ISO text; month and day may be missing."""

    @property
    def nationality(self) -> str:
        """The nationality, as an ISO code of three letters."""

    @property
    def document_number(self) -> str:
        """The number of the identity document."""

    @property
    def arrived_on(self) -> date:
        """The day of arrival."""

    @property
    def departed_on(self) -> date | None:
        """The day of departure; None without one."""


class _Person(NamedTuple):
    document_number: str
    nationality: str
    name_key: str
    birth_date: str


def replaces_guest(declared: Guest, before: Guest, after: Guest) -> bool:
    """Whether a correction of a stay to ``after`` would make it another guest's.

    Document, name or birth date change too much against ``before``, or against ``declared`` as first declared, so
    that a series of corrections cannot replace the guest either.
    """
    return any(not _is_likely_same(guest, after) for guest in _differing(declared, before, after))


def may_replace_guest(declared: Guest, before: Guest, after: Guest) -> bool:
    """Whether a person must confirm that a correction still means the same guest.

    Two of document, name and birth date differ by slips, or the name is unlike. Twins share a birth date, and the
    document number of one may have been copied to the other. False if it is surely another guest
    (``replaces_guest``).
    """
    if replaces_guest(declared, before, after):
        return False
    is_renamed = _person(before).name_key != _person(after).name_key
    has_another_name = is_renamed and any(_has_another_name(guest, after) for guest in (declared, before))
    return has_another_name or any(_is_likely_same(guest, after) for guest in _differing(declared, before, after))


def may_be_another_guest(declared: Guest, before: Guest, after: Guest) -> bool:
    """Whether ``after`` is, or may be, another guest than the declared one.

    ``before`` is the present declaration, ``declared`` the first one.
    """
    return replaces_guest(declared, before, after) or may_replace_guest(declared, before, after)


def is_named_otherwise(sent: Declarable, *versions: Declarable) -> bool:
    """Whether the guest's name is unlike those of all ``versions`` of the declaration that it matched.

    It may be a twin, or a person to whose row the number was copied. If the row counted as the declared guest, that
    person would never be declared.
    """
    return all(_has_another_name(version, sent) for version in versions)


def is_document_overlap(a: DocumentStay, b: DocumentStay) -> bool:
    """Whether two stays have one document, but different persons, and the earlier has not left.

    Storing the later arrival would presume the departure of the earlier guest, who is another person.
    """
    earlier = a if a.arrived_on < b.arrived_on else b
    is_same_document = a.document_number == b.document_number and a.nationality == b.nationality
    is_open_between = a.arrived_on != b.arrived_on and earlier.departed_on is None
    return is_same_document and is_open_between and (not is_same_person(a, b) or is_named_otherwise(a, b))


def _has_another_name(before: Declarable, after: Declarable) -> bool:
    """Whether the names of two versions are unlike, by more than spelling and small errors."""
    if _person(before).name_key == _person(after).name_key:
        return False
    return compare(_facts(before).person(), _facts(after).person()).score < LIKE_NAMES


def _differing(declared: Guest, before: Guest, after: Guest) -> list[Guest]:
    """Return those of ``declared`` and ``before`` that differ from ``after`` in at least two of three facts.

    The facts are document, name and birth date. The list is empty if the correction changes none of them.
    """
    if _person(before) == _person(after):
        return []
    return [guest for guest in (declared, before) if not _is_same(guest, after)]


def _is_same(before: Guest, after: Guest) -> bool:
    """Whether at least two of document, name and birth date agree exactly."""
    return is_same_person(_person(before), _person(after))


def _is_likely_same(before: Guest, after: Guest) -> bool:
    """Whether two versions of a guest are likely one person, as identities are matched or by a double slip."""
    return judge(_facts(before), _facts(after)) is not None or _is_double_slip(before, after)


def _is_double_slip(before: Guest, after: Guest) -> bool:
    """Whether, on the same document, the name differs in one character and the birth date by a near miss."""
    a, b = _person(before), _person(after)
    is_same_document = (a.document_number, a.nationality) == (b.document_number, b.nationality)
    reasons = compare(_facts(before).person(), _facts(after).person()).reasons
    is_birth_near = any(reason.code == "birth_near" for reason in reasons)
    return is_same_document and is_birth_near and OSA.distance(a.name_key, b.name_key) == 1


def _person(guest: Declarable) -> _Person:
    """Return the guest's document, nationality, name key and birth date for ``is_same_person``."""
    name = name_key(guest.full_name or "")
    return _Person(guest.document_number or "", guest.nationality or "", name, guest.birth_date or "")


def _facts(guest: Declarable) -> IdentityFacts:
    """Return the guest as ``IdentityFacts``, by which the rules of matching compare two identities."""
    person = _person(guest)
    name, sex = guest.full_name or "", guest.sex or ""
    return IdentityFacts(0, 0, name, person.document_number, person.nationality, person.birth_date, sex)
