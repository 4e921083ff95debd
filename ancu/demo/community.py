"""Programmes of community support: five of past years, three of this year, and a current one.

They are created by the services that officers use, except for the signatures of two hundred households, which are
written at once.
"""

from datetime import date
from math import sin
from typing import Any
from uuid import uuid4

from django.db import transaction

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.community.models import HandoverConfirmation, LedgerEntry, Programme, ProgrammeItem, Recipient
from ancu.apps.community.selectors.ledger import money_of
from ancu.apps.community.services import choosing, confirming, planning
from ancu.apps.community.services.posting import ItemAmount, buy, give, hand_over
from ancu.apps.community.services.programmes import add_item, donor_named, open_programme, recipient_named
from ancu.apps.places.models import AdministrativeUnit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.demo.current_help import load_help_of_this_year
from ancu.demo.current_programme import load_warm_houses

KEEPER = "duyet@xnc.example"
HOUSEHOLDS, VND_PER_HOUSEHOLD = 203, 1_384_000  # of 281,000,000 đồng: 48,000 are left
# Codes of the districts that ran the programmes, and of the communes supported in 2018.
CAO_PHONG, TAN_LAC, MAI_CHAU, LAC_SON = "154", "155", "156", "157"
POLICE_OF = {
    code: {code: f"Công an huyện {name}"}
    for code, name in ((CAO_PHONG, "Cao Phong"), (TAN_LAC, "Tân Lạc"), (MAI_CHAU, "Mai Châu"), (LAC_SON, "Lạc Sơn"))
}
UPLAND = ("05329", "05338", "05350", "05272", "05212", "05209")  # four of Lạc Sơn; Hang Kia and Pà Cò
COWS = ((LAC_SON, 5, 16_000_000), (CAO_PHONG, 4, 17_500_000))  # nine, worth 150,000,000
METRES, EXAMINED, SESSIONS = 3000, 500, 5
TODAY = ("Pà Cò", "Mai Châu", "Tân Mai", "Mai Hạ")  # the communes of this year's programme
FAMILIES = ("Mùa", "Vàng", "Sùng", "Giàng", "Hà", "Vì", "Lò", "Bùi")
GIVEN_NAMES = ("Thị Dở", "A Páo", "Y Mỷ", "A Chống", "Thị Mai", "Văn Tình", "Thị Oanh", "A Sùng")


SECOND_OFFICER = "canbo@xnc.example"
CLOSED = date(2018, 12, 31)


@transaction.atomic
def load_community() -> dict[str, int]:
    """Create the demo's programmes of community support; return their number by label.

    Accounts and units must exist.
    """
    actor = actor_for(User.objects.get(email=KEEPER))
    communes = AdministrativeUnit.objects.filter(name__in=TODAY, pk__in=actor.area, valid_until=None, kind="commune")
    units = [unit.pk for unit in communes.order_by("name")] or [min(actor.area)]
    _households(actor)
    _cows(actor)
    _schools(actor)
    _lights(actor)
    _examinations(actor)
    load_help_of_this_year(actor, units)
    second = actor_for(User.objects.get(email=SECOND_OFFICER))
    _confirm(actor, second)
    for programme in Programme.objects.filter(ends_on__lte=CLOSED).order_by("pk"):
        planning.close(actor=actor, programme_id=programme.pk, until=CLOSED)
    load_warm_houses(actor, units, second=second)
    return {"programmes of help": Programme.objects.count()}


def unit_of(actor: Actor, code: str) -> int:
    """Return the id of the former administrative unit with that code in the actor's area.

    If a test loaded too few units, that of any unit of the area.
    """
    unit = AdministrativeUnit.objects.filter(code=code, pk__in=actor.area, valid_until__isnull=False).first()
    return unit.pk if unit else min(actor.area)


def communes_of(actor: Actor, district: str) -> list[int]:
    """Return the ids of up to seven communes of the district with this code in the actor's area.

    Without any, only the id of the district itself (``unit_of``).
    """
    communes = AdministrativeUnit.objects.filter(parent__code=district, pk__in=actor.area, kind="commune")
    return list(communes.order_by("code").values_list("pk", flat=True)[:7]) or [unit_of(actor, district)]


def _set_goal(
    actor: Actor, programme: Programme, what: str, item: ProgrammeItem | None, quantity: int, day: date
) -> None:
    """Record the programme's goal of kind ``what`` (raised or reached): a quantity of an item, or of recipients."""
    planning.set_goal(actor=actor, programme_id=programme.pk, what=what, item=item, quantity=quantity, set_on=day)


def _confirm(actor: Actor, second: Actor) -> None:
    """Confirm handovers by signature, witness or phone; a few are pending.

    A witness's confirmation is entered by another officer than the handover.
    """
    rows, now = [], clock.now()
    for number, entry in enumerate(
        LedgerEntry.objects.filter(kind="handover").select_related("recipient").order_by("pk")
    ):
        how = "witness" if number % 11 == 3 else "code" if number % 13 == 5 else "signature"
        if number % 29 == 28:
            continue
        name = entry.recipient.name.removeprefix("Hộ ").split(" (")[0] if entry.recipient else ""
        of_each: dict[str, dict[str, str]] = {
            "signature": {"name": name, "standing": "chủ hộ"},
            "witness": {"name": "Vì Văn Lả", "standing": "trưởng bản", "words": "Người nhận không biết chữ."},
            "code": {},
        }
        by = {"signature": actor.user_id, "witness": second.user_id, "code": None}[how]
        row = HandoverConfirmation(
            entry=entry, how=how, agrees=True, key=uuid4(), made_at=now, made_by_id=by, **of_each[how]
        )
        row.signature = confirming.seal_strokes(entry, _drawn_signature(number)) if how == "signature" else b""
        rows.append(row)
    HandoverConfirmation.objects.bulk_create(rows)


def _drawn_signature(number: int) -> confirming.Strokes:
    """Return the strokes of an invented signature: waves that differ for each number."""
    wave, tall = 14 + number % 9, 30 + number % 40
    first = [(40 + 5 * x, 100 + round(tall * sin(x / (wave / 4)) * (1 - x / 120))) for x in range(90)]
    return [first, [(90, 150), (250, 140 + number % 20), (480, 150)]]


def _open(actor: Actor, name: str, purpose: str, districts: dict[str, str], ends_on: date) -> Programme:
    """Create a programme in these districts, led by their police; ``districts`` holds the police's name by code.

    The first district is the programme's own unit, the others its further area.
    """
    unit_id, *area_ids = (unit_of(actor, code) for code in districts)
    return open_programme(
        actor=actor, unit_id=unit_id, area_ids=area_ids, led_by=", ".join(districts.values()), name=name,
        purpose=purpose, begins_on=ends_on.replace(month=1, day=5), ends_on=ends_on,
    )  # fmt: skip


def _record_gift(
    actor: Actor, programme: Programme, name: str, amount: ItemAmount, day: date, *, anonymous: bool = False
) -> None:
    """Record a gift of the donor named ``name`` to a programme, on that day."""
    kind = "person" if anonymous else "organisation"
    donor = donor_named(actor, kind=kind, name=name, contact="", anonymous=anonymous)
    give(actor=actor, programme_id=programme.pk, donor=donor, amounts=[amount], day=day, key=uuid4())


def _hand_over(
    actor: Actor, programme: Programme, kind: str, unit_id: int, name: str, amount: ItemAmount, day: date
) -> None:
    """Record a handover of a programme's goods or money to the recipient named ``name``, on that day."""
    recipient = recipient_named(
        actor,
        programme,
        kind=kind,
        unit_id=unit_id,
        name=name,
        reason="Được xã và bản bình xét, công khai tại nhà văn hóa.",
    )
    hand_over(actor=actor, programme_id=programme.pk, recipient=recipient, amounts=[amount], day=day, key=uuid4())


def _family(number: int) -> str:
    """Return the name of the invented household ``number``."""
    return f"Hộ {FAMILIES[number % 8]} {GIVEN_NAMES[number // 8 % 8]} ({number + 1})"


def _households(actor: Actor) -> None:
    """Create the programme of money and gifts for poor households."""
    purpose = "Tiền và quà Tết cho hộ nghèo của bốn xã vùng cao huyện Lạc Sơn và hai xã Hang Kia, Pà Cò huyện Mai Châu."
    programme = _open(actor, "Tết ấm vùng cao", purpose, POLICE_OF[LAC_SON] | POLICE_OF[MAI_CHAU], date(2018, 12, 31))
    money = money_of(programme)
    _set_goal(actor, programme, "raised", money, 300_000_000, date(2018, 1, 5))
    _set_goal(actor, programme, "raised", money, 280_000_000, date(2018, 1, 22))
    _set_goal(actor, programme, "reached", None, 200, date(2018, 1, 5))
    for name, vnd in (("Công ty TNHH Đá Sông Đà", 150_000_000), ("Hội Doanh nhân trẻ", 80_000_000)):
        _record_gift(actor, programme, name, ItemAmount(money, vnd), date(2018, 1, 15))
    _record_gift(
        actor, programme, "Một người con quê hương", ItemAmount(money, 51_000_000), date(2018, 1, 20), anonymous=True
    )
    units = [unit_of(actor, code) for code in UPLAND]
    for number in range(HOUSEHOLDS):
        where = units[number % len(units)]
        _hand_over(
            actor,
            programme,
            "household",
            where,
            _family(number),
            ItemAmount(money, VND_PER_HOUSEHOLD),
            date(2018, 2, 8),
        )


def _cows(actor: Actor) -> None:
    """Create the programme of breeding cows, with selected recipients."""
    purpose = "Mỗi hộ một bò cái sinh sản."
    programme = _open(
        actor, "Bò giống giúp hộ nghèo", purpose, POLICE_OF[LAC_SON] | POLICE_OF[CAO_PHONG], date(2018, 10, 31)
    )
    money = money_of(programme)
    _record_gift(actor, programme, "Quỹ Vì người nghèo", ItemAmount(money, 150_000_000), date(2018, 4, 2))
    for place, (district, number, vnd) in enumerate(COWS, 1):
        cow = add_item(
            actor=actor, programme_id=programme.pk, name=f"Bò cái sinh sản, đợt {place}", measure="pieces",
            vnd_each=vnd, valued_by="hóa đơn mua",
        )  # fmt: skip
        buy(
            actor=actor,
            programme_id=programme.pk,
            pay=ItemAmount(money, number * vnd),
            amounts=[ItemAmount(cow, number)],
            day=date(2018, 4, 20),
            key=uuid4(),
            seller="Trại bò giống Sông Đà",
            paper=f"Hóa đơn 000021{place} ngày 20/04/2018",
        )
        _set_goal(actor, programme, "handed", cow, number, date(2018, 4, 2))
        for recipient in _select_recipients(actor, programme, communes_of(actor, district), place, number):
            hand_over(
                actor=actor, programme_id=programme.pk, recipient=recipient, amounts=[ItemAmount(cow, 1)],
                day=date(2018, 4, 25), key=uuid4(),
            )  # fmt: skip


FACTS: tuple[dict[str, int], ...] = (
    {"poor": 1, "children": 3, "able": 1, "not_helped": 1}, {"poor": 1, "children": 2, "able": 1},
    {"poor": 1, "illness": 1, "children": 1}, {"near_poor": 1, "disaster": 1, "able": 1},
    {"poor": 1, "alone": 1, "able": 1},
    {"near_poor": 1, "children": 2}, {"poor": 1, "not_helped": 1, "able": 1},
)  # fmt: skip


def _select_recipients(
    actor: Actor, programme: Programme, units: list[int], place: int, number: int
) -> list[Recipient]:
    """Select ``number`` of seven households by points and approve the selection; return the recipients.

    ``place`` is the round. One household is passed over and another chosen in its stead, each with a reason.
    """
    selection = choosing.begin(
        actor=actor, programme_id=programme.pk, name=f"{number} bò cái sinh sản, đợt {place}", places=number,
        criteria_on=date(2018, 4, 10),
    )  # fmt: skip
    common: Any = {"actor": actor, "programme_id": programme.pk, "selection_id": selection.pk}
    for at in range(7):
        facts = FACTS[at] if place == 1 else {**FACTS[at], "children": at % 4}
        choosing.add_candidate(
            **common, kind="household", unit_id=units[at % len(units)], name=_family(7 * (place - 1) + at), facts=facts
        )
    ranked = list(selection.candidates.order_by("-points", "pk"))
    passed = ranked[number - 2]
    chosen = [candidate for candidate in ranked[: number + 1] if candidate is not passed]
    reasons = {
        candidate.pk: "Xin nhận ở đợt sau vì chưa làm xong chuồng." for candidate in ranked if candidate not in chosen
    }
    reasons |= {
        candidate.pk: "Nhận thay hộ xin lùi; chuồng và bãi chăn đã sẵn sàng." for candidate in chosen[number - 2 :]
    }
    choosing.propose(**common, chosen={candidate.pk for candidate in chosen}, reasons=reasons)
    choosing.approve(
        actor=actor_for(User.objects.get(email=SECOND_OFFICER)), programme_id=programme.pk, selection_id=selection.pk
    )
    return list(Recipient.objects.filter(candidate__selection=selection).order_by("pk"))


def _schools(actor: Actor) -> None:
    """Create the programme of books and toys for schools."""
    purpose = "Tủ sách và đồ chơi ngoài trời."
    name = "Sách và đồ chơi cho năm trường"
    programme = _open(actor, name, purpose, POLICE_OF[TAN_LAC], date(2018, 9, 30))
    box = add_item(
        actor=actor, programme_id=programme.pk, name="Bộ sách và đồ chơi", measure="pieces", vnd_each=14_150_000,
        valued_by="giá bìa và hóa đơn",
    )  # fmt: skip
    _record_gift(actor, programme, "Nhà sách Sông Đà", ItemAmount(box, 5), date(2018, 8, 20))
    units = communes_of(actor, TAN_LAC)
    for number in range(5):
        school = f"Trường Tiểu học số {number + 1}"
        _hand_over(actor, programme, "school", units[number % len(units)], school, ItemAmount(box, 1), date(2018, 9, 5))


def _lights(actor: Actor) -> None:
    """Create the programme of street lights."""
    where = unit_of(actor, MAI_CHAU)
    purpose = "Ba ki-lô-mét đèn đường."
    programme = _open(actor, "Thắp sáng đường bản", purpose, POLICE_OF[MAI_CHAU], date(2018, 11, 30))
    line = add_item(
        actor=actor, programme_id=programme.pk, name="Đường dây và đèn", measure="metres", vnd_each=30_000,
        valued_by="dự toán của hội đồng",
    )  # fmt: skip
    _record_gift(actor, programme, "Đoàn Thanh niên", ItemAmount(line, METRES), date(2018, 6, 1))
    _hand_over(actor, programme, "work", where, "Đường trục bản", ItemAmount(line, METRES), date(2018, 6, 30))


def _examinations(actor: Actor) -> None:
    """Create the programme of medical examinations, a hundred in each of five sessions."""
    purpose = "Khám bệnh, cấp thuốc miễn phí cho 500 người."
    programme = _open(
        actor, "Khám bệnh vùng cao", purpose, POLICE_OF[LAC_SON] | POLICE_OF[MAI_CHAU], date(2018, 12, 31)
    )
    visit = add_item(
        actor=actor, programme_id=programme.pk, name="Lượt khám và thuốc", measure="pieces", vnd_each=60_000,
        valued_by="giá dịch vụ và hóa đơn thuốc",
    )  # fmt: skip
    _record_gift(actor, programme, "Bệnh viện Đa khoa Quốc tế Sông Đà", ItemAmount(visit, EXAMINED), date(2018, 10, 8))
    for number in range(SESSIONS):
        where = unit_of(actor, UPLAND[number])
        session, amount = f"Buổi khám thứ {number + 1}", ItemAmount(visit, EXAMINED // SESSIONS)
        _hand_over(actor, programme, "work", where, session, amount, date(2018, 10, 15))
