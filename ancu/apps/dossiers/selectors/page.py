"""The filer's page of one dossier: what is asked of him, where it stands, his papers, and what happened."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import (
    ENDED_WITHOUT_RESULT,
    FOR_INTAKE,
    ComponentState,
    Handover,
    ReturnReason,
    SlotPurpose,
    State,
)
from ancu.apps.dossiers.models import (
    RETURNED,
    Appointment,
    Component,
    Dossier,
    Event,
    Posting,
    Promise,
    Result,
    Supplement,
)
from ancu.apps.dossiers.selectors.procedures import needs_original, procedure_of
from ancu.apps.dossiers.selectors.promises import OFFICES_TURN, current_promise, pace
from ancu.apps.dossiers.selectors.results import correction_lacking
from ancu.apps.dossiers.selectors.slots import posting_on_its_way
from ancu.apps.dossiers.selectors.steps import step_of_field, steps_of
from ancu.apps.dossiers.selectors.wording import article_in_words, reason_in_words
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.disclosure_control import rounded
from ancu.core.web.language import reader_language
from ancu.core.working_days import calendar
from ancu.engines.rulebook import Procedure


def in_words(thing: Any, name: str) -> str:
    """A text of the rulebook in the reader's language."""
    return str(getattr(thing, f"{name}_{reader_language()}"))


# ---- papers --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """One component as its filer reads it."""

    component: Component
    label: str
    help: str


def papers(dossier: Dossier, procedure: Procedure) -> list[Paper]:
    """In the order of the procedure; a paper that a later version no longer knows keeps its key as its name."""
    order = {one.key: (place, one) for place, one in enumerate(procedure.components)}
    found = []
    for component in dossier.components.select_related("file"):
        _place, known = order.get(component.key, (len(order), None))
        label, help_text = (in_words(known, "label"), in_words(known, "help")) if known else (component.key, "")
        found.append((_place, Paper(component, label, help_text)))
    return [paper for _place, paper in sorted(found, key=lambda pair: (pair[0], pair[1].component.pk))]


# ---- the supplement ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Lacking:
    """One thing the officer sent back: a paper or a field, and why. ``mended``: it was changed since.

    ``step``: where a field is written; 0 for a paper, and for a field that is no longer asked.
    """

    kind: str
    key: str
    label: str
    words: str
    mended: bool
    step: int = 0

    @property
    def field(self) -> str:
        """The field's own name, without its form's."""
        return self.key.partition(".")[2]


def open_supplement(dossier: Dossier) -> Supplement | None:
    if dossier.state != State.SUPPLEMENT:
        return None
    return dossier.supplements.filter(answered_at=None, closed_at=None).first()


def lacking(dossier: Dossier, supplement: Supplement, given: Sequence[Paper]) -> list[Lacking]:
    """What the request asks for, in its order."""
    procedure = procedure_of(dossier)
    by_key = {paper.component.key: paper for paper in given}
    sent = dossier.filings.order_by("-number").first()
    before = sent.answers if sent else {}
    found = [_lacking(procedure, item, by_key, before, dossier.answers) for item in supplement.items]
    if all(one.kind == "component" for one in found):
        return found
    written = steps_of(dossier)
    places = [step_of_field(written, one.key) if one.kind == "field" else None for one in found]
    return [replace(one, step=place.number) if place else one for one, place in zip(found, places, strict=True)]


def _lacking(procedure: Procedure, item: Any, given: dict[str, Paper], before: Any, now: Any) -> Lacking:
    key = str(item["key"])
    if item["kind"] == "component":
        paper = given.get(key)
        mended = paper is not None and paper.component.state != ComponentState.RETURNED
        return Lacking("component", key, paper.label if paper else key, _why(item), mended)
    form, _dot, name = key.partition(".")
    known = procedure.fields.get(key)
    label = in_words(known, "label") if known else key
    mended = (before.get(form) or {}).get(name) != (now.get(form) or {}).get(name)
    return Lacking("field", key, label, _why(item), mended)


def _why(item: Any) -> str:
    """The reason from the list, and what the officer added in words."""
    code, words = item.get("reason_code") or "", reason_in_words(item)
    listed = "" if code in {"", ReturnReason.OTHER} else str(ReturnReason(code).label)
    return "; ".join(part for part in (listed, words) if part)


# ---- what is asked -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """``what``: write, supplement, bring, collect; ``wait`` while a correction of the result is checked. Who is only
    to sign has a page of his own."""

    what: str
    appointment: Appointment | None = None
    by_post: bool = False
    posting: Posting | None = None  # already on its way


def asked(actor: Actor, dossier: Dossier, procedure: Procedure) -> list[Asked]:
    """What the dossier waits for from this person, the most pressing first; the fee has a box of its own."""
    found: list[Asked] = []
    filer = rules.is_filer(actor, dossier)
    if dossier.state == State.DRAFT and filer:
        found.append(Asked("write"))
    if dossier.state == State.SUPPLEMENT and filer:
        found.append(Asked("supplement"))
    if rules.may_book(actor, dossier):
        found += _passport(dossier, procedure)
    return found


def _passport(dossier: Dossier, procedure: Procedure) -> Iterable[Asked]:
    """The passport comes to the office before the decision, and goes back with the result."""
    purpose = SlotPurpose.COLLECT if dossier.state == State.READY else SlotPurpose.BRING
    by_post = dossier.handover == Handover.POST
    if purpose == SlotPurpose.BRING and (not needs_original(procedure) or _has_come(dossier)):
        return []
    posting = posting_on_its_way(dossier) if by_post and purpose == SlotPurpose.BRING else None
    booked = dossier.appointments.filter(purpose=purpose, cancelled_at=None, came_at=None, missed_at=None)
    appointment = booked.select_related("slot__counter").first()
    what = "bring" if purpose == SlotPurpose.BRING else "wait" if correction_lacking(dossier) else "collect"
    return [Asked(what, appointment=appointment, by_post=by_post, posting=posting)]


def _has_come(dossier: Dossier) -> bool:
    """The passport lies in the office: brought with or without an appointment, or come by post."""
    return dossier.passport_received() is not None


# ---- where it stands -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """As ``ui/steps.html`` draws it."""

    label: Words | str
    state: str
    at: datetime | None = None
    note: str = ""


NOT_TO_THE_END: dict[str, Words] = {
    State.NOT_ACCEPTED: _("Not accepted"),
    State.WITHDRAWN: _("Taken back"),
    State.CLOSED: _("Closed: the supplement did not come"),
    State.TRANSFERRED: _("Passed on to the Immigration Department"),
    State.REFUSED: _("Request refused"),
}


def steps(dossier: Dossier) -> list[Step]:
    """From the sending to the handing over; a dossier that ended before stops where it ended."""
    result = getattr(dossier, "result", None)
    way: list[tuple[Words, datetime | None]] = [
        (_("Sending"), dossier.submitted_at),
        (_("Accepted as complete"), dossier.accepted_at),
        (_("Assessment"), _assessed_at(dossier)),
        (_("Approval"), dossier.decided_at if dossier.state != State.REFUSED else None),
        (_("Result"), result.entered_at if result else None),
        (_("Handing over"), result.delivered_at if result else None),
    ]
    done = [Step(label, "done", at) for label, at in way if at]
    if dossier.state in NOT_TO_THE_END:
        return [*done, Step(NOT_TO_THE_END[dossier.state], "wrong", dossier.ended_at)]
    ahead = [label for label, at in way if not at]
    if dossier.state == State.SUPPLEMENT:
        return [*done, Step(_("Waiting for you"), "now"), *(Step(label, "todo") for label in ahead)]
    if dossier.state in FOR_INTAKE and dossier.accepted_at:  # a supplement that came after the first acceptance
        return [*done, Step(_("Your supplement is looked at"), "now"), *(Step(label, "todo") for label in ahead)]
    return done + [Step(label, "todo" if place else "now") for place, label in enumerate(ahead)]


def _assessed_at(dossier: Dossier) -> datetime | None:
    """Only while the assessment stands: one that was sent back is made again."""
    if dossier.assessed_by_id is None:
        return None
    return dossier.events.filter(act="assessed").order_by("-sequence").values_list("at", flat=True).first()


@dataclass(frozen=True)
class Expected:
    """When it may be decided: the office's promise, else the day by which the law wants it decided."""

    promise: Promise | None = None
    due_on: date | None = None

    @cached_property
    def cases(self) -> int:
        """The rounded number of cases on the procedure's public page; 0 where they, or the promise's, are too few."""
        if self.promise is None or not self.promise.basis.get("enough"):
            return 0
        dossier = self.promise.dossier
        measured = pace(dossier.agency_id or 0, dossier.procedure)
        return (rounded(measured.cases) or 0) if measured.enough else 0

    @property
    def days(self) -> tuple[date, date, date] | None:
        """The earliest, likeliest and latest day still to come; None without a promise, or once its days are over."""
        if self.promise is None or self.promise.latest_on < clock.today():
            return None
        promise, soonest = self.promise, calendar().add_working_days(clock.today(), 0)
        earliest, likely, latest = (
            max(soonest, day) for day in (promise.earliest_on, promise.likely_on, promise.latest_on)
        )
        return earliest, likely, latest

    @property
    def is_overdue(self) -> bool:
        """Whether the legal deadline has passed."""
        return self.due_on is not None and self.due_on < clock.today()

    @property
    def is_beyond_due(self) -> bool:
        """Whether it may be decided after the legal deadline."""
        return self.due_on is not None and self.days is not None and self.days[-1] > self.due_on


def expected(dossier: Dossier) -> Expected | None:
    """None unless it is the office's turn to decide: while the applicant is asked, no day is expected."""
    if dossier.state not in OFFICES_TURN:
        return None
    promise = current_promise(dossier)
    if promise is None and dossier.due_on is None:
        return None
    return Expected(promise, dossier.due_on)


# ---- history -------------------------------------------------------------------------------------------

TOLD: dict[str, Words] = {
    "started": _("The dossier was begun."),
    "signed": _("The sponsor signed."),
    "declined_signature": _("The sponsor did not want to sign."),
    "submitted": _("The dossier was sent to the office."),
    "supplement": _("The office asked for a supplement."),
    "resubmitted": _("The supplement was sent."),
    "accepted": _("The office found the dossier complete; the working days count."),
    "not_accepted": _("The office did not accept the dossier."),
    "transferred": _("The office passed the dossier on to the Immigration Department."),
    "assessed": _("The assessment was finished."),
    "sent_back": _("The dossier is being assessed once more."),
    "approved": _("The request was approved."),
    "refused": _("The request was refused."),
    "ready": _("The result is ready."),
    "delivered": _("The result was handed over."),
    "returned_passport": _("The passport was returned."),
    "corrected": _("The office corrected what it had mistyped in the result."),
    "withdrawn": _("The dossier was taken back."),
    "closed": _("The dossier was closed, because the supplement did not come in time."),
}
RETURNED_TO = _("The passport was returned to %(name)s.")
# Whose reason is meant for the filer: an assessor's proposal and its reasons are the office's own.
REASONED = frozenset({"supplement", "not_accepted", "transferred", "refused", "withdrawn", "declined_signature"})
NAMED = frozenset(
    {
        *("started", "signed", "declined_signature", "submitted", "resubmitted", "withdrawn"),
        *("accepted", "supplement", "delivered", "returned_passport"),
    }
)


@dataclass(frozen=True)
class Told:
    """One event in a sentence."""

    sentence: Words | str
    at: datetime
    who: str = ""
    reason: str = ""
    article: str = ""


@dataclass(frozen=True)
class Page:
    """What the page shows; see each part's own docstring."""

    dossier: Dossier
    procedure: Procedure
    asked: list[Asked]
    steps: list[Step]
    papers: list[Paper]
    expected: Expected | None
    history: list[Told]
    supplement: Supplement | None = None
    lacking: list[Lacking] = field(default_factory=list)
    passport_is_here: bool = False  # though the dossier has ended

    @property
    def result(self) -> Result | None:
        """What was issued; None before."""
        return getattr(self.dossier, "result", None)


def history(dossier: Dossier, events: Iterable[Event]) -> list[Told]:
    """The public events, newest first; saving and uploading are not told one by one."""
    return [_told(dossier, event) for event in events if event.act in TOLD][::-1]


def _told(dossier: Dossier, event: Event) -> Told:
    who = event.by.full_name if event.by and event.act in NAMED else ""
    result = getattr(dossier, "result", None) if event.act == State.DELIVERED else None
    if result and result.by_authorisation and result.received_by:
        by_authorisation = _("The result was handed over by authorisation to %(name)s.")
        return Told(by_authorisation % {"name": result.received_by}, event.at, who)
    if event.act == RETURNED and event.data.get("received_by"):
        by_authorisation = event.data.get("by_authorisation")
        to = _("The passport was returned by authorisation to %(name)s.") if by_authorisation else RETURNED_TO
        return Told(to % {"name": event.data["received_by"]}, event.at, who)
    if event.act not in REASONED:
        return Told(TOLD[event.act], event.at, who)
    return Told(TOLD[event.act], event.at, who, event.reason, article_in_words(dossier, event.article))


def page_of(actor: Actor, dossier: Dossier, events: Iterable[Event]) -> Page:
    """Everything that the filer's page shows of ``dossier``."""
    procedure = procedure_of(dossier)
    given = papers(dossier, procedure)
    supplement = open_supplement(dossier)
    return Page(
        dossier=dossier,
        procedure=procedure,
        asked=asked(actor, dossier, procedure),
        steps=steps(dossier),
        papers=given,
        expected=expected(dossier),
        history=history(dossier, events),
        supplement=supplement,
        lacking=lacking(dossier, supplement, given) if supplement else [],
        passport_is_here=dossier.state in ENDED_WITHOUT_RESULT and dossier.passport_received() is not None,
    )
