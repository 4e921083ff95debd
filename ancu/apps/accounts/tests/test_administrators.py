"""The operator's command that makes the first administrators."""

import io
import re
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.accounts import tasks
from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import Membership, Organisation, User
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_business, make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.lodging.tests.factories import make_units

pytestmark = pytest.mark.django_db
PASSWORD = "cơm lam thịt nướng"


def command(**options: Any) -> str:
    out = io.StringIO()
    values = {"email": "Lan@congan.example", "full_name": "Hà Thị Lan"} | options
    call_command("create_administrator", stdout=out, **values)
    return out.getvalue().strip()


def path_of(text: str) -> str:
    link = re.search(r"/accounts/password/reset/key/\S+", text)
    assert link
    return link[0]


def choose_password(client: Client, path: str) -> Any:
    page = client.get(path, follow=True)
    return client.post(page.redirect_chain[-1][0], {"password1": PASSWORD, "password2": PASSWORD}, follow=True)


def test_on_an_empty_database_the_first_administrator_signs_in_and_enrols_a_second_factor() -> None:
    units = make_units()
    path = path_of(command(agency="Phòng QLXNC tỉnh Phú Thọ"))
    office = Organisation.objects.get()
    assert (office.name, office.parent, list(office.jurisdiction.all())) == (
        "Phòng QLXNC tỉnh Phú Thọ", None, [units.province],
    )  # fmt: skip
    user = User.objects.get(email="lan@congan.example")
    assert not user.has_usable_password()
    assert choose_password(Client(), path).status_code == 200
    client = Client()
    response = client.post("/accounts/login/", {"login": "lan@congan.example", "password": PASSWORD}, follow=True)
    assert "totp" in response.redirect_chain[-1][0]
    assert client.get("/desk/").status_code == 302
    enable_totp(user, TOTP_SECRET)
    assert client.get("/desk/").status_code == 200
    member = Membership.objects.get()
    assert member.role == Role.ADMINISTRATOR and member.ends_on is not None
    assert Event.objects.filter(act="accounts.created_administrator", details={"second": False}).exists()


def test_the_link_works_once() -> None:
    make_units()
    path = path_of(command())
    choose_password(Client(), path)
    page = Client().get(path, follow=True)
    assert page.context.get("token_fail") and "password1" not in page.content.decode()


def test_the_link_by_letter_is_in_no_job() -> None:
    make_units()
    assert "/key/" not in command(mail=True)
    job = ProcrastinateJob.objects.get(task_name="accounts.send_password_link")
    assert set(job.args) == {"user_id"}
    tasks.send_password_link(**job.args)
    assert mail.outbox[-1].to == ["lan@congan.example"]
    assert choose_password(Client(), path_of(mail.outbox[-1].body)).status_code == 200


def test_only_the_first_and_the_second_are_made_by_command() -> None:
    make_units()
    with pytest.raises(CommandError, match="no administrator yet"):
        command(second=True)
    assert not Organisation.objects.exists()
    command()
    with pytest.raises(CommandError, match="--second"):
        command(email="b@congan.example")
    command(email="b@congan.example", second=True)
    with pytest.raises(CommandError, match="two administrators"):
        command(email="c@congan.example", second=True)
    assert Organisation.objects.count() == 1 and Membership.objects.count() == 2
    assert Event.objects.filter(act="accounts.created_administrator", details={"second": True}).count() == 1


def test_nobody_who_acts_for_another_becomes_administrator() -> None:
    make_units()
    make_member(make_user("Alice"), make_business(), Role.MANAGER)
    with pytest.raises(CommandError, match="Use another"):
        command(email="ALICE@example.test")


def test_a_closed_account_comes_back_without_what_it_had() -> None:
    make_units()
    user = make_user("Lan", email="lan@congan.example", is_active=False)
    enable_totp(user, TOTP_SECRET)
    command()
    user.refresh_from_db()
    assert user.is_active and not user.has_usable_password()
    assert not user.authenticator_set.exists()  # type: ignore[attr-defined]


def test_without_units_or_with_nonsense_the_command_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="load_units"):
        command()
    make_units()
    with pytest.raises(CommandError, match="email"):
        command(email="lan")
