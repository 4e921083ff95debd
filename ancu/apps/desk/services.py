"""The task page and the search with their audit, saved filters, postponed tasks, and the daily letter of counts."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override, pgettext_lazy

from ancu.apps.accounts.enums import ProposalState
from ancu.apps.accounts.models import Delegation, RightsProposal, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.audit.selectors import AuditAct, acts_of_today
from ancu.apps.audit.services import record, record_look
from ancu.apps.desk import rules, selectors
from ancu.apps.desk.enums import POSTPONE
from ancu.apps.desk.models import PostponedTask, TaskFilter
from ancu.apps.desk.selectors.filters import NO_FILTER, DeskFilter, filters_of
from ancu.apps.desk.selectors.postponed import own_groups, postponed_by
from ancu.apps.desk.selectors.tasks import DeskRow, DeskSection, TaskPage, in_order
from ancu.apps.messaging import rules as messaging
from ancu.apps.messaging.enums import EmailTiming
from ancu.apps.messaging.selectors import in_app
from ancu.apps.messaging.services import notify, notify_decision
from ancu.apps.messaging.services.decisions import APPROVED, NOT_APPROVED
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.errors import Conflict, require
from ancu.core.registry.task_groups import BulkAct, Task
from ancu.core.security.privacy import Keep
from ancu.core.templatetags.ui import counted, day_short, weekday
from ancu.core.working_days import calendar
from ancu.engines.rulebook import CalendarEnds

DAY = timedelta(days=1)
ON_STRIP = 5  # tasks on another start page
OWN, OF_DEPARTMENT = ("desk.tasks", "own"), ("desk.department", "all")  # lists of tasks, in the audit
MAX_FILTERS = 8  # with more chips the filters themselves are quicker


def search(*, actor: Actor, text: str) -> selectors.Search:
    """Search, and record the ids of the people shown; the search text is not stored."""
    results = selectors.search(actor, text)
    people_by_kind: dict[str, Any] = {
        group.kind: list(group.people) for group in results.groups if group.people and group.kind
    }
    if people_by_kind:
        count = sum(map(len, people_by_kind.values()))
        record_look(actor, ("desk.search", "all"), reason="", count=count, **people_by_kind)
    return results


def show_desk(
    *, actor: Actor, chosen: DeskFilter = NO_FILTER, of_department: bool = False
) -> selectors.DeskPage:  # fmt: skip
    """Return the tasks of the actor or of the whole agency, and record whose records they name."""
    page = selectors.desk(actor, chosen, of_department=of_department)
    _record_named(actor, page.rows, OF_DEPARTMENT if of_department else OWN)
    return page


def show_kind(*, actor: Actor, key: str, number: int, of_department: bool = False) -> TaskPage | None:
    """Return a page of one group's tasks, and record the ids of the records whose people they name."""
    page = selectors.task_page(actor, key, number, of_department=of_department)
    if page is not None:
        _record_named(actor, page.rows, OF_DEPARTMENT if of_department else OWN)
    return page


def show_strip(*, actor: Actor, here: str) -> tuple[list[DeskRow], bool]:
    """Return the most urgent tasks but those of the page ``here``, and whether there are more; record the look."""
    rows = sorted((row for row in selectors.desk(actor).rows if row.group.url != here), key=in_order)
    _record_named(actor, rows[:ON_STRIP])
    return rows[:ON_STRIP], len(rows) > ON_STRIP


def show_waiting(*, actor: Actor) -> list[DeskSection]:
    """Return what the actor began and others must go on with, and record whose records it names."""
    sections = selectors.waiting(actor)
    _record_named(actor, [row for section in sections for row in section.rows])
    return sections


def show_done(*, actor: Actor) -> list[AuditAct]:
    """Return what the actor has done today, and record that a list which names people was read."""
    acts = acts_of_today(actor)
    if read := [act.id for act in acts if act.whose]:
        record_look(actor, OWN, count=len(acts), acts=read)
    return acts


def _record_named(actor: Actor, rows: Sequence[DeskRow], which: tuple[str, str] = OWN) -> None:
    """Record a look at the people whom an officer's tasks name; ``which`` list of tasks was read."""
    named: dict[str, Any] = {}
    for row in rows:
        if row.group.names and row.task.subject is not None:
            named.setdefault(row.group.names, []).append(row.task.subject)
    if named and actor.is_agency:
        record_look(actor, which, count=sum(map(len, named.values())), **named)


@transaction.atomic
def save_filter(
    *, actor: Actor, name: str, ask: str, group: str, words: str, grouping: str = "", sorting: str = ""
) -> TaskFilter:  # fmt: skip
    """Save a filter of the task page under a name; one of the same name is overwritten."""
    require(actor.is_agency and actor.user_id is not None)
    User.objects.select_for_update().get(pk=actor.user_id or 0)  # serialises concurrent saves: the limit holds
    own = filters_of(actor)
    if own.exclude(name=name).count() >= MAX_FILTERS:
        sentence = _("You have saved %(most)d filters of your tasks. Delete one first.") % {"most": MAX_FILTERS}
        raise Conflict("too_many_filters", sentence)
    saved, _created = own.update_or_create(
        user_id=actor.user_id or 0, organisation_id=actor.organisation_id or 0, name=name,
        defaults={
            "ask": ask, "group": group, "words": words, "grouping": grouping, "sorting": sorting,
            "saved_on": clock.today(),
        },
    )  # fmt: skip
    record(actor, "desk.saved_filter", saved)
    return saved


@transaction.atomic
def delete_filter(*, actor: Actor, saved: TaskFilter) -> None:
    """Delete one of the actor's own filters of the task page."""
    require(saved.user_id == actor.user_id and saved.organisation_id == actor.organisation_id)
    record(actor, "desk.deleted_filter", saved)
    saved.delete()


class BulkOutcome(NamedTuple):
    """How many tasks an act was done on, and why others were left."""

    done: int
    refused: list[str]


@transaction.atomic
def redact(actor: Actor) -> int:
    """Delete the filters that were saved long ago, since their words may name a person, and past postponements.

    Return their number.
    """
    over = clock.today() - timedelta(days=Keep.SAVED_WORDS.value)
    number = TaskFilter.objects.filter(saved_on__lt=over).delete()[0]
    past = PostponedTask.objects.filter(until__lte=clock.today()).delete()[0]
    if number or past:
        record(actor, "desk.redact", ("desk.taskfilter", "batch"), filters=number, postponed=past)
    return number + past


@transaction.atomic
def postpone_tasks(*, actor: Actor, keys: Sequence[str], until: date) -> BulkOutcome:
    """Take own tasks (``DeskRow.key``) off the actor's list until a day; those that may not be are left, with why."""
    require(rules.may_postpone_tasks(actor))
    groups = {group.key: group for group in own_groups(actor).groups}
    done, refused = 0, []
    for group_key, _space, key in (text.partition(" ") for text in keys):
        group = groups.get(group_key)
        task = selectors.task_of(group, key) if group else None
        if group is None or task is None:
            refused.append(str(_("A task is no longer on your list.")))
        elif refusal := rules.refusal_to_postpone(task, group, until):
            refused.append(str(refusal))
        else:
            _postpone(actor, group_key, task, until)
            done += 1
    return BulkOutcome(done, refused)


def _postpone(actor: Actor, group: str, task: Task, until: date) -> None:
    """Store until when a task is postponed, and record it."""
    postponed, _created = PostponedTask.objects.update_or_create(
        user_id=actor.user_id or 0, organisation_id=actor.organisation_id or 0, group=group, task=task.key,
        defaults={"stage": task.stage, "until": until},
    )  # fmt: skip
    record(actor, "desk.postponed", postponed, group=group, task=task.key, until=until.isoformat())


@transaction.atomic
def resume_task(*, actor: Actor, key: str) -> None:
    """Put a task (``DeskRow.key``) that the actor has postponed back on the actor's list; one that is there stays."""
    group, _space, task = key.partition(" ")
    for postponed in postponed_by(actor).filter(group=group, task=task):
        record(actor, "desk.resumed", postponed, group=group, task=task)
        postponed.delete()


def act_on_tasks(*, actor: Actor, act: BulkAct, values: Sequence[str], choice: str = "") -> BulkOutcome:
    """Do an act on several tasks, each for itself; a task that refuses it does not hold up the others.

    ``choice`` is to whom or to what day, for an act that asks for it.
    """
    if act.key == POSTPONE:
        return postpone_tasks(actor=actor, keys=values, until=date.fromisoformat(choice))
    done, refused = 0, []
    for value in values:
        try:
            with transaction.atomic():
                act.do(actor, value, choice)
        except (Conflict, PermissionDenied, Http404) as reason:
            refused.append(str(getattr(reason, "message", "")) or str(_("You may not do this.")))
        else:
            done += 1
    return BulkOutcome(done, refused)


def _postpone_by_key(actor: Actor, key: str, choice: str) -> None:
    """Postpone one own task until a day in ISO format; Conflict if it may not be."""
    outcome = postpone_tasks(actor=actor, keys=[key], until=date.fromisoformat(choice))
    if outcome.refused:
        raise Conflict("may_not_postpone", outcome.refused[0])


def _postponed_words(number: int) -> str:
    """Return the sentence after tasks were postponed."""
    return counted("%(n)s task is postponed.", "%(n)s tasks are postponed.", number)


def days_to_postpone_to() -> list[tuple[str, str]]:
    """Return the days that one press postpones to, with their words: in one and three working days, next Monday."""
    today = clock.today()
    words_by_day: dict[str, str] = {}
    monday = today + timedelta(days=7 - today.weekday())
    for start, days in ((today, 1), (today, 3), (monday, 0)):
        with suppress(CalendarEnds):
            on = calendar().add_working_days(start, days)
            name = _("%(weekday)s, %(day)s") % {"weekday": weekday(on), "day": day_short(on)}
            lasts = counted("%(n)s working day", "%(n)s working days", days) if days else _("next week")
            words_by_day.setdefault(on.isoformat(), f"{lasts}: {name}")
    return list(words_by_day.items())


POSTPONE_TASKS = BulkAct(
    POSTPONE, pgettext_lazy("tasks", "Postpone"),
    _("They leave your list until the day that you choose. Nobody else’s list changes."), _postponed_words,
    _postpone_by_key, hotkey="p", icon="clock", asks_day=True, days=days_to_postpone_to,
)  # fmt: skip


def send_digests() -> int:
    """Send one letter a day to subscribers with news; return the number of letters. It may run twice a day."""
    sent = 0
    for user in in_app.daily_readers():
        with transaction.atomic():
            sent += _send_digest(user)
    return sent


def _send_digest(user: User) -> bool:
    """Send a user the numbers of the last day's notifications, by kind, and of tasks; return whether any exist."""
    news = in_app.unread_since(user, clock.now() - DAY)
    with override(user.language):
        lines = [(str(messaging.kinds()[kind].label), number) for kind, number in sorted(news.items())]
    waiting = _task_count(user)
    if not lines and not waiting:
        return False
    notify(
        actor=system("desk.digest"),
        to=user,
        key=f"digest:{clock.today().isoformat()}",
        template="desk/letters/digest.txt",
        subject=("digest", user.pk),
        context={"news": lines, "waiting": waiting, "path": reverse("home")},
    )
    return True


def _task_count(user: User) -> int:
    """Return the number of the user's tasks; zero for a user who did not ask to be notified of them."""
    if in_app.preference(user, in_app.WAITING).email != EmailTiming.DAILY:
        return 0
    return sum(group.total for group in own_groups(actor_for(user)).groups)


def notify_stand_in(delegation_id: int) -> None:
    """Notify the colleague to whom a membership was delegated of the first and last day."""
    delegations = Delegation.objects.select_related("delegate__user", "membership__user", "membership__organisation")
    delegation = delegations.filter(pk=delegation_id, revoked_at=None).first()
    if delegation is None:
        return
    notify(
        actor=system("desk.tell_stand_in"),
        to=delegation.delegate.user,
        key=f"delegation:{delegation.pk}",
        template="desk/letters/stand_in.txt",
        subject=("delegation", delegation.pk),
        context={"from": delegation.starts_on, "until": delegation.ends_on, "path": reverse("accounts:leave")},
    )


def notify_proposer(proposal_id: int) -> None:
    """Notify the proposer of a change to an officer's rights of another administrator's decision on it.

    The officer is not named.
    """
    proposal = RightsProposal.objects.get(pk=proposal_id)
    if proposal.state in {ProposalState.CONFIRMED, ProposalState.REFUSED} and proposal.decided_at:
        notify_decision(
            actor=system("desk.tell_proposer"), asked_by_id=proposal.proposed_by_id,
            outcome=APPROVED if proposal.state == ProposalState.CONFIRMED else NOT_APPROVED,
            matter=_("change to the rights of an officer, no."), name=str(proposal.pk), subject=("rights", proposal.pk),
            path=reverse("administration:proposals"), decided_at=proposal.decided_at,
        )  # fmt: skip
