"""The first administrator sets up an office from an empty database; an officer's life from invitation to leaving."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Page

from ancu.apps.accounts.models import Invitation, User
from ancu.apps.accounts.services import send_invitation
from ancu.apps.lodging.tests.factories import make_units
from ancu.core import clock
from ancu.core.security import totp
from e2e.walk import Walk

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.two_ways,
]
PASSWORD = "sáu con trâu qua suối"
OFFICE, COMMUNE = "Phòng Quản lý xuất nhập cảnh", "Công an xã Mai Hạ"


@pytest.mark.usefixtures("_catalogues")
def test_from_an_empty_database_to_an_officer_who_left(
    page: Page, own_browser: Callable[[], Page], lang: str, live_server: Any
) -> None:
    make_units()
    with override_settings(PUBLIC_URL=live_server.url):
        link = link_of_command("first@office.example", "Lê Thị Nhất", agency=OFFICE)
        first, first_secret = enters(page, lang, live_server.url, link)
        makes_agency(first)
        link = link_of_command("second@office.example", "Bùi Thị Nhì", second=True)
        second, secret = enters(own_browser(), lang, live_server.url, link)
        proposes(first)
        confirms(second, secret)
        officer = accepts(own_browser(), lang, live_server.url)
        leaves(first, first_secret, officer)


@pytest.fixture
def own_browser(page: Page) -> Iterator[Callable[[], Page]]:
    """A page of a browser that nobody else uses."""
    contexts: list[Any] = []

    def opened() -> Page:
        contexts.append(page.context.browser.new_context(viewport=page.viewport_size))  # type: ignore[union-attr]
        return contexts[-1].new_page()  # type: ignore[no-any-return]

    yield opened
    for context in contexts:
        context.close()


def link_of_command(email: str, name: str, **options: Any) -> str:
    """What the operator's command prints."""
    printed = StringIO()
    call_command("create_administrator", email=email, full_name=name, stdout=printed, **options)
    return printed.getvalue().strip()


def send(walk: Walk) -> None:
    walk.follow(walk.page.locator("main form button[type=submit]").first)


def comes(page: Page, lang: str, address: str, link: str) -> Walk:
    page.context.add_cookies([{"name": "django_language", "value": lang, "url": address}])
    walk = Walk(page, address, lang)
    walk.go(link)
    walk.look()
    return walk


def enters(page: Page, lang: str, address: str, link: str) -> tuple[Walk, str]:
    """Choose a password by the link of the command, sign in and set up a second factor, whose secret is returned."""
    walk = comes(page, lang, address, link)
    walk.fill(password1=PASSWORD, password2=PASSWORD)
    send(walk)
    User.objects.update(language=lang)
    walk.go("/accounts/login/")
    walk.fill(login=User.objects.latest("pk").email, password=PASSWORD)
    walk.follow(walk.button("Sign in"))
    return walk, sets_up_factor(walk)


def sets_up_factor(walk: Walk) -> str:
    """No page is open before; the password was given a moment ago."""
    walk.go("/office/administration/")
    assert walk.path() == "/accounts/2fa/totp/activate/"
    walk.look()
    secret = walk.page.locator("#authenticator_secret").input_value()
    walk.fill(code=totp.current_code(secret))
    send(walk)
    walk.look()
    return secret


def value_of(walk: Walk, name: str, text: str) -> str:
    """The value of the option of a list that says so."""
    return walk.page.locator(f"select[name={name}] option", has_text=text).get_attribute("value") or ""


def makes_agency(first: Walk) -> None:
    first.go("/office/administration/")
    first.sees(first.say("You are the only administrator"))
    first.look()
    first.go("/office/administration/agencies/")
    first.choose(
        superior=first.page.locator("select[name=superior] option", has_text=OFFICE).get_attribute("value") or ""
    )
    first.fill(name=COMMUNE, unit="Mai Hạ")
    first.look()
    first.follow(first.button("Make the agency"))
    first.sees(COMMUNE)


def proposes(first: Walk) -> None:
    first.go("/office/administration/invite/")
    last_day = clock.today() + timedelta(days=300)
    first.fill(full_name="Hà Văn Tư", email="tu@office.example", ends_on=f"{last_day:%d/%m/%Y}")
    first.choose(agency=value_of(first, "agency", COMMUNE), role="area_officer")
    first.look()
    first.follow(first.button("Propose it"))
    first.sees(first.say("Proposed. It counts once another administrator confirms it."))
    first.look()
    assert not first.button("Confirm").count(), "nobody confirms what she proposed herself"


def confirm_by_code(walk: Walk, secret: str, act: str) -> None:
    """The code is asked for first; that of the next half minute was not used yet, whenever the factor was set up."""
    walk.confirm(act)
    walk.fill(code=totp.current_code(secret, 1))
    send(walk)
    walk.confirm(act)


def confirms(second: Walk, secret: str) -> None:
    second.go("/office/administration/proposals/")
    second.look()
    confirm_by_code(second, secret, "Confirm")
    second.sees(second.say("Confirmed. It is done, and the officer is told where a letter is needed."))
    second.sees("tu@office.example")
    second.look()


def accepts(page: Page, lang: str, address: str) -> Walk:
    send_invitation(Invitation.objects.get().pk)
    link = re.search(r"http\S+/invitations/\S+", mail.outbox[-1].body)
    assert link
    officer = comes(page, lang, address, link.group())
    officer.fill(password=PASSWORD)
    send(officer)
    sets_up_factor(officer)
    officer.go("/lodgings/approvals")
    officer.look()
    return officer


def leaves(first: Walk, secret: str, officer: Walk) -> None:
    """What the officer may no longer see is gone at once."""
    first.go("/office/administration/")
    first.follow(first.link("Hà Văn Tư"))
    first.look()
    confirm_by_code(first, secret, "End all roles")
    first.look()
    officer.go("/lodgings/approvals")
    assert officer.path() == "/accounts/login/"
    officer.fill(login="tu@office.example", password=PASSWORD)
    officer.follow(officer.button("Sign in"))
    assert officer.path() == "/accounts/inactive/"
