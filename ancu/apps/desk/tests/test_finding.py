"""One search: all that a person may see and nothing else; what was typed stays nowhere, whom it showed is noted."""

import logging
import re
from html import unescape

import pytest
from allauth.mfa.models import Authenticator

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.community.tests.factories import ProgrammeBook
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.listening.tests.factories import make_meeting, make_petition
from ancu.apps.lodging.tests.factories import make_establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.selectors.receipts import stay_receipt_code
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core.documents.reference_numbers import new_number, normalise_number
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
NAME = "HOFFMANN JÖRG"


def search_results(world, who, words, **more):
    answer = world.client(who).post("/find/", {"q": words}, **more)
    assert answer.status_code == 200, words
    return answer.content.decode()


def declared(world):
    """With a number as it is printed, which people type."""
    return make_stay(world.lodging, NAME, submission=make_submission(world.lodging, number=new_number("HB")))


def test_a_person_is_found_with_small_errors_and_only_in_the_area(world):
    stay = make_stay(world.lodging, NAME)
    person = f"/office/people/{stay.identity.traveller_id}/"
    for words in ("hoffmann jorg", "Jörg Hoffmann", "hofmann jorg", stay.document_number):
        assert person in search_results(world, "olga", words), words
        assert person not in search_results(world, "pavel", words)
    assert person not in search_results(world, "charlie", NAME)
    assert "HOFFMANN" in search_results(world, "bob", "hoffmann")  # the lodging's own guest


@pytest.mark.parametrize(("typed", "first"), [("An Lạc", "Khách sạn An Lạc"), ("an lac", "Khách sạn An Lạc"),
    ("ban lac", "Homestay Bản Lác 1"), ("An Lác", "Nhà nghỉ An Lác")])  # fmt: skip
def test_a_lodging_called_so_comes_before_those_with_like_syllables(world, typed, first):
    names = [f"Homestay Bản Lác {number}" for number in range(1, 8)]
    for name in (*names, "Nhà nghỉ An Lác", "Khách sạn An Lạc", "Homestay Thung An Lạc", "Khách sạn An Lạc Viên"):
        make_establishment(world.lodging.business, world.units.commune, name=name)
    page = search_results(world, "olga", typed)
    positions = {name: page.find(f"{name}<") for name in (*names, "Nhà nghỉ An Lác", "Khách sạn An Lạc")}
    assert positions[first] == min(place for place in positions.values() if place >= 0)


def test_what_is_cut_says_so_and_leads_to_the_whole_list(world):
    for number in range(8):
        make_establishment(world.lodging.business, world.units.commune, name=f"Homestay Bản Lác {number}")
    page = search_results(world, "olga", "bản lác").partition('id="hits"')[2]
    assert "6 shown" in page and "the first 6" in page
    link = re.search(r'href="(/lodgings/[^"]*q=[^"]+)"', page) or re.search(r'href="([^"]*lodgings/\?q=[^"]+)"', page)
    listed = world.client("olga").get(unescape(link[1])).content.decode()
    assert all(f"Homestay Bản Lác {number}" in listed for number in range(8))
    assert "?q=" not in search_results(world, "bob", "lodge"), "a lodging has no list of lodgings"
    assert "the first" not in search_results(world, "olga", "mai chau lodge")


def test_each_kind_is_searched_further_for_the_same_words(world):
    make_cast(world)
    declared(world)
    dossier = make_dossier(world)
    make_petition(world, title="Đèn đường ở xóm Lác")
    for who, words, page, hit in (
        ("olga", "hoffmann jorg", "/office/people/?", NAME),
        ("bob", "hoffmann", "/stays/search/?", NAME),
        ("olga", "đèn đường", "/office/petitions/?", "Đèn đường ở xóm Lác"),
        ("ines", dossier.full_name, "/office/dossiers/?", dossier.number),
    ):
        address = re.search(rf'href="({re.escape(page)}[^"]+)"', search_results(world, who, words))
        assert address, (who, words)
        listed = world.client(who).get(unescape(address[1])).content.decode()
        assert f'value="{words}"' in listed and hit in listed, page
    assert 'href="/procedures/">See the whole list' in search_results(world, "mia", "gia han")


def test_a_nationality_is_the_name_of_a_country(world):
    make_stay(world.lodging, NAME, nationality="KOR")
    page = search_results(world, "olga", "hoffmann")
    assert "South Korea" in page and "KOR" not in page.partition('id="hits"')[2]


def test_a_short_accented_word_matches_whole_words_and_a_nationality_alone(world):
    italian = make_stay(world.lodging, "YVES ROSSI", nationality="ITA")
    make_establishment(world.lodging.business, world.units.commune, name="Homestay Bản Lác Yên")
    make_establishment(world.lodging.business, world.units.commune, name="Homestay Ý Nhi")
    AdministrativeUnit.objects.filter(pk=world.units.commune.pk).update(
        name="Yên Ninh", full_name="Xã Yên Ninh", search_key="xa yen ninh"
    )
    page = search_results(world, "olga", "Ý").partition('id="hits"')[2]
    assert "Homestay Ý Nhi" in page and "Bản Lác Yên" not in page and "Communes</h2>" not in page
    assert "Pages</h2>" not in page and "Procedures</h2>" not in page
    assert 'href="/office/guests/?nationality=ITA"' in page
    guests = world.client("olga").get("/office/guests/?nationality=ITA").content.decode()
    assert italian.full_name in guests
    AdministrativeUnit.objects.filter(pk=world.units.commune.pk).update(
        name="Ý Yên", full_name="Xã Ý Yên", search_key="xa y yen"
    )
    for typed in ("Ý", "ý"):
        assert f"/office/area/{world.units.commune.pk}/" in search_results(world, "olga", typed)
    assert "nationality=" not in search_results(world, "bob", "Ý"), "a lodging has no area"


def test_a_look_is_noted_by_id_and_what_was_typed_nowhere(world, caplog):
    stay = make_stay(world.lodging, NAME)
    with caplog.at_level(logging.DEBUG):
        search_results(world, "olga", "hoffmann jorg")
    looked = Event.objects.get(act="looked", user_id=world.users["olga"].pk)
    assert looked.subject_type == "desk.search" and looked.details["travellers"] == [stay.identity.traveller_id]
    for stored in (str(looked.details) + looked.reason + looked.subject_id, caplog.text):
        assert "hoffmann" not in stored.lower()
    search_results(world, "olga", "nobody of that name")
    assert Event.objects.filter(act="looked").count() == 1


def test_an_address_never_searches(world):
    make_stay(world.lodging, NAME)
    page = world.client("olga").get("/find/?q=hoffmann").content.decode()
    assert "HOFFMANN" not in page and "/office/people/" not in page.partition('id="hits"')[2]
    assert not Event.objects.filter(act="looked").exists()
    assert 'action="/find/" method="post"' in page  # the box in the head


def test_all_kinds_by_name_and_number(world):
    make_cast(world)
    stay, dossier = declared(world), make_dossier(world)
    petition = make_petition(world, title="Đèn đường ở xóm Lác")
    meeting = make_meeting(world, theme="Lắng nghe ở Mai Hạ")
    book = ProgrammeBook(world)
    number = stay.submission.number
    for who, words, address in (
        ("olga", "mai chau lodge", f"/lodgings/{world.lodging.pk}"),
        ("olga", world.lodging.code, f"/lodgings/{world.lodging.pk}"),
        ("olga", number, f"/office/submissions/{stay.submission_id}/"),
        ("bob", number.lower(), f"/stays/receipts/{number}/"),
        ("bob", stay_receipt_code(stay), f"/stays/receipts/{number}/"),
        ("ines", dossier.number, f"/office/dossiers/{dossier.number}/"),
        ("ramon", dossier.number, f"/dossiers/{dossier.number}/"),
        ("olga", petition.number, f"/office/petitions/{petition.number}/"),
        ("olga", "den duong xom lac", f"/office/petitions/{petition.number}/"),
        ("olga", "Lắng nghe", f"/office/meetings/{meeting.pk}/"),
        ("mia", book.programme.name, f"/community/{book.programme.pk}/"),
        ("mia", "gia han", "/procedures/"),
        ("olga", "petitions", "/office/petitions/"),
        ("bob", "receipts", "/stays/receipts/"),
    ):
        assert f'href="{address}' in search_results(world, who, words), (who, words)


def test_a_strangers_numbers_are_not_found(world):
    make_cast(world)
    stay, dossier, petition = declared(world), make_dossier(world), make_petition(world)
    for who in ("charlie", "pavel", "mia"):
        for words in (stay.submission.number, stay_receipt_code(stay), dossier.number, petition.number, NAME):
            page = search_results(world, who, words)
            assert texts.NO_RESULTS in page, (who, words)


def test_a_page_is_offered_to_those_alone_who_may_open_it(world):
    assert 'href="/audit/' in search_results(world, "rosa", "who looked at whom")
    assert "/audit/" not in search_results(world, "olga", "who looked at whom").partition('id="hits"')[2]


@pytest.mark.parametrize(
    "words", ["", " ", "a", "\0", "' OR 1=1 --", "%", "_" * 3, "x" * 5000, "\\", "(&|!*:)", "🙂", "HBD-"]
)
def test_whatever_is_typed_is_answered(world, words):
    make_cast(world)
    make_stay(world.lodging, NAME)
    for who in ("olga", "bob", "ines", "mia"):
        assert "HOFFMANN" not in search_results(world, who, words)


def test_script_in_a_name_is_shown_as_text(world):
    make_petition(world, title="<script>alert(1)</script> lamp")
    assert "<script>alert" not in search_results(world, "olga", "script lamp")


def test_nobody_comes_in_without_signing_in_nor_without_the_second_factor(world):
    assert world.client().post("/find/", {"q": "kim"}).status_code == 302
    Authenticator.objects.filter(user=world.users["olga"]).delete()
    assert "2fa" in world.client("olga").post("/find/", {"q": "kim"})["location"]


def test_only_a_part_is_sent_again_to_a_script(world):
    make_stay(world.lodging, NAME)
    part = search_results(world, "olga", "hoffmann", HTTP_HX_REQUEST="true")
    assert "HOFFMANN" in part and "<html" not in part


def test_a_machine_that_copies_is_stopped(world, monkeypatch):
    monkeypatch.setattr("ancu.apps.desk.views.SEARCHES_AN_HOUR", 2)
    monkeypatch.setattr("ancu.core.security.rate_limits._unwritten", {})
    client = world.client("olga")
    assert [client.post("/find/", {"q": "kim"}).status_code for _n in range(3)] == [200, 200, 429]


def test_an_empty_form_is_answered_with_what_to_write(world):
    answer = world.client("olga").post("/find/")
    assert answer.status_code == 200 and "Type at least two letters" in answer.content.decode()


def test_lodgings_stand_above_people_and_papers_above_pages(world):
    make_cast(world)
    make_stay(world.lodging, "MAI THI LODGE")
    make_petition(world, title="Mai Châu Lodge lodgings")
    page = search_results(world, "olga", "lodg").partition('id="hits"')[2]
    places = [page.index(f">{kind}<") if f">{kind}<" in page else page.index(kind) for kind in KINDS]
    assert places == sorted(places)


KINDS = ("Lodgings</h2>", texts.PEOPLE_OF_YOUR_AREA, "Petitions</h2>", "Pages</h2>")


def test_a_commune_a_lodging_and_a_rule_come_before_people_with_a_like_syllable(world):
    make_stay(world.lodging, "MAI HA", document_number="P7654321")
    make_stay(world.lodging, "LODGE OVERSTAY", document_number="P7654322")
    for words, kind, address in (
        ("mai ha", "Communes</h2>", f"/office/area/{world.units.commune.pk}/"),
        ("lodge", "Lodgings</h2>", f"/lodgings/{world.lodging.pk}"),
        ("overstay", "Alert rules</h2>", "/office/alerts/rules/overstay/"),
    ):
        page = search_results(world, "olga", words).partition('id="hits"')[2]
        assert f'href="{address}' in page and page.index(kind) < page.index(texts.PEOPLE_OF_YOUR_AREA), words
    assert f"/office/area/{world.units.elsewhere.pk}/" not in search_results(world, "olga", world.units.elsewhere.name)
    assert "Communes</h2>" not in search_results(world, "bob", "mai ha"), "a lodging has no area"


def test_passport_numbers_are_shown_to_who_looked_for_a_number_alone(world):
    make_stay(world.lodging, "MAI CHAU", document_number="P7654321")
    for words in ("mai chau", "mai chau lodge"):
        page = search_results(world, "olga", words)
        assert "P7654321" not in page
    assert "MAI CHAU" in search_results(world, "olga", "mai chau")
    assert "P7654321" in search_results(world, "olga", "P7654321")


def test_words_that_happen_to_look_like_a_number_are_words(world):
    """One name in thirty-two has the check sign of a number."""
    title = next(name for n in range(500) if normalise_number(name := f"HOANGVANTHIEM{n:03}"))
    petition = make_petition(world, title=title)
    assert petition.number in search_results(world, "olga", title)


@pytest.mark.parametrize("role", [Role.ANALYST, Role.TIP_HANDLER, Role.HOTLINE_OPERATOR])
def test_who_works_without_names_finds_none(world, role):
    stay = make_stay(world.lodging, NAME)
    user = world.users["vy"] = make_user("Vy")
    make_member(user, world.provincial_agency, role)
    enable_totp(user, TOTP_SECRET)
    for words in (NAME, stay.document_number, "mai chau lodge"):
        page = search_results(world, "vy", words)
        assert "HOFFMANN" not in page.partition('id="hits"')[2] and "/lodgings/" not in page, words


def test_three_hits_of_a_kind_cost_what_one_does(world, expect_queries):
    make_cast(world)
    client = world.client("quynh")
    for number in range(3):
        make_stay(world.lodging, f"HOFFMANN {number}")
        make_petition(world, title="hoffmann")
        if number == 1:
            continue
        client.post("/find/", {"q": "hoffmann"})
        with expect_queries():
            assert client.post("/find/", {"q": "hoffmann"}).status_code == 200
