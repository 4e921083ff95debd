"""The people of the dossiers: guests of the demo's stays, and what they request."""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ancu.apps.dossiers.enums import Filer
from ancu.apps.stays.models import Stay
from ancu.demo.dossiers.answers import DemoCase
from ancu.demo.names import DemoPerson

FAMILY = frozenset({Filer.CITIZEN, Filer.RESIDENT_FOREIGNER})
ADULT = "2006"  # born before: ISO dates compare as text
COLUMNS = (
    "identity_id", "full_name", "sex", "birth_date", "nationality", "document_number", "arrived_on", "departed_on",
    "unit_id", "unit__code", "establishment__address", "purpose",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ForeignGuest:
    """A guest's stay: person, place and dates."""

    person: DemoPerson
    identity: int | None
    arrived: date
    departed: date | None
    unit: int
    code: str
    address: str


class Guests:
    """Stays by arrival; each person gets one dossier only, as far as there are enough people."""

    def __init__(self, rng: Random) -> None:
        stays = Stay.objects.filter(unit__valid_until=None, sex__in="MF", birth_date__lt=ADULT)
        stays = stays.exclude(status="withdrawn").order_by("arrived_on", "id")
        self.all: dict[bool, list[ForeignGuest]] = {True: [], False: []}
        self.rng = rng
        self.used: set[str] = set()
        for row in stays.values_list(*COLUMNS):
            guest = ForeignGuest(DemoPerson(row[1], row[2], row[3], row[4], row[5]), row[0], *row[6:11])
            self.all[row[11] in {"work", "business_trip"}].append(guest)
        self.days = {working: [guest.arrived for guest in guests] for working, guests in self.all.items()}

    def on(self, day: date, *, working: bool, near: Collection[int] = ()) -> ForeignGuest:
        """Return a guest present on that day, preferably in the units ``near``; each guest once, if possible.

        If nobody is present, an earlier guest. ``working``: one who came to work.
        """
        guests = self.all[working] or self.all[not working]
        end = max(1, bisect_right(self.days[working] or self.days[not working], day))
        window = guests[max(0, end - 400) : end]
        free = [guest for guest in window if guest.person.document_number not in self.used] or window
        present = [guest for guest in free if guest.departed is None or guest.departed >= day]
        chosen = self.rng.choice([guest for guest in present or free if guest.unit in near] or present or free)
        self.used.add(chosen.person.document_number)
        return chosen


def make_case(rng: Random, guest: ForeignGuest, procedure: str, filer: Filer, on: date, **more: object) -> DemoCase:
    """Return an invented request of a guest on that day; its answers pass the rulebook's checks.

    ``more`` are further values of the case.
    """
    working = filer == Filer.ORGANISATION and procedure in {"visa", "trc_organisation", "stay_extension"}
    family = filer in FAMILY
    symbol = "LĐ2" if working else "TT" if family else "DL"
    permitted = on + timedelta(days=rng.randint(12, 28))
    if procedure.startswith("trc"):
        until = on + timedelta(days=rng.randint(380, 700))
    elif procedure == "visa":
        until = on + timedelta(days=rng.randint(60, 300))
    else:
        until = permitted + timedelta(days=rng.choice((15, 30, 30, 60, 85)))
    return DemoCase(
        person=guest.person,
        on=on,
        entered_on=min(guest.arrived, on) - timedelta(days=rng.randint(0, 9)),
        permitted_until=permitted,
        unit=guest.code,
        address=guest.address,
        filer=filer,
        purpose="work" if working else "family" if family else "tourism",
        symbol=symbol,
        present_symbol=symbol,
        until=until,
        passport_expiry=on + timedelta(days=rng.randint(900, 3000)),
        phone=f"091{rng.randint(10, 99) % 10} {rng.randint(100, 999)} {rng.randint(100, 999)}",
        **more,  # type: ignore[arg-type]
    )
