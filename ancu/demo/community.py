"""Four programmes of help with the amounts of the story, to the đồng, by the services that officers use."""

from datetime import date
from uuid import uuid4

from django.db import transaction

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.community.models import Programme
from ancu.apps.community.selectors.ledger import money_of
from ancu.apps.community.services.posting import Amount, buy, give, hand_over
from ancu.apps.community.services.programmes import add_item, donor_named, open_programme, recipient_named
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.actor import Actor

KEEPER = "duyet@xnc.example"
HOUSEHOLDS, EACH = 203, 1_379_310  # of 280,000,000 đồng: seventy are left
PLACES = ("Pà Cò", "Mai Châu", "Tân Mai", "Mai Hạ")
FAMILIES = ("Mùa", "Vàng", "Sùng", "Giàng", "Hà", "Vì", "Lò", "Bùi")
GIVEN = ("Thị Dở", "A Páo", "Y Mỷ", "A Chống", "Thị Mai", "Văn Tình", "Thị Oanh", "A Sùng")


@transaction.atomic
def load_community() -> dict[str, int]:
    """Once accounts and units are there."""
    actor = actor_for(User.objects.get(email=KEEPER))
    found = AdministrativeUnit.objects.filter(name__in=PLACES, pk__in=actor.area, valid_until=None, kind="commune")
    units = [unit.pk for unit in found.order_by("name")] or [min(actor.area)]
    _households(actor, units)
    _cows(actor, units)
    _schools(actor, units)
    _lights(actor, units)
    return {"programmes of help": Programme.objects.count()}


def _open(actor: Actor, name: str, purpose: str, unit_id: int, ends_on: date) -> Programme:
    first = ends_on.replace(month=1, day=5)
    return open_programme(actor=actor, unit_id=unit_id, name=name, purpose=purpose, begins_on=first, ends_on=ends_on)


def _gift(actor: Actor, programme: Programme, name: str, amount: Amount, day: date, *, anonymous: bool = False) -> None:
    kind = "person" if anonymous else "organisation"
    donor = donor_named(actor, kind=kind, name=name, contact="", anonymous=anonymous)
    give(actor=actor, programme_id=programme.pk, donor=donor, amounts=[amount], day=day, key=uuid4())


def _hand(actor: Actor, programme: Programme, kind: str, unit_id: int, name: str, amount: Amount, day: date) -> None:
    one = recipient_named(
        actor,
        programme,
        kind=kind,
        unit_id=unit_id,
        name=name,
        reason="Được xã và bản bình xét, công khai tại nhà văn hóa.",
    )
    hand_over(actor=actor, programme_id=programme.pk, recipient=one, amounts=[amount], day=day, key=uuid4())


def _family(number: int) -> str:
    return f"Hộ {FAMILIES[number % 8]} {GIVEN[number // 8 % 8]} ({number + 1})"


def _households(actor: Actor, units: list[int]) -> None:
    purpose = "Tiền và quà Tết cho hộ nghèo của bốn xã vùng cao."
    programme = _open(actor, "Tết ấm vùng cao", purpose, units[0], date(2018, 12, 31))
    money = money_of(programme)
    for name, vnd in (("Công ty TNHH Đá Sông Đà", 150_000_000), ("Hội Doanh nhân trẻ", 80_000_000)):
        _gift(actor, programme, name, Amount(money, vnd), date(2018, 1, 15))
    _gift(actor, programme, "Một người con quê hương", Amount(money, 50_000_000), date(2018, 1, 20), anonymous=True)
    for number in range(HOUSEHOLDS):
        where = units[number % len(units)]
        _hand(actor, programme, "household", where, _family(number), Amount(money, EACH), date(2018, 2, 8))


def _cows(actor: Actor, units: list[int]) -> None:
    programme = _open(actor, "Bò giống giúp hộ nghèo", "Mỗi hộ một bò cái sinh sản.", units[0], date(2018, 10, 31))
    money = money_of(programme)
    cow = add_item(
        actor=actor, programme_id=programme.pk, name="Bò cái sinh sản", measure="pieces", vnd_each=16_666_666,
        valued_by="hóa đơn mua",
    )  # fmt: skip
    _gift(actor, programme, "Quỹ Vì người nghèo", Amount(money, 150_000_000), date(2018, 4, 2))
    buy(
        actor=actor, programme_id=programme.pk, pay=Amount(money, 150_000_000), amounts=[Amount(cow, 9)],
        day=date(2018, 4, 20), key=uuid4(),
    )  # fmt: skip
    for number in range(9):
        where = units[number % len(units)]
        _hand(actor, programme, "household", where, _family(number), Amount(cow, 1), date(2018, 4, 25))


def _schools(actor: Actor, units: list[int]) -> None:
    programme = _open(
        actor, "Sách và đồ chơi cho năm trường", "Tủ sách và đồ chơi ngoài trời.", units[0], date(2018, 9, 30)
    )
    box = add_item(
        actor=actor, programme_id=programme.pk, name="Bộ sách và đồ chơi", measure="pieces", vnd_each=14_150_000,
        valued_by="giá bìa và hóa đơn",
    )  # fmt: skip
    _gift(actor, programme, "Nhà sách Sông Đà", Amount(box, 5), date(2018, 8, 20))
    for number in range(5):
        name = f"Trường Tiểu học số {number + 1}"
        _hand(actor, programme, "school", units[number % len(units)], name, Amount(box, 1), date(2018, 9, 5))


def _lights(actor: Actor, units: list[int]) -> None:
    programme = _open(actor, "Thắp sáng đường bản", "Ba ki-lô-mét đèn đường.", units[0], date(2018, 11, 30))
    line = add_item(
        actor=actor, programme_id=programme.pk, name="Đường dây và đèn", measure="metres", vnd_each=30_000,
        valued_by="dự toán của hội đồng",
    )  # fmt: skip
    _gift(actor, programme, "Đoàn Thanh niên", Amount(line, 3000), date(2018, 6, 1))
    _hand(actor, programme, "work", units[0], "Đường trục bản", Amount(line, 3000), date(2018, 6, 30))
