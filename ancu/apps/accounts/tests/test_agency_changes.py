"""An agency gets other communes, or is closed, when two administrators say so."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from ancu.apps.accounts.models import Invitation, Organisation, RightsProposal
from ancu.apps.accounts.selectors import agencies, agencies_answering_for
from ancu.apps.accounts.selectors.closing import reasons_against_closing
from ancu.apps.accounts.services import agency_changes, proposals
from ancu.apps.accounts.tests.factories import add_second_administrator
from ancu.apps.accounts.tests.test_proposals import BASE, decide
from ancu.apps.audit.models import Event
from ancu.apps.listening.tests.factories import make_petition
from ancu.apps.places.selectors import label
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden
from ancu.core.registry.agency_tasks import AGENCY_TASKS

pytestmark = pytest.mark.django_db
REASON = "Resolution 8/NQ of the province."


@pytest.fixture
def office(world: Any) -> Any:
    return add_second_administrator(world)


def empty(agency: Organisation) -> Organisation:
    """The agency without officers."""
    agency.memberships.update(ended_at=clock.now())
    return agency


def propose_closing(office: Any, agency: Organisation) -> RightsProposal:
    return agency_changes.propose_closing(office.actor("rosa"), agency=agency, reason=REASON)


def test_an_agency_is_closed_by_two_administrators(office: Any) -> None:
    agency = empty(office.elsewhere_agency)
    path = f"{BASE}agencies/{agency.pk}/close/"
    rosa = office.client("rosa")
    assert rosa.post(path).status_code == 422, "a reason is required"
    assert rosa.post(path, {"reason": REASON}).status_code == 302
    proposal = RightsProposal.objects.get()
    page = office.client("nga").get(f"{BASE}proposals/").content.decode()
    assert agency.name in page and REASON in page
    assert decide(office, "rosa", proposal) == 403
    assert decide(office, "nga", proposal) == 302
    agency.refresh_from_db()
    assert agency.closed_at is not None and agency not in agencies()
    assert agency.pk not in agencies_answering_for(office.units.elsewhere)
    assert agency.name not in rosa.get(f"{BASE}agencies/").content.decode()
    assert rosa.get(path).status_code == 404
    event = Event.objects.get(act="accounts.closed_agency")
    assert (event.reason, event.details["units"]) == (REASON, [office.units.elsewhere.pk])


@translation.override("en")
def test_what_stands_against_closing_is_named(office: Any) -> None:
    agency, rosa = office.commune_agency, office.actor("rosa")
    petition = make_petition(office)
    petition.unit, petition.state = agency, "assigned"
    petition.save()
    Invitation.objects.create(
        organisation=agency, email="new@office.example", full_name="Hà Văn Tư", role="area_officer", digest="x",
        invited_by=office.users["rosa"], expires_at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    sentences = " ".join(str(sentence) for sentence in reasons_against_closing(rosa, agency))
    assert "Olga" in sentences and "Hà Văn Tư" in sentences and "1 petition" in sentences
    page = office.client("rosa").get(f"{BASE}agencies/{agency.pk}/close/").content.decode()
    assert "cannot be closed yet" in page and "1 petition" in page and 'name="reason"' not in page
    assert office.client("rosa").post(f"{BASE}agencies/{agency.pk}/close/", {"reason": REASON}).status_code == 409
    with pytest.raises(Conflict, match="not_closable"):
        propose_closing(office, agency)


def test_a_task_that_came_after_the_proposal_keeps_the_agency_open(office: Any) -> None:
    agency = empty(office.elsewhere_agency)
    proposal = propose_closing(office, agency)
    petition = make_petition(office)
    petition.unit, petition.state = agency, "assigned"
    petition.save()
    with pytest.raises(Conflict, match="not_closable"):
        proposals.confirm(office.actor("nga"), proposal=proposal)
    agency.refresh_from_db()
    assert agency.closed_at is None


def test_nobody_gets_a_role_at_an_agency_that_was_closed_meanwhile(office: Any) -> None:
    agency = empty(office.elsewhere_agency)
    role = proposals.propose_role(
        office.actor("rosa"), user=office.users["olga"], agency=agency, role="area_officer",
        ends_on=clock.today() + timedelta(days=100), reason=REASON,
    )  # fmt: skip
    proposals.confirm(office.actor("nga"), proposal=propose_closing(office, agency))
    with pytest.raises(Conflict, match="closed_agency"):
        proposals.confirm(office.actor("nga"), proposal=role)


def test_the_communes_are_changed_by_two_administrators(office: Any) -> None:
    agency, added = office.commune_agency, office.units.elsewhere
    before = list(agency.jurisdiction.values_list("pk", flat=True))
    path = f"{BASE}agencies/{agency.pk}/communes/"
    rosa = office.client("rosa")
    page = rosa.get(path).content.decode()
    assert all(label(unit) in page for unit in agency.jurisdiction.all())
    same = {f"unit_{place}": unit.full_name for place, unit in enumerate(agency.jurisdiction.all(), start=1)}
    assert rosa.post(path, same | {"reason": REASON}).status_code == 422, "nothing would change"
    assert rosa.post(path, {"unit_1": added.full_name}).status_code == 422, "a reason is required"
    assert rosa.post(path, {"reason": REASON}).status_code == 422, "some commune is required"
    answer = rosa.post(path, {"unit_1": added.full_name, "reason": REASON})
    assert answer.status_code == 302, answer.context["form"].errors
    assert list(agency.jurisdiction.values_list("pk", flat=True)) == before
    assert added.full_name in office.client("nga").get(f"{BASE}proposals/").content.decode()
    assert decide(office, "nga", RightsProposal.objects.get()) == 302
    assert list(agency.jurisdiction.all()) == [added]
    event = Event.objects.get(act="accounts.changed_communes")
    assert (event.reason, event.details["before"], event.details["after"]) == (REASON, before, [added.pk])


def test_a_change_of_communes_is_void_after_another(office: Any) -> None:
    agency = office.commune_agency
    proposal = agency_changes.propose_communes(
        office.actor("rosa"), agency=agency, units=[office.units.elsewhere], reason=REASON
    )
    agency.jurisdiction.clear()
    with pytest.raises(Conflict, match="changed"):
        proposals.confirm(office.actor("nga"), proposal=proposal)


def test_the_office_itself_is_neither_closed_nor_moved(office: Any) -> None:
    for act in ("close", "communes"):
        path = f"{BASE}agencies/{office.provincial_agency.pk}/{act}/"
        assert office.client("rosa").get(path).status_code == 404
    with pytest.raises(Conflict, match="not_closable"):
        propose_closing(office, office.provincial_agency)


@pytest.mark.parametrize("name", ["olga", "quynh", "alice"])
def test_nobody_but_an_administrator_changes_agencies(office: Any, name: str) -> None:
    agency = office.elsewhere_agency
    for act in ("close", "communes"):
        assert office.client(name).get(f"{BASE}agencies/{agency.pk}/{act}/").status_code == 403
    with pytest.raises(Forbidden):
        agency_changes.propose_closing(office.actor(name), agency=agency, reason=REASON)
    with pytest.raises(Forbidden):
        agency_changes.propose_communes(office.actor(name), agency=agency, units=[], reason=REASON)


def test_every_app_with_tasks_of_an_agency_names_them(office: Any) -> None:
    apps = {hook.__module__.split(".")[2] for hook in AGENCY_TASKS}
    assert apps == {"community", "dossiers", "listening", "oversight", "surveys", "tips"}
    for hook in AGENCY_TASKS:
        assert hook(office.elsewhere_agency.pk) == []
