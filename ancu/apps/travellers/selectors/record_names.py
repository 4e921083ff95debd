"""Names of pairs for the audit pages, limited to what the user may open."""

from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.travellers.rules.access import may_see_people
from ancu.apps.travellers.selectors.pairs import visible_to
from ancu.core.actor import Actor


def _pairs_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the visible pairs among these ids, for the audit's pages: id → both names and the page's address."""
    numbers = [key for key in ids if key.isascii() and key.isdigit()]
    pairs = visible_to(actor).filter(pk__in=numbers).values_list("pk", "left__full_name", "right__full_name")
    return {
        str(pk): NamedRecord(f"{left} – {right}", reverse("travellers:pair", args=[pk])) for pk, left, right in pairs
    }


def _lists_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return name and page of the lists of pairs that were viewed, by list state, for the audit's pages.

    The page is "" for users who may not see people.
    """
    page = reverse("travellers:pairs") if may_see_people(actor) else ""
    return {key: NamedRecord(_("One person, several records"), f"{page}?state={key}" if page else "") for key in ids}


NAMERS = {"travellers.travellerpair": _pairs_named, "travellers.pairs": _lists_named}
