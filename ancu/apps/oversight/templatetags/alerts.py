"""How grave an alert is, and where it stands, as a word and its tone."""

from django import template
from django.utils.safestring import SafeString

from ancu.apps.oversight.enums import AlertState, NoticeState, Severity
from ancu.apps.oversight.models import Alert, Notice
from ancu.core.templatetags.ui import chip

register = template.Library()

SEVERITY = {Severity.HIGH: "bad", Severity.MEDIUM: "warn", Severity.LOW: "info"}
STATE = {
    AlertState.OPEN: "gold",
    AlertState.ASKED: "info",
    AlertState.CONFIRMED: "bad",
    AlertState.DISMISSED: "mute",
    AlertState.CLOSED: "mute",
}


NOTICE = {NoticeState.PROPOSED: "gold", NoticeState.APPROVED: "ok", NoticeState.ENDED: "mute"}


@register.simple_tag
def severity(grade: int) -> SafeString:
    known = Severity(grade)
    return chip(known.label, SEVERITY[known])


@register.simple_tag
def alert_state(alert: Alert) -> SafeString:
    return chip(alert.get_state_display(), STATE[AlertState(alert.state)])


@register.simple_tag
def notice_state(notice: Notice) -> SafeString:
    return chip(notice.get_state_display(), NOTICE[NoticeState(notice.state)])
