"""News and an outage notice of the demo, in both languages."""

from datetime import datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.site.services.news import publish_news
from ancu.apps.site.services.outages import announce_outage
from ancu.core import clock
from ancu.core.clock import VIETNAM

ADMINISTRATOR, LEADER = "quantri@xnc.example", "duyet@xnc.example"
SATURDAY = 5
# Days ago, then title, summary and text in Vietnamese and English.
NEWS = (
    (1, ("Bảo trì cuối tuần: điện thoại vẫn giữ đúng giờ khai báo", "Maintenance: phones keep the time"),
     ("Lượt khai trên điện thoại được gửi sau khi có lại mạng, kèm giờ đã nhập.",
      "What you declare on your phone is sent when the site is back, with the time you entered it."),
     (("Trong thời gian bảo trì, trang ngừng nhận lượt khai. Điện thoại đã mở trang khai báo giữ lượt khai và tự gửi"
       " sau khi hệ thống hoạt động lại. Công an cấp xã vẫn nhận phiếu giấy."),
      ("The site takes no declarations during the maintenance. A phone that has opened the page keeps them and sends"
       " them by itself when the site is back. The commune police still take paper forms."))),
    (5, ("Kết quả các tháng đầu năm đã công bố", "The results of this year so far are published"),
     ("Mỗi con số có định nghĩa, bảng theo tháng và tệp để tải về.",
      "Each figure has its definition, a table by month and a file to download."), ("", "")),
    (9, ("Lịch lắng nghe ý kiến nhân dân đã có trên trang", "The listening meetings are on the site"),
     ("Ai cũng đến được; câu hỏi gửi trước được trả lời trước.",
      "Anybody can come; questions sent ahead are answered first."), ("", "")),
    (16, ("Đặt lịch hẹn trước khi đến quầy", "Book a time before you come to a counter"),
     ("Người có lịch hẹn được gọi đúng giờ; không có lịch vẫn được tiếp khi còn chỗ.",
      "Who has booked is called at that time; others are received when there is room."), ("", "")),
    (30, ("Nghỉ Tết Dương lịch: quầy đóng cửa ngày 01/01", "New Year: the counters are closed on 1 January"),
     ("Khai báo khách vẫn mở; ngày nghỉ không tính vào thời hạn giải quyết hồ sơ.",
      "Declaring guests stays open; the holiday does not count in the deadlines of dossiers."), ("", "")),
)  # fmt: skip


@transaction.atomic
def load_site() -> dict[str, int]:
    """Publish the news, and announce the maintenance of the coming Saturday night; return their numbers."""
    leader, administrator = (
        actor_for(Membership.objects.select_related("user").get(user__email=email).user)
        for email in (LEADER, ADMINISTRATOR)
    )
    today = clock.today()
    for days_ago, titles, summaries, bodies in NEWS:
        publish_news(
            actor=leader, key=uuid5(NAMESPACE_URL, f"news-{days_ago}"), title_vi=titles[0], title_en=titles[1],
            summary_vi=summaries[0], summary_en=summaries[1], body_vi=bodies[0], body_en=bodies[1],
            published_at=datetime.combine(today - timedelta(days=days_ago), time(8), VIETNAM),
        )  # fmt: skip
    night = today + timedelta(days=(SATURDAY - today.weekday()) % 7 or 7)
    announce_outage(
        actor=administrator, key=uuid5(NAMESPACE_URL, "outage"),
        reason_vi="Bảo trì máy chủ", reason_en="Maintenance of the server",
        works_vi="Vẫn khai được bằng điện thoại và phiếu giấy.",
        works_en="Phones still save declarations; the police take paper.",
        details_vi="Mở sẵn trang khai báo trên điện thoại trước giờ bảo trì. Lượt khai được gửi sau khi có lại mạng.",
        details_en="Open the declaring page on the phone before the maintenance. Declarations are sent afterwards.",
        shown_from=datetime.combine(today - timedelta(days=1), time(8), VIETNAM),
        starts_at=datetime.combine(night, time(22), VIETNAM),
        ends_at=datetime.combine(night + timedelta(days=1), time(2), VIETNAM),
    )  # fmt: skip
    return {"news": len(NEWS), "outage notices": 1}
