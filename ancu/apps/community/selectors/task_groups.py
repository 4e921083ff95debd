"""Tasks of ledger keepers and of the officers who decide as second persons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.community import rules
from ancu.apps.community.enums import RecipientKind, SelectionState
from ancu.apps.community.models import BankAccount, Pledge, Programme, Selection, StatementLine
from ancu.apps.community.selectors import ledger, planning
from ancu.apps.community.selectors.accounts import accounts_to_decide
from ancu.apps.community.selectors.choosing import selections_to_decide
from ancu.apps.community.selectors.objections import objections_to_decide, objections_without_decider
from ancu.apps.community.selectors.reconciling import is_open, unread_lines
from ancu.apps.places.models import name_in_sentence
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import MAX_LISTED, Ask, Task, TaskGroup, first_of_each, listed_group, task_group
from ancu.core.templatetags.ui import day_short


@dataclass(frozen=True, slots=True)
class TaskCounts:
    """The number of tasks of each kind."""

    unconfirmed: int
    disputed: int
    pledges: int
    overdue: int
    lines: int
    selections: int
    photos: int


def count_tasks(programme: Programme) -> TaskCounts:
    """Return how many tasks of each kind the programme has, such as unconfirmed handovers and open transfers."""
    open_pledges = planning.open_pledges(programme).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today()))
    )
    handed = ledger.unconfirmed_handovers([programme.pk])
    return TaskCounts(
        unconfirmed=handed.count(),
        disputed=handed.filter(denied=True).count(),
        pledges=open_pledges["all"],
        overdue=open_pledges["late"],
        lines=StatementLine.objects.filter(is_open(), programme=programme).count() + unread_lines(programme).count(),
        selections=programme.selections.exclude(state=SelectionState.APPROVED).count(),
        photos=programme.photos.filter(public=False, file__isnull=False).count(),
    )


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks without names: decisions as second person, and problems of own programmes."""
    if rules.appoints_keepers(actor):
        return list(_to_appoint(actor))
    return list(_visible_groups(actor)) if rules.keeps_ledgers(actor) else []


def _to_appoint(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the administrator's group of objections that nobody may decide."""
    if ledger.relevant_programmes(actor):
        label = _("Objections without an officer to decide: appoint one")
        yield task_group(
            "undecidable", label, "warn", reverse("community:public"), _without_decider(actor), _undecidable,
            asks=Ask.DECIDE, act=_("Appoint an officer"),
        )  # fmt: skip


@cached_query
def _without_decider(actor: Actor) -> QuerySet[Any, Any]:
    """Return as tuples for tasks the objections that nobody may decide."""
    undecidable = objections_without_decider(actor)
    return undecidable.values_list("entry__programme", "entry__number", "entry__programme__name")


def _undecidable(programme: int, number: str, programme_name: str) -> Task:
    """Return a task that links to the programme's public page: the administrator may not read the objection."""
    title = _("%(programme)s: nobody may decide on an objection") % {"programme": programme_name}
    url = reverse("community:public-programme", args=[programme])
    return Task(title, url, grave=True, facts=(number,), code=number)


def _visible_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups of tasks of a ledger keeper; agencies without any programme cost one query."""
    page, near = reverse("community:list"), ledger.relevant_programmes(actor)
    if not near:
        return
    yield from _deciding_groups(actor, page)
    if own := tuple(pk for pk, at_work in near if at_work):
        yield from _handover_groups(page, own)
        kind, late = ("pledges", _("Pledges that are overdue"), "calendar", page), _overdue_pledges(own)
        yield task_group(*kind, late, _pledge_task, lambda _day: late, asks=Ask.LOOK, act=_("Ask the donor"))


def _deciding_groups(actor: Actor, page: str) -> Iterator[TaskGroup]:
    """Yield the groups of what a second keeper decides; one statement reads the first of each."""
    queries = _selections(actor), _accounts(actor), _objections(actor)
    selections, accounts, objections = first_of_each(*queries)
    kind = ("choices", _("Choices of recipients to approve"), "check", page)
    act: dict[str, Any] = {"asks": Ask.SIGN, "act": _("Sign the list")}
    yield task_group(*kind, queries[0], _selection_task, first_rows=selections, **act)
    kind = ("accounts", _("Accounts to compare"), "receipt", page)
    act["act"] = _("Compare with the contract")
    yield task_group(*kind, queries[1], _account_task, first_rows=accounts, **act)
    kind = ("objections", _("Objections of recipients to decide"), "warn", page)
    act = {"asks": Ask.DECIDE, "act": _("Decide on the objection")}
    yield task_group(*kind, queries[2], _objection_task, first_rows=objections, **act)


@cached_query
def _selections(actor: Actor) -> QuerySet[Selection, Any]:
    """Return (programme id, id, name, programme's name, proposal) of the selections that the actor must decide on."""
    return selections_to_decide(actor).values_list("programme", "pk", "name", "programme__name", "proposed_at")


@cached_query
def _accounts(actor: Actor) -> QuerySet[BankAccount, Any]:
    """Return as tuples for tasks the bank accounts that wait for the actor's decision."""
    return accounts_to_decide(actor).values_list("programme", "pk", "bank", "programme__name", "proposed_at")


@cached_query
def _objections(actor: Actor) -> QuerySet[Any, Any]:
    """Return as tuples for tasks the objections that the actor may decide."""
    undecided = objections_to_decide(actor)
    return undecided.values_list("entry__programme", "pk", "entry__number", "entry__programme__name", "made_at")


@cached_query
def _unconfirmed(own: tuple[int, ...], denied: bool | None = None) -> QuerySet[Any, Any]:
    """Return as tuples for tasks the unconfirmed handovers of the programmes ``own`` (ids).

    ``denied`` limits them to those with an objection (True) or without (False).
    """
    handovers = ledger.unconfirmed_handovers(own)
    handovers = handovers if denied is None else handovers.filter(denied=denied)
    recipient = ("recipient__kind", "recipient__unit__full_name")
    return handovers.values_list("programme", "pk", "number", "programme__name", "denied", "day", *recipient)


@cached_query
def _overdue_pledges(own: tuple[int, ...]) -> QuerySet[Any, Any]:
    """Return as tuples for tasks the unfulfilled pledges of the programmes ``own`` (ids) whose day is past."""
    late = planning.with_came(Pledge.objects.filter(programme__in=own, due_on__lt=clock.today(), withdrawn_at=None))
    late = late.filter(came__lt=F("quantity"))
    return late.values_list("programme", "reference", "programme__name", "due_on")


def _handover_groups(page: str, own: tuple[int, ...]) -> Iterator[TaskGroup]:
    """Yield the group of disputed handovers and that of other unconfirmed ones.

    If there are few, one query reads and separates them.
    """
    wrong, unconfirmed = _("A recipient says that something is wrong"), _("Handovers without a confirmation")
    disputed: dict[str, Any] = {"asks": Ask.DECIDE, "act": _("Find out what went wrong")}
    waiting: dict[str, Any] = {"asks": Ask.LOOK, "act": _("Have it confirmed")}
    first_rows = _unconfirmed(own).rows(MAX_LISTED + 1)
    if len(first_rows) > MAX_LISTED:
        yield task_group("disputed", wrong, "warn", page, _unconfirmed(own, True), _handover_task, **disputed)
        rest = _unconfirmed(own, False)
        yield task_group("unconfirmed", unconfirmed, "edit", page, rest, _handover_task, **waiting)
        return
    tasks = [_handover_task(*row) for row in first_rows]
    denied, open_ = [task for task in tasks if task.grave], [task for task in tasks if not task.grave]
    yield listed_group("disputed", wrong, "warn", page, denied, **disputed)
    yield listed_group("unconfirmed", unconfirmed, "edit", page, open_, **waiting)


def _selection_task(programme: int, pk: int, name: str, of: str, proposed_at: datetime | None) -> Task:
    """Return a task to decide on a selection."""
    url = reverse("community:selection", args=[programme, pk])
    return Task(f"{name}, {of}", url, _("proposed, not approved yet"), since=proposed_at)


def _account_task(programme: int, pk: int, bank: str, of: str, proposed_at: datetime) -> Task:
    """Return a task to compare a bank account with its contract."""
    title = _("Bank account of %(programme)s") % {"programme": of}
    return Task(title, reverse("community:account", args=[programme, pk]), bank, since=proposed_at, facts=(bank,))


def _objection_task(programme: int, pk: int, number: str, programme_name: str, made_at: datetime) -> Task:
    """Return an urgent task to decide on an objection."""
    title = _("A recipient of %(programme)s objects") % {"programme": programme_name}
    url = reverse("community:objection", args=[programme, pk])
    return Task(title, url, programme_name, grave=True, since=made_at, facts=(number,), code=number)


def _handover_task(
    programme: int, pk: int, number: str, of: str, denied: bool, on: date, kind: str, unit: str
) -> Task:  # fmt: skip
    """Return a task to have a handover confirmed; urgent if the recipient objected (``denied``).

    A recipient is named by kind and place only.
    """
    words = {"recipient": RecipientKind(kind).label, "unit": name_in_sentence(unit), "day": day_short(on)}
    title = _("A %(recipient)s in %(unit)s has not confirmed the handover of %(day)s")
    if denied:
        title = _("A %(recipient)s in %(unit)s says that the handover of %(day)s was wrong")
    url = reverse("community:entry", args=[programme, pk])
    return Task(title % words, url, of, grave=denied, since=on, facts=(of, number), code=number)


def _pledge_task(programme: int, reference: str, of: str, due: date) -> Task:
    """Return a task about an overdue pledge."""
    title, url = _("%(programme)s: a pledge has not arrived"), reverse("community:pledges", args=[programme])
    return Task(title % {"programme": of}, url, of, due, facts=(reference,), code=reference)
