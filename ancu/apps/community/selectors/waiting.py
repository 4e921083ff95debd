"""Tasks of ledger keepers, and the choices of their forms."""

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
from ancu.apps.community.selectors.choosing import to_decide
from ancu.apps.community.selectors.objections import objections_to_decide, objections_without_decider
from ancu.apps.community.selectors.reconciling import is_open, unread_lines
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.forms import CHOOSE
from ancu.core.registry.task_groups import MAX_LISTED, Task, TaskGroup, listed_group, task_group
from ancu.core.templatetags.ui import number


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


def of_programme(programme: Programme) -> TaskCounts:
    """Return the task counts of one programme."""
    open_pledges = planning.waited_for(programme).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today()))
    )
    handed = ledger.open_handings([programme.pk])
    return TaskCounts(
        unconfirmed=handed.count(),
        disputed=handed.filter(denied=True).count(),
        pledges=open_pledges["all"],
        overdue=open_pledges["late"],
        lines=StatementLine.objects.filter(is_open(), programme=programme).count() + unread_lines(programme).count(),
        selections=programme.selections.exclude(state=SelectionState.APPROVED).count(),
        photos=programme.photos.filter(public=False, file__isnull=False).count(),
    )


def waits(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks: decisions of a second person, and problems of own programmes. Nobody is named."""
    if rules.appoints_keepers(actor):
        return list(_to_appoint(actor))
    return list(_piles(actor)) if rules.keeps_ledgers(actor) else []


def _to_appoint(actor: Actor) -> Iterator[TaskGroup]:
    if ledger.near(actor):
        label = _("Objections nobody may decide: appoint an officer")
        yield task_group(
            "undecidable", label, "warn", reverse("community:public"), _without_decider(actor), _undecidable
        )


@cached_query
def _without_decider(actor: Actor) -> QuerySet[Any, Any]:
    undecidable = objections_without_decider(actor)
    return undecidable.values_list("entry__programme", "entry__number", "entry__programme__name")


def _undecidable(programme: int, number: str, programme_name: str) -> Task:
    """Return a task that links to the programme's public page: the administrator may not read the objection."""
    return Task(number, reverse("community:public-programme", args=[programme]), programme_name, grave=True)


def _piles(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups; agencies without any programme cost one query."""
    page, near = reverse("community:list"), ledger.near(actor)
    if not near:
        return
    yield task_group("choices", _("Choices of recipients to approve"), "check", page, _choices(actor), _choice)
    yield task_group("accounts", _("Accounts to compare"), "receipt", page, _accounts(actor), _account)
    yield task_group(
        "objections", _("Objections of recipients to decide"), "warn", page, _objections(actor), _objection
    )
    if own := tuple(pk for pk, at_work in near if at_work):
        yield from _handed(page, own)
        yield task_group(
            "pledges", _("Pledges that are overdue"), "calendar", page, _overdue(own), _late, _overdue(own)
        )


@cached_query
def _choices(actor: Actor) -> QuerySet[Selection, Any]:
    return to_decide(actor).values_list("programme", "pk", "name", "programme__name")


@cached_query
def _accounts(actor: Actor) -> QuerySet[BankAccount, Any]:
    return accounts_to_decide(actor).values_list("programme", "pk", "bank", "programme__name")


@cached_query
def _objections(actor: Actor) -> QuerySet[Any, Any]:
    undecided = objections_to_decide(actor)
    return undecided.values_list("entry__programme", "pk", "entry__number", "entry__programme__name")


@cached_query
def _open(own: tuple[int, ...], denied: bool | None = None) -> QuerySet[Any, Any]:
    handovers = ledger.open_handings(own)
    handovers = handovers if denied is None else handovers.filter(denied=denied)
    return handovers.values_list("programme", "pk", "number", "programme__name", "denied")


@cached_query
def _overdue(own: tuple[int, ...]) -> QuerySet[Any, Any]:
    late = planning.with_came(Pledge.objects.filter(programme__in=own, due_on__lt=clock.today(), withdrawn_at=None))
    late = late.filter(came__lt=F("quantity"))
    return late.values_list("programme", "reference", "programme__name", "due_on")


def _handed(page: str, own: tuple[int, ...]) -> Iterator[TaskGroup]:
    """Yield unconfirmed handovers; one query separates disputed ones if there are few."""
    wrong, unconfirmed = _("A recipient says that something is not right"), _("Handings over without a confirmation")
    first_rows = _open(own).rows(MAX_LISTED + 1)
    if len(first_rows) > MAX_LISTED:
        yield task_group("disputed", wrong, "warn", page, _open(own, True), _entry)
        yield task_group("unconfirmed", unconfirmed, "edit", page, _open(own, False), _entry)
        return
    tasks = [_entry(*row) for row in first_rows]
    denied, open_ = [task for task in tasks if task.grave], [task for task in tasks if not task.grave]
    yield listed_group("disputed", wrong, "warn", page, denied)
    yield listed_group("unconfirmed", unconfirmed, "edit", page, open_)


def _choice(programme: int, pk: int, name: str, of: str) -> Task:
    return Task(name, reverse("community:selection", args=[programme, pk]), of)


def _account(programme: int, pk: int, bank: str, of: str) -> Task:
    return Task(of, reverse("community:account", args=[programme, pk]), bank)


def _objection(programme: int, pk: int, number: str, programme_name: str) -> Task:
    return Task(number, reverse("community:objection", args=[programme, pk]), programme_name, grave=True)


def _entry(programme: int, pk: int, number: str, of: str, denied: bool) -> Task:
    return Task(number, reverse("community:entry", args=[programme, pk]), of, grave=denied)


def _late(programme: int, reference: str, of: str, due: date) -> Task:
    return Task(reference, reverse("community:pledges", args=[programme]), of, due)


def choices(actor: Actor, programme: Programme, act: str, pledge: int | None = None) -> dict[str, Any]:
    """Return the choices for an act's form."""
    field_choices: dict[str, Any] = {"item": ledger.items_to_choose(programme, to_buy=act == "purchase")}
    if act == "gift":
        field_choices["pledge"] = [
            ("", _("For none")),
            *(
                (pledge_to_choose.pk, _pledge(pledge_to_choose))
                for pledge_to_choose in planning.to_choose(programme, pledge)
            ),
        ]
    if act == "handover":
        field_choices["unit"] = [CHOOSE, *ledger.units_to_choose(actor)]
        field_choices["recipient"] = [("", _("Nobody who was chosen")), *ledger.recipients_to_choose(programme)]
    return field_choices


def _pledge(pledge: Any) -> str:
    return f"{pledge.donor.name}: {number(planning.promise(pledge).rest)} {pledge.item.title} ({pledge.reference})"
