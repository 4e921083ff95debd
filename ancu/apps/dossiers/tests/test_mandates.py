"""An agent with a mandate: a company gives it, the agent files by it, and it ends at once or by itself."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from ancu.apps.accounts import rules as account_rules
from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Mandate
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import mandates as services
from ancu.apps.accounts.tests.factories import make_member
from ancu.apps.audit.models import Event
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier, Filing, MandateLetter
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.mandates import company_choice, mandates_of
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.letters import recipients
from ancu.apps.dossiers.services.mandates import give_with_letter
from ancu.apps.dossiers.tests.agents import agent, file_for, give, make_agents, terms
from ancu.apps.dossiers.tests.factories import make_draft, make_worker, picture
from ancu.apps.files.services import FileRefused
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind, MandateScope
from ancu.core.errors import Conflict, Forbidden

CODES = ["visa", "stay_extension", "trc_organisation", "restricted_permit"]
MoveClock = Callable[[date], None]


@pytest.fixture
def cast(world: World) -> World:
    return make_agents(world)


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> MoveClock:
    """Set the day on which everything happens from now on; the time of day stays."""
    real_now = clock.now

    def move(day: date) -> None:
        """Move today to this day."""
        shift = day - clock.local(real_now()).date()
        monkeypatch.setattr(clock, "now", lambda: real_now() + shift)
        monkeypatch.setattr(clock, "today", lambda: day)

    return move


# ---- the rules -----------------------------------------------------------------------------------------

scopes = st.builds(
    MandateScope,
    st.integers(1, 9), st.sampled_from([7, 8]), st.just("x"), st.frozensets(st.sampled_from(CODES)), st.booleans(),
)  # fmt: skip
agents = st.builds(
    Actor,
    kind=st.sampled_from([ActorKind.PERSON, ActorKind.TOKEN]),
    label=st.just("x"),
    user_id=st.just(1),
    mandates=st.lists(scopes, max_size=3).map(tuple),
)
dossiers = st.builds(
    Dossier,
    organisation_id=st.sampled_from([7, 8, None]),
    filed_by_id=st.integers(1, 2),
    procedure=st.sampled_from(CODES),
    state=st.sampled_from(list(State)),
)


@given(agents, dossiers)
def test_an_agent_has_what_he_began_within_a_mandate_and_nothing_else(actor: Actor, dossier: Dossier) -> None:
    fitting = [
        mandate
        for mandate in actor.mandates
        if mandate.organisation_id == dossier.organisation_id and dossier.procedure in mandate.procedures
    ]
    person = actor.kind is ActorKind.PERSON and dossier.filed_by_id == 1
    if dossier.organisation_id is None:
        assert rules.mandate_of(actor, dossier) is None
        return
    assert rules.is_filer(actor, dossier) == (person and bool(fitting))
    may_submit = person and any(mandate.may_submit for mandate in fitting) and dossier.state == State.DRAFT
    assert rules.may_submit(actor, dossier) == may_submit


@given(agents, dossiers)
def test_who_only_prepares_ends_nothing_that_was_submitted(actor: Actor, dossier: Dossier) -> None:
    dossier.submitted_at = clock.now()
    mandate = rules.mandate_of(actor, dossier)
    if dossier.organisation_id is not None and rules.may_withdraw(actor, dossier):
        assert mandate is not None and mandate.may_submit


@given(st.integers(-5, 5), st.integers(-5, 800))
def test_the_days_of_a_mandate(start: int, length: int) -> None:
    today = date(2026, 12, 1)
    starts_on = today + timedelta(days=start)
    fits = account_rules.are_days_of_mandate(starts_on, starts_on + timedelta(days=length), today)
    assert fits == (start >= 0 and 0 <= length < 730)


# ---- giving, accepting, revoking -----------------------------------------------------------------------


@pytest.mark.django_db
def test_a_representative_gives_a_mandate_and_the_agent_accepts_it(cast: World) -> None:
    mandate = services.give_mandate(cast.actor("ramon"), **terms())
    assert agent(cast).mandates == ()
    services.accept_mandate(agent(cast), mandate=mandate)
    (scope,) = agent(cast).mandates
    assert (scope.organisation_name, scope.procedures, scope.may_submit) == (
        cast.actor("ramon").organisation_name, frozenset({"trc_organisation"}), True,
    )  # fmt: skip
    acts = list(Event.objects.filter(subject_type="accounts.mandate").order_by("id").values_list("act", flat=True))
    assert acts == ["accounts.gave_mandate", "accounts.accepted_mandate"]


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["sam", "mia", "rosa", "alice"])
def test_only_a_representative_gives_mandates(cast: World, who: str) -> None:
    with pytest.raises(Forbidden):
        services.give_mandate(cast.actor(who), **terms())
    assert not Mandate.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong",
    [
        {"procedures": []}, {"procedures": ["trc_individual"]}, {"email": "sam@example.test"},
        {"ends_on": date(2020, 1, 1)}, {"ends_on": date(2099, 1, 1)}, {"starts_on": date(2020, 1, 1)},
    ],
)  # fmt: skip
def test_unfitting_terms_are_refused(cast: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(Conflict):
        services.give_mandate(cast.actor("ramon"), **terms(**wrong))
    assert not Mandate.objects.exists()


@pytest.mark.django_db
def test_nobody_accepts_the_mandate_of_another_and_no_officer_any(cast: World) -> None:
    mandate = services.give_mandate(cast.actor("ramon"), **terms())
    with pytest.raises(Forbidden):
        services.accept_mandate(cast.actor("mia"), mandate=mandate)
    of_officer = services.give_mandate(cast.actor("ramon"), **terms(email=cast.users["ines"].email))
    with pytest.raises(Forbidden):
        services.accept_mandate(cast.actor("ines"), mandate=of_officer)


@pytest.mark.django_db
def test_a_person_who_becomes_an_officer_has_no_mandate_any_more(cast: World) -> None:
    give(cast)
    make_member(cast.users["anna"], cast.provincial_agency, Role.INTAKE_OFFICER)
    assert agent(cast).mandates == ()


@pytest.mark.django_db
def test_a_revoked_mandate_ends_at_once(cast: World) -> None:
    mandate, dossier = give(cast), file_for(cast)
    assert visible_to(agent(cast)).get() == dossier
    before = agent(cast)
    services.revoke_mandate(cast.actor("ramon"), mandate=mandate)
    assert not visible_to(agent(cast)).exists() and not rules.is_filer(agent(cast), dossier)
    assert before.mandates and agent(cast).mandates == ()
    with pytest.raises(Conflict):
        services.revoke_mandate(cast.actor("ramon"), mandate=mandate)


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["sam", "rita", "anna"])
def test_only_the_company_revokes(cast: World, who: str) -> None:
    mandate = give(cast)
    with pytest.raises(Forbidden):
        services.revoke_mandate(actor_for(cast.users[who]), mandate=mandate)


@pytest.mark.django_db
def test_a_mandate_begins_on_its_first_day_and_ends_at_midnight_after_its_last(
    cast: World, move_clock: MoveClock
) -> None:
    today = clock.today()
    give(cast, starts_on=today + timedelta(days=2), ends_on=today + timedelta(days=10))
    in_force = []
    for days in (0, 1, 2, 10, 11):
        move_clock(today + timedelta(days=days))
        in_force.append(bool(agent(cast).mandates))
    assert in_force == [False, False, True, True, False]


@pytest.mark.django_db
def test_the_end_is_announced_once_thirty_days_before(cast: World, move_clock: MoveClock) -> None:
    today, system = clock.today(), Actor(kind=ActorKind.SYSTEM, label="x")
    give(cast, ends_on=today + timedelta(days=40))
    assert services.announce_ending_mandates(system) == 0
    move_clock(today + timedelta(days=10))
    assert services.announce_ending_mandates(system) == 1
    assert services.announce_ending_mandates(system) == 0


@pytest.mark.django_db
def test_a_letter_that_is_no_picture_stores_nothing(cast: World) -> None:
    broken = SimpleUploadedFile("letter.pdf", b"no document at all")
    with pytest.raises(FileRefused):
        give_with_letter(cast.actor("ramon"), upload_id="", sent=broken, **terms())
    assert not Mandate.objects.exists()


# ---- filing --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_an_agent_files_for_the_company_and_the_filing_names_the_mandate(cast: World) -> None:
    mandate, dossier = give(cast), file_for(cast)
    submitted = filing.submit(agent(cast), dossier=dossier)
    assert submitted.organisation == cast.users["ramon"].memberships.get().organisation
    assert Filing.objects.get(dossier=dossier).mandate == mandate
    assert [words.mandate for words in mandates_of(submitted)] == [mandate]
    assert {reader.full_name for reader in recipients(submitted)} == {"Ramon", "Anna"}
    services.revoke_mandate(cast.actor("ramon"), mandate=mandate)
    assert {reader.full_name for reader in recipients(submitted)} == {"Ramon"}


@pytest.mark.django_db
def test_an_agent_begins_only_what_the_mandate_covers(cast: World) -> None:
    company = give(cast).organisation_id
    anna = agent(cast)
    begun = filing.start(anna, procedure="trc_organisation", filer=Filer.ORGANISATION, organisation_id=company)
    assert (begun.organisation_id, begun.filed_by_id) == (company, anna.user_id)
    strange = cast.users["rita"].memberships.get().organisation_id
    for procedure, organisation_id in (("visa", company), ("trc_organisation", strange), ("trc_organisation", None)):
        with pytest.raises(Forbidden):
            filing.start(anna, procedure=procedure, filer=Filer.ORGANISATION, organisation_id=organisation_id)


@pytest.mark.django_db
def test_an_agent_who_only_prepares_does_not_submit(cast: World) -> None:
    give(cast, may_submit=False)
    dossier = file_for(cast)
    filing.save(agent(cast), dossier=dossier, answers={})
    with pytest.raises(Forbidden):
        filing.submit(agent(cast), dossier=dossier)
    assert filing.submit(cast.actor("ramon"), dossier=dossier).state == State.SUBMITTED


@pytest.mark.django_db
def test_the_company_of_a_dossier_is_never_guessed(cast: World) -> None:
    first = give(cast).organisation_id
    second = give(cast, by="rita").organisation_id
    anna = agent(cast)
    undecided = company_choice(anna, Filer.ORGANISATION, "trc_organisation", "")
    assert {key for key, _name in undecided.options} == {first, second} and not undecided.is_decided
    chosen = company_choice(anna, Filer.ORGANISATION, "trc_organisation", str(second))
    assert chosen.is_decided and chosen.mandate is not None and chosen.mandate.organisation_id == second
    assert not company_choice(anna, Filer.ORGANISATION, "trc_organisation", "999999").is_decided
    # A member of one company whose mandate of another just ended begins nothing for the own one by mistake.
    assert not company_choice(cast.actor("rita"), Filer.ORGANISATION, "trc_organisation", str(first)).is_decided


# ---- pages ---------------------------------------------------------------------------------------------

INSIDE = ["/workers/", "/dossiers/legal-file", "/accounts/organisation", "/workers/requests/", "/mandates/new"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", INSIDE)
def test_nothing_else_of_the_company_is_open_to_an_agent(cast: World, path: str) -> None:
    make_worker(cast)
    give(cast)
    assert cast.client("anna").get(path).status_code == 403


@pytest.mark.django_db
def test_other_dossiers_of_the_company_and_other_companies_give_404(cast: World) -> None:
    give(cast)
    own, others, elsewhere = file_for(cast), make_draft(cast), file_for(cast)
    Dossier.objects.filter(pk=elsewhere.pk).update(organisation=cast.users["rita"].memberships.get().organisation)
    client = cast.client("anna")
    assert client.get(f"/dossiers/{own.number}/").status_code == 200
    for dossier in (others, elsewhere):
        for page in ("", "step/1", "papers", "check", "send", "appointment", "pay"):
            assert client.get(f"/dossiers/{dossier.number}/{page}").status_code == 404, page


@pytest.mark.django_db
def test_the_list_names_the_company(cast: World) -> None:
    give(cast)
    file_for(cast)
    assert cast.actor("ramon").organisation_name in cast.client("anna").get("/dossiers/").content.decode()


def begin(client: Client, **data: Any) -> Any:
    """What answers the button that begins a residence card."""
    return client.post("/dossiers/new/trc_organisation/begin", {"filer": "organisation", "person": "new", **data})


@pytest.mark.django_db
def test_the_agent_chooses_the_company_when_beginning(cast: World) -> None:
    give(cast)
    second = give(cast, by="rita").organisation_id
    client = cast.client("anna")
    page = client.get("/dossiers/new/trc_organisation", {"filer": "organisation"}).content.decode()
    assert "For which organisation?" in page and "/begin" not in page
    page = client.get("/dossiers/new/trc_organisation", {"filer": "organisation", "company": second}).content.decode()
    assert "You act for Công ty Sông Bôi under its mandate." in page and "/begin" in page
    assert begin(client).status_code == 403
    assert begin(client, company=second).status_code == 302
    assert Dossier.objects.get().organisation_id == second


@pytest.mark.django_db
def test_the_way_of_a_mandate_on_the_pages(cast: World) -> None:
    ramon = cast.client("ramon", new_session=True)
    today = clock.today()
    data = {
        "email": "anna@example.test", "procedures": ["trc_organisation"], "may_submit": "on",
        "starts_on": f"{today:%d/%m/%Y}", "ends_on": f"{today + timedelta(days=90):%d/%m/%Y}",
        "letter": SimpleUploadedFile("giay-uy-quyen.jpg", picture(), "image/jpeg"),
    }  # fmt: skip
    assert ramon.post("/mandates/new", data | {"letter": ""}).status_code == 422
    data["letter"] = SimpleUploadedFile("giay-uy-quyen.jpg", picture(), "image/jpeg")
    answer = ramon.post("/mandates/new", data)
    assert answer.status_code == 302, answer.content.decode()
    mandate = Mandate.objects.get()
    assert MandateLetter.objects.get(mandate=mandate).file.delete_after.date() > mandate.ends_on
    assert cast.client("mia").get(f"/mandates/{mandate.pk}/letter").status_code == 404
    assert ramon.get(f"/mandates/{mandate.pk}/letter").status_code == 200
    Mandate.objects.update(digest=services.digest_of("the-secret"))
    anna = cast.client("anna")
    assert cast.client("mia").get("/mandates/accept/the-secret").status_code == 403
    assert anna.get("/mandates/accept/the-secret").status_code == 200
    assert anna.post("/mandates/accept/the-secret")["Location"] == "/mandates/"
    assert anna.get("/mandates/accept/the-secret").status_code == 404
    assert anna.get(f"/mandates/{mandate.pk}/letter").status_code == 200
    assert "in force" in anna.get("/mandates/").content.decode().lower()
    dossier = filing.submit(agent(cast), dossier=file_for(cast))
    officer = cast.client("ines")
    page = officer.get(f"/office/dossiers/{dossier.number}/").content.decode()
    assert "Submitted by an agent" in page and "prepares and submits" in page
    assert officer.get(f"/office/dossiers/{dossier.number}/mandates/{mandate.pk}/letter").status_code == 200
    assert ramon.post(f"/mandates/{mandate.pk}/revoke").status_code == 302
    assert anna.get(f"/dossiers/{dossier.number}/").status_code == 404
    assert "The mandate was revoked" in officer.get(f"/office/dossiers/{dossier.number}/").content.decode()


@pytest.mark.django_db
def test_what_is_asked_in_another_dossier_has_no_letter_of_this_mandate(cast: World) -> None:
    mandate, dossier = give(cast), make_draft(cast)
    filing.submit(cast.actor("ramon"), dossier=dossier)
    path = f"/office/dossiers/{dossier.number}/mandates/{mandate.pk}/letter"
    assert cast.client("ines").get(path).status_code == 404
