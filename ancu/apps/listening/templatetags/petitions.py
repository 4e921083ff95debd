"""Template tags for states and categories of petitions and meetings."""

from datetime import date
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ancu.apps.listening.enums import MeetingState, PetitionState
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.selectors import category_name
from ancu.core.templatetags.ui import chip, day, days_late

register = template.Library()

TONES = {
    PetitionState.RECEIVED: "gold",
    PetitionState.ASSIGNED: "info",
    PetitionState.DRAFTED: "gold",
    PetitionState.ANSWERED: "ok",
    PetitionState.REOPENED: "bad",
    PetitionState.SETTLED: "ok",
    PetitionState.SILENT: "mute",
    PetitionState.MERGED: "mute",
    PetitionState.TRANSFERRED: "info",
}
MEETINGS = {
    MeetingState.PLANNED: "gold",
    MeetingState.ANNOUNCED: "info",
    MeetingState.OPEN: "bad",
    MeetingState.CONCLUDED: "gold",
    MeetingState.CLOSED: "ok",
    MeetingState.CANCELLED: "mute",
}


@register.simple_tag
def petition_state(petition: Petition) -> SafeString:
    """Return a petition's state as a coloured label."""
    return chip(petition.get_state_display(), TONES[PetitionState(petition.state)])


@register.simple_tag
def meeting_state(meeting: Meeting) -> SafeString:
    """Return a meeting's state as a coloured label."""
    return chip(meeting.get_state_display(), MEETINGS[MeetingState(meeting.state)])


@register.simple_tag
def due(petition: Petition, today: date) -> SafeString | str:
    """Return how late the answer is, red, or the day on which it is due; "" if no answer is owed."""
    if petition.state not in (
        PetitionState.RECEIVED,
        PetitionState.ASSIGNED,
        PetitionState.DRAFTED,
        PetitionState.REOPENED,
    ):
        return ""
    late, due_on = (today - petition.due_on).days, _("due %(day)s") % {"day": day(petition.due_on)}
    if late > 0:
        overdue = chip(days_late(late), "bad", "clock")
        return format_html('{} <span class="muted small num nowrap">{}</span>', overdue, due_on)
    return chip(due_on, "warn" if late > -3 else "mute")


@register.filter
def in_category(petition: Any) -> str:
    """Return the name of the petition's category."""
    return category_name(petition.category)


@register.filter
def act_form(forms: dict[str, Any], name: str) -> Any:
    """Return the form ``forms[name]`` of an act; templates cannot look up names with a dash."""
    return forms[name]
