"""No page of a dossier is a dead end: each leads to what comes next, and shows what its reader came for."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ancu.apps.accounts.models import User
from ancu.apps.audit.models import Event as AuditEvent
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier, Result
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.money.paying import take_cash
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_rate, picture
from ancu.apps.files.services import clean_paper, store_paper
from ancu.apps.lodging.tests.factories import World
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import label
from ancu.core import clock
from ancu.core.testing import texts
from ancu.core.testing.html import without_line_breaks

OFFICE = "/office/dossiers/"


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def to(name: str, dossier: Dossier) -> str:
    return f'href="{reverse(f"dossiers:{name}", args=[dossier.number])}"'


@pytest.mark.slow
def test_the_filer_reads_what_was_issued_and_has_its_scan(cast: World) -> None:
    dossier, ramon = make_dossier(cast, State.DELIVERED), cast.client("ramon")
    page = read(ramon, f"/dossiers/{dossier.number}/")
    result = Result.objects.get(dossier=dossier)
    for text in (result.number, "LĐ2", f"{result.valid_until:%d/%m/%Y}", "ADAMS CLAIRE", "Handed over"):
        assert text in page
    scan = reverse("dossiers:result", args=[dossier.number])
    assert scan not in page and ramon.get(scan).status_code == 404  # nothing was scanned
    result.scan = store_paper(cast.actor("ines"), clean_paper(picture()), name="card.jpg", purpose="result")
    result.save(update_fields=["scan"])
    assert f'href="{scan}"' in read(ramon, f"/dossiers/{dossier.number}/")
    used = ramon.get(scan)
    assert used["Content-Disposition"] == 'attachment; filename="card.jpg"'
    assert b"".join(used.streaming_content)[:2] == b"\xff\xd8"  # type: ignore[attr-defined]
    looks = AuditEvent.objects.filter(act="looked", subject_type="dossiers.result", user_id=cast.users["ramon"].pk)
    assert looks.count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["mia", "zoe", "alice", "ines", "dora"])
def test_nobody_else_has_the_scan_by_that_address(cast: World, name: str) -> None:
    dossier = make_dossier(cast, State.READY)
    scan = store_paper(cast.actor("ines"), clean_paper(picture()), name="card.jpg", purpose="result")
    Result.objects.filter(dossier=dossier).update(scan=scan)
    assert cast.client(name).get(reverse("dossiers:result", args=[dossier.number])).status_code == 404


def test_before_there_is_a_result_nothing_is_said_of_one(cast: World) -> None:
    dossier = make_dossier(cast, State.APPROVED)
    assert "Your result" not in read(cast.client("ramon"), f"/dossiers/{dossier.number}/")


def test_what_was_sent_leads_to_the_fee_and_to_an_appointment(cast: World) -> None:
    make_rate(cast)
    dossier, ramon = make_dossier(cast), cast.client("ramon")
    sent = read(ramon, f"/dossiers/{dossier.number}/sent")
    assert to("pay", dossier) in sent and to("appointment", dossier) in sent
    for path in ("pay", "appointment"):
        assert to("page", dossier) in read(ramon, f"/dossiers/{dossier.number}/{path}")


def test_what_followed_is_not_said_of_a_dossier_that_has_ended(cast: World) -> None:
    dossier = make_dossier(cast, State.REFUSED)
    answer = cast.client("ramon").get(f"/dossiers/{dossier.number}/sent")
    assert (answer.status_code, answer.url) == (302, f"/dossiers/{dossier.number}/")


def test_the_sponsor_pays_and_books_from_the_page_he_signed_on(cast: World) -> None:
    make_rate(cast)
    dossier = make_draft(cast, "stay_extension", Filer.CITIZEN, "mia")
    Dossier.objects.update(sponsor=cast.users["liem"])
    liem, address = cast.client("liem"), f"/dossiers/{dossier.number}/signature"
    assert to("appointment", dossier) not in read(liem, address) and to("pay", dossier) not in read(liem, address)
    dossier.refresh_from_db()
    filing.sign(cast.actor("liem"), dossier=dossier)
    filing.submit(cast.actor("mia"), dossier=dossier)
    page = read(liem, address)
    assert to("appointment", dossier) in page and to("pay", dossier) in page
    for path in ("pay", "appointment"):
        assert to("page", dossier) in read(liem, f"/dossiers/{dossier.number}/{path}")
    assert liem.get(f"/dossiers/{dossier.number}/").url == address


def test_a_refusal_stands_before_the_fee_and_leads_on(cast: World) -> None:
    make_rate(cast)
    dossier, ramon = make_dossier(cast, State.ASSESSED), cast.client("ramon")
    take_cash(cast.actor("ines"), dossier=dossier, vnd=dossier.charge.vnd, payer="Ramon")
    cast.client("dora").post(f"{OFFICE}{dossier.number}/refuse", {"reason": "The permit is false.", "article": "20"})
    page = read(ramon, f"/dossiers/{dossier.number}/")
    assert page.index("The permit is false.") < page.index("Fee receipt")
    assert reverse("dossiers:document", args=[dossier.number, "refusal"]) in page.partition("Progress")[0]
    assert f'href="{reverse("dossiers:triage")}"' in page.partition("Progress")[0]
    assert texts.YOU_MAY_ASK_THE_OFFICE in page and 'name="body"' in page


def test_who_may_no_longer_write_is_not_told_to(cast: World) -> None:
    dossier = make_dossier(cast, State.REFUSED)
    Dossier.objects.update(ended_at=clock.now() - timedelta(days=91))
    page = read(cast.client("ramon"), f"/dossiers/{dossier.number}/")
    assert texts.YOU_MAY_ASK_THE_OFFICE not in page and 'name="body"' not in page
    assert "You may submit a new dossier when the reason no longer applies" in page
    assert "Ask the office here" not in page


def test_what_is_read_before_it_is_sent_names_the_commune(cast: World) -> None:
    """The answer is its code; taken for a row's id, it named another commune, or none."""
    dossier, commune = make_draft(cast), cast.units.commune
    dossier.components.all().delete()  # their bytes are nowhere
    page = read(cast.client("ramon"), f"/dossiers/{dossier.number}/send")
    assert f"<dd>{commune.full_name}</dd>" in without_line_breaks(page).replace("<p>", "").replace("</p>", "")
    assert f"<dd>{commune.code}</dd>" not in page.replace("<p>", "").replace("</p>", "")


def test_whoever_comes_back_to_the_commune_finds_the_one_he_chose(cast: World) -> None:
    """Its code, taken for a row's id, showed another commune there, and saving kept that one."""
    dossier, ramon, commune = make_draft(cast), cast.client("ramon"), cast.units.commune
    other_dossier = cast.units.elsewhere
    AdministrativeUnit.objects.filter(pk=commune.pk).update(code=f"{other_dossier.pk:05}")
    answers = dossier.answers["NA8"] | {"stay_unit": f"{other_dossier.pk:05}"}
    Dossier.objects.update(answers=dossier.answers | {"NA8": answers})
    page = ramon.get(reverse("dossiers:step", args=[dossier.number, 5]))
    field = page.context["form"].form["stay_unit"]
    commune.refresh_from_db()
    assert field.value() == (label(commune), str(commune.pk))
    sent = {"revision": Dossier.objects.get().revision, "stay_unit": label(commune), "stay_unit_code": commune.pk}
    ramon.post(reverse("dossiers:autosave", args=[dossier.number, 5]), sent)
    assert Dossier.objects.get().answers["NA8"]["stay_unit"] == commune.code


@pytest.mark.parametrize(
    ("language", "meaning"), [("vi", "phải có giấy phép lao động"), ("en", "must hold a work permit")]
)
def test_what_a_symbol_means_is_said_in_the_readers_language(cast: World, language: str, meaning: str) -> None:
    dossier, ramon = make_draft(cast), cast.client("ramon")
    ramon.cookies["django_language"] = language
    User.objects.update(language=language)
    html = read(ramon, reverse("dossiers:step", args=[dossier.number, 6]))
    assert meaning in html
    assert 'data-alias="LĐ2"' in html, "typed as it stands on papers, it is found"


def test_a_form_that_comes_back_signed_is_printed_where_it_is_sent(cast: World) -> None:
    dossier, ramon = make_draft(cast), cast.client("ramon")
    dossier.components.all().delete()  # their bytes are nowhere
    page = read(ramon, f"/dossiers/{dossier.number}/papers")
    for code in ("NA6", "NA8"):
        url = reverse("dossiers:document", args=[dossier.number, f"form-{code}"])
        assert f'href="{url}"' in page.partition(f'id="paper-signed_{code.lower()}"')[2].partition("</section>")[0]
    assert page.count("The form to sign (PDF)") == 2


def test_the_only_office_is_written_to_without_being_typed(cast: World) -> None:
    begin = reverse("dossiers:begin", args=["trc_organisation"])
    cast.client("ramon").post(begin, {"filer": Filer.ORGANISATION, "person": "new"})
    assert Dossier.objects.get().answers["NA6"]["addressed_to"] == cast.provincial_agency.name
