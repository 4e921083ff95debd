"""Whose a dossier is: who files for an organisation today, and who answers for what is sent in its name."""

from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Membership, Organisation
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState, LegalFileState, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.clock import due_on
from ancu.apps.dossiers.services import filing, handling, legal_files
from ancu.apps.dossiers.services.money.rates import enter_rate
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_legal_file, make_paper
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Forbidden


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def as_representative_of_another(cast: World, name: str) -> Actor:
    """The person acts for a second sponsor, whose representative he is."""
    other_organisation = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Công ty Sông Bôi")
    return actor_for(cast.users[name], make_member(cast.users[name], other_organisation, Role.REPRESENTATIVE).pk)


def leave(cast: World, name: str) -> Actor:
    Membership.objects.filter(user=cast.users[name]).update(ended_at=timezone.now())
    return actor_for(cast.users[name])


def test_a_clerk_who_left_has_no_more_business_with_what_he_began_for_the_organisation(cast: World) -> None:
    dossier = make_draft(cast, by="sam")
    assert visible_to(cast.actor("sam")).filter(pk=dossier.pk).exists()
    gone = leave(cast, "sam")
    assert not visible_to(gone).filter(pk=dossier.pk).exists()
    with pytest.raises(Forbidden):
        filing.withdraw(gone, dossier=dossier, reason="Out of spite.")
    filing.submit(cast.actor("ramon"), dossier=dossier)
    outcome = Notification.objects.filter(subject_id=dossier.number, template="dossiers/letters/submitted.txt")
    assert {entry.user for entry in outcome} == {cast.users["ramon"]}


def test_the_hat_of_another_organisation_sends_nothing_for_this_one(cast: World) -> None:
    dossier = make_draft(cast, by="sam")
    elsewhere = as_representative_of_another(cast, "sam")
    assert not visible_to(elsewhere).filter(pk=dossier.pk).exists()
    with pytest.raises(Forbidden):
        filing.submit(elsewhere, dossier=dossier)
    assert Dossier.objects.get(pk=dossier.pk).state == State.DRAFT


def test_a_supplement_is_sent_by_whoever_answers_for_the_organisation(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    assert rules.may_write(cast.actor("sam"), dossier)
    with pytest.raises(Forbidden):
        filing.resubmit(cast.actor("sam"), dossier=dossier)
    assert filing.resubmit(cast.actor("ramon"), dossier=dossier).state == State.RESUBMITTED


def test_what_the_clerk_changed_while_the_representative_read_is_not_sent_unseen(cast: World) -> None:
    dossier, ramon = make_draft(cast, by="sam"), cast.client("ramon")
    url = f"/dossiers/{dossier.number}/send"
    digest = ramon.get(url).context["form"]["digest"].value()
    filing.save(cast.actor("sam"), dossier=dossier, answers={"NA8": {"occupation": "Diver"}})
    answer = ramon.post(url, {"true": "on", "digest": digest})
    assert (answer.status_code, "changed while you were reading it" in answer.content.decode()) == (409, True)
    assert Dossier.objects.get(pk=dossier.pk).state == State.DRAFT
    second_response = ramon.get(url).context["form"]["digest"].value()
    assert ramon.post(url, {"true": "on", "digest": second_response}).status_code == 302


def test_without_the_statement_no_supplement_is_sent_either(cast: World) -> None:
    dossier = make_dossier(cast, State.SUPPLEMENT)
    ramon = cast.client("ramon")
    assert ramon.post(f"/dossiers/{dossier.number}/send").status_code == 422
    assert Dossier.objects.get(pk=dossier.pk).state == State.SUPPLEMENT
    assert ramon.post(f"/dossiers/{dossier.number}/send", {"true": "on"}).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == State.RESUBMITTED


def test_the_clock_goes_on_when_the_supplement_comes(cast: World) -> None:
    """It stood while the applicant was asked; from his answer on it is the office's time, and its queue shows it."""
    selma, ramon = cast.actor("selma"), cast.actor("ramon")
    dossier = make_dossier(cast, State.ACCEPTED)
    blurred = {"state": ComponentState.RETURNED, "reason_code": "unreadable"}
    handling.judge_component(selma, dossier=dossier, key="passport", **blurred)  # type: ignore[arg-type]
    handling.request_supplement(selma, dossier=dossier)
    assert Dossier.objects.get(pk=dossier.pk).due_on is None
    filing.attach(ramon, dossier=dossier, key="passport", file=make_paper(cast), pages=1)
    read_unread(dossier)
    answered = filing.resubmit(ramon, dossier=dossier)
    assert answered.due_on is not None
    assert answered.due_on == due_on(answered)


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER, Role.ANALYST])
def test_nobody_of_a_commune_has_business_with_dossiers_fees_counters_and_legal_files(cast: World, role: Role) -> None:
    """Only the office that receives dossiers handles them; a commune's police answer what they are asked."""
    user = make_user("Kim")
    make_member(user, cast.commune_agency, role)
    enable_totp(user, TOTP_SECRET)
    client, legal = Client(), make_legal_file(cast, LegalFileState.SUBMITTED)
    client.force_login(user)
    for path in (
        "/office/dossiers/",
        "/office/promises",
        "/office/rulebook",
        "/office/legal-files/",
        f"/office/legal-files/{legal.pk}",
        f"/office/legal-files/{legal.pk}/licence/1.jpg",
        "/office/money/",
        "/office/money/rates",
        "/office/money/statements",
        "/office/counters",
        "/office/counters/new",
        "/places/remote",
    ):
        assert client.get(path).status_code == 403, path
    with pytest.raises(Forbidden):
        legal_files.approve(actor_for(user), legal_file=legal)
    with pytest.raises(Forbidden):
        enter_rate(actor_for(user), day=clock.today(), vnd_per_usd=Decimal(26_400), source="VCB")
