"""Take the pictures of docs/pictures that need a state of their own: PICTURES=1 pytest e2e/test_pictures.py

e2e/demo_pictures.py takes all others, of the demo.
"""

import os
import random
from datetime import datetime, time
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from PIL import Image
from playwright.sync_api import Page, expect

from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.services.money.paying import take_cash
from ancu.apps.dossiers.tests.factories import make_cast, make_counter, make_dossier, make_draft, make_rate
from ancu.apps.listening.enums import MeetingState
from ancu.apps.listening.tests.factories import add_staff, make_meeting
from ancu.apps.listening.tests.factories import answer as answer_petition
from ancu.apps.listening.tests.factories import take_in as take_in_petition
from ancu.apps.oversight.tests.factories import evaluate, make_one_of_each, make_plan
from ancu.apps.programs.models import Webhook
from ancu.apps.stays.models import Stay
from ancu.apps.stays.selectors.confirmations import requester_path
from ancu.apps.stays.services import confirmations, self_check
from ancu.apps.stays.tests.factories import make_stay
from ancu.apps.surveys.tests.factories import make_answers, make_survey
from ancu.core.clock import VIETNAM
from ancu.core.documents import reference_numbers
from ancu.core.testing import texts
from e2e.conftest import Invite
from e2e.flaky_proxy import FlakyProxy
from e2e.phone import Phone, address, key_guest, make_ready, open_offline, phone, proxy, sign_in
from e2e.test_photos import READ_MS, choose
from e2e.visitor import SAMPLES, Visitor

PICTURES = Path(__file__).parent.parent / "docs" / "pictures"
LARGEST = 150_000  # bytes
COLOURS = 128  # pages have few colours; this reduces the file to a third without a visible difference
MORNING = datetime(2026, 11, 10, 9, 10, tzinfo=VIETNAM)  # a Tuesday; a fixed time makes pictures reproducible
WORKERS = (
    ("KIM NA RA", "KOR", "M3820042", State.SUBMITTED),
    ("SUTARNO", "IDN", "X0000777", State.ACCEPTED),
    ("O’MALLEY MÁIRE", "IRL", "PX0128123", State.ASSESSED),
    ("TANAKA YUKI", "JPN", "TR1234567", State.ASSESSED),
    ("TESTOVA LIUDMILA", "RUS", "750000123", State.READY),
)
NAMED = {  # guests of the scene, by the label of their fault
    "LATE": "SUTARNO",
    "NUMBERED": "O’MALLEY MÁIRE",
    "DECLARED LATE": "KIM NA RA",
    "TWICE": "TANAKA YUKI",
    "EXPIRED": "TESTOVA LIUDMILA",
    "THE SOUGHT": "MUSTERMANN ERIKA",
}
SPOUSE = {
    "full_name": "ADAMS CLAIRE",
    "native_name": "",
    "occupation": "Teacher",
    "passport_authority": "HMPO",
}
__all__ = ["address", "phone", "proxy"]  # fixtures
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(os.environ.get("PICTURES") != "1", reason="taken only when asked for: PICTURES=1"),
]


def test_pictures(invite: Invite, world: Any, page: Page) -> None:
    stay = make_stay(world.lodging, "HOFFMANN JÖRG", nationality="DEU", document_number="C01X0T478")
    if not is_desk(page):
        the_receptionists_pages(invite("bob"), stay.pk)


@pytest.fixture
def same_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fix the time and the random numbers, so that a new picture is the same file."""
    drawn = random.Random("pictures")
    monkeypatch.setattr("django.utils.timezone.now", lambda: MORNING)
    monkeypatch.setattr(
        reference_numbers,
        "_random_signs",
        lambda count=reference_numbers.RANDOM_SIGNS: "".join(drawn.choices(reference_numbers.ALPHABET, k=count)),
    )


@pytest.mark.usefixtures("same_morning")
def test_pictures_of_passports(invite: Invite, page: Page) -> None:
    if is_desk(page):
        return  # these pictures are taken on a phone
    bob = invite("bob", by_login_page=False)
    bob.go("/stays/declare/")
    choose(bob, "hoffmann")
    expect(bob.page.locator("[name=document_number]")).to_have_value("C01X0T478", timeout=READ_MS)
    bob.page.locator("[data-photo-answer]").evaluate("answer => scrollTo(0, answer.offsetTop - 16)")
    save_picture(bob, "photo")
    bob.go("/stays/photos/")
    choose(bob, "kim", "doubtful")
    expect(bob.page.locator("[data-photo-rows] .chip")).to_have_count(2, timeout=READ_MS)
    bob.fill(room="12", expected_departure="12/11/2026", permitted_until="10/12/2026")
    bob.follow(bob.button(texts.CHECK_THE_ROWS))
    bob.page.locator("#row-1").evaluate("row => scrollTo(0, row.getBoundingClientRect().top + scrollY - 60)")
    save_picture(bob, "group")


@pytest.mark.usefixtures("same_morning")
def test_pictures_of_dossiers(invite: Invite, world: Any, page: Page, tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    make_rate(make_cast(world))
    make_counter(world, [OpeningPeriod(day, time(8), time(11)) for day in range(6)])
    if is_desk(page):
        the_offices_desks(invite, world)
    else:
        the_applicants_pages(invite, world)


@pytest.mark.usefixtures("same_morning")
def test_pictures_for_guests(invite: Invite, world: Any, page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    if is_desk(page):
        return
    monkeypatch.setattr(self_check, "BY_ADDRESS_UNSOLVED", 100)
    guest = invite()
    take_picture(guest, "/guest/", "guest-check")
    guest.fill(document_number="C01X0T478", birth_date="08/03/1984", arrived_on=f"{MORNING:%d/%m/%Y}")
    guest.follow(guest.button(texts.CHECK))
    save_picture(guest, "guest-no")
    stay = make_stay(world.lodging, "HOFFMANN JÖRG", document_number="C01X0T478")
    with translation.override(guest.lang):
        requested = confirmations.ask_for_guest(world.actor("bob"), stay_id=stay.pk, purpose="driving_licence")
    issued = confirmations.issue(world.actor("olga"), confirmation=requested)
    take_picture(guest, requester_path(issued), "guest-ready")
    take_picture(guest, f"/c/{issued.code}", "guest-verify")


@pytest.mark.usefixtures("same_morning")
def test_pictures_of_an_inspection(invite: Invite, world: Any, page: Page) -> None:
    if is_desk(page):
        return
    make_one_of_each(world)
    for label, name in NAMED.items():
        Stay.objects.filter(full_name=label).update(full_name=name)
    evaluate()
    olga = invite("olga", by_login_page=False)
    take_picture(olga, f"/office/inspections/planned/{make_plan(world).pk}/", "inspection")


@pytest.mark.usefixtures("same_morning")
def test_pictures_of_what_people_say(invite: Invite, world: Any, page: Page, settings: Any, tmp_path: Path) -> None:
    """A survey, a meeting, a call, and a petition on the petitioner's phone."""
    settings.MEDIA_ROOT = tmp_path
    add_staff(world)
    survey = make_survey(world)
    answers = [{"q1": "a1", "q2": step, "q3": ["a1"]} for step in (3, 4, 4, 5, 5, 5)]
    make_answers(survey, [*answers * 9, *[{"q1": "a2"}] * 12])
    meeting = make_meeting(world, state=MeetingState.OPEN)
    received = take_in_petition(world, body="Nhà nghỉ cạnh chợ có khách nước ngoài ở mà không khai báo tạm trú.")
    answer_petition(world, received.petition)
    if is_desk(page):
        hoa = invite("hoa", by_login_page=False)
        hoa.go("/office/hotline/")
        hoa.page.keyboard.type("0912 345 678")
        hoa.page.locator("#found", has_text=received.petition.number).wait_for()
        save_picture(hoa, "hotline")
    else:
        take_picture(invite("olga", by_login_page=False), f"/office/meetings/{meeting.pk}/room/", "room")
        anybody = invite()
        take_picture(anybody, f"/s/{survey.channels.get().slug}/", "survey")
        anybody.go("/petitions/follow/")
        anybody.fill(code=received.code)
        anybody.follow(anybody.button(texts.OPEN))
        save_picture(anybody, "petition-follow")


def is_desk(page: Page) -> bool:
    return (page.viewport_size or {})["width"] > 1000


def the_receptionists_pages(bob: Visitor, stay: int) -> None:
    take_picture(bob, f"/stays/{stay}/receipt/", "receipt")
    bob.go("/stays/upload/")
    bob.page.set_input_files("input[type=file]", SAMPLES / "14_python_hoteltool_official_template_12col.xlsx")
    bob.button(texts.SEND_AND_CHECK).click()
    bob.page.wait_for_url("**/upload/*-*/")
    save_picture(bob, "preview")


@pytest.mark.usefixtures("same_morning")
def test_pictures_of_programs(invite: Invite, world: Any, page: Page) -> None:
    """A webhook with a delivered, a waiting and a failed message."""
    if is_desk(page):
        return
    hook = Webhook.objects.create(
        establishment=world.lodging, url="https://pms.example.vn/an-cu", events=["declaration.accepted"], secret=b"",
        created_at=MORNING,
    )  # fmt: skip
    for state, attempts, status, answer in (
        ("failed", 14, None, "timeout"), ("delivered", 1, 204, ""), ("waiting", 2, 503, "Service Unavailable"),
    ):  # fmt: skip
        hook.deliveries.create(
            event="declaration.accepted", payload="{}", state=state, attempts=attempts, last_status=status,
            last_answer=answer, last_at=MORNING, created_at=MORNING, next_at=MORNING, give_up_at=MORNING,
        )  # fmt: skip
    take_picture(invite("alice"), f"/programs/{hook.pk}", "webhook")


def the_applicants_pages(invite: Invite, world: Any) -> None:
    mia = invite("mia", by_login_page=False)
    with translation.override(mia.lang):  # a dossier keeps the language in which it was started
        draft, sent = of_a_spouse(world), of_a_spouse(world)
    filing.sign(world.actor("liem"), dossier=sent)
    filing.submit(world.actor("mia"), dossier=sent)
    take_picture(mia, "/dossiers/new/stay_extension?filer=citizen", "need")
    take_picture(mia, f"/dossiers/{draft.number}/step/1", "step")
    take_picture(mia, f"/dossiers/{sent.number}/pay", "pay")


def of_a_spouse(world: Any) -> Dossier:
    mia = world.actor("mia")
    liem = world.users["liem"]
    answers = SPOUSE | {"relative_name": liem.full_name.upper()}  # a sponsor signs with the account's name
    draft = make_draft(world, "stay_extension", Filer.CITIZEN, "mia", **answers)
    return filing.ask_signature(mia, dossier=draft, email=liem.email)


def the_offices_desks(invite: Invite, world: Any) -> None:
    _kim, sutarno, *_others = [
        make_dossier(
            world, state, procedure="stay_extension", full_name=name, nationality=nationality, passport_number=number
        )
        for name, nationality, number, state in WORKERS
    ]
    take_cash(world.actor("ines"), dossier=sutarno, vnd=sutarno.charge.vnd, payer=sutarno.full_name)
    dora = invite("dora", by_login_page=False)
    dora.go("/office/dossiers/")
    for box in dora.page.locator("main [data-select]").all():
        box.check()
    save_picture(dora, "approve")


def test_pictures_of_a_phone_without_a_line(phone: Phone, proxy: FlakyProxy, address: str, world: Any) -> None:
    """The form and the queue, with a fixed clock, so that the picture is reproducible."""
    bob = phone.open(address)
    sign_in(bob, world, "bob")
    make_ready(bob)
    proxy.cut()
    bob.page.clock.set_fixed_time(MORNING)
    open_offline(bob, "/stays/declare/")
    save_picture(bob, "offline")
    for number in (1, 2):
        key_guest(bob, number)
    open_offline(bob, "/stays/queue/")
    save_picture(bob, "kept")


def take_picture(visitor: Visitor, path: str, name: str) -> None:
    visitor.go(path)
    save_picture(visitor, name)


def save_picture(visitor: Visitor, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    visitor.page.wait_for_timeout(600)  # fonts and charts have loaded
    shot = Image.open(BytesIO(visitor.page.screenshot())).convert("RGB")
    path = PICTURES / f"{name}.{visitor.lang}.png"
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    assert path.stat().st_size <= LARGEST
