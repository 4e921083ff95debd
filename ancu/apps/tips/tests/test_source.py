"""The source tells, comes back with sixteen digits, reads the answer and says more; nobody learns who it is."""

import io
import mimetypes
import re
import zipfile
from datetime import UTC, datetime

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import translation
from PIL import Image

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.tips.enums import TipOutcome, TipState
from ancu.apps.tips.forms import new_form_key
from ancu.apps.tips.models import SealedFile, Tip, TipMessage
from ancu.apps.tips.rules.attachments import ACCEPT, ENCRYPTED, EXCEL, TEXT, WORD, is_as_named, kind_of
from ancu.apps.tips.selectors.opening import file_bytes, open_replies, open_tip
from ancu.apps.tips.services import handling, receipts
from ancu.apps.tips.templatetags.tips import hour
from ancu.apps.tips.tests.factories import hand, make_scene, make_tip, unit_of
from ancu.apps.tips.views.public import BY_ADDRESS_UNSOLVED, PAGE_BYTES
from ancu.core.security.proof_of_work import is_answer, new_puzzle
from ancu.core.testing import texts
from ancu.engines.envelopes import read_receipt

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_scene)]
TIP_TEXT = "Ông Ba ở cuối bản chứa người không giấy tờ."


def text(response):
    return response.content.decode()


def tell_tip(world, **more):
    return {"text": TIP_TEXT, "unit": str(unit_of(world).pk), "form": new_form_key(), "name": "", "contact": ""} | more


def receipt_in(response):
    return re.search(r"data-receipt>([\d ]{19})<", text(response))[1]


def test_the_whole_way_there_and_back(shared_data):
    source, tam = Client(), shared_data.actor("tam")
    assert "113" in text(source.get("/tips/?lang=en"))
    photo = SimpleUploadedFile("bản.jpg", b"\xff\xd8\xff\xe0photo")
    answer = source.post("/tips/write/?lang=en", tell_tip(shared_data, place="Hang Kia", attached=[photo]))
    receipt, tip = receipt_in(answer), Tip.objects.get()
    assert (tip.state, tip.unit, tip.number) == (TipState.NEW, unit_of(shared_data), 1)
    read = open_tip(hand(tam), tip)
    assert (read.content.text, read.content.place, read.content.files[0].name) == (TIP_TEXT, "Hang Kia", "bản.jpg")
    assert file_bytes(hand(shared_data.actor("thu")), SealedFile.objects.get()) == b"\xff\xd8\xff\xe0photo"
    assert texts.NO_REPLY_YET in text(source.post("/tips/answer/?lang=en", {"receipt": receipt}))
    handling.reply_to_source(actor=tam, hand=hand(tam), tip_id=tip.pk, text="Ông ấy có xe không?")
    page = text(source.post("/tips/answer/?lang=en", {"receipt": receipt.replace(" ", "-")}))
    assert "Ông ấy có xe không?" in page and TIP_TEXT not in page
    more = {"receipt": receipt, "act": "say", "text": "Có, xe màu đỏ.", "form": new_form_key()}
    assert texts.ENCRYPTED_AND_RECEIVED in text(source.post("/tips/answer/?lang=en", more))
    assert "already received this message" in text(source.post("/tips/answer/?lang=en", more))
    assert [message.content.text for message in open_tip(hand(tam), tip).messages] == [
        "Ông ấy có xe không?",
        "Có, xe màu đỏ.",
    ]
    assert source.cookies == {}


def test_a_form_sent_twice_is_one_tip_with_one_receipt(shared_data):
    same = tell_tip(shared_data)
    first, second = (Client().post("/tips/write/?lang=en", same) for _turn in range(2))
    assert receipt_in(first) == receipt_in(second) and Tip.objects.count() == 1
    assert "already received this form" in text(second) and "already received this form" not in text(first)


PHOTO = b"\xff\xd8\xff\xe0photo"


def test_the_page_learns_which_file_is_wrong_so_that_it_keeps_the_others(shared_data):
    chosen = [SimpleUploadedFile("two.jpg", PHOTO), SimpleUploadedFile("bad.jpg", bytes(3000))]
    refused = text(Client().post("/tips/write/?lang=en", tell_tip(shared_data, attached=chosen)))
    assert "bad.jpg is not the kind of file" in refused and 'data-wrong-files="[&quot;bad.jpg&quot;]"' in refused
    assert texts.CHOOSE_ALL_OF_THEM_AGAIN in refused  # without scripts nothing can be kept
    assert texts.CHOOSE_ALL_OF_THEM_AGAIN not in text(
        Client().post("/tips/write/?lang=en", tell_tip(shared_data, text=""))
    )


def test_the_receipt_says_how_many_files_were_received(shared_data):
    chosen = [SimpleUploadedFile("two.jpg", PHOTO), SimpleUploadedFile("three.jpg", PHOTO)]
    same, source = tell_tip(shared_data, attached=chosen), Client()
    answer = source.post("/tips/write/?lang=en", same)
    assert "We received 2 files with it" in text(answer)
    for file in chosen:
        file.seek(0)
    assert "We received 2 files with it" in text(source.post("/tips/write/?lang=en", same))
    more = {"receipt": receipt_in(answer), "act": "say", "text": "Có, xe màu đỏ.", "form": new_form_key()}
    assert "No files were received with it" in text(source.post("/tips/answer/?lang=en", more))


@pytest.mark.parametrize("path", ["/tips/", "/tips/write/", "/tips/answer/"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_page_sets_no_cookie_is_not_kept_and_asks_nobody_else(shared_data, path, language):
    for client in (Client(), shared_data.client("bob")):
        response = client.get(f"{path}?lang={language}")
        assert response.status_code == 200 and not response.cookies
        assert response["Cache-Control"] == "no-store" and "Cookie" not in response.get("Set-Cookie", "")
        page = text(response)
        assert f'<html lang="{language}">' in page and "csrf" not in page and "<title>An Cư</title>" in page
        assert re.findall(r'(?:src|href|action)="((?:https?:)?//[^"]*)', page) == [settings.TIPS_LEAVE_URL]
        assert not re.search(r"\bBob\b", page)
        assert (texts.SIGNED_IN in page or "đăng nhập" in page) == (client.cookies.get("sessionid") is not None)


def test_no_cookie_is_read_and_nobody_is_looked_up(shared_data, django_assert_num_queries):
    """Of a signed-in browser as of a stranger: the language is the address's, no session and no account is opened."""
    tess = make_user("Tess")  # an officer who would have to set up a second factor on every other page
    make_member(tess, shared_data.provincial_agency, Role.TIP_HANDLER)
    client = Client()
    client.force_login(tess)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    sessions = list(Session.objects.values())
    with django_assert_num_queries(0):
        response = client.get("/tips/answer/?lang=en")
    assert response.status_code == 200 and not response.cookies
    assert "You seem to be signed in on this site" in text(response)
    assert '<html lang="en">' in text(client.get("/tips/answer/", headers={"Accept-Language": "en"}))
    client.post("/tips/write/", tell_tip(shared_data))
    assert list(Session.objects.values()) == sessions and Tip.objects.count() == 1
    assert not Event.objects.filter(user_id=tess.pk).exists()


def test_what_arrives_is_named_and_can_be_removed_from_the_device(shared_data):
    client = Client()
    assert "cookie from this site" not in text(client.get("/tips/?lang=en"))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "vi"
    assert "Your browser sent a cookie from this site" in text(client.get("/tips/?lang=en"))
    answer = client.post("/tips/clear-cookies/?lang=en")
    assert (answer.status_code, answer["Location"]) == (302, "/tips/?lang=en")
    assert answer["Clear-Site-Data"] == '"cookies"'
    removed = answer.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert (removed.value, removed["max-age"], removed["path"]) == ("", 0, "/") and len(answer.cookies) == 1
    elsewhere = client.post("/tips/clear-cookies/", headers={"Sec-Fetch-Site": "cross-site"})
    assert elsewhere.status_code == 403 and not elsewhere.cookies


def test_the_start_page_promises_nothing_that_who_runs_the_server_could_break(shared_data):
    page = text(Client().get("/tips/?lang=en"))
    protected, _heading, open_to = page.partition(texts.WHAT_WE_CANNOT_PROTECT)
    assert "dministrator" not in protected and "The people who run this server could change its program" in open_to


def test_the_minute_is_not_written_down(shared_data):
    tip, receipt = make_tip(shared_data)
    handling.close_tip(
        actor=shared_data.actor("tam"), hand=hand(shared_data.actor("tam")), tip_id=tip.pk, outcome=TipOutcome.THIN
    )
    Client().post("/tips/answer/", {"receipt": receipt, "act": "say", "text": "x", "form": new_form_key()})
    tip.refresh_from_db()
    moments = [tip.received_at, tip.said_at, TipMessage.objects.get().at]
    assert [(moment.minute, moment.second, moment.microsecond) for moment in moments] == [(0, 0, 0)] * 3
    assert tip.state == TipState.OPEN and tip.outcome == ""


def test_what_the_source_does_leaves_no_event(shared_data):
    before = Event.objects.count()
    _tip, receipt = make_tip(shared_data)
    Client().post("/tips/write/", tell_tip(shared_data))
    Client().post("/tips/answer/", {"receipt": receipt, "act": "say", "text": "x", "form": new_form_key()})
    assert TipMessage.objects.count() == 1 and Event.objects.count() == before


@pytest.mark.slow
def test_answers_have_one_size_whatever_they_say(shared_data):
    tip, receipt = make_tip(shared_data)
    client, sizes = Client(), set()

    def look(**form):
        response = client.post("/tips/answer/?lang=en", form)
        assert response.status_code == 200
        sizes.add((len(response.content), tuple(sorted(response.headers))))

    look(receipt=receipt)
    for number in range(5):
        handling.reply_to_source(
            actor=shared_data.actor("tam"),
            hand=hand(shared_data.actor("tam")),
            tip_id=tip.pk,
            text="&" * (3000 if number else 1),
        )
        look(receipt=receipt)
    look(receipt="1234 5678 1234 5678")
    look(receipt="")
    look(receipt="not a receipt")
    look(receipt=receipt, act="say", text="x", form=new_form_key())
    look(receipt=receipt, act="say", text="", form="x")
    assert {size for size, _names in sizes} == {PAGE_BYTES} and len(sizes) == 1


def test_a_long_conversation_shows_the_last_replies(shared_data):
    tip, receipt = make_tip(shared_data)
    tam = shared_data.actor("tam")
    for number in range(4):
        handling.reply_to_source(actor=tam, hand=hand(tam), tip_id=tip.pk, text=f"lời {number}")
    keys = receipts.keys_of(read_receipt(receipt))
    assert [reply for _at, reply in open_replies(tip, keys.pair)] == ["lời 3", "lời 2", "lời 1"]


def test_wrong_digits_cost_tries_and_right_ones_are_not_told_apart_before(shared_data):
    client = Client()
    for _turn in range(BY_ADDRESS_UNSOLVED):
        assert texts.DO_NOT_OPEN_A_CONVERSATION in text(client.post("/tips/answer/?lang=en", {"receipt": "1" * 16}))
    _tip, receipt = make_tip(shared_data)
    assert texts.MANY_PEOPLE_ARE_WRITING in text(client.post("/tips/answer/?lang=en", {"receipt": receipt}))


def test_who_solves_the_puzzle_has_more_tries_and_each_solution_counts_once(shared_data):
    client, (_tip, receipt) = Client(), make_tip(shared_data)
    for _turn in range(BY_ADDRESS_UNSOLVED):
        client.post("/tips/answer/", {"receipt": "1" * 16})
    puzzle = new_puzzle()
    solution = next(str(number) for number in range(2**22) if is_answer(puzzle, str(number)))
    solved = {"receipt": receipt, "puzzle": puzzle, "solution": solution}
    assert texts.NO_REPLY_YET in text(client.post("/tips/answer/?lang=en", solved))
    assert texts.MANY_PEOPLE_ARE_WRITING in text(client.post("/tips/answer/?lang=en", solved))


def test_a_wrong_receipt_takes_the_work_of_a_right_one(shared_data, monkeypatch):
    calls = []
    work = receipts.envelopes.keys_of
    monkeypatch.setattr(receipts.envelopes, "keys_of", lambda *args, **more: calls.append(args) or work(*args, **more))
    _tip, receipt = make_tip(shared_data)
    calls.clear()
    for typed in (receipt, "1" * 16, "no receipt at all"):
        Client().post("/tips/answer/", {"receipt": typed})
    assert len(calls) == 3


def test_another_site_cannot_make_a_browser_tell_us_something(shared_data):
    for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert Client(headers=headers).post("/tips/write/", tell_tip(shared_data)).status_code == 403
    assert not Tip.objects.exists()
    own = {"Sec-Fetch-Site": "same-origin", "Origin": "http://testserver"}
    assert Client(headers=own).post("/tips/write/", tell_tip(shared_data)).status_code == 200


def test_words_survive_a_refused_form(shared_data):
    many = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(7)]
    response = Client().post("/tips/write/?lang=en", tell_tip(shared_data, attached=many, name="Lò Văn A"))
    assert response.status_code == 422 and TIP_TEXT in text(response) and "Lò Văn A" in text(response)
    assert texts.CHOOSE_ALL_OF_THEM_AGAIN in text(response) and not Tip.objects.exists()
    assert Client().post("/tips/write/", tell_tip(shared_data, text=" ")).status_code == 422
    assert Client().post("/tips/write/", tell_tip(shared_data, form="short")).status_code == 422


def test_a_program_is_refused_by_the_form_and_by_the_same_rule_in_the_page(shared_data):
    page = text(Client().get("/tips/write/?lang=en"))
    assert f'accept="{ACCEPT}"' in page and ".exe" not in ACCEPT
    program = SimpleUploadedFile("tool.exe", b"MZ", "application/x-msdownload")
    refused = Client().post("/tips/write/?lang=en", tell_tip(shared_data, attached=[program]))
    assert refused.status_code == 422 and TIP_TEXT in text(refused) and not Tip.objects.exists()
    assert "You cannot send tool.exe: this kind of file is not accepted. You can send JPEG, PNG, HEIC" in text(refused)
    voice = SimpleUploadedFile("voice.webm", b"\x1aE\xdf\xa3", "audio/webm")
    assert Client().post("/tips/write/?lang=en", tell_tip(shared_data, attached=[voice])).status_code == 200


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def office_file(part: str) -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", "<Types/>")
        parts.writestr(part, "<x/>")
    return archive.getvalue()


def bare_zip() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as parts:
        parts.writestr("x.txt", "hi")
    return archive.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("program.pdf", b"MZ\x90\x00%PDF-1.4"),
        ("program.jpg", b"\x7fELF\x02\x01\x01\x00"),
        ("script.JPG", b"#!/bin/sh\nrm -rf /\n"),
        ("archive.xlsx", bare_zip()),
        ("letter.xlsx", office_file("word/document.xml")),
        ("installer.doc", OLE + b"\x00" * 600),
        ("program.txt", b"MZ\x90\x00junk"),
        ("program.wav", b"MZ\x90\x00\x00\x00\x00\x00WAVE"),
        ("program.mp4", b"MZ\x90\x00ftypmp42"),
        ("picture.pdf", b"\xff\xd8\xff\xe0photo"),
        ("drawing.svg", b"<svg onload=alert(1)>"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(shared_data, name, data):
    media_type = mimetypes.guess_type(name)[0]
    renamed = SimpleUploadedFile(name, data, media_type)
    refused = Client().post("/tips/write/?lang=en", tell_tip(shared_data, attached=[renamed]))
    assert refused.status_code == 422 and TIP_TEXT in text(refused) and not Tip.objects.exists()
    assert f"{name} is not the kind of file its name says" in text(refused)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.jpg", b"\x89PNG\r\n\x1a\n", "image/png"),  # messengers rename pictures
        ("a.docx", office_file("word/document.xml"), WORD),
        ("a.xlsx", office_file("xl/workbook.xml"), EXCEL),
        ("a.doc", OLE + b"\x00" * 600 + "WordDocument".encode("utf-16-le"), WORD),
        ("a.xls", OLE + b"\x00" * 600 + "Workbook".encode("utf-16-le"), EXCEL),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), ENCRYPTED),
        ("a.doc", b"{\\rtf1 hi}", WORD),
        ("a.txt", "Họ đến lúc nửa đêm.\r\n".encode(), TEXT),
        ("a.txt", "Họ đến lúc nửa đêm.".encode("utf-16"), TEXT),
        ("a.txt", "Ngân hàng".encode("cp1252"), TEXT),
        ("a.mov", b"\x00\x00\x00\x14ftypqt  ", "video/mp4"),
        ("a.m4a", b"\x00\x00\x00\x1cftypM4A ", "audio/mp4"),
        ("a.wav", b"RIFF\x00\x00\x00\x00WAVEfmt ", "audio/wav"),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(name, data, kind):
    assert kind_of(data) == kind and is_as_named(name, data)


def test_files_past_the_limit_are_dropped_unwritten(shared_data, monkeypatch):
    monkeypatch.setattr("ancu.apps.tips.forms.MOST_BYTES", 1000)
    big = SimpleUploadedFile("a.mp3", b"ID3" + b"x" * 200_000)
    response = Client().post("/tips/write/?lang=en", tell_tip(shared_data, attached=[big]))
    assert response.status_code == 422 and "larger than" in text(response) and TIP_TEXT in text(response)


def test_a_unit_with_one_holder_receives_nothing(shared_data):
    unit = unit_of(shared_data, "commune_agency")
    unit.holders.filter(user=shared_data.users["my"]).delete()
    response = Client().post("/tips/write/", tell_tip(shared_data, unit=str(unit.pk)))
    assert response.status_code == 422 and not Tip.objects.exists()


def test_a_picture_loses_what_it_knows_in_the_copy_and_keeps_it_in_the_original(shared_data):
    picture, exif = Image.new("RGB", (800, 600), "green"), Image.Exif()
    exif[0x010F] = "SECRETPHONE"
    picture_bytes = io.BytesIO()
    picture.save(picture_bytes, "JPEG", exif=exif)
    assert b"SECRETPHONE" in picture_bytes.getvalue()
    photo = SimpleUploadedFile("x.jpg", picture_bytes.getvalue())
    Client().post("/tips/write/", tell_tip(shared_data, attached=[photo]))
    file, tam = SealedFile.objects.get(), shared_data.client("tam")
    assert tam.get(f"/office/tips/files/{file.pk}/copy/").status_code == 302
    tam.post("/office/tips/unlock/", {"passphrase": "ruộng bậc thang sau mưa"})
    copy = tam.get(f"/office/tips/files/{file.pk}/copy/")
    assert copy["Content-Type"] == "image/jpeg" and b"SECRETPHONE" not in copy.content
    original = tam.get(f"/office/tips/files/{file.pk}/original/")
    assert original.content == picture_bytes.getvalue() and original["Content-Disposition"].startswith("attachment")
    assert "sandbox" in original["Content-Security-Policy"]
    assert tam.get(f"/office/tips/files/{file.pk}/sound/").status_code == 404


def test_an_hour_is_told_as_an_hour():
    """Not as a minute, which would stand before what was said in that hour."""
    with translation.override("vi"):
        assert hour(datetime(2026, 11, 26, 5, tzinfo=UTC)) == "26/11/2026, sau 12 giờ 00"
    with translation.override("en"):
        assert hour(datetime(2026, 11, 26, 5, tzinfo=UTC)) == "26/11/2026, after 12:00"
