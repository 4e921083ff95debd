"""An organisation's list of foreign workers: whose papers end next, who sees it, and how it is kept."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.tests.factories import make_member
from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import EndBand, State, WorkerPaper
from ancu.apps.dossiers.models import ForeignWorker
from ancu.apps.dossiers.rules import workers as rules
from ancu.apps.dossiers.selectors import workers as selectors
from ancu.apps.dossiers.services import workers as services
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_worker
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.security.privacy import Keep
from ancu.core.testing.query_counts import ExpectQueries

pytestmark = [pytest.mark.django_db]
PAGE = "/workers/"
NEAR = st.one_of(st.none(), st.integers(-400, 400))


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def typed(**changes: Any) -> dict[str, Any]:
    """What the form of a new worker sends."""
    until = clock.today() + timedelta(days=900)
    return {
        "full_name": "Park Ji Woo", "nationality": "KOR", "passport_number": "m 1234567",
        "passport_until": f"{until:%d/%m/%Y}", "sex": "F", "birth_date": "12/04/1990", "position": "Kỹ sư",
        "phone": "0912 345 678", "symbol": "LĐ2", "card_number": "", "card_until": "", "visa_number": "",
        "visa_until": "", "permit_number": "", "permit_until": "",
    } | changes  # fmt: skip


def add_stranger(cast: World) -> None:
    """Zoe becomes the representative of another organisation."""
    organisation = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name="Nhà máy Xa Lạ")
    make_member(cast.users["zoe"], organisation, Role.REPRESENTATIVE)


# ---- what ends next ------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(days=st.lists(st.tuples(st.integers(-400, 400), NEAR, NEAR, NEAR), min_size=1, max_size=8))
def test_the_database_and_the_rule_agree_on_what_ends_next(cast: World, days: list[Any]) -> None:
    ForeignWorker.objects.all().delete()
    today = clock.today()
    for passport, *further in days:
        card, visa, permit = (None if number is None else today + timedelta(days=number) for number in further)
        make_worker(
            cast, passport_until=today + timedelta(days=passport), card_until=card, visa_until=visa, permit_until=permit
        )
    actor = cast.actor("ramon")
    workers = list(selectors.all_workers(actor))
    ends = [rules.next_end(worker) for worker in workers]
    assert [worker.ends_on for worker in workers] == ends == sorted(ends)  # type: ignore[attr-defined, type-var]
    counts = selectors.band_counts(actor)
    for band in EndBand:
        expected = {worker.pk for worker in workers if rules.band_of(rules.next_end(worker), today) == band}
        assert {worker.pk for worker in selectors.all_workers(actor, band.value)} == expected
        assert counts[band] == len(expected)


@given(days=st.integers(-4000, 4000))
def test_each_day_lies_in_one_band(days: int) -> None:
    today = date(2026, 12, 1)
    day = today + timedelta(days=days)
    bands = []
    for band in EndBand:
        first, last = rules.band_limits(band, today)
        if (first is None or first <= day) and (last is None or day <= last):
            bands.append(band)
    assert bands == [rules.band_of(day, today)]


def test_a_card_replaces_the_visa_before_it(cast: World) -> None:
    today = clock.today()
    worker = make_worker(cast, visa_until=today - timedelta(days=90), card_until=today + timedelta(days=200))
    assert rules.next_end(worker) == worker.card_until
    assert not rules.is_decisive(worker, WorkerPaper.VISA) and rules.is_decisive(worker, WorkerPaper.CARD)
    page = cast.client("sam").get(PAGE).content.decode()
    assert "ended" not in page.split("<tbody>")[1].split("</tbody>")[0].lower()


def test_the_list_says_in_words_what_ends_and_masks_numbers(cast: World) -> None:
    today = clock.today()
    make_worker(cast, full_name="ENDS LATER", passport_number="P1234567")
    make_worker(cast, full_name="ENDS SOON", permit_until=today + timedelta(days=12), permit_number="GP998877")
    make_worker(cast, full_name="ENDED BEFORE", card_until=today - timedelta(days=1))
    client = cast.client("sam")
    page = client.get(PAGE).content.decode()
    names = [page.index(name) for name in ("ENDED BEFORE", "ENDS SOON", "ENDS LATER")]
    assert names == sorted(names) and "12 days left" in page
    assert "P1234567" not in page and "P1••••67" in page and "GP998877" not in page
    page = client.get(PAGE, {"ends": "30"}).content.decode()
    assert "ENDS SOON" in page and "ENDED BEFORE" not in page and "ENDS LATER" not in page
    assert client.get(PAGE, {"ends": "31"}).status_code == 422
    look = Event.objects.filter(act="looked", subject_type="dossiers.workers").first()
    assert look is not None and len(look.details["workers"]) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same(cast: World, count: int, expect_queries: ExpectQueries) -> None:
    for _number in range(count):
        make_worker(cast)
    client = cast.client("sam")
    client.get(PAGE)
    with expect_queries():
        client.get(PAGE)


# ---- who sees it ---------------------------------------------------------------------------------------


def test_only_members_of_the_organisation_see_the_list(cast: World) -> None:
    add_stranger(cast)
    worker = make_worker(cast, full_name="HIDDEN NAME")
    own = f"{PAGE}{worker.pk}"
    for name in ("mia", "alice", "ines", "dora", "olga"):
        client = cast.client(name)
        answers = [client.get(PAGE), client.get(own), client.get(f"{PAGE}list.xlsx"), client.post(f"{own}/remove")]
        assert {answer.status_code for answer in answers} == {403}
    zoe = cast.client("zoe")
    assert "HIDDEN NAME" not in zoe.get(PAGE).content.decode()
    assert [zoe.get(own).status_code, zoe.post(own, typed()).status_code] == [404, 404]
    assert zoe.post(f"{own}/remove").status_code == 404
    assert {cast.client(name).get(own).status_code for name in ("ramon", "sam")} == {200}


# ---- by hand -------------------------------------------------------------------------------------------


def test_a_worker_is_added_changed_and_removed_each_in_the_audit(cast: World) -> None:
    sam = cast.client("sam")
    assert sam.post(f"{PAGE}new", typed()).status_code == 302
    worker = ForeignWorker.objects.get()
    assert (worker.full_name, worker.passport_number, worker.phone) == ("PARK JI WOO", "M1234567", "+84912345678")
    assert worker.birth_date == "1990-04-12" and worker.symbol == "LĐ2"
    assert sam.get(f"{PAGE}{worker.pk}").status_code == 200
    assert sam.post(f"{PAGE}{worker.pk}", typed(card_until="01/01/2030")).status_code == 302
    worker.refresh_from_db()
    assert worker.card_until == date(2030, 1, 1)
    assert sam.post(f"{PAGE}{worker.pk}/remove").status_code == 302
    assert not ForeignWorker.objects.exists()
    acts = Event.objects.filter(subject_type="dossiers.foreignworker").order_by("pk").values_list("act", "details")
    assert [act for act, _details in acts] == [
        "dossiers.worker_added", "looked", "dossiers.worker_changed", "dossiers.worker_removed",
    ]  # fmt: skip
    assert acts[2][1] == {"fields": ["card_until"]}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"full_name": ""}, "Enter the name as in the passport."),
        ({"full_name": "김민준"}, "Latin letters"),
        ({"passport_number": "??"}, "Letters and digits only"),
        ({"passport_until": "31/02/2027"}, "This date does not exist"),
        ({"nationality": "VNM"}, "not in the list"),
        ({"birth_date": "01/01/2199"}, "in the future"),
        ({"symbol": "ZZ9"}, "not in the list"),
        ({"phone": "unknown"}, "area code"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(cast: World, changes: dict[str, Any], sentence: str) -> None:
    answer = cast.client("sam").post(f"{PAGE}new", typed(position="Giữ lại", **changes))
    page = answer.content.decode()
    assert answer.status_code == 422 and sentence in page and 'value="Giữ lại"' in page
    assert not ForeignWorker.objects.exists()


def test_a_passport_is_on_the_list_once(cast: World) -> None:
    make_worker(cast, full_name="PARK JI WOO", passport_number="M1234567")
    answer = cast.client("sam").post(f"{PAGE}new", typed())
    assert answer.status_code == 422 and "already on your list" in answer.content.decode()
    twin = make_worker(cast)
    assert cast.client("sam").post(f"{PAGE}{twin.pk}", typed()).status_code == 422
    assert ForeignWorker.objects.count() == 2


def test_a_worker_comes_from_a_dossier_with_what_it_knows(cast: World) -> None:
    dossier = make_dossier(cast, State.READY)
    sam = cast.client("sam")
    assert dossier.full_name in sam.get(f"{PAGE}new").content.decode()
    answer = sam.get(f"{PAGE}new", {"dossier": dossier.number})
    values = {field.name: field.value() for field in answer.context["form"].visible_fields()}
    assert (values["full_name"], values["passport_number"]) == (dossier.full_name, dossier.document_number)
    assert (values["card_number"], values["card_until"]) == (dossier.result.number, dossier.result.valid_until)
    add_stranger(cast)
    assert cast.client("zoe").get(f"{PAGE}new", {"dossier": dossier.number}).status_code == 404
    details = services.WorkerDetails(
        full_name=dossier.full_name, nationality=dossier.nationality, passport_number=dossier.document_number,
        passport_until=clock.today(),
    )  # fmt: skip
    services.add_worker(cast.actor("ramon"), details=details)
    assert dossier.number not in sam.get(f"{PAGE}new").content.decode(), "the person is on the list"


# ---- the end of retention ------------------------------------------------------------------------------


def test_a_worker_nobody_saved_whose_papers_ended_long_ago_is_deleted(cast: World) -> None:
    past = clock.now() - timedelta(days=Keep.WORKER.value + 1)
    old = make_worker(cast, saved_at=past, passport_until=past.date())
    saved = make_worker(cast, saved_at=clock.now(), passport_until=past.date())
    valid = make_worker(cast, saved_at=past, passport_until=past.date(), permit_until=clock.today())
    job = system("test")
    assert (services.delete_outdated(job), services.delete_outdated(job)) == (1, 0)
    assert set(ForeignWorker.objects.values_list("pk", flat=True)) == {saved.pk, valid.pk}
    assert Event.objects.get(act="dossiers.redact").details == {"workers": 1}
    assert old.pk not in {saved.pk, valid.pk}
