"""Petitions of the demo, each with the history its end asks for."""

from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings

from ancu.apps.listening.enums import BY_HAND, Channel, Outcome, State, Step, Verdict
from ancu.apps.listening.models import (
    Answer,
    Meeting,
    Petition,
    Promise,
    Remark,
    Trace,
    Transfer,
    Word,
)
from ancu.apps.listening.rules.matters import decision_due, first_due, is_statutory
from ancu.apps.listening.services.receiving import search_key
from ancu.core import clock
from ancu.core.documents.reference_numbers import ALPHABET, new_number, normalise_number
from ancu.core.security.tokens import digest_of
from ancu.core.working_days import calendar
from ancu.demo.listening.cast import DAY, Cast, phone_of_nobody
from ancu.demo.listening.words import MATTERS, PROMISES
from ancu.demo.names import make_vietnamese_name
from ancu.engines.rulebook import PetitionCategory, petition_rule

CODES = tuple(f"MS-DEM{digit}-DEM0-000" for digit in range(5))
# What became of them, in a hundred.
FATES = (
    (State.SETTLED, 52), (State.SILENT, 15), (State.ASSIGNED, 10), (State.TRANSFERRED, 6), (State.ANSWERED, 5),
    (State.MERGED, 4), (State.REOPENED, 3), (State.DRAFTED, 3), (State.RECEIVED, 2),
)  # fmt: skip
WAYS = (
    (Channel.WEB, 38), (Channel.HOTLINE, 27), (Channel.MEETING, 20), (Channel.SURVEY, 6), (Channel.LETTER, 6),
    (Channel.EMAIL, 3),
)  # fmt: skip
OUTSIDE = ("Ủy ban nhân dân xã", "Sở Giao thông vận tải", "Chi nhánh Văn phòng đăng ký đất đai", "Công ty Điện lực")


class Petitions:
    """Made one by one in memory, written table by table."""

    def __init__(self, rng: Random, cast: Cast, held: list[Meeting]) -> None:
        self.rng, self.cast, self.rooms = rng, cast, cycle(held)  # in each something was raised
        self.traces: list[Trace] = []
        self.answers: list[tuple[Petition, Answer]] = []
        self.promises: list[Promise] = []
        self.words: list[Word] = []
        self.others: list[Any] = []
        self.rule = petition_rule(clock.today())
        self.places = {
            one.pk: one.jurisdiction.filter(kind__in=("commune", "ward")).order_by("pk").first() for one in cast.units
        }

    def load(self, count: int) -> int:
        fates = self.rng.choices([one for one, _share in FATES], [share for _one, share in FATES], k=count)
        ages = [self._age(fate) for fate in fates]
        made = [self._petition(number, fate, age) for number, (fate, age) in enumerate(zip(fates, ages, strict=True))]
        later = [one for one in made if one.state == State.MERGED]
        Petition.objects.bulk_create([one for one in made if one.state != State.MERGED])
        self._merge(later, made)
        Petition.objects.bulk_create(later)
        for one in made:
            self._history(one)
        Trace.objects.bulk_create(self.traces)
        Answer.objects.bulk_create([answer for _petition, answer in self.answers])
        Promise.objects.bulk_create(self.promises)
        Word.objects.bulk_create(self.words)
        for row in self.others:
            row.save()
        return len(made)

    def _age(self, fate: State) -> int:
        """How many days ago it came: what is open is young, most of it."""
        if fate in (State.RECEIVED, State.ASSIGNED, State.DRAFTED):
            return self.rng.choice((0, 1, 2, 3, 4, 5, 6, 8, 10, 13, 17, 24))
        return self.rng.randint(9, 16) if fate == State.ANSWERED else self.rng.randint(25, 700)

    def _petition(self, number: int, fate: State, age: int) -> Petition:
        rng, matters = self.rng, self.rule.categories
        category = rng.choices(matters, [1 if one.is_statutory else 5 for one in matters])[0]
        if category.is_statutory and fate not in (State.RECEIVED, State.TRANSFERRED):
            fate, age = State.ASSIGNED, rng.randint(1, 30)  # it ends with a decision, which nobody has made yet
        channel, received, meeting = self._way_in(fate, age, category)
        title, body = rng.choice(MATTERS[category.code])
        named = channel != Channel.SURVEY and (category.closed or rng.random() < 0.8)
        name = make_vietnamese_name(rng, rng.choice("MF")) if named else ""
        phone = phone_of_nobody(rng) if named and rng.random() < 0.8 else ""
        unit = self.cast.office if category.level == "office" else rng.choice(self.cast.units[1:])
        about = rng.choice(self.cast.units[1:]) if category.names_accused else None
        if category.is_statutory and about is not None and number % 4 == 1:
            about, unit, fate = self.cast.office, self.cast.inspectorate, State.ASSIGNED
        place = self.places.get(unit.pk) if unit != self.cast.office else None
        code = CODES[number] + check_sign(number) if number < len(CODES) else new_number("MS")
        return Petition(
            number=new_number(f"{settings.OFFICE_PREFIX}K"), digest=digest_of(code), key=UUID(int=rng.getrandbits(128)),
            channel=channel, state=fate, category=category.code, rule_version=self.rule.version, title=title, body=body,
            closed_matter=category.closed, about=about,
            place=place, name=name, phone=phone, meeting=meeting,
            public_words=title if meeting else "", unit=None if fate == State.RECEIVED else unit,
            received_at=received, due_on=first_due(category, received),
            recorded_by=self.cast.operator if channel in BY_HAND else None,
            search_key=search_key(name, phone, title, body),
        )  # fmt: skip

    def _way_in(self, fate: State, age: int, category: PetitionCategory) -> tuple[Channel, datetime, Meeting | None]:
        """How and when it came: what was said in a meeting has been answered since, or was sent on."""
        rng = self.rng
        channel = rng.choices([one for one, _s in WAYS], [share for _o, share in WAYS])[0]
        over = not category.names_accused and fate in (State.SETTLED, State.SILENT, State.TRANSFERRED)
        if channel == Channel.MEETING and over:
            meeting = next(self.rooms)
            return channel, meeting.starts_at + timedelta(minutes=rng.randint(20, 160)), meeting
        by_name = channel == Channel.MEETING or (channel == Channel.SURVEY and category.is_statutory)
        return (
            (Channel.WEB if by_name else channel),
            clock.now() - age * DAY - timedelta(minutes=rng.randint(0, 600)),
            None,
        )

    def _merge(self, later: list[Petition], made: list[Petition]) -> None:
        """Into one of the same unit that is there; a complaint is never put together with another."""
        for one in later:
            fit = [other for other in made if other.unit_id == one.unit_id and other.state == State.SETTLED]
            fit = [other for other in fit if not other.closed_matter]
            if one.closed_matter or not fit:
                one.state, one.main = State.ASSIGNED, None
            else:
                one.main = self.rng.choice(fit)
                one.category, one.title, one.closed_matter = one.main.category, one.main.title, False

    # Each history is told from its end: what a settled petition went through.
    def _history(self, one: Petition) -> None:
        at = one.received_at
        self._trace(one, at, Step.RECEIVED, State.RECEIVED, person=False)
        if one.state == State.RECEIVED:
            return
        self._trace(
            one, at + timedelta(minutes=3), Step.ASSIGNED, State.ASSIGNED, words=one.unit.name if one.unit else ""
        )
        if one.state == State.MERGED:
            self._trace(one, at + DAY, Step.MERGED, State.MERGED)
        elif one.state == State.TRANSFERRED:
            self._sent_on(one, at + DAY)
        elif one.state == State.ASSIGNED and is_statutory(one):
            self._accepted(one, at + 5 * DAY)
        elif one.state == State.ASSIGNED:
            self._asked(one)
        else:
            self._answered(one, at)

    def _trace(
        self, one: Petition, at: datetime, step: Step, state: State, *, words: str = "", person: bool = True
    ) -> None:
        officer = self.cast.officers.get(one.unit_id or 0, self.cast.decider) if person else None
        self.traces.append(
            Trace(
                petition=one, at=min(at, clock.now()), step=step, state=state, words=words, user=officer,
                agency_id=one.unit_id if person else None,
            )
        )  # fmt: skip

    def _sent_on(self, one: Petition, at: datetime) -> None:
        receipt = self.rng.random() < 0.75
        to = self.rng.choice(OUTSIDE)
        self._trace(one, at, Step.TRANSFERRED, State.TRANSFERRED, words=to)
        self.others.append(
            Transfer(
                petition=one, to=to, reference=f"{self.rng.randint(10, 900)}/CV-QLXNC",
                reason="Nội dung thuộc thẩm quyền của cơ quan nhận.", sent_by=self.cast.decider, sent_at=at,
                receipt_due_on=due_after(at, self.rule.receipt_days),
                receipt=str(self.rng.randint(100, 9999)) if receipt else "",
                receipt_on=clock.local(at + 3 * DAY).date() if receipt else None,
            )
        )  # fmt: skip

    def _accepted(self, one: Petition, at: datetime) -> None:
        """A complaint or a denunciation, five days after it came."""
        if at < clock.now():
            category = self.rule.category(one.category)
            due = decision_due(category.decide_days, at)
            Petition.objects.filter(pk=one.pk).update(accepted_at=at, due_on=due)
            self._trace(one, at, Step.ACCEPTED, State.ASSIGNED)

    def _asked(self, one: Petition) -> None:
        if self.rng.random() < 0.3:
            self.others.append(
                Remark(
                    petition=one, from_office=True, agency_id=one.unit_id,
                    user=self.cast.officers.get(one.unit_id or 0),
                    text="Xin cho biết sự việc xảy ra vào khoảng mấy giờ.", at=min(one.received_at + DAY, clock.now()),
                    key=UUID(int=self.rng.getrandbits(128)),
                )
            )  # fmt: skip

    def _answered(self, one: Petition, at: datetime) -> None:
        promised = not one.closed_matter and (one.channel == Channel.MEETING or self.rng.random() < 0.12)
        late = self.rng.random() < 0.15
        day = min(datetime.combine(one.due_on, time(10), clock.VIETNAM) + (4 if late else -1) * DAY, clock.now())
        day = max(day, at + timedelta(hours=2))
        self._trace(one, day - timedelta(hours=1), Step.DRAFTED, State.DRAFTED)
        answer = self._answer(one, day, approved=one.state != State.DRAFTED)
        if one.state != State.DRAFTED:
            self._trace(one, day, Step.ANSWERED, State.ANSWERED)
            self._end(one, answer, day)
        if promised:
            self._promise(one, at, day)

    def _answer(self, one: Petition, at: datetime, *, approved: bool) -> Answer:
        answer = Answer(
            petition=one, outcome=self.rng.choice((Outcome.DONE, Outcome.DONE, Outcome.EXPLAINED)),
            text="Đơn vị đã kiểm tra, làm việc với những người liên quan và giải quyết như sau: đã nhắc nhở, khắc phục;"
            " kết quả được thông báo đến quý vị.",
            written_by=self.cast.officers.get(one.unit_id or 0, self.cast.operator), written_for_id=one.unit_id or 0,
            written_at=at - timedelta(hours=1), approved_by=self.cast.decider if approved else None,
            approved_at=at if approved else None,
        )  # fmt: skip
        self.answers.append((one, answer))
        return answer

    def _end(self, one: Petition, answer: Answer, at: datetime) -> None:
        Petition.objects.filter(pk=one.pk).update(answered_at=at)
        if one.state == State.ANSWERED:
            Petition.objects.filter(pk=one.pk).update(answered_at=max(at, clock.now() - 5 * DAY))
            return
        silent = one.state == State.SILENT
        end = min(at + (8 if silent else self.rng.randint(1, 6)) * DAY, clock.now())
        if one.state == State.REOPENED:
            text = "Việc vẫn chưa được khắc phục."
            self.words.append(Word(petition=one, answer=answer, verdict=Verdict.REFUSED, rating=2, text=text, at=end))
            self._trace(one, end, Step.REFUSED, State.REOPENED, words=text, person=False)
            due = due_after(clock.now() - self.rng.randint(0, 6) * DAY, 10)
            Petition.objects.filter(pk=one.pk).update(reopened=1, due_on=due)
            return
        Petition.objects.filter(pk=one.pk).update(closed_at=end)
        self._trace(one, end, Step.SILENT if silent else Step.CONFIRMED, State(one.state), person=False)
        if not silent:
            rating = self.rng.choice((5, 5, 4, 4, 4, 3, None))
            self.words.append(Word(petition=one, answer=answer, verdict=Verdict.SETTLED, rating=rating, at=end))

    def _promise(self, one: Petition, at: datetime, done: datetime) -> None:
        kept = one.state in (State.ANSWERED, State.SETTLED, State.SILENT)
        self.promises.append(
            Promise(
                petition=one, agency_id=one.unit_id or 0, words=self.rng.choice(PROMISES), due_on=one.due_on,
                made_by=self.cast.decider, made_at=at, kept_at=done if kept else None,
                refused=int(one.state == State.REOPENED),
            )
        )  # fmt: skip


def check_sign(number: int) -> str:
    """The last sign of a demo code, which makes it a valid one."""
    return next(sign for sign in ALPHABET if normalise_number(CODES[number] + sign))


def due_after(moment: datetime, days: int) -> date:
    due = calendar().deadline(moment, days)
    assert due is not None  # no pauses are given
    return due
