"""People and organisations for tests. Everybody's password is ``PASSWORD``."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import connection

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.accounts.services import enable_totp
from ancu.core import clock

PASSWORD = "mùa lúa chín 2026"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@lru_cache
def _hashed() -> str:
    return make_password(PASSWORD)  # once for all


def make_user(name: str = "Alice", **fields: object) -> User:
    """A user ``alice@example.test`` who can sign in."""
    values: dict[str, object] = {"email": f"{name.lower()}@example.test", "full_name": name, "password": _hashed()}
    return User.objects.create(**(values | fields))


def make_business(name: str = "Mai Châu Lodge") -> Organisation:
    return Organisation.objects.create(kind=OrganisationKind.LODGING_BUSINESS, name=name)


def make_agency(name: str, *units: object, parent: Organisation | None = None) -> Organisation:
    """An agency that answers for ``units`` (and all below and before them)."""
    agency = Organisation.objects.create(kind=OrganisationKind.AGENCY, name=name, parent=parent)
    agency.jurisdiction.set(units)
    return agency


def make_member(user: User, organisation: Organisation, role: Role) -> Membership:
    """In force; at an agency until a day, as every officer, so far off that a test may move the clock by years."""
    ends_on = clock.today() + timedelta(days=20 * 365) if organisation.kind == OrganisationKind.AGENCY else None
    return Membership.objects.create(user=user, organisation=organisation, role=role, ends_on=ends_on)


def make_failed_job(task: str = "lodging.send_account_letter", attempts: int = 8) -> int:
    """A background job that was given up; its id."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
            " VALUES ('default', %s, '{\"user_id\": 0}', 'failed', %s) RETURNING id",
            [task, attempts],
        )
        job_id: int = cursor.fetchone()[0]
        cursor.execute("INSERT INTO procrastinate_events (job_id, type) VALUES (%s, 'failed')", [job_id])
    return job_id


def add_second_administrator(world: Any) -> Any:
    """The world with a second administrator, Nga, who signs in with a second factor."""
    nga = world.users["nga"] = make_user("Nga")
    make_member(nga, world.provincial_agency, Role.ADMINISTRATOR)
    enable_totp(nga, TOTP_SECRET)
    return world
