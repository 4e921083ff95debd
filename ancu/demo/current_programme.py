"""A current programme: pledges, a bank statement, a pending selection, a photo."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image, ImageDraw

from ancu.apps.community.models import Programme, ProgrammeItem
from ancu.apps.community.selectors.ledger import money_of
from ancu.apps.community.services import accounts, choosing, photos, planning, reconciling
from ancu.apps.community.services.posting import ItemAmount, buy, give, hand_over
from ancu.apps.community.services.programmes import add_item, donor_named, open_programme, recipient_named
from ancu.core import clock
from ancu.core.actor import Actor

DONORS = (
    ("Công ty TNHH Đá Sông Đà", 120_000_000),
    ("Hội Doanh nhân trẻ", 80_000_000),
    ("Quỹ Vì người nghèo", 60_000_000),
)


def load_warm_houses(actor: Actor, units: list[int], *, second: Actor) -> None:
    """Create the running programme of community support: roofs for houses in the communes ``units``."""
    today = clock.today()
    begins_on = today - timedelta(days=60)
    programme = open_programme(
        actor=actor, unit_id=units[0], name="Mái ấm vùng cao",
        purpose="Tấm lợp và công thợ cho hộ có nhà dột nát.", begins_on=begins_on,
        ends_on=today + timedelta(days=120),
    )  # fmt: skip
    money = money_of(programme)
    roof = add_item(
        actor=actor, programme_id=programme.pk, name="Tấm lợp", measure="pieces", vnd_each=185_000,
        valued_by="hóa đơn mua",
    )  # fmt: skip
    planning.set_goal(
        actor=actor, programme_id=programme.pk, what="raised", item=money, quantity=300_000_000, set_on=begins_on
    )
    planning.set_goal(
        actor=actor, programme_id=programme.pk, what="handed", item=roof, quantity=1_200, set_on=begins_on
    )
    _open_account(actor, programme, second)
    _pledges_and_bank(actor, programme, money)
    buy(
        actor=actor, programme_id=programme.pk, pay=ItemAmount(money, 74_000_000), amounts=[ItemAmount(roof, 400)],
        day=today - timedelta(days=6), key=uuid4(), seller="Công ty TNHH Tấm lợp Sông Đà",
        paper=f"Hóa đơn 0000471 ngày {today - timedelta(days=6):%d/%m/%Y}",
    )  # fmt: skip
    _roof_schools(actor, programme, units, roof)
    _propose_selection(actor, programme, units)
    photos.show(
        actor=actor, programme_id=programme.pk, consent="",
        photo_id=photos.add(
            actor=actor, programme_id=programme.pk, data=_draw_house(), caption="Nhà sàn đã lợp mái mới (ảnh vẽ)",
            shows_people=False, consent="",
        ).pk,
    )  # fmt: skip


def _open_account(actor: Actor, programme: Programme, second: Actor) -> None:
    """Create the programme's bank account at an invented bank, so that nobody can pay into it."""
    account = accounts.propose(
        actor=actor, programme_id=programme.pk, bank="Ngân hàng Thử nghiệm", bin="999999", number="0000000000",
        holder="PHONG QLXNC (THU NGHIEM)",
    )  # fmt: skip
    accounts.approve(actor=second, programme_id=programme.pk, account_id=account.pk)


def _pledges_and_bank(actor: Actor, programme: Programme, money: ProgrammeItem) -> None:
    """Create pledges of money, one paid by a bank transfer, a cash gift, and an unmatched transfer."""
    today, pledges = clock.today(), []
    for number, (name, vnd) in enumerate(DONORS):
        donor = donor_named(actor, kind="organisation", name=name, contact="", anonymous=False)
        pledges.append(
            planning.add_pledge(
                actor=actor, programme_id=programme.pk, donor=donor, item=money, quantity=vnd,
                due_on=today + timedelta(days=20 * number), key=uuid4(),
            )
        )  # fmt: skip
    who = donor_named(actor, kind="person", name="Một người con quê hương", contact="", anonymous=True)
    give(
        actor=actor, programme_id=programme.pk, donor=who, amounts=[ItemAmount(money, 5_000_000)],
        day=today - timedelta(days=15), key=uuid4(),
    )  # fmt: skip
    rows = [
        (9, 120_000_000, f"{pledges[0].reference} ung ho mai am"),
        (8, 30_000_000, f"UNG HO {pledges[1].reference} dot 1"),
    ]
    rows += [(7, 2_500_000, "NGUYEN VAN T chuyen tien"), (6, 41_200, "Lai tien gui")]
    lines = ["Ngày giao dịch,Số tiền ghi có,Nội dung,Số tham chiếu"]
    lines += [
        f"{today - timedelta(days=ago):%d/%m/%Y},{vnd},{text},FT{number}"
        for number, (ago, vnd, text) in enumerate(rows)
    ]
    reconciling.read_in(
        actor=actor, programme_id=programme.pk, data="\n".join(lines).encode(), name="sao-ke-thang-11.csv"
    )


def _roof_schools(actor: Actor, programme: Programme, units: list[int], roof: ProgrammeItem) -> None:
    """Hand over a part of the roofs to two village schools, which need no selection of households."""
    for number, sheets in enumerate((140, 100)):
        school = recipient_named(
            actor, programme, kind="school", unit_id=units[number % len(units)], name=f"Điểm trường số {number + 1}",
            reason="Mái lớp học dột, nhà trường và xã cùng đề nghị.",
        )  # fmt: skip
        hand_over(
            actor=actor, programme_id=programme.pk, recipient=school, amounts=[ItemAmount(roof, sheets)],
            day=clock.today() - timedelta(days=3), key=uuid4(),
        )  # fmt: skip


def _propose_selection(actor: Actor, programme: Programme, units: list[int]) -> None:
    """Propose a selection of households for roofs, pending approval."""
    selection = choosing.begin(actor=actor, programme_id=programme.pk, name="Tấm lợp đợt 1", places=3)
    common: Any = {"actor": actor, "programme_id": programme.pk, "selection_id": selection.pk}
    considered: tuple[tuple[str, dict[str, int]], ...] = (
        ("Hộ Hà Văn An", {"poor": 1, "disaster": 1}), ("Hộ Vì Thị Bình", {"near_poor": 1, "children": 2}),
        ("Hộ Sùng A Chu", {"poor": 1, "alone": 1}), ("Hộ Bùi Văn Dần", {"poor": 1, "children": 1}),
    )  # fmt: skip
    for number, (name, facts) in enumerate(considered):
        choosing.add_candidate(**common, kind="household", unit_id=units[number % len(units)], name=name, facts=facts)
    ranked = selection.candidates.order_by("-points", "pk")
    choosing.propose(**common, chosen={candidate.pk for candidate in ranked[:3]}, reasons={})


def _draw_house() -> bytes:
    """Return an invented picture of a stilt house before a hill, as image bytes."""
    picture = Image.new("RGB", (1200, 900), (196, 222, 235))
    draw = ImageDraw.Draw(picture)
    draw.polygon(
        [(0, 620), (320, 260), (620, 560), (860, 330), (1200, 640), (1200, 900), (0, 900)], fill=(96, 142, 104)
    )
    draw.rectangle((0, 720, 1200, 900), fill=(148, 172, 96))
    for x in (400, 540, 680, 820):
        draw.rectangle((x, 600, x + 16, 760), fill=(92, 64, 44))
    draw.rectangle((370, 480, 866, 610), fill=(150, 104, 66))
    draw.polygon([(320, 490), (450, 350), (790, 350), (916, 490)], fill=(122, 52, 44))
    draw.rectangle((580, 515, 650, 610), fill=(70, 46, 32))
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()
