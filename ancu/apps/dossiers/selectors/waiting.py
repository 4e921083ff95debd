"""What of dossiers waits for an actor, without anybody's name: the number opens the page, and that is the look."""

from collections.abc import Callable, Iterator

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import LegalFileState, State
from ancu.apps.dossiers.models import OPEN, Dossier, LegalFile, Opinion
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.mine import asked_of_me
from ancu.apps.dossiers.selectors.office import opinions_asked
from ancu.apps.dossiers.selectors.procedures import day_of, name_of
from ancu.apps.dossiers.selectors.queues import received
from ancu.core.actor import Actor
from ancu.core.waiting import Pile, Task, only, pile

# What each role does next; approving is for all who decide, whoever has the dossier.
WORK = {
    Role.INTAKE_OFFICER: (State.SUBMITTED, State.RESUBMITTED, State.APPROVED),
    Role.ASSESSING_OFFICER: (State.ACCEPTED,),
    Role.APPROVING_OFFICER: (State.ASSESSED,),
}
SHOWN = ("number", "procedure", "state", "due_on", "submitted_at")


def waits(actor: Actor) -> list[Pile]:
    if actor.user_id is None:
        return []
    return list(_office(actor) if actor.is_agency else _filer(actor))


def _office(actor: Actor) -> Iterator[Pile]:
    if rules.is_officer(actor):
        found = _to_work_on(actor).order_by("due_on", "id").only(*SHOWN)
        yield pile(_("Dossiers"), "file", reverse("dossiers:queue"), found, _task("dossiers:office-dossier"))
    if rules.reads_legal_files(actor) and actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER}:
        sent = LegalFile.objects.filter(state=LegalFileState.SUBMITTED).order_by("id").only("name", "version")
        yield pile(_("Legal files"), "building", reverse("dossiers:office-legal-files"), sent, _legal)
    if rules.answers_opinions(actor):
        asked = opinions_asked(actor).filter(answered_at=None).order_by("answer_by", "id")
        asked = only(asked, "answer_by", "dossier__number", "dossier__agency__name")
        yield pile(_("Opinions asked of your unit"), "chat", reverse("dossiers:opinions"), asked, _opinion)


def _to_work_on(actor: Actor) -> QuerySet[Dossier]:
    found = received(actor).filter(OPEN, state__in=WORK.get(Role(actor.role), ()))
    if actor.role == Role.APPROVING_OFFICER:
        return found.exclude(assessed_by_id__in=actor.one_hand)
    return found.filter(Q(assigned_to=None) | Q(assigned_to_id__in=actor.hands))


def _task(page: str) -> Callable[[Dossier], Task]:
    def task(one: Dossier) -> Task:
        return Task(
            title=f"{one.number} · {name_of(one.procedure, day_of(one))}",
            url=reverse(page, args=[one.number]),
            second=one.get_state_display(),
            due=one.due_on,
        )

    return task


def _legal(one: LegalFile) -> Task:
    return Task(f"{one.name}, {_('version')} {one.version}", reverse("dossiers:office-legal-file", args=[one.pk]))


def _opinion(one: Opinion) -> Task:
    asked_by = one.dossier.agency.name if one.dossier.agency else ""
    return Task(one.dossier.number, reverse("dossiers:opinion", args=[one.pk]), asked_by, one.answer_by)


def _filer(actor: Actor) -> Iterator[Pile]:
    mine, task = reverse("dossiers:mine"), _task("dossiers:page")
    asked = asked_of_me(actor)
    yield Pile(_("Asked of you"), "edit", mine, len(asked), [task(one) for one in asked])
    ready = visible_to(actor).filter(state=State.READY).order_by("-id").only(*SHOWN)
    yield pile(_("Ready to be fetched"), "door", mine, ready, task)
