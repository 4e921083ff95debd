"""The content of an alert's page: sentence, records, trace and allowed actions."""

from dataclasses import dataclass
from datetime import date, timedelta

from ancu.apps.audit.selectors import with_absent
from ancu.apps.lodging.rules import in_area
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.models import Message
from ancu.apps.messaging.selectors import Conversation, get_thread
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import LODGING_CONFIRMS, WAITING, AlertState
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.selectors import visible_to
from ancu.apps.oversight.selectors.doubts import AlertDoubt, doubts_of
from ancu.apps.oversight.selectors.evidence import EvidenceTable, table_of
from ancu.apps.oversight.selectors.history import AlertEvent, alert_history
from ancu.apps.oversight.selectors.inbox import CONVERSATION, topic_of
from ancu.apps.oversight.selectors.lodging_record import LodgingRecord, record_of
from ancu.apps.oversight.selectors.short_titles import ABOUT_LODGINGS
from ancu.apps.oversight.selectors.timeline import AlertTimeline, timeline_of
from ancu.apps.oversight.selectors.words import fine_in_short, law_of, localized_text, sentence_of, words_of
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import weekday

MONDAY = date(2026, 1, 5)  # any


@dataclass(frozen=True)
class AlertPage:
    """The page of an alert. ``stays`` are those the actor may open, ``guest`` whom it is about if the actor may.

    ``doubts`` are the cases in which the alert would be wrong, ``answer`` is the lodging's last message,
    ``suggested_note`` the reason for a confirmation that the records give, if any. ``fine`` is the fine that an
    overstay has reached. ``more_alerts`` counts the lodging's other waiting alerts, ``record`` is what
    else the office knows of the lodging. ``elsewhere`` says that a stay lies outside the area, ``lodging_is_here`` that
    the lodging lies inside.
    """

    alert: Alert
    title: str
    sentence: str
    timeline: AlertTimeline | None
    answer: Message | None
    doubts: list[AlertDoubt]
    suggested_note: str
    fine: str
    law: str
    guest: Stay | None
    stays: list[Stay]
    elsewhere: bool
    lodging_is_here: bool
    more_alerts: int
    record: LodgingRecord | None
    history: list[AlertEvent]
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
    def is_waiting(self) -> bool:
        """Whether nobody has decided on the alert."""
        return self.alert.state in WAITING

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
    answer = next(reversed(answers_of(conversation)), None)
    doubts = doubts_of(actor, alert, guest, answer)
    return AlertPage(
        alert=alert,
        title=localized_text(words, "title"),
        sentence=sentence_of(alert, has_fine=False, has_name=guest is None),
        timeline=timeline_of(alert, trace),
        answer=answer,
        doubts=doubts,
        suggested_note=_suggested_note(alert, guest, answer, doubts),
        fine=fine_in_short(alert),
        law=law_of(alert),
        guest=guest,
        stays=own_stays,
        elsewhere=len(own_stays) < len(stays),
        lodging_is_here=in_area(actor, alert.establishment),
        more_alerts=_more_alerts(actor, alert),
        record=record_of(alert.establishment) if in_area(actor, alert.establishment) else None,
        history=alert_history(alert, trace, answers_of(conversation)),
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


def _suggested_note(alert: Alert, guest: Stay | None, answer: Message | None, doubts: list[AlertDoubt]) -> str:
    """Return the reason for a confirmation that the records give; "" if they give none.

    A lodging that was asked, has answered and declares the guest as staying today or longer confirms an overstay,
    if the records rule out every case in which the alert would be wrong. The words of its answer are not interpreted.
    """
    if alert.rule != "overstay" or answer is None or guest is None or guest.departed_on is not None:
        return ""
    is_confirmed = guest.expected_departure >= clock.today() and not any(doubt.is_open for doubt in doubts)
    return str(LODGING_CONFIRMS) if is_confirmed else ""


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


def answers_of(conversation: Conversation | None) -> list[Message]:
    """Return the lodging's messages in the conversation about the alert, the earliest first."""
    messages = conversation.messages if conversation else ()
    return [message for message in messages if message.side == ThreadSide.COUNTERPART]


def _conversation(actor: Actor, alert: Alert) -> Conversation | None:
    """Return the conversation with the lodging; None before it was asked, or if it is outside the area."""
    if alert.asked_at is None or not in_area(actor, alert.establishment):
        return None
    return get_thread(actor, CONVERSATION, alert.establishment_id, topic=topic_of(alert.pk))
