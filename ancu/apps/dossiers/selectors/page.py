"""The filer's page of one dossier: required actions, progress, papers and history."""

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
    SlotPurpose,
    State,
)
from ancu.apps.dossiers.models import (
    RETURNED,
    Appointment,
    Component,
    DatePromise,
    Dossier,
    DossierEvent,
    Result,
    Supplement,
)
from ancu.apps.dossiers.selectors.postings import TrackedPosting, awaited_posting, postings_back
from ancu.apps.dossiers.selectors.procedures import needs_original, procedure_of
from ancu.apps.dossiers.selectors.promises import OFFICES_TURN, current_promise, pace
from ancu.apps.dossiers.selectors.reasons import reason_for_reader, request_reason
from ancu.apps.dossiers.selectors.results import correction_problem
from ancu.apps.dossiers.selectors.steps import step_of_field, steps_of
from ancu.apps.dossiers.selectors.wording import article_in_words
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.security.disclosure_control import rounded
from ancu.core.web.language import localized
from ancu.core.working_days import calendar
from ancu.engines.rulebook import Procedure


def in_words(definition: Any, name: str) -> str:
    """Return the text ``name`` of a rulebook definition, such as its label, in the reader's language."""
    return localized(definition, name)


# ---- papers --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class FilerPaper:
    """One component as the filer sees it."""

    component: Component
    label: str
    help: str


def filer_papers(dossier: Dossier, procedure: Procedure) -> list[FilerPaper]:
    """Return the papers in the procedure's order; a paper unknown to the current rulebook is labelled by its key."""
    order = {component.key: (place, component) for place, component in enumerate(procedure.components)}
    placed_papers = []
    for component in dossier.components.select_related("file"):
        _place, definition = order.get(component.key, (len(order), None))
        label, help_text = (
            (in_words(definition, "label"), in_words(definition, "help")) if definition else (component.key, "")
        )
        placed_papers.append((_place, FilerPaper(component, label, help_text)))
    return [paper for _place, paper in sorted(placed_papers, key=lambda pair: (pair[0], pair[1].component.pk))]


# ---- the supplement ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class SupplementItem:
    """One paper or field the officer sent back, and why. ``mended``: it was changed since.

    ``step`` is where a field is edited; 0 for a paper, and for a field that is no longer asked.
    """

    kind: str
    key: str
    label: str
    words: str
    mended: bool
    step: int = 0

    @property
    def field(self) -> str:
        """The key of the requested field without its form's code: "full_name" of "NA5.full_name"."""
        return self.key.partition(".")[2]


def open_supplement(dossier: Dossier) -> Supplement | None:
    """Return the request for more documents that waits for an answer; None without one."""
    if dossier.state != State.SUPPLEMENT:
        return None
    return dossier.supplements.filter(answered_at=None, closed_at=None).first()


def supplement_items(dossier: Dossier, supplement: Supplement, papers: Sequence[FilerPaper]) -> list[SupplementItem]:
    """Return the requested papers and fields in words, each with the step where it is asked, in the request's order."""
    procedure = procedure_of(dossier)
    by_key = {paper.component.key: paper for paper in papers}
    sent = dossier.filings.order_by("-number").first()
    before, on = sent.answers if sent else {}, clock.local(supplement.asked_at).date()
    items = [
        _supplement_item(procedure, item, request_reason(item, on), by_key, before, dossier.answers)
        for item in supplement.items
    ]
    if all(item.kind == "component" for item in items):
        return items
    written = steps_of(dossier)
    places = [step_of_field(written, item.key) if item.kind == "field" else None for item in items]
    return [replace(item, step=place.number) if place else item for item, place in zip(items, places, strict=True)]


def _supplement_item(
    procedure: Procedure, item: Any, reason: str, papers: dict[str, FilerPaper], before: Any, now: Any
) -> SupplementItem:
    """Return a requested item with its label, and whether the filer changed it from ``before`` to ``now``."""
    key = str(item["key"])
    if item["kind"] == "component":
        paper = papers.get(key)
        mended = paper is not None and paper.component.state != ComponentState.RETURNED
        return SupplementItem("component", key, paper.label if paper else key, reason, mended)
    form, _dot, name = key.partition(".")
    definition = procedure.fields.get(key)
    label = in_words(definition, "label") if definition else key
    mended = (before.get(form) or {}).get(name) != (now.get(form) or {}).get(name)
    return SupplementItem("field", key, label, reason, mended)


# ---- what is asked -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RequiredAction:
    """An action required from the filer.

    ``what`` is write, supplement, bring or collect; ``wait`` while a correction of the result is checked. A co-signer
    has a page of their own.
    """

    what: str
    appointment: Appointment | None = None
    by_post: bool = False
    posting: TrackedPosting | None = None  # already on its way


def required_actions(actor: Actor, dossier: Dossier, procedure: Procedure) -> list[RequiredAction]:
    """Return what the actor must do for the dossier now: write, answer, bring the passport; without the fee."""
    actions: list[RequiredAction] = []
    if rules.is_filer(actor, dossier) and rules.may_write(actor, dossier):
        actions.append(RequiredAction("write" if dossier.state == State.DRAFT else "supplement"))
    if rules.may_book(actor, dossier):
        actions += _passport_actions(dossier, procedure)
    return actions


def _passport_actions(dossier: Dossier, procedure: Procedure) -> Iterable[RequiredAction]:
    """Return the action about the passport: bring, wait or collect; empty if it is not needed or already there."""
    purpose = SlotPurpose.COLLECT if dossier.state == State.READY else SlotPurpose.BRING
    by_post = dossier.handover == Handover.POST
    if purpose == SlotPurpose.BRING and (not needs_original(procedure) or dossier.passport_received()):
        return []
    posting = awaited_posting(dossier) if by_post and purpose == SlotPurpose.BRING else None
    booked = dossier.appointments.filter(purpose=purpose, cancelled_at=None, came_at=None, missed_at=None)
    appointment = booked.select_related("slot__counter").first()
    what = "bring" if purpose == SlotPurpose.BRING else "wait" if correction_problem(dossier) else "collect"
    return [RequiredAction(what, appointment=appointment, by_post=by_post, posting=posting)]


# ---- where it stands -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class ProgressStep:
    """One step of the progress bar (``ui/steps.html``)."""

    label: Words | str
    state: str
    at: datetime | None = None
    note: str = ""


ENDED_EARLY: dict[str, Words] = {
    State.NOT_ACCEPTED: _("Not accepted"),
    State.WITHDRAWN: _("Dossier withdrawn"),
    State.CLOSED: _("Closed: the documents did not come"),
    State.TRANSFERRED: _("Transferred to the Immigration Department"),
    State.REFUSED: _("Request refused"),
}


def progress_steps(dossier: Dossier) -> list[ProgressStep]:
    """Return the steps from submission to handover; a dossier that ended early stops where it ended."""
    result = getattr(dossier, "result", None)
    way: list[tuple[Words, datetime | None]] = [
        (_("Sending"), dossier.submitted_at),
        (_("Accepted as complete"), dossier.accepted_at),
        (_("Assessment"), _assessed_at(dossier)),
        (_("Approval"), dossier.decided_at if dossier.state != State.REFUSED else None),
        (_("Result"), result.entered_at if result else None),
        (_("Handing over"), result.delivered_at if result else None),
    ]
    done = [ProgressStep(label, "done", at) for label, at in way if at]
    if dossier.state in ENDED_EARLY:
        return [*done, ProgressStep(ENDED_EARLY[dossier.state], "wrong", dossier.ended_at)]
    ahead = [label for label, at in way if not at]
    if dossier.state == State.SUPPLEMENT:
        return [*done, ProgressStep(_("Waiting for you"), "now"), *(ProgressStep(label, "todo") for label in ahead)]
    if dossier.state in FOR_INTAKE and dossier.accepted_at:  # a supplement that came after the first acceptance
        return [
            *done,
            ProgressStep(_("We are checking your documents"), "now"),
            *(ProgressStep(label, "todo") for label in ahead),
        ]
    return done + [ProgressStep(label, "todo" if place else "now") for place, label in enumerate(ahead)]


def _assessed_at(dossier: Dossier) -> datetime | None:
    """Return the time of the assessment; None before it, and after the dossier was sent back to be assessed again."""
    if dossier.assessed_by_id is None:
        return None
    return dossier.events.filter(act="assessed").order_by("-sequence").values_list("at", flat=True).first()


@dataclass(frozen=True)
class ExpectedDates:
    """The expected decision date: the office's promise, otherwise the legal deadline."""

    promise: DatePromise | None = None
    due_on: date | None = None

    @cached_property
    def cases(self) -> int:
        """The rounded number of measured cases, as on the procedure's public page; 0 when there are too few."""
        if self.promise is None or not self.promise.basis.get("enough"):
            return 0
        dossier = self.promise.dossier
        measured = pace(dossier.agency_id or 0, dossier.procedure)
        return (rounded(measured.cases) or 0) if measured.enough else 0

    @property
    def days(self) -> tuple[date, date, date] | None:
        """The earliest, likeliest and latest future day; None without a promise, or once its days are over."""
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
        """Whether the decision may come after the legal deadline."""
        return self.due_on is not None and self.days is not None and self.days[-1] > self.due_on


def expected_dates(dossier: Dossier) -> ExpectedDates | None:
    """Return the expected dates of the decision; None unless the office must act and a date is known."""
    if dossier.state not in OFFICES_TURN:
        return None
    promise = current_promise(dossier)
    return None if promise is None and dossier.due_on is None else ExpectedDates(promise, dossier.due_on)


# ---- history -------------------------------------------------------------------------------------------

EVENT_SENTENCES: dict[str, Words] = {
    "started": _("You started the dossier."),
    "signed": _("The sponsor signed."),
    "declined_signature": _("The sponsor declined to sign."),
    "submitted": _("The dossier was submitted to the office."),
    "supplement": _("The office requested more documents."),
    "resubmitted": _("The documents were sent."),
    "accepted": _("The office accepted the dossier as complete. The working days have started."),
    "not_accepted": _("The office did not accept the dossier."),
    "transferred": _("The office transferred the dossier to the Immigration Department."),
    "assessed": _("The assessment was finished."),
    "sent_back": _("The dossier is being assessed once more."),
    "postponed": _("The office apologised for a delay and promised a new date."),
    "day_closed": _("The office cancelled an appointment because it is closed on that day."),
    "approved": _("The request was approved."),
    "refused": _("The request was refused."),
    "ready": _("The result is ready."),
    "delivered": _("The result was handed over."),
    "returned_passport": _("The passport was returned."),
    "result_arrived": _("Passport and result arrived by post."),
    "corrected": _("The office corrected what it had mistyped in the result."),
    "withdrawn": _("The dossier was withdrawn."),
    "closed": _("The dossier was closed because the documents did not come in time."),
}
RETURNED_TO = _("The passport was returned to %(name)s.")
# Reasons shown to the filer; an assessor's proposal and its reasons are internal.
EVENTS_WITH_REASON = frozenset(
    {"supplement", "not_accepted", "transferred", "refused", "withdrawn", "declined_signature", "postponed"}
)
EVENTS_WITH_NAME = frozenset(
    {
        *("started", "signed", "declined_signature", "submitted", "resubmitted", "withdrawn"),
        *("accepted", "supplement", "delivered", "returned_passport"),
    }
)


@dataclass(frozen=True)
class HistoryEntry:
    """One event in a sentence."""

    sentence: Words | str
    at: datetime
    who: str = ""
    reason: str = ""
    article: str = ""


@dataclass(frozen=True)
class DossierPage:
    """The content of the filer's page."""

    dossier: Dossier
    procedure: Procedure
    actions: list[RequiredAction]
    steps: list[ProgressStep]
    papers: list[FilerPaper]
    expected: ExpectedDates | None
    history: list[HistoryEntry]
    supplement: Supplement | None = None
    lacking: list[SupplementItem] = field(default_factory=list)
    passport_is_here: bool = False  # although the dossier has ended
    returns: list[TrackedPosting] = field(default_factory=list)  # passport and result, posted by the office

    @property
    def result(self) -> Result | None:
        """The issued result; None before there is one."""
        return getattr(self.dossier, "result", None)


def history_entries(dossier: Dossier, events: Iterable[DossierEvent]) -> list[HistoryEntry]:
    """Return the events that have a sentence for the filer, newest first; saves and uploads have none."""
    return [_history_entry(dossier, event) for event in events if event.act in EVENT_SENTENCES][::-1]


def _history_entry(dossier: Dossier, event: DossierEvent) -> HistoryEntry:
    """Return an event as an entry of the filer's history; with name or reason where the filer may read them."""
    who = event.by.full_name if event.by and event.act in EVENTS_WITH_NAME else ""
    result = getattr(dossier, "result", None) if event.act == State.DELIVERED else None
    if result and result.by_authorisation and result.received_by:
        by_authorisation = _("The result was handed over by authorisation to %(name)s.")
        return HistoryEntry(by_authorisation % {"name": result.received_by}, event.at, who)
    if event.act == RETURNED and event.data.get("received_by"):
        by_authorisation = event.data.get("by_authorisation")
        to = _("The passport was returned by authorisation to %(name)s.") if by_authorisation else RETURNED_TO
        return HistoryEntry(to % {"name": event.data["received_by"]}, event.at, who)
    if event.act not in EVENTS_WITH_REASON:
        return HistoryEntry(EVENT_SENTENCES[event.act], event.at, who)
    return HistoryEntry(
        EVENT_SENTENCES[event.act],
        event.at,
        who,
        reason_for_reader(event.reason),
        article_in_words(dossier, event.article),
    )


def page_of(actor: Actor, dossier: Dossier, events: Iterable[DossierEvent]) -> DossierPage:
    """Return everything that the filer's page of ``dossier`` shows: actions, progress, papers, dates, history."""
    procedure = procedure_of(dossier)
    papers = filer_papers(dossier, procedure)
    supplement = open_supplement(dossier)
    return DossierPage(
        dossier=dossier,
        procedure=procedure,
        actions=required_actions(actor, dossier, procedure),
        steps=progress_steps(dossier),
        papers=papers,
        expected=expected_dates(dossier),
        history=history_entries(dossier, events),
        supplement=supplement,
        lacking=supplement_items(dossier, supplement, papers) if supplement else [],
        passport_is_here=dossier.state in ENDED_WITHOUT_RESULT and dossier.passport_received() is not None,
        returns=postings_back(actor, dossier),
    )
