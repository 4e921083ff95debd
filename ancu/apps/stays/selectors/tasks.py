"""The actor's tasks about stays: undeclared guests, overdue departures, and confirmations to decide."""

from collections.abc import Iterator
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.places.models import name_in_sentence
from ancu.apps.stays.enums import PURPOSES_IN_SHORT, ConfirmationState
from ancu.apps.stays.models import OPEN, Confirmation, Stay, UndeclaredRow, Upload
from ancu.apps.stays.models.upload import PREVIEW_LIFE
from ancu.apps.stays.rules import may_read_confirmations
from ancu.apps.stays.selectors import confirmations, visible_to
from ancu.apps.stays.selectors.undeclared import source_name, unconfirmed_uploads, waiting_by_upload
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, listed_group, task_group
from ancu.core.templatetags.ui import counted


def waiting_tasks(actor: Actor) -> list[TaskGroup]:
    """Return the groups of tasks about guests that wait for a person; none for programs."""
    return list(_waiting_tasks(actor)) if actor.kind is ActorKind.PERSON else []


def _waiting_tasks(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the task groups: undeclared and overdue guests for lodgings, confirmations for officers."""
    if actor.is_lodging:
        yield _undeclared_tasks(actor)
        yield _overdue_tasks(actor)
    elif may_read_confirmations(actor):
        page = reverse("stays:confirmations")
        kind = ("confirmations", _("Confirmations of stay"), "shield", page)
        traits: dict[str, Any] = {"asks": Ask.ANSWER, "act": _("Issue or refuse"), "names": "confirmations"}
        yield task_group(*kind, _requests(actor), _confirmation_task, partial(_requests, actor), **traits)


@cached_query
def _requests(actor: Actor, due_before: date | None = None) -> QuerySet[Confirmation, Any]:
    """Return undecided requests for confirmations with what a task shows, earliest due first.

    ``due_before`` selects those due before a day.
    """
    queryset = confirmations.visible_to(actor).filter(state=ConfirmationState.REQUESTED).order_by("due_on", "id")
    queryset = queryset.filter(due_on__lt=due_before) if due_before else queryset
    columns = ("pk", "reference", "purpose", "stay__full_name", "stay__establishment__name", "unit__full_name")
    return queryset.values_list(*columns, "due_on")


@cached_query
def _undeclared_by_upload(actor: Actor) -> QuerySet[UndeclaredRow, Any]:
    """Return, for each file or group of the business, its undeclared guests in the columns of ``waiting_by_upload``."""
    return waiting_by_upload(actor)


@cached_query
def _unconfirmed(actor: Actor) -> QuerySet[Upload, Any]:
    """Return the files and groups of the business that were read but not declared yet."""
    return unconfirmed_uploads(actor)


def _undeclared_tasks(actor: Actor) -> TaskGroup:
    """Return the task group of files and groups: those with undeclared guests, and those not declared at all yet."""
    tasks = [_undeclared_task(*row) for row in _undeclared_by_upload(actor).rows()] + [
        _unconfirmed_task(*row) for row in _unconfirmed(actor).rows()
    ]
    return listed_group(
        "undeclared", _("Files and groups"), "warn", reverse("stays:undeclared"), tasks,
        asks=Ask.DECIDE, act=_("Declare or dismiss"),
    )  # fmt: skip


def _undeclared_task(
    upload: UUID, name: str, channel: str, sent_at: datetime, place: str, number: int, since: date
) -> Task:
    """Return the task to declare or dismiss the ``number`` undeclared guests of one file or group.

    ``place`` is the lodging, ``since`` their first arrival.
    """
    title = counted("%(n)s guest is not declared yet", "%(n)s guests are not declared yet", number)
    second = f"{source_name(name, channel, sent_at)} · {place}"
    return Task(title, f"{reverse('stays:undeclared')}#upload-{upload}", second, since, grave=True)


def _unconfirmed_task(upload: UUID, name: str, channel: str, sent_at: datetime, place: str) -> Task:
    """Return the task to check and declare one file or group of the lodging ``place``."""
    title = _("“%(name)s” is not declared yet: check and declare it") % {"name": source_name(name, channel, sent_at)}
    ends = clock.local(sent_at + PREVIEW_LIFE)
    until = _("its guests can be declared together until %(moment)s, then one by one")
    second = f"{place} · {until % {'moment': f'{ends:%d/%m/%Y %H:%M}'}}"
    return Task(title, reverse("stays:upload_preview", args=[upload]), second, clock.local(sent_at).date(), grave=True)


@cached_query
def _overdue(actor: Actor) -> QuerySet[Stay, Any]:
    """Return (id, name, number of overdue guests, earliest expected departure) of each lodging with overdue guests."""
    due = visible_to(actor).filter(OPEN, expected_departure__lt=clock.today(), establishment__sandbox=False)
    grouped = due.order_by().values_list("establishment_id", "establishment__name")
    return grouped.annotate(Count("pk"), Min("expected_departure")).order_by("establishment__name")


def _overdue_tasks(actor: Actor) -> TaskGroup:
    """Return the task group of overdue guests, with one task for each lodging."""
    tasks = [_overdue_task(name, number, since) for _pk, name, number, since in _overdue(actor).rows()]
    label = _("Check out or extend")
    return listed_group("leaving", label, "door", reverse("stays:today"), tasks, asks=Ask.DECIDE, act=label)


def _overdue_task(name: str, number: int, since: date) -> Task:
    """Return the task to check out or extend the ``number`` overdue guests of the lodging ``name``."""
    sentence = counted("%(n)s guest should have left", "%(n)s guests should have left", number)
    return Task(sentence, f"{reverse('stays:today')}?list=overdue", name, since)


def _confirmation_task(
    pk: int, reference: str, purpose: str, guest: str, place: str | None, unit: str | None, due: date | None
) -> Task:
    """Return the task to decide on one request for a confirmation."""
    words = {"guest": guest, "purpose": PURPOSES_IN_SHORT[purpose]}
    title = _("%(guest)s needs a stay confirmed for %(purpose)s") % words
    where = [place, name_in_sentence(unit or "")]
    url, second = reverse("stays:office-confirmation", args=[pk]), ", ".join(filter(None, where))
    return Task(title, url, second, due, facts=(place or "",), code=reference, subject=pk)
