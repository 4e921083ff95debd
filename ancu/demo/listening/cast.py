"""The units and officers that work on petitions in the demo; they cannot sign in."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.places.models import AdministrativeUnit
from ancu.demo.names import make_vietnamese_name

DAY = timedelta(days=1)
DECIDER, OPERATOR = "duyet@xnc.example", "tructong@xnc.example"  # of ``demo.accounts``
WARDS = ("Phường Hòa Bình", "Phường Tân Hòa", "Phường Thống Nhất", "Phường Kỳ Sơn", "Phường Việt Trì")
COMMUNES = ("Xã Lương Sơn", "Xã Đà Bắc", "Xã Tân Lạc")
STATIONS = (("Đồn Công an Bình Thanh", "Xã Thung Nai"), ("Đồn Công an Sông Đà", "Xã Tiền Phong"))


@dataclass
class ListeningCast:
    """The units and officers that act on the demo's petitions."""

    office: Organisation
    inspectorate: Organisation
    units: list[Organisation]
    officers: dict[int, User]
    decider: User
    operator: User


def make_listening_cast(rng: Random) -> ListeningCast:
    """Return the units that receive petitions, the demo's commune and others, each with an officer."""
    office = Organisation.objects.get(kind=OrganisationKind.AGENCY, parent=None)
    for name in (*WARDS, *COMMUNES, *(place for _station, place in STATIONS)):
        place = unit_named(name)
        if place is None:
            continue
        unit = Organisation.objects.create(
            kind=OrganisationKind.AGENCY, name=f"Công an {name[0].lower()}{name[1:]}", parent=office
        )
        unit.jurisdiction.set([place])
        email = f"canbo{unit.pk}@xa.example"
        officer = User.objects.create_user(
            email, None, full_name=make_vietnamese_name(rng, rng.choice("MF")), title="Thiếu tá"
        )
        Membership.objects.create(user=officer, organisation=unit, role=Role.AREA_OFFICER)
    units = list(Organisation.objects.filter(kind=OrganisationKind.AGENCY, is_inspectorate=False).order_by("pk"))
    inspectorate = Organisation.objects.get(is_inspectorate=True)
    people = Membership.objects.filter(organisation__in=[*units, inspectorate], role=Role.AREA_OFFICER).select_related(
        "user"
    )
    return ListeningCast(
        office=office,
        inspectorate=inspectorate,
        units=units,
        officers={membership.organisation_id: membership.user for membership in people.order_by("-pk")},
        decider=User.objects.get(email=DECIDER),
        operator=User.objects.get(email=OPERATOR),
    )


def unit_named(full_name: str) -> AdministrativeUnit | None:
    """Return the present unit of this name; None if it is not loaded."""
    return AdministrativeUnit.objects.filter(full_name=full_name, valid_until=None).first()


def unassigned_phone(rng: Random) -> str:
    """Return a telephone number of an unassigned range."""
    return f"+84900{rng.randint(0, 999_999):06}"
