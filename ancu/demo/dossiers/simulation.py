"""Simulate dossiers: the steps that lead to a state, with the working days before each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers.enums import ENDED_WITHOUT_RESULT, ComponentState, DecisionProposal, State
from ancu.apps.dossiers.models import PASSPORT, Opinion, Result
from ancu.core import clock
from ancu.core.clock import VIETNAM
from ancu.core.working_days import calendar
from ancu.demo.dossiers.histories import DossierLife

Steps = list[tuple[str, int]]
OPINION_LATE, REPEATED_LATE = 0.4, 0.15  # of late dossiers
RETURNS = (
    ("unreadable", "Trang nhân thân bị mờ, đề nghị chụp lại."),
    ("not_signed", "Thiếu chữ ký và dấu của người đại diện."),
    ("incomplete", "Thiếu trang 2."),
    ("expired", "Giấy tờ đã hết hạn, đề nghị nộp bản còn giá trị."),
    ("differs", "Họ tên không khớp với tờ khai."),
    ("not_certified", "Bản chụp chưa được chứng thực."),
)
SUPPLEMENT = "Đề nghị bổ sung các giấy tờ được đánh dấu để hồ sơ được tiếp tục xem xét."
QUESTION = "Đề nghị xác minh người nước ngoài thực tế cư trú tại địa chỉ khai báo."
ANSWER = "Qua kiểm tra, người nước ngoài hiện cư trú đúng địa chỉ khai báo, chấp hành tốt quy định."
IN_ORDER = ("Hồ sơ đầy đủ, đúng quy định. Đề xuất cấp.", "Đủ điều kiện theo quy định, đề xuất duyệt.")
REFUSALS = (
    ("Giấy phép lao động không còn giá trị.", "Luật 47/2014/QH13, Điều 21"),
    ("Mục đích thực tế không đúng với đề nghị.", "Luật 47/2014/QH13, Điều 21"),
    ("Người bảo lãnh không chứng minh được quan hệ.", "Luật 47/2014/QH13, Điều 35"),
)
NOT_ACCEPTED = "Người đề nghị không thuộc trường hợp giải quyết của thủ tục này."
TRANSFER = "Thuộc thẩm quyền của Cục Quản lý xuất nhập cảnh."
SENT_BACK = "Đề nghị làm rõ thời hạn giấy phép lao động trước khi quyết định."
WITHDRAWALS = ("Về nước sớm hơn dự định.", "Thay đổi kế hoạch làm việc.", "Nộp nhầm thủ tục.")


def steps_to(rng: Random, state: State, *, late: bool, with_opinion: bool = False) -> Steps:
    """Return the steps that lead a dossier to ``state``, each with the working days before it, partly at random.

    ``late`` makes the assessment slow; ``with_opinion`` ends an accepted dossier with a pending opinion.
    """
    way: Steps = [("start", 0), ("submit", rng.randint(0, 2))]
    supplement: Steps = [("supplement", rng.randint(0, 2)), ("resubmit", rng.randint(1, 6))]
    ends: dict[State, Steps] = {
        State.DRAFT: way[:1],
        State.SUBMITTED: way,
        State.SUPPLEMENT: way + supplement[:1],
        State.RESUBMITTED: way + supplement,
        State.CLOSED: [*way, supplement[0], ("close", 0)],
        State.NOT_ACCEPTED: [*way, ("not_accept", rng.randint(1, 2))],
        State.TRANSFERRED: [*way, ("transfer", rng.randint(1, 2))],
        State.WITHDRAWN: [*(way[:1] if rng.random() < 0.2 else way), ("withdraw", rng.randint(1, 3))],
    }
    return (
        ends[state]
        if state in ends
        else _steps_after_acceptance(rng, state, way, supplement, late=late, with_opinion=with_opinion)
    )


def _steps_after_acceptance(
    rng: Random, state: State, way: Steps, supplement: Steps, *, late: bool, with_opinion: bool
) -> Steps:
    """Return all steps to a state after acceptance: ``way``, sometimes ``supplement``, and further ones.

    Some have an opinion or a second assessment.
    """
    if rng.random() < 0.25:
        way = way + supplement
    way = [*way, ("accept", rng.randint(0, 2))]
    if state == State.ACCEPTED:
        return [*way, ("ask", 0)] if with_opinion else way
    if rng.random() < 0.07:
        way += [("supplement", 1), ("resubmit", rng.randint(1, 4)), ("accept", 0)]
    if rng.random() < 0.12 and not late:  # a late one may ask below, and no dossier asks twice
        way += [("ask", 0), ("answer", 1)]
    object_ = state == State.ASSESSED and rng.random() < 0.2
    way += _assessment(rng, "object" if object_ else "assess", late=late)
    if rng.random() < 0.05:
        way += [("send_back", 0), ("assess", 1)]
    after: Steps = [("approve", rng.randint(0, 1)), ("issue", 1), ("deliver", rng.randint(0, 6))]
    ahead = {State.ASSESSED: 0, State.APPROVED: 1, State.READY: 2, State.DELIVERED: 3}
    return [*way, ("refuse", 1)] if state == State.REFUSED else way + after[: ahead[state]]


def _assessment(rng: Random, act: str, *, late: bool) -> Steps:
    """Return the steps of an assessment that ends with ``act``.

    A late one waited for a unit's opinion, was done again, or took long.
    """
    if not late:
        return [(act, rng.randint(1, 3))]
    days, cause = rng.randint(7, 10), rng.random()
    if cause < OPINION_LATE:
        return [("ask", 0), ("answer", days - 2), (act, 2)]
    if cause < OPINION_LATE + REPEATED_LATE:
        return [("assess", days - 4), ("send_back", 1), (act, 3)]
    return [(act, days)]


class Timeline:
    """A clock for acts: each call moves it on and returns the new moment."""

    def __init__(self, rng: Random, start: date) -> None:
        self.rng, self.last = rng, datetime.combine(start, time(rng.randint(8, 15), rng.randint(0, 59)), VIETNAM)

    def advance_days(self, days: int) -> datetime:
        """Move the dossier's clock on by working days; return the new moment, in office hours."""
        hour = self.rng.choice((8, 9, 10, 13, 14, 15))
        day = calendar().add_working_days(self.last.date(), days) if days else self.last.date()
        moment = datetime.combine(day, time(hour, self.rng.randint(0, 59)), VIETNAM)
        self.last = max(moment, self.last + timedelta(minutes=self.rng.randint(4, 30)))
        return self.last

    def advance_seconds(self) -> datetime:
        """Move the dossier's clock on by about a minute; return the new moment."""
        self.last += timedelta(seconds=self.rng.randint(20, 100))
        return self.last

    def advance_to(self, moment: datetime) -> datetime:
        """Move the dossier's clock on to a moment, or by a second if it is past; return the new moment."""
        self.last = max(moment, self.last + timedelta(seconds=1))
        return self.last


@dataclass
class Participants:
    """The people who act on one dossier; ``writer`` prepares, ``sender`` sends."""

    writer: User
    sender: User
    intake: User
    assessor: User
    approver: User
    office: Organisation
    unit: Organisation
    unit_officer: User


class LifeCourse:
    """Runs one dossier through the steps to its state."""

    def __init__(self, life: DossierLife, crew: Participants, diary: Timeline, *, until: date, symbol: str) -> None:
        self.life, self.crew, self.diary = life, crew, diary
        self.rng, self.until, self.symbol = life.rng, until, symbol
        self.result: Result | None = None
        self.opinion: Opinion | None = None

    def run_steps(self, steps: Sequence[tuple[str, int]], *, unfinished: bool = False) -> None:
        """Run the dossier's steps in order, each after its working days.

        ``unfinished``: a draft gets only half of its papers.
        """
        self.unfinished = unfinished
        for name, days in steps:
            if name not in {"start", "close"}:
                self.diary.advance_days(days)
            getattr(self, f"_{name}")()
        if self.life.dossier.state in ENDED_WITHOUT_RESULT:
            self._return_passport()

    def _return_passport(self) -> None:
        """Return the passport two working days after the dossier ended, if that is past; every fifth is kept."""
        day = calendar().add_working_days(self.diary.last.date(), 2)
        moment = datetime.combine(day, time(9, 30), VIETNAM)
        if moment < clock.now() and sum(map(ord, self.life.dossier.full_name)) % 5:
            self.life.return_passport(self.diary.advance_to(moment), self.crew.intake)

    def _start(self) -> None:
        """Create the draft with its papers; an unfinished draft gets only half of them."""
        life, crew = self.life, self.crew
        life.start(self.diary.last, crew.writer, life.dossier.answers)
        keys = list(life.components)
        for key in keys[: len(keys) // 2] if self.unfinished else keys:
            life.attach(key, self.diary.advance_seconds(), crew.writer)

    def _submit(self) -> None:
        """Sign the dossier if needed, submit it and assign it to an intake officer."""
        if self.life.needs_signature:
            self.life.sign(self.diary.advance_seconds())
        self.life.dossier.agency = self.crew.office
        self.life.submit(self.diary.advance_seconds(), self.crew.sender)
        self._assign(self.crew.intake)

    def _assign(self, to: User) -> None:
        """Assign the dossier to an officer, as the product does automatically."""
        if self.life.dossier.assigned_to != to:
            self.life.assign(to, self.diary.last, None)

    def _supplement(self) -> None:
        """Judge all papers, return one or two of them, and request those anew."""
        by = self.crew.assessor if self.life.dossier.state == State.ACCEPTED else self.crew.intake
        bad = self.rng.sample(list(self.life.components), min(len(self.life.components), self.rng.choice((1, 1, 2))))
        if PASSPORT not in bad:
            self.life.receive_passport(self.diary.last, self.crew.intake)
        for key in self.life.components:
            self.life.judge(key, self.diary.advance_seconds(), by, self.rng.choice(RETURNS) if key in bad else None)
        self.life.supplement(self.diary.advance_seconds(), by, SUPPLEMENT)

    def _resubmit(self) -> None:
        """Replace the returned papers and resubmit before the deadline."""
        request = self.life.request
        if request is not None and request.answer_by is not None:  # across a long holiday the deadline comes first
            latest = datetime.combine(request.answer_by, time(16, 0), VIETNAM)
            self.diary.last = max(min(self.diary.last, latest), request.asked_at + timedelta(minutes=30))
        for key, component in self.life.components.items():
            if component.state == ComponentState.RETURNED:
                self.life.attach(key, self.diary.advance_seconds(), self.crew.writer)
        if self.life.needs_signature:
            self.life.sign(self.diary.advance_seconds())
        self.life.resubmit(self.diary.advance_seconds(), self.crew.sender)
        self._assign(self.crew.intake)

    def _close(self) -> None:
        """Close the dossier the day after its supplement was due."""
        request = self.life.request
        assert request is not None
        assert request.answer_by is not None
        self.life.close(
            self.diary.advance_to(datetime.combine(request.answer_by + timedelta(days=1), time(0, 5), VIETNAM))
        )

    def _accept(self) -> None:
        """Receive the passport, accept the papers and the dossier."""
        self.life.receive_passport(self.diary.last, self.crew.intake)
        for key, component in self.life.components.items():
            if component.state != ComponentState.ACCEPTED:
                self.life.judge(key, self.diary.advance_seconds(), self.crew.intake)
        self.life.accept(self.diary.advance_seconds(), self.crew.intake)
        self._assign(self.crew.assessor)

    def _ask(self) -> None:
        """Ask a commune's police for its opinion on the dossier (a pending request)."""
        self.opinion = self.life.ask_opinion(self.crew.unit, QUESTION, self.diary.advance_seconds(), self.crew.assessor)

    def _answer(self) -> None:
        """Let the asked unit give its opinion on the dossier."""
        assert self.opinion is not None
        self.life.give_opinion(self.opinion, ANSWER, self.diary.advance_seconds(), self.crew.unit_officer)

    def _assess(self) -> None:
        """Let the assessing officer propose to approve the dossier."""
        self.life.assess(self.diary.last, self.crew.assessor, DecisionProposal.APPROVE, self.rng.choice(IN_ORDER))

    def _object(self) -> None:
        """Let the assessing officer propose to refuse the dossier."""
        reason, article = self.rng.choice(REFUSALS)
        self.life.assess(self.diary.last, self.crew.assessor, DecisionProposal.REFUSE, reason, article)

    def _refuse(self) -> None:
        """Refuse the dossier, and change the assessment before it into a proposal to refuse."""
        dossier = self.life.dossier
        reason, article = self.rng.choice(REFUSALS)
        last = next(event for event in reversed(self.life.rows.events) if event.act == "assessed")
        dossier.proposal, last.data = DecisionProposal.REFUSE, {"proposal": DecisionProposal.REFUSE.value}
        last.reason, last.article = reason, article
        self.life.decide(State.REFUSED, self.diary.last, self.crew.approver, reason, article)

    def _send_back(self) -> None:
        """Let the approver return the dossier to assessment."""
        self.life.send_back(self.diary.last, self.crew.approver, SENT_BACK)

    def _approve(self) -> None:
        """Let the approving officer approve the dossier."""
        self.life.decide(State.APPROVED, self.diary.last, self.crew.approver)

    def _issue(self) -> None:
        """Issue the dossier's result (visa, card or extension)."""
        number = f"{self.rng.choice('ABCDEH')}{1_204_000 + 37 * len(self.life.rows.results)}"  # unique
        self.result = self.life.issue(self.diary.last, self.crew.intake, number, self.symbol, self.until)

    def _deliver(self) -> None:
        """Let the intake officer hand over the dossier's result to the applicant."""
        assert self.result is not None
        self.life.deliver(self.diary.last, self.crew.intake, self.result)

    def _not_accept(self) -> None:
        """Let the intake officer refuse to accept the dossier, which ends it."""
        article = self.life.procedure.article_vi[:200]
        self.life.move(
            State.NOT_ACCEPTED, self.diary.advance_seconds(), self.crew.intake, reason=NOT_ACCEPTED, article=article
        )

    def _transfer(self) -> None:
        """End the dossier as transferred to another authority."""
        self.life.move(State.TRANSFERRED, self.diary.advance_seconds(), self.crew.intake, reason=TRANSFER)

    def _withdraw(self) -> None:
        """Let the person who submitted the dossier withdraw it."""
        self.life.withdraw(self.diary.last, self.crew.sender, self.rng.choice(WITHDRAWALS))
