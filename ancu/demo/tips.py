"""Sixty invented tips at two units, encrypted like real ones; the handlers' passphrases are documented.

Four have documented receipts; for the others nobody has one, so their sources never answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from uuid import UUID

from django.db import transaction

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.audit.services import record
from ancu.apps.tips.enums import TipCategory, TipChannel, TipOutcome, TipState, TipUrgency
from ancu.apps.tips.models import HandlingUnit, KeyHolder, Tip, TipDestruction, TipMessage, TipTally, UnitKey
from ancu.apps.tips.rules import to_the_hour
from ancu.apps.tips.rules.content import TipContent, TipSorting, encode
from ancu.apps.tips.selectors.opening import unlocked_keys_of
from ancu.apps.tips.services import receipts, unit_keys
from ancu.core import clock
from ancu.core.actor import system
from ancu.engines.envelopes import ReceiptKeys, new_pair, pad, seal, unwrap

SEED, COUNT, RECENT_COUNT = 60, 60, 9  # from the last two weeks, partly unread
PASSPHRASES = {
    "tintocgiac@xnc.example": "ruộng bậc thang sau mưa",
    "tintocgiac2@xnc.example": "khói bếp nhà sàn buổi sớm",
    "tintocgiac@maichau.example": "thung lũng đầy sương trắng",
    "tintocgiac2@maichau.example": "tiếng cồng bên suối xa",
}
# Form ids of the tips with documented receipts; the receipts depend on this machine's key.
FORMS = tuple(f"demo-tip-{number:023}" for number in range(4))
WHAT = (
    (
        TipCategory.DRUGS,
        "Nhóm thanh niên lạ mặt hay giao gói nhỏ sau bến xe vào lúc chạng vạng, đi xe máy không biển số.",
    ),
    (TipCategory.DRUGS, "Một nhà ở cuối bản có người ra vào suốt đêm, rèm kín, mùi hóa chất rất nặng."),
    (TipCategory.GAMBLING, "Sòng xóc đĩa mở trong nhà kho bỏ trống, tối thứ sáu nào cũng có hơn hai mươi người."),
    (TipCategory.GAMBLING, "Tờ rơi cho vay nặng lãi dán khắp cột điện, người đòi nợ tạt sơn nhà hàng xóm tôi."),
    (TipCategory.TRAFFICKING, "Có người hứa việc nhẹ lương cao bên kia biên giới, đã rủ ba cô gái trong bản."),
    (
        TipCategory.BORDER,
        "Nhà nghỉ chứa người nước ngoài mà không khai báo, mỗi đêm đổi một tốp, xe đón lúc ba giờ sáng.",
    ),
    (TipCategory.BORDER, "Người lạ thuê cả ngôi nhà, không ai biết từ đâu đến, không ra ngoài ban ngày."),
    (TipCategory.THEFT, "Tôi được gọi điện tự xưng công an, đòi chuyển tiền để phục vụ điều tra; tôi còn giữ số máy."),
    (TipCategory.THEFT, "Trâu của ba nhà trong xóm mất cùng một đêm, có vết bánh xe tải nhỏ ở đầu cầu."),
    (TipCategory.VIOLENCE, "Hàng xóm đánh vợ con nhiều lần, hôm qua tôi nghe tiếng kêu rồi im hẳn."),
    (TipCategory.WANTED_PERSON, "Người trong ảnh truy nã dán ở ủy ban làm thuê tại lò gạch, lấy tên khác."),
    (TipCategory.OFFICIAL, "Tôi phải đưa tiền để được nhận hồ sơ. Xin cấp trên xem lại."),
    (TipCategory.SOMETHING_ELSE, "Xe chở gỗ qua cầu treo ban đêm, ba chuyến một tuần, có người đi trước canh đường."),
)
PLACES = ("Bản Lác", "Chợ Vồng", "Ngã ba Đồng Bảng", "Bến xe trung tâm", "Xóm Mỏ", "Gần đập tràn", "Hang Kia", "")
QUESTIONS = (
    "Cảm ơn quý vị. Quý vị thấy việc này lần gần nhất khi nào?",
    "Đã nhận. Quý vị có nhớ biển số hoặc màu xe không? Nếu không an toàn thì không cần tìm hiểu thêm.",
    "Chúng tôi đang xác minh. Xin không nói với ai rằng quý vị đã báo tin.",
)
ANSWERS = (
    "Tối hôm kia, khoảng chín giờ.",
    "Xe màu xám, tôi không nhìn rõ biển số.",
    "Tôi thấy thêm một người nữa, đội mũ đen.",
)
CLOSED = (
    (TipOutcome.RESULT, 15),
    (TipOutcome.NOTHING, 9),
    (TipOutcome.THIN, 7),
    (TipOutcome.DUPLICATE, 4),
    (TipOutcome.ELSEWHERE, 3),
)


@dataclass(frozen=True, slots=True)
class _DemoUnit:
    """A handling unit with the keys of its two demo handlers."""

    unit: HandlingUnit
    key: UnitKey
    handlers: list[User]


@transaction.atomic
def load_tips(*, seed: int = SEED) -> dict[str, int]:
    """Create two handling units and their tips; return the numbers by label. The accounts must exist."""
    rng = Random(seed)
    office, commune = (_open_unit(place) for place in ("xnc", "maichau"))
    tips: list[Tip] = []
    messages: list[TipMessage] = []
    past_ages, recent_ages = (
        (rng.uniform(15, 330) for _tip in range(COUNT - RECENT_COUNT)),
        (rng.uniform(0.1, 14) for _ in range(RECENT_COUNT)),
    )
    ages = sorted((*past_ages, *recent_ages), reverse=True)
    for number, age in enumerate(ages):
        where = commune if number % 4 == 3 else office
        remaining = COUNT - 1 - number
        keys = (
            receipts.keys_of(receipts.receipt_of(FORMS[remaining]))
            if remaining < len(FORMS)
            else _random_receipt_keys(rng)
        )
        tip = _tip(rng, where, keys, clock.now() - timedelta(days=age), f"{seed}-{number}")
        messages += _conversation(rng, tip, where, is_open=remaining < RECENT_COUNT)
        tips.append(tip)
    _close_tips(rng, tips[: sum(count for _outcome, count in CLOSED)])
    for demo_unit in (office, commune):
        own = [tip for tip in tips if tip.unit_id == demo_unit.unit.pk]
        for place, tip in enumerate(own, start=1):
            tip.number = place
        HandlingUnit.objects.filter(pk=demo_unit.unit.pk).update(numbered=len(own))
    Tip.objects.bulk_create(tips)
    TipMessage.objects.bulk_create(messages)
    _create_past_tallies(rng, office.unit)
    return {"tips": len(tips)}


def _open_unit(place: str) -> _DemoUnit:
    """Create a handling unit with its key by the services; the first holder confirms the second."""
    emails = [email for email in PASSPHRASES if email.endswith(f"@{place}.example")]
    users = [User.objects.get(email=email) for email in emails]
    first, second = (actor_for(user) for user in users)
    unit_keys.open_unit(actor=first, passphrase=PASSPHRASES[emails[0]])
    holder = unit_keys.request_key(actor=second, passphrase=PASSPHRASES[emails[1]])
    own = KeyHolder.objects.select_related("unit").get(user=users[0])
    hand = unlocked_keys_of(own, unwrap(bytes(own.wrapped), PASSPHRASES[emails[0]]))
    assert hand is not None
    unit_keys.confirm_holder(actor=first, hand=hand, holder_id=holder.pk)
    return _DemoUnit(own.unit, own.unit.keys.get(), users)


def _random_receipt_keys(rng: Random) -> ReceiptKeys:
    """Return random receipt keys, so that no receipt number opens the tip."""
    return ReceiptKeys(new_pair(), rng.randbytes(32))


def _tip(rng: Random, where: _DemoUnit, keys: ReceiptKeys, moment: datetime, name: str) -> Tip:
    """Return an unsaved, encrypted tip to the handling unit ``where``, received at ``moment``.

    ``keys`` are the receipt's; ``name`` decides the tip's id.
    """
    category, text = rng.choice(WHAT)
    named = rng.random() < 0.25
    content = TipContent(
        text=text,
        place=rng.choice(PLACES),
        when=rng.choice(("", "tối thứ sáu", "tuần trước", "gần như hằng đêm")),
        name=rng.choice(("Bùi Thị Mến", "Hà Công Tình", "Vì Thị Oanh")) if named else "",
        contact=f"09{rng.randrange(10**8):08}" if named else "",
    )
    hour = to_the_hour(moment)
    tip = Tip(
        id=UUID(int=Random(name).getrandbits(128), version=4), unit=where.unit, key=where.key, received_at=hour,
        said_at=hour, locator=keys.locator, source_public=keys.pair.public, channel=TipChannel.WEB,
    )  # fmt: skip
    if rng.random() < 0.2:
        tip.channel, tip.keyed_by = rng.choice((TipChannel.PHONE, TipChannel.VISIT)), where.handlers[0]
    public = bytes(where.key.public)
    sealed = seal(pad(encode(content)), to=[public], place=tip.place)
    tip.header, tip.body = sealed.headers[0], sealed.body
    urgency = rng.choices((TipUrgency.NOW, TipUrgency.SOON, TipUrgency.USUAL), (1, 3, 8))[0]
    case = f"VV-{rng.randrange(100, 999)}/{hour.year}" if rng.random() < 0.4 else ""
    sorting = TipSorting(category=str(category), urgency=str(urgency), case_number=case)
    closed = seal(pad(encode(sorting)), to=[public], place=b"sorting:" + tip.id.bytes)
    tip.sorting_header, tip.sorting_body = closed.headers[0], closed.body
    return tip


def _conversation(rng: Random, tip: Tip, where: _DemoUnit, *, is_open: bool) -> Iterator[TipMessage]:
    """Yield the messages about a tip: the office's question and sometimes the source's answer.

    Most open tips (``is_open``) stay unread, without any.
    """
    if is_open and rng.random() < 0.6:
        tip.sorting_header = tip.sorting_body = b""
        return
    moment = tip.received_at + timedelta(hours=rng.uniform(1, 60))
    if moment >= clock.now():
        return
    tip.state, tip.taken_at, tip.answered_at = TipState.OPEN, moment, moment
    recipients = [bytes(where.key.public), bytes(tip.source_public)]
    yield _message(tip, 1, rng.choice(QUESTIONS), recipients, moment, rng.choice(where.handlers))
    later = to_the_hour(moment + timedelta(hours=rng.uniform(3, 90)))
    if rng.random() < 0.5 and later < clock.now():
        tip.said_at = later
        yield _message(tip, 2, rng.choice(ANSWERS), recipients[:1], later, None)


def _message(tip: Tip, position: int, text: str, to: list[bytes], at: datetime, author: User | None) -> TipMessage:
    """Return a message of the tip's conversation, encrypted to the keys ``to``; ``author`` None is the source."""
    message = TipMessage(tip=tip, position=position, author=author, at=at)
    sealed = seal(pad(encode(TipContent(text=text))), to=to, place=message.place)
    message.header, message.body = sealed.headers[0], sealed.body
    message.source_header = sealed.headers[1] if len(to) > 1 else b""
    return message


def _close_tips(rng: Random, tips: list[Tip]) -> None:
    """Close each of the tips with one of the planned outcomes, in random order."""
    outcomes = [outcome for outcome, count in CLOSED for _turn in range(count)]
    rng.shuffle(outcomes)
    for tip, outcome in zip(tips, outcomes, strict=True):
        closed = min(tip.said_at + timedelta(days=rng.uniform(2, 25)), clock.now())
        tip.state, tip.outcome, tip.closed_at = TipState.CLOSED, outcome, closed
        tip.taken_at, tip.answered_at = tip.taken_at or closed, tip.answered_at or closed


def _create_past_tallies(rng: Random, unit: HandlingUnit) -> None:
    """Create the monthly counts of older tips that were destroyed."""
    month = clock.today().replace(day=1)
    for _turn in range(12):
        month = (month - timedelta(days=1)).replace(day=1)
    for _turn in range(6):
        month = (month - timedelta(days=1)).replace(day=1)
        count = rng.randrange(4, 12)
        hours = sorted(round(rng.uniform(2, 96), 1) for _tip in range(count - 1))
        TipTally.objects.create(unit=unit, month=month, received=count, answered_hours=hours, results=count // 4)
        _record_destruction(unit, min(date(month.year + 1, month.month, 20), clock.today()), count)


def _record_destruction(unit: HandlingUnit, day: date, count: int) -> None:
    """Record that ``count`` tips of the handling unit were destroyed on that day."""
    TipDestruction.objects.create(unit=unit, day=day, tips=count, on_time=True)
    record(system("demo"), "tips.destroyed", unit, tips=count)
