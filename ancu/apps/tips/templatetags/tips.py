"""Template tags for codes inside sealed content."""

from datetime import datetime

from django import template
from django.utils.translation import gettext as _

from ancu.apps.tips.enums import TipCategory, TipState, TipUrgency
from ancu.core import clock

register = template.Library()
TONES = {TipState.NEW: "gold", TipState.OPEN: "info", TipState.CLOSED: "mute"}


@register.filter
def category(code: str) -> str:
    """Return the name of a category of tips."""
    return str(TipCategory(code).label)


@register.filter
def urgency(code: str) -> str:
    """Return the name of an urgency of tips."""
    return str(TipUrgency(code).label)


@register.filter
def hour(moment: datetime) -> str:
    """Return a time as text to the hour ("30/11/2026, after 14:00"), because minutes are not stored."""
    local = clock.local(moment)
    return _("%(day)s, after %(hour)s:00") % {"day": f"{local:%d/%m/%Y}", "hour": local.hour}


@register.filter
def state_tone(state: str) -> str:
    """Return the colour code of the label of a tip's state."""
    return TONES[TipState(state)]
