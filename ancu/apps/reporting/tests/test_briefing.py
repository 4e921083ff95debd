"""The briefing: for whom and when, once a day, with what its reader may see, and without travellers' names."""

from io import BytesIO

import pytest
from django.core import mail
from pypdf import PdfReader

from ancu.apps.accounts.models import Membership
from ancu.apps.audit.models import Event
from ancu.apps.reporting.models import BriefingCopy, BriefingPlan
from ancu.apps.reporting.selectors.morning.briefing import possible_recipients
from ancu.apps.reporting.services.morning import briefing
from ancu.apps.reporting.tests.morning_stage import make_morning
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_morning)]
PAGE = "/office/results/morning/briefing/"
JOB = system("reporting.brief")


def words_of(content):
    reader = PdfReader(BytesIO(content))
    return len(reader.pages), " ".join(" ".join(page.extract_text().split()) for page in reader.pages)


def plan(world, *names, weekdays=()):
    recipients = [world.users[name].pk for name in names]
    return briefing.plan_briefing(actor=world.actor("dora"), weekdays=list(weekdays), recipients=recipients)


def test_the_pdf_has_two_pages_with_the_figures_and_no_traveller(shared_data):
    for language, word in (("vi", "Đang sai"), ("en", "What is wrong")):
        _name, content = briefing.download(actor=shared_data.actor("dora"), language=language)
        pages, words = words_of(content)
        assert pages <= 2
        assert word in words and "Thay đèn chiếu sáng" in words
        assert not any(name in words for name in ("OVERSTAY", "PRESENT", "CAME", "LEFT", "Bùi Thị Hoa"))
    assert Event.objects.filter(act="reporting.briefing_downloaded").count() == 2


def test_only_readers_of_the_page_can_be_recipients(shared_data):
    dora = shared_data.actor("dora")
    names = [name for _pk, name in possible_recipients(dora)]
    assert names == ["Dora", "Quynh"]
    with pytest.raises(Conflict, match="not_a_reader"):
        plan(shared_data, "anh" if "anh" in shared_data.users else "ines")
    with pytest.raises(Conflict, match="not_a_reader"):
        plan(shared_data, "olga")  # of another agency
    with pytest.raises(Forbidden):
        briefing.plan_briefing(actor=shared_data.actor("quynh"), weekdays=[0], recipients=[])


def test_the_head_chooses_days_and_people_on_the_page(shared_data):
    client = shared_data.client("dora")
    quynh = shared_data.users["quynh"].pk
    answer = client.post(PAGE, {"weekdays": ["0", "4"], "recipients": [str(quynh)]})
    assert answer.status_code == 302
    stored = BriefingPlan.objects.get()
    assert stored.weekdays == [0, 4] and list(stored.recipients.values_list("pk", flat=True)) == [quynh]
    html = client.get(PAGE).content.decode()
    assert "has not been sent today" in html
    assert client.post(PAGE, {"weekdays": ["9"], "recipients": []}).status_code == 422
    assert shared_data.client("quynh").get(PAGE).status_code == 403


def test_the_job_sends_on_chosen_weekdays_once_to_each(shared_data):
    today = clock.today().weekday()
    plan(shared_data, "dora", "quynh", weekdays=[(today + 1) % 7])
    assert briefing.queue_todays(JOB) == 0
    plan(shared_data, "dora", "quynh", weekdays=[today])
    assert briefing.queue_todays(JOB) == 2
    assert briefing.queue_todays(JOB) == 0
    copies = list(BriefingCopy.objects.order_by("pk"))
    assert [briefing.send_copy(copy.pk) for copy in copies] == [True, True]
    assert not briefing.send_copy(copies[0].pk)
    assert len(mail.outbox) == 2
    letter = mail.outbox[0]
    name, content, kind = letter.attachments[0]
    assert kind == "application/pdf" and name.startswith("an-cu-giao-ban-") and words_of(content)[0] <= 2
    assert Event.objects.filter(act="reporting.briefing_sent").count() == 2


def test_a_recipient_who_may_no_longer_read_the_page_gets_none(shared_data):
    plan(shared_data, "quynh", weekdays=[clock.today().weekday()])
    briefing.queue_todays(JOB)
    Membership.objects.filter(user=shared_data.users["quynh"]).update(role="analyst")
    assert not briefing.send_copy(BriefingCopy.objects.get().pk)
    assert not mail.outbox


def test_sending_now_needs_recipients_and_happens_once(shared_data):
    dora = shared_data.actor("dora")
    with pytest.raises(Conflict, match="no_recipients"):
        briefing.send_now(actor=dora)
    plan(shared_data, "quynh")
    assert briefing.send_now(actor=dora) == 1
    with pytest.raises(Conflict, match="briefing_sent"):
        briefing.send_now(actor=dora)
    assert "already sent" in shared_data.client("dora").post(f"{PAGE}send/", follow=True).content.decode()
    with pytest.raises(Forbidden):
        briefing.send_now(actor=shared_data.actor("quynh"))
