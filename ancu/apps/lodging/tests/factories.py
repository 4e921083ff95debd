"""Units, establishments and the personas of all tests.

Alice manages a lodging, Bob is her receptionist, Charlie manages a lodging elsewhere (the stranger);
Olga is the area officer of Alice's commune, Pavel of Charlie's, Quynh of the whole province; Rosa is the
provincial administrator.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from django.conf import settings
from django.test import Client

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Organisation, User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_agency, make_business, make_member, make_user
from ancu.apps.lodging.enums import EstablishmentStatus, LodgingKind
from ancu.apps.lodging.models import Establishment
from ancu.apps.places.enums import UnitKind
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import area_ids, fold
from ancu.core import clock
from ancu.core.actor import Actor

MERGER = date(2025, 7, 1)
_numbers = count(1)


def make_unit(
    code: str,
    full_name: str,
    kind: UnitKind,
    *,
    parent: AdministrativeUnit | None = None,
    successor: AdministrativeUnit | None = None,
    today: bool = False,
) -> AdministrativeUnit:
    """One unit, in force since the merger of 2025 (``today``) or until it."""
    name = full_name.split(" ", 2 if kind is UnitKind.TOWNSHIP else 1)[-1]
    return AdministrativeUnit.objects.create(
        code=code,
        name=name,
        full_name=full_name,
        kind=kind,
        parent=parent,
        successor=successor,
        valid_from=MERGER if today else None,
        valid_until=None if today else MERGER - timedelta(days=1),
        search_key=fold(f"{full_name} {code}"),
    )


@dataclass
class WorldUnits:
    """A corner of the real list: two of today's communes, and the former ones that became one of them."""

    province: AdministrativeUnit
    commune: AdministrativeUnit
    elsewhere: AdministrativeUnit
    former_province: AdministrativeUnit
    former_district: AdministrativeUnit
    former_commune: AdministrativeUnit


def make_units() -> WorldUnits:
    province = make_unit("25", "Tỉnh Phú Thọ", UnitKind.PROVINCE, today=True)
    commune = make_unit("05251", "Xã Mai Hạ", UnitKind.COMMUNE, parent=province, today=True)
    elsewhere = make_unit("04924", "Xã Lương Sơn", UnitKind.COMMUNE, parent=province, today=True)
    former_province = make_unit("17", "Tỉnh Hòa Bình", UnitKind.PROVINCE, successor=province)
    district = make_unit("156", "Huyện Mai Châu", UnitKind.DISTRICT, parent=former_province)
    former = make_unit("05248", "Xã Chiềng Châu", UnitKind.COMMUNE, parent=district, successor=commune)
    make_unit("05251", "Xã Mai Hạ", UnitKind.COMMUNE, parent=district, successor=commune)
    area_ids.cache_clear()
    return WorldUnits(province, commune, elsewhere, former_province, district, former)


def make_establishment(business: Organisation, unit: AdministrativeUnit, **fields: Any) -> Establishment:
    """An active hotel, unless told otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"HB-9{number:05}",
        "name": f"Khách sạn Hoa Ban {number}",
        "kind": LodgingKind.HOTEL,
        "address": "Số 1, đường 15",
        "rooms": 12,
        "beds": 24,
        "phone": "0218 386 7000",
        "email": "hotel@example.test",
        "representative_name": "Hà Thị Lan",
        "representative_birth_date": date(1980, 2, 3),
        "representative_phone": "0912 345 678",
        "representative_id_number": "017180001234",
        "status": EstablishmentStatus.ACTIVE,
        "registered_at": clock.now() - timedelta(days=400),
    } | fields
    values.setdefault("search_key", fold(f"{values['name']} {values['code']}"))
    return Establishment.objects.create(business=business, unit=unit, **values)


@dataclass
class World:
    """The personas and their places. ``world.actor("alice")``, ``world.client("olga")``, ``world.users["bob"]``."""

    units: WorldUnits
    lodging: Establishment
    other_lodging: Establishment
    commune_agency: Organisation
    elsewhere_agency: Organisation
    provincial_agency: Organisation
    users: dict[str, User] = field(default_factory=dict)

    def actor(self, name: str) -> Actor:
        return actor_for(self.users[name])

    def client(self, name: str | None = None, *, new_session: bool = False) -> Client:
        """A browser signed in as that persona; without a name, nobody. ``fresh``: who it is was shown this minute."""
        client = Client()
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        if name:
            client.force_login(self.users[name])
        if new_session:
            session = client.session
            session["account_authentication_methods"] = [{"method": "mfa", "at": clock.now().timestamp()}]
            session["account_authentication_methods_user"] = client.session["_auth_user_id"]
            session.save()
        return client


def make_world() -> World:
    units = make_units()
    ours, theirs = make_business(), make_business("Lương Sơn Resort")
    office = make_agency("Phòng Quản lý xuất nhập cảnh", units.province)
    commune = make_agency("Công an xã Mai Hạ", units.commune, parent=office)
    elsewhere = make_agency("Công an xã Lương Sơn", units.elsewhere, parent=office)
    world = World(
        units=units,
        lodging=make_establishment(ours, units.commune, name="Mai Châu Lodge", locality=units.former_commune),
        other_lodging=make_establishment(theirs, units.elsewhere, name="Lương Sơn Resort"),
        commune_agency=commune,
        elsewhere_agency=elsewhere,
        provincial_agency=office,
    )
    for name, organisation, role in (
        ("Alice", ours, Role.MANAGER),
        ("Bob", ours, Role.RECEPTIONIST),
        ("Charlie", theirs, Role.MANAGER),
        ("Olga", commune, Role.AREA_OFFICER),
        ("Pavel", elsewhere, Role.AREA_OFFICER),
        ("Quynh", office, Role.AREA_OFFICER),
        ("Rosa", office, Role.ADMINISTRATOR),
    ):
        user = world.users[name.lower()] = make_user(name)
        make_member(user, organisation, role)
        if organisation.kind == "agency":
            enable_totp(user, TOTP_SECRET)
    return world
