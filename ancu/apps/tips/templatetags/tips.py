"""Words for what lies sealed as a code."""

from django import template

from ancu.apps.tips.enums import Category, State, Urgency

register = template.Library()
TONES = {State.NEW: "gold", State.OPEN: "info", State.CLOSED: "mute"}


@register.filter
def category(code: str) -> str:
    return str(Category(code).label)


@register.filter
def urgency(code: str) -> str:
    return str(Urgency(code).label)


@register.filter
def state_tone(state: str) -> str:
    return TONES[State(state)]
