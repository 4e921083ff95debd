"""Who put something to a second person is notified of the decision, in his language, and finds it where it leads."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from ancu.apps.accounts.services import enable_totp, proposals
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.community.services import accounts, choosing
from ancu.apps.community.tests import test_objections as objections
from ancu.apps.community.tests.factories import ProgrammeBook, make_account, make_selection
from ancu.apps.desk.services import notify_proposer
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services import corrections, opinions, rule_changes
from ancu.apps.dossiers.services import handling as dossiers
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.dossiers.tests.rule_scenes import make_proposed_draft
from ancu.apps.dossiers.tests.test_corrections import as_it_should_read
from ancu.apps.listening.services import handling
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.messaging.models import InAppNotification, Notification
from ancu.apps.oversight.services import deciding as alerts
from ancu.apps.oversight.services import notices
from ancu.apps.oversight.tests.factories import make_alert
from ancu.apps.protection.models import CopyRequest
from ancu.apps.protection.services import copies
from ancu.apps.protection.tests.factories import prepare
from ancu.apps.reporting.rules.periods import span
from ancu.apps.reporting.services import deciding
from ancu.apps.reporting.tests.factories import ReportingOffice, staff
from ancu.apps.tips.services import destroying
from ancu.apps.tips.services import handling as tips
from ancu.apps.tips.tests.factories import hand, make_tip, make_unit
from ancu.core import clock

pytestmark = pytest.mark.django_db
REASON = "Thiếu chữ ký của ông Lò Văn Páo."
SCENARIOS: dict[str, tuple[Callable[[Any], str], str, str]] = {}
Scenario = Callable[[Any], str]


def scenario(title_en: str, title_vi: str) -> Callable[[Scenario], Scenario]:
    """A decision, which returns the persona who asked for it, and how his notification begins."""

    def keep(act: Scenario) -> Scenario:
        SCENARIOS[act.__name__] = (act, title_en, title_vi)
        return act

    return keep


def propose_selection(world: Any) -> tuple[ProgrammeBook, Any]:
    make_cast(world)
    book = ProgrammeBook(world)
    selection = make_selection(book, {"poor": 1})
    chosen = {selection.candidates.get().pk}
    choosing.propose(
        actor=book.actor, programme_id=book.programme.pk, selection_id=selection.pk, chosen=chosen, reasons={}
    )
    return book, selection


@scenario("Approved: choice of recipients", "Đã duyệt: danh sách người nhận hỗ trợ")
def selection_approved(world: Any) -> str:
    book, selection = propose_selection(world)
    choosing.approve(actor=world.actor("dora"), programme_id=book.programme.pk, selection_id=selection.pk)
    return "quynh"


@scenario(("Returned for correction: choice of recipients"), "Trả lại để sửa: danh sách người nhận hỗ trợ")
def selection_returned(world: Any) -> str:
    book, selection = propose_selection(world)
    place = {"programme_id": book.programme.pk, "selection_id": selection.pk}
    choosing.send_back(actor=world.actor("dora"), words=REASON, **place)
    return "quynh"


@scenario("Approved: change of a rule no.", "Đã duyệt: thay đổi quy định số")
def rule_change_approved(world: Any) -> str:
    draft = make_proposed_draft(make_cast(world))
    rule_changes.approve_change(world.actor("dora"), draft_id=draft.pk)
    return "rosa"


@scenario("Returned for correction: change of a rule no.", "Trả lại để sửa: thay đổi quy định số")
def rule_change_returned(world: Any) -> str:
    draft = make_proposed_draft(make_cast(world))
    rule_changes.return_change(world.actor("dora"), draft_id=draft.pk, reason=REASON)
    return "rosa"


@scenario("Approved: bank account", "Đã duyệt: tài khoản ngân hàng")
def account_approved(world: Any) -> str:
    make_cast(world)
    make_account(ProgrammeBook(world), by=world.actor("dora"))
    return "quynh"


@scenario("Not approved: bank account", "Không duyệt: tài khoản ngân hàng")
def account_refused(world: Any) -> str:
    make_cast(world)
    book = ProgrammeBook(world)
    account = make_account(book)
    accounts.refuse(actor=world.actor("dora"), programme_id=book.programme.pk, account_id=account.pk, reason=REASON)
    return "quynh"


@scenario("The recipient is right: objection to handover", "Người nhận nói đúng: phản ánh về lần trao")
def objection_upheld(world: Any) -> str:
    make_cast(world)
    book = objections.make_book(world)
    objections.decide(book, world.actor("dora"), objections.make_objection(book), "upheld")
    return "quynh"


def office_of(world: Any) -> ReportingOffice:
    return ReportingOffice(staff(world), span("month", date(2026, 3, 1)))


@scenario("Approved: figures of", "Đã duyệt: số liệu của")
def figures_approved(world: Any) -> str:
    office_of(world).approved()
    return "olga"


@scenario("Returned for correction: figures of", "Trả lại để sửa: số liệu của")
def figures_returned(world: Any) -> str:
    figure = office_of(world).propose()
    deciding.refuse(actor=world.actor("dora"), ids=[figure.pk], reason=REASON)
    return "olga"


def draft_answer(world: Any) -> str:
    petition = make_petition(world)
    handling.submit_draft(actor=world.actor("olga"), number=petition.number, outcome="done", text="Đã nhắc nhở.")
    return petition.number


@scenario("Approved: answer to petition", "Đã duyệt: trả lời kiến nghị")
def answer_approved(world: Any) -> str:
    handling.approve(actor=world.actor("quynh"), number=draft_answer(world))
    return "olga"


@scenario("Returned for correction: answer to petition", "Trả lại để sửa: trả lời kiến nghị")
def answer_returned(world: Any) -> str:
    handling.send_back(actor=world.actor("quynh"), number=draft_answer(world), reason=REASON)
    return "olga"


@scenario("Answered: question about petition", "Đã trả lời: câu hỏi về kiến nghị")
def help_given(world: Any) -> str:
    petition = make_petition(world)
    question = {"question": "Cơ sở này có ở địa bàn không?", "reply_by": clock.today()}
    agency_id = world.elsewhere_agency.pk
    handling.ask_help(actor=world.actor("olga"), number=petition.number, agency_id=agency_id, **question)
    handling.answer_help_request(actor=world.actor("pavel"), number=petition.number, reply="Không có.")
    return "olga"


def assessed(world: Any) -> Dossier:
    return make_dossier(make_cast(world), State.ASSESSED)


@scenario("Approved: proposal on dossier", "Đã duyệt: đề xuất về hồ sơ")
def dossier_approved(world: Any) -> str:
    dossier = assessed(world)
    dossiers.approve(world.actor("dora"), dossier=dossier)
    return "selma"


@scenario("Refused: proposal on dossier", "Từ chối: đề xuất về hồ sơ")
def dossier_refused(world: Any) -> str:
    dossier = assessed(world)
    dossiers.refuse(world.actor("dora"), dossier=dossier, reason=REASON, article="36.1")
    return "selma"


@scenario("Returned for correction: proposal on dossier", "Trả lại để sửa: đề xuất về hồ sơ")
def dossier_returned(world: Any) -> str:
    dossier = assessed(world)
    dossiers.send_back(world.actor("dora"), dossier=dossier, reason=REASON)
    return "selma"


@scenario("Answered: opinion on dossier", "Đã trả lời: ý kiến về hồ sơ")
def opinion_given(world: Any) -> str:
    dossier = make_dossier(make_cast(world))
    opinion = opinions.ask_opinion(
        world.actor("ines"), dossier=dossier, of=world.commune_agency, question="Known?", answer_by=clock.today()
    )
    opinions.give_opinion(world.actor("olga"), opinion=opinion, answer=REASON)
    return "ines"


def decide_correction(world: Any, *, confirmed: bool) -> str:
    dossier = make_dossier(make_cast(world), State.READY)
    correction = corrections.propose(world.actor("ines"), dossier=dossier, **as_it_should_read(dossier))
    corrections.decide(world.actor("dora"), correction=correction, confirmed=confirmed, reason=REASON)
    return "ines"


@scenario("Approved: correction of the result of dossier", "Đã duyệt: việc sửa kết quả của hồ sơ")
def correction_confirmed(world: Any) -> str:
    return decide_correction(world, confirmed=True)


@scenario("Not approved: correction of the result of dossier", "Không duyệt: việc sửa kết quả của hồ sơ")
def correction_refused(world: Any) -> str:
    return decide_correction(world, confirmed=False)


def propose_notice(world: Any) -> int:
    make_cast(world)
    proposed = notices.propose(
        world.actor("quynh"), number="12/QĐ", issued_by="Tòa án", legal_basis="Điều 28", full_name="HOFFMANN JORG",
        birth_date="1984-03-08", ends_on=clock.today(),
    )  # fmt: skip
    return proposed.pk


@scenario("Approved: lookout notice no.", "Đã duyệt: thông báo truy tìm số")
def notice_approved(world: Any) -> str:
    notice_id = propose_notice(world)
    notices.approve(world.actor("dora"), notice_id=notice_id)
    return "quynh"


@scenario("Not approved: lookout notice no.", "Không duyệt: thông báo truy tìm số")
def notice_refused(world: Any) -> str:
    notice_id = propose_notice(world)
    notices.end(world.actor("dora"), notice_id=notice_id, reason=REASON)
    return "quynh"


@scenario("Dismissed: alert no.", "Đã bỏ qua: cảnh báo số")
def referred_alert_dismissed(world: Any) -> str:
    alert = make_alert(world.lodging)
    alerts.refer(world.actor("olga"), alert_id=alert.pk, reason="x")
    alerts.dismiss(world.actor("quynh"), alert_id=alert.pk, dismissed_for="data", reason=REASON)
    return "olga"


def ask_destruction(world: Any) -> Any:
    make_unit(world, world.provincial_agency, "Tam", "Thu")
    tip, _receipt = make_tip(world)
    tam = world.actor("tam")
    tips.close_tip(actor=tam, hand=hand(tam), tip_id=tip.pk, outcome="result")
    destroying.ask_destruction(actor=tam, tip_id=tip.pk)
    return tip.pk


@scenario("Approved: destruction of a tip", "Đã duyệt: tiêu hủy một tin báo")
def destruction_confirmed(world: Any) -> str:
    tip_id = ask_destruction(world)
    destroying.confirm_destruction(actor=world.actor("thu"), tip_id=tip_id)
    return "tam"


@scenario("Not approved: destruction of a tip", "Không duyệt: tiêu hủy một tin báo")
def destruction_refused(world: Any) -> str:
    tip_id = ask_destruction(world)
    destroying.refuse_destruction(actor=world.actor("thu"), tip_id=tip_id)
    return "tam"


def checked_copy(world: Any) -> CopyRequest:
    make_cast(world)
    return prepare(world, copies.request_copy(world.actor("mia")))


@scenario("Approved: copy of personal data", "Đã duyệt: bản sao dữ liệu cá nhân")
def copy_approved(world: Any) -> str:
    copy = checked_copy(world)
    copies.approve(world.actor("dora"), copy=copy)
    return "ines"


@scenario("Returned for correction: copy of personal data", "Trả lại để sửa: bản sao dữ liệu cá nhân")
def copy_returned(world: Any) -> str:
    copy = checked_copy(world)
    copies.send_back(world.actor("dora"), copy=copy, reason=REASON)
    return "ines"


def propose_rights(world: Any) -> Any:
    nga = world.users["nga"] = make_user("Nga")
    make_member(nga, world.provincial_agency, "administrator")
    enable_totp(nga, TOTP_SECRET)
    return proposals.propose_role(
        world.actor("rosa"), user=world.users["olga"], agency=world.commune_agency, role="approving_officer",
        ends_on=clock.today() + timedelta(days=300), reason=REASON,
    )  # fmt: skip


@scenario("Approved: change to the rights of an officer", "Đã duyệt: thay đổi quyền của cán bộ")
def rights_confirmed(world: Any) -> str:
    proposal = propose_rights(world)
    proposals.confirm(world.actor("nga"), proposal=proposal)
    notify_proposer(proposal.pk)
    notify_proposer(proposal.pk)
    return "rosa"


@scenario("Not approved: change to the rights of an officer", "Không duyệt: thay đổi quyền của cán bộ")
def rights_refused(world: Any) -> str:
    proposal = propose_rights(world)
    proposals.refuse(world.actor("nga"), proposal=proposal, reason=REASON)
    notify_proposer(proposal.pk)
    return "rosa"


@pytest.mark.parametrize("name", SCENARIOS)
def test_who_asked_is_notified_and_finds_the_decision_with_its_reason(world: Any, name: str) -> None:
    act, title_en, title_vi = SCENARIOS[name]
    asked_by = act(world)
    reader = world.users[asked_by]
    bell = InAppNotification.objects.filter(key__startswith="decision:").latest("pk")
    assert bell.user == reader
    assert bell.title_en.startswith(title_en) and bell.title_vi.startswith(title_vi)
    letter = Notification.objects.get(key=f"{bell.key}:email:user-{reader.pk}")
    assert REASON not in letter.body and bell.path in letter.body
    page = world.client(asked_by, new_session=True).get(bell.path)
    assert page.status_code in {200, 302}, bell.path
    if "The reason" in letter.body or "Lý do" in letter.body:
        assert REASON in page.content.decode() or "Đã hỏi gia đình" in page.content.decode()


def test_nobody_is_notified_of_his_own_decision_nor_after_he_left(world: Any) -> None:
    notices.end(world.actor("quynh"), notice_id=propose_notice(world), reason=REASON)
    notice_id = propose_notice(world)
    type(world.users["quynh"]).objects.filter(pk=world.users["quynh"].pk).update(is_active=False)
    notices.approve(world.actor("dora"), notice_id=notice_id)
    assert not InAppNotification.objects.filter(key__startswith="decision:").exists()
