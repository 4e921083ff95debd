"""Officers that a petition may be about: by choice, or by the petitioner's words."""

import re
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from ancu.apps.accounts.enums import OrganisationKind
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.listening import rules
from ancu.apps.places.selectors import fold
from ancu.core.db.name_order import name_order

FORMS_OF_ADDRESS = frozenset({"anh", "chi", "ong", "ba", "co", "chu", "bac", "em"})


def officers_to_choose() -> list[tuple[int, str]]:
    """Return (user id, label) of all officers with their agencies, for a form; a petition may be about any."""
    rows = _at_work().order_by("user_id", "organisation__name")
    officers: dict[int, tuple[str, str]] = {}
    for pk, name, agency in rows.values_list("user_id", "user__full_name", "organisation__name"):
        officers.setdefault(pk, (name, agency))
    by_name = sorted(officers.items(), key=lambda officer: name_order(officer[1][0]))
    return [(pk, f"{name} · {agency}") for pk, (name, agency) in by_name]


def officers_meant(words: str) -> list[int]:
    """Return the ids of officers named in full in the words, otherwise of all whose given name occurs.

    Petitioners seldom know full names ("chị Hạnh ở quầy số 2", "Đinh T. Hạnh"). Until somebody names the officer,
    nobody who may be meant can open the petition.
    """
    parts = set(_folded_words(words))
    names = _name_parts() if parts else {}
    return _named_in_full(parts, names) or _with_given_name(parts, names)


def officers_named_in_full(words: str) -> list[int]:
    """Return the ids of officers of whose names all parts, at least two, occur in the text ``words``."""
    parts = set(_folded_words(words))
    return _named_in_full(parts, _name_parts() if parts else {})


def _named_in_full(parts: set[str], names: Mapping[int, list[str]]) -> list[int]:
    """Return the ids of officers of whose names all parts, at least two, are among ``parts``."""
    return sorted(pk for pk, name in names.items() if len(name) > 1 and set(name) <= parts)


def _with_given_name(parts: set[str], names: Mapping[int, list[str]]) -> list[int]:
    """Return the ids of officers whose given name is among ``parts``.

    A form of address ("anh") counts only if no other word is a name.
    """
    officers = {pk: name[-1] for pk, name in names.items() if name and name[-1] in parts}
    addressed = {pk for pk, given_name in officers.items() if given_name in FORMS_OF_ADDRESS}
    return sorted(officers.keys() - addressed or addressed)


def officer_names(ids: Iterable[int]) -> list[str]:
    """Return the full names of these users, in alphabetical order."""
    return sorted(User.objects.filter(pk__in=ids).values_list("full_name", flat=True), key=name_order)


def unit_led_by(user_id: int) -> Organisation | None:
    """Return the agency that the user heads; None for a user who heads none."""
    head = _at_work().filter(user_id=user_id, role=rules.HEAD).select_related("organisation").order_by("pk").first()
    return head.organisation if head else None


def heads_of(agency_id: int | None) -> set[int]:
    """Return the ids of the users who head the agency; empty for None."""
    heads = _at_work().filter(organisation_id=agency_id or 0, role=rules.HEAD)
    return set(heads.values_list("user_id", flat=True))


def unit_it_is_about(about: Organisation | None, words: str) -> Organisation | None:
    """Return the unit that the petition is about; None if it names none.

    It is the unit ``about``, which the petitioner chose. But if the words name in full an officer who heads the unit
    above that (or any unit, when none was chosen), it is the unit that officer heads.
    """
    for user_id in officers_named_in_full(words):
        led = unit_led_by(user_id)
        if led is not None and (about is None or about.parent_id == led.pk):
            return led
    return about


def _at_work() -> QuerySet[Membership]:
    """Return the current memberships of agencies, that is, the officers at work."""
    return Membership.objects.filter(
        organisation__kind=OrganisationKind.AGENCY, ended_at__isnull=True, user__is_active=True
    )


def _name_parts() -> dict[int, list[str]]:
    """Return the words of each officer's name in lower case without accents, by user id."""
    return {pk: _folded_words(name) for pk, name in _at_work().values_list("user_id", "user__full_name")}


def _folded_words(words: str) -> list[str]:
    """Return the words of a text in lower case without accents."""
    return re.findall(r"\w+", fold(words))
