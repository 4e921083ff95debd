"""Names of stays, submissions, lists and phones for the audit's pages, as far as the reader may see them."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.stays.selectors import confirmations, submissions_visible_to, visible_to
from ancu.apps.stays.selectors.devices import visible_to as phones
from ancu.core.actor import Actor


def _numbers(ids: list[str]) -> list[str]:
    """Return those of the texts that consist of digits only, for use as ids in a query."""
    return [key for key in ids if key.isascii() and key.isdigit()]


def stay_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by id, the guest's name and page of the stays that the actor may see, for the audit's pages."""
    page = "stays:stay-office" if may_see_guests(actor) else "stays:stay"
    rows = visible_to(actor).filter(pk__in=_numbers(ids)).values_list("pk", "full_name")
    return {str(pk): NamedRecord(name or _("data deleted"), reverse(page, args=[pk])) for pk, name in rows}


def submission_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by id, the number and page of the submissions that the actor may see, for the audit's pages."""
    rows = submissions_visible_to(actor).filter(pk__in=_numbers(ids)).values_list("pk", "number")
    if may_see_guests(actor):
        return {str(pk): NamedRecord(number, reverse("stays:submission", args=[pk])) for pk, number in rows}
    return {str(pk): NamedRecord(number, reverse("stays:receipt", args=[number])) for pk, number in rows}


def traveller_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by id, the newest name and page of travellers with stays that the actor may see, for the audit."""
    stays = visible_to(actor).filter(identity__traveller_id__in=_numbers(ids)).order_by("identity__traveller_id", "-id")
    newest = stays.distinct("identity__traveller_id").values_list("identity__traveller_id", "full_name")
    office = may_see_guests(actor)
    return {str(pk): NamedRecord(name, reverse("stays:person", args=[pk]) if office else "") for pk, name in newest}


def guest_list_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by unit id, name and page of the guest lists that were viewed, for the audit's pages.

    The key "area" is the list of the whole area.
    """
    page = reverse("stays:guests")
    lists = {"area": NamedRecord(_("the whole area"), page if may_see_guests(actor) else "")}
    units = AdministrativeUnit.objects.filter(pk__in=_numbers(ids)).filter(pk__in=actor.area)
    return lists | {str(unit.pk): NamedRecord(unit.full_name, f"{page}?unit={unit.pk}") for unit in units}


def search_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the names of the two kinds of search for people, for the audit's pages; typed texts are not stored."""
    return {"name": NamedRecord(_("by name")), "document": NamedRecord(_("by document number"))}


def confirmation_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by id, the reference and page of confirmations that the actor may see, for the audit's pages."""
    rows = confirmations.visible_to(actor).filter(pk__in=_numbers(ids)).values_list("pk", "reference")
    office = may_see_guests(actor)
    return {
        str(pk): NamedRecord(reference, reverse("stays:office-confirmation", args=[pk]) if office else "")
        for pk, reference in rows
    }


def device_names(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by id, the name and page of phones that the actor may see, for the audit's pages."""
    return {
        str(device.pk): NamedRecord(device.name, reverse("stays:devices"))
        for device in phones(actor)
        if str(device.pk) in ids
    }


NAMERS = {
    "stays.confirmation": confirmation_names,
    "stays.device": device_names,
    "stays.document": stay_names,
    "stays.stay": stay_names,
    "stays.submission": submission_names,
    "travellers.traveller": traveller_names,
    "stays.guests": guest_list_names,
    "stays.search": search_names,
}
