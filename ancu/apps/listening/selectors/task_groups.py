"""Tasks about petitions and meetings: counts and days, without anybody's words."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.listening import rules
from ancu.apps.listening.enums import AT_WORK, OPEN, PetitionState
from ancu.apps.listening.models import HelpRequest, Petition, PetitionAnswer
from ancu.apps.listening.selectors import visible_to
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Task, TaskGroup, task_group


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks about petitions and meetings."""
    return list(_officer_groups(actor) if rules.may_work_on_petitions(actor) else _petitioner_groups(actor))


def _officer_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups of an officer's tasks."""
    page = reverse("listening:petitions")
    if actor.is_office and actor.role in {*rules.HANDLERS, *rules.OPERATORS}:
        header = ("petitions-unassigned", _("Petitions without a responsible unit"), "chat", f"{page}?view=unassigned")
        yield task_group(*header, _unassigned(actor), _task, _unassigned(actor, late=True))
    if actor.role in rules.HANDLERS:
        header = ("petitions", _("Petitions to answer"), "chat", page)
        yield task_group(*header, _to_answer(actor), _task, _to_answer(actor, late=True))
        header = ("petitions-help", _("Your unit was asked to help"), "users", page)
        yield task_group(*header, _help_requests(actor), _help_task, _help_requests(actor, late=True))
    if actor.role in OFFICE_DECIDERS:
        header = ("petitions-decide", _("Answers to approve"), "check", f"{page}?view=decide")
        yield task_group(*header, _drafted(actor), _task, _drafted(actor, late=True))


def _visible_rows(actor: Actor, *, late: bool) -> QuerySet[Petition, Any]:
    """Return number, state and due day of the petitions that the actor may see; ``late``: only overdue ones."""
    petitions = visible_to(actor).filter(due_on__lt=clock.today()) if late else visible_to(actor)
    return petitions.order_by("due_on", "pk").values_list("number", "state", "due_on")


@cached_query
def _unassigned(actor: Actor, late: bool = False) -> QuerySet[Petition, Any]:
    """Return the rows of petitions without a unit; ``late``: only overdue ones."""
    return _visible_rows(actor, late=late).filter(state=PetitionState.RECEIVED)


@cached_query
def _to_answer(actor: Actor, late: bool = False) -> QuerySet[Petition, Any]:
    """Return the rows of petitions that the actor's unit must answer; ``late``: only overdue ones."""
    return _visible_rows(actor, late=late).filter(state__in=AT_WORK, unit_id=actor.organisation_id or 0)


@cached_query
def _help_requests(actor: Actor, late: bool = False) -> QuerySet[HelpRequest, Any]:
    """Return the rows of open help requests to the actor's unit; ``late``: only overdue ones."""
    helps = HelpRequest.objects.filter(agency_id=actor.organisation_id or 0, replied_at=None, petition__state__in=OPEN)
    if late:
        helps = helps.filter(reply_by__lt=clock.today())
    visible = helps.filter(petition__in=visible_to(actor).order_by().values("pk"))
    return visible.order_by("reply_by", "pk").values_list("petition__number", "reply_by")


@cached_query
def _drafted(actor: Actor, late: bool = False) -> QuerySet[Petition, Any]:
    """Return the rows of petitions whose draft the actor may approve; ``late``: only overdue ones.

    Not the actor's own drafts; petitions about an officer only for a head of unit.
    """
    by_oneself = PetitionAnswer.objects.filter(
        petition=OuterRef("pk"), approved_at=None, returned_at=None, written_by_id__in=actor.conflicting_user_ids
    )
    drafted = _visible_rows(actor, late=late).filter(~Exists(by_oneself), state=PetitionState.DRAFTED)
    if actor.role == rules.HEAD:
        return drafted
    return drafted.filter(about_user__isnull=True, about_key="")  # rules.may_judge_officer


def _task(number: str, state: str, due: date | None) -> Task:
    """Return a task for a petition."""
    return Task(number, reverse("listening:petition", args=[number]), PetitionState(state).label, due)


def _help_task(number: str, reply_by: date) -> Task:
    """Return a task to answer another unit's help request."""
    return Task(number, reverse("listening:petition", args=[number]), "", reply_by)


def _petitioner_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the group of a petitioner's tasks: answered petitions without a verdict."""
    if actor.user_id is None or actor.is_agency:
        return
    header = ("petitions-own", _("Answered: is it resolved?"), "chat", reverse("listening:own"))
    yield task_group(*header, _answered(actor.user_id), _verdict_task)


@cached_query
def _answered(user_id: int) -> QuerySet[Petition, Any]:
    """Return the rows of the user's answered petitions, the earliest first."""
    own = Petition.objects.filter(user_id=user_id, state=PetitionState.ANSWERED)
    return own.order_by("answered_at", "pk").values_list("number", "title")


def _verdict_task(number: str, title: str) -> Task:
    """Return a task to give a verdict on the own petition."""
    return Task(number, reverse("listening:followed", args=[number]), title)
