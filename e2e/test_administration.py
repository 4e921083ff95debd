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
from ancu.core.testing import texts
from e2e.visitor import Visitor

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
        first, first_secret = activate_account(page, lang, live_server.url, link)
        make_agency(first)
        link = link_of_command("second@office.example", "Bùi Thị Nhì", second=True)
        second, secret = activate_account(own_browser(), lang, live_server.url, link)
        propose_officer(first)
        confirm_proposal(second, secret)
        officer = accept_invitation(own_browser(), lang, live_server.url)
        end_roles(first, first_secret, officer)


@pytest.fixture
def own_browser(page: Page) -> Iterator[Callable[[], Page]]:
    """Return a function that opens a page in a browser context of its own."""
    contexts: list[Any] = []

    def open_page() -> Page:
        contexts.append(page.context.browser.new_context(viewport=page.viewport_size))  # type: ignore[union-attr]
        return contexts[-1].new_page()  # type: ignore[no-any-return]

    yield open_page
    for context in contexts:
        context.close()


def link_of_command(email: str, name: str, **options: Any) -> str:
    """Return the link that the operator's command prints."""
    printed = StringIO()
    call_command("create_administrator", email=email, full_name=name, stdout=printed, **options)
    return printed.getvalue().strip()


def send(visitor: Visitor) -> None:
    visitor.follow(visitor.page.locator("main form button[type=submit]").first)


def open_link(page: Page, lang: str, address: str, link: str) -> Visitor:
    page.context.add_cookies([{"name": "django_language", "value": lang, "url": address}])
    visitor = Visitor(page, address, lang)
    visitor.go(link)
    visitor.check_page()
    return visitor


def activate_account(page: Page, lang: str, address: str, link: str) -> tuple[Visitor, str]:
    """Choose a password with the command's link, sign in, and return the secret of the new second factor."""
    visitor = open_link(page, lang, address, link)
    visitor.fill(password1=PASSWORD, password2=PASSWORD)
    send(visitor)
    User.objects.update(language=lang)
    visitor.go("/accounts/login/")
    visitor.fill(login=User.objects.latest("pk").email, password=PASSWORD)
    visitor.follow(visitor.button(texts.SIGN_IN))
    return visitor, set_up_second_factor(visitor)


def set_up_second_factor(visitor: Visitor) -> str:
    """Set up the second factor, which every page requires; the recent password is sufficient."""
    visitor.go("/office/administration/")
    assert visitor.path() == "/accounts/2fa/totp/activate/"
    visitor.check_page()
    secret = visitor.page.locator("#authenticator_secret").input_value()
    visitor.fill(code=totp.current_code(secret))
    send(visitor)
    visitor.check_page()
    return secret


def value_of(visitor: Visitor, name: str, text: str) -> str:
    """Return the value of the option with this text."""
    return visitor.page.locator(f"select[name={name}] option", has_text=text).get_attribute("value") or ""


def make_agency(first: Visitor) -> None:
    first.go("/office/administration/")
    first.expect_text(first.translate(texts.YOU_ARE_THE_ONLY_ADMINISTRATOR))
    first.check_page()
    first.go("/office/administration/agencies/")
    first.choose(
        superior=first.page.locator("select[name=superior] option", has_text=OFFICE).get_attribute("value") or ""
    )
    first.fill(name=COMMUNE, unit="Mai Hạ")
    first.check_page()
    first.follow(first.button("Create the agency"))
    first.expect_text(COMMUNE)


def propose_officer(first: Visitor) -> None:
    first.go("/office/administration/invite/")
    last_day = clock.today() + timedelta(days=300)
    first.fill(
        full_name="Hà Văn Tư", email="tu@office.example", ends_on=f"{last_day:%d/%m/%Y}", reason="Quyết định 12/QĐ."
    )
    first.choose(agency=value_of(first, "agency", COMMUNE), role="area_officer")
    first.check_page()
    first.follow(first.button("Propose the change"))
    first.expect_text(first.translate("Proposed. It takes effect once another administrator confirms it."))
    first.check_page()
    assert not first.button(texts.CONFIRM).count(), "a proposer must not confirm"


def confirm_by_code(visitor: Visitor, secret: str, act: str) -> None:
    """Confirm an act that asks for a code first. The code of the next half minute is unused in any case."""
    visitor.confirm(act)
    visitor.fill(code=totp.current_code(secret, 1))
    send(visitor)
    visitor.confirm(act)


def confirm_proposal(second: Visitor, secret: str) -> None:
    second.go("/office/administration/proposals/")
    second.check_page()
    confirm_by_code(second, secret, "Confirm")
    second.expect_text(
        second.translate("Confirmed. The change has been made, and the officer has been notified where necessary.")
    )
    second.expect_text("tu@office.example")
    second.check_page()


def accept_invitation(page: Page, lang: str, address: str) -> Visitor:
    send_invitation(Invitation.objects.get().pk)
    link = re.search(r"http\S+/invitations/\S+", mail.outbox[-1].body)
    assert link
    officer = open_link(page, lang, address, link.group())
    officer.fill(password=PASSWORD)
    send(officer)
    set_up_second_factor(officer)
    officer.go("/lodgings/approvals")
    officer.check_page()
    return officer


def end_roles(first: Visitor, secret: str, officer: Visitor) -> None:
    """Ending the roles closes the officer's pages immediately."""
    first.go("/office/administration/")
    first.follow(first.link("Hà Văn Tư"))
    first.check_page()
    first.follow(first.link("End all roles"))
    first.fill(code=totp.current_code(secret, 1))
    send(first)
    first.fill(reason="Nghỉ hưu.")
    first.check_page()
    first.follow(first.button("End all roles"))
    first.check_page()
    officer.go("/lodgings/approvals")
    assert officer.path() == "/accounts/login/"
    officer.fill(login="tu@office.example", password=PASSWORD)
    officer.follow(officer.button(texts.SIGN_IN))
    assert officer.path() == "/accounts/inactive/"
