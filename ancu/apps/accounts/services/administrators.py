"""Create the office's first and second administrator by command; later ones are invited in the product."""

from datetime import timedelta

from allauth.account import app_settings
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.accounts.selectors import open_memberships
from ancu.apps.accounts.selectors.administration import administrators, office
from ancu.apps.accounts.services.signing_in import reopen
from ancu.apps.audit.services import record
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import provinces_today
from ancu.core.actor import Actor, ActorKind
from ancu.core.errors import Conflict, require
from ancu.core.web.mail import send_letter

OFFICE_NAME = "Phòng Quản lý xuất nhập cảnh"
LINK_DAYS = timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT).days


@transaction.atomic
def create_administrator(
    actor: Actor, *, email: str, full_name: str, office_name: str = "", province: str = "", second: bool = False
) -> User:
    """Create an administrator without a password for the province's office, which is created if missing.

    Conflict unless the office has no administrator, or with ``second`` exactly one: further ones are invited in the
    product, where two administrators decide.
    """
    require(actor.kind is ActorKind.SYSTEM)
    agency = office() or _create_office(actor, office_name or OFFICE_NAME, province)
    Organisation.objects.select_for_update().get(pk=agency.pk)  # two commands at once make one administrator
    count = administrators().count()
    if count != int(second):
        raise Conflict("administrators", _refusal(count))
    user = _account_for(email, full_name)
    Membership.objects.create(user=user, organisation=agency, role=Role.ADMINISTRATOR, ends_on=rules.latest_end())
    record(actor, "accounts.created_administrator", user, second=second)
    return user


def _refusal(count: int) -> str:
    """Return the message that refuses to create an administrator when the office has ``count`` of them."""
    if count == 0:
        return "The office has no administrator yet: leave out --second."
    if count == 1:
        return "The office has an administrator: add --second for the one who confirms what the first proposes."
    return "The office has two administrators or more: they invite everybody else in the product."


def _create_office(actor: Actor, name: str, province: str) -> Organisation:
    """Create the office of the province with this code."""
    agency = Organisation.objects.create(kind=OrganisationKind.AGENCY, name=name)
    agency.jurisdiction.set([_province(province)])
    record(actor, "accounts.created_agency", agency)
    return agency


def _province(code: str) -> AdministrativeUnit:
    """Return the province with this code, or the only one for ""; Conflict if there is not exactly one."""
    provinces = [unit for unit in provinces_today() if code in {"", unit.code}]
    if not provinces:
        raise Conflict("province", "No such province. Run load_units first, then give its code by --province.")
    if len(provinces) > 1:
        raise Conflict("province", "There are several provinces: give the code of yours by --province.")
    return provinces[0]


def _account_for(email: str, full_name: str) -> User:
    """Return a new account, or the closed account of this address without its old password and second factor.

    Conflict if the address belongs to somebody who acts for an organisation.
    """
    address = email.strip().lower()
    user = User.objects.filter(email__iexact=address).first()
    if user is None:
        user = User.objects.create_user(address, None, full_name=full_name)
        EmailAddress.objects.create(user=user, email=address, primary=True, verified=True)
        return user
    if open_memberships(user.pk).exists():
        raise Conflict("account", "This address belongs to somebody who acts for an organisation. Use another one.")
    user.full_name = full_name
    user.save(update_fields=["full_name"])
    reopen(user)
    return user


def password_path(user: User) -> str:
    """Return the path of the link for choosing a password; it is invalid after use or after ``LINK_DAYS``."""
    key = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    return reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), key])


def send_password_link(user_id: int) -> None:
    """Send the letter with the link for choosing a password.

    The link is created with the letter, so that no job contains it.
    """
    user = User.objects.get(pk=user_id)
    send_letter(
        "accounts/letters/first_password.txt", user.email, language=user.language, path=password_path(user),
        days=LINK_DAYS,
    )  # fmt: skip
