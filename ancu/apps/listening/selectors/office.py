"""The office's list of petitions, and one petition with the acts an officer may do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies
from ancu.apps.audit.selectors import with_absent
from ancu.apps.listening import rules
from ancu.apps.listening.enums import CLOSED, OPEN, PetitionState
from ancu.apps.listening.models import (
    HelpRequest,
    Petition,
    PetitionAnswer,
    PetitionFile,
    PetitionPromise,
    PetitionRemark,
    PetitionTrace,
    PetitionTransfer,
    Verdict,
)
from ancu.apps.listening.selectors import category_name, require_reader, visible_to
from ancu.apps.listening.selectors.officers import officer_names
from ancu.apps.listening.selectors.returns import ReturnedAnswer, last_returned
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.pagination import cursor_page
from ancu.core.documents.spreadsheets import MOST_ROWS, Cell

VIEWS = ("open", "overdue", "decide", "unassigned", "receipts", "answered", "closed", "all")
LATEST_FIRST = ("closed", "all")


def filter_by_view(petitions: QuerySet[Petition], view: str) -> QuerySet[Petition]:
    """Return the petitions that a view of the list shows, such as "overdue" (one of ``VIEWS``).

    An unknown view shows open ones.
    """
    if view == "overdue":
        return petitions.filter(state__in=OPEN, due_on__lt=clock.today())
    if view == "decide":
        return petitions.filter(state=PetitionState.DRAFTED)
    if view == "unassigned":
        return petitions.filter(state=PetitionState.RECEIVED)
    if view == "receipts":
        sent = PetitionTransfer.objects.filter(receipt_on__isnull=True, back_at__isnull=True).values("petition_id")
        return petitions.filter(state=PetitionState.TRANSFERRED, pk__in=sent)
    if view == "answered":
        return petitions.filter(state=PetitionState.ANSWERED)
    if view == "closed":
        return petitions.filter(state__in=(*CLOSED, PetitionState.MERGED, PetitionState.TRANSFERRED))
    return petitions if view == "all" else petitions.filter(state__in=OPEN)


@dataclass(frozen=True)
class PetitionPage:
    """One page by key; ``after`` is the key of the next: by day while open, by number when not."""

    rows: Sequence[Petition]
    after: str
    view: str


def petition_page(actor: Actor, *, view: str = "open", words: str = "", after: str = "") -> PetitionPage:
    """Return a page of the petitions that a view of the list shows: open ones by due day, closed ones latest first.

    ``words`` are searched among names, telephone numbers and texts, without accents.
    """
    require_reader(actor)
    page = cursor_page(_search_petitions(actor, view, words), *_order(view), after=after)
    return PetitionPage(page.rows, page.after, view if view in VIEWS else "open")


def _search_petitions(actor: Actor, view: str, words: str) -> QuerySet[Petition]:
    """Return the petitions of a list's view that the actor may see and that contain the words."""
    petitions = filter_by_view(visible_to(actor), view)
    for word in fold(words).split()[:6]:
        petitions = petitions.filter(Q(search_key__contains=word) | Q(number__icontains=word))
    return petitions


def _order(view: str) -> tuple[str, str]:
    """Return the sort fields of a list's view: by due day, for views of ended petitions the latest first."""
    return ("-due_on", "-pk") if view in LATEST_FIRST else ("due_on", "pk")


def export_count(actor: Actor, *, view: str, words: str) -> int:
    """Return the number of petitions that an export of the list would have; counting stops above the limit."""
    require_reader(actor)
    return _search_petitions(actor, view, words).order_by()[: MOST_ROWS + 1].count()


def export_petitions(actor: Actor, *, view: str, words: str) -> list[Petition]:
    """Return all petitions of a list's view that contain ``words``, in the page's order, for a file."""
    require_reader(actor)
    return list(_search_petitions(actor, view, words).order_by(*_order(view))[:MOST_ROWS])


def export_columns() -> list[str]:
    """Return the column titles of the exported list of petitions, which has no petitioners' names."""
    return [
        pgettext("petition", "Number"), _("Petition"), _("Matter"), _("Where"), _("Received through"), _("Received on"),
        _("Unit"), _("Due"), _("State"), _("Answered on"), _("Times reopened"),
    ]  # fmt: skip


def export_cells(petition: Petition) -> list[Cell]:
    """Return a petition as a row of the exported list."""
    return [
        petition.number,
        petition.title,
        category_name(petition.category),
        petition.place.full_name if petition.place else "",
        str(petition.get_channel_display()),
        clock.local(petition.received_at).date(),
        petition.unit.name if petition.unit else "",
        petition.due_on,
        str(petition.get_state_display()),
        clock.local(petition.answered_at).date() if petition.answered_at else None,
        petition.reopened,
    ]


def view_counts(actor: Actor) -> Mapping[str, int]:
    """Return the number of petitions in each view of the actor's list, by one query.

    Petitions settled by a verdict and by silence are counted apart.
    """
    today = clock.today()
    return (
        visible_to(actor)
        .order_by()
        .aggregate(
            open=Count("pk", filter=Q(state__in=OPEN)),
            overdue=Count("pk", filter=Q(state__in=OPEN, due_on__lt=today)),
            decide=Count("pk", filter=Q(state=PetitionState.DRAFTED)),
            unassigned=Count("pk", filter=Q(state=PetitionState.RECEIVED)),
            answered=Count("pk", filter=Q(state=PetitionState.ANSWERED)),
            settled=Count("pk", filter=Q(state=PetitionState.SETTLED)),
            silent=Count("pk", filter=Q(state=PetitionState.SILENT)),
        )
    )


@dataclass(frozen=True)
class OpenedPetition:
    """A petition as an officer reads it, with the acts the officer may do."""

    petition: Petition
    traces: Sequence[PetitionTrace]
    answers: Sequence[PetitionAnswer]
    draft: PetitionAnswer | None
    returned: ReturnedAnswer | None
    helps: Sequence[HelpRequest]
    help_request: HelpRequest | None
    remarks: Sequence[PetitionRemark]
    files: Sequence[PetitionFile]
    words: Sequence[Verdict]
    merged: Sequence[Petition]
    promise: PetitionPromise | None
    transfers: Sequence[PetitionTransfer]
    may: Mapping[str, bool] = field(default_factory=dict)
    version: str = ""
    barred: Sequence[str] = ()
    needs_head: bool = False


def opened_petition(actor: Actor, petition: Petition) -> OpenedPetition:
    """Return what an officer's page of the petition shows: answers, history, deadlines and possible acts."""
    head_answers = list(
        petition.answers.select_related("written_by", "written_for", "approved_by").prefetch_related("evidence__file")
        .order_by("-id")
    )  # fmt: skip
    draft = next((answer for answer in head_answers if answer.approved_at is None and answer.returned_at is None), None)
    helps = list(petition.helps.select_related("agency", "petition", "replied_by").order_by("id"))
    help_request = next((help for help in helps if help.agency_id == actor.organisation_id), None)
    transfers = list(petition.transfers.order_by("-id"))
    traces = with_absent(
        petition.traces.select_related("user", "agency").order_by("-id"),
        "listening.petition",
        [petition.pk],
        by="user_id",
    )
    return OpenedPetition(
        petition=petition,
        traces=traces,
        answers=head_answers,
        draft=draft,
        returned=last_returned(petition, head_answers, traces, draft),
        helps=helps,
        help_request=help_request,
        remarks=list(petition.remarks.select_related("user", "agency").order_by("id")),
        files=list(petition.evidence.filter(answer__isnull=True, file__isnull=False).select_related("file")),
        words=list(Verdict.objects.filter(answer__petition=petition).select_related("answer").order_by("id")),
        merged=list(petition.merged.order_by("id")),
        promise=PetitionPromise.objects.filter(petition=petition).select_related("agency").first(),
        transfers=transfers,
        may=_possible_acts(actor, petition, draft, help_request, transfers),
        version=version_of(petition, next(iter(head_answers), None)),
        barred=officer_names(petition.about_officers),
        needs_head=rules.names_officer(petition),
    )


def version_of(petition: Petition, answer: PetitionAnswer | None) -> str:
    """Return a text that changes when the petition's state, unit, category, due day, subject or draft changes.

    An act sent from an older page is refused by it.
    """
    work = (petition.state, petition.unit_id, petition.category, petition.due_on.isoformat(), petition.main_id)
    return ".".join(
        str(part or "") for part in (*work, petition.about_id, petition.about_user_id, answer and answer.pk)
    )


def _possible_acts(
    actor: Actor,
    petition: Petition,
    draft: PetitionAnswer | None,
    help_request: HelpRequest | None,
    transfers: Sequence[PetitionTransfer],
) -> dict[str, bool]:
    """Return by name of each act on the petition whether the actor may do it now."""
    waits = bool(transfers) and transfers[0].back_at is None
    return {
        "assign": rules.may_assign(actor, petition),
        "categorise": rules.may_categorise(actor, petition),
        "draft": rules.may_draft(actor, petition),
        "decide": rules.may_decide(actor, petition, draft),
        "ask": rules.may_remark(actor, petition),
        "join": rules.may_ask_help(actor, petition),
        "help": help_request is not None and rules.may_help(actor, help_request),
        "merge": rules.may_merge(actor, petition),
        "separate": rules.may_separate(actor, petition),
        "accept": rules.may_accept(actor, petition),
        "name": rules.may_name_officer(actor, petition),
        "name_unit": rules.may_name_unit(actor, petition),
        "transfer": rules.may_transfer(actor, petition),
        "receipt": waits and transfers[0].receipt_on is None and rules.may_record_receipt(actor, petition),
        "back": waits and rules.may_record_receipt(actor, petition),
    }


def units_to_choose(petition: Petition) -> list[Organisation]:
    """Return the units that may be put in charge of the petition, without the unit it is about and those below it."""
    return [agency for agency in agencies() if rules.may_handle(agency, petition)]


def evidence_of(petition: Petition, pk: int) -> Any:
    """Return the stored file of the petition or of its answers with this id; None if there is none."""
    evidence = PetitionFile.objects.select_related("file").filter(petition=petition, pk=pk, file__isnull=False).first()
    return evidence.file if evidence else None
