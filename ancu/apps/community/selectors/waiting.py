"""What keepers of ledgers are asked to do, in all their programmes and in one; and what they may choose from."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.community import rules
from ancu.apps.community.enums import SelectionState
from ancu.apps.community.models import BankAccount, Entry, Line, Pledge, Programme, Selection
from ancu.apps.community.selectors import ledger, planning
from ancu.apps.community.selectors.accounts import accounts_to_decide
from ancu.apps.community.selectors.choosing import to_decide
from ancu.apps.community.selectors.reconciling import is_open
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.forms import CHOOSE
from ancu.core.templatetags.ui import number
from ancu.core.waiting import SHOWN, Pile, Task, only, pile


@dataclass(frozen=True, slots=True)
class Waits:
    """How much of each kind waits; the page leads to where it is done."""

    unconfirmed: int
    disputed: int
    pledges: int
    overdue: int
    lines: int
    selections: int
    photos: int


def of_programme(programme: Programme) -> Waits:
    open_pledges = planning.waited_for(programme).aggregate(
        all=Count("pk"), late=Count("pk", filter=Q(due_on__lt=clock.today()))
    )
    handed = ledger.open_handings([programme.pk])
    return Waits(
        unconfirmed=handed.count(),
        disputed=handed.filter(denied=True).count(),
        pledges=open_pledges["all"],
        overdue=open_pledges["late"],
        lines=Line.objects.filter(is_open(), programme=programme).count(),
        selections=programme.selections.exclude(state=SelectionState.APPROVED).count(),
        photos=programme.photos.filter(public=False, file__isnull=False).count(),
    )


def waits(actor: Actor) -> list[Pile]:
    """Second words that are asked for, and what is not right or late in the own programmes. Nobody's name."""
    return list(_piles(actor)) if rules.keeps_ledgers(actor) else []


def _piles(actor: Actor) -> Iterator[Pile]:
    """Where neither the agency nor those below it have a programme, which is most of them, nothing more is asked."""
    page, near = reverse("community:list"), ledger.near(actor)
    if not near:
        return
    choices = only(to_decide(actor), "name", "programme__name")
    yield pile(_("Choices of recipients to approve"), "check", page, choices, _choice)
    accounts = only(accounts_to_decide(actor), "bank", "programme__name")
    yield pile(_("Accounts to compare"), "receipt", page, accounts, _account)
    if own := [pk for pk, at_work in near if at_work]:
        yield from _of_own(page, own)


def _of_own(page: str, own: list[int]) -> Iterator[Pile]:
    yield from _handed(page, only(ledger.open_handings(own), "number", "programme__name"))
    late = planning.with_came(Pledge.objects.filter(programme__in=own, due_on__lt=clock.today(), withdrawn_at=None))
    late = only(late.filter(came__lt=F("quantity")), "reference", "due_on", "programme__name")
    yield pile(_("Pledges that are overdue"), "calendar", page, late, _late)


def _handed(page: str, found: QuerySet[Any]) -> Iterator[Pile]:
    """As long as all of them are few, one question tells those that are disputed from the others."""
    wrong, other = _("A recipient says that something is not right"), _("Handings over without a confirmation")
    few = list(found[: SHOWN + 1])
    if len(few) > SHOWN:
        yield pile(wrong, "warn", page, found.filter(denied=True), _wrong)
        yield pile(other, "edit", page, found.filter(denied=False), _entry)
        return
    denied, open_ = [_wrong(one) for one in few if one.denied], [_entry(one) for one in few if not one.denied]
    yield Pile(wrong, "warn", page, len(denied), denied)
    yield Pile(other, "edit", page, len(open_), open_)


def _choice(one: Selection) -> Task:
    return Task(one.name, reverse("community:selection", args=[one.programme_id, one.pk]), one.programme.name)


def _account(one: BankAccount) -> Task:
    return Task(one.programme.name, reverse("community:account", args=[one.programme_id, one.pk]), one.bank)


def _wrong(one: Entry) -> Task:
    return replace(_entry(one), grave=True)


def _entry(one: Entry) -> Task:
    page = reverse("community:entry", args=[one.programme_id, one.pk])
    return Task(one.number, page, one.programme.name)


def _late(one: Pledge) -> Task:
    page = reverse("community:pledges", args=[one.programme_id])
    return Task(one.reference, page, one.programme.name, one.due_on)


def choices(actor: Actor, programme: Programme, act: str, pledge: int | None = None) -> dict[str, Any]:
    """For the fields of an act's form that are chosen from."""
    found: dict[str, Any] = {"item": ledger.items_to_choose(programme, to_buy=act == "purchase")}
    if act == "gift":
        found["pledge"] = [
            ("", _("For none")),
            *((one.pk, _pledge(one)) for one in planning.to_choose(programme, pledge)),
        ]
    if act == "handover":
        found["unit"] = [CHOOSE, *ledger.units_to_choose(actor)]
        found["recipient"] = [("", _("Nobody who was chosen")), *ledger.recipients_to_choose(programme)]
    return found


def _pledge(pledge: Any) -> str:
    return f"{pledge.donor.name}: {number(planning.promise(pledge).rest)} {pledge.item.name} ({pledge.reference})"
