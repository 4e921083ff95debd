"""What one form of a programme does; returns the address to go on to."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from ancu.apps.community.models import Programme
from ancu.apps.community.selectors import ledger, planning
from ancu.apps.community.selectors.oddities import oddities
from ancu.apps.community.services import planning as plans
from ancu.apps.community.services import posting, programmes, reconciling
from ancu.apps.community.services.posting import Amount
from ancu.core.actor import Actor
from ancu.core.forms.confirming import require_confirmed


@transaction.atomic
def enter(actor: Actor, programme: Programme, act: str, given: dict[str, Any], *, answer: str = "") -> str:
    """``given`` is what the act's form found good. Raises Conflict as the act does; nobody new is left then.

    Raises Unconfirmed when something is unusual and ``answer`` does not confirm it. The programme is locked before
    that is examined: of two like entries at the same moment the second is asked about.
    """
    plans.held(actor, programme.pk)
    require_confirmed(oddities(programme, act, given), answer)
    if act in ("item", "goal", "close"):
        return _plan(actor, programme, act, given)
    if act == "pledge":
        plans.pledge(
            actor=actor, programme_id=programme.pk, donor=_donor(actor, programme, given),
            item=ledger.get_item(programme, given["item"]), quantity=given["quantity"], due_on=given["day"],
            key=given["key"],
        )  # fmt: skip
        return reverse("community:pledges", args=[programme.pk])
    amounts = [Amount(ledger.get_item(programme, item), quantity) for item, quantity in given["amounts"].items()]
    common = {
        "actor": actor,
        "programme_id": programme.pk,
        "amounts": amounts,
        "day": given["day"],
        "key": given["key"],
    }
    if act == "purchase":
        paid = Amount(ledger.money_of(programme), given["paid"])
        entry = posting.buy(pay=paid, seller=given["seller"], paper=given["paper"], **common)
    elif act == "gift":
        pledge = planning.get_pledge(programme, given["pledge"]) if given.get("pledge") else None
        donor = pledge.donor if pledge else _donor(actor, programme, given)
        entry = posting.give(donor=donor, pledge=pledge, **common)
    else:
        entry = posting.hand_over(recipient=_recipient(actor, programme, given), **common)
    return reverse("community:entry", args=[programme.pk, entry.pk])


def _plan(actor: Actor, programme: Programme, act: str, given: dict[str, Any]) -> str:
    if act == "item":
        programmes.add_item(actor=actor, programme_id=programme.pk, **given)
    elif act == "goal":
        item = ledger.get_item(programme, given.pop("item"))
        plans.set_goal(actor=actor, programme_id=programme.pk, item=item, **given)
    else:
        plans.close(actor=actor, programme_id=programme.pk, **given)
    return reverse("community:programme", args=[programme.pk])


def _donor(actor: Actor, programme: Programme, given: dict[str, Any]) -> Any:
    """Of a form that was sent before, the donor it had then: a person without contact would else be another one."""
    before = ledger.donor_of_form(programme, given["key"])
    wanted = {name: given[name] for name in ("kind", "name", "contact", "anonymous")}
    return before or programmes.donor_named(actor, **wanted)


def _recipient(actor: Actor, programme: Programme, given: dict[str, Any]) -> Any:
    if given.get("recipient"):
        return ledger.get_recipient(programme, given["recipient"])
    wanted = {name: given[name] for name in ("kind", "name", "reason")}
    return programmes.recipient_named(actor, programme, unit_id=given["unit"], **wanted)


@transaction.atomic
def enter_transfer(actor: Actor, programme: Programme, line_id: int, donor: dict[str, Any]) -> Any:
    """An open transfer of the bank becomes the gift of somebody who is named now."""
    who = programmes.donor_named(actor, contact="", **donor)
    return reconciling.enter_gift(actor=actor, programme_id=programme.pk, line_id=line_id, donor=who)
