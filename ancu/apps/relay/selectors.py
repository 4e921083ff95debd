"""Forwardings for the office's list, the lodging's page, and the sender."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.selectors import visible_to as lodgings_visible_to
from ancu.apps.relay.enums import FOR_A_PERSON, THERE, ForwardingReason, ForwardingState, PortalFollowUp
from ancu.apps.relay.models import Forwarding, PortalAccount, RelayPause, RelayProgress
from ancu.apps.relay.rules import can_retry, can_settle, may_reconcile, shows_tab
from ancu.apps.stays.enums import StayStatus
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors import Note
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.cached_queries import cached_query
from ancu.core.db.pagination import PAGE, CursorPage, newest_first, oldest_first
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, task_group
from ancu.core.templatetags.ui import day_short, moment

LODGINGS_A_DAY = 500
CHANGED = "changed"  # the list of stays changed after sending, beside those of the states
LISTS = (*FOR_A_PERSON, CHANGED, ForwardingState.WAITING, ForwardingState.SENT, ForwardingState.SETTLED)


def visible_to(actor: Actor) -> QuerySet[Forwarding]:
    """Return the forwardings that the actor may see: all for the system.

    A lodging's people see those of their business, officers those of their area.
    """
    if actor.kind is ActorKind.SYSTEM:
        return Forwarding.objects.all()
    if actor.is_lodging:
        return Forwarding.objects.filter(establishment__business_id=actor.organisation_id or 0)
    return Forwarding.objects.filter(unit_id__in=actor.area) if may_reconcile(actor) else Forwarding.objects.none()


def get_forwarding(actor: Actor, pk: int, *, lock: bool = False) -> Forwarding:
    """Return the forwarding, or raise 404 if the actor may not see it; ``lock`` locks its row until commit."""
    forwardings = visible_to(actor).select_related("stay", "establishment")
    return get_object_or_404(forwardings.select_for_update(of=("self",)) if lock else forwardings, pk=pk)


# --- how it goes ----------------------------------------------------------------------------------------------


def paused() -> RelayPause | None:
    """Return the present pause of forwarding; None if it is not paused."""
    return RelayPause.objects.filter(resumed_at=None).first()


def progress() -> RelayProgress:
    """Return how far forwarding has read changes and when sending resumes; an unsaved default before the first run."""
    return RelayProgress.objects.filter(pk=1).first() or RelayProgress()


def resting_until() -> datetime | None:
    """Return the time until which nothing is sent after failures; None if none is set."""
    return RelayProgress.objects.filter(pk=1).values_list("rest_until", flat=True).first()


def account_of(establishment: Establishment) -> PortalAccount | None:
    """Return the lodging's connection to the portal with its account; None if it never had one."""
    return PortalAccount.objects.filter(establishment=establishment).first()


# --- the office's list ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ForwardingRow:
    """One forwarding as text: state, reason, and what to do."""

    forwarding: Forwarding
    words: list[str]
    may_retry: bool
    may_settle: bool


def counts(actor: Actor, establishment: Establishment | None = None) -> dict[str, int]:
    """Return the numbers of visible forwardings by state; key CHANGED: those whose stay changed after sending.

    All of the actor's, or those of one lodging. States without forwardings are missing.
    """
    forwardings = visible_to(actor)
    if establishment is not None:
        forwardings = forwardings.filter(establishment=establishment)
    by_state = dict(forwardings.order_by().values_list("state").annotate(Count("id")))
    return by_state | {CHANGED: forwardings.exclude(todo="").count()}


def page(actor: Actor, which: str, *, after: str = "", size: int = PAGE) -> CursorPage[ForwardingRow]:
    """Return a page of the visible forwardings in state ``which``; CHANGED: those whose stay changed after sending.

    Sent and settled ones are newest first. The others are oldest first, as the portal's time limit for them runs out
    first.
    """
    forwardings = visible_to(actor).select_related("stay", "establishment__unit")
    forwardings = forwardings.exclude(todo="") if which == CHANGED else forwardings.filter(state=which)
    in_order = newest_first if which in (ForwardingState.SENT, ForwardingState.SETTLED) else oldest_first
    return in_order(forwardings, after, size).map(
        lambda forwarding: ForwardingRow(
            forwarding,
            explanation_of(forwarding),
            can_retry(forwarding.state),
            can_settle(forwarding.state, forwarding.todo),
        )
    )


PORTAL_TAKES = timedelta(days=1)  # after the day of arrival


def waiting_tasks(actor: Actor) -> list[TaskGroup]:
    """Return the tasks to settle stays that did not reach the portal or changed afterwards; no guest's names."""
    if not shows_tab(actor):
        return []
    kind = ("portal", _("Not forwarded to the national portal"), "globe", reverse("relay:reconciliation"))
    traits: dict[str, Any] = {"asks": Ask.LOOK, "act": _("Forward again or settle")}
    return [task_group(*kind, _needing_a_person(actor), _task, partial(_needing_a_person, actor), **traits)]


@cached_query
def _needing_a_person(actor: Actor, due_before: date | None = None) -> QuerySet[Forwarding, Any]:
    """Return (lodging's name, state, arrival day) of visible forwardings that a person must settle, earliest first.

    ``due_before`` selects those that the portal accepts only before a day.
    """
    queryset = visible_to(actor).filter(Q(state__in=FOR_A_PERSON) | ~Q(todo="")).order_by("arrived_on", "pk")
    if due_before:
        queryset = queryset.filter(arrived_on__lt=due_before - PORTAL_TAKES)
    return queryset.values_list("establishment__name", "state", "arrived_on")


def _task(name: str, state: str, arrived_on: date) -> Task:
    """Return the task to settle a forwarding of the lodging ``name``, due on the last day that the portal takes it."""
    which = state if state in FOR_A_PERSON else CHANGED
    page = f"{reverse('relay:reconciliation')}?state={which}"
    words = {"lodging": name, "day": day_short(arrived_on)}
    title = _("%(lodging)s: arrival of %(day)s is not in the national portal") % words
    return Task(title, page, ForwardingState(state).label, arrived_on + PORTAL_TAKES)


def explanation_of(forwarding: Forwarding) -> list[str]:
    """Return sentences on the forwarding: why it has its state, what the portal answered, what a person must do."""
    texts = [str(ForwardingReason(forwarding.why).label)] if forwarding.why else []
    if forwarding.why == ForwardingReason.UNFIT:
        texts.append(", ".join(field_name(field) for field in forwarding.message.split()))
    elif forwarding.message:
        texts.append(_("The portal says: “%(message)s”") % {"message": forwarding.message})
    texts += [str(PortalFollowUp(name).label) for name in forwarding.todo.split()]
    if forwarding.state == ForwardingState.WAITING and forwarding.doubted_at and forwarding.attempts:
        texts.append(_("Sent, but not answered yet. The portal will be asked again."))
    if forwarding.settled_reason:
        texts.append(_("Resolved: %(reason)s") % {"reason": forwarding.settled_reason})
    return texts


def field_name(field: str) -> str:
    """Return the name, in the reader's language, of a field that the portal did not accept; the code if unknown."""
    names = {
        "nationality": _("nationality"),
        "document_number": _("document number (letters and digits, 10 at most)"),
        "sex": _("sex (male or female)"),
        "permitted_until": _("permitted stay until"),
        "room": _("room"),
    }
    return names.get(field, field)


@dataclass(frozen=True)
class ReconciliationRow:
    """One lodging on one day of arrival: declarations here and records at the portal."""

    establishment: Establishment
    declared: int
    there: int
    on_the_way: int
    for_a_person: int

    @property
    def differs(self) -> bool:
        """Whether the number of guests declared here differs from that of records at the portal."""
        return self.declared != self.there


def day_rows(actor: Actor, day: date) -> list[ReconciliationRow]:
    """Return, for each visible lodging that forwards, the number of guests who arrived on ``day``.

    Declared guests stand beside those at the portal, those waiting and those that need a person; lodgings where the
    numbers differ come first. Withdrawn declarations do not count.
    """
    forwarding = PortalAccount.objects.filter(forwards=True).values("establishment_id")
    lodgings = lodgings_visible_to(actor).filter(pk__in=forwarding).in_bulk()
    stays = Stay.objects.filter(establishment_id__in=lodgings, arrived_on=day).exclude(status=StayStatus.WITHDRAWN)
    declared = dict(stays.order_by().values_list("establishment_id").annotate(Count("id")))
    ours = visible_to(actor).filter(establishment_id__in=lodgings, stay__arrived_on=day)
    counts_by_lodging = {
        row["establishment_id"]: row for row in _counts_by_lodging(ours.exclude(stay__status=StayStatus.WITHDRAWN))
    }
    nothing = {"there": 0, "waiting": 0, "person": 0}
    rows = [
        ReconciliationRow(lodgings[pk], count, *(counts_by_lodging.get(pk, nothing)[name] for name in nothing))
        for pk, count in declared.items()
    ]
    return sorted(rows, key=lambda row: (not row.differs, row.establishment.name))[:LODGINGS_A_DAY]


def _counts_by_lodging(forwardings: QuerySet[Forwarding]) -> list[dict[str, Any]]:
    """Return a dict for each lodging with forwardings: establishment_id, there, waiting and person.

    The last three are numbers: arrived at the portal, waiting to be sent, and in need of a person.
    """
    lodgings = forwardings.order_by().values("establishment_id")
    counted: list[dict[str, Any]] = list(
        lodgings.annotate(  # type: ignore[arg-type]
            there=Count("id", filter=Q(state__in=THERE)),
            waiting=Count("id", filter=Q(state=ForwardingState.WAITING)),
            person=Count("id", filter=Q(state__in=FOR_A_PERSON)),
        )
    )
    return counted


def _named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by id, the guest's name and page of the visible forwardings among ``ids``, for the audit's pages."""
    forwardings = visible_to(actor).filter(pk__in=[int(key) for key in ids if key.isdigit()]).select_related("stay")
    opens = may_reconcile(actor)
    return {
        str(forwarding.pk): NamedRecord(
            forwarding.stay.full_name, reverse("stays:stay-office", args=[forwarding.stay_id]) if opens else ""
        )
        for forwarding in forwardings
    }


NAMERS = {"relay.forwarding": _named}


# --- on the stay's own page -----------------------------------------------------------------------------------


def notes(actor: Actor, stay_ids: Sequence[int]) -> dict[int, Note]:
    """Return, by stay id, a note with the stay's state at the national portal; stays without forwarding are missing."""
    forwardings = visible_to(actor).filter(stay_id__in=list(stay_ids))
    return {forwarding.stay_id: _portal_note(forwarding) for forwarding in forwardings}


def _portal_note(forwarding: Forwarding) -> Note:
    """Return a forwarding's state at the national portal as a note for the page of its stay."""
    title = _("National portal")
    if forwarding.state == ForwardingState.SENT and forwarding.sent_at:
        text = _("Forwarded to the national portal at %(when)s.") % {"when": moment(forwarding.sent_at)}
        return Note(title, text, "ok")
    if forwarding.state == ForwardingState.SETTLED:
        return Note(title, _("Resolved by an officer on the national portal."), "ok")
    if forwarding.state == ForwardingState.WAITING:
        why = (
            str(ForwardingReason(forwarding.why).label)
            if forwarding.why
            else _("It will be forwarded to the national portal.")
        )
        return Note(title, why, "warn" if forwarding.why else "info")
    return Note(
        title,
        " ".join([str(ForwardingState(forwarding.state).label).capitalize() + ".", *explanation_of(forwarding)]),
        "warn",
    )
