"""Tasks about petitions and meetings, titled by the petitioners' words."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import BigIntegerField, DateTimeField, Exists, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Left
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.listening import rules
from ancu.apps.listening.enums import AT_WORK, OPEN, PetitionChannel, PetitionState
from ancu.apps.listening.models import HelpRequest, Petition, PetitionAnswer
from ancu.apps.listening.selectors import visible_to
from ancu.apps.places.models import name_in_sentence
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.cached_queries import CachedQuery, cached_query
from ancu.core.registry.task_groups import Ask, Task, TaskGroup, first_of_each, task_group
from ancu.core.templatetags.ui import day_short

NO_ANSWER = (Cast(Value(None), BigIntegerField()), Cast(Value(None), DateTimeField()))
FIRST_WORDS = 60  # characters of a petition, which distinguish it from another with the same title
Kind = tuple[tuple[str, str, str, str], Callable[..., CachedQuery], Callable[..., Task], dict[str, Any]]
# Acts on several petitions: services.several.
ASSIGN, SIGN, SEND_BACK = "assign-petitions", "sign-answers", "return-answers"


def task_groups(actor: Actor) -> list[TaskGroup]:
    """Return the actor's tasks about petitions and meetings."""
    return list(_officer_groups(actor) if rules.may_work_on_petitions(actor) else _petitioner_groups(actor))


def _officer_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the groups of an officer's tasks about petitions and meetings; one statement reads the first of each."""
    kinds = list(_officer_kinds(actor))
    first = first_of_each(*(query(actor) for _header, query, _task, _traits in kinds))
    for (header, query, task, traits), rows in zip(kinds, first, strict=True):
        yield task_group(*header, query(actor), task, partial(query, actor), first_rows=rows, **traits)


def _officer_kinds(actor: Actor) -> Iterator[Kind]:
    """Yield header, query, task and traits of each group that the actor's role has."""
    page = reverse("listening:petitions")
    if actor.is_office and actor.role in {*rules.HANDLERS, *rules.OPERATORS}:
        header = ("petitions-unassigned", _("Petitions without a responsible unit"), "chat", f"{page}?view=unassigned")
        yield header, _unassigned, _assignable_task, _traits(Ask.DECIDE, _("Choose the responsible unit"))
    if actor.role in rules.HANDLERS:
        header = ("petitions", _("Petitions to answer"), "chat", page)
        task = _assignable_task if actor.is_office else _task
        yield header, _to_answer, task, _traits(Ask.ANSWER, _("Answer the petition"))
        header = ("petitions-help", _("Your unit was asked to help"), "users", page)
        yield header, _help_requests, _help_task, _traits(Ask.ANSWER, _("Answer the unit that asks"))
    if actor.role in OFFICE_DECIDERS:
        header = ("petitions-decide", _("Answers to approve"), "stamp", f"{page}?view=decide")
        yield header, _drafted, _drafted_task, _traits(Ask.SIGN, _("Sign as second person"))


def waiting_groups(actor: Actor) -> list[TaskGroup]:
    """Return the answers that the actor has written and a second person has not approved yet."""
    if not rules.may_work_on_petitions(actor):
        return []
    header = ("petitions-written", _("Your answers"), "stamp", f"{reverse('listening:petitions')}?view=decide")
    traits = _traits(Ask.SIGN, _("A second person approves"))
    return [task_group(*header, _written(actor), _drafted_task, **traits)]


def _traits(asks: Ask, act: str) -> dict[str, Any]:
    """Return what the tasks of a group ask; they name people in the petitioners' words."""
    return {"asks": asks, "act": act, "names": "petitions"}


def _columns(of: str = "", due: str = "due_on", answer: tuple[Any, Any] = NO_ANSWER) -> tuple[Any, ...]:
    """Return what a task shows of a petition, with the first of its words; ``of`` is the way to the petition.

    Every kind of task has the same columns, so that one statement reads them: also id and time of an ``answer``, and
    the unit in charge.
    """
    names = ("pk", "number", "title", "state", "reopened", "channel", "received_at", "place__full_name")
    return (*(f"{of}{name}" for name in names), Left(f"{of}body", FIRST_WORDS), due, *answer, f"{of}unit__name")


def _visible(actor: Actor, due_before: date | None = None) -> QuerySet[Petition]:
    """Return the petitions that the actor may see, earliest due first; only those due before a day if given."""
    petitions = visible_to(actor).filter(due_on__lt=due_before) if due_before else visible_to(actor)
    return petitions.order_by("due_on", "pk")


def _visible_rows(actor: Actor, due_before: date | None = None) -> QuerySet[Petition, Any]:
    """Return the petitions of ``_visible`` as tuples for tasks."""
    return _visible(actor, due_before).values_list(*_columns())


@cached_query
def _unassigned(actor: Actor, due_before: date | None = None) -> QuerySet[Petition, Any]:
    """Return the petitions without a unit, as tuples for tasks."""
    return _visible_rows(actor, due_before).filter(state=PetitionState.RECEIVED)


@cached_query
def _to_answer(actor: Actor, due_before: date | None = None) -> QuerySet[Petition, Any]:
    """Return the petitions that the actor's unit must answer, as tuples for tasks."""
    return _visible_rows(actor, due_before).filter(state__in=AT_WORK, unit_id=actor.organisation_id or 0)


@cached_query
def _help_requests(actor: Actor, due_before: date | None = None) -> QuerySet[HelpRequest, Any]:
    """Return as tuples for tasks the open help requests to the actor's unit."""
    helps = HelpRequest.objects.filter(agency_id=actor.organisation_id or 0, replied_at=None, petition__state__in=OPEN)
    if due_before:
        helps = helps.filter(reply_by__lt=due_before)
    visible = helps.filter(petition__in=visible_to(actor).order_by().values("pk"))
    return visible.order_by("reply_by", "pk").values_list(*_columns("petition__", "reply_by"))


@cached_query
def _drafted(actor: Actor, due_before: date | None = None) -> QuerySet[Petition, Any]:
    """Return as tuples for tasks the petitions whose draft the actor may approve.

    Not the actor's own drafts; petitions about an officer only for a head of unit.
    """
    by_oneself = PetitionAnswer.objects.filter(
        petition=OuterRef("pk"), approved_at=None, returned_at=None, written_by_id__in=actor.conflicting_user_ids
    )
    drafted = _with_answer(_visible(actor, due_before).filter(~Exists(by_oneself), state=PetitionState.DRAFTED))
    if actor.role == rules.HEAD:
        return drafted
    return drafted.filter(about_user__isnull=True, about_key="")  # rules.may_judge_officer


def _with_answer(petitions: QuerySet[Petition]) -> QuerySet[Petition, Any]:
    """Return the petitions' tasks with id and time of the latest answer and the writing unit."""
    answers = PetitionAnswer.objects.filter(petition=OuterRef("pk")).order_by("-id")
    latest = Subquery(answers.values("pk")[:1]), Subquery(answers.values("written_at")[:1])
    return petitions.values_list(*_columns(answer=latest))


@cached_query
def _written(actor: Actor) -> QuerySet[Petition, Any]:
    """Return the rows of petitions whose draft the actor has written."""
    own = PetitionAnswer.objects.filter(
        petition=OuterRef("pk"), approved_at=None, returned_at=None, written_by_id__in=actor.own_user_ids
    )
    return _with_answer(_visible(actor).filter(Exists(own), state=PetitionState.DRAFTED))


def _task(
    pk: int, number: str, title: str, state: str, reopened: int, channel: str, received_at: datetime,
    place: str | None, opening: str, due: date | None, *_answer_and_unit: Any,
) -> Task:  # fmt: skip
    """Return a task for a petition: its title, its place and how it came, or that the petitioner asks again.

    ``opening`` has the first of the petitioner's words.
    """
    received = day_short(clock.local(received_at).date())
    words = {"channel": PetitionChannel(channel).label, "day": received}
    standing = _("the petitioner asks again") if reopened else _("%(channel)s, %(day)s") % words
    second = ", ".join(filter(None, [name_in_sentence(place or ""), standing]))
    url = reverse("listening:petition", args=[number])
    facts = (place or "", _quoted(opening), received)
    return Task(title, url, second, due, since=received_at, facts=facts, code=number, subject=pk,
                stage=f"{state}:{reopened}")  # fmt: skip


def _quoted(opening: str) -> str:
    """Return the first of a petitioner's words in quotation marks, cut after a word; "" without any."""
    if len(opening) == FIRST_WORDS:
        opening = f"{opening.rpartition(' ')[0] or opening}…"
    return f"“{opening}”" if opening else ""


def _assignable_task(*row: Any) -> Task:
    """Return a task for a petition that the office may assign to a unit, with others at once."""
    task = _task(*row)
    return replace(task, bulk=task.code, acts=(ASSIGN,))


def _help_task(*row: Any) -> Task:
    """Return a task to answer another unit's help request; a row ends with that unit."""
    unit = row[-1]
    return replace(_task(*row), second=_("%(unit)s asks") % {"unit": unit or _("the office")})


def _drafted_task(*row: Any) -> Task:
    """Return a task to approve a drafted answer; a row ends with the answer's id and time and the writing unit."""
    *_petition, answer, written_at, unit = row
    task = _task(*row)
    written = {"unit": unit or "", "day": day_short(clock.local(written_at).date())}
    title, second = _("Answer to “%(title)s”") % {"title": task.title}, _("%(unit)s, drafted on %(day)s") % written
    return replace(
        task, title=title, second=second, since=written_at, bulk=f"{task.code}:{answer}", acts=(SIGN, SEND_BACK),
        stage=f"{task.stage}:{answer}",
    )  # fmt: skip


def _petitioner_groups(actor: Actor) -> Iterator[TaskGroup]:
    """Yield the group of a petitioner's tasks: answered petitions without a verdict."""
    if actor.user_id is None or actor.is_agency:
        return
    header = ("petitions-own", _("Answered: is it resolved?"), "chat", reverse("listening:own"))
    act = _("Say whether it is resolved")
    yield task_group(*header, _answered(actor.user_id), _verdict_task, asks=Ask.ANSWER, act=act)


@cached_query
def _answered(user_id: int) -> QuerySet[Petition, Any]:
    """Return as tuples for tasks the user's petitions that were answered and wait for a verdict, earliest first."""
    own = Petition.objects.filter(user_id=user_id, state=PetitionState.ANSWERED)
    return own.order_by("answered_at", "pk").values_list("number", "title")


def _verdict_task(number: str, title: str) -> Task:
    """Return a task to give a verdict on the own petition."""
    return Task(title, reverse("listening:followed", args=[number]), number, code=number)
