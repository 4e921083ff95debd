"""Unusual values of an entry or closing that the person must confirm."""

from datetime import date, timedelta
from statistics import median_low
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from ancu.apps.community import rules
from ancu.apps.community.enums import EntryKind, LedgerAccount
from ancu.apps.community.models import Donor, LedgerEntry, Programme, ProgrammeItem
from ancu.apps.community.selectors.ledger import closed_until, get_item, sums, value_of
from ancu.apps.community.selectors.reconciling import unsettled
from ancu.apps.places.selectors import fold
from ancu.core import clock
from ancu.core.templatetags.ui import counted, number

HIGHEST_PRICE, LOWEST_PRICE = 1.5, 0.5  # times the value of the goods
HIGHEST_VALUE, LOWEST_VALUE = 3, 1 / 3  # times the usual value of like items
REPEATED_WITHIN = timedelta(hours=1)  # the same from two tabs is sent within minutes
UNUSUAL_VALUE = 1_000_000  # đồng of one, where nothing like it was ever counted


def oddities(programme: Programme, act: str, values: dict[str, Any]) -> list[str]:
    """Return a warning for each unusual value of the form, with the figures that make it unusual."""
    if act == "item":
        return _unusual_value(programme, values)
    if act == "close":
        return _closing_scope(programme, values["until"])
    if act == "pledge":
        return _same_pledge(programme, values)
    if act not in ("gift", "purchase", "handover"):
        return []
    specific_check = {"purchase": _unusual_price, "gift": _above_goal}.get(act)
    sentences = [*_day_outside(programme, values), *(specific_check(programme, values) if specific_check else ())]
    return sentences + _same_entry(programme, act, values)


def _same_entry(programme: Programme, act: str, values: dict[str, Any]) -> list[str]:
    """Return a warning if an entry of the last hour has the form's people, items, quantities and day."""
    entries = programme.entries.filter(
        kind=act, day=values["day"], made_at__gte=clock.now() - REPEATED_WITHIN, reversal__isnull=True
    ).exclude(key=values["key"])
    entries = entries.select_related("donor", "recipient", "voucher", "made_by").prefetch_related("legs__item")
    for entry in entries.order_by("-pk"):
        if _has_same_people(entry, values) and _amounts_of(entry) == _amounts_sent(values):
            sentence = _(
                "%(officer)s entered the same at %(at)s: entry %(number)s. Enter it again only if it happened twice."
            )
            at = f"{clock.local(entry.made_at):%H:%M}"
            return [sentence % {"officer": entry.made_by.full_name, "at": at, "number": entry.number}]
    return []


def _has_same_people(entry: LedgerEntry, values: dict[str, Any]) -> bool:
    """Whether the form names the donor, recipient or seller of the entry."""
    if entry.kind == EntryKind.PURCHASE:
        sent = (values["seller"], values["paper"])
        return [fold(text) for text in (entry.voucher.seller, entry.voucher.paper)] == [fold(text) for text in sent]
    if values.get("pledge") or values.get("recipient"):
        chosen = (entry.pledge_id, entry.recipient_id)
        return chosen == (values.get("pledge"), values.get("recipient"))
    if entry.recipient:
        return entry.recipient.unit_id == values["unit"] and fold(entry.recipient.name) == fold(values["name"])
    return entry.donor is not None and _is_donor(entry.donor, values)


def _is_donor(donor: Donor, values: dict[str, Any]) -> bool:
    """Whether the form names this donor; people of the same name are distinguished by their contact."""
    contacts = {donor.contact, values["contact"]} - {""}
    return fold(donor.name) == fold(values["name"]) and len(contacts) < 2


def _amounts_of(entry: LedgerEntry) -> dict[int, int]:
    """Return by item id the quantity that the entry moved into or out of the stock, without sign.

    For a purchase, the items bought; the key 0 holds the money paid.
    """
    amounts: dict[int, int] = {}
    sign = -1 if entry.kind == EntryKind.HANDOVER else 1
    for leg in entry.legs.all():
        if leg.account == LedgerAccount.STOCK:
            amounts[leg.item_id] = amounts.get(leg.item_id, 0) + sign * leg.quantity
    if entry.kind == EntryKind.PURCHASE:
        return {item: quantity for item, quantity in amounts.items() if quantity > 0} | {0: -min(amounts.values())}
    return amounts


def _amounts_sent(values: dict[str, Any]) -> dict[int, int]:
    """Return by item id the quantities in the form; for a purchase, the key 0 holds the money paid."""
    amounts: dict[int, int] = dict(values["amounts"])
    return amounts | {0: values["paid"]} if "paid" in values else amounts


def _same_pledge(programme: Programme, values: dict[str, Any]) -> list[str]:
    """Return a warning if a pledge of the last hour has the form's donor, item, quantity and day."""
    pledges = programme.pledges.filter(
        item_id=values["item"], quantity=values["quantity"], due_on=values["day"], withdrawn_at=None,
        made_at__gte=clock.now() - REPEATED_WITHIN,
    ).exclude(key=values["key"])  # fmt: skip
    for pledge in pledges.select_related("donor", "made_by").order_by("-pk"):
        if _is_donor(pledge.donor, values):
            sentence = _(
                "%(officer)s entered the same pledge at %(at)s: %(number)s. Enter it again only if it is a different "
                "one."
            )
            at = f"{clock.local(pledge.made_at):%H:%M}"
            return [sentence % {"officer": pledge.made_by.full_name, "at": at, "number": pledge.reference}]
    return []


def _closing_scope(programme: Programme, until: date) -> list[str]:
    """Return what closing the books up to ``until`` covers, as sentences; empty if it is refused anyway."""
    entries, last_closed_day = programme.entries.filter(day__lte=until), closed_until(programme)
    is_closed = last_closed_day is not None and until <= last_closed_day
    if until >= clock.today() or is_closed or unsettled(programme, until):
        return []
    if last_closed_day is not None:
        entries = entries.filter(day__gt=last_closed_day)
    covered = counted("%(n)s entry", "%(n)s entries", entries.count())
    item_sentence = _("%(item)s: %(given)s received, %(handed)s handed over, %(left)s left.")
    lines = [line for line in sums(programme, until) if line.has_movement]
    return [
        _("%(covered)s up to and including %(day)s will be closed.") % {
            "covered": covered, "day": f"{until:%d/%m/%Y}",
        },
        *(
            item_sentence % {"item": line.item.name, "given": number(line.received), "handed": number(line.handed),
                             "left": number(line.remaining)}
            for line in lines
        ),
        _("You cannot undo this. Afterwards you cannot enter anything on these days."),
    ]  # fmt: skip


def _day_outside(programme: Programme, values: dict[str, Any]) -> list[str]:
    """Return a warning if the form's day is outside the programme's dates; else an empty list."""
    if rules.is_within(programme, values["day"]):
        return []
    days = {"first": programme.begins_on, "last": programme.ends_on, "day": values["day"]}
    sentence = _("%(day)s is outside the programme’s dates, %(first)s to %(last)s.")
    return [sentence % {name: f"{value:%d/%m/%Y}" for name, value in days.items()}]


def _above_goal(programme: Programme, values: dict[str, Any]) -> list[str]:
    """Return a warning for each quantity above the programme's goal for the item: usually a zero too many."""
    sentence = _("%(quantity)s %(item)s is more than the goal of the whole programme, %(goal)s.")
    sentences = []
    for pk, quantity in values["amounts"].items():
        item = get_item(programme, pk)
        goal = item.goals.aggregate(most=Max("quantity"))["most"]
        if goal and quantity > goal:
            sentences.append(sentence % {"quantity": number(quantity), "item": item.title, "goal": number(goal)})
    return sentences


def _unusual_value(programme: Programme, values: dict[str, Any]) -> list[str]:
    """Return a warning if an item's value is far from similar items' values, or large without any similar."""
    name, value = values["name"].strip(), values["vnd_each"]
    words = {"name": name, "value": number(value)}
    like_values = _values_of_like_items(programme, name, values["measure"])
    if not like_values:
        sentence = _("One %(name)s is valued at %(value)s đồng. No programme has counted anything similar yet.")
        return [sentence % words] if value > UNUSUAL_VALUE else []
    usual = median_low(like_values)
    if LOWEST_VALUE * usual <= value <= HIGHEST_VALUE * usual:
        return []
    sentence = _("One %(name)s is valued at %(value)s đồng. Similar things are usually valued at about %(usual)s đồng.")
    return [sentence % (words | {"usual": number(usual)})]


def _values_of_like_items(programme: Programme, name: str, measure: str) -> list[int]:
    """Return the values in đồng of items with the same measure and first word, as "Áo ấm" and "Áo phao"."""
    items = ProgrammeItem.objects.filter(measure=measure, vnd_each__gt=0).exclude(programme=programme, name=name)
    kind = fold(name).split()[:1]
    return [value for item_name, value in items.values_list("name", "vnd_each") if fold(item_name).split()[:1] == kind]


def _unusual_price(programme: Programme, values: dict[str, Any]) -> list[str]:
    """Return a warning if the price paid is far above or below the value of the goods bought."""
    amounts = [(get_item(programme, item), quantity) for item, quantity in values["amounts"].items()]
    worth, paid = value_of(amounts), values["paid"]
    if not worth or LOWEST_PRICE * worth <= paid <= HIGHEST_PRICE * worth:
        return []
    goods = ", ".join(f"{number(quantity)} {item.title}" for item, quantity in amounts)
    sentence = _("%(paid)s đồng was paid for %(bought)s, which are valued at %(worth)s đồng.")
    return [sentence % {"paid": number(paid), "bought": goods, "worth": number(worth)}]
