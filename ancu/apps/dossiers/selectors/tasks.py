"""The actor's tasks about dossiers, without personal names; opening a dossier is recorded as a look."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LegalFileState, State
from ancu.apps.dossiers.models import OPEN, Dossier, LegalFile, Opinion, ResultCorrection
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.mine import requests_to_filer, was_declined
from ancu.apps.dossiers.selectors.office import opinions_asked
from ancu.apps.dossiers.selectors.procedures import law_day, name_of
from ancu.apps.dossiers.selectors.queues import received
from ancu.apps.dossiers.selectors.results import corrections_to_decide
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Task, TaskGroup, listed_group, task_group

# The states each role works on next; approvals are open to all approving officers.
WORK = {
    Role.INTAKE_OFFICER: (State.SUBMITTED, State.RESUBMITTED, State.APPROVED),
    Role.ASSESSING_OFFICER: (State.ACCEPTED,),
    Role.APPROVING_OFFICER: (State.ASSESSED,),
}
TASK_COLUMNS = ("number", "procedure", "submitted_at", "state", "due_on")


def waiting_tasks(actor: Actor) -> list[TaskGroup]:
    """Return the task groups of dossiers for a person; none for programs."""
    if actor.user_id is None:
        return []
    return list(_office_tasks(actor) if actor.is_agency else _filer_tasks(actor))


def _office_tasks(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the office's task groups: dossiers, corrections, legal files, opinions."""
    if rules.is_officer(actor):
        task, late = _task("dossiers:office-dossier"), _to_work_on(actor, late=True)
        yield task_group("dossiers", _("Dossiers"), "file", reverse("dossiers:queue"), _to_work_on(actor), task, late)
        kind = ("corrections", _("Corrections to confirm"), "edit", reverse("dossiers:queue"))
        yield task_group(*kind, _to_confirm(actor), _correction_task)
    if rules.reads_legal_files(actor) and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}:
        page = reverse("dossiers:office-legal-files")
        yield task_group("legal-files", _("Legal files"), "building", page, _legal_files_to_decide(), _legal_file_task)
    if rules.answers_opinions(actor):
        kind = ("opinions", _("Opinions requested from your unit"), "chat", reverse("dossiers:opinions"))
        yield task_group(*kind, _opinions_to_answer(actor), _opinion_task, _opinions_to_answer(actor, late=True))


@cached_query
def _to_work_on(actor: Actor, late: bool = False) -> QuerySet[Dossier, Any]:
    """Return the dossiers that wait for the actor's role, earliest due first; with ``late`` only overdue ones.

    Without those assigned to others; of an approving officer, without those with a conflict of interest.
    """
    dossiers = received(actor).filter(OPEN, state__in=WORK.get(Role(actor.role), ()))
    if actor.role == Role.APPROVING_OFFICER:
        dossiers = dossiers.exclude(assessed_by_id__in=actor.conflicting_user_ids)
    else:
        dossiers = dossiers.filter(Q(assigned_to=None) | Q(assigned_to_id__in=actor.own_user_ids))
    dossiers = dossiers.filter(due_on__lt=clock.today()) if late else dossiers
    return dossiers.order_by("due_on", "id").values_list(*TASK_COLUMNS)


@cached_query
def _to_confirm(actor: Actor) -> QuerySet[ResultCorrection, Any]:
    """Return (dossier number, proposer's name) of the corrections of results that the actor may decide."""
    return corrections_to_decide(actor).values_list("result__dossier__number", "proposed_by__full_name")


@cached_query
def _legal_files_to_decide() -> QuerySet[LegalFile, Any]:
    """Return (id, organisation, version) of the legal files that wait for a decision."""
    return LegalFile.objects.filter(state=LegalFileState.SUBMITTED).order_by("id").values_list("pk", "name", "version")


@cached_query
def _opinions_to_answer(actor: Actor, late: bool = False) -> QuerySet[Opinion, Any]:
    """Return (id, dossier number, asking agency, deadline) of the opinions that the actor's unit owes.

    With ``late`` only overdue ones.
    """
    opinions = opinions_asked(actor).filter(answered_at=None).order_by("answer_by", "id")
    opinions = opinions.filter(answer_by__lt=clock.today()) if late else opinions
    return opinions.values_list("pk", "dossier__number", "dossier__agency__name", "answer_by")


def _task(page: str) -> Callable[..., Task]:
    """Return a function that makes the task of a dossier, linked to this page."""

    def task(number: str, procedure: str, submitted_at: datetime | None, state: str, due: date | None) -> Task:
        """Return the task of a dossier."""
        title = f"{number} · {name_of(procedure, law_day(submitted_at))}"
        return Task(title, reverse(page, args=[number]), State(state).label, due)

    return task


def _legal_file_task(pk: int, name: str, version: int) -> Task:
    """Return the task to decide on a legal file."""
    return Task(f"{name}, {_('version')} {version}", reverse("dossiers:office-legal-file", args=[pk]))


def _correction_task(number: str, proposed_by: str) -> Task:
    """Return the task to confirm a correction."""
    return Task(number, f"{reverse('dossiers:office-dossier', args=[number])}#correction", proposed_by)


def _opinion_task(pk: int, number: str, asked_by: str | None, answer_by: date | None) -> Task:
    """Return the task to answer an opinion."""
    return Task(number, reverse("dossiers:opinion", args=[pk]), asked_by or "", answer_by)


def _filer_tasks(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the filer's task groups: requests to answer, and results to collect."""
    mine, task, name_sponsor = reverse("dossiers:mine"), _task("dossiers:page"), _task("dossiers:check")
    tasks = [
        (name_sponsor if was_declined(dossier) else task)(*(getattr(dossier, name) for name in TASK_COLUMNS))
        for dossier in requests_to_filer(actor)
    ]
    yield listed_group("asked", _("Action needed from you"), "edit", mine, tasks)
    yield task_group("ready", _("Ready to collect"), "door", mine, _results_to_fetch(actor), task)


@cached_query
def _results_to_fetch(actor: Actor) -> QuerySet[Dossier, Any]:
    """Return the dossiers whose results the actor can collect."""
    return visible_to(actor).filter(state=State.READY).order_by("-id").values_list(*TASK_COLUMNS)
