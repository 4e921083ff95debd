"""Search by name and number: what is found, and what must not be."""

from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from ancu.apps.stays.selectors.people import find_people, get_person
from ancu.apps.stays.services import retention
from ancu.apps.stays.tests.factories import make_identity, make_stay
from ancu.apps.travellers.models import Name, NameWord, Traveller
from ancu.apps.travellers.selectors import LIMIT
from ancu.apps.travellers.services import repair_names
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Http404
from ancu.core.security.privacy import Keep

pytestmark = pytest.mark.django_db

PEOPLE = [
    "HOFFMANN JÖRG KLAUS", "NGUYỄN THỊ ÁNH TUYẾT", "ĐẶNG VĂN LÂM", "WANG XIAOMING", "KIM NA RA", "王小明",
    "ПЕТРОВА АННА ИВАНОВНА", "IVANOVA NATALIA SERGEEVNA", "O’MALLEY MÁIRE", "ØDEGÅRD ASTRID", "STRAẞE ULRIKE",
    "POIR1ER ÉMILE", "DE LA CRUZ MARÍA JOSÉ", "ŁUKASZEWICZ STANISŁAW", "TESTOVA LIUDMILA", "LÝ NÀ RA", "KỲ NA-RA",
]  # fmt: skip


@pytest.fixture
def guests(world):
    return {name: make_stay(world.lodging, name) for name in PEOPLE}


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hoffmann", "HOFFMANN JÖRG KLAUS"),
        ("Jorg Hoffmann", "HOFFMANN JÖRG KLAUS"),
        ("hofman jorg", "HOFFMANN JÖRG KLAUS"),
        ("klaus hoffmann", "HOFFMANN JÖRG KLAUS"),
        ("nguyen thi anh tuyet", "NGUYỄN THỊ ÁNH TUYẾT"),
        ("Tuyết Ánh Nguyễn", "NGUYỄN THỊ ÁNH TUYẾT"),
        ("nguyen thi anh tuyt", "NGUYỄN THỊ ÁNH TUYẾT"),
        ("dang van lam", "ĐẶNG VĂN LÂM"),
        ("xiaoming wang", "WANG XIAOMING"),
        ("wang xiao ming", "WANG XIAOMING"),
        ("na ra kim", "KIM NA RA"),
        ("王小明", "王小明"),
        ("小明", "王小明"),
        ("Анна Петрова", "ПЕТРОВА АННА ИВАНОВНА"),
        ("natalya ivanova", "IVANOVA NATALIA SERGEEVNA"),
        ("omalley maire", "O’MALLEY MÁIRE"),
        ("odegard", "ØDEGÅRD ASTRID"),
        ("strasse ulrike", "STRAẞE ULRIKE"),
        ("maria jose de la cruz", "DE LA CRUZ MARÍA JOSÉ"),
        ("stanislaw lukaszewicz", "ŁUKASZEWICZ STANISŁAW"),
        ("tescova liudmila", "TESTOVA LIUDMILA"),
        ("lyudmila testova", "TESTOVA LIUDMILA"),
        ("kim nara", "KIM NA RA"),
        ("ly na ra", "LÝ NÀ RA"),
        ("nara ky", "KỲ NA-RA"),
        ("hofmann klas jorg", "HOFFMANN JÖRG KLAUS"),
        ("hoffmann joerg klaus dieter", "HOFFMANN JÖRG KLAUS"),
        ("wnag xiaoming", "WANG XIAOMING"),
        ("Петровва Анна", "ПЕТРОВА АННА ИВАНОВНА"),
        ("H0FFMANN J0RG", "HOFFMANN JÖRG KLAUS"),  # letters read as digits
        ("POIR1ER ÉMILE", "POIR1ER ÉMILE"),
        ("Poirier Emile", "POIR1ER ÉMILE"),
    ],
)
def test_name_search(world, guests, typed, first):
    _query, people = find_people(world.actor("olga"), typed)
    assert people, "nobody found"
    assert people[0].latest.full_name == first


def test_strangers_names_find_nobody(world, guests):
    for typed in ("schwarzenberger", "Trần Quốc Toản", "zz", "a", ""):
        assert find_people(world.actor("olga"), typed)[1] == []


def test_document_search(world):
    stay = make_stay(world.lodging, document_number="C01X0T478")
    for typed in ("C01X0T478", "c01x 0t-478", "C01"):
        [person] = find_people(world.actor("olga"), typed)[1]
        assert person.latest.pk == stay.pk
    assert find_people(world.actor("olga"), "01X0")[1] == []


def test_one_person_with_two_documents_is_one_line(world):
    old = make_identity("HOFFMANN JÖRG", "C0000001")
    new = make_identity("HOFFMANN JOERG", "C0000002", traveller=old.traveller)
    first, second = make_stay(world.lodging, identity=old), make_stay(world.lodging, identity=new)
    [person] = find_people(world.actor("olga"), "hoffmann")[1]
    assert [stay.pk for stay in person.stays] == [second.pk, first.pk]
    assert {identity.pk for identity in person.identities} == {old.pk, new.pk}


def test_other_areas_are_neither_found_nor_counted(world):
    """The same person elsewhere, his other spelling and his other stays stay unknown to Olga."""
    here = make_identity("HOFFMANN JÖRG", "C0000001")
    alias = make_identity("HOFMANN GEORG", "C0000002", traveller=here.traveller)
    stay = make_stay(world.lodging, identity=here)
    hidden = make_stay(world.other_lodging, identity=alias)
    also_hidden = make_stay(world.other_lodging, identity=here)
    olga, quynh = world.actor("olga"), world.actor("quynh")
    assert find_people(olga, "C0000002")[1] == []
    [person] = find_people(olga, "hoffmann")[1]
    assert [stay.pk for stay in person.stays] == [stay.pk]
    assert get_person(olga, here.traveller_id).stays == [stay]
    assert get_person(olga, here.traveller_id).identities == [here]
    assert {s.pk for s in get_person(quynh, here.traveller_id).stays} == {stay.pk, hidden.pk, also_hidden.pk}
    page = world.client("olga").get(reverse("stays:person", args=[here.traveller_id])).content.decode()
    assert "C0000002" not in page
    assert "GEORG" not in page
    assert world.other_lodging.name not in page


def test_people_elsewhere_do_not_push_out_those_here(world):
    """The scope comes before the limit: better matches of another area take no place in the list."""
    for _ in range(LIMIT + 5):
        make_stay(world.other_lodging, "SMITH JOHN")
    mine = make_stay(world.lodging, "SMITH JOHN PETER")
    [person] = find_people(world.actor("olga"), "smith john")[1]
    assert person.latest.pk == mine.pk


def test_only_officers_search(world):
    for who in ("alice", "charlie"):
        with pytest.raises(Http404):
            find_people(world.actor(who), "hoffmann")


def test_signs_of_patterns_are_letters_like_others(world, guests):
    assert find_people(world.actor("olga"), "%%%")[1] == []
    assert find_people(world.actor("olga"), "1_%")[1] == []


def test_a_very_common_name_hides_nobody_of_a_small_area(world):
    """Fifty thousand others bear the name, all elsewhere: the commune's one guest is found all the same."""
    someone = Traveller.objects.create(first_seen_at=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO travellers_identity"
            " (traveller_id, document_number, nationality, birth_date, full_name, name_key)"
            " SELECT %s, 'N' || n, 'KOR', '1990', 'KIM MINSU', 'kim minsu' FROM generate_series(1, 50001) n",
            [someone.pk],
        )
    mine = make_stay(world.lodging, "KIM MINSU")
    for typed in ("kim minsu", "kim", "kim minsoo"):
        assert [person.latest.pk for person in find_people(world.actor("olga"), typed)[1]] == [mine.pk], typed


def test_names_forgotten_in_the_moment_they_came_back_are_gathered(world):
    """Who declares does not wait for what forgets, so the night looks whether a name was missed."""
    jorg = make_stay(world.lodging, "HOFFMANN JÖRG")
    Name.objects.all().delete()
    NameWord.objects.filter(word="jorg").delete()
    assert not find_people(world.actor("olga"), "hoffmann")[1]
    Name.objects.bulk_create([Name(key="nobody at all"), Name(key="hoffmann jorg"), Name(key="hoffmann jorg")])
    for _night in range(2):
        repair_names()
        assert [name.key for name in Name.objects.all()] == ["hoffmann jorg"]
        assert set(NameWord.objects.values_list("word", flat=True)) == {"hoffmann", "jorg"}
    for typed in ("hoffmann", "hofmann jorg", "hoffmann jork"):
        assert [person.latest.pk for person in find_people(world.actor("olga"), typed)[1]] == [jorg.pk], typed


def test_whose_record_here_was_emptied_is_not_found_by_one_kept_elsewhere(world):
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    jorg = make_identity("HOFFMANN JÖRG", "C01")
    make_stay(world.lodging, identity=jorg, arrived_on=past)
    make_stay(world.other_lodging, identity=jorg)
    assert len(find_people(world.actor("olga"), "hoffmann")[1]) == 1
    retention.redact_stays(system("job"))
    for typed in ("hoffmann", "jorg hoffmann", "C01"):
        assert find_people(world.actor("olga"), typed)[1] == [], typed
    with pytest.raises(Http404):
        get_person(world.actor("olga"), jorg.traveller_id)

    renewed = make_identity("HOFFMANN GEORG", "C02")
    make_stay(world.lodging, identity=renewed)
    Traveller.objects.filter(pk=renewed.traveller_id).update(person=jorg.traveller_id)
    for typed in ("C01", "jorg hoffmann"):
        assert find_people(world.actor("olga"), typed)[1] == [], typed
    [person] = find_people(world.actor("olga"), "hoffmann")[1]
    assert {identity.pk for identity in person.identities} == {renewed.pk}


def test_emptied_namesakes_push_nobody_out(world):
    mine = make_stay(world.lodging, "KIM MINSU", document_number="N1")
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    for number in range(2, 5):
        namesake = make_identity("KIM MINSU", f"N{number}")
        make_stay(world.lodging, identity=namesake, arrived_on=past)
        make_stay(world.other_lodging, identity=namesake)
    retention.redact_stays(system("job"))
    for typed in ("kim minsu", "kim"):
        assert [person.latest.pk for person in find_people(world.actor("olga"), typed, limit=2)[1]] == [mine.pk], typed


def test_a_name_that_two_files_brought_at_once_is_found_once(world):
    stays = [make_stay(world.lodging, "HOFFMANN JÖRG") for _each in range(2)]
    Name.objects.create(key="hoffmann jorg")
    people = find_people(world.actor("olga"), "hoffmann")[1]
    assert sorted(stay.pk for person in people for stay in person.stays) == sorted(stay.pk for stay in stays)


def test_short_words_are_beginnings_when_nobody_bears_them_whole(world):
    jihoon = make_stay(world.lodging, "PARK JIHOON")
    assert [person.latest.pk for person in find_people(world.actor("olga"), "park ji")[1]] == [jihoon.pk]
    ji = make_stay(world.lodging, "PARK JI")
    assert [person.latest.pk for person in find_people(world.actor("olga"), "ji park")[1]] == [ji.pk, jihoon.pk]


def test_either_of_two_short_words_is_a_beginning(world):
    stays = [make_stay(world.lodging, name) for name in ("LÝ NANA", "LYDIA NA")]
    people = find_people(world.actor("olga"), "na ly")[1]
    assert {person.latest.pk for person in people} == {person.pk for person in stays}


def test_names_without_other_words_come_before_longer_ones(world):
    """Where very many bear the words they fill the page alone; where few do, none of the others is left out."""
    longer = make_stay(world.lodging, "PARK JIHOON ALEX")
    exact_names = [
        make_stay(world.lodging, f"PARK {name}") for name in ("JIHOON", "JIWOO", "JISUNG", "JIN", "JIAN", "JIHO")
    ]
    joined = make_stay(world.lodging, "PARKJI MINSU")
    pks = [person.latest.pk for person in find_people(world.actor("olga"), "park ji")[1]]
    assert set(pks[:6]) == {stay.pk for stay in exact_names}
    assert pks[6:] == [longer.pk, joined.pk]
    mistyped = [person.latest.pk for person in find_people(world.actor("olga"), "parc jihoon")[1]]
    assert mistyped[0] == exact_names[0].pk
    assert longer.pk in mistyped
