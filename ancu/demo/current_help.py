"""Support of this year beside the running programme: health visits, cows and street lights.

The results of the year report the same amounts (``ancu/demo/reporting.py``).
"""

from datetime import date, timedelta
from uuid import uuid4

from ancu.apps.community.models import Programme
from ancu.apps.community.services.posting import ItemAmount, give, hand_over
from ancu.apps.community.services.programmes import add_item, donor_named, open_programme, recipient_named
from ancu.core import clock
from ancu.core.actor import Actor

# By indicator: the month of the year in which it was handed over, and how much of it.
THIS_YEAR = {"help_cows": (4, 7), "help_lights": (6, 2_500), "help_examined": (9, 416)}
SESSIONS, FAMILIES = 4, ("Hà", "Vì", "Lò", "Bùi", "Sùng", "Giàng", "Mùa")


def reported_day(month: int) -> date:
    """Return a day of that month in the year of the last complete month; of the last one if that is earlier."""
    last = clock.today().replace(day=1) - timedelta(days=1)
    return date(last.year, min(month, last.month), 15)


def load_help_of_this_year(actor: Actor, units: list[int]) -> None:
    """Create this year's three programmes in the communes ``units``, each with one gift and its handovers."""
    _load(
        actor, units, "help_examined", name="Bác sĩ về bản", purpose="Khám bệnh, cấp thuốc miễn phí.",
        item=("Khám và thuốc", "pieces", 60_000), donor="Bệnh viện Đa khoa Quốc tế Sông Đà",
        recipients=[("work", f"Buổi khám thứ {number}") for number in range(1, SESSIONS + 1)],
    )  # fmt: skip
    _load(
        actor, units, "help_cows", name="Giống bò vùng cao", purpose="Mỗi hộ một bò cái sinh sản.",
        item=("Giống bò cái", "pieces", 18_000_000), donor="Quỹ Vì người nghèo",
        recipients=[("household", f"Hộ {family} Văn Tình") for family in FAMILIES],
    )  # fmt: skip
    _load(
        actor, units, "help_lights", name="Sáng đường bản xa", purpose="Đèn cho đường trục bản.",
        item=("Đèn và cột", "metres", 34_000), donor="Đoàn Thanh niên",
        recipients=[("work", "Đường trục bản")],
    )  # fmt: skip


def _load(
    actor: Actor,
    units: list[int],
    code: str,
    *,
    name: str,
    purpose: str,
    item: tuple[str, str, int],
    donor: str,
    recipients: list[tuple[str, str]],
) -> None:
    """Create a programme whose amount of the indicator ``code`` is handed to the recipients in equal parts.

    ``item`` is its name, measure and value in đồng; ``recipients`` are kinds and names.
    """
    month, amount = THIS_YEAR[code]
    day = reported_day(month)
    programme = open_programme(
        actor=actor, unit_id=units[0], name=name, purpose=purpose, begins_on=day - timedelta(days=70),
        ends_on=day + timedelta(days=14),
    )  # fmt: skip
    title, measure, vnd_each = item
    goods = add_item(
        actor=actor, programme_id=programme.pk, name=title, measure=measure, vnd_each=vnd_each, valued_by="hóa đơn mua"
    )
    amounts, received_on = [ItemAmount(goods, amount)], day - timedelta(days=7)
    giver = donor_named(actor, kind="organisation", name=donor, contact="", anonymous=False)
    give(actor=actor, programme_id=programme.pk, donor=giver, amounts=amounts, day=received_on, key=uuid4())
    part = ItemAmount(goods, amount // len(recipients))
    for number, (kind, recipient_name) in enumerate(recipients):
        _hand_over(actor, programme, kind, units[number % len(units)], recipient_name, part, day)


def _hand_over(
    actor: Actor, programme: Programme, kind: str, unit_id: int, name: str, amount: ItemAmount, day: date
) -> None:
    """Record a handover to the recipient named ``name``, on that day."""
    recipient = recipient_named(
        actor, programme, kind=kind, unit_id=unit_id, name=name,
        reason="Được xã và bản bình xét, công khai tại nhà văn hóa.",
    )  # fmt: skip
    hand_over(actor=actor, programme_id=programme.pk, recipient=recipient, amounts=[amount], day=day, key=uuid4())
