"""One request for several workers: a dossier each, papers shared, sent together, nothing lost."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier, ForeignWorker, GroupRequest
from ancu.apps.dossiers.selectors import groups as selectors
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services import groups as services
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import (
    answers_for,
    make_cast,
    make_dossier,
    make_group,
    make_legal_file,
    make_paper,
    make_worker,
    picture,
)
from ancu.apps.dossiers.tests.test_worker_files import KIM, LEE, send, workbook
from ancu.apps.dossiers.tests.test_workers import add_stranger
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.errors import Forbidden
from ancu.core.testing.query_counts import ExpectQueries
from ancu.engines.rulebook import get_procedure

pytestmark = [pytest.mark.django_db]
NEW, ALL = "/workers/request", "/workers/requests/"


@pytest.fixture
def cast(world: World, settings: Any, tmp_path: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def typed(*workers: ForeignWorker, **changes: Any) -> dict[str, Any]:
    """What the form of a request sends."""
    today = clock.today()
    return {
        "key": str(uuid4()), "worker": [worker.pk for worker in workers], "letter_number": "15/2026/CV",
        "card_from": f"{today:%d/%m/%Y}", "card_until": f"{today + timedelta(days=500):%d/%m/%Y}",
        "card_symbol": "", "purpose": "work", "stay_unit": "", "stay_unit_code": "", "stay_address": "",
    } | changes  # fmt: skip


def complete(cast: World, dossier: Dossier) -> None:
    """Fill in what the form still asks of one person, and add the papers."""
    procedure = get_procedure(dossier.procedure, clock.today())
    person = {
        "full_name": dossier.full_name, "nationality": dossier.nationality, "passport_number": dossier.document_number,
        "birth_nationality": dossier.nationality,
    }  # fmt: skip
    answers = answers_for(procedure, Filer.ORGANISATION, cast.units.commune.code, **person)
    ramon = cast.actor("ramon")
    saved = filing.save(ramon, dossier=dossier, answers=answers)
    for component in saved.components.all():
        filing.attach(ramon, dossier=saved, key=component.key, file=make_paper(cast, "ramon", component.key), pages=1)
    read_unread(saved)


def test_chosen_workers_get_a_dossier_each_filled_from_the_list(cast: World) -> None:
    make_legal_file(cast)
    kim = make_worker(cast, full_name="KIM MIN JUN", symbol="LĐ2", position="Kỹ sư", sex="M", birth_date="1990-04-12")
    lee = make_worker(cast, full_name="LEE SOO AH")
    sam = cast.client("sam")
    page = sam.get(NEW, {"worker": [kim.pk, lee.pk]}).content.decode()
    assert "Request residence cards for 2 people" in page and kim.passport_number not in page
    body = typed(kim, lee, stay_unit=cast.units.commune.full_name, stay_address="Nhà máy", card_symbol="LĐ1")
    answer = sam.post(NEW, body)
    assert answer.status_code == 302, answer.context["form"].errors
    group = GroupRequest.objects.get()
    first, second = Dossier.objects.filter(grouped__group=group).order_by("full_name")
    assert (first.state, first.filer, first.full_name) == (State.DRAFT, Filer.ORGANISATION, "KIM MIN JUN")
    letter, application = first.answers["NA6"], first.answers["NA8"]
    assert letter["letter_number"] == "15/2026/CV" and letter["signer_name"] == "NGUYỄN VĂN HÒA"
    (row,) = letter["people"]
    assert (row["full_name"], row["position"], row["card_from"]) == ("KIM MIN JUN", "Kỹ sư", f"{clock.today()}")
    assert application["passport_expiry"] == kim.passport_until.isoformat()
    assert (application["card_symbol"], application["purpose"]) == ("LĐ2", "work")
    assert application["stay_unit"] == cast.units.commune.code and application["stay_address"] == "Nhà máy"
    assert second.answers["NA8"]["card_symbol"] == "LĐ1", "the list knows no symbol of hers"
    assert sam.post(NEW, body).status_code == 302, "the button was pressed twice"
    assert Dossier.objects.count() == 2
    assert Event.objects.get(act="dossiers.group_started").details == {"dossiers": [first.pk, second.pk]}


def test_the_last_dossier_adds_what_the_list_does_not_know(cast: World) -> None:
    before = make_dossier(cast, State.DELIVERED)
    worker = make_worker(
        cast, full_name=before.full_name, nationality=before.nationality, passport_number=before.document_number,
        position="Trưởng phòng",
    )  # fmt: skip
    group = make_group(cast, worker)
    (member,) = selectors.group_members(group)
    application = member.dossier.answers["NA8"]
    assert application["passport_authority"] == before.answers["NA8"]["passport_authority"]
    assert application["foreign_address"] == before.answers["NA8"]["foreign_address"]
    assert application["occupation"] == "Trưởng phòng", "the list is newer"
    assert "entered_on" not in application, "an earlier entry says nothing of this one"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(
    names=st.lists(st.sampled_from(["KIM", "LEE", "PARK"]), min_size=1, max_size=4), symbol=st.sampled_from(["", "LĐ2"])
)
def test_every_chosen_worker_has_one_dossier_and_the_sum_is_that_of_all(
    cast: World, names: list[str], symbol: str
) -> None:
    workers = [make_worker(cast, full_name=name, symbol=symbol) for name in names]
    members = selectors.group_members(make_group(cast, *workers))
    assert sorted(member.dossier.document_number for member in members) == sorted(
        worker.passport_number for worker in workers
    )
    assert selectors.group_fee(members) == sum(member.usd for member in members)
    assert selectors.group_fee(members) > 0


def test_a_file_of_people_leads_to_their_request(cast: World) -> None:
    sam = cast.client("sam")
    address = send(sam, workbook(KIM, LEE))
    answer = sam.post(address, {"request": "1"})
    assert answer.status_code == 302 and answer.url.startswith(f"{NEW}?worker=")
    assert "Request residence cards for 2 people" in sam.get(answer.url).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"letter_number": ""}, "Fill this in."),
        ({"card_until": "31/02/2027"}, "This date does not exist"),
        ({"card_until": "01/01/2020"}, "This day must be after the first day."),
        ({"stay_unit": "Không có"}, "No commune has the name"),
    ],
)
def test_a_mistake_is_told_and_nothing_is_begun(cast: World, changes: dict[str, Any], sentence: str) -> None:
    worker = make_worker(cast)
    answer = cast.client("sam").post(NEW, typed(worker, stay_address="Giữ lại", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and "Giữ lại" in page
    assert f'name="worker" value="{worker.pk}"' in page and not Dossier.objects.exists()


def test_workers_of_others_and_too_many_are_not_taken(cast: World) -> None:
    add_stranger(cast)
    hers = make_worker(cast, by="zoe")
    sam = cast.client("sam")
    for query in ({}, {"worker": [hers.pk]}, {"worker": ["x", "9" * 30]}):
        assert sam.get(NEW, query).status_code == 302
    assert sam.post(NEW, typed(hers)).status_code == 302
    assert not Dossier.objects.exists()
    with pytest.raises(Forbidden):
        services.start_group(cast.actor("mia"), workers=[hers], common={}, key=uuid4())


def test_only_the_organisation_sees_its_requests(cast: World) -> None:
    group = make_group(cast)
    add_stranger(cast)
    own = f"{ALL}{group.pk}/"
    for name, status in (("zoe", 404), ("mia", 403), ("ines", 403), ("ramon", 200), ("sam", 200)):
        client = cast.client(name)
        assert {client.get(address).status_code for address in (own, f"{own}send", f"{own}NA6.pdf")} == {status}
    assert f'href="{own}"' in cast.client("sam").get(ALL).content.decode()


def test_one_signed_letter_goes_into_each_draft(cast: World) -> None:
    group = make_group(cast, make_worker(cast), make_worker(cast))
    sam, own = cast.client("sam"), f"{ALL}{group.pk}/"
    pdf = sam.get(f"{own}NA6.pdf")
    assert (pdf.status_code, pdf.content[:4]) == (200, b"%PDF")
    upload = {"signed_na6-file": SimpleUploadedFile("na6.jpg", picture())}
    assert sam.post(f"{own}papers/signed_na6", upload).status_code == 302
    files = [dossier.components.get(key="signed_na6").file for dossier in Dossier.objects.all()]
    assert all(files) and len({file.pk for file in files}) == 2 and len({file.sha256 for file in files}) == 1
    assert "In 2 dossiers" in sam.get(own).content.decode()
    wrong = sam.post(f"{own}papers/signed_na6", {"signed_na6-file": SimpleUploadedFile("a.pdf", b"no paper")})
    assert wrong.status_code == 422 and "This file is none of these" in wrong.content.decode()
    assert sam.post(f"{own}papers/passport", upload).status_code == 404


def test_the_complete_are_sent_and_the_others_say_what_is_missing(cast: World) -> None:
    make_legal_file(cast)
    group = make_group(
        cast, make_worker(cast, full_name="FULL FILE", symbol="LĐ2"), make_worker(cast, full_name="HALF FILE")
    )
    full, half = Dossier.objects.order_by("full_name")
    complete(cast, full)
    ramon, own = cast.client("ramon"), f"{ALL}{group.pk}/"
    page = ramon.get(f"{own}send")
    text = page.content.decode()
    assert "Submit 1 dossier?" in text and "HALF FILE" in text and "things are missing" in text
    digests = {f"digest-{member.dossier.number}": digest for member, digest in page.context["ready"]}
    assert set(digests) == {f"digest-{full.number}"}
    assert ramon.post(f"{own}send", digests).status_code == 422, "the statement is not ticked"
    answer = ramon.post(f"{own}send", digests | {"true": "on"}, follow=True)
    text = answer.content.decode()
    assert "1 dossier submitted." in text and "1 dossier was not submitted." in text
    states = dict(Dossier.objects.values_list("full_name", "state"))
    assert states == {"FULL FILE": State.SUBMITTED, "HALF FILE": State.DRAFT}
    half.refresh_from_db()
    assert half.answers["NA6"]["letter_number"] == "12/CV"
    page = ramon.get(own, {"state": "submitted"}).content.decode()
    assert "FULL FILE" in page and "HALF FILE" not in page


def test_a_dossier_changed_while_it_was_read_is_not_sent(cast: World) -> None:
    make_legal_file(cast)
    group = make_group(cast, make_worker(cast, symbol="LĐ2"))
    complete(cast, Dossier.objects.get())
    ramon = cast.client("ramon")
    body = {f"digest-{Dossier.objects.get().number}": "0" * 64, "true": "on"}
    text = ramon.post(f"{ALL}{group.pk}/send", body, follow=True).content.decode()
    assert "changed while you were reading" in text and Dossier.objects.get().state == State.DRAFT


def test_a_clerk_prepares_and_sees_who_submits(cast: World) -> None:
    make_legal_file(cast)
    group = make_group(cast, make_worker(cast, symbol="LĐ2"))
    complete(cast, Dossier.objects.get())
    sam = cast.client("sam")
    page = sam.get(f"{ALL}{group.pk}/send").content.decode()
    assert "A colleague submits them" in page and cast.users["ramon"].full_name in page
    assert sam.post(f"{ALL}{group.pk}/send", {"true": "on"}).status_code == 403
    assert Dossier.objects.get().state == State.DRAFT


@pytest.mark.parametrize("count", [1, 3])
def test_the_pages_cost_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    make_legal_file(cast)
    group = make_group(cast, *[make_worker(cast) for _number in range(count)])
    client = cast.client("sam")
    client.get(f"{ALL}{group.pk}/")
    with expect_queries("group"):
        client.get(f"{ALL}{group.pk}/")
    with expect_queries("groups"):
        client.get(ALL)
