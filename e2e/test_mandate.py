"""A company authorises an agent, who files for it; the office reads the mandate; the company revokes it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from ancu.apps.accounts.models import Mandate
from ancu.apps.accounts.tests.factories import make_user
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast, make_draft, make_rate, picture
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.security.tokens import digest_of
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.two_ways]
SECRET = "the-secret-of-the-letter"
PROCEDURE = "trc_organisation"


def test_an_agent_files_by_a_mandate_until_it_is_revoked(
    invite: Invite, world: World, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_rate(make_cast(world))
    world.users["anna"] = make_user("Anna")
    ramon = invite("ramon")
    he_gives_the_mandate(ramon)
    Mandate.objects.update(digest=digest_of(SECRET))  # the job of the letter would make a secret of its own
    anna = invite("anna", by_login_page=False)
    she_accepts_it(anna)
    dossier = she_files_for_the_company(anna, world)
    ines = invite("ines", by_login_page=False)
    ines.go(f"/office/dossiers/{dossier.number}/")
    expect(ines.page.locator("main")).to_contain_text(ines.translate("Submitted by an agent"))
    he_revokes_it(ramon)
    anna.go("/dossiers/")
    expect(anna.page.locator(f"main a[href*='{dossier.number}']")).to_have_count(0)
    assert anna.status_of(f"/dossiers/{dossier.number}/") == 404


def he_gives_the_mandate(ramon: Visitor) -> None:
    ramon.go("/accounts/organisation")
    ramon.follow(ramon.link("Mandates"))
    ramon.check_page()
    ramon.follow(ramon.link("Give a mandate"))
    ramon.check_page()
    last = clock.today() + timedelta(days=90)
    ramon.fill(email="anna@example.test", ends_on=f"{last:%d/%m/%Y}")
    ramon.page.locator(f"main [name=procedures][value={PROCEDURE}]").check()
    ramon.page.locator("main [name=may_submit]").check()
    file = {"name": "giay-uy-quyen.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    ramon.page.locator("main [data-paper] input[type=file]").set_input_files(file)
    expect(ramon.page.locator("[data-paper-id]:not([value=''])")).to_have_count(1)
    ramon.follow(ramon.button("Give the mandate"))
    ramon.expect_text("anna@example.test")


def she_accepts_it(anna: Visitor) -> None:
    anna.go(f"/mandates/accept/{SECRET}")
    anna.check_page()
    anna.follow(anna.button("Accept the mandate"))
    anna.check_page()


def she_files_for_the_company(anna: Visitor, world: World) -> Dossier:
    """Let Anna begin by the page; forms and papers are filled in without it, as test_company.py has them."""
    anna.go(f"/dossiers/new/{PROCEDURE}?filer=organisation")
    anna.follow(anna.button(texts.START))
    begun = Dossier.objects.get()
    complete = make_draft(world)
    Dossier.objects.filter(pk=complete.pk).update(filed_by=world.users["anna"])
    assert begun.organisation_id == complete.organisation_id
    anna.go("/dossiers/")
    anna.expect_text(complete.organisation.name)  # type: ignore[union-attr]
    anna.go(f"/dossiers/{complete.number}/send")
    anna.page.locator("[name=true]").check()
    anna.follow(anna.button(texts.SUBMIT_THE_DOSSIER))
    complete.refresh_from_db()
    assert complete.state == State.SUBMITTED
    return complete


def he_revokes_it(ramon: Visitor) -> None:
    ramon.go("/mandates/")
    ramon.confirm("Revoke the mandate")
    ramon.check_page()
