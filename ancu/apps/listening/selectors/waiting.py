"""What of petitions and meetings waits for an actor: numbers and days, nobody's words."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.accounts.enums import OFFICE_DECIDERS
from ancu.apps.listening import rules
from ancu.apps.listening.enums import AT_WORK, OPEN, State
from ancu.apps.listening.models import Answer, Help, Petition
from ancu.apps.listening.selectors import visible_to
from ancu.core.actor import Actor
from ancu.core.waiting import Pile, Task, only, pile


def waits(actor: Actor) -> list[Pile]:
    return list(_office(actor) if rules.works_on(actor) else _petitioner(actor))


def _office(actor: Actor) -> Iterator[Pile]:
    page = reverse("listening:petitions")
    known = only(visible_to(actor).order_by("due_on", "pk"), "number", "state", "due_on")
    own = actor.organisation_id or 0
    if actor.is_office and actor.role in {*rules.HANDLERS, *rules.OPERATORS}:
        unassigned = known.filter(state=State.RECEIVED)
        yield pile(_("Petitions without a unit in charge"), "chat", f"{page}?view=unassigned", unassigned, _task)
    if actor.role in rules.HANDLERS:
        yield pile(_("Petitions to answer"), "chat", page, known.filter(state__in=AT_WORK, unit_id=own), _task)
        asked = Help.objects.filter(agency_id=own, replied_at=None, petition__state__in=OPEN)
        asked = asked.filter(petition__in=visible_to(actor).order_by().values("pk"))
        rows = only(asked.order_by("reply_by", "pk"), "reply_by", "petition__number")
        yield pile(_("Your unit was asked to help"), "users", page, rows, _help)
    if actor.role in OFFICE_DECIDERS:
        by_oneself = Answer.objects.filter(
            petition=OuterRef("pk"), approved_at=None, returned_at=None, written_by_id__in=actor.one_hand
        )
        drafted = known.filter(~Exists(by_oneself), state=State.DRAFTED)
        yield pile(_("Answers to approve"), "check", f"{page}?view=decide", drafted, _task)


def _task(one: Petition) -> Task:
    return Task(one.number, reverse("listening:petition", args=[one.number]), one.get_state_display(), one.due_on)


def _help(one: Help) -> Task:
    return Task(one.petition.number, reverse("listening:petition", args=[one.petition.number]), "", one.reply_by)


def _petitioner(actor: Actor) -> Iterator[Pile]:
    """Whoever was answered says whether it is settled."""
    if actor.user_id is None or actor.is_agency:
        return
    own = Petition.objects.filter(user_id=actor.user_id, state=State.ANSWERED).order_by("answered_at", "pk")
    yield pile(_("Answered: is it settled?"), "chat", reverse("listening:own"), own, _own)


def _own(one: Petition) -> Task:
    return Task(one.number, reverse("listening:followed", args=[one.number]), one.title)
