"""Where a petition or a meeting stands, as a word and its tone; a category in words."""

from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ancu.apps.listening.enums import MeetingState, State
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.selectors import category_words
from ancu.core.templatetags.ui import chip, day

register = template.Library()

TONES = {
    State.RECEIVED: "gold",
    State.ASSIGNED: "info",
    State.DRAFTED: "gold",
    State.ANSWERED: "ok",
    State.REOPENED: "bad",
    State.SETTLED: "ok",
    State.SILENT: "mute",
    State.MERGED: "mute",
    State.TRANSFERRED: "info",
}
MEETINGS = {
    MeetingState.PLANNED: "gold",
    MeetingState.ANNOUNCED: "info",
    MeetingState.OPEN: "bad",
    MeetingState.HELD: "gold",
    MeetingState.CLOSED: "ok",
    MeetingState.CANCELLED: "mute",
}


@register.simple_tag
def petition_state(petition: Petition) -> SafeString:
    return chip(petition.get_state_display(), TONES[State(petition.state)])


@register.simple_tag
def meeting_state(meeting: Meeting) -> SafeString:
    return chip(meeting.get_state_display(), MEETINGS[MeetingState(meeting.state)])


@register.simple_tag
def due(petition: Petition, today: date) -> SafeString | str:
    """The day an answer is owed by; red once it has gone by."""
    if petition.state not in (State.RECEIVED, State.ASSIGNED, State.DRAFTED, State.REOPENED):
        return ""
    late = (today - petition.due_on).days
    if late > 0:
        return chip(_("overdue: was due %(day)s") % {"day": day(petition.due_on)}, "bad", "clock")
    return chip(_("due %(day)s") % {"day": day(petition.due_on)}, "warn" if late > -3 else "mute")


@register.filter
def in_category(petition: Any) -> str:
    return category_words(petition.category)


@register.filter
def act_form(forms: dict[str, Any], name: str) -> Any:
    """The form of an act whose name has a dash."""
    return forms[name]
