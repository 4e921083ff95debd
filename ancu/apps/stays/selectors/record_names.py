"""Whose record an act was about, in words, for the audit's pages: only what the reader might open himself."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import confirmations, submissions_visible_to, visible_to
from ancu.apps.stays.selectors.devices import visible_to as phones
from ancu.core.actor import Actor


def _numbers(ids: list[str]) -> list[str]:
    return [key for key in ids if key.isascii() and key.isdigit()]


def stays_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    page = "stays:stay-office" if may_see_guests(actor) else "stays:stay"
    rows = visible_to(actor).filter(pk__in=_numbers(ids)).values_list("pk", "full_name")
    return {str(pk): NamedRecord(name or _("emptied"), reverse(page, args=[pk])) for pk, name in rows}


def submissions_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    rows = submissions_visible_to(actor).filter(pk__in=_numbers(ids)).values_list("pk", "number")
    if may_see_guests(actor):
        return {str(pk): NamedRecord(number, reverse("stays:submission", args=[pk])) for pk, number in rows}
    return {str(pk): NamedRecord(number, reverse("stays:receipt", args=[number])) for pk, number in rows}


def travellers_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """By the newest of the spellings known in the actor's area."""
    stays = visible_to(actor).filter(identity__traveller_id__in=_numbers(ids)).order_by("identity__traveller_id", "-id")
    newest = stays.distinct("identity__traveller_id").values_list("identity__traveller_id", "full_name")
    office = may_see_guests(actor)
    return {str(pk): NamedRecord(name, reverse("stays:person", args=[pk]) if office else "") for pk, name in newest}


def lists_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """The list of a unit, or of the whole area."""
    page = reverse("stays:guests")
    lists = {"area": NamedRecord(_("the whole area"), page if may_see_guests(actor) else "")}
    units = AdministrativeUnit.objects.filter(pk__in=_numbers(ids)).filter(pk__in=actor.area)
    return lists | {str(unit.pk): NamedRecord(unit.full_name, f"{page}?unit={unit.pk}") for unit in units}


def searches_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """What was typed is not kept, only what kind of words it was."""
    return {"name": NamedRecord(_("by name")), "document": NamedRecord(_("by document number"))}


def confirmations_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """By the request's own reference; whose it is stands on its page."""
    rows = confirmations.visible_to(actor).filter(pk__in=_numbers(ids)).values_list("pk", "reference")
    office = may_see_guests(actor)
    return {
        str(pk): NamedRecord(reference, reverse("stays:office-confirmation", args=[pk]) if office else "")
        for pk, reference in rows
    }


def devices_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    return {
        str(device.pk): NamedRecord(device.name, reverse("stays:devices"))
        for device in phones(actor)
        if str(device.pk) in ids
    }


NAMERS = {
    "stays.confirmation": confirmations_named,
    "stays.device": devices_named,
    "stays.stay": stays_named,
    "stays.submission": submissions_named,
    "travellers.traveller": travellers_named,
    "stays.guests": lists_named,
    "stays.search": searches_named,
}
