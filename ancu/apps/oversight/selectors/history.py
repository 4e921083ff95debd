"""What was done about an alert, in words that say what came of it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ancu.apps.messaging.models import Message
from ancu.apps.oversight.enums import AlertStep
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.selectors.words import localized_text, words_of
from ancu.core import clock
from ancu.core.templatetags.ui import counted


class AlertEvent(NamedTuple):
    """A step of an alert, or a message of its lodging; without ``who`` the program took it."""

    at: datetime
    words: str
    reason: str
    who: str
    for_whom: str = ""


def alert_history(alert: Alert, trace: Sequence[AlertTrace], answers: Sequence[Message]) -> list[AlertEvent]:
    """Return the steps of the alert and the lodging's ``answers`` about it, the earliest first."""
    questions = [step for step in trace if step.step == AlertStep.LODGING_ASKED]
    events = [
        AlertEvent(step.at, _step_words(alert, step, questions, answers), step.reason,
                   step.user.full_name if step.user else "", getattr(step, "for_whom", ""))
        for step in trace
    ]  # fmt: skip
    for message in answers:
        words = _("The lodging answered, as above") if message == answers[-1] else _("The lodging answered")
        events.append(AlertEvent(message.sent_at, words, "", message.author.full_name))
    return sorted(events, key=lambda event: event.at)


def _step_words(
    alert: Alert, step: AlertTrace, questions: Sequence[AlertTrace], answers: Sequence[Message]
) -> str:  # fmt: skip
    """Return what a step was: which rule raised the alert, or what came of a question."""
    if step.step == AlertStep.RAISED:
        return _("Found by the rule “%(rule)s”") % {"rule": localized_text(words_of(alert), "title").lower()}
    if step.step != AlertStep.LODGING_ASKED:
        return capfirst(str(step.get_step_display()))
    place = questions.index(step)
    words = _("Asked the lodging again") if place else _("Asked the lodging")
    following = questions[place + 1].at if place + 1 < len(questions) else clock.now()
    if any(step.at <= message.sent_at < following for message in answers):
        return words
    days = (clock.local(following).date() - clock.local(step.at).date()).days
    return f"{words}; {counted('no answer in %(n)s day', 'no answer in %(n)s days', days)}" if days else words
