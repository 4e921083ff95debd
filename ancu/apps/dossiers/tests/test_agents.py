"""What an agent reaches besides the pages: letters, conversations, files, and what ends while a page is open."""

import email
from email.policy import default as policy
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Mandate, Membership
from ancu.apps.accounts.services import mandates as services
from ancu.apps.accounts.tests.factories import make_member
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier, Filing
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.letters import recipients
from ancu.apps.dossiers.services.papers import put_paper
from ancu.apps.dossiers.tests.agents import agent, file_for, give, make_agents, terms
from ancu.apps.dossiers.tests.factories import picture
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import Notification
from ancu.apps.messaging.selectors import unread_count
from ancu.apps.messaging.services import deliver, post_message
from ancu.apps.messaging.tests import servers
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Forbidden

pytestmark = pytest.mark.django_db
SMTP = "django.core.mail.backends.smtp.EmailBackend"
FROM_OFFICE = "Please bring the passport."


@pytest.fixture
def cast(world: World) -> World:
    return make_agents(world)


def submitted(cast: World) -> Dossier:
    """A dossier that Anna began and sent by a mandate."""
    give(cast)
    return filing.submit(agent(cast), dossier=file_for(cast))


def write(cast: World, dossier: Dossier, body: str = FROM_OFFICE) -> list[str]:
    """Let the office write about the dossier; return the addresses to which a letter about it goes."""
    before = set(Notification.objects.values_list("pk", flat=True))
    post_message(actor=cast.actor("ines"), kind="dossier", subject_id=dossier.number, body=body)
    letters = Notification.objects.exclude(pk__in=before).filter(template="messaging/letters/new_message.txt")
    return sorted(letters.values_list("address", flat=True))


# ---- one person in two roles ---------------------------------------------------------------------------


def become(cast: World, role: Role) -> None:
    """Make Anna an officer of the office, or a member of Ramon's company."""
    company = cast.users["ramon"].memberships.get().organisation
    make_member(cast.users["anna"], company if role == Role.CLERK else cast.provincial_agency, role)


def test_a_mandate_gets_no_clerk_around_the_limits(cast: World) -> None:
    give(cast)
    become(cast, Role.CLERK)
    Membership.objects.filter(user=cast.users["anna"]).update(procedures=["visa"])
    anna = agent(cast)
    assert anna.mandates == ()
    with pytest.raises(Forbidden):
        filing.start(anna, procedure="trc_organisation", filer=Filer.ORGANISATION)


def test_who_works_for_the_company_by_now_accepts_no_mandate(cast: World) -> None:
    mandate = services.give_mandate(cast.actor("ramon"), **terms())
    become(cast, Role.CLERK)
    with pytest.raises(Conflict) as refused:
        services.accept_mandate(agent(cast), mandate=mandate)
    assert refused.value.code == "already_member"
    assert Mandate.objects.get().accepted_at is None


def test_an_agent_who_becomes_an_officer_gets_no_letters_of_the_company(cast: World) -> None:
    dossier = submitted(cast)
    assert "Anna" in {reader.full_name for reader in recipients(dossier)}
    become(cast, Role.INTAKE_OFFICER)
    assert {reader.full_name for reader in recipients(dossier)} == {"Ramon"}
    assert "anna@example.test" not in write(cast, dossier)


# ---- what ends while a request runs --------------------------------------------------------------------


def test_a_mandate_revoked_while_the_request_runs_sends_nothing(cast: World) -> None:
    mandate, dossier, anna = give(cast), file_for(cast), agent(cast)
    services.revoke_mandate(cast.actor("ramon"), mandate=mandate)
    with pytest.raises(Forbidden):
        filing.submit(anna, dossier=dossier)
    assert Dossier.objects.get(pk=dossier.pk).state == State.DRAFT and not Filing.objects.exists()


def uploaded(cast: World, actor: Actor, dossier: Dossier) -> UUID:
    """The id of the file that the actor put into the dossier."""
    sent = SimpleUploadedFile("anh.jpg", picture(), "image/jpeg")
    put_paper(actor, dossier=dossier, key="photo", upload_id="", sent=sent)
    return StoredFile.objects.filter(uploaded_by=actor.user_id).latest("created_at").pk


def test_what_was_uploaded_for_a_company_is_not_read_after_the_end(cast: World) -> None:
    """By its address, which a page may have shown: neither by a former agent nor by a former clerk."""
    mandate, dossier = give(cast), file_for(cast)
    of_agent, of_clerk = uploaded(cast, agent(cast), dossier), uploaded(cast, cast.actor("sam"), dossier)
    services.revoke_mandate(cast.actor("ramon"), mandate=mandate)
    Membership.objects.filter(user=cast.users["sam"]).update(ended_at=clock.now())
    for name, key in (("anna", of_agent), ("sam", of_clerk)):
        assert cast.client(name).get(f"/files/{key}").status_code == 404, name
    assert cast.client("ramon").get(f"/files/{of_agent}").status_code == 200


# ---- what the office writes ----------------------------------------------------------------------------


def test_the_agent_is_written_to_as_long_as_the_mandate_is_in_force(cast: World) -> None:
    dossier = submitted(cast)
    assert "anna@example.test" in write(cast, dossier)
    assert unread_count(agent(cast)) == 1
    client = cast.client("anna")
    assert FROM_OFFICE in client.get("/messages/").content.decode()
    assert FROM_OFFICE in client.get(f"/dossiers/{dossier.number}/").content.decode()
    services.revoke_mandate(cast.actor("ramon"), mandate=Mandate.objects.get())
    assert unread_count(agent(cast)) == 0
    assert FROM_OFFICE not in client.get("/messages/").content.decode()
    assert "anna@example.test" not in write(cast, dossier, "And a photo.")


def test_an_agent_is_not_written_to_about_what_others_began(cast: World) -> None:
    give(cast)
    dossier = file_for(cast)
    Dossier.objects.filter(pk=dossier.pk).update(filed_by=cast.users["sam"])
    sent = filing.submit(cast.actor("ramon"), dossier=Dossier.objects.get(pk=dossier.pk))
    addresses = write(cast, sent)
    assert addresses and "anna@example.test" not in addresses


def test_the_letter_about_a_message_reaches_the_agent_over_a_mail_server(cast: World, settings: Any) -> None:
    dossier = submitted(cast)
    write(cast, dossier)
    letter = Notification.objects.get(address="anna@example.test", template="messaging/letters/new_message.txt")
    with servers.mail_server() as (server, port):
        settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP, "127.0.0.1", port
        deliver(letter.pk)
        (envelope,) = server.letters
    message = email.message_from_bytes(envelope.content, policy=policy)
    assert envelope.rcpt_tos == ["anna@example.test"]
    assert dossier.number in message["subject"] + message.get_content()
    path = f"/messages/dossier/{dossier.number}/main"
    assert path in message.get_content()
    assert cast.client("anna").get(path).status_code == 200
