"""Where a petition or a meeting stands, as a word and its tone; a category in words."""

from datetime import date
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ancu.apps.listening.enums import MeetingState, PetitionState
from ancu.apps.listening.models import Meeting, Petition
from ancu.apps.listening.selectors import category_name
from ancu.core.templatetags.ui import chip, day

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
    return chip(petition.get_state_display(), TONES[PetitionState(petition.state)])


@register.simple_tag
def meeting_state(meeting: Meeting) -> SafeString:
    return chip(meeting.get_state_display(), MEETINGS[MeetingState(meeting.state)])


@register.simple_tag
def due(petition: Petition, today: date) -> SafeString | str:
    """The day an answer is owed by; red once it has gone by."""
    if petition.state not in (
        PetitionState.RECEIVED,
        PetitionState.ASSIGNED,
        PetitionState.DRAFTED,
        PetitionState.REOPENED,
    ):
        return ""
    late = (today - petition.due_on).days
    if late > 0:
        return chip(_("overdue: was due %(day)s") % {"day": day(petition.due_on)}, "bad", "clock")
    return chip(_("due %(day)s") % {"day": day(petition.due_on)}, "warn" if late > -3 else "mute")


@register.filter
def in_category(petition: Any) -> str:
    return category_name(petition.category)


@register.filter
def act_form(forms: dict[str, Any], name: str) -> Any:
    """The form of an act whose name has a dash."""
    return forms[name]
