"""A code typed into the box of another kind is led to the page where it opens, and nothing is told by that."""

from html import unescape

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.selectors.public import look_up_code
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier
from ancu.apps.listening.tests.factories import take_in
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.selectors.confirmations import printed_number
from ancu.apps.stays.services import confirmations
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core.documents.reference_numbers import new_number
from ancu.core.registry.code_pages import page_of_code


def make_codes():
    world = make_cast(make_world())
    submission = make_submission(world.lodging, number=new_number("HB"))
    stay = make_stay(world.lodging, "HOFFMANN JÖRG", submission=submission)
    request = confirmations.ask_for_guest(world.actor("bob"), stay_id=stay.pk, purpose="driving_licence")
    world.confirmation = confirmations.issue(world.actor("olga"), confirmation=request)
    world.receipt, world.dossier = submission.number, make_dossier(world, State.SUBMITTED).number
    world.petition = take_in(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_codes)]


@pytest.fixture(autouse=True)
def _no_limits():
    cache.clear()


def reader():
    client = Client()
    client.cookies["django_language"] = "en"
    return client


def submit_receipt(code):
    return reader().get(reverse("stays:verify"), {"number": code}, follow=True)


def submit_confirmation(code):
    return reader().get(reverse("stays:verify_confirmation"), {"code": code}, follow=True)


def submit_petition(code):
    return reader().post(reverse("listening:follow"), {"code": code})


def submit_tip(code):
    return Client().post("/tips/answer/?lang=en", {"receipt": code})


def submit_dossier(code):
    return reader().post(reverse("dossiers:look-up-form"), {"number": code, "code": "00000000"})


def test_a_receipt_and_a_confirmation_open_from_each_others_box(shared_data):
    receipt, paper = shared_data.receipt.lower().replace("-", " "), shared_data.confirmation.code.lower()
    assert submit_confirmation(receipt).redirect_chain[-1][0].endswith(f"/r/{receipt.replace(' ', '-')}")
    assert shared_data.confirmation.code in submit_receipt(paper).content.decode()


OWN = {  # what a box takes itself, or opens without asking
    submit_receipt: "receipt", submit_confirmation: "receipt", submit_petition: "petition", submit_tip: "tip",
    submit_dossier: "dossier",
}  # fmt: skip


@pytest.mark.parametrize("submit", list(OWN))
def test_every_box_leads_to_the_right_page(shared_data, submit):
    codes = {
        "receipt": (shared_data.receipt, "This is the number of a receipt."),
        "petition": (shared_data.petition.code, "This is the code of a petition."),
        "petition's number": (shared_data.petition.petition.number, "This is the number of a petition."),
        "dossier": (shared_data.dossier, "This is the number of a dossier."),
        "request": (shared_data.confirmation.reference, "This is the number of a request."),
        "paper": (printed_number(shared_data.confirmation), "This is the number at the top of a confirmation of stay."),
        "tip": ("1234 5678 9012 3456", "This looks like the receipt of a tip."),
    }
    del codes[OWN[submit]]
    for kind, (code, words) in codes.items():
        page = unescape(submit(code).content.decode())
        is_here = (submit, kind) == (submit_petition, "petition's number")  # it would lead in a circle
        assert words in page and ("Open the right page" in page) == (not is_here), code


def test_a_number_and_its_code_in_each_others_box_are_put_right(shared_data):
    code = look_up_code(shared_data.dossier)
    page = reader().post(reverse("dossiers:look-up-form"), {"number": code, "code": shared_data.dossier})
    assert page.status_code == 200 and shared_data.dossier in page.content.decode()


def test_whether_a_petition_a_dossier_or_a_tip_exists_is_not_told(shared_data):
    for existing, invented in ((shared_data.petition.code, new_number("MS")), (shared_data.dossier, new_number("HBD"))):
        assert page_of_code(existing).what == page_of_code(invented).what
    assert page_of_code("1234567890123456").url.startswith("/tips/answer/?lang=")


@pytest.mark.parametrize("text", ["", " ", "x", "HB-0000-0000-0000", "💥" * 50, "\0", "12345678", "../../admin"])
def test_what_is_no_code_of_ours_leads_nowhere(shared_data, text):
    assert page_of_code(text) is None
