"""Agencies and officers on the administrator's pages."""

from typing import Any

import pytest

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership, Organisation
from ancu.apps.accounts.selectors import administration as selectors
from ancu.apps.accounts.services.agencies import create_agency
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.core.errors import Forbidden
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = pytest.mark.django_db
OFFICERS, AGENCIES = "/office/administration/", "/office/administration/agencies/"


def agency_data(world: Any, **fields: Any) -> dict[str, Any]:
    unit = {"unit": "Mai Hạ"}
    return {"name": "Công an xã Mai Hạ 2", "superior": world.provincial_agency.pk} | unit | fields


def page_of(world: Any, path: str) -> str:
    text: str = world.client("rosa").get(path).content.decode()
    return text


def test_the_administrator_makes_an_agency_of_a_commune(world: Any) -> None:
    response = world.client("rosa").post(AGENCIES, agency_data(world))
    assert response.status_code == 302, response.context["form"].errors
    agency = Organisation.objects.get(name="Công an xã Mai Hạ 2")
    assert (agency.parent, list(agency.jurisdiction.all())) == (world.provincial_agency, [world.units.commune])
    assert Event.objects.filter(act="accounts.created_agency", subject_id=str(agency.pk)).exists()
    assert "Công an xã Mai Hạ 2" in page_of(world, AGENCIES)


def test_an_agency_has_a_name_of_its_own_and_a_commune_of_today_in_the_province(world: Any) -> None:
    client = world.client("rosa")
    for fields, name in (
        ({"name": world.commune_agency.name.upper()}, "name"),
        ({"unit": ""}, "unit"),
        ({"unit": "Chiềng Châu"}, "unit"),
    ):
        response = client.post(AGENCIES, agency_data(world, **fields))
        assert response.status_code == 422 and name in response.context["form"].errors
    assert Organisation.objects.filter(kind="agency").count() == 3


def test_one_agency_answers_petitions_about_the_office(world: Any) -> None:
    client = world.client("rosa")
    none = {"unit": "", "is_inspectorate": "on"}
    assert client.post(AGENCIES, agency_data(world, name="Thanh tra", **none)).status_code == 302
    assert Organisation.objects.get(is_inspectorate=True).name == "Thanh tra"
    response = client.post(AGENCIES, agency_data(world, name="Thanh tra 2", **none))
    assert response.status_code == 422 and "is_inspectorate" in response.context["form"].errors


def test_an_agency_is_renamed(world: Any) -> None:
    pk = world.commune_agency.pk
    client = world.client("rosa")
    path = f"{AGENCIES}{pk}/rename/"
    assert client.post(path, {"name": world.elsewhere_agency.name}).status_code == 422
    assert client.post(path, {"name": "Công an phường Mai Hạ"}).status_code == 302
    assert Organisation.objects.get(pk=pk).name == "Công an phường Mai Hạ"


def test_the_list_says_who_acts_for_which_agency(world: Any) -> None:
    page = page_of(world, OFFICERS)
    for text in ("Olga", "Rosa", "Công an xã Mai Hạ", "Area officer", "Until"):
        assert text in page
    assert "Alice" not in page
    assert texts.YOU_ARE_THE_ONLY_ADMINISTRATOR in page


def test_a_look_at_an_officer_is_in_the_audit(world: Any) -> None:
    olga = world.users["olga"]
    page_of(world, f"{OFFICERS}officers/{olga.pk}/")
    assert Event.objects.filter(act="looked", subject_type="accounts.user", subject_id=str(olga.pk)).count() == 1


def test_the_list_is_searched_without_accents_and_narrowed(world: Any) -> None:
    make_member(make_user("Đỗ Thị Hằng", email="hang@congan.example"), world.commune_agency, Role.INTAKE_OFFICER)
    assert "Đỗ Thị Hằng" in page_of(world, f"{OFFICERS}?q=do+thi+hang")
    assert "Olga" not in page_of(world, f"{OFFICERS}?q=hang@congan")
    page = page_of(world, f"{OFFICERS}?agency={world.commune_agency.pk}")
    assert "Olga" in page and "Pavel" not in page
    assert "No officers match" in page_of(world, f"{OFFICERS}?state=locked")
    assert world.client("rosa").get(f"{OFFICERS}?agency=987654321").status_code == 422


def test_the_list_has_pages(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(selectors, "PAGE", 2)
    make_member(make_user("Đinh Thị An", email="an@congan.example"), world.commune_agency, Role.ANALYST)
    names, after = [], 0
    while True:
        page = selectors.officer_page(world.actor("rosa"), after=after)
        names += [membership.user.full_name for membership in page.rows]
        if not page.after:
            break
        after = int(page.after)
    assert names == ["Đinh Thị An", "Olga", "Pavel", "Quynh", "Rosa"]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_for_one_and_three_more(world: Any, rows: int, expect_queries: ExpectQueries) -> None:
    for number in range(rows):
        make_member(make_user(f"Officer{number}"), world.commune_agency, Role.AREA_OFFICER)
    client = world.client("rosa")
    client.get(OFFICERS)
    with expect_queries():
        assert client.get(OFFICERS).status_code == 200


def test_an_officer_has_a_page_and_nobody_else(world: Any) -> None:
    page = page_of(world, f"{OFFICERS}officers/{world.users['olga'].pk}/")
    assert "Olga" in page and "Công an xã Mai Hạ" in page
    assert world.client("rosa").get(f"{OFFICERS}officers/{world.users['alice'].pk}/").status_code == 404


def test_an_administrator_of_a_commune_administers_nobody(world: Any) -> None:
    Membership.objects.filter(user=world.users["olga"]).update(role=Role.ADMINISTRATOR)
    client = world.client("olga")
    for path in (OFFICERS, AGENCIES, f"{OFFICERS}officers/{world.users['rosa'].pk}/"):
        assert client.get(path).status_code == 403
    with pytest.raises(Forbidden):
        create_agency(world.actor("olga"), name="X", superior=world.provincial_agency, units=[])
