"""What may be right but seldom is, of an act on the ledger: it is asked about before it is entered."""

from hashlib import sha256
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from ancu.apps.community import rules
from ancu.apps.community.models import Programme
from ancu.apps.community.selectors.ledger import get_item, value_of
from ancu.core.templatetags.ui import number

DEAR, CHEAP = 1.5, 0.5  # what was paid, against what the goods are valued at


def oddities(programme: Programme, act: str, given: dict[str, Any]) -> list[str]:
    """A sentence for each, with what speaks against it."""
    if act not in ("gift", "purchase", "handover"):
        return []
    more = {"purchase": _of_price, "gift": _of_goal}.get(act)
    return [*_of_day(programme, given), *(more(programme, given) if more else ())]


def sure_of(sentences: list[str]) -> str:
    """What says yes to these and to no others."""
    return sha256("\n".join(sentences).encode()).hexdigest()[:16]


def _of_day(programme: Programme, given: dict[str, Any]) -> list[str]:
    if rules.is_within(programme, given["day"]):
        return []
    days = {"first": programme.begins_on, "last": programme.ends_on, "day": given["day"]}
    said = _("%(day)s is outside the programme’s time, %(first)s to %(last)s.")
    return [said % {name: f"{value:%d/%m/%Y}" for name, value in days.items()}]


def _of_goal(programme: Programme, given: dict[str, Any]) -> list[str]:
    """One gift of more than the whole programme aims at has a nought too many, as a rule."""
    said = _("%(quantity)s %(item)s is more than the whole programme aims at, %(goal)s.")
    sentences = []
    for pk, quantity in given["amounts"].items():
        item = get_item(programme, pk)
        goal = item.goals.aggregate(most=Max("quantity"))["most"]
        if goal and quantity > goal:
            sentences.append(said % {"quantity": number(quantity), "item": item.name, "goal": number(goal)})
    return sentences


def _of_price(programme: Programme, given: dict[str, Any]) -> list[str]:
    amounts = [(get_item(programme, item), quantity) for item, quantity in given["amounts"].items()]
    worth, paid = value_of(amounts), given["paid"]
    if not worth or CHEAP * worth <= paid <= DEAR * worth:
        return []
    bought = ", ".join(f"{number(quantity)} {item.name}" for item, quantity in amounts)
    said = _("%(paid)s đồng was paid for %(bought)s, which are valued at %(worth)s đồng.")
    return [said % {"paid": number(paid), "bought": bought, "worth": number(worth)}]
