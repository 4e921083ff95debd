"""Enter what a programme's form submits; return the next address."""

from typing import Any

from django.db import transaction
from django.urls import reverse

from ancu.apps.community.models import Programme
from ancu.apps.community.selectors import ledger, planning
from ancu.apps.community.selectors.plausibility import oddities
from ancu.apps.community.services import planning as plans
from ancu.apps.community.services import posting, programmes, reconciling
from ancu.apps.community.services.posting import ItemAmount
from ancu.core.actor import Actor
from ancu.core.forms.confirming import require_confirmed


@transaction.atomic
def enter(actor: Actor, programme: Programme, act: str, cleaned: dict[str, Any], *, answer: str = "") -> str:
    """Store what the form of a ledger act (gift, pledge, goal …) contains; return the next page's URL.

    No donor or recipient is created if it raises Conflict. Raises Unconfirmed when a value is unusual and ``answer``
    does not confirm it. The programme is locked before that check: of two similar simultaneous entries the second
    needs a confirmation.
    """
    plans.lock_programme(actor, programme.pk)
    require_confirmed(oddities(programme, act, cleaned), answer)
    if act in ("item", "goal", "close"):
        return _enter_plan(actor, programme, act, cleaned)
    if act == "pledge":
        plans.add_pledge(
            actor=actor, programme_id=programme.pk, donor=_donor(actor, programme, cleaned),
            item=ledger.get_item(programme, cleaned["item"]), quantity=cleaned["quantity"], due_on=cleaned["day"],
            key=cleaned["key"],
        )  # fmt: skip
        return reverse("community:pledges", args=[programme.pk])
    amounts = [ItemAmount(ledger.get_item(programme, item), quantity) for item, quantity in cleaned["amounts"].items()]
    common = {
        "actor": actor,
        "programme_id": programme.pk,
        "amounts": amounts,
        "day": cleaned["day"],
        "key": cleaned["key"],
    }
    if act == "purchase":
        paid = ItemAmount(ledger.money_of(programme), cleaned["paid"])
        entry = posting.buy(pay=paid, seller=cleaned["seller"], paper=cleaned["paper"], **common)
    elif act == "gift":
        pledge = planning.get_pledge(programme, cleaned["pledge"]) if cleaned.get("pledge") else None
        donor = pledge.donor if pledge else _donor(actor, programme, cleaned)
        entry = posting.give(donor=donor, pledge=pledge, **common)
    else:
        entry = posting.hand_over(recipient=_recipient(actor, programme, cleaned), **common)
    return reverse("community:entry", args=[programme.pk, entry.pk])


def _enter_plan(actor: Actor, programme: Programme, act: str, cleaned: dict[str, Any]) -> str:
    """Add an item, set a goal or close the books, as the form says; return the URL of the programme's page."""
    if act == "item":
        programmes.add_item(actor=actor, programme_id=programme.pk, **cleaned)
    elif act == "goal":
        item = ledger.get_item(programme, cleaned.pop("item"))
        plans.set_goal(actor=actor, programme_id=programme.pk, item=item, **cleaned)
    else:
        plans.close(actor=actor, programme_id=programme.pk, **cleaned)
    return reverse("community:programme", args=[programme.pk])


def _donor(actor: Actor, programme: Programme, cleaned: dict[str, Any]) -> Any:
    """Return the donor whom the form names; a form sent twice gets the donor of the first time.

    Otherwise people without contact, who are never matched, would be created twice.
    """
    before = ledger.donor_of_form(programme, cleaned["key"])
    donor_fields = {name: cleaned[name] for name in ("kind", "name", "contact", "anonymous")}
    return before or programmes.donor_named(actor, **donor_fields)


def _recipient(actor: Actor, programme: Programme, cleaned: dict[str, Any]) -> Any:
    """Return the approved recipient chosen in the form, else the recipient that it describes."""
    if cleaned.get("recipient"):
        return ledger.get_recipient(programme, cleaned["recipient"])
    recipient_fields = {name: cleaned[name] for name in ("kind", "name", "reason")}
    return programmes.recipient_named(actor, programme, unit_id=cleaned["unit"], **recipient_fields)


@transaction.atomic
def enter_transfer(actor: Actor, programme: Programme, line_id: int, donor: dict[str, Any]) -> Any:
    """Enter an open bank transfer as a gift of the donor whom the form describes; return the entry."""
    who = programmes.donor_named(actor, contact="", **donor)
    return reconciling.enter_gift(actor=actor, programme_id=programme.pk, line_id=line_id, donor=who)
