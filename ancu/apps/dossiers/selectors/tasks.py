"""The actor's tasks about dossiers: an officer's with the applicant's name, a filer's with the procedure."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LegalFileState, State
from ancu.apps.dossiers.models import OPEN, Dossier, LegalFile, Opinion, ResultCorrection, RuleDraft
from ancu.apps.dossiers.rules.rule_changes import may_change_rules
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.mine import requests_to_filer, was_declined
from ancu.apps.dossiers.selectors.office import opinions_asked
from ancu.apps.dossiers.selectors.procedures import law_day, name_of
from ancu.apps.dossiers.selectors.queues import received
from ancu.apps.dossiers.selectors.results import corrections_to_decide
from ancu.apps.dossiers.selectors.rule_changes import drafts_to_decide
from ancu.apps.dossiers.selectors.rule_wording import draft_title
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import cached_query
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, listed_group, task_group
from ancu.core.templatetags.ui import day_short

# The states each role works on next; approvals are open to all approving officers.
WORK = {
    Role.INTAKE_OFFICER: (State.SUBMITTED, State.RESUBMITTED, State.APPROVED),
    Role.ASSESSING_OFFICER: (State.ACCEPTED,),
    Role.APPROVING_OFFICER: (State.ASSESSED,),
}
TASK_COLUMNS = ("number", "procedure", "submitted_at", "state", "due_on")
OFFICE_COLUMNS = ("pk", "full_name", "unit__full_name", "assigned_to", *TASK_COLUMNS)
ACTS = {
    State.SUBMITTED: gettext_lazy("Check whether it is complete"),
    State.RESUBMITTED: gettext_lazy("Check what was added"),
    State.ACCEPTED: gettext_lazy("Assess and propose"),
    State.ASSESSED: gettext_lazy("Approve or refuse"),
    State.APPROVED: gettext_lazy("Enter the result"),
}

ASSIGN, TAKE = "assign-dossiers", "take-dossiers"  # acts on several dossiers: services.several

ABOUT_PERSONS: dict[str, Any] = {
    "names": "dossiers",
    "has_preview": False,
}  # an officer's page of a dossier needs the whole width


def waiting_tasks(actor: Actor) -> list[TaskGroup]:
    """Return the task groups of dossiers for a person; none for programs."""
    if actor.user_id is None:
        return []
    return list(_office_tasks(actor) if actor.is_agency else _filer_tasks(actor))


def _office_tasks(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the task groups that the officer's role has: dossiers, corrections, legal files, opinions."""
    if rules.is_officer(actor):
        kind = ("dossiers", _("Dossiers"), "file", reverse("dossiers:queue"))
        traits: dict[str, Any] = {
            "asks": Ask.DECIDE,
            "act": _("Work on the dossier"),
        } | ABOUT_PERSONS
        yield task_group(*kind, _to_work_on(actor), _office_task, partial(_to_work_on, actor), **traits)
        kind = ("corrections", _("Corrections to confirm"), "edit", reverse("dossiers:queue"))
        traits = {"asks": Ask.SIGN, "act": _("Confirm as second person"), "names": "dossiers"}
        yield task_group(*kind, _to_confirm(actor), _correction_task, **traits)
    if rules.reads_legal_files(actor) and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}:
        kind = ("legal-files", _("Legal files"), "building", reverse("dossiers:office-legal-files"))
        act = _("Approve or return")
        yield task_group(*kind, _legal_files_to_decide(), _legal_file_task, asks=Ask.DECIDE, act=act)
    if may_change_rules(actor):
        kind = ("rule-changes", _("Changes of rules to approve"), "edit", reverse("dossiers:rule-changes"))
        act = _("Approve as second person")
        yield task_group(*kind, _rule_changes_to_decide(actor), _rule_change_task, asks=Ask.SIGN, act=act)
    if rules.answers_opinions(actor):
        kind = ("opinions", _("Opinions requested from your unit"), "chat", reverse("dossiers:opinions"))
        due, act = partial(_opinions_to_answer, actor), _("Give the opinion")
        yield task_group(*kind, _opinions_to_answer(actor), _opinion_task, due, asks=Ask.ANSWER, act=act)


def waiting_groups(actor: Actor) -> list[TaskGroup]:
    """Return the dossiers that the actor has assessed or sent back, and that wait for others."""
    if not (actor.is_agency and rules.is_officer(actor)):
        return []
    page = reverse("dossiers:queue")
    proposed = ("dossiers-proposed", _("Dossiers you have proposed"), "file", page)
    requested = ("dossiers-asked", _("Documents you have requested"), "file", page)
    decide, send = _("An approving officer decides"), _("The applicant sends what is missing")
    return [
        task_group(*proposed, _proposed(actor), _waiting_task, asks=Ask.DECIDE, act=decide, **ABOUT_PERSONS),
        task_group(*requested, _requested(actor), _waiting_task, asks=Ask.ANSWER, act=send, **ABOUT_PERSONS),
    ]


def department_groups(actor: Actor) -> list[TaskGroup]:
    """Return the dossiers that wait for any officer of the actor's agency, each with its officer's name."""
    traits: dict[str, Any] = {"asks": Ask.DECIDE, "act": _("Work on the dossier")} | ABOUT_PERSONS
    due = partial(_of_department, actor)
    kind = ("dossiers", _("Dossiers"), "file", reverse("dossiers:queue"))
    return [task_group(*kind, _of_department(actor), _department_task, due, **traits)]


@cached_query
def _of_department(actor: Actor, due_before: date | None = None) -> QuerySet[Dossier, Any]:
    """Return the dossiers that wait for an officer of the agency, as tuples for ``_department_task``."""
    states = sorted({state for of_role in WORK.values() for state in of_role})
    dossiers = received(actor).filter(OPEN, state__in=states).order_by("due_on", "id")
    dossiers = dossiers.filter(due_on__lt=due_before) if due_before else dossiers
    return dossiers.values_list("assigned_to__full_name", *OFFICE_COLUMNS)


@cached_query
def _proposed(actor: Actor) -> QuerySet[Dossier, Any]:
    """Return the dossiers that the actor has assessed and nobody has decided on."""
    dossiers = received(actor).filter(OPEN, state=State.ASSESSED, assessed_by_id__in=actor.own_user_ids)
    return dossiers.order_by("due_on", "id").values_list(*OFFICE_COLUMNS)


@cached_query
def _requested(actor: Actor) -> QuerySet[Dossier, Any]:
    """Return the actor's dossiers for which the applicant owes documents."""
    dossiers = received(actor).filter(OPEN, state=State.SUPPLEMENT, assigned_to_id__in=actor.own_user_ids)
    return dossiers.order_by("due_on", "id").values_list(*OFFICE_COLUMNS)


@cached_query
def _to_work_on(actor: Actor, due_before: date | None = None) -> QuerySet[Dossier, Any]:
    """Return (number, procedure, submission, state, due day) of dossiers that wait for the actor's role.

    The earliest due come first; ``due_before`` selects those due before a day. Without those assigned to others; for
    an approving officer, without those with a conflict of interest.
    """
    dossiers = received(actor).filter(OPEN, state__in=WORK.get(Role(actor.role), ()))
    if actor.role == Role.APPROVING_OFFICER:
        dossiers = dossiers.exclude(assessed_by_id__in=actor.conflicting_user_ids)
    else:
        dossiers = dossiers.filter(Q(assigned_to=None) | Q(assigned_to_id__in=actor.own_user_ids))
    dossiers = dossiers.filter(due_on__lt=due_before) if due_before else dossiers
    return dossiers.order_by("due_on", "id").values_list(*OFFICE_COLUMNS)


@cached_query
def _to_confirm(actor: Actor) -> QuerySet[ResultCorrection, Any]:
    """Return (dossier id, number, applicant, proposer) of the corrections of results that the actor may decide."""
    columns = (f"result__dossier__{name}" for name in ("pk", "number", "full_name"))
    return corrections_to_decide(actor).values_list(*columns, "proposed_by__full_name")


@cached_query
def _legal_files_to_decide() -> QuerySet[LegalFile, Any]:
    """Return (id, organisation, version, submission) of the legal files that wait for a decision."""
    submitted = LegalFile.objects.filter(state=LegalFileState.SUBMITTED).order_by("id")
    return submitted.values_list("pk", "name", "version", "submitted_at")


@cached_query
def _rule_changes_to_decide(actor: Actor) -> QuerySet[RuleDraft, Any]:
    """Return (id, rule, entry, first day, drafter) of the changes of rules that wait for the actor's approval."""
    columns = ("pk", "rule", "entry", "valid_from", "drafted_by__full_name")
    return drafts_to_decide(actor).values_list(*columns)


@cached_query
def _opinions_to_answer(actor: Actor, due_before: date | None = None) -> QuerySet[Opinion, Any]:
    """Return (id, number and procedure of the dossier, asking agency, deadline) of opinions that the unit owes.

    ``due_before`` selects those due before a day.
    """
    opinions = opinions_asked(actor).filter(answered_at=None).order_by("answer_by", "id")
    opinions = opinions.filter(answer_by__lt=due_before) if due_before else opinions
    columns = ("pk", "dossier__number", "dossier__procedure", "dossier__submitted_at", "dossier__agency__name")
    return opinions.values_list(*columns, "answer_by")


def _task(page: str) -> Callable[..., Task]:
    """Return a function that makes a Task, linked to the view ``page``, from a dossier's ``TASK_COLUMNS``.

    These are number, procedure, submission, state and due day.
    """

    def task(number: str, procedure: str, submitted_at: datetime | None, state: str, due: date | None) -> Task:
        """Return the task of a dossier, with number and procedure as title and with its state and due day."""
        title = f"{number} · {name_of(procedure, law_day(submitted_at))}"
        return Task(title, reverse(page, args=[number]), State(state).label, due, code=number)

    return task


def _office_task(
    pk: int, full_name: str, unit: str | None, officer: int | None,
    number: str, procedure: str, submitted_at: datetime | None, state: str, due: date | None,
) -> Task:  # fmt: skip
    """Return an officer's task of a dossier; one without an officer can be taken with others."""
    received = _("received on %(day)s") % {"day": day_short(submitted_at)}
    standing = State(state).label if state == State.RESUBMITTED else received
    second = [unit, standing, "" if officer else _("nobody’s yet")]
    return Task(
        f"{full_name or number}: {name_of(procedure, law_day(submitted_at))}",
        reverse("dossiers:office-dossier", args=[number]), ", ".join(map(str, filter(None, second))), due,
        act=ACTS.get(State(state), ""), facts=(number,), code=number, subject=pk, bulk=number,
        acts=(ASSIGN,) if officer else (TAKE, ASSIGN),
    )  # fmt: skip


def _department_task(officer: str | None, *row: Any) -> Task:
    """Return the task of a dossier of any officer of the agency, with the officer's name."""
    task = _office_task(*row)
    return replace(task, second=", ".join([str(task.second), officer])) if officer else task


def _waiting_task(*row: Any) -> Task:
    """Return the task of a dossier that others go on with: their act, that of its group."""
    return replace(_office_task(*row), act="", bulk="", acts=())


def _legal_file_task(pk: int, name: str, version: int, submitted_at: datetime) -> Task:
    """Return the task to decide on a legal file."""
    title = _("Legal file of %(name)s") % {"name": name}
    second = f"{_('version')} {version}"
    return Task(title, reverse("dossiers:office-legal-file", args=[pk]), second, since=submitted_at, facts=(second,))


def _rule_change_task(pk: int, rule: str, entry: str, valid_from: date, drafter: str) -> Task:
    """Return the task to approve a change of a rule; it is due on the day before its first one."""
    title = draft_title(RuleDraft(rule=rule, entry=entry, valid_from=valid_from))
    second, last = _("by %(name)s") % {"name": drafter}, valid_from - timedelta(days=1)
    return Task(_("Change of a rule: %(title)s") % {"title": title}, reverse("dossiers:rule-change", args=[pk]),
                second, last)  # fmt: skip


def _correction_task(pk: int, number: str, full_name: str, proposed_by: str) -> Task:
    """Return the task to confirm a correction."""
    url = f"{reverse('dossiers:office-dossier', args=[number])}#correction"
    title = _("Result of %(name)s: correction proposed") % {"name": full_name or number}
    return Task(title, url, _("by %(name)s") % {"name": proposed_by}, facts=(number,), code=number, subject=pk)


def _opinion_task(
    pk: int, number: str, procedure: str, submitted_at: datetime | None, asked_by: str | None, answer_by: date | None
) -> Task:
    """Return the task to answer an opinion; the unit that is asked learns the applicant's name on its page."""
    title = _("Opinion on a request: %(procedure)s") % {"procedure": name_of(procedure, law_day(submitted_at))}
    return Task(title, reverse("dossiers:opinion", args=[pk]), asked_by or "", answer_by, facts=(number,), code=number)


def _filer_tasks(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the filer's task groups: requests to answer, and results to collect."""
    mine, task, name_sponsor = reverse("dossiers:mine"), _task("dossiers:page"), _task("dossiers:check")
    tasks = [
        (name_sponsor if was_declined(dossier) else task)(*(getattr(dossier, name) for name in TASK_COLUMNS))
        for dossier in requests_to_filer(actor)
    ]
    act = _("Do what the office asks")
    yield listed_group("asked", _("Action needed from you"), "edit", mine, tasks, asks=Ask.ANSWER, act=act)
    kind, act = ("ready", _("Ready to collect"), "door", mine), _("Collect the result")
    yield task_group(*kind, _results_to_fetch(actor), task, asks=Ask.LOOK, act=act)


@cached_query
def _results_to_fetch(actor: Actor) -> QuerySet[Dossier, Any]:
    """Return the dossiers, as tuples of ``TASK_COLUMNS``, whose results are ready for the actor to collect."""
    return visible_to(actor).filter(state=State.READY).order_by("-id").values_list(*TASK_COLUMNS)
