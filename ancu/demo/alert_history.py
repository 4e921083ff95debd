"""What officers asked lodgings about the demo's alerts, and what the lodgings answered."""

from datetime import datetime, timedelta

import pgtrigger

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.messaging.models import Message
from ancu.apps.messaging.services import post_message
from ancu.apps.oversight.enums import AlertState, AlertStep, Severity
from ancu.apps.oversight.models import Alert, AlertTrace
from ancu.apps.oversight.selectors.inbox import CONVERSATION, topic_of
from ancu.apps.oversight.services import deciding
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.acts import extend
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.demo.accounts import DemoAccount, load_account

COMMUNE, OFFICE = "canbo@maichau.example", "canbo@xnc.example"
HOST = "quanly@homestay.example"
MANAGER = DemoAccount("quanly@nhao.example", "Trịnh Văn Hòa", "Quản lý", Role.MANAGER, "")
DAY = timedelta(days=1)
RAISED_AGO = 4  # days: the alert with which the desk begins


def _actor(email: str) -> Actor:
    """Return the actor of the demo account with this e-mail address."""
    return actor_for(Membership.objects.select_related("user").get(user__email=email).user)


def longest_overstay() -> Alert | None:
    """Return the grave overstay of a guest who has been at a lodging long."""
    overstays = Alert.objects.filter(rule="overstay", state=AlertState.OPEN, severity=Severity.HIGH)
    return overstays.select_related("establishment", "stay").order_by("stay__arrived_on", "id").first()


def ask_lodgings() -> None:
    """Let officers ask two lodgings about an overstaying guest each, and the lodgings answer."""
    host, officer = _actor(HOST), _actor(COMMUNE)
    own = Alert.objects.filter(
        rule="overstay", state=AlertState.OPEN, establishment__business_id=host.organisation_id
    ).order_by("id")
    for alert in own.filter(unit_id__in=officer.area)[:1]:
        _ask(officer, alert, "Khách này còn ở tại cơ sở không? Thời hạn tạm trú đã hết.",
             host, "Khách đang làm thủ tục gia hạn, tôi gửi giấy hẹn trong chiều nay.")  # fmt: skip
    if longest := longest_overstay():
        load_account(MANAGER, longest.establishment.business)
        _write_history(longest)


def _write_history(alert: Alert) -> None:
    """Let the lodging be asked twice about its guest before it answers and declares some more days.

    Earlier stays have the same last day.
    """
    if (stay := alert.stay) is not None:
        Stay.objects.filter(identity=stay.identity).exclude(pk=stay.pk).update(permitted_until=stay.permitted_until)
    deciding.ask(_actor(OFFICE), alert_id=alert.pk, question="Khách này còn ở tại cơ sở không?")
    _ask(_actor(OFFICE), alert, "Đề nghị cơ sở trả lời: khách còn ở không, đã xin gia hạn tạm trú chưa?",
         _actor(MANAGER.email),
         "Khách vẫn ở. Công ty của khách nói đã gửi hồ sơ gia hạn qua bưu điện, đang chờ cơ quan.")  # fmt: skip
    extend(actor=_actor(MANAGER.email), stay_id=alert.stay_id or 0, expected_departure=clock.today() + 5 * DAY)
    today = clock.start_of(clock.today())
    questions = [today - RAISED_AGO * DAY + timedelta(hours=9, minutes=20), today - DAY + timedelta(hours=8, minutes=5)]
    _date_conversation(alert, questions, today - DAY + timedelta(hours=16, minutes=5))


def _date_conversation(alert: Alert, questions: list[datetime], answer: datetime) -> None:
    """Date the questions about an alert, in its history and in the conversation, and the answer after them."""
    with pgtrigger.ignore("oversight.AlertTrace:trace_facts_unchanged"):
        for step, at in zip(alert.trace.filter(step=AlertStep.LODGING_ASKED).order_by("id"), questions, strict=True):
            AlertTrace.objects.filter(pk=step.pk).update(at=at)
    Alert.objects.filter(pk=alert.pk).update(asked_at=questions[-1])
    messages = Message.objects.filter(thread__topic=topic_of(alert.pk)).order_by("id")
    guards = ("messaging.Message:message_facts_unchanged", "messaging.Message:message_text_unchanged")
    with pgtrigger.ignore(*guards):
        for message, at in zip(messages, [*questions, answer], strict=True):
            Message.objects.filter(pk=message.pk).update(sent_at=at)


def _ask(officer: Actor, alert: Alert, question: str, host: Actor, answer: str) -> None:
    """Let the officer ask in the alert's own conversation, and the lodging's account answer."""
    deciding.ask(officer, alert_id=alert.pk, question=question)
    post_message(
        actor=host, kind=CONVERSATION, subject_id=alert.establishment_id, topic=topic_of(alert.pk), body=answer
    )
