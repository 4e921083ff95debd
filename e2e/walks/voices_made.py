"""Ten thousand of everything people say, in the demo's own database: petitions, promises, seats, tips, answers, sheets.

What is laid out once stays: a second walk finds it there.
"""

from datetime import timedelta
from itertools import count, islice
from os import urandom
from random import Random
from typing import Any
from uuid import uuid4

from ancu.apps.listening.enums import MeetingState, Origin, State
from ancu.apps.listening.models import Attendee, Meeting, Petition, Promise
from ancu.apps.surveys.enums import ResponseState, Source, SurveyState, Trouble
from ancu.apps.surveys.models import Code, Doubt, Response, ScannedPage, Sheet, Survey
from ancu.apps.tips.enums import Outcome
from ancu.apps.tips.enums import State as TipState
from ancu.apps.tips.models import HandlingUnit, Tip
from ancu.apps.tips.rules import to_the_hour
from ancu.apps.tips.rules.telling import Told, encode
from ancu.core import clock
from ancu.engines.envelopes import new_pair, pad, seal
from e2e.walks.made import LONG_NAME

ROWS = 10_000
LONG_TITLE = ("Đề nghị xử lý việc đổ rác và phế thải xây dựng xuống suối chảy qua bản của chúng tôi nhiều lần "
              "trong đêm mà không ai nhận trách nhiệm giải quyết cho dân")[:150]  # fmt: skip


def copied(rows: list[Any], wanted: int, **anew: Any) -> list[Any]:
    """``wanted`` new objects after the pattern of ``rows``; ``anew`` gives, for each, what must not be twice."""
    made = []
    for number, row in enumerate(islice((one for _turn in count() for one in rows), wanted)):
        values = {
            field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if field.attname != "id"
        }
        made.append(type(row)(**values | {name: give(number) for name, give in anew.items()}))
    return made


def laid(model: Any, rows: list[Any], wanted: int, **anew: Any) -> None:
    missing = max(0, wanted - model.objects.count())
    model.objects.bulk_create(copied(rows, missing, **anew), batch_size=1000)


def petitions(owner: int) -> None:
    """Of every state; all that are new are the account's ``owner``, whose own list grows with them."""
    rows = list(Petition.objects.filter(main=None, closed_matter=False).exclude(state=State.DRAFTED)[:400])
    laid(Petition, rows, ROWS, number=lambda n: f"KN-MANY-{n:06}", digest=lambda _n: urandom(32).hex(),
         key=lambda _n: uuid4(), user_id=lambda _n: owner)  # fmt: skip
    waiting = Petition.objects.filter(number__startswith="KN-MANY", state__in=(State.RECEIVED, State.ASSIGNED))
    first = waiting.order_by("due_on", "pk")[:1].get()
    Petition.objects.filter(pk=first.pk).update(title=LONG_TITLE, name=LONG_NAME)
    without = Petition.objects.filter(number__startswith="KN-MANY", promise=None).values_list("pk", flat=True)
    keys = list(without[:ROWS])
    rows = list(Promise.objects.exclude(words=""))
    laid(Promise, rows, min(ROWS, len(keys)), petition_id=lambda n: keys[n])


def seats() -> Meeting:
    """A meeting to come with ten thousand names, one in fifty of them long."""
    of_commune = Meeting.objects.filter(agency__memberships__user__email="canbo@maichau.example")
    meeting = of_commune.filter(state__in=(MeetingState.ANNOUNCED, MeetingState.OPEN)).latest("starts_at")
    Meeting.objects.filter(pk=meeting.pk).update(quota=ROWS, theme=LONG_TITLE, state=MeetingState.ANNOUNCED)
    pattern = Attendee(meeting=meeting, origin=Origin.REGISTERED, name="Bùi Thị Hoa", added_at=clock.now())
    laid(Attendee, [pattern], ROWS, digest=lambda _n: urandom(32).hex(),
         name=lambda n: LONG_NAME if n % 50 == 1 else f"Bùi Thị Hoa {n}")  # fmt: skip
    return meeting


def begun(pk: int) -> None:
    """Its day has come, and much is said."""
    now = clock.now()
    Meeting.objects.filter(pk=pk).update(state=MeetingState.OPEN, starts_at=now, ends_at=now + timedelta(hours=3))
    said = Petition.objects.filter(number__startswith="KN-MANY", channel="meeting", state=State.ASSIGNED)
    Petition.objects.filter(pk__in=list(said.values_list("pk", flat=True)[:200])).update(meeting_id=pk)


def tips() -> None:
    """Half of them closed, sealed to the office's key as what comes in is."""
    unit = HandlingUnit.objects.get(agency__memberships__user__email="tintocgiac@xnc.example")
    key, rng = unit.keys.get(retired_at=None), Random(1)
    made = []
    for number in range(unit.numbered + 1, ROWS + 1):
        hour = to_the_hour(clock.now() - timedelta(days=rng.uniform(0, 300)))
        tip = Tip(unit=unit, key=key, number=number, channel="web", received_at=hour, said_at=hour,
                  locator=urandom(32), source_public=new_pair().public)  # fmt: skip
        text = f"{LONG_TITLE}. Việc thứ {number}."
        sealed = seal(pad(encode(Told(text=text, place="Bến xe"))), to=[bytes(key.public)], place=tip.place)
        tip.header, tip.body = sealed.headers[0], sealed.body
        if number % 2:
            tip.state, tip.outcome, tip.closed_at = TipState.CLOSED, Outcome.RESULT, clock.now()
            tip.taken_at = tip.answered_at = clock.now()
        made.append(tip)
    Tip.objects.bulk_create(made, batch_size=1000)
    HandlingUnit.objects.filter(pk=unit.pk).update(numbered=ROWS)


def surveys() -> None:
    """Of the analyst's agency; the newest can be opened."""
    pattern = Survey.objects.filter(state=SurveyState.OPEN).earliest("pk")
    laid(Survey, [pattern], ROWS, title_vi=lambda n: f"Khảo sát số {n}", previous_id=lambda _n: None)
    newest = Survey.objects.order_by("-pk")[0]
    Survey.objects.filter(pk=newest.pk).update(title_vi=LONG_TITLE, title_en=LONG_TITLE)


def answers(survey: Survey) -> None:
    """Ten thousand that count, and as many codes."""
    rows = list(survey.responses.filter(state=ResponseState.COMPLETE, source=Source.WEB)[:1000])
    missing = max(0, ROWS - survey.responses.count())
    Response.objects.bulk_create(copied(rows, missing), batch_size=1000)
    laid(Code, [Code(survey=survey)], ROWS, digest=lambda _n: urandom(32).hex())


def sheets(survey: Survey) -> None:
    """Thousands to be looked at, thousands whose pages are in trouble, thousands keyed once and differently."""
    run = survey.runs.order_by("-pk")[0]
    last = survey.sheets.order_by("-serial")[0].serial
    if last >= ROWS:
        return
    rows = list(survey.responses.filter(state=ResponseState.COMPLETE, source=Source.KEYED)[:500])
    waiting = Response.objects.bulk_create(
        copied(rows, ROWS - last, state=lambda _n: ResponseState.REVIEW, submitted_on=lambda _n: None,
               second=lambda n: None if n % 3 else rows[(n + 1) % len(rows)].answers), batch_size=1000)  # fmt: skip
    new = Sheet.objects.bulk_create(
        [Sheet(survey=survey, run=run, serial=last + 1 + n, response=one) for n, one in enumerate(waiting)],
        batch_size=1000,
    )
    of_paper(survey, [sheet for n, sheet in enumerate(new) if n % 3])


def of_paper(survey: Survey, new: list[Sheet]) -> None:
    doubts = list(Doubt.objects.filter(sheet__survey=survey))
    pages = list(ScannedPage.objects.filter(scan__survey=survey, trouble="", picture__isnull=False)) or list(
        ScannedPage.objects.filter(scan__survey=survey, trouble="")
    )
    start = max(ScannedPage.objects.filter(scan=pages[0].scan).values_list("place", flat=True)) + 1
    made = ScannedPage.objects.bulk_create(
        copied([pages[0]], len(new), place=lambda n: start + n, sheet_id=lambda n: new[n].pk, page=lambda _n: 1,
               trouble=lambda n: Trouble.DUPLICATE if n % 2 else ""), batch_size=1000)  # fmt: skip
    of_each = [(sheet, page) for sheet, page in zip(new, made, strict=True) if not page.trouble]
    Doubt.objects.bulk_create(
        copied(doubts, len(of_each), sheet_id=lambda n: of_each[n][0].pk, page_id=lambda n: of_each[n][1].pk),
        batch_size=1000,
    )
