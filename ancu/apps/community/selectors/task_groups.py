"""Tasks of ledger keepers and of the officers who decide as second persons."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.community import rules
from ancu.apps.community.enums import SelectionState
from ancu.apps.community.models import BankAccount, Pledge, Programme, Selection, StatementLine
from ancu.apps.community.selectors import ledger, planning
from ancu.apps.community.selectors.accounts import accounts_to_decide
from ancu.apps.community.selectors.choosing import selections_to_decide
from ancu.apps.community.selectors.objections import objections_to_decide, objections_without_decider
from ancu.apps.community.selectors.reconciling import is_open, unread_lines
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import MAX_LISTED, Task, TaskGroup, listed_group, task_group


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
    """Return how many tasks of each kind the programme has."""
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
            "undecidable", label, "warn", reverse("community:public"), _without_decider(actor), _undecidable
        )


@cached_query
def _without_decider(actor: Actor) -> QuerySet[Any, Any]:
    """Return the rows of objections that nobody may decide."""
    undecidable = objections_without_decider(actor)
    return undecidable.values_list("entry__programme", "entry__number", "entry__programme__name")


def _undecidable(programme: int, number: str, programme_name: str) -> Task:
    """Return a task that links to the programme's public page: the administrator may not read the objection."""
    return Task(number, reverse("community:public-programme", args=[programme]), programme_name, grave=True)


def _visible_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield a keeper's groups of tasks; agencies without any programme cost one query."""
    page, near = reverse("community:list"), ledger.relevant_programmes(actor)
    if not near:
        return
    yield task_group(
        "choices", _("Choices of recipients to approve"), "check", page, _selections(actor), _selection_task
    )
    yield task_group("accounts", _("Accounts to compare"), "receipt", page, _accounts(actor), _account_task)
    yield task_group(
        "objections", _("Objections of recipients to decide"), "warn", page, _objections(actor), _objection_task
    )
    if own := tuple(pk for pk, at_work in near if at_work):
        yield from _handover_groups(page, own)
        yield task_group(
            "pledges",
            _("Pledges that are overdue"),
            "calendar",
            page,
            _overdue_pledges(own),
            _pledge_task,
            _overdue_pledges(own),
        )


@cached_query
def _selections(actor: Actor) -> QuerySet[Selection, Any]:
    """Return the rows of selections that wait for the actor's decision."""
    return selections_to_decide(actor).values_list("programme", "pk", "name", "programme__name")


@cached_query
def _accounts(actor: Actor) -> QuerySet[BankAccount, Any]:
    """Return the rows of bank accounts that wait for the actor's decision."""
    return accounts_to_decide(actor).values_list("programme", "pk", "bank", "programme__name")


@cached_query
def _objections(actor: Actor) -> QuerySet[Any, Any]:
    """Return the rows of objections that the actor may decide."""
    undecided = objections_to_decide(actor)
    return undecided.values_list("entry__programme", "pk", "entry__number", "entry__programme__name")


@cached_query
def _unconfirmed(own: tuple[int, ...], denied: bool | None = None) -> QuerySet[Any, Any]:
    """Return the rows of unconfirmed handovers of the programmes ``own``.

    ``denied`` limits them to those with an objection (True) or without (False).
    """
    handovers = ledger.unconfirmed_handovers(own)
    handovers = handovers if denied is None else handovers.filter(denied=denied)
    return handovers.values_list("programme", "pk", "number", "programme__name", "denied")


@cached_query
def _overdue_pledges(own: tuple[int, ...]) -> QuerySet[Any, Any]:
    """Return the rows of unfulfilled pledges of the programmes ``own`` whose day has passed."""
    late = planning.with_came(Pledge.objects.filter(programme__in=own, due_on__lt=clock.today(), withdrawn_at=None))
    late = late.filter(came__lt=F("quantity"))
    return late.values_list("programme", "reference", "programme__name", "due_on")


def _handover_groups(page: str, own: tuple[int, ...]) -> Iterator[TaskGroup]:
    """Yield the groups of disputed and of other unconfirmed handovers.

    If there are few, one query reads and separates them.
    """
    wrong, unconfirmed = _("A recipient says that something is wrong"), _("Handovers without a confirmation")
    first_rows = _unconfirmed(own).rows(MAX_LISTED + 1)
    if len(first_rows) > MAX_LISTED:
        yield task_group("disputed", wrong, "warn", page, _unconfirmed(own, True), _handover_task)
        yield task_group("unconfirmed", unconfirmed, "edit", page, _unconfirmed(own, False), _handover_task)
        return
    tasks = [_handover_task(*row) for row in first_rows]
    denied, open_ = [task for task in tasks if task.grave], [task for task in tasks if not task.grave]
    yield listed_group("disputed", wrong, "warn", page, denied)
    yield listed_group("unconfirmed", unconfirmed, "edit", page, open_)


def _selection_task(programme: int, pk: int, name: str, of: str) -> Task:
    """Return a task to decide on a selection."""
    return Task(name, reverse("community:selection", args=[programme, pk]), of)


def _account_task(programme: int, pk: int, bank: str, of: str) -> Task:
    """Return a task to compare a bank account with its contract."""
    return Task(of, reverse("community:account", args=[programme, pk]), bank)


def _objection_task(programme: int, pk: int, number: str, programme_name: str) -> Task:
    """Return an urgent task to decide on an objection."""
    return Task(number, reverse("community:objection", args=[programme, pk]), programme_name, grave=True)


def _handover_task(programme: int, pk: int, number: str, of: str, denied: bool) -> Task:
    """Return a task to have a handover confirmed; urgent if the recipient objected (``denied``)."""
    return Task(number, reverse("community:entry", args=[programme, pk]), of, grave=denied)


def _pledge_task(programme: int, reference: str, of: str, due: date) -> Task:
    """Return a task about an overdue pledge."""
    return Task(reference, reverse("community:pledges", args=[programme]), of, due)
