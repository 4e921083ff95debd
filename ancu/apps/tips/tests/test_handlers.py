"""Handlers unlock, read, sort, reply, hand over, close and destroy; nobody else comes near."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import translation

from ancu.apps.accounts.enums import Role
from ancu.apps.audit.models import Event
from ancu.apps.messaging.models import Notification
from ancu.apps.tips.enums import TipChannel, TipOutcome, TipState
from ancu.apps.tips.forms import new_form_key
from ancu.apps.tips.models import SealedFile, Tip, TipDestruction, TipMessage, TipTally
from ancu.apps.tips.rules.content import TipContent, TipSorting
from ancu.apps.tips.selectors import tips
from ancu.apps.tips.selectors.numbers import TipMonth, as_shown, by_month
from ancu.apps.tips.selectors.opening import open_tip
from ancu.apps.tips.selectors.tips import tips_named
from ancu.apps.tips.services import destroying, handling, notifying
from ancu.apps.tips.services.receiving import receive_tip
from ancu.apps.tips.tests.factories import PASSPHRASE, hand, make_scene, make_tip, unit_of, upload
from ancu.apps.tips.views.opening import COOKIE
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind, system
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.security.privacy import Keep
from ancu.core.testing import texts
from ancu.engines.envelopes import WrongKey

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_scene)]
TIP_TEXT = "Sòng bạc sau chợ Vồng mỗi tối thứ sáu."


def text(response):
    return response.content.decode()


def unlocked(shared_data, name="tam"):
    client = shared_data.client(name)
    assert client.post("/office/tips/unlock/", {"passphrase": PASSPHRASE}).status_code == 302
    return client


def test_a_passphrase_opens_the_list_and_a_tip_on_record(shared_data):
    tip, _receipt = make_tip(shared_data, TIP_TEXT, place="Chợ Vồng", name="Bà Nụ", contact="0912 000 111")
    client = shared_data.client("tam")
    there = client.get(f"/office/tips/{tip.pk}/")
    assert there.status_code == 302 and "/office/tips/unlock/?next=" in there["Location"]
    wrong = client.post("/office/tips/unlock/", {"passphrase": "ruong bac thang sau mua"})
    assert wrong.status_code == 422 and "not your passphrase" in text(wrong)
    right = client.post(there["Location"], {"passphrase": PASSPHRASE})
    assert right["Location"] == f"/office/tips/{tip.pk}/"
    cookie = right.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/office/tips/")
    assert "Tip 1" in text(client.get("/office/tips/"))
    page = text(client.get(f"/office/tips/{tip.pk}/"))
    assert all(part in page for part in (TIP_TEXT, "Chợ Vồng", "Bà Nụ", "0912 000 111"))
    acts = (
        Event.objects.filter(user_id=shared_data.users["tam"].pk).order_by("-id").values_list("act", "subject_type")[:4]
    )
    assert [*acts] == [
        ("looked", "tips.tip"), ("looked", "tips.handlingunit"), ("tips.unlocked", "tips.keyholder"),
        ("tips.unlock_failed", "tips.keyholder"),
    ]  # fmt: skip


def test_the_oldest_open_tip_is_reached_however_many_there_are(shared_data, monkeypatch):
    monkeypatch.setattr(tips, "OPEN_PAGE", 2)
    for number in range(3):
        make_tip(shared_data, f"{TIP_TEXT} {number}")
    client = unlocked(shared_data)
    first = text(client.get("/office/tips/"))
    assert "Tip 3" in first and "Tip 1" not in first and 'rel="next" href="?before=2"' in first
    rest = text(client.get("/office/tips/?before=2"))
    assert "Tip 1" in rest and "Tip 2" not in rest and 'rel="next"' not in rest


def test_locked_again_the_old_cookie_opens_nothing(shared_data):
    client = unlocked(shared_data)
    old_cookie = client.cookies[COOKIE].value
    assert texts.UNLOCK_TIPS not in text(client.get("/office/tips/"))
    client.post("/office/tips/lock/")
    client.cookies[COOKIE] = old_cookie
    assert texts.UNLOCK_TIPS in text(client.get("/office/tips/"))


def test_a_stolen_cookie_is_nothing_in_another_session(shared_data):
    token = unlocked(shared_data).cookies[COOKIE].value
    for name in ("thu", "minh"):
        thief = shared_data.client(name)
        thief.cookies[COOKIE] = token
        assert texts.UNLOCK_TIPS in text(thief.get("/office/tips/"))
    assert shared_data.client().get("/office/tips/")["Location"].startswith("/accounts/")


def test_what_lies_in_memory_is_closed_and_ends(shared_data, settings, monkeypatch):
    from ancu.apps.tips.services import unlocked_keys

    client, private = unlocked(shared_data), hand(shared_data.actor("tam")).private
    (key_file,) = unlocked_keys._folder().iterdir()
    assert private not in key_file.read_bytes() and oct(key_file.stat().st_mode)[-3:] == "600"
    real = unlocked_keys.time.time
    monkeypatch.setattr(unlocked_keys.time, "time", lambda: real() + 14 * 60)
    assert texts.UNLOCK_TIPS not in text(client.get("/office/tips/"))
    monkeypatch.setattr(unlocked_keys.time, "time", lambda: real() + 31 * 60)
    assert texts.UNLOCK_TIPS in text(client.get("/office/tips/"))
    assert not [*unlocked_keys._folder().iterdir()]


def test_what_a_source_writes_is_text_and_unlocking_leads_nowhere_else(shared_data):
    evil = "<script>alert(1)</script>"
    tip, _receipt = make_tip(shared_data, evil, place=evil, uploads=[upload(b"<svg onload=alert(1)>", evil + ".svg")])
    there = shared_data.client("tam").post(
        "/office/tips/unlock/?next=https://evil.example/", {"passphrase": PASSPHRASE}
    )
    assert there["Location"] == "/office/tips/"
    client = unlocked(shared_data)
    page = text(client.get(f"/office/tips/{tip.pk}/"))
    assert evil not in page and "&lt;script&gt;" in page
    assert "Open it only on a computer without a network connection" in page and "The copy above" not in page
    original = client.get(f"/office/tips/files/{SealedFile.objects.get().pk}/original/")
    assert original["Content-Type"] == "application/octet-stream" and "\n" not in original["Content-Disposition"]


def test_wrong_passphrases_are_counted(shared_data):
    client = shared_data.client("tam")
    for _turn in range(10):
        client.post("/office/tips/unlock/", {"passphrase": "x" * 20})
    assert texts.YOU_CAN_TRY_AGAIN_FROM in text(client.post("/office/tips/unlock/", {"passphrase": PASSPHRASE}))


def test_the_right_passphrase_is_no_wrong_one_however_often_it_is_given(shared_data):
    client = shared_data.client("tam")
    for _turn in range(9):
        client.post("/office/tips/unlock/", {"passphrase": "x" * 20})
    for _turn in range(3):
        assert client.post("/office/tips/unlock/", {"passphrase": PASSPHRASE}).status_code == 302
    assert "Nothing was opened" in text(client.post("/office/tips/unlock/", {"passphrase": "x" * 20}))
    assert texts.YOU_CAN_TRY_AGAIN_FROM in text(client.post("/office/tips/unlock/", {"passphrase": PASSPHRASE}))


def test_what_nobody_has_read_stands_before_what_can_wait(shared_data):
    tips = [make_tip(shared_data)[0] for _number in range(3)]
    client = unlocked(shared_data)
    for tip, urgency in zip(tips[:2], ("soon", "now"), strict=True):
        client.post(f"/office/tips/{tip.pk}/sort/", {"urgency": urgency})
    page = text(client.get("/office/tips/"))
    assert page.index("Tip 2") < page.index("Tip 3") < page.index("Tip 1")


def test_who_keys_in_is_asked_what_was_told_and_not_what_he_tells(shared_data):
    page = text(shared_data.client("hoa").get("/office/tips/new/"))
    assert "Name of the person" in page and "Your name" not in page and "What do you want to report?" not in page
    assert ("Write in a few words what the person told you.") in text(
        shared_data.client("hoa").post("/office/tips/new/", {})
    )


@pytest.mark.slow
def test_nobody_else_reads_or_acts(shared_data):
    tip, _receipt = make_tip(shared_data, TIP_TEXT, uploads=[upload(b"x")])
    file = SealedFile.objects.get()
    pages = [f"/office/tips/{tip.pk}/", f"/office/tips/files/{file.pk}/original/"]
    acts = [f"/office/tips/{tip.pk}/{act}/" for act in ("sort", "reply", "close", "reopen", "forward", "destroy")]
    for name, status in (("rosa", 403), ("quynh", 403), ("hoa", 403), ("alice", 404), ("olga", 403)):
        client = shared_data.client(name)
        assert {client.get(url).status_code for url in [*pages, "/office/tips/"]} == {status}
        assert {client.post(url).status_code for url in acts} == {status}
    minh = unlocked(shared_data, "minh")
    assert {minh.get(url).status_code for url in pages} | {minh.post(url).status_code for url in acts} == {404}
    assert "Tip 1" not in text(minh.get("/office/tips/"))
    with pytest.raises(WrongKey):
        open_tip(hand(shared_data.actor("minh")), tip)


def test_sorting_is_sealed_and_puts_the_urgent_first(shared_data):
    make_tip(shared_data)
    tip, _receipt = make_tip(shared_data, TIP_TEXT)
    make_tip(shared_data)
    client = unlocked(shared_data)
    form_data = {
        "category": "gambling",
        "urgency": "now",
        "case_number": "ZQ-77/2026",
        "duplicate_of": "1",
        "note": "Gấp",
    }
    assert client.post(f"/office/tips/{tip.pk}/sort/", form_data).status_code == 302
    tip.refresh_from_db()
    assert tip.state == TipState.OPEN and b"ZQ-77" not in bytes(tip.sorting_body)
    page = text(client.get("/office/tips/"))
    assert page.index("Tip 2") < page.index("Tip 3") < page.index("Tip 1") and "ZQ-77/2026" in page
    assert "Gấp" in text(client.get(f"/office/tips/{tip.pk}/"))


def test_a_reply_sent_twice_is_one(shared_data):
    tip, _receipt = make_tip(shared_data)
    client, form = unlocked(shared_data), {"text": "Cảm ơn.", "form": "5b6f7d3e-4e1c-4f0e-9df0-0d6a54f7e0aa"}
    for _turn in range(2):
        assert client.post(f"/office/tips/{tip.pk}/reply/", form).status_code == 302
    assert TipMessage.objects.count() == 1
    assert client.post(f"/office/tips/{tip.pk}/reply/", {"text": ""}).status_code == 422


def test_handed_over_only_the_other_unit_opens_it(shared_data):
    tip, _receipt = make_tip(shared_data, TIP_TEXT, uploads=[upload(b"ID3 voice", "x.mp3")])
    tam, receiving_unit = shared_data.actor("tam"), unit_of(shared_data, "commune_agency")
    handling.sort_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, sorting=TipSorting(category="gambling"))
    handling.reply_to_source(actor=tam, hand=hand(tam), tip_id=tip.pk, text="Chúng tôi chuyển cho xã.")
    client = unlocked(shared_data)
    assert client.post(f"/office/tips/{tip.pk}/forward/", {"unit": str(receiving_unit.pk)}).status_code == 302
    tip.refresh_from_db()
    assert (tip.unit, tip.number, tip.state) == (receiving_unit, 1, TipState.NEW)
    assert client.get(f"/office/tips/{tip.pk}/").status_code == 404
    with pytest.raises(WrongKey):
        open_tip(hand(tam), tip)
    minh = unlocked(shared_data, "minh")
    page = text(minh.get(f"/office/tips/{tip.pk}/"))
    assert TIP_TEXT in page and "Chúng tôi chuyển cho xã." in page and "x.mp3" in page
    sound = minh.get(f"/office/tips/files/{SealedFile.objects.get().pk}/sound/")
    assert (sound.content, sound["Content-Type"]) == (b"ID3 voice", "audio/mpeg")
    assert client.post(f"/office/tips/{make_tip(shared_data)[0].pk}/forward/", {"unit": "999"}).status_code == 422


def test_what_was_decided_is_not_decided_twice(shared_data):
    tip, _receipt = make_tip(shared_data)
    tam = shared_data.actor("tam")
    args = {"actor": tam, "hand": hand(tam), "tip_id": tip.pk}
    with pytest.raises(Conflict):
        destroying.ask_destruction(actor=tam, tip_id=tip.pk)
    handling.close_tip(outcome=TipOutcome.RESULT, **args)
    with pytest.raises(Conflict):
        handling.close_tip(outcome=TipOutcome.THIN, **args)
    handling.reopen_tip(**args)
    with pytest.raises(Conflict):
        handling.reopen_tip(**args)
    tip.refresh_from_db()
    assert (tip.state, tip.outcome, tip.closed_at) == (TipState.OPEN, "", None)


def message_of(act, **args):
    with pytest.raises(Conflict) as refused:
        act(**args)
    with translation.override("en"):
        return str(refused.value.message)


def test_who_was_faster_is_named_to_the_tips_own_handlers(shared_data):
    tip, receipt = make_tip(shared_data)
    tam, thu = shared_data.actor("tam"), shared_data.actor("thu")
    mine, hers = ({"actor": handler, "hand": hand(handler), "tip_id": tip.pk} for handler in (tam, thu))
    handling.close_tip(outcome=TipOutcome.RESULT, **hers)
    assert (
        "by Thu" in (words := message_of(handling.close_tip, outcome=TipOutcome.THIN, **mine)) and "not saved" in words
    )
    destroying.ask_destruction(actor=thu, tip_id=tip.pk)
    assert "by Thu" in message_of(destroying.ask_destruction, actor=tam, tip_id=tip.pk)
    destroying.refuse_destruction(actor=thu, tip_id=tip.pk)
    assert "by Thu" in message_of(destroying.confirm_destruction, actor=tam, tip_id=tip.pk)
    Client().post("/tips/answer/", {"receipt": receipt, "act": "say", "text": "x", "form": new_form_key()})
    words = message_of(handling.reopen_tip, **mine)
    assert "The source has written again" in words and "Thu" not in words, "not she opened it"


def test_a_sorting_from_an_older_page_does_not_overwrite_a_colleagues(shared_data):
    tip, _receipt = make_tip(shared_data)
    client, thu = unlocked(shared_data), shared_data.actor("thu")
    page = text(client.get(f"/office/tips/{tip.pk}/"))
    version = re.search(r'name="version" value="([^"]+)"', page)[1]
    handling.sort_tip(actor=thu, hand=hand(thu), tip_id=tip.pk, sorting=TipSorting(category="gambling", note="Đã gọi"))
    sorting = {"category": "drugs", "urgency": "usual", "note": "Của tôi", "version": version}
    refused = client.post(f"/office/tips/{tip.pk}/sort/", sorting)
    assert refused.status_code == 409 and "by Thu" in text(refused) and "Của tôi" in text(refused)
    assert open_tip(hand(thu), Tip.objects.get()).sorting.note == "Đã gọi"
    now = re.search(r'name="version" value="([^"]+)"', text(client.get(f"/office/tips/{tip.pk}/")))[1]
    assert client.post(f"/office/tips/{tip.pk}/sort/", sorting | {"version": now}).status_code == 302
    assert open_tip(hand(thu), Tip.objects.get()).sorting.note == "Của tôi"


@pytest.mark.slow
def test_a_reply_from_an_older_page_to_a_tip_closed_since_is_asked_about(shared_data):
    tip, _receipt = make_tip(shared_data)
    client, thu = unlocked(shared_data), shared_data.actor("thu")
    path = f"/office/tips/{tip.pk}/"
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', text(client.get(path)))[1] for name in REPLY_FIELDS}
    handling.close_tip(actor=thu, hand=hand(thu), tip_id=tip.pk, outcome=TipOutcome.RESULT)
    refused = client.post(f"{path}reply/", form | {"text": "Cảm ơn"})
    html = text(refused)
    assert refused.status_code == 409 and "The tip has been closed" in html and "by Thu" in html and "Cảm ơn" in html
    assert not Tip.objects.get().messages.filter(author=shared_data.users["tam"]).exists()
    form = {name: re.search(rf'name="{name}" value="([^"]+)"', html)[1] for name in REPLY_FIELDS}
    assert client.post(f"{path}reply/", form | {"text": "Cảm ơn"}).status_code == 302
    assert Tip.objects.get().messages.filter(author=shared_data.users["tam"]).count() == 1


REPLY_FIELDS = ("form", "shown_state")


def test_it_takes_two_to_destroy_and_nothing_of_what_it_was_remains(
    shared_data, django_capture_on_commit_callbacks, settings
):
    tip, _receipt = make_tip(shared_data, TIP_TEXT, uploads=[upload(b"x")])
    tam, thu = shared_data.actor("tam"), shared_data.actor("thu")
    handling.close_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, outcome=TipOutcome.RESULT)
    destroying.ask_destruction(actor=tam, tip_id=tip.pk)
    with pytest.raises(Forbidden):
        destroying.confirm_destruction(actor=tam, tip_id=tip.pk)
    destroying.refuse_destruction(actor=thu, tip_id=tip.pk)
    with pytest.raises(Conflict):
        destroying.confirm_destruction(actor=thu, tip_id=tip.pk)
    destroying.ask_destruction(actor=tam, tip_id=tip.pk)
    stored = settings.MEDIA_ROOT / SealedFile.objects.get().path
    assert stored.exists()
    with django_capture_on_commit_callbacks(execute=True):
        page = unlocked(shared_data, "thu").post(f"/office/tips/{tip.pk}/destroy/", {"act": "confirm"})
    assert page.status_code == 302 and not Tip.objects.exists() and not stored.exists()
    gone, event = TipDestruction.objects.get(), Event.objects.latest("id")
    assert (gone.unit, gone.tips, gone.on_time) == (unit_of(shared_data), 1, False)
    assert (event.act, event.subject_type, event.details) == ("tips.destroyed", "tips.handlingunit", {"tips": 1})
    (month,) = by_month([unit_of(shared_data)])[unit_of(shared_data).pk]
    assert (month.received, month.results, month.answered) == (1, 1, 1)


def test_a_year_after_it_was_closed_a_tip_is_destroyed(shared_data):
    old, young, open_one = (make_tip(shared_data)[0] for _turn in range(3))
    tam = shared_data.actor("tam")
    for tip in (old, young):
        handling.close_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, outcome=TipOutcome.NOTHING)
    Tip.objects.filter(pk=old.pk).update(closed_at=clock.now() - timedelta(days=Keep.TIP.value, hours=1))
    job = system("test")
    assert (destroying.destroy_expired(job), destroying.destroy_expired(job)) == (1, 0)
    assert {*Tip.objects.all()} == {young, open_one}
    assert TipTally.objects.get().received == 1 and TipDestruction.objects.get().on_time


def test_told_by_telephone_it_is_sealed_from_who_keyed_it_in(shared_data):
    hoa = shared_data.client("hoa")
    form_data = {"channel": "phone", "text": TIP_TEXT, "unit": str(unit_of(shared_data).pk), "form": new_form_key()}
    answer = hoa.post("/office/tips/new/", form_data)
    assert answer.status_code == 200 and "data-receipt" in text(answer)
    tip = Tip.objects.get()
    assert (tip.channel, tip.keyed_by) == (TipChannel.PHONE, shared_data.users["hoa"])
    assert hoa.get(f"/office/tips/{tip.pk}/").status_code == 403
    event = Event.objects.latest("id")
    assert (event.act, event.details) == ("tips.keyed", {"channel": "phone"}) and TIP_TEXT not in str(event.__dict__)
    assert TIP_TEXT in text(unlocked(shared_data).get(f"/office/tips/{tip.pk}/"))
    assert hoa.post("/office/tips/new/", form_data | {"channel": ""}).status_code == 422
    with pytest.raises(Forbidden):
        receive_tip(
            actor=shared_data.actor("alice"),
            unit_id=tip.unit_id,
            form=new_form_key(),
            content=TipContent(TIP_TEXT),
            channel=TipChannel.PHONE,
        )
    with pytest.raises(Http404):
        receive_tip(unit_id=0, form=new_form_key(), content=TipContent(TIP_TEXT))


def test_keying_in_asks_for_the_token_of_the_house(shared_data):
    client = Client(enforce_csrf_checks=True)
    client.force_login(shared_data.users["hoa"])
    assert client.post("/office/tips/new/", {"text": TIP_TEXT}).status_code == 403


def test_handlers_are_called_on_the_hour_and_told_nothing(shared_data, monkeypatch):
    make_tip(shared_data, TIP_TEXT)
    Notification.objects.all().delete()
    assert notifying.notify_holders(system("test")) == 0, "the hour is not over"
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert (notifying.notify_holders(system("test")), notifying.notify_holders(system("test"))) == (2, 2)
    letters = Notification.objects.all()
    assert {letter.user.full_name for letter in letters} == {"Tam", "Thu"} and len(letters) == 2
    assert all(TIP_TEXT not in letter.body + letter.title and "/office/tips/" in letter.body for letter in letters)


def test_numbers_say_how_many_and_never_what(shared_data):
    tip, _receipt = make_tip(shared_data, TIP_TEXT)
    tam = shared_data.actor("tam")
    handling.sort_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, sorting=TipSorting(category="gambling"))
    handling.close_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, outcome=TipOutcome.RESULT)
    page = text(shared_data.client("rosa").get("/office/tips/numbers/"))
    assert "Phòng Quản lý xuất nhập cảnh" in page and "Công an xã Mai Hạ" in page
    assert "gambling" not in page and TIP_TEXT not in page
    assert (
        "Phòng Quản lý" not in text(shared_data.client("minh").get("/office/tips/numbers/"))[:99999].split("<main")[1]
    )


def numbers_of(shared_data, who):
    """The export's lines below its head, and the page."""
    client = shared_data.client(who)
    export_lines = (
        client.post("/office/tips/numbers/export/", {"format": "csv"}).content.decode("utf-8-sig").splitlines()
    )
    return export_lines[1:], text(client.get("/office/tips/numbers/"))


@pytest.mark.slow
def test_who_opens_no_tip_reads_no_number_of_few(shared_data):
    """The administrator and the analyst read rounded numbers, on the page as in the file."""
    for _number in range(3):
        make_tip(shared_data, TIP_TEXT)
    (exact,), _page = numbers_of(shared_data, "tam")
    (rounded,), page = numbers_of(shared_data, "rosa")
    assert ",3,0,," in exact and rounded.endswith(",not shown: few tips" * 4) and "fewer than 5 tips" in page
    assert re.search(r'data-label="Received" class="num">\s*<span class="muted">not shown: few tips</span>', page)
    for _number in range(9):
        make_tip(shared_data, TIP_TEXT)
    (rounded,), page = numbers_of(shared_data, "rosa")
    assert ",10,not shown: few tips,not shown: few tips,not shown: few tips" in rounded and re.search(
        r">\s*10\s*<", page
    )


def test_answers_are_rounded_where_few_are_left_of_neither_side():
    months = [TipMonth(date(2026, 10, 1), received=21, results=1, hours=[2.0] * 11)]
    rosa = Actor(ActorKind.PERSON, "Rosa", role=Role.ADMINISTRATOR, organisation_kind="agency")
    (shown_month,) = as_shown(rosa, {1: months})[1]
    assert (shown_month.received, shown_month.answered, shown_month.results, shown_month.median_hours) == (
        20,
        10,
        None,
        2.0,
    )


def test_the_numbers_are_taken_away_on_record(shared_data):
    make_tip(shared_data, TIP_TEXT)
    (line,), _page = numbers_of(shared_data, "tam")
    assert ",1,0,," in line
    rosa = shared_data.client("rosa")
    assert rosa.post("/office/tips/numbers/export/", {"format": "csv"}).status_code == 200
    assert rosa.post("/office/tips/numbers/export/").content[:2] == b"PK"
    assert Event.objects.filter(act="tips.exported", user_id=shared_data.users["rosa"].pk).count() == 2
    assert shared_data.client("hoa").post("/office/tips/numbers/export/").status_code == 403


def test_the_audit_names_a_tip_to_its_own_unit_alone(shared_data):
    tip, _receipt = make_tip(shared_data)
    ids = [str(tip.pk), "7", "x"]
    with translation.override("en"):
        assert tips_named(shared_data.actor("tam"), ids)[str(tip.pk)].text == "tip 1"
    assert tips_named(shared_data.actor("minh"), ids) == tips_named(shared_data.actor("rosa"), ids) == {}


@pytest.mark.slow
@pytest.mark.parametrize("count", [1, 3])
def test_query_counts(shared_data, count, expect_queries):
    tam, client = shared_data.actor("tam"), unlocked(shared_data)
    for _number in range(count):
        tip, _receipt = make_tip(shared_data, uploads=[upload(b"x")])
        for each_tip in Tip.objects.all():
            handling.reply_to_source(actor=tam, hand=hand(tam), tip_id=each_tip.pk, text="?")
    client.get("/office/tips/")
    with expect_queries("list"):
        client.get("/office/tips/")
    with expect_queries("page"):
        client.get(f"/office/tips/{tip.pk}/")
    Tip.objects.update(state=TipState.CLOSED, outcome=TipOutcome.THIN, closed_at=clock.now())
    with expect_queries("closed"):
        client.get("/office/tips/closed/")
    with expect_queries("numbers"):
        client.get("/office/tips/numbers/")
