"""A tab is shown only where its page opens, and every kind of person has a first page."""

import pytest
from django.urls import reverse

from ancu.apps.accounts.enums import AGENCY_ROLES, LODGING_ROLES, SPONSOR_ROLES, OrganisationKind, Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.lodging.tests.factories import TOTP_SECRET
from ancu.config.navigation import _is_open

pytestmark = pytest.mark.django_db


@pytest.mark.slow
@pytest.mark.parametrize("role", [*AGENCY_ROLES, *LODGING_ROLES, *SPONSOR_ROLES, Role.APPLICANT])
def test_everything_offered_opens(world, role):
    user = world.users["somebody"] = make_user("Somebody")
    if role in AGENCY_ROLES:
        make_member(user, world.provincial_agency, role)
        enable_totp(user, TOTP_SECRET)
    elif role in LODGING_ROLES:
        make_member(user, world.lodging.business, role)
    elif role in SPONSOR_ROLES:
        make_member(user, Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty Mẫu"), role)
    client = world.client("somebody")
    first = client.get(reverse("home"), follow=True)
    assert first.status_code == 200
    offered = [entry["url"] for entry in [*first.context["nav"], *first.context["account_links"]]]
    assert reverse("audit:mine") in offered
    for url in offered:
        assert client.get(url).status_code == 200, url


@pytest.mark.parametrize("role", [Role.ANALYST, Role.HOTLINE_OPERATOR, Role.TIP_HANDLER])
def test_who_needs_no_names_is_offered_none(world, role):
    user = world.users["somebody"] = make_user("Somebody")
    make_member(user, world.provincial_agency, role)
    enable_totp(user, TOTP_SECRET)
    page = world.client("somebody").get(reverse("stays:area"))
    own = {
        Role.TIP_HANDLER: ["tips:list"],
        Role.ANALYST: ["surveys:surveys", "reporting:board"],
        Role.HOTLINE_OPERATOR: ["surveys:surveys", "listening:petitions", "listening:hotline"],
    }
    tabs = [entry["url"] for entry in page.context["nav"]]
    assert tabs == [reverse(name) for name in ("desk:desk", "stays:area", "oversight:movement", *own[role])]
    assert page.context["search_url"] == "/find/"  # of what he may see: guests are not (desk/tests/test_finding.py)


@pytest.mark.parametrize(
    ("tab", "path", "is_open"),
    [
        ("dossiers:queue", "/office/dossiers/HBD-1/accept", True),
        ("dossiers:desk", "/office/money/rates", True),
        ("dossiers:counters", "/office/counters/1/day", True),
        ("dossiers:queue", "/office/legal-files/", False),
        ("dossiers:mine", "/dossiers/new", False),
        ("stays:area", "/office/dossiers/", False),
    ],
)
def test_a_tab_stays_open_on_the_pages_under_it(tab, path, is_open):
    assert _is_open(path, tab, reverse(tab)) is is_open
