"""Messages between lodgings and the office, and planned visits."""

from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import F

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.contact.enums import UrgentReportKind
from ancu.apps.contact.models import BroadcastReceipt
from ancu.apps.contact.services import broadcasts, reports
from ancu.apps.lodging.models import Establishment
from ancu.apps.messaging.services import post_message, save_template
from ancu.apps.oversight.models import Alert
from ancu.apps.oversight.rules import may_inspect
from ancu.apps.oversight.services.planning import plan_visit
from ancu.apps.stays.models import OPEN, Stay
from ancu.core import clock
from ancu.core.actor import Actor

COMMUNE, OFFICE = "canbo@maichau.example", "canbo@xnc.example"
HOST, DESK = "quanly@homestay.example", "letan@homestay.example"
TEMPLATES = (
    ("Nhắc khai báo tạm trú", "lodging",
     ("Kính gửi cơ sở {nội dung},\n\nĐề nghị cơ sở khai báo tạm trú cho khách nước ngoài trong thời hạn quy định, kể từ"
     " khi khách đến.\n\n{cán bộ}, {cơ quan}")),
    ("Đề nghị bổ sung giấy gia hạn", "stay",
     ("Về {nội dung}: thời hạn tạm trú đã khai báo sắp hết. Đề nghị hỏi khách về giấy gia hạn và sửa lại khai báo."
     "\n\n{cán bộ}, {hôm nay}")),
    ("Cảm ơn, đã nhận", "", "Cảm ơn quý vị, chúng tôi đã nhận được thông tin.\n\n{cán bộ}, {cơ quan}"),
)  # fmt: skip
BROADCASTS = (
    (COMMUNE, (), "Tập huấn khai báo tạm trú",
     ("Công an xã tổ chức tập huấn khai báo tạm trú trên điện thoại vào sáng thứ Bảy tại nhà văn hóa. Mỗi cơ sở cử một"
     " người dự, mang theo điện thoại đang dùng để khai báo.")),
    (OFFICE, ("homestay",), "Khai báo dịp lễ cuối năm",
     ("Dịp lễ cuối năm có đông khách, đề nghị các nhà nghỉ tại nhà khai báo ngay khi khách đến. Số điện thoại trực ban"
     " có trên trang đầu.")),
)  # fmt: skip


@transaction.atomic
def load_contact() -> dict[str, int]:
    """Create urgent reports, broadcasts, messages and planned visits; return their counts by label."""
    for title, kind, body in TEMPLATES:
        save_template(actor=_actor(OFFICE), title=title, kind=kind, body=body)
    _report_missing_papers()
    _report_forged_papers()
    for who, kinds, title, body in BROADCASTS:
        _broadcast(_actor(who), kinds, title, body)
    _message_about_guest()
    return {"urgent reports": 2, "broadcasts": len(BROADCASTS), "planned visits": _plan_visits()}


def _actor(email: str) -> Actor:
    """Return the actor of the demo account with this e-mail address."""
    return actor_for(Membership.objects.select_related("user").get(user__email=email).user)


def _homestay() -> Establishment:
    """Return the homestay of the demo's account, in the commune of the demo's officer."""
    return (
        Establishment.objects.filter(business_id=_actor(HOST).organisation_id).select_related("unit").order_by("id")[0]
    )


def _report_missing_papers() -> None:
    """Create an urgent report about a guest without papers, which an officer has acknowledged."""
    report = reports.open_report(
        actor=_actor(HOST), establishment_id=_homestay().pk, kind=UrgentReportKind.NO_PAPERS,
        key=uuid5(NAMESPACE_URL, "demo-1"),
        body="Khách mới đến phòng 3 nói quên hộ chiếu ở Hà Nội, chỉ có ảnh chụp. Chúng tôi nên làm gì?",
    )  # fmt: skip
    reply = "Tôi đã nhận. Anh chị giữ ảnh chụp, 20 phút nữa tôi đến."
    reports.acknowledge_report(actor=_actor(COMMUNE), report_id=report.pk, reply=reply)


def _report_forged_papers() -> None:
    """Create an urgent report about forged papers, which no officer has acknowledged."""
    reports.open_report(
        actor=_actor(DESK), establishment_id=_homestay().pk, kind=UrgentReportKind.FORGED,
        key=uuid5(NAMESPACE_URL, "demo-2"),
        body="Hộ chiếu của khách phòng 2 có trang ảnh bị bong, tên trên thẻ lên máy bay khác tên trong hộ chiếu.",
    )  # fmt: skip


def _broadcast(actor: Actor, kinds: tuple[str, ...], title: str, body: str) -> None:
    """Send a broadcast to lodgings of these kinds; two thirds have read it, one third has confirmed it."""
    commune = _homestay().unit
    unit = commune.parent_id if actor.is_office and commune.parent_id else commune.pk
    key = uuid5(NAMESPACE_URL, title)
    broadcast = broadcasts.send_broadcast(actor=actor, unit_id=unit, kinds=kinds, title=title, body=body, key=key)
    others = BroadcastReceipt.objects.filter(broadcast=broadcast, establishment__business__memberships__isnull=True)
    numbered = others.annotate(third=F("establishment_id") % 3)
    now = clock.now()
    for third, done in ((1, {"read_at": now, "confirmed_at": now}), (2, {"read_at": now})):
        BroadcastReceipt.objects.filter(pk__in=list(numbered.filter(third=third).values_list("pk", flat=True))).update(
            **done
        )


def _message_about_guest() -> None:
    """Send the homestay an officer's message about a guest; the homestay has not answered."""
    stay = Stay.objects.filter(OPEN, establishment=_homestay()).order_by("id").first()
    if stay is not None:
        ask = "Khách này có dự định gia hạn tạm trú không? Nếu có, đề nghị cơ sở báo trước ngày hết hạn."
        post_message(actor=_actor(COMMUNE), kind="stay", subject_id=stay.pk, body=ask)
        note = "Ghi nhớ: đối chiếu lại khi khách trả phòng."
        post_message(actor=_actor(COMMUNE), kind="stay", subject_id=stay.pk, body=note, staff_only=True)


def _plan_visits() -> int:
    """Plan for today a visit of the commune's officer and one of the province's; return their number.

    A visit is left out if there is no open alert to inspect.
    """
    visit_count = 0
    for email in (COMMUNE, OFFICE):
        actor = _actor(email)
        waiting = Alert.objects.filter(state="open", unit_id__in=actor.area).select_related("establishment")
        alerts = waiting.order_by("-severity", "id")[visit_count : visit_count + 20]
        alert = next((candidate for candidate in alerts if may_inspect(actor, candidate.establishment)), None)
        if alert is not None:
            plan_visit(
                actor, establishment_id=alert.establishment_id, day=clock.today(),
                reason="Xác minh tại chỗ theo cảnh báo.", officer_id=actor.user_id or 0,
                alert_id=alert.pk,
            )  # fmt: skip
            visit_count += 1
    return visit_count
