"""Conversations: strangers know of none, notes stay in the office, nothing written changes, marks only go forward."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.tests.factories import make_agency, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.files.models import StoredFile
from ancu.apps.files.services import FileRefused
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.messaging import rules, selectors, services
from ancu.apps.messaging.models import Attachment, Message, Notification, Participant, ReadMark, Thread
from ancu.core import clock
from ancu.core.actor import PUBLIC, system
from ancu.core.db import pagination
from ancu.core.errors import Forbidden
from ancu.core.security.privacy import REDACTED, Keep
from ancu.engines.papers.tests.samples import heic

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.7\nthe lease\n"


@pytest.fixture(autouse=True)
def _own_folder(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def talk(world, name, **more):
    return selectors.get_thread(world.actor(name), "lodging", world.lodging.pk, **more)


def bodies(world, name):
    return [message.body for message in talk(world, name).messages]


def unread(world, name):
    return selectors.unread_count(world.actor(name))


# --- who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["charlie", "pavel"])
def test_a_stranger_is_answered_404(world, say, name):
    say("alice")
    with pytest.raises(Http404):
        talk(world, name)
    with pytest.raises(Http404):
        say(name)
    with pytest.raises(Http404):
        services.mark_read(actor=world.actor(name), kind="lodging", subject_id=world.lodging.pk, up_to=10**6)
    assert Message.objects.count() == 1 and not ReadMark.objects.filter(user=world.users[name]).exists()


@pytest.mark.parametrize(("kind", "key"), [("nothing", 1), ("lodging", 10**9), ("lodging", "x"), ("lodging", "²")])
def test_what_is_not_there_is_answered_alike(world, kind, key):
    with pytest.raises(Http404):
        selectors.get_thread(world.actor("olga"), kind, key)


def test_the_public_and_programs_do_not_converse(world):
    with pytest.raises(Http404):
        selectors.get_thread(PUBLIC, "lodging", world.lodging.pk)
    with pytest.raises(Forbidden):
        services.post_message(actor=system("job"), kind="lodging", subject_id=world.lodging.pk, body="x")


def test_a_subject_that_is_written_to_no_more_is_still_read(world, say):
    say("alice", "cũ")
    world.lodging.status = EstablishmentStatus.CLOSED
    world.lodging.save()
    with pytest.raises(Forbidden):
        say("alice")
    assert bodies(world, "olga") == ["cũ"]
    assert not talk(world, "olga").may_post


def test_both_sides_see_one_conversation(world, say):
    say("alice", "Chúng tôi sửa nhà.")
    say("olga", "Đã rõ.")
    say("bob", "Cảm ơn.")
    for name in ("alice", "olga", "quynh"):
        assert bodies(world, name) == ["Chúng tôi sửa nhà.", "Đã rõ.", "Cảm ơn."]
    assert [message.side for message in talk(world, "bob").messages] == ["other", "office", "other"]
    assert Thread.objects.count() == 1


def test_topics_are_threads_of_their_own(world, say):
    say("alice", "một", topic="fire")
    say("alice", "hai")
    assert bodies(world, "olga") == ["hai"]
    assert [message.body for message in talk(world, "olga", topic="fire").messages] == ["một"]


# --- notes among the office -----------------------------------------------------------------------------


def test_a_note_never_reaches_the_other_side(world, say):
    say("alice", "Xin chào")
    say("olga", "Nhớ kiểm tra giấy phép.", staff_only=True, uploads=[services.MessageUpload("note.pdf", PDF)])
    assert bodies(world, "alice") == ["Xin chào"]
    assert bodies(world, "quynh") == ["Xin chào", "Nhớ kiểm tra giấy phép."]
    assert unread(world, "alice") == 0 == unread(world, "bob") - 1
    assert selectors.inbox(world.actor("bob")).rows[0].message.body == "Xin chào"
    assert not Notification.objects.exists()
    with pytest.raises(Http404):
        selectors.get_attachment(world.actor("alice"), Attachment.objects.get().pk)


def test_a_thread_of_notes_alone_is_in_no_inbox_of_the_other_side(world, say):
    say("olga", staff_only=True)
    assert selectors.inbox(world.actor("alice")).rows == []
    assert talk(world, "alice").messages == []


def test_the_other_side_writes_no_notes(world, say):
    with pytest.raises(Forbidden):
        say("alice", staff_only=True)
    assert not Message.objects.exists()


def test_the_database_refuses_a_note_of_the_other_side(world, say):
    message = say("alice")
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.create(
            thread=message.thread, side="other", author=message.author, body="x", staff_only=True, sent_at=clock.now()
        )


# --- nothing changes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.update(body="Khác"),
        lambda rows: rows.update(staff_only=True),
        lambda rows: rows.update(body=REDACTED, sent_at=clock.now()),
        lambda rows: rows._raw_delete(rows.db),
    ],
)
def test_what_was_written_stays(world, say, change):
    say("olga", "Đã rõ.")
    with pytest.raises(DatabaseError), transaction.atomic():
        change(Message.objects.all())
    assert bodies(world, "alice") == ["Đã rõ."]


def test_when_its_time_is_over_the_text_is_emptied(world, say, monkeypatch):
    old = clock.now() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    with monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: old)
        say("alice", "cũ")
    say("alice", "mới")
    assert services.redact(system("test")) == (1, 0)
    assert bodies(world, "olga") == [REDACTED, "mới"]
    assert services.redact(system("test")) == (0, 0)
    assert Event.objects.get(act="messaging.redact").details == {"messages": 1, "letters": 0}


# --- read and unread ------------------------------------------------------------------------------------


def test_a_mark_goes_forward_only(world, say):
    first, second = say("alice", "một"), say("alice", "hai")
    olga = world.actor("olga")
    assert unread(world, "olga") == 1
    assert talk(world, "olga").first_unread == first.pk
    for up_to in (second.pk, first.pk, 10**9):
        services.mark_read(actor=olga, kind="lodging", subject_id=world.lodging.pk, up_to=up_to)
        assert ReadMark.objects.get(user_id=olga.user_id).message_id == second.pk
    assert unread(world, "olga") == 0
    assert not talk(world, "olga").unread
    assert Event.objects.filter(act="messaging.read").count() == 1
    third = say("alice", "ba")
    assert unread(world, "olga") == 1
    assert talk(world, "olga").first_unread == third.pk


def test_what_one_wrote_is_read(world, say):
    say("alice")
    assert (unread(world, "alice"), unread(world, "bob"), unread(world, "olga")) == (0, 1, 1)


def test_a_mark_does_not_tell_of_hidden_notes(world, say):
    visible_message, note = say("alice"), say("olga", staff_only=True)
    services.mark_read(actor=world.actor("bob"), kind="lodging", subject_id=world.lodging.pk, up_to=note.pk)
    assert ReadMark.objects.get(user=world.users["bob"]).message_id == visible_message.pk


def test_a_place_in_the_inbox_gives_no_right(world, say):
    """Whoever lost the right keeps nothing, though the list of participants is older."""
    thread = say("alice").thread
    Participant.objects.create(
        thread=thread, side="other", organisation=world.other_lodging.business, latest=thread.messages.get()
    )
    assert selectors.inbox(world.actor("charlie")).rows == []
    assert unread(world, "charlie") == 0


def test_who_answers_for_the_unit_finds_it_in_the_inbox(world, say):
    say("alice")
    assert [row.standing.title for row in selectors.inbox(world.actor("olga")).rows] == ["Mai Châu Lodge"]
    assert selectors.inbox(world.actor("quynh")).rows == []  # the commune has police of its own
    world.commune_agency.jurisdiction.clear()
    services.refresh_parties(kind="lodging", subject_id=world.lodging.pk)
    assert len(selectors.inbox(world.actor("quynh")).rows) == 1
    assert unread(world, "quynh") == 1


def test_a_new_agency_gets_the_notes_too(world, say):
    say("alice")
    note = say("olga", staff_only=True)
    desk = make_agency("Đội lưu trú", world.units.commune)
    services.refresh_parties(kind="lodging", subject_id=world.lodging.pk)
    assert Participant.objects.get(organisation=desk).latest == note


# --- the inbox ------------------------------------------------------------------------------------------


def fill(world, count):
    """Conversations of Alice on ``count`` topics; the first is read by Olga."""
    for number in range(count):
        services.post_message(
            actor=world.actor("alice"),
            kind="lodging",
            subject_id=world.lodging.pk,
            topic=f"t{number}",
            body=str(number),
        )
    first = Message.objects.order_by("pk")[0]
    services.mark_read(
        actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, topic="t0", up_to=first.pk
    )


def test_pages_by_key_show_each_thread_once_unread_first(world, monkeypatch):
    monkeypatch.setattr(pagination, "PAGE", 2)
    fill(world, 5)
    subject_ids, after = [], ""
    while True:
        page = selectors.inbox(world.actor("olga"), after)
        subject_ids += [(row.message.body, row.unread) for row in page.rows]
        if not (after := page.after):
            break
    assert subject_ids == [("4", True), ("3", True), ("2", True), ("1", True), ("0", False)]


@pytest.mark.parametrize("after", ["", "x", "1~", "-5", "2~5", "1~²", "1~" + "9" * 30])
def test_a_wrong_key_is_the_first_page(world, after):
    fill(world, 2)
    assert len(selectors.inbox(world.actor("olga"), after).rows) == 2


def test_one_who_is_named_twice_sees_it_once(world, say):
    thread = say("alice").thread
    Participant.objects.create(thread=thread, side="office", user=world.users["olga"], latest=thread.messages.get())
    assert len(selectors.inbox(world.actor("olga")).rows) == 1
    assert unread(world, "olga") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(world, expect_queries, count):
    fill(world, count)
    for number in range(count):
        world_topic = f"t{number}"
        for _round in range(count):
            services.post_message(
                actor=world.actor("bob"), kind="lodging", subject_id=world.lodging.pk, topic=world_topic, body="?",
                uploads=[services.MessageUpload("a.pdf", PDF)],
            )  # fmt: skip
    olga = world.actor("olga")
    with expect_queries("inbox"):  # places with threads and last messages; the lodgings they are about
        assert len(selectors.inbox(olga).rows) == count
    with expect_queries("unread"):
        assert selectors.unread_count(olga) == count
    with expect_queries("thread"):  # lodging, templates, thread with mark, messages, files
        conversation = selectors.get_thread(olga, "lodging", world.lodging.pk, topic="t0")
        assert len(conversation.messages) == count + 1


# --- files and letters ----------------------------------------------------------------------------------


def test_files_come_with_a_message(world, say):
    message = say("alice", uploads=[services.MessageUpload("hợp đồng.pdf", PDF), services.MessageUpload("b.pdf", PDF)])
    attachment = message.attachments.order_by("pk")[0]
    file, data = services.download(
        actor=world.actor("olga"), attachment=selectors.get_attachment(world.actor("olga"), attachment.pk)
    )
    assert (file.name, data) == ("hợp đồng.pdf", PDF)
    assert file.delete_after == message.sent_at + timedelta(days=Keep.CORRESPONDENCE.value)
    assert Event.objects.get(act="messaging.downloaded").user_id == world.users["olga"].pk
    with pytest.raises(Http404):
        selectors.get_attachment(world.actor("charlie"), attachment.pk)
    file.delete()
    with pytest.raises(Http404):
        selectors.get_attachment(world.actor("olga"), attachment.pk)


@pytest.mark.slow
def test_a_heic_picture_is_taken_in_as_one_that_every_device_opens(world, say):
    message = say("alice", uploads=[services.MessageUpload("IMG_0001.HEIC", heic())])
    file = message.attachments.get().file
    assert (file.name, file.media_type) == ("IMG_0001.jpg", "image/jpeg")


def test_a_refused_file_leaves_no_message(world, say, tmp_path):
    with pytest.raises(FileRefused):
        say("alice", uploads=[services.MessageUpload("a.pdf", PDF), services.MessageUpload("b.exe", b"MZ\x00\x01")])
    assert not Message.objects.exists() and not StoredFile.objects.exists() and not Thread.objects.exists()


def test_one_letter_until_it_is_read(world, say):
    """Managers of the lodging are written to; the receptionist reads it in the house."""
    say("olga", "một")
    say("olga", "hai")
    assert [notification.user.full_name for notification in Notification.objects.select_related("user")] == ["Alice"]
    assert ProcrastinateJob.objects.filter(task_name="messaging.deliver").count() == 1
    services.mark_read(actor=world.actor("alice"), kind="lodging", subject_id=world.lodging.pk, up_to=10**9)
    say("olga", "ba")
    assert Notification.objects.count() == 2
    letter = Notification.objects.order_by("pk")[1]
    assert "Công an xã Mai Hạ" in letter.title
    assert f"/messages/lodging/{world.lodging.pk}/main" in letter.body and "ba" not in letter.body.split()


def test_who_left_is_not_written_to(world, say):
    eva = make_user("Eva")
    membership = make_member(eva, world.lodging.business, Role.MANAGER)
    membership.ended_at = clock.now()
    membership.save()
    say("olga")
    assert not Notification.objects.filter(user=eva).exists()


def test_every_act_is_in_the_audit_without_words(world, say):
    say("alice", "bí mật")
    say("olga", "kín", staff_only=True)
    events = list(Event.objects.filter(act__startswith="messaging.").order_by("id"))
    assert [event.act for event in events] == ["messaging.posted", "messaging.noted"]
    assert "bí mật" not in str([event.details for event in events])


@pytest.mark.parametrize("kind", sorted(rules.subject_kinds()))
def test_every_subject_answers_for_nobody(world, kind):
    assert rules.subject_kinds()[kind].standings(PUBLIC, ["1", "x", "0" * 70]) == {}


def test_the_audit_names_a_conversation_to_those_who_may_read_it(world, say):
    message = say("alice")
    for kind, key in (("messaging.thread", message.thread_id), ("messaging.message", message.pk)):
        for name, subject_name in (("olga", "Mai Châu Lodge"), ("pavel", None)):
            named = selectors.NAMERS[kind](world.actor(name), [str(key), "x"]).get(str(key))
            assert (named.text if named else None) == subject_name
