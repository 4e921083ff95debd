"""The choices of the forms by which a programme's entries are made."""

from typing import Any

from django.utils.translation import gettext as _

from ancu.apps.community.models import Programme
from ancu.apps.community.selectors import ledger, planning
from ancu.core.actor import Actor
from ancu.core.forms import CHOOSE
from ancu.core.templatetags.ui import number


def form_choices(actor: Actor, programme: Programme, act: str, pledge: int | None = None) -> dict[str, Any]:
    """Return the choices for the form of a ledger act (gift, purchase, handover …), by field name.

    The pledge with the id ``pledge`` is offered whatever its state.
    """
    field_choices: dict[str, Any] = {"item": ledger.items_to_choose(programme, to_buy=act == "purchase")}
    if act == "gift":
        field_choices["pledge"] = [
            ("", _("Not for a pledge")),
            *(
                (pledge_to_choose.pk, _pledge_label(pledge_to_choose))
                for pledge_to_choose in planning.pledges_to_choose(programme, pledge)
            ),
        ]
    if act == "handover":
        field_choices["unit"] = [CHOOSE, *ledger.units_to_choose(actor)]
        field_choices["recipient"] = [("", _("No chosen recipient")), *ledger.recipients_to_choose(programme)]
    return field_choices


def _pledge_label(pledge: Any) -> str:
    """Return the label of a pledge in a list of choices: donor, item, quantity still to come, reference."""
    return (
        f"{pledge.donor.name}: {number(planning.pledge_status(pledge).rest)} {pledge.item.title} ({pledge.reference})"
    )
