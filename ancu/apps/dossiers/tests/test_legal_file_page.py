"""The organisation's side of its legal file: filed by the representative, one version at a time, read by its people."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.html import escape
from pypdfium2 import PdfDocument

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.tests.factories import make_member
from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import Filer, LegalFileState
from ancu.apps.dossiers.models import LegalFile
from ancu.apps.dossiers.selectors import legal_file_in_force
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, findings
from ancu.apps.dossiers.services import legal_files
from ancu.apps.dossiers.tests.factories import make_cast, make_draft, make_legal_file, picture
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.testing.query_counts import ExpectQueries

PAGE = "/dossiers/legal-file"
STATED = {
    "name": "Công ty TNHH Sông Đà",
    "tax_code": "5400 123 456",
    "licence_number": "5400123456",
    "licence_date": "04/05/2015",
    "licence_authority": "Sở Kế hoạch và Đầu tư",
    "address": "Số 5, đường Cù Chính Lan",
    "phone": "0218 385 1234",
    "email": "office@songda.example",
    "field": "",
    "signatory_name": "NGUYỄN VĂN HÒA",
    "signatory_title": "Giám đốc",
    "valid_from": "01/01/2020",
}


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def body(**more: Any) -> dict[str, Any]:
    papers = {
        "licence": SimpleUploadedFile("licence.jpg", picture()),
        "na16": SimpleUploadedFile("na16.jpg", picture(700, 900)),
    }
    return STATED | papers | more


def read(client: Any) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_the_representative_files_the_first_version(cast: World) -> None:
    assert cast.client("ramon").post(PAGE, body()).status_code == 302
    filed = LegalFile.objects.get()
    assert (filed.version, filed.state, filed.tax_code) == (1, "submitted", "5400123456")
    assert filed.organisation == cast.users["ramon"].memberships.get().organisation
    assert {filed.licence_scan.organisation_id, filed.na16_scan.organisation_id} == {filed.organisation_id}
    assert Event.objects.filter(act="dossiers.legal_submitted", subject_id=str(filed.pk)).count() == 1
    assert filed.name in read(cast.client("sam"))


def test_the_clerk_reads_and_others_do_not_even_that(cast: World) -> None:
    make_legal_file(cast)
    sam = cast.client("sam")
    assert '<form class="form card pad"' not in read(sam)
    assert sam.post(PAGE, body()).status_code == 403
    for name in ("mia", "alice", "ines", "olga"):
        assert cast.client(name).get(PAGE).status_code == 403
    assert LegalFile.objects.count() == 1


@pytest.mark.slow
def test_another_organisations_file_is_invisible(cast: World) -> None:
    other_organisation = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Nhà máy Xa Lạ")
    make_member(cast.users["zoe"], other_organisation, Role.REPRESENTATIVE)
    make_legal_file(cast, state=LegalFileState.RETURNED, reason="No seal.", address="Ngõ Bí Mật")
    page = read(cast.client("zoe"))
    assert "No seal." not in page and "Ngõ Bí Mật" not in page
    assert "No seal." in read(cast.client("ramon"))
    assert cast.client("zoe").post(PAGE, body()).status_code == 302
    assert LegalFile.objects.get(organisation=other_organisation).version == 1


def test_a_second_version_waits_until_the_first_is_decided(cast: World) -> None:
    ramon = cast.client("ramon")
    ramon.post(PAGE, body())
    second_response = ramon.post(PAGE, body(address="Số 6"))
    assert second_response.status_code == 409
    assert escape("Version 1 is still waiting for the office.") in second_response.content.decode()
    assert (LegalFile.objects.count(), StoredFile.objects.count()) == (1, 2)


def test_the_approved_version_replaces_the_one_before(cast: World) -> None:
    former, ramon = make_legal_file(cast), cast.client("ramon")
    assert f'value="{former.address}"' in read(ramon)
    assert ramon.post(PAGE, body(address="Số 6, phố mới")).status_code == 302
    new = LegalFile.objects.get(version=2)
    former.refresh_from_db()
    assert (former.state, new.state) == ("approved", "submitted")
    assert cast.client("ines").post(f"/office/legal-files/{new.pk}", {"decision": "approve"}).status_code == 302
    assert dict(LegalFile.objects.values_list("version", "state")) == {1: "superseded", 2: "approved"}
    assert 'value="Số 6, phố mới"' in read(ramon)


def test_the_office_reads_what_is_stated_otherwise_since_it_returned_the_version_before(cast: World) -> None:
    make_legal_file(cast, state=LegalFileState.RETURNED, address="Số 7 viết nhầm", reason="Wrong street.")
    new = make_legal_file(cast, state=LegalFileState.SUBMITTED, address="Số 5", licence_date=date(2015, 5, 6))
    page = cast.client("ines").get(f"/office/legal-files/{new.pk}").content.decode()
    assert "Wrong street." in page and "<del>Số 7 viết nhầm</del> → <ins>Số 5</ins>" in page
    assert "<del>04/05/2015</del> → <ins>06/05/2015</ins>" in page and "<del>office@songda.example" not in page
    LegalFile.objects.filter(version=1).update(state=LegalFileState.SUPERSEDED)
    assert "<del>" not in cast.client("ines").get(f"/office/legal-files/{new.pk}").content.decode()


def test_what_came_back_is_mended_from_what_was_typed(cast: World) -> None:
    make_legal_file(cast)
    make_legal_file(cast, state=LegalFileState.RETURNED, address="Số 7 viết nhầm", reason="Wrong street.")
    page = read(cast.client("ramon"))
    assert "Wrong street." in page and 'value="Số 7 viết nhầm"' in page


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"tax_code": "54"}, "A tax code has 10 digits"),
        ({"licence_date": "01/01/2199"}, "This date is in the future."),
        ({"phone": "unknown"}, "Enter the number with its area code"),
        ({"na16": SimpleUploadedFile("na16.pdf", b"not a paper")}, "This file is none of these"),
        ({"licence": ""}, "No file was sent."),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(cast: World, more: dict[str, Any], message: str) -> None:
    answer = cast.client("ramon").post(PAGE, body(address="Số 8, phố giữ lại") | more)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert message in page and 'aria-invalid="true"' in page and 'value="Số 8, phố giữ lại"' in page
    assert not LegalFile.objects.exists() and not StoredFile.objects.exists()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    for _number in range(count):
        make_legal_file(cast, state=LegalFileState.SUPERSEDED)
    client = cast.client("sam")
    client.get(PAGE)
    with expect_queries():
        client.get(PAGE)


def test_the_ways_to_it(cast: World) -> None:
    ramon = cast.client("ramon")
    make_legal_file(cast, state=LegalFileState.RETURNED)
    draft = make_draft(cast)
    draft.components.all().delete()  # their bytes are nowhere
    assert f'href="{PAGE}"' in ramon.get("/dossiers/").content.decode()
    assert f'href="{PAGE}"' in ramon.get(f"/dossiers/{draft.number}/check").content.decode()
    assert f'href="{PAGE}"' not in cast.client("mia").get("/dossiers/").content.decode()


def test_a_sponsor_signs_on_one_page_only(cast: World) -> None:
    draft = make_draft(cast, "stay_extension", Filer.CITIZEN, "mia")
    draft.sponsor = cast.users["liem"]
    draft.save(update_fields=["sponsor"])
    liem, address = cast.client("liem"), f"/dossiers/{draft.number}/send"
    for answer in (liem.get(address), liem.post(address, {"true": "on"})):
        assert (answer.status_code, answer.url) == (302, f"/dossiers/{draft.number}/signature")
    assert not draft.signatures.exists()


def test_form_na16_is_printed_from_what_is_typed_and_nothing_is_kept(cast: World) -> None:
    typed = STATED | {"print": "na16", "field": "Xây dựng công trình thủy điện"}
    answer = cast.client("ramon").post(PAGE, typed)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == 'attachment; filename="NA16.pdf"'
    document = PdfDocument(answer.content)
    assert len(document) == 1
    text = " ".join(document[0].get_textpage().get_text_range().split())
    document.close()
    for entry in (
        "NA16",
        typed["name"],
        typed["signatory_name"],
        "Giám đốc",
        typed["field"],
        "04/05/2015",
        "01/01/2020",
    ):
        assert entry in text
    assert "Mẫu con dấu" in text and "Mẫu chữ ký" in text
    assert not LegalFile.objects.exists()


def test_a_mistake_is_told_before_form_na16_is_printed(cast: World) -> None:
    answer = cast.client("ramon").post(PAGE, STATED | {"print": "na16", "phone": "unknown"})
    assert answer.status_code == 422
    assert "Enter the number with its area code" in answer.content.decode()
    assert cast.client("sam").post(PAGE, STATED | {"print": "na16"}).status_code == 403


def test_its_people_open_their_own_papers_and_each_is_a_look(cast: World) -> None:
    cast.client("ramon").post(PAGE, body())
    other_organisation = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Nhà máy Xa Lạ")
    make_member(cast.users["zoe"], other_organisation, Role.REPRESENTATIVE)
    for which in ("licence", "na16"):
        address = f"{PAGE}/1/{which}"
        assert f'href="{address}"' in read(cast.client("sam"))
        opened = cast.client("sam").get(address)
        assert (opened.status_code, opened["Content-Type"]) == (200, "image/jpeg")
        assert opened["Content-Disposition"] == f'attachment; filename="{which}.jpg"'
        assert b"".join(opened.streaming_content)[:2] == b"\xff\xd8"
        assert cast.client("zoe").get(address).status_code == 404
    papers = Event.objects.filter(details__has_key="scan")  # the page with both is a look too
    looks = papers.filter(act="looked", subject_type="dossiers.legalfile").order_by("pk")
    assert [look.details["scan"] for look in looks] == ["licence", "na16"]
    sam = cast.client("sam")
    assert [sam.get(f"{PAGE}/{path}").status_code for path in ("2/licence", "1/passport")] == [404, 404]


def codes(dossier: Any) -> set[str]:
    return {finding.code for finding in findings(dossier, StayDisclosure.NOTHING)}


def test_an_approved_version_counts_from_the_day_it_names_and_the_one_before_until_then(cast: World) -> None:
    """A new signatory from next week on: until then the seal and signature of today stand."""
    today, ines = clock.today(), cast.actor("ines")
    coming = make_legal_file(cast, LegalFileState.SUBMITTED, valid_from=today + timedelta(days=7))
    draft = make_draft(cast)
    legal_files.approve(ines, legal_file=coming)
    assert legal_file_in_force(coming.organisation_id) is None
    assert "legal_file" in codes(draft)
    outcome = read(cast.client("sam"))
    assert f"Version 1 is approved and applies from {coming.valid_from:%d/%m/%Y}" in outcome
    assert "submit them from then on" in outcome

    LegalFile.objects.update(valid_from=today)
    assert legal_file_in_force(coming.organisation_id) == coming
    assert "legal_file" not in codes(draft)

    later = make_legal_file(cast, LegalFileState.SUBMITTED, valid_from=today + timedelta(days=1))
    legal_files.approve(ines, legal_file=later)
    assert legal_file_in_force(coming.organisation_id) == coming
    assert "legal_file" not in codes(draft)
    assert "Until then version 1 applies" in read(cast.client("sam"))
    LegalFile.objects.filter(pk=later.pk).update(valid_from=today)
    assert legal_file_in_force(coming.organisation_id) == later
    assert "Version 2 is in force" in read(cast.client("sam"))
