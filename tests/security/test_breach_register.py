"""An administrator has a register of breaches with the 72-hour clock."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse
from django.utils import translation
from pypdf import PdfReader

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import InAppNotification, Notification
from ancu.apps.protection.enums import BreachState
from ancu.apps.protection.models import Breach, BreachEntry
from ancu.apps.protection.rules import breaches as rules
from ancu.apps.protection.selectors.breaches import history
from ancu.apps.protection.services import breaches, retention
from ancu.apps.protection.tasks import warn_of_breaches
from ancu.apps.protection.tests.factories import note_breach
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden
from ancu.core.registry.task_groups import task_groups
from ancu.core.security.privacy import REDACTED, Keep

JOB = system("test")
PAGE = "/office/breaches/"


@pytest.fixture
def office(world: World) -> World:
    """With Rita, the second administrator."""
    user = world.users["rita"] = make_user("Rita")
    make_member(user, world.provincial_agency, Role.ADMINISTRATOR)
    enable_totp(user, TOTP_SECRET)
    return world


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    def move(**by: float) -> None:
        moment = clock.now() + timedelta(**by)
        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

    return move


def moment(ago: timedelta) -> dict[str, str]:
    at = clock.local(clock.now() - ago)
    return {"discovered_day": f"{at:%d/%m/%Y}", "discovered_time": f"{at:%H:%M}"}


def form(hours: int = 5, **fields: Any) -> dict[str, Any]:
    values = {
        "what_happened": "Mất máy tính xách tay", "data_kinds": ["contact"], "risk": "high", "people_count": "1.200",
    }  # fmt: skip
    return moment(timedelta(hours=hours)) | values | fields


def changed(breach: Breach, **fields: Any) -> dict[str, Any]:
    values = {
        "discovered_at": breach.discovered_at, "began_at": breach.began_at, "what_happened": breach.what_happened,
        "data_kinds": breach.data_kinds, "people_count": breach.people_count, "risk": breach.risk,
        "consequences": "", "measures": "", "contact": "", "telling": breach.telling, "told_on": breach.told_on,
        "telling_note": breach.telling_note,
    }  # fmt: skip
    return values | fields


def notify(office: World, breach: Breach, **fields: Any) -> None:
    values = {
        "notified_at": clock.now(), "authority": "A05", "authority_reference": "12/TB", "late_reason": "",
    }  # fmt: skip
    breaches.record_notification(office.actor("rita"), breach=breach, **values | fields)


def decided(office: World, breach: Breach) -> Breach:
    """The people concerned were told."""
    decision = changed(breach, telling="told", told_on=clock.today(), telling_note="bằng thư")
    breaches.change(office.actor("rosa"), breach=breach, **decision)
    return Breach.objects.get(pk=breach.pk)


# ---- the clock of 72 hours ---------------------------------------------------------------------------------


def test_the_clock_runs_from_the_discovery_and_stands_on_page_and_desk(office: World) -> None:
    breach = note_breach(office, hours=5)
    assert rules.deadline(breach) == breach.discovered_at + timedelta(hours=72)
    deadline = f"{clock.local(rules.deadline(breach)):%d/%m/%Y}"
    page = office.client("rosa").get(f"{PAGE}{breach.pk}/").content.decode()
    assert "67 hours left" in page and deadline in page
    assert "67 hours left" in office.client("rita").get(PAGE).content.decode()
    (pile,) = [pile for pile in task_groups(office.actor("rita")) if pile.key == "breaches"]
    (task,) = pile.tasks
    assert task.grave and task.due == clock.local(rules.deadline(breach)).date() and deadline in str(task.second)
    assert str(breach) in office.client("rita").get("/desk/").content.decode()


def test_administrators_are_warned_at_48_at_66_and_over(office: World, later: Any) -> None:
    breach = note_breach(office, hours=1)
    assert [bell.user for bell in InAppNotification.objects.all()] == [office.users["rita"]], "whoever noted it knows"
    warned = []
    for hours in (46, 2, 16, 2, 6, 30):
        later(hours=hours)
        warned.append(breaches.warn_of_breaches())
        assert breaches.warn_of_breaches() == 0, "once"
    assert warned == [0, 1, 0, 1, 1, 0]
    for name in ("rosa", "rita"):
        keys = InAppNotification.objects.filter(user=office.users[name], key__startswith=f"breach-{breach.pk}-")
        assert {key.rsplit("-", 1)[-1] for key in keys.values_list("key", flat=True)} >= {"48", "66", "72"}
    breach.refresh_from_db()
    assert rules.is_over(breach)
    assert "The 72-hour deadline has passed" in office.client("rosa").get(f"{PAGE}{breach.pk}/").content.decode()


def test_a_late_worker_warns_of_the_latest_hour_once(office: World, later: Any) -> None:
    note_breach(office, hours=1)
    later(hours=80)
    warn_of_breaches(timestamp=0)
    assert Event.objects.filter(act="protection.breach_warned").count() == 1
    assert Event.objects.get(act="protection.breach_warned").details == {"hours": 72}


def test_after_the_notification_nobody_is_warned(office: World, later: Any) -> None:
    notify(office, note_breach(office))
    later(hours=80)
    assert breaches.warn_of_breaches() == 0


def test_the_letter_names_the_number_and_nothing_of_what_happened(office: World) -> None:
    breach = note_breach(office, what_happened="Hồ sơ của Nguyễn Văn A")
    sent = str(list(Notification.objects.values_list("body", "title_vi", "title_en"))) + str(mail.outbox)
    assert str(breach) in sent and "Nguyễn" not in sent


# ---- what is noted -----------------------------------------------------------------------------------------


def test_it_is_noted_while_little_is_known(office: World) -> None:
    rosa = office.client("rosa")
    answer = rosa.post(f"{PAGE}new/", form(people_count=""))
    breach = Breach.objects.get()
    assert answer["Location"] == f"{PAGE}{breach.pk}/" and breach.people_count is None and breach.began_at is None
    assert "not known yet" in rosa.get(f"{PAGE}{breach.pk}/").content.decode()


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"discovered_day": "01/01/2099"}, "The discovery cannot be in the future."),
        ({"began_day": "01/01/2026", "began_time": ""}, "both the date and the time"),
        ({"began_day": "01/01/2099", "began_time": "08:00"}, "The start must be before the discovery."),
        ({"data_kinds": []}, "Choose an option."),
        ({"what_happened": ""}, "Fill this in."),
        ({"people_count": "-1"}, "Enter 0 or more."),
        ({"risk": "none"}, "not in the list"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(office: World, fields: dict[str, Any], field: str) -> None:
    answer = office.client("rosa").post(f"{PAGE}new/", form(**fields))
    assert answer.status_code == 422 and field in answer.content.decode() and not Breach.objects.exists()


def test_edits_keep_what_was_there_before(office: World) -> None:
    breach = note_breach(office)
    breaches.change(office.actor("rita"), breach=breach, **changed(breach, people_count=90, risk="high"))
    step, first = history(breach)
    assert {(change.before, change.after) for change in step.changes} >= {("–", "90")}
    assert (step.entry.by, first.entry.by) == (office.users["rita"], office.users["rosa"])
    event = Event.objects.get(act="protection.breach_changed")
    assert event.details["fields"] == ["people_count", "risk"] and "stolen" not in str(event.details)
    breach.refresh_from_db()
    breaches.change(office.actor("rita"), breach=breach, **changed(breach))
    assert BreachEntry.objects.filter(breach=breach).count() == 2, "nothing changed"


@translation.override("en")
def test_a_moved_discovery_is_seen_in_the_history(office: World) -> None:
    """Whoever wins hours by another day of discovery leaves both days behind."""
    breach = note_breach(office, hours=70)
    at = clock.now() - timedelta(hours=2)
    breaches.change(office.actor("rosa"), breach=breach, **changed(breach, discovered_at=at))
    (change,) = history(breach)[0].changes
    assert change.label == "Discovered at" and change.before != change.after


def test_the_database_keeps_every_row(office: World) -> None:
    breach = note_breach(office)
    for rows in (BreachEntry.objects.all(), Breach.objects.all()):
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows._raw_delete("default")  # type: ignore[attr-defined]
    with pytest.raises(ProgrammingError), transaction.atomic():
        BreachEntry.objects.filter(breach=breach).update(at=clock.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.update(state=BreachState.NOTIFIED)


# ---- the notification, what follows, the end ---------------------------------------------------------------


def test_the_notification_has_its_moment_authority_and_number(office: World) -> None:
    breach, rita = note_breach(office), office.client("rita")
    at = clock.local(clock.now())
    data = {
        "notify-notified_day": f"{at:%d/%m/%Y}", "notify-notified_time": f"{at:%H:%M}", "notify-authority": "Cục A05",
        "notify-authority_reference": "12/TB-QLXNC",
    }  # fmt: skip
    assert rita.post(f"{PAGE}{breach.pk}/notified/", {}).status_code == 422
    rita.post(f"{PAGE}{breach.pk}/notified/", data)
    breach.refresh_from_db()
    assert (breach.state, breach.authority_reference, breach.notified_by) == (
        "notified", "12/TB-QLXNC", office.users["rita"],
    )  # fmt: skip
    page = rita.get(f"{PAGE}{breach.pk}/").content.decode()
    assert "Cục A05" in page and "hours left" not in page


def test_a_late_notification_says_why(office: World) -> None:
    breach = note_breach(office, hours=80)
    with pytest.raises(Conflict) as refused:
        notify(office, breach)
    assert refused.value.code == "late_reason"
    notify(office, breach, late_reason="Máy chủ hỏng")
    breach.refresh_from_db()
    assert rules.was_late(breach)
    assert "notified after 72 hours" in office.client("rosa").get(PAGE).content.decode().lower()


def test_the_notification_is_neither_before_the_discovery_nor_in_the_future(office: World) -> None:
    breach = note_breach(office)
    for at in (breach.discovered_at - timedelta(minutes=1), clock.now() + timedelta(minutes=2)):
        with pytest.raises(Conflict):
            notify(office, breach, notified_at=at)


def test_what_is_learnt_later_is_given_later(office: World) -> None:
    breach = note_breach(office)
    with pytest.raises(Conflict):
        breaches.add_phase(office.actor("rosa"), breach=breach, text="too early")
    notify(office, breach)
    office.client("rosa").post(f"{PAGE}{breach.pk}/phase/", {"phase-text": "Bổ sung: 90 người"})
    assert "Bổ sung: 90 người" in office.client("rita").get(f"{PAGE}{breach.pk}/").content.decode()


def test_the_people_are_told_or_it_says_why_not(office: World) -> None:
    breach, rosa = note_breach(office), office.client("rosa")
    page = f"{PAGE}{breach.pk}/change/"
    values = form(telling="told")
    assert "Enter the date they were notified" in rosa.post(page, values).content.decode()
    assert "Explain why they are not notified" in rosa.post(page, form(telling="not_told")).content.decode()
    rosa.post(page, form(telling="not_told", telling_note="Dữ liệu đã mã hóa"))
    assert "Dữ liệu đã mã hóa" in rosa.get(f"{PAGE}{breach.pk}/").content.decode()
    assert BreachEntry.objects.filter(breach=breach).count() == 2


def test_it_is_closed_with_the_lessons_and_then_stands(office: World) -> None:
    breach = note_breach(office)
    notify(office, breach)
    breach.refresh_from_db()
    with pytest.raises(Conflict) as refused:
        breaches.close(office.actor("rosa"), breach=breach, lessons="Mã hóa máy tính")
    assert refused.value.code == "telling"
    breach = decided(office, breach)
    office.client("rosa").post(f"{PAGE}{breach.pk}/close/", {"close-lessons": "Mã hóa máy tính"})
    breach.refresh_from_db()
    assert breach.state == "closed" and breach.closed_by == office.users["rosa"]
    assert "Mã hóa máy tính" in office.client("rosa").get(f"{PAGE}{breach.pk}/").content.decode()
    with pytest.raises(Conflict):
        breaches.change(office.actor("rosa"), breach=breach, **changed(breach, people_count=1))
    assert not [pile for pile in task_groups(office.actor("rosa")) if pile.key == "breaches"]


def test_without_a_notification_it_is_closed_with_the_reason_only(office: World) -> None:
    breach = decided(office, note_breach(office))
    close = {"close-lessons": "Không có dữ liệu cá nhân"}
    answer = office.client("rosa").post(f"{PAGE}{breach.pk}/close/", close)
    assert answer.status_code == 409 and "Explain why this was not required" in answer.content.decode()
    office.client("rosa").post(f"{PAGE}{breach.pk}/close/", close | {"close-late_reason": "Báo nhầm"})
    breach.refresh_from_db()
    assert breach.state == "closed"


def test_the_paper_has_what_the_authority_asks(office: World) -> None:
    breach = note_breach(office, people_count=90, measures="Đổi mật khẩu", contact="Đại úy Trần Thị Rosa")
    notify(office, breach)
    breaches.add_phase(office.actor("rosa"), breach=breach, text="Bổ sung lần 1")
    answer = office.client("rosa").get(reverse("protection:breach-paper", args=[breach.pk]))
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    for words in ("Thời điểm phát hiện", "Số người bị ảnh hưởng", "90", "Đổi mật khẩu", "Bổ sung lần 1", "91/2025/QH15",
                  "họ tên và thông tin liên lạc", "Trần Thị Rosa"):  # fmt: skip
        assert words in " ".join(text.split()), words
    assert Event.objects.filter(act="looked", subject_type="protection.breach", details__export="pdf").exists()


# ---- who, and how long -------------------------------------------------------------------------------------


def test_administrators_of_the_office_alone(office: World) -> None:
    breach = note_breach(office)
    for name, status in (("alice", 404), ("olga", 403), ("quynh", 403), ("rosa", 200)):
        for path in (PAGE, f"{PAGE}{breach.pk}/", f"{PAGE}{breach.pk}/notification.pdf"):
            assert office.client(name).get(path).status_code == status, (name, path)
    note = {"discovered_at": clock.now(), "what_happened": "x", "data_kinds": ["contact"], "risk": "low"}
    with pytest.raises(Forbidden):
        breaches.record_breach(office.actor("quynh"), **note)


def test_every_act_is_in_the_audit(office: World) -> None:
    breach = note_breach(office)
    notify(office, breach)
    breaches.add_phase(office.actor("rosa"), breach=breach, text="thêm")
    breach.refresh_from_db()
    breaches.close(office.actor("rosa"), breach=decided(office, breach), lessons="x")
    acts = set(Event.objects.filter(subject_type="protection.breach").values_list("act", flat=True))
    assert acts >= {f"protection.breach_{act}" for act in ("noted", "notified", "phase", "changed", "closed")}
    details = str(list(Event.objects.filter(act__startswith="protection.").values_list("details", "reason")))
    assert "stolen" not in details and "thêm" not in details


def test_words_go_ten_years_after_the_end_and_the_row_stays(office: World, later: Any) -> None:
    breach, running = note_breach(office), note_breach(office)
    notify(office, breach)
    breach.refresh_from_db()
    breaches.close(office.actor("rosa"), breach=decided(office, breach), lessons="x", late_reason="y")
    before = Breach.objects.get(pk=breach.pk)
    later(days=Keep.AUDIT.value - 1)
    retention.redact(JOB)
    assert Breach.objects.get(pk=breach.pk).lessons == "x"
    later(days=2)
    retention.redact(JOB)
    retention.redact(JOB)
    breach.refresh_from_db()
    assert breach.what_happened == REDACTED and not breach.lessons and not breach.telling_note
    assert (breach.discovered_at, breach.state) == (before.discovered_at, "closed")
    assert not BreachEntry.objects.filter(breach=breach).exclude(text="", changes={}).exists()
    running.refresh_from_db()
    assert running.what_happened != REDACTED, "one that is not closed is kept"
