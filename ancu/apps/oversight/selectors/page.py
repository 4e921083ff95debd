"""The content of an alert's page: sentence, records, trace and allowed actions."""

from dataclasses import dataclass
from datetime import date, timedelta

from ancu.apps.audit.selectors import with_absent
from ancu.apps.lodging.rules import in_area
from ancu.apps.messaging.selectors import Conversation, get_thread
from ancu.apps.oversight import rules
from ancu.apps.oversight.enums import AlertState
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.selectors.evidence import EvidenceTable, table_of
from ancu.apps.oversight.selectors.inbox import CONVERSATION, topic_of
from ancu.apps.oversight.selectors.words import false_if_of, localized_text, sentence_of, words_of
from ancu.apps.stays.models import Stay
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import weekday

MONDAY = date(2026, 1, 5)  # any


@dataclass(frozen=True)
class AlertPage:
    """The page of an alert. ``stays`` are those the actor may open.

    ``elsewhere`` says that a stay lies outside the area, ``lodging_is_here`` that the lodging lies inside.
    """

    alert: Alert
    title: str
    sentence: str
    false_if: str
    article: str
    stays: list[Stay]
    elsewhere: bool
    lodging_is_here: bool
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
        """The ids of the stays that the page names."""
        return sorted({stay.pk for stay in self.stays} | set(self.table.people if self.table else ()))


def alert_page(actor: Actor, alert: Alert) -> AlertPage:
    """Return everything that an alert's page shows, and which decisions the actor may take."""
    words = words_of(alert)
    stays = [stay for stay in (alert.stay, alert.other_stay) if stay is not None]
    own_stays = [stay for stay in stays if stay.unit_id in actor.area]
    steps = alert.trace.select_related("user").order_by("id")
    return AlertPage(
        alert=alert,
        title=localized_text(words, "title"),
        sentence=sentence_of(alert),
        false_if=false_if_of(alert),
        article=localized_text(words, "article"),
        stays=own_stays,
        elsewhere=len(own_stays) < len(stays),
        lodging_is_here=in_area(actor, alert.establishment),
        trace=with_absent(steps, "oversight.alert", [alert.pk], by="user_id"),
        conversation=_conversation(actor, alert),
        may_confirm=rules.may_confirm(actor, alert),
        may_dismiss=rules.may_dismiss(actor, alert),
        may_ask=rules.may_ask(actor, alert),
        may_refer=rules.may_refer(actor, alert),
        may_inspect=rules.may_inspect(actor, alert.establishment),
        habit=habit_of(alert),
        table=table_of(actor, alert),
        follows=alert.state == AlertState.CONFIRMED,
    )


def habit_of(alert: Alert) -> list[tuple[str, int]]:
    """Return each weekday and its share of days with arrivals in percent, for a lodging gone silent; else empty."""
    shares = alert.evidence.get("weekdays", [])
    return [(weekday(MONDAY + timedelta(days=place)), share) for place, share in enumerate(shares)]


def _conversation(actor: Actor, alert: Alert) -> Conversation | None:
    """Return the conversation with the lodging; None before it was asked, or if it is outside the area."""
    if alert.asked_at is None or not in_area(actor, alert.establishment):
        return None
    return get_thread(actor, CONVERSATION, alert.establishment_id, topic=topic_of(alert))
