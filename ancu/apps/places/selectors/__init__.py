"""Find units by present or former names, and the area of a unit."""

import re
import unicodedata
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import islice

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from ancu.apps.places.enums import COMMUNE_KINDS, UnitKind
from ancu.apps.places.models import AdministrativeUnit, RemoteArea
from ancu.core import clock

AREA_SQL = """
WITH RECURSIVE area(id) AS (
    SELECT unnest(%s::bigint[])
    UNION
    SELECT unit.id FROM places_administrativeunit unit JOIN area
        ON unit.parent_id = area.id OR unit.successor_id = area.id
)
SELECT id FROM area
"""

# Their number, and where each row lies and which transaction wrote it: no change of any unit leaves it the same.
STATE_SQL = """
SELECT concat(count(*), '/', sum(hashtextextended(ctid::text || '/' || xmin::text, id))) FROM places_administrativeunit
"""

WITH_TODAY = ("parent", "successor__parent", "successor__successor__parent")
CONSIDERED = 300  # communes whose names hold the words, of which some lie in an area
SHORTEST_FOLDED = 3  # signs; a shorter text with an accent is compared with it
SHORT_FORMS = {"p": "phuong", "x": "xa", "tt": "thi tran", "tp": "thanh pho", "h": "huyen", "t": "tinh"}


def fold(text: str) -> str:
    """Return the text in lower case without accents and NUL characters, for comparing.

    ``Hoà Bình`` and ``Hòa Bình`` become ``hoa binh``.
    """
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d").replace("\0", " "))
    return " ".join("".join(sign for sign in plain if not unicodedata.combining(sign)).split())


def short_accented_word(text: str) -> str:
    """Return the text in lower case if it is one accented word of one or two letters; otherwise empty.

    Without its accent it would occur in too many names: "Ý" in every name with a Y.
    """
    word = unicodedata.normalize("NFC", text).strip().lower()
    is_short = not word.isascii() and len(word) < SHORTEST_FOLDED
    return word if is_short and word.isalpha() and fold(word).isascii() else ""


def has_words(name: str, text: str) -> bool:
    """Whether the text's words occur in the name as complete words, including accents."""
    spelled, typed = (" ".join(unicodedata.normalize("NFC", words).lower().split()) for words in (name, text))
    return f" {typed} " in f" {spelled} "


def name_matches(name: str, text: str) -> bool:
    """Whether the name contains every word of the text, with or without accents; the text must have a word.

    A short accented word must occur as it is typed.
    """
    if short_accented_word(text):
        return has_words(name, text)
    folded, typed = fold(name), fold(text).split()
    return bool(typed) and all(word in folded for word in typed)


@lru_cache(maxsize=256)
def area_ids(unit_ids: frozenset[int]) -> frozenset[int]:
    """Return the ids of these units, of all units below them and of all their predecessors, past or present.

    Cached by process, since units are loaded by a command after which the program is restarted.
    """
    with connection.cursor() as cursor:
        cursor.execute(AREA_SQL, [list(unit_ids)])
        return frozenset(row[0] for row in cursor.fetchall())


@dataclass(frozen=True, eq=False)
class Units:
    """All units of all periods by id, ordered by name. Shared between requests and immutable."""

    by_id: Mapping[int, AdministrativeUnit]


@lru_cache(maxsize=2)
def all_units(_state: str) -> Units:
    """Return all administrative units by id, cached while ``_state`` is the same.

    ``_state`` is the result of ``STATE_SQL``. The units may include what was committed after the state was read; the
    next caller then has another state.
    """
    return Units({unit.pk: unit for unit in AdministrativeUnit.objects.order_by("name", "id")})


def in_force(on: date) -> QuerySet[AdministrativeUnit]:
    """Return the administrative units that exist on a day."""
    return AdministrativeUnit.objects.filter(
        Q(valid_from__isnull=True) | Q(valid_from__lte=on),
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
    )


def units_in(area: Collection[int], on: date) -> list[AdministrativeUnit]:
    """Return the area's units that exist on a day: the province first, then its communes by name."""
    return list(in_force(on).filter(pk__in=area).order_by(F("parent_id").asc(nulls_first=True), "name"))


def words(text: str) -> list[str]:
    """Return the search words of a place's name: folded, without punctuation, abbreviations expanded."""
    plain = re.sub(r"[^\w ]", " ", fold(text))
    return " ".join(SHORT_FORMS.get(word, word) for word in plain.split()).split()


def find_communes(text: str, *, limit: int | None = 12) -> list[AdministrativeUnit]:
    """Return the communes of any period whose names contain all typed words, with or without accents.

    The order: the exact name, names that begin with the text, communes found by their district or province; among
    equals present ones before former ones.
    """
    typed_words = words(text)
    communes = AdministrativeUnit.objects.filter(kind__in=COMMUNE_KINDS).select_related(*WITH_TODAY)
    for word in typed_words:
        communes = communes.filter(search_key__contains=word)
    typed = " ".join(typed_words)
    return sorted(communes, key=lambda unit: _rank(unit, typed))[:limit] if typed_words else []


def _rank(unit: AdministrativeUnit, typed: str) -> tuple[int, bool, str, int]:
    """Return the sort key of a unit among search results: closeness to the typed text, present before former, name."""
    names = [" ".join(words(unit.name)), " ".join(words(unit.full_name))]
    if typed in names:
        nearness = 0
    elif any(name.startswith(typed) for name in names):
        nearness = 1
    else:
        nearness = 2 if any(typed in name for name in names) else 3
    return nearness, unit.valid_until is not None, names[0], -(unit.valid_from or date.min).toordinal()


def communes_called(text: str, area: Container[int], *, limit: int) -> list[AdministrativeUnit]:
    """Return the communes in ``area`` whose own name contains the text at the beginning of a word.

    A short accented word must occur as it is typed.
    """
    typed = f" {' '.join(words(text))}"
    if short_accented_word(text):
        named = (unit for unit in find_communes(text, limit=None) if has_words(unit.full_name, text))
    else:
        communes = find_communes(text, limit=CONSIDERED)
        named = (unit for unit in communes if any(typed in f" {name}" for name in _own_names(unit)))
    return list(islice((unit for unit in named if unit.pk in area), limit))


def get_commune(key: str) -> AdministrativeUnit | None:
    """Return the commune with this id (as text); None without one."""
    communes = AdministrativeUnit.objects.filter(kind__in=COMMUNE_KINDS).select_related(*WITH_TODAY)
    return communes.filter(pk=int(key)).first() if key.isascii() and key.isdigit() and len(key) < 19 else None


def commune_named(text: str) -> list[AdministrativeUnit]:
    """Return the communes that ``text`` may mean: one if it is clear, several if not, none if unknown.

    Former communes with the name of their present successor count as that one.
    """
    matches = find_communes(text, limit=40)
    typed = " ".join(words(text))
    exact = [unit for unit in matches if typed in _own_names(unit)]
    chosen = exact or matches
    today = {unit.pk for unit in chosen if unit.valid_until is None}
    return [unit for unit in chosen if unit.pk in today or unit_today(unit).pk not in today]


def _own_names(unit: AdministrativeUnit) -> set[str]:
    """Return the three normalised names of a unit: bare, with its kind, and with its superior unit.

    Normalised is lower case without accents and punctuation.
    """
    return {" ".join(words(name)) for name in (unit.name, unit.full_name, label(unit))}


def label(unit: AdministrativeUnit) -> str:
    """Return the name with its superior unit, as in addresses: ``Xã Chiềng Châu, Huyện Mai Châu``."""
    return f"{unit.full_name}, {unit.parent.full_name}" if unit.parent else unit.full_name


def note(unit: AdministrativeUnit, office_ids: Container[int]) -> str:
    """Return in words what a former unit has become, and whether it lies outside ``office_ids``.

    "" for a present unit of the office's area.
    """
    today = unit_today(unit)
    notes = []
    if unit.valid_until:
        notes.append(
            _("until %(day)s, now %(unit)s") % {"day": f"{unit.valid_until:%d/%m/%Y}", "unit": today.full_name}
        )
    if today.pk not in office_ids:
        notes.append(_("outside this office's area"))
    return "; ".join(notes)


def in_office_area(unit_ids: Iterable[int]) -> set[int]:
    """Return the ids of those units that have a predecessor.

    The data hold predecessors only for units of this office's province.
    """
    former = AdministrativeUnit.objects.filter(pk__in=list(unit_ids), predecessors__isnull=False)
    return set(former.values_list("pk", flat=True).distinct())


def unit_today(unit: AdministrativeUnit) -> AdministrativeUnit:
    """Return the unit that exists today in the place of a former one; a present unit itself."""
    while unit.successor is not None and unit.valid_until is not None:
        unit = unit.successor
    return unit


def units_on_day(day: date, unit_ids: Iterable[int], area: Container[int] | None = None) -> dict[int, int]:
    """Return, by id of each unit, the id of the unit that exists in its place on ``day``.

    A unit that has ended by then is replaced by its successor; with ``area`` only by a successor in the area,
    otherwise it stays itself.
    """
    ended = AdministrativeUnit.objects.filter(valid_until__lt=day, successor__isnull=False).order_by()
    successors = dict(ended.values_list("pk", "successor"))
    standing = {}
    for pk in unit_ids:
        current = pk
        while (successor := successors.get(current)) is not None and (area is None or successor in area):
            current = successor
        standing[pk] = current
    return standing


def codes_of(unit_id: int) -> tuple[str, str]:
    """Return the codes of a unit and of its topmost unit, the province; the same code twice for a province."""
    unit = AdministrativeUnit.objects.select_related("parent__parent").get(pk=unit_id)
    above = unit
    while above.parent is not None:
        above = above.parent
    return unit.code, above.code


def provinces_today() -> list[AdministrativeUnit]:
    """Return the provinces that exist today, in order of their codes."""
    return list(in_force(clock.today()).filter(kind=UnitKind.PROVINCE).order_by("code"))


def communes_of(province: str) -> list[AdministrativeUnit]:
    """Return the communes that exist today in the province with this code."""
    communes = in_force(clock.today()).filter(kind__in=COMMUNE_KINDS, parent__code=province)
    return list(communes.filter(parent__valid_until__isnull=True).order_by("code"))


def is_remote(unit_ids: Iterable[int], on: date) -> bool:
    """Whether at least one of the units counts as a remote area on a day."""
    return RemoteArea.objects.filter(
        Q(valid_until__isnull=True) | Q(valid_until__gte=on),
        unit_id__in=list(unit_ids),
        valid_from__lte=on,
    ).exists()


def remote_periods() -> QuerySet[RemoteArea]:
    """Return all periods in which a commune counts as remote, with units, by last day; open ones come last."""
    return RemoteArea.objects.select_related("unit__parent").order_by("valid_until", "unit__name", "valid_from")


def get_remote_period(pk: int) -> RemoteArea:
    """Return the period with this id in which a commune counts as remote, or raise 404."""
    return get_object_or_404(RemoteArea.objects.select_related("unit"), pk=pk)
