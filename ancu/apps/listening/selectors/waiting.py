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
    return list(_office(actor) if rules.may_work_on_petitions(actor) else _petitioner(actor))


def _office(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the tasks of an officer."""
    page = reverse("listening:petitions")
    if actor.is_office and actor.role in {*rules.HANDLERS, *rules.OPERATORS}:
        header = ("petitions-unassigned", _("Petitions without a unit in charge"), "chat", f"{page}?view=unassigned")
        yield task_group(*header, _unassigned(actor), _task, _unassigned(actor, late=True))
    if actor.role in rules.HANDLERS:
        header = ("petitions", _("Petitions to answer"), "chat", page)
        yield task_group(*header, _to_answer(actor), _task, _to_answer(actor, late=True))
        header = ("petitions-help", _("Your unit was asked to help"), "users", page)
        yield task_group(*header, _asked_to_help(actor), _help, _asked_to_help(actor, late=True))
    if actor.role in OFFICE_DECIDERS:
        header = ("petitions-decide", _("Answers to approve"), "check", f"{page}?view=decide")
        yield task_group(*header, _drafted(actor), _task, _drafted(actor, late=True))


def _visible_rows(actor: Actor, *, late: bool) -> QuerySet[Petition, Any]:
    """Return the petitions the actor may see, as rows of a task."""
    petitions = visible_to(actor).filter(due_on__lt=clock.today()) if late else visible_to(actor)
    return petitions.order_by("due_on", "pk").values_list("number", "state", "due_on")


@cached_query
def _unassigned(actor: Actor, late: bool = False) -> QuerySet[Petition, Any]:
    """Return petitions without a unit."""
    return _visible_rows(actor, late=late).filter(state=PetitionState.RECEIVED)


@cached_query
def _to_answer(actor: Actor, late: bool = False) -> QuerySet[Petition, Any]:
    """Return petitions that the actor's unit must answer."""
    return _visible_rows(actor, late=late).filter(state__in=AT_WORK, unit_id=actor.organisation_id or 0)


@cached_query
def _asked_to_help(actor: Actor, late: bool = False) -> QuerySet[HelpRequest, Any]:
    """Return open help requests to the actor's unit."""
    helps = HelpRequest.objects.filter(agency_id=actor.organisation_id or 0, replied_at=None, petition__state__in=OPEN)
    if late:
        helps = helps.filter(reply_by__lt=clock.today())
    visible = helps.filter(petition__in=visible_to(actor).order_by().values("pk"))
    return visible.order_by("reply_by", "pk").values_list("petition__number", "reply_by")


@cached_query
def _drafted(actor: Actor, late: bool = False) -> QuerySet[Petition, Any]:
    """Return petitions whose draft waits for approval."""
    by_oneself = PetitionAnswer.objects.filter(
        petition=OuterRef("pk"), approved_at=None, returned_at=None, written_by_id__in=actor.conflicting_user_ids
    )
    drafted = _visible_rows(actor, late=late).filter(~Exists(by_oneself), state=PetitionState.DRAFTED)
    if actor.role == rules.HEAD:
        return drafted
    return drafted.filter(about_user__isnull=True, about_key="")  # rules.may_judge_officer


def _task(number: str, state: str, due: date | None) -> Task:
    return Task(number, reverse("listening:petition", args=[number]), PetitionState(state).label, due)


def _help(number: str, reply_by: date) -> Task:
    return Task(number, reverse("listening:petition", args=[number]), "", reply_by)


def _petitioner(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the petitioner's tasks: answered petitions without a verdict."""
    if actor.user_id is None or actor.is_agency:
        return
    header = ("petitions-own", _("Answered: is it settled?"), "chat", reverse("listening:own"))
    yield task_group(*header, _answered(actor.user_id), _own)


@cached_query
def _answered(user_id: int) -> QuerySet[Petition, Any]:
    own = Petition.objects.filter(user_id=user_id, state=PetitionState.ANSWERED)
    return own.order_by("answered_at", "pk").values_list("number", "title")


def _own(number: str, title: str) -> Task:
    return Task(number, reverse("listening:followed", args=[number]), title)
