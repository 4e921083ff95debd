"""Petitions of the demo, each with the history its final state requires."""

from datetime import date, datetime, time, timedelta
from itertools import cycle
from random import Random
from typing import Any
from uuid import UUID

from django.conf import settings

from ancu.apps.listening.enums import (
    BY_HAND,
    PetitionChannel,
    PetitionOutcome,
    PetitionState,
    PetitionStep,
    VerdictValue,
)
from ancu.apps.listening.models import (
    Meeting,
    Petition,
    PetitionAnswer,
    PetitionPromise,
    PetitionRemark,
    PetitionTrace,
    PetitionTransfer,
    Verdict,
)
from ancu.apps.listening.rules.matters import decision_due, first_due, is_statutory
from ancu.apps.listening.services.receiving import search_key
from ancu.core import clock
from ancu.core.documents.reference_numbers import ALPHABET, new_number, normalise_number
from ancu.core.security.tokens import digest_of
from ancu.core.working_days import calendar
from ancu.demo.listening.cast import DAY, ListeningCast, unassigned_phone
from ancu.demo.listening.words import MATTERS, PROMISES
from ancu.demo.names import make_vietnamese_name
from ancu.engines.rulebook import PetitionCategory, petition_rule

CODES = tuple(f"MS-DEM{digit}-DEM0-000" for digit in range(5))
# Final states, in tenths of a per cent: most petitions are long closed, as in an office that answers. So many
# stay silent that a month's share may be published: numbers under five are not.
OUTCOME_SHARES = (
    (PetitionState.SETTLED, 680),
    (PetitionState.SILENT, 200),
    (PetitionState.ASSIGNED, 33),
    (PetitionState.TRANSFERRED, 20),
    (PetitionState.ANSWERED, 17),
    (PetitionState.MERGED, 20),
    (PetitionState.REOPENED, 10),
    (PetitionState.DRAFTED, 12),
    (PetitionState.RECEIVED, 8),
)
CHANNEL_SHARES = (
    (PetitionChannel.WEB, 38),
    (PetitionChannel.HOTLINE, 27),
    (PetitionChannel.MEETING, 20),
    (PetitionChannel.SURVEY, 6),
    (PetitionChannel.LETTER, 6),
    (PetitionChannel.EMAIL, 3),
)
OPEN_PROMISE_DAYS = (-2, 0, 2, 3, 6, 9, 12, 15, 20, 25, 30, 40, 50, 60)  # until it is due
OUTSIDE = ("Ủy ban nhân dân xã", "Sở Giao thông vận tải", "Chi nhánh Văn phòng đăng ký đất đai", "Công ty Điện lực")


class PetitionWriter:
    """Builds the petitions in memory, and writes them table by table."""

    def __init__(self, rng: Random, cast: ListeningCast, meetings: list[Meeting]) -> None:
        self.rng, self.cast, self.rooms = rng, cast, cycle(meetings)  # each past meeting gets a petition
        self.traces: list[PetitionTrace] = []
        self.answers: list[tuple[Petition, PetitionAnswer]] = []
        self.promises: list[PetitionPromise] = []
        self.words: list[Verdict] = []
        self.other_rows: list[Any] = []
        self.rule = petition_rule(clock.today())
        self.matters = {code: cycle(texts) for code, texts in MATTERS.items()}
        self.places = {
            unit.pk: unit.jurisdiction.filter(kind__in=("commune", "ward")).order_by("pk").first()
            for unit in cast.units
        }

    def load(self, count: int) -> int:
        """Create ``count`` petitions with their histories; return their number."""
        fates = self.rng.choices(
            [fate for fate, _share in OUTCOME_SHARES], [share for _fate, share in OUTCOME_SHARES], k=count
        )
        ages = [self._age(fate) for fate in fates]
        petitions = [
            self._petition(number, fate, age) for number, (fate, age) in enumerate(zip(fates, ages, strict=True))
        ]
        later = [petition for petition in petitions if petition.state == PetitionState.MERGED]
        Petition.objects.bulk_create([petition for petition in petitions if petition.state != PetitionState.MERGED])
        self._merge(later, petitions)
        Petition.objects.bulk_create(later)
        for petition in petitions:
            self._history(petition)
        PetitionTrace.objects.bulk_create(self.traces)
        PetitionAnswer.objects.bulk_create([answer for _petition, answer in self.answers])
        self._keep_one_yesterday()
        PetitionPromise.objects.bulk_create(self.promises)
        Verdict.objects.bulk_create(self.words)
        for row in self.other_rows:
            row.save()
        return len(petitions)

    def _keep_one_yesterday(self) -> None:
        """Let the promise that was kept last have been kept yesterday afternoon, before its day."""
        fulfilled = [(promise.kept_at, place) for place, promise in enumerate(self.promises) if promise.kept_at]
        if fulfilled:
            last = self.promises[max(fulfilled)[1]]
            last.kept_at = clock.start_of(clock.today()) - timedelta(hours=8)
            last.due_on = clock.today() + DAY

    def _age(self, fate: PetitionState) -> int:
        """Return how many days ago a petition was received that is now in the state ``fate``.

        Most open ones are recent.
        """
        if fate == PetitionState.DRAFTED:  # a draft is signed before the petition is overdue
            return self.rng.choice((3, 4, 5, 6, 7, 8, 9, 10, 11, 12))
        if fate == PetitionState.RECEIVED:
            return self.rng.choice((0, 1, 2, 3))
        if fate == PetitionState.ASSIGNED:
            return self.rng.choice((0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 15))
        return self.rng.randint(9, 16) if fate == PetitionState.ANSWERED else self.rng.randint(25, 700)

    def _petition(self, number: int, fate: PetitionState, age: int) -> Petition:
        """Return unsaved petition ``number``, received ``age`` days ago, in the state ``fate``."""
        rng, matters = self.rng, self.rule.categories
        category = rng.choices(matters, [_weight(matter, number) for matter in matters])[0]
        if category.is_statutory and fate not in (PetitionState.RECEIVED, PetitionState.TRANSFERRED):
            fate, age = PetitionState.ASSIGNED, rng.randint(1, 30)  # it ends with a decision, which nobody has made yet
        channel, received, meeting = self._origin(fate, age, category)
        while fate == PetitionState.DRAFTED and first_due(category, received) <= clock.today() + DAY:
            received += DAY
        title, body = next(self.matters[category.code])
        named = channel != PetitionChannel.SURVEY and (category.closed or rng.random() < 0.8)
        name = make_vietnamese_name(rng, rng.choice("MF")) if named else ""
        phone = unassigned_phone(rng) if named and rng.random() < 0.8 else ""
        shares = [0.2 + 1 / place for place in range(1, len(self.cast.units))]  # towns have more than villages
        unit = self.cast.office if category.level == "office" else rng.choices(self.cast.units[1:], shares)[0]
        about = rng.choice(self.cast.units[1:]) if category.names_accused else None
        if category.is_statutory and about is not None and number % 4 == 1:
            about, unit, fate = self.cast.office, self.cast.inspectorate, PetitionState.ASSIGNED
        place = self.places.get(unit.pk) if unit != self.cast.office else None
        code = CODES[number] + check_sign(number) if number < len(CODES) else new_number("MS")
        return Petition(
            number=new_number(f"{settings.OFFICE_PREFIX}K"), digest=digest_of(code), key=UUID(int=rng.getrandbits(128)),
            channel=channel, state=fate, category=category.code, rule_version=self.rule.version, title=title, body=body,
            closed_matter=category.closed, about=about,
            place=place, name=name, phone=phone, meeting=meeting,
            public_words=title if meeting else "", unit=None if fate == PetitionState.RECEIVED else unit,
            received_at=received, due_on=first_due(category, received),
            recorded_by=self.cast.operator if channel in BY_HAND else None,
            search_key=search_key(name, phone, title, body),
        )  # fmt: skip

    def _origin(
        self, fate: PetitionState, age: int, category: PetitionCategory
    ) -> tuple[PetitionChannel, datetime, Meeting | None]:
        """Return channel, time and meeting of a petition; one raised in a meeting has been answered or forwarded."""
        rng = self.rng
        channel = rng.choices(
            [channel_choice for channel_choice, _s in CHANNEL_SHARES], [share for _o, share in CHANNEL_SHARES]
        )[0]
        over = not category.names_accused and fate in (
            PetitionState.SETTLED,
            PetitionState.SILENT,
            PetitionState.TRANSFERRED,
        )
        if channel == PetitionChannel.MEETING and over:
            meeting = next(self.rooms)
            return channel, meeting.starts_at + timedelta(minutes=rng.randint(20, 160)), meeting
        by_name = channel == PetitionChannel.MEETING or (channel == PetitionChannel.SURVEY and category.is_statutory)
        return (
            (PetitionChannel.WEB if by_name else channel),
            clock.now() - age * DAY - timedelta(minutes=rng.randint(0, 600)),
            None,
        )

    def _merge(self, later: list[Petition], petitions: list[Petition]) -> None:
        """Merge each petition of ``later`` into a settled petition of its unit; without one it stays assigned.

        Complaints and denunciations are never merged.
        """
        for petition in later:
            targets = [
                target
                for target in petitions
                if target.unit_id == petition.unit_id and target.state == PetitionState.SETTLED
            ]
            targets = [target for target in targets if not target.closed_matter]
            if petition.closed_matter or not targets:
                petition.state, petition.main = PetitionState.ASSIGNED, None
            else:
                petition.main = self.rng.choice(targets)
                petition.category, petition.title, petition.closed_matter = (
                    petition.main.category,
                    petition.main.title,
                    False,
                )

    # Each history is derived from its final state.
    def _history(self, petition: Petition) -> None:
        """Add the steps that led the petition to its state."""
        at = petition.received_at
        self._add_step(petition, at, PetitionStep.RECEIVED, PetitionState.RECEIVED, person=False)
        if petition.state == PetitionState.RECEIVED:
            return
        self._add_step(
            petition,
            at + timedelta(minutes=3),
            PetitionStep.ASSIGNED,
            PetitionState.ASSIGNED,
            words=petition.unit.name if petition.unit else "",
        )
        if petition.state == PetitionState.MERGED:
            self._add_step(petition, at + DAY, PetitionStep.MERGED, PetitionState.MERGED)
        elif petition.state == PetitionState.TRANSFERRED:
            self._transfer(petition, at + DAY)
        elif petition.state == PetitionState.ASSIGNED and is_statutory(petition):
            self._accept_complaint(petition, at + 5 * DAY)
        elif petition.state == PetitionState.ASSIGNED:
            self._ask_petitioner(petition)
        else:
            self._answer_petition(petition, at)

    def _add_step(
        self,
        petition: Petition,
        at: datetime,
        step: PetitionStep,
        state: PetitionState,
        *,
        words: str = "",
        person: bool = True,
    ) -> None:
        """Add a step to the petition's history; ``person``: an officer did it, not the system."""
        officer = self.cast.officers.get(petition.unit_id or 0, self.cast.decider) if person else None
        self.traces.append(
            PetitionTrace(
                petition=petition, at=min(at, clock.now()), step=step, state=state, words=words, user=officer,
                agency_id=petition.unit_id if person else None,
            )
        )  # fmt: skip

    def _transfer(self, petition: Petition, at: datetime) -> None:
        """Transfer the petition to an outside authority, mostly with its confirmation."""
        receipt = self.rng.random() < 0.75
        to = self.rng.choice(OUTSIDE)
        self._add_step(petition, at, PetitionStep.TRANSFERRED, PetitionState.TRANSFERRED, words=to)
        self.other_rows.append(
            PetitionTransfer(
                petition=petition, to=to, reference=f"{self.rng.randint(10, 900)}/CV-QLXNC",
                reason="Nội dung thuộc thẩm quyền của cơ quan nhận.", sent_by=self.cast.decider, sent_at=at,
                receipt_due_on=due_after(at, self.rule.receipt_days),
                receipt=str(self.rng.randint(100, 9999)) if receipt else "",
                receipt_on=clock.local(at + 3 * DAY).date() if receipt else None,
            )
        )  # fmt: skip

    def _accept_complaint(self, petition: Petition, at: datetime) -> None:
        """Accept a complaint or denunciation five days after its receipt."""
        if at < clock.now():
            category = self.rule.category(petition.category)
            due = decision_due(category.decide_days, at)
            Petition.objects.filter(pk=petition.pk).update(accepted_at=at, due_on=due)
            self._add_step(petition, at, PetitionStep.ACCEPTED, PetitionState.ASSIGNED)

    def _ask_petitioner(self, petition: Petition) -> None:
        """For some petitions, add a question of the office to the petitioner."""
        if self.rng.random() < 0.3:
            self.other_rows.append(
                PetitionRemark(
                    petition=petition, from_office=True, agency_id=petition.unit_id,
                    user=self.cast.officers.get(petition.unit_id or 0),
                    text="Xin cho biết sự việc xảy ra vào khoảng mấy giờ.",
                    at=min(petition.received_at + DAY, clock.now()),
                    key=UUID(int=self.rng.getrandbits(128)),
                )
            )  # fmt: skip

    def _answer_petition(self, petition: Petition, at: datetime) -> None:
        """Answer the petition, sometimes late or with a promise."""
        is_open = petition.state in (PetitionState.REOPENED, PetitionState.DRAFTED)
        promised = not petition.closed_matter and (
            petition.channel == PetitionChannel.MEETING or self.rng.random() < (0.5 if is_open else 0.12)
        )
        late = self.rng.random() < 0.15
        day = min(datetime.combine(petition.due_on, time(10), clock.VIETNAM) + (4 if late else -1) * DAY, clock.now())
        if petition.state == PetitionState.DRAFTED:
            drafted_on = clock.today() - self.rng.randint(1, 3) * DAY
            day = datetime.combine(drafted_on, time(self.rng.randint(9, 16)), clock.VIETNAM)
        day = max(day, at + timedelta(hours=2))
        self._add_step(petition, day - timedelta(hours=1), PetitionStep.DRAFTED, PetitionState.DRAFTED)
        answer = self._answer(petition, day, approved=petition.state != PetitionState.DRAFTED)
        if petition.state != PetitionState.DRAFTED:
            self._add_step(petition, day, PetitionStep.ANSWERED, PetitionState.ANSWERED)
            self._close_petition(petition, answer, day)
        if promised:
            self._promise(petition, at, day)

    def _answer(self, petition: Petition, at: datetime, *, approved: bool) -> PetitionAnswer:
        """Add an answer to the petition, approved or still a draft; return it."""
        answer = PetitionAnswer(
            petition=petition,
            outcome=self.rng.choice((PetitionOutcome.DONE, PetitionOutcome.DONE, PetitionOutcome.EXPLAINED)),
            text="Đơn vị đã kiểm tra, làm việc với những người liên quan và giải quyết như sau: đã nhắc nhở, khắc phục;"
            " kết quả được thông báo đến quý vị.",
            written_by=self.cast.officers.get(petition.unit_id or 0, self.cast.operator),
            written_for_id=petition.unit_id or 0,
            written_at=at - timedelta(hours=1),
            approved_by=self.cast.decider if approved else None,
            approved_at=at if approved else None,
        )
        self.answers.append((petition, answer))
        return answer

    def _close_petition(self, petition: Petition, answer: PetitionAnswer, at: datetime) -> None:
        """Add the steps after the answer that lead to the petition's state: satisfied, silent or reopened.

        A petition in the state ANSWERED still waits for the petitioner.
        """
        Petition.objects.filter(pk=petition.pk).update(answered_at=at)
        if petition.state == PetitionState.ANSWERED:
            Petition.objects.filter(pk=petition.pk).update(answered_at=max(at, clock.now() - 5 * DAY))
            return
        silent = petition.state == PetitionState.SILENT
        end = min(at + (8 if silent else self.rng.randint(1, 6)) * DAY, clock.now())
        if petition.state == PetitionState.REOPENED:
            text = "Việc vẫn chưa được khắc phục."
            self.words.append(
                Verdict(petition=petition, answer=answer, verdict=VerdictValue.REFUSED, rating=2, text=text, at=end)
            )
            self._add_step(petition, end, PetitionStep.REFUSED, PetitionState.REOPENED, words=text, person=False)
            due = due_after(clock.now() - self.rng.randint(0, 6) * DAY, 10)
            Petition.objects.filter(pk=petition.pk).update(reopened=1, due_on=due)
            return
        Petition.objects.filter(pk=petition.pk).update(closed_at=end)
        self._add_step(
            petition,
            end,
            PetitionStep.SILENT if silent else PetitionStep.CONFIRMED,
            PetitionState(petition.state),
            person=False,
        )
        if not silent:
            rating = self.rng.choice((5, 5, 4, 4, 4, 3, None))
            self.words.append(
                Verdict(petition=petition, answer=answer, verdict=VerdictValue.SETTLED, rating=rating, at=end)
            )

    def _promise(self, petition: Petition, at: datetime, done: datetime) -> None:
        """Add a promise made to the petitioner, kept at ``done`` unless the petition is still open or reopened."""
        is_kept = petition.state in (PetitionState.ANSWERED, PetitionState.SETTLED, PetitionState.SILENT)
        open_number = sum(promise.kept_at is None for promise in self.promises)
        near = clock.today() + DAY * OPEN_PROMISE_DAYS[min(open_number, len(OPEN_PROMISE_DAYS) - 1)]
        self.promises.append(
            PetitionPromise(
                petition=petition,
                agency_id=petition.unit_id or 0,
                words=self.rng.choice(PROMISES) if is_kept else PROMISES[open_number % len(PROMISES)],
                due_on=petition.due_on if is_kept else near,
                made_by=self.cast.decider,
                made_at=at,
                kept_at=done if is_kept else None,
                refused=int(petition.state == PetitionState.REOPENED),
            )
        )


def _weight(category: PetitionCategory, number: int) -> int:
    """Return how often a matter occurs: of those with a known code, which other parts of the demo use, equally."""
    if category.is_statutory:
        return 1
    return 6 if category.level == "office" and number >= len(CODES) else 15


def check_sign(number: int) -> str:
    """Return the check character at the end of the code of demo petition ``number``."""
    return next(sign for sign in ALPHABET if normalise_number(CODES[number] + sign))


def due_after(moment: datetime, days: int) -> date:
    """Return the day on which an answer is due, this many working days after the moment."""
    due = calendar().deadline(moment, days)
    assert due is not None  # no pauses are given
    return due
