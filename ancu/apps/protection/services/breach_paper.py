"""The notification of a breach as a document."""

from ancu.apps.accounts.selectors import superior_name
from ancu.apps.accounts.selectors.administration import office
from ancu.apps.audit.services import record_look
from ancu.apps.protection.enums import BreachNotice, BreachRisk, BreachStep, DataKind
from ancu.apps.protection.models import Breach
from ancu.apps.protection.rules import breaches as rules
from ancu.apps.protection.selectors.breaches import display_moment
from ancu.apps.protection.services.printing import DOCUMENTS
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.templatetags.ui import number
from ancu.core.web.language import both_languages


def notification_pdf(actor: Actor, breach: Breach) -> bytes:
    """Return the notification of the breach to the authority, with later additions, as PDF; recorded as a look."""
    record_look(actor, breach, export="pdf")
    agency, today = office(), clock.local(clock.now())
    phases = breach.entries.filter(step=BreachStep.PHASE).order_by("id")
    data = {
        "above": superior_name(agency),
        "agency": agency.name if agency else "",
        "number": str(breach),
        "day": {"day": f"{today:%d}", "month": f"{today:%m}", "year": str(today.year)},
        "deadline": display_moment(rules.deadline(breach)),
        "rows": _rows(breach),
        "phases": [{"at": display_moment(phase.at), "text": phase.text} for phase in phases],
    }
    return render_pdf(DOCUMENTS / "breach.typ", data)


def _rows(breach: Breach) -> list[dict[str, str]]:
    """Return (label, text) of each part of the notification to the authority, in Vietnamese, as dicts.

    Parts without text are left out.
    """
    rows = {
        "Thời điểm phát hiện": display_moment(breach.discovered_at),
        "Thời điểm xảy ra": display_moment(breach.began_at) if breach.began_at else "chưa xác định",
        "Diễn biến, nguyên nhân": breach.what_happened,
        "Loại dữ liệu": "; ".join(_in_vietnamese(DataKind(kind)) for kind in breach.data_kinds),
        "Số người bị ảnh hưởng": _people(breach),
        "Mức độ rủi ro": _in_vietnamese(BreachRisk(breach.risk)),
        "Hậu quả, thiệt hại có thể xảy ra": breach.consequences,
        "Biện pháp đã và sẽ áp dụng": breach.measures,
        "Thông báo cho người bị ảnh hưởng": _telling(breach),
        "Đầu mối liên hệ": breach.contact,
        "Lý do thông báo sau 72 giờ": breach.late_reason,
    }
    return [{"label": label, "text": text} for label, text in rows.items() if text]


def _in_vietnamese(choice: DataKind | BreachRisk | BreachNotice) -> str:
    """Return the Vietnamese label of a kind of data, a risk or a notice of a breach."""
    return both_languages(lambda: str(choice.label))[0]


def _people(breach: Breach) -> str:
    """Return the number of people concerned by the breach as Vietnamese text; "not determined" if unknown."""
    return both_languages(lambda: number(breach.people_count))[0] or "chưa xác định"


def _telling(breach: Breach) -> str:
    """Return in Vietnamese whether and on which day the people concerned were informed, and the explanation."""
    decision = _in_vietnamese(BreachNotice(breach.telling))
    day = f", ngày {breach.told_on:%d/%m/%Y}" if breach.told_on else ""
    return f"{decision}{day}. {breach.telling_note}".rstrip(" .")
