"""Names of petitions and meetings for the audit's pages, only if the reader may open them."""

from django.urls import reverse

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.listening.selectors import visible_to
from ancu.apps.listening.selectors.meetings import visible_to as meetings
from ancu.core.actor import Actor


def _petitions_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the numbers and pages of those petitions that the actor may see, by id."""
    visible = visible_to(actor).filter(pk__in=[key for key in ids if key.isascii() and key.isdigit()])
    return {
        str(pk): NamedRecord(number, reverse("listening:petition", args=[number]))
        for pk, number in visible.values_list("pk", "number")
    }


def _meetings_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the themes and pages of those meetings that the actor may see, by id."""
    visible = meetings(actor).filter(pk__in=[key for key in ids if key.isascii() and key.isdigit()])
    return {
        str(pk): NamedRecord(theme, reverse("listening:meeting", args=[pk]))
        for pk, theme in visible.values_list("pk", "theme")
    }


NAMERS = {"listening.petition": _petitions_named, "listening.meeting": _meetings_named}
