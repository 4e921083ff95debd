"""A lodging finds its guests by what one index holds: the same as the tables would say, the latest first."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import search
from ancu.apps.stays.selectors.today import find_stays, for_export, text_condition
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.stays.tests.test_people import PEOPLE
from ancu.apps.travellers.rules import document_key, fold_name
from ancu.core import clock
from ancu.core.registry.search import MAX_HITS, SearchQuery

pytestmark = pytest.mark.django_db
ROOMS = [
    "", "101", "1", "Phòng 7B – tầng 2", "7b", "17B", "A&B 3", "50%", "Suite_1", "P.101 – Hồ Gươm", "A.B*",
    "Große Stube", "STRAẞE 4", "ΟΔΟΣ 5", "İZMİR", "ızmir", "4ſ", "5\u212a", "Đồi Chè 12", "ĐỒI CHÈ 12", "10\\1",
]  # fmt: skip
TEXTS = [
    "jorg", "Jörg", "hoffmann jorg", "jorg hoffmann", "jo", "HOFF  mann", "ánh tuyết", "tuyet anh nguyen",
    "dang lam", "Đặng", "na ra", "nara", "ra na kim", "王", "小明", "王小明", "анна", "ПЕТРОВА анна", "o'malley",
    "o malley", "strasse", "STRAẞE", "straße", "łukasz", "김", "김나라", "나라", "é", "e", "C000", "c00 00", "p-77",
    "P7", "7700", "12", "101", "1", "7B", "phòng 7b", "Phòng 7", "7", "tầng 2", "%", "_", "50%", "a&b", "A.B*",
    "(", "große", "GROẞE STUBE", "οδος", "ΟΔΟς", "ς", "izmir", "İzmir", "IZMIR", "4s", "4ſ", "5k", "5K",
    "5\u212a", "đồi chè", "ĐỒI CHÈ 12", "chè", "10\\1", "\\", "redacted", "\0", "a\0b", "nobody at all",
]  # fmt: skip


def by_the_tables(text: str) -> Q:
    """What is found, said without regard to what it costs."""
    text = text.replace("\0", " ").strip()
    words, number = fold_name(text), document_key(text)
    hits = Q(room__iregex=rf"(^|\W){re.escape(text)}(\W|$)")
    if numbered := re.fullmatch(r"(?:phòng|p)[. ]*(\d+[a-z]?)", text, re.IGNORECASE):
        hits |= Q(room__iregex=rf"^(phòng |p\.)?{numbered[1]}(\W|$)")
    if words:
        hits |= Q(*(Q(identity__name_key__contains=word) for word in words))
    return hits | Q(document_number__contains=number) if len(number) >= 3 else hits


def test_a_guest_is_found_by_nationality_and_by_nationality_with_room(world: Any) -> None:
    kim = make_stay(world.lodging, "KIM NA RA", document_number="M45830017", nationality="KOR", room="201")
    lee = make_stay(world.lodging, "LEE SU", document_number="M45830018", nationality="KOR", room="7B")
    jorg = make_stay(world.lodging, "HOFFMANN JORG", nationality="DEU", room="201", document_number="C4JX70PRL")
    for text, expected in {
        "Hàn Quốc": {kim, lee}, "han quoc": {kim, lee}, "KOR": {kim, lee}, "Korea": {kim, lee}, "Germany": {jorg},
        "Hàn Quốc 201": {kim}, "Korea 7b": {lee}, "Đức 7B": set(), "201": {kim, jorg}, "ko": set(), "KR": set(),
    }.items():  # fmt: skip
        assert {*find_stays(world.actor("bob"), world.lodging, text).rows} == expected, text


def test_a_guest_is_found_by_short_country_names_and_however_the_room_is_written(world: Any) -> None:
    rossi = make_stay(world.lodging, "ROSSI MARIO", document_number="YA4583001", nationality="ITA", room="2")
    verdi = make_stay(world.lodging, "VERDI ANNA", document_number="YA4583006", nationality="ITA", room="P.201")
    make_stay(world.lodging, "ANNAY AOYAMA YVES", document_number="19AA45830", nationality="FRA", room="9")
    huber = make_stay(world.lodging, "HUBER EVA", document_number="U4583003", nationality="AUT", room="Phòng 2")
    floor_guest = make_stay(
        world.lodging, "OTHER GUEST", document_number="C4JX70PRT", nationality="DEU", room="Phòng 7 - tầng 2"
    )
    for text, expected in {
        "Ý": {rossi, verdi}, "Italy": {rossi, verdi}, "ITA": {rossi, verdi}, "Áo": {huber}, "phòng 2": {rossi, huber},
        "room 2": {rossi, huber}, "Room 201": {verdi}, "P.201": {verdi}, "p201": {verdi}, "201": {verdi},
        "phong 7": {floor_guest}, "Ý phòng 2": {rossi}, "phòng 20": set(),
    }.items():  # fmt: skip
        assert {*find_stays(world.actor("bob"), world.lodging, text).rows} == expected, text


def test_a_short_word_with_accents_means_the_country_that_bears_them_where_there_is_one(world: Any) -> None:
    kumar = make_stay(world.lodging, "KUMAR RAJ", document_number="Z4583001", nationality="IND")
    anna = make_stay(world.lodging, "ANNA HA", document_number="Z4583002", nationality="USA")
    for text, expected in {"Ấn": {kumar}, "ấn": {kumar}, "an": {anna}, "Hà": {anna}, "Ấn Độ": {kumar}}.items():
        assert {*find_stays(world.actor("bob"), world.lodging, text).rows} == expected, text
        assert {*for_export(world.actor("bob"), world.lodging, "all", text, clock.today())} == expected, text
    jansen = make_stay(world.lodging, "JANSEN EVA", document_number="Z4583003", nationality="NLD")
    assert {*find_stays(world.actor("bob"), world.lodging, "Hà").rows} == {jansen}
    assert {*find_stays(world.actor("bob"), world.lodging, "ha").rows} == {anna}


@pytest.mark.slow
def test_the_index_says_what_the_tables_say(world: Any) -> None:
    for n, name in enumerate([*PEOPLE, "김나라", "LE", "1 HUNDRED", "X" * 190]):
        make_stay(
            world.lodging, name, room=ROOMS[n % len(ROOMS)], document_number=f"P77{n:05}" if n % 2 else f"C{n:08}"
        )
    for room in ROOMS:
        make_stay(world.lodging, "SUTARNO", room=room)
    hits = set()
    for text in TEXTS:
        expected = set(Stay.objects.filter(by_the_tables(text)).values_list("pk", flat=True))
        assert set(Stay.objects.filter(text_condition(text)).values_list("pk", flat=True)) == expected, text
        listed_pks = {stay.pk for stay in find_stays(world.actor("bob"), world.lodging, text, size=100).rows}
        exported_pks = {stay.pk for stay in for_export(world.actor("bob"), world.lodging, "all", text, clock.today())}
        assert listed_pks == exported_pks == expected, text
        hits.add(min(len(expected), 2))
    assert hits == {0, 1, 2}


def test_pages_are_the_latest_first_and_the_lodgings_own(world: Any) -> None:
    days = [clock.today() - timedelta(days=n // 2) for n in range(9)]
    stays = [make_stay(world.lodging, f"KIM {n}", arrived_on=day) for n, day in enumerate(days)]
    make_stay(world.other_lodging, "KIM SEEN BY NOBODY HERE")
    make_stay(world.lodging, "SUTARNO")
    actor, pks, after = world.actor("bob"), [], ""
    while True:
        page = find_stays(actor, world.lodging, "kim", after=after, size=2)
        pks += [stay.pk for stay in page.rows]
        if not (after := page.after):
            break
    assert pks == [stay.pk for stay in sorted(stays, key=lambda stay: (stay.arrived_on, stay.pk), reverse=True)]
    assert not find_stays(actor, world.other_lodging, "kim").rows
    assert not find_stays(world.actor("charlie"), world.lodging, "kim").rows


def test_one_search_finds_the_latest_of_all_lodgings_of_the_business(world: Any) -> None:
    second = make_establishment(world.lodging.business, world.units.commune)
    sandbox = make_establishment(world.lodging.business, world.units.commune, sandbox=True)
    today = clock.today()
    places = [world.lodging, second, second, second]
    stays = [make_stay(places[n % 4], f"KIM {n}", arrived_on=today - timedelta(days=n)) for n in range(MAX_HITS + 3)]
    for place in (world.other_lodging, sandbox):
        make_stay(place, "KIM SEEN BY NOBODY HERE")
    hits = search.search_results(world.actor("bob"), SearchQuery("kim"))[0]
    assert hits.people == [stay.pk for stay in stays[:MAX_HITS]]
    assert not search.search_results(world.actor("bob"), SearchQuery("SEEN BY NOBODY"))[0].hits


def plan(sql: str) -> str:
    """A few rows are read and sorted as fast in any way: here the index must do, where it can."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off")
        cursor.execute("EXPLAIN " + sql)
        lines = [line for (line,) in cursor.fetchall()]
        cursor.execute("RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort")
    return "\n".join(lines)


@pytest.mark.parametrize("text", ["jorg hoffmann", "P7700", "7B"])
def test_who_is_meant_is_read_in_the_index_alone_and_in_its_order(world: Any, text: str) -> None:
    for _n in range(20):
        make_stay(world.lodging)
    actor, after = world.actor("bob"), f"{clock.today()}~99"
    for ask in (
        lambda: find_stays(actor, world.lodging, text),
        lambda: find_stays(actor, world.lodging, text, after=after),
        lambda: search.search_results(actor, SearchQuery(text)),
    ):
        with CaptureQueriesContext(connection) as queries:
            ask()
        [sql] = [query["sql"] for query in queries if '"name_key"::text LIKE' in query["sql"]]
        way, index, _rest = plan(sql).partition("Index Only Scan using stay_establishment on stays_stay")
        assert index and "Sort" not in way.rpartition("Limit")[2], plan(sql)
