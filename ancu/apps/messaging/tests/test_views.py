"""The pages: inbox, conversation, what it costs, with script and without."""

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.audit.models import Event
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.services import create_token
from ancu.apps.messaging import services
from ancu.apps.messaging.enums import READ
from ancu.apps.messaging.models import Message, Notification, ReadMark
from ancu.apps.messaging.views import threads
from ancu.core import clock
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
PDF = b"%PDF-1.7\nthe lease\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    cache.clear()


@pytest.fixture
def url(world):
    return f"/messages/lodging/{world.lodging.pk}/main"


def pdf(name="a.pdf", data=PDF):
    return SimpleUploadedFile(name, data)


def text(response):
    return response.content.decode()


def test_written_without_script_one_comes_back_to_where_one_was(world, url):
    alice = world.client("alice")
    page = alice.get("/lodgings/mine")
    assert f'action="{url}"' in text(page)
    answer = alice.post(
        url, {"act": "send", "body": "Chúng tôi sửa nhà.", "attached": [pdf(), pdf("b.pdf")], "back": "subject"}
    )
    assert (answer.status_code, answer["location"]) == (302, "/lodgings/mine#thread-main")
    page = alice.get("/lodgings/mine")
    assert "Chúng tôi sửa nhà." in text(page) and "b.pdf" in text(page)
    assert f"draft:thread-lodging-{world.lodging.pk}-main" in text(page)
    answer = alice.post(url, {"act": "send", "body": "Lần nữa."})
    assert answer["location"] == url


def test_with_htmx_the_conversation_comes_back_alone(world, url):
    answer = world.client("olga").post(url, {"act": "send", "body": "Đã rõ.", "back": "subject"}, headers=HTMX)
    assert answer.status_code == 200 and "<html" not in text(answer)
    assert "Đã rõ." in text(answer) and texts.MESSAGE_SENT in text(answer)
    assert f"draft:thread-lodging-{world.lodging.pk}-main" in text(answer)


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("sent", "error"),
    [
        ({"body": "  "}, "Write your message."),
        ({"body": "x" * 5001}, "Use 5,000 characters or fewer"),
        ({"body": "kept", "attached": [("x.exe", b"MZ\x00\x01")]}, "kind of file is not accepted"),
        ({"body": "kept", "attached": [("x.pdf", b"")]}, "empty"),
        ({"body": "kept", "attached": [("x.pdf", PDF)] * 6}, "at most 5 files"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(world, url, sent, error, headers):
    attached = [pdf(*file) for file in sent.get("attached", [])]
    answer = world.client("alice").post(url, {"act": "send", **sent, "attached": attached}, headers=headers)
    assert answer.status_code == 422
    assert error in text(answer) and 'aria-invalid="true"' in text(answer)
    if sent["body"] == "kept":
        assert ">kept</textarea>" in text(answer)
    assert not Message.objects.exists() and not StoredFile.objects.exists()


def test_a_note_is_marked_and_only_the_office_has_the_button(world, url, say):
    olga = world.client("olga")
    answer = olga.post(url, {"act": "note", "body": "Nhớ kiểm tra."}, headers=HTMX)
    assert "Internal to the office" in text(answer) and "Internal note saved" in text(answer)
    assert Message.objects.get().staff_only and not Notification.objects.exists()
    page = text(world.client("alice").get(url))
    assert "Nhớ kiểm tra." not in page and 'value="note"' not in page
    assert world.client("alice").post(url, {"act": "note", "body": "x"}).status_code == 403


def test_the_badge_goes_once_it_is_read(world, url, say):
    message, olga = say("alice"), world.client("olga")
    assert ">1<" in text(olga.get("/messages/unread"))
    page = text(olga.get(url))
    assert f'name="up_to" value="{message.pk}"' in page and texts.MARK_AS_READ in page
    answer = olga.post(url, {"act": "read", "up_to": message.pk}, headers=HTMX)
    assert (answer.status_code, answer.content, answer["HX-Trigger"]) == (200, b"", READ)
    assert text(olga.get("/messages/unread")).strip() == ""
    assert texts.MARK_AS_READ not in text(olga.get(url))
    assert olga.post(url, {"act": "read", "up_to": message.pk, "back": "subject"})["location"].startswith("/lodgings/")


@pytest.mark.slow
def test_no_page_of_the_other_side_tells_of_a_note(world, url, say):
    """Not its words, its file's name or its number, wherever the lodging looks; nor that there is one."""
    page_html = say("olga", "Xin chào")
    note = say("olga", "TUYET-MAT", staff_only=True, uploads=[services.MessageUpload("tuyet-mat.pdf", PDF)])
    secret = create_token(world.actor("alice"), establishment=world.lodging, name="PMS")[1]
    program = {"Authorization": f"Bearer {secret}"}
    for name in ("alice", "bob"):
        client = world.client(name)
        assert ">1<" in text(client.get("/messages/unread"))  # of the message before the note
        for path in (url, f"{url}?before={note.pk}", "/messages/", "/lodgings/mine", "/stays/today/", "/audit/mine"):
            page = (
                text(client.get(path)) + text(client.get(path, headers=HTMX)) + text(client.get(path, headers=program))
            )
            assert "tuyet-mat" not in page.lower() and f"message-{note.pk}" not in page
        for user in (client, world.client()):
            assert user.get(f"/messages/attachments/{note.attachments.get().pk}", headers=program).status_code != 200
        assert client.post(url, {"act": "read", "up_to": note.pk}).status_code == 302
        assert ReadMark.objects.get(user=world.users[name]).message_id == page_html.pk
        assert text(client.get("/messages/unread")).strip() == ""
    sent = " ".join(f"{notification.title} {notification.body}" for notification in Notification.objects.all())
    assert Notification.objects.count() == 1 and "mat" not in sent.lower().split()
    details = str(list(Event.objects.values_list("details", flat=True)))
    assert "TUYET-MAT" not in details and "tuyet-mat" not in details


@pytest.mark.parametrize("up_to", ["", "x", "0", "-1", "9" * 30])
def test_a_wrong_mark_marks_nothing(world, url, say, up_to):
    say("alice")
    assert world.client("olga").post(url, {"act": "read", "up_to": up_to}).status_code == 302
    assert not ReadMark.objects.filter(user=world.users["olga"]).exists()


def test_a_page_opened_marks_nothing(world, url, say):
    say("alice")
    world.client("olga").get(url)
    assert not ReadMark.objects.filter(user=world.users["olga"]).exists()
    assert (
        Event.objects.filter(act="looked", subject_type="messaging.thread", user_id=world.users["olga"].pk).count() == 1
    )


def test_the_badge_counts_no_further_than_it_must(world, say, monkeypatch):
    monkeypatch.setattr("ancu.apps.messaging.rules.MOST_COUNTED", 2)
    for number in range(3):
        say("alice", topic=f"t{number}")
    assert "1+" in text(world.client("olga").get("/messages/unread"))


def test_older_messages_are_a_page_further(world, url, say, monkeypatch):
    monkeypatch.setattr("ancu.core.db.pagination.PAGE", 2)
    first, second, third = say("alice", "một"), say("bob", "hai"), say("alice", "ba")
    page = text(world.client("olga").get(url))
    assert "một" not in page and f"?before={second.pk}" in page
    older = text(world.client("olga").get(f"{url}?before={second.pk}"))
    assert "một" in older and "hai" not in older and f"message-{third.pk}" not in older
    assert world.client("olga").get(f"{url}?before=x").status_code == 200
    assert first.pk < second.pk


@pytest.mark.parametrize(("name", "title"), [("olga", "Mai Châu Lodge"), ("bob", "Mai Châu Lodge")])
def test_the_inbox_shows_what_is_new_first(world, say, name, title):
    say("alice", "Bếp đang sửa")
    page = text(world.client(name).get("/messages/"))
    assert title in page and "Bếp đang sửa" in page and ">New<" in page
    assert "No messages yet" in text(world.client("charlie").get("/messages/"))


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, say, url, expect_queries, count):
    for number in range(count):
        say("alice", topic=f"t{number}")
        say("alice", uploads=[services.MessageUpload("a.pdf", PDF)])
    olga = world.client("olga")
    olga.get("/messages/unread")  # what an agency answers for is remembered by the process
    with expect_queries("list"):  # session, user, memberships; places, lodgings
        assert olga.get("/messages/").status_code == 200
    with expect_queries("thread"):  # those three; lodging, templates, thread, messages, files; the look
        assert olga.get(url).status_code == 200


def test_a_file_is_a_download_for_those_of_the_conversation(world, say):
    attachment = say("alice", uploads=[services.MessageUpload("hợp đồng.pdf", PDF)]).attachments.get()
    answer = world.client("olga").get(f"/messages/attachments/{attachment.pk}")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["content-disposition"].startswith("attachment")
    assert world.client("charlie").get(f"/messages/attachments/{attachment.pk}").status_code == 404
    assert world.client("olga").get("/messages/attachments/0").status_code == 404


def test_a_topic_longer_than_any_is_not_found(world, url):
    alice = world.client("alice")
    for answer in (alice.get(url + "x" * 40), alice.post(url + "x" * 40, {"act": "send", "body": "?"})):
        assert answer.status_code == 404


def test_a_flood_is_stopped(world, url, monkeypatch):
    monkeypatch.setattr(threads, "MESSAGES_AN_HOUR", 2)
    alice = world.client("alice")
    answers = [alice.post(url, {"act": "send", "body": str(number)}).status_code for number in range(3)]
    assert answers == [302, 302, 429]
    assert world.client("bob").post(url, {"act": "send", "body": "x"}).status_code == 302


def test_what_was_typed_is_never_markup(world, url, say):
    say("alice", "<script>alert(1)</script>\n<b>x</b>")
    for name, page in (("olga", url), ("olga", "/messages/"), ("bob", "/lodgings/mine")):
        assert "<script>alert" not in text(world.client(name).get(page))


def test_an_officer_sends_again_what_failed(world):
    failed = Notification.objects.create(
        key="k", channel="email", template="x.txt", subject_kind="lodging", subject_id=str(world.lodging.pk),
        address="a@example.test", masked="a•••@example.test", language="vi", title_vi="t", body="b", state="failed",
        created_at=clock.now(),
    )  # fmt: skip
    path = f"/messages/notifications/{failed.pk}/again"
    assert world.client("alice").post(path).status_code == 404
    assert world.client("pavel").post(path).status_code == 404
    assert world.client("olga").post(path)["location"] == f"/lodgings/{world.lodging.pk}"
    assert world.client("olga").post(path).status_code == 409
    failed.refresh_from_db()
    assert failed.state == "queued"


def test_the_head_of_every_page_leads_to_the_inbox(world):
    page = text(world.client("alice").get("/lodgings/mine"))
    assert 'hx-get="/messages/unread"' in page
    assert "/messages/unread" not in text(world.client().get("/lodgings/register"))


def test_who_still_owes_a_second_factor_is_asked_nothing_about_messages(world):
    """The badge would be answered with the page that asks for it, swapped into the head."""
    world.users["olga"].authenticator_set.all().delete()
    page = text(world.client("olga").get("/accounts/2fa/totp/activate/", follow=True))
    assert "/messages/unread" not in page
