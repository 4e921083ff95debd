"""The foreign workers of the demo's own company: papers that end at every distance, some of them of its dossiers."""

from datetime import date, timedelta
from random import Random

from ancu.apps.accounts.models import User
from ancu.apps.dossiers.models import Dossier, ForeignWorker
from ancu.core import clock
from ancu.demo.dossiers.answers import WORK_OCCUPATIONS
from ancu.demo.dossiers.people import SponsorCompany
from ancu.demo.names import DemoPerson, make_person

NATIONS = ("KOR", "CHN", "JPN", "KOR", "TWN", "IND", "CHN", "DEU", "KOR", "PHL", "JPN", "MYS", "CHN", "KOR")
# Days from today to the end of passport, card, visa and work permit; None: there is none.
DAYS: tuple[tuple[int, int | None, int | None, int | None], ...] = (
    (1400, -3, None, 210), (900, 12, None, 12), (1200, 26, None, 320), (48, 400, None, 410), (800, None, 37, 300),
    (1100, 71, None, 71), (1300, 85, -200, 500), (2100, 300, -400, 300), (1700, None, 140, 600), (600, 520, None, 520),
    (1500, 610, None, 610), (1900, None, 22, None), (2300, 700, None, 700), (1000, 180, None, 55),
)  # fmt: skip
OF_DOSSIERS = 4  # of these people the company has filed dossiers


def make_workers(company: SponsorCompany) -> int:
    """Put workers on the company's list; return their number."""
    rng = Random("the workers of a company")
    filed = Dossier.objects.filter(organisation=company.organisation, document_number__gt="", full_name__gt="")
    people: dict[tuple[str, str], DemoPerson] = {
        (dossier.nationality, dossier.document_number): DemoPerson(
            dossier.full_name, dossier.sex, dossier.birth_date, dossier.nationality, dossier.document_number
        )
        for dossier in filed.order_by("id")[:OF_DOSSIERS]
    }
    for nation in NATIONS[len(people) :]:
        person = make_person(rng, nation, working=True)
        people[person.nationality, person.document_number] = person
    workers = [_worker(rng, company, person, days) for person, days in zip(people.values(), DAYS, strict=False)]
    return len(ForeignWorker.objects.bulk_create(workers))


def _worker(
    rng: Random, company: SponsorCompany, person: DemoPerson, days: tuple[int, int | None, int | None, int | None]
) -> ForeignWorker:
    """Return an unsaved worker of the company whose papers end in these numbers of days."""
    passport, *further = days
    card, visa, permit = (None if number is None else _in_days(number) for number in further)
    clerk: User = company.clerk
    return ForeignWorker(
        organisation=company.organisation, full_name=person.full_name, sex=person.sex, birth_date=person.birth_date,
        nationality=person.nationality, position=rng.choice(WORK_OCCUPATIONS),
        phone=f"+8491{rng.randint(1_000_000, 9_999_999)}", symbol="LĐ2", passport_number=person.document_number,
        passport_until=_in_days(passport),
        card_number=f"TRC{rng.randint(100_000, 999_999)}" if card else "", card_until=card,
        visa_number=f"VN{rng.randint(1_000_000, 9_999_999)}" if visa else "", visa_until=visa,
        permit_number=f"GP{rng.randint(10_000, 99_999)}" if permit else "", permit_until=permit,
        saved_at=clock.now() - timedelta(days=rng.randint(1, 90)), saved_by=clerk,
    )  # fmt: skip


def _in_days(days: int) -> date:
    """Return the day that lies this number of days after today."""
    return clock.today() + timedelta(days=days)
