"""Write the invented lodgings to the database."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from random import Random

from ancu.apps.accounts.enums import OrganisationKind
from ancu.apps.accounts.models import Organisation, User
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.services import next_code
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import fold
from ancu.apps.places.services import DATA
from ancu.core.clock import local
from ancu.demo.establishments import CsvUnit, EstablishmentPlan, make_establishments

WAITING, RETURNED, SUSPENDED = 5, 2, 2  # the last lodgings of the list, so that the office has something to decide


def plan_lodgings(rng: Random, now: datetime) -> list[EstablishmentPlan]:
    """Return the plans of all lodgings, hotels of the city first, as ``list_establishments`` sorts them."""
    with DATA.open(encoding="utf-8") as file:
        units = [CsvUnit.from_csv(row) for row in csv.DictReader(file)]
    plans = make_establishments(rng, units, on=local(now).date())
    return sorted(plans, key=lambda plan: (plan.kind != "hotel", plan.district_code != "148"))


def load_lodgings(
    rng: Random, plans: Sequence[EstablishmentPlan], now: datetime, decided_by: User
) -> list[Establishment]:
    """Create a business and an establishment for each plan; return the establishments in the same order."""
    businesses = Organisation.objects.bulk_create(
        Organisation(kind=OrganisationKind.LODGING_BUSINESS, name=f"Hộ kinh doanh {plan.manager_name}")
        for plan in plans
    )
    units = {(unit.code, unit.valid_from): unit for unit in AdministrativeUnit.objects.all()}
    statuses = _statuses(len(plans))
    establishments = [
        _establishment(rng, plan, business, units, code=next_code(), status=status, now=now)
        for plan, business, status in zip(plans, businesses, statuses, strict=True)
    ]
    for establishment in establishments:
        if establishment.status != EstablishmentStatus.PENDING:
            establishment.decided_by = decided_by
    return Establishment.objects.bulk_create(establishments)


def _statuses(count: int) -> list[EstablishmentStatus]:
    """Return the statuses of ``count`` lodgings: the last few suspended, returned or pending, all others active."""
    tail = (
        [EstablishmentStatus.SUSPENDED] * SUSPENDED
        + [EstablishmentStatus.RETURNED] * RETURNED
        + [EstablishmentStatus.PENDING] * WAITING
    )
    return [EstablishmentStatus.ACTIVE] * (count - len(tail)) + tail


def _establishment(
    rng: Random,
    plan: EstablishmentPlan,
    business: Organisation,
    units: dict[tuple[str, date | None], AdministrativeUnit],
    *,
    code: str,
    status: EstablishmentStatus,
    now: datetime,
) -> Establishment:
    """Return the unsaved database row of a planned lodging."""
    young = status in {EstablishmentStatus.PENDING, EstablishmentStatus.RETURNED}
    registered = now - timedelta(hours=rng.randint(2, 90)) if young else now - timedelta(days=rng.randint(800, 1500))
    decided = None if status == EstablishmentStatus.PENDING else registered + timedelta(hours=rng.randint(1, 40))
    unit, locality = units[plan.unit.code, plan.unit.valid_from], units[plan.locality.code, plan.locality.valid_from]
    reasons = {
        EstablishmentStatus.RETURNED: "Địa chỉ chưa ghi rõ xóm, đề nghị bổ sung.",
        EstablishmentStatus.SUSPENDED: "Tạm ngừng hoạt động để sửa chữa theo đề nghị của cơ sở.",
    }
    return Establishment(
        code=code,
        name=plan.name,
        search_key=fold(f"{plan.name} {code}"),
        kind=plan.kind,
        business=business,
        unit=unit,
        locality=locality if locality.pk != unit.pk else None,
        address=plan.address,
        latitude=plan.latitude,
        longitude=plan.longitude,
        rooms=plan.rooms,
        beds=plan.beds,
        phone=plan.phone,
        email=plan.email,
        representative_name=plan.manager_name,
        representative_birth_date=local(now).date() - timedelta(days=rng.randint(25 * 365, 60 * 365)),
        representative_phone=plan.phone,
        representative_id_number=f"017{rng.randint(0, 999_999_999):09}",
        status=status,
        registered_at=registered,
        decided_at=decided,
        decision_reason=reasons.get(status, ""),
    )
