"""The lodging's day: present, departing and overdue guests, and the search for a guest."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from ancu.apps.lodging.models import Establishment
from ancu.apps.places.selectors import short_accented_word
from ancu.apps.stays.models import NOT_WITHDRAWN, OPEN, Stay
from ancu.apps.stays.rules.oddities import Document, GuestsPresent
from ancu.apps.stays.selectors import visible_to
from ancu.apps.stays.selectors.per_place import first_of_each
from ancu.apps.travellers.rules import document_key, fold_name
from ancu.core.actor import Actor
from ancu.engines.exchange import GuestRow, code_lists, interpret

PAGE = 50
ROOM_WORD = r"(?:phòng|phong|room|p)[.\s]*"
ROOM_NUMBER = re.compile(rf"{ROOM_WORD}(\d+[a-z]?)", re.IGNORECASE)
COUNTRY_AND_ROOM = re.compile(rf"(?P<country>.+?)\s+(?P<room>(?:{ROOM_WORD})?\S+)", re.IGNORECASE)
SHORTEST_COUNTRY = 3  # signs of a nationality’s name or code
SECTIONS = ("here", "leaving", "overdue")


@dataclass(frozen=True)
class GuestCounts:
    """Numbers of present guests, of guests due to leave today, and of guests past their expected departure."""

    here: int
    leaving: int
    overdue: int


@dataclass(frozen=True)
class StayPage:
    """One page of stays; ``after`` is the key of the next page, empty on the last."""

    rows: Sequence[Stay]
    after: str = ""


def open_stays(actor: Actor, establishment: Establishment) -> QuerySet[Stay]:
    """Return the stays of the guests present at the lodging, as far as the actor may see them."""
    return visible_to(actor).filter(OPEN, establishment=establishment)


def counts(actor: Actor, establishment: Establishment, today: date) -> GuestCounts:
    """Return the numbers of guests present, due to leave today, and past their expected departure."""
    return GuestCounts(
        **open_stays(actor, establishment).aggregate(
            here=Count("id"),
            leaving=Count("id", filter=Q(expected_departure=today)),
            overdue=Count("id", filter=Q(expected_departure__lt=today)),
        )
    )


def guests_present_at(establishment: Establishment, rows: Iterable[GuestRow], today: date) -> GuestsPresent:
    """Return the lodging's beds and guests tonight, to judge ``rows`` that are to be declared.

    Also number and nationality of its guests whose document number occurs in ``rows``. Guests past their expected
    departure are not counted; without known beds nobody is.
    """
    here = Stay.objects.filter(OPEN, establishment=establishment)
    if not establishment.beds:
        return GuestsPresent(None, documents=_documents(here, rows))
    tonight = here.filter(arrived_on__lte=today, expected_departure__gt=today)
    return GuestsPresent(establishment.beds, tonight.count(), _documents(here, rows))


def house_without(stay: Stay, row: GuestRow) -> GuestsPresent:
    """Return the lodging's other guests, to judge a correction of ``stay`` to ``row``.

    Only number and nationality of those whose document number is that of ``row``; beds are not considered.
    """
    here = Stay.objects.filter(OPEN, establishment=stay.establishment).exclude(pk=stay.pk)
    return GuestsPresent(None, documents=_documents(here, [row]))


def _documents(stays: QuerySet[Stay], rows: Iterable[GuestRow]) -> frozenset[Document]:
    """Return (number, nationality) of the documents of ``stays`` whose number occurs in ``rows``."""
    numbers = {row.values.document_number for row in rows if row.values.document_number}
    documents = stays.filter(document_number__in=numbers).values_list("document_number", "nationality")
    return frozenset(documents)


def day_page(
    actor: Actor, establishment: Establishment, section: str, today: date, *, after: str = "", size: int = PAGE
) -> StayPage:
    """Return a page of the lodging's open stays by expected departure.

    ``section`` is all who are here, those leaving today, or those overdue (SECTIONS).
    """
    stays = open_stays(actor, establishment)
    if section == "leaving":
        stays = stays.filter(expected_departure=today)
    elif section == "overdue":
        stays = stays.filter(expected_departure__lt=today)
    key = _key(after)
    if key:
        stays = stays.filter(Q(expected_departure__gt=key[0]) | Q(expected_departure=key[0], id__gt=key[1]))
    rows = list(stays.order_by("expected_departure", "id")[: size + 1])
    return _page(rows, size, lambda stay: stay.expected_departure)


def find_stays(actor: Actor, establishment: Establishment, text: str, *, after: str = "", size: int = PAGE) -> StayPage:
    """Return a page of the lodging's stays, past ones too, that match a text; latest arrival first.

    The text is a name, document number, room or nationality.
    """
    matching_stays = filter_by_text(visible_to(actor), establishment, text)
    key = _key(after)
    if key:  # the day by itself tells where in the index to begin
        matching_stays = matching_stays.filter(Q(arrived_on__lt=key[0]) | Q(id__lt=key[1]), arrived_on__lte=key[0])
    newest = matching_stays.order_by("-arrived_on", "-id")
    page = first_of_each(Establishment.objects.filter(pk=establishment.pk), newest, size + 1)
    rows = list(Stay.objects.filter(pk__in=page).order_by("-arrived_on", "-id"))
    return _page(rows, size, lambda stay: stay.arrived_on)


def filter_by_text(stays: QuerySet[Stay], establishment: Establishment | None, text: str) -> QuerySet[Stay]:
    """Filter ``stays`` by a typed name, document number, room or nationality; an empty text keeps all.

    A short word with accents that begins a country's name ("Ấn") selects the guests from there, if the lodging has
    any: without accents it occurs in too many names.
    """
    if not text.strip():
        return stays
    if codes := _countries_begun(text):
        from_there = stays.filter(nationality__in=codes)
        if (from_there.filter(establishment=establishment) if establishment else from_there).exists():
            return from_there
    return stays.filter(text_condition(text))


def nationalities_named(text: str) -> list[str]:
    """Return the codes, sorted, of the nationalities that the text names in full or by a short first word."""
    code = _nationality(text)
    return sorted(_countries_begun(text) | ({code} if code else set()))


def _countries_begun(text: str) -> set[str]:
    """Return the codes of nationalities whose name begins with this one short accented word; accents must match."""
    word = short_accented_word(text)
    if not word:
        return set()
    return {
        entry["code"]
        for entry in code_lists()["nationality"]["entries"]
        if any(name.lower().split()[0] == word for name in (entry["name_vi"], *entry["aliases"]))
    }


def text_condition(text: str) -> Q:
    """Return the condition that a stay's name, document number, room or nationality matches the text.

    It uses the columns of the index ``stay_establishment``; the room comes last, as the slowest.
    """
    text = text.replace("\0", " ").strip()  # no text of the database holds it
    if short_accented_word(text) and _nationality(text):
        return _nationality_is(text)  # "Ý" stands in every name with a Y
    conditions = Q()
    for word in fold_name(text):
        conditions &= Q(name_key__contains=word)
    number = document_key(text)
    if len(number) >= 3:
        conditions |= Q(document_number__contains=number)
    return conditions | _room_is(text) | _nationality_is(text)


def _nationality_is(text: str) -> Q:
    """Return the condition that a stay's nationality is the named one, alone or with a room.

    "Hàn Quốc", "KOR" or "Korea 201"; nothing matches if the text names none.
    """
    if code := _nationality(text):
        return Q(nationality=code)
    if (parts := COUNTRY_AND_ROOM.fullmatch(text)) and (code := _nationality(parts["country"])):
        return Q(nationality=code) & _room_is(parts["room"])
    return Q(pk__in=())


def _nationality(text: str) -> str | None:
    """Return the code of the nationality that the text names; None without one.

    None also if it is only a plain letter or two, which begin names more often than they mean "Ý" or "Áo".
    """
    if len(text) < SHORTEST_COUNTRY and text.isascii():
        return None
    return interpret([{"nationality": text}])[0].values.nationality


def _room_is(text: str) -> Q:
    """Return the condition that a stay's room is the typed one.

    "7B" is also "Phòng 7B", "room 7B" or "P.7B"; "1" does not match "101".
    """
    if numbered := ROOM_NUMBER.fullmatch(text):
        return Q(room__iregex=rf"(^|\W){re.escape(text)}(\W|$)|^(phòng|phong|room|p)?[.\s]*{numbered[1]}(\W|$)")
    named = Q(room__iregex=rf"(^|\W){re.escape(text)}(\W|$)")
    # Whether a room holds the text at all is sooner known. That compares capitals: "İ" and its small letter, which has
    # "I" for a capital, are one to the expression alone.
    return Q(room__icontains=text) & named if text.lower().upper() == text.upper() else named


def between(actor: Actor, establishment: Establishment, first: date, last: date) -> QuerySet[Stay]:
    """Return the lodging's stays, not withdrawn, that began between two days, oldest first.

    They are what a file for the national portal contains.
    """
    return (
        visible_to(actor)
        .filter(NOT_WITHDRAWN, establishment=establishment, arrived_on__range=(first, last))
        .order_by("arrived_on", "id")
    )


def for_export(actor: Actor, establishment: Establishment, section: str, text: str, today: date) -> QuerySet[Stay]:
    """Return all stays of the list that the page displayed: a ``section`` of the day, or ``all`` with a search."""
    if section == "all":
        stays = visible_to(actor).filter(establishment=establishment)
        return filter_by_text(stays, establishment, text).order_by("-arrived_on", "-id")
    stays = open_stays(actor, establishment).order_by("expected_departure", "id")
    if section == "leaving":
        return stays.filter(expected_departure=today)
    return stays.filter(expected_departure__lt=today) if section == "overdue" else stays


def chosen_open(actor: Actor, establishment: Establishment, ids: Sequence[int]) -> list[Stay]:
    """Return the stays among ``ids`` that are open at this lodging."""
    return list(open_stays(actor, establishment).filter(pk__in=ids).order_by("id"))


def known_guest(actor: Actor, number: str) -> Stay | None:
    """Return the latest stay with this document number at the actor's own business.

    None without one, or for a number shorter than five characters.
    """
    key = document_key(number)
    if len(key) < 5 or not actor.is_lodging:
        return None
    return visible_to(actor).filter(NOT_WITHDRAWN, document_number=key).order_by("-arrived_on", "-id").first()


def _key(after: str) -> tuple[date, int] | None:
    """Return (day, stay id) of a list's cursor such as "2026-11-30~5"; None for an unreadable one."""
    day, _sign, number = after.partition("~")
    try:
        return date.fromisoformat(day), min(int(number), 2**63 - 1)
    except ValueError:
        return None


def _page(rows: list[Stay], size: int, day_of: Callable[[Stay], date]) -> StayPage:
    """Return the first ``size`` stays as a page, with the cursor of the next page if there are more."""
    if len(rows) <= size:
        return StayPage(rows)
    last = rows[size - 1]
    return StayPage(rows[:size], f"{day_of(last).isoformat()}~{last.pk}")
