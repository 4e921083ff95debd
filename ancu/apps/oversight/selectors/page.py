"""The content of an alert's page: sentence, records, trace and allowed actions."""

from dataclasses import dataclass
from datetime import date, timedelta

from ancu.apps.audit.selectors import with_absent
from ancu.apps.lodging.rules import in_area
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.models import Message
from ancu.apps.messaging.selectors import Conversation, get_thread
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import WAITING, AlertState
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.selectors import visible_to
from ancu.apps.oversight.selectors.evidence import EvidenceTable, table_of
from ancu.apps.oversight.selectors.inbox import CONVERSATION, topic_of
from ancu.apps.oversight.selectors.short_titles import ABOUT_LODGINGS
from ancu.apps.oversight.selectors.timeline import AlertTimeline, timeline_of
from ancu.apps.oversight.selectors.words import false_cases, law_words, localized_text, sentence_of, words_of
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import weekday

MONDAY = date(2026, 1, 5)  # any


@dataclass(frozen=True)
class AlertPage:
    """The page of an alert. ``stays`` are those the actor may open, ``guest`` whom it is about if the actor may.

    ``false_if`` are the cases in which the alert would be wrong, ``answer`` is the lodging's last message,
    ``no_permit`` says that an overstayer has no visa, extension or card of this office. ``more_alerts`` counts the
    lodging's other waiting alerts. ``elsewhere`` says that a stay lies outside the area, ``lodging_is_here`` that the
    lodging lies inside.
    """

    alert: Alert
    title: str
    sentence: str
    timeline: AlertTimeline | None
    answer: Message | None
    false_if: list[str]
    no_permit: bool
    law: str
    guest: Stay | None
    stays: list[Stay]
    elsewhere: bool
    lodging_is_here: bool
    more_alerts: int
    trace: list[AlertTrace]
    conversation: Conversation | None
    may_confirm: bool
    may_dismiss: bool
    may_ask: bool
    may_refer: bool
    may_inspect: bool
    habit: list[tuple[str, int]]
    table: EvidenceTable | None
    follows: bool

    @property
    def people(self) -> list[int]:
        """The ids of all stays whose guests the page names, in ascending order."""
        return sorted({stay.pk for stay in self.stays} | set(self.table.people if self.table else ()))


def alert_page(actor: Actor, alert: Alert) -> AlertPage:
    """Return everything that an alert's page shows, and which decisions the actor may take."""
    words = words_of(alert)
    stays = [stay for stay in (alert.stay, alert.other_stay) if stay is not None]
    own_stays = [stay for stay in stays if stay.unit_id in actor.area]
    trace = with_absent(
        alert.trace.select_related("user").order_by("id"), "oversight.alert", [alert.pk], by="user_id"
    )  # fmt: skip
    conversation, table = _conversation(actor, alert), table_of(actor, alert)
    guest = next((stay for stay in own_stays if stay.pk == alert.stay_id and alert.rule not in ABOUT_LODGINGS), None)
    return AlertPage(
        alert=alert,
        title=localized_text(words, "title"),
        sentence=sentence_of(alert, has_fine=False),
        timeline=timeline_of(alert, trace),
        answer=_answer(conversation),
        false_if=false_cases(alert),
        no_permit=alert.rule == "overstay" and guest is not None and table is None,
        law=law_words(alert),
        guest=guest,
        stays=own_stays,
        elsewhere=len(own_stays) < len(stays),
        lodging_is_here=in_area(actor, alert.establishment),
        more_alerts=_more_alerts(actor, alert),
        trace=trace,
        conversation=conversation,
        may_confirm=rules.may_confirm(actor, alert),
        may_dismiss=rules.may_dismiss(actor, alert),
        may_ask=rules.may_ask(actor, alert),
        may_refer=rules.may_refer(actor, alert),
        may_inspect=rules.may_inspect(actor, alert.establishment),
        habit=habit_of(alert),
        table=table,
        follows=alert.state == AlertState.CONFIRMED,
    )


def habit_of(alert: Alert) -> list[tuple[str, int]]:
    """Return (weekday, percent of such days with arrivals) for an alert about a silent lodging; empty for any other."""
    shares = alert.evidence.get("weekdays", [])
    return [(weekday(MONDAY + timedelta(days=place)), share) for place, share in enumerate(shares)]


def _more_alerts(actor: Actor, alert: Alert) -> int:
    """Return the number of other waiting alerts of the lodging; 0 if it is outside the actor's area."""
    if not in_area(actor, alert.establishment):
        return 0
    waiting = visible_to(actor).filter(state__in=sorted(WAITING), establishment_id=alert.establishment_id)
    return waiting.exclude(pk=alert.pk).count()


def _answer(conversation: Conversation | None) -> Message | None:
    """Return the lodging's last message in the conversation about the alert; None without any."""
    messages = conversation.messages if conversation else ()
    return next((message for message in reversed(messages) if message.side == ThreadSide.COUNTERPART), None)


def _conversation(actor: Actor, alert: Alert) -> Conversation | None:
    """Return the conversation with the lodging; None before it was asked, or if it is outside the area."""
    if alert.asked_at is None or not in_area(actor, alert.establishment):
        return None
    return get_thread(actor, CONVERSATION, alert.establishment_id, topic=topic_of(alert.pk))
