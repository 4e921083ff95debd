"""Writing, papers, the check and sending, by the pages: what is kept, what is refused, and who may."""

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors import visible_to
from ancu.apps.dossiers.selectors.mine import my_dossiers
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_rate, pay, picture
from ancu.apps.dossiers.tests.test_promises import measured
from ancu.apps.lodging.tests.factories import World
from ancu.apps.stays.selectors.receipts import stay_receipt_code
from ancu.apps.stays.tests.factories import make_stay, make_submission
from ancu.core.actor import PUBLIC
from ancu.core.documents.reference_numbers import new_number
from ancu.core.errors import Conflict
from ancu.core.forms import NO_SUCH_DAY
from ancu.core.testing import texts
from ancu.core.testing.query_counts import ExpectQueries


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    return make_cast(world)


def begin(world: World, **more: str) -> Dossier:
    """Mia begins the extension of her stay, which her husband sponsors."""
    body = {"filer": "citizen", "side": "foreigner", "receipt": ""} | more
    answer = world.client("mia").post(reverse("dossiers:begin", args=["stay_extension"]), body)
    assert answer.status_code == 302
    return Dossier.objects.latest("id")


def read(answer: Any) -> str:
    return str(answer.content.decode())


def step(dossier: Dossier, number: int, name: str = "step") -> str:
    return reverse(f"dossiers:{name}", args=[dossier.number, number])


def test_what_is_typed_wrong_is_kept_and_told_beside_its_field(cast: World) -> None:
    dossier, mia = begin(cast), cast.client("mia")
    body = {"revision": 0, "full_name": "ADAMS CLAIRE", "passport_expiry": "31/02/2027"}
    answer = mia.post(step(dossier, 1), body)
    assert answer.status_code == 422
    second_response = mia.get(step(dossier, 1))
    assert b"31/02/2027" in second_response.content
    assert b'id="id_passport_expiry_error"' in second_response.content
    for page in (answer, second_response):  # said alike when it is sent and when the step is opened anew
        assert str(NO_SUCH_DAY) in read(page).partition('id="id_passport_expiry_error"')[2][:200]
    dossier.refresh_from_db()
    assert dossier.full_name == "ADAMS CLAIRE"


def test_a_country_that_is_on_no_list_is_kept_and_told_beside_its_box(cast: World) -> None:
    dossier, mia = begin(cast), cast.client("mia")
    body = {"revision": 0, "nationality": "GBR", "nationality-text": "Atlantis"}
    answer, second_response = mia.post(step(dossier, 1), body), mia.get(step(dossier, 1))
    assert answer.status_code == 422
    for page in (answer, second_response):
        assert 'data-typed="Atlantis"' in read(page)
        assert 'id="id_nationality_error"' in read(page)
    dossier.refresh_from_db()
    assert dossier.answers["NA5"]["nationality"] == "Atlantis"


def test_names_and_numbers_are_kept_as_a_passport_has_them(cast: World) -> None:
    dossier, mia = begin(cast), cast.client("mia")
    body = {"revision": 0, "full_name": " adams  claire ", "passport_number": "c01x 0t478"}
    assert mia.post(step(dossier, 1, "autosave"), body).status_code == 200
    dossier.refresh_from_db()
    assert (dossier.full_name, dossier.document_number) == ("ADAMS CLAIRE", "C01X0T478")
    assert dossier.answers["NA5"]["full_name"] == "ADAMS CLAIRE"


def test_a_second_window_is_told_and_overwrites_nothing(cast: World) -> None:
    dossier, mia = begin(cast), cast.client("mia")
    first = mia.post(step(dossier, 1, "autosave"), {"revision": 0, "full_name": "FIRST"})
    assert first.json()["revision"] == 1
    second = mia.post(step(dossier, 1, "autosave"), {"revision": 0, "full_name": "SECOND"})
    assert (second.status_code, second.json()["code"]) == (409, "dossier_saved_elsewhere")
    by_form = mia.post(step(dossier, 1), {"revision": 0, "full_name": "SECOND"})
    assert by_form.status_code == 409
    assert b"SECOND" in by_form.content  # what was typed is still in the window
    dossier.refresh_from_db()
    assert dossier.full_name == "FIRST"


def test_a_save_whose_answer_was_lost_is_no_other_windows(cast: World) -> None:
    dossier, mia = begin(cast), cast.client("mia")
    lost_key, late_key, elsewhere_key = (str(uuid4()) for _ in range(3))
    address = step(dossier, 1, "autosave")
    mia.post(address, {"revision": 0, "save_keys": lost_key, "full_name": "CLAIRE"})
    onward = mia.post(address, {"revision": 0, "save_keys": f"{late_key} {lost_key}", "full_name": "CLAIRE A"})
    assert onward.json()["revision"] == 2
    assert mia.post(address, {"revision": 2, "save_keys": elsewhere_key, "full_name": "CLAIRE B"}).status_code == 200
    for keys in (f"{uuid4()} {late_key} {lost_key}", "", "x"):
        assert mia.post(address, {"revision": 2, "save_keys": keys, "full_name": "LOST"}).status_code == 409
    by_form = mia.post(
        step(dossier, 1), {"revision": 2, "save_keys": f"{uuid4()} {elsewhere_key}", "full_name": "CLAIRE C"}
    )
    assert by_form.status_code != 409
    dossier.refresh_from_db()
    assert (dossier.full_name, dossier.revision) == ("CLAIRE C", 4)
    mia.post(address, {"revision": 4})  # by a program or without script: named by none
    assert mia.post(address, {"revision": 4, "full_name": "LOST"}).status_code == 409


def test_without_a_revision_nothing_is_written(cast: World) -> None:
    dossier = begin(cast)
    assert cast.client("mia").post(step(dossier, 1, "autosave"), {"full_name": "X"}).status_code == 409


def test_an_answer_that_is_not_asked_is_not_kept(cast: World) -> None:
    """``present_symbol`` is asked of who entered on a visa; ``request`` the procedure answers itself."""
    dossier, mia = begin(cast), cast.client("mia")
    body = {"entry_kind": "treaty_exemption", "present_symbol": "DL", "request": "visa", "sponsor_kind": "self"}
    mia.post(step(dossier, 2, "autosave"), body | {"revision": 0})
    dossier.refresh_from_db()
    stored = dossier.answers["NA5"]
    assert (stored["entry_kind"], stored["present_symbol"], stored["sponsor_kind"]) == (
        "treaty_exemption",
        "",
        "citizen",
    )
    assert "request" not in stored


def test_unknown_keys_and_ten_thousand_rows_are_not_kept(cast: World) -> None:
    draft = make_draft(cast, "trc_organisation")
    ramon = cast.client("ramon")
    number = next(number for number in range(1, 9) if b"people-rows" in ramon.get(step(draft, number)).content)
    rows = {f"people-{row}-full_name": "A" for row in range(300)}
    body = {"revision": draft.revision, "people-rows": "9999", "hacked": "1", "filed_by": "1", **rows}
    assert ramon.post(step(draft, number, "autosave"), body).status_code == 200
    draft.refresh_from_db()
    stored = draft.answers["NA6"]["people"]
    assert len(stored) <= 100
    assert "hacked" not in json.dumps(draft.answers)


def test_a_huge_answer_is_cut_and_found_by_the_check(cast: World) -> None:
    dossier, mia = begin(cast), cast.client("mia")
    mia.post(step(dossier, 1, "autosave"), {"revision": 0, "occupation": "x" * 1_000_000})
    dossier.refresh_from_db()
    assert len(dossier.answers["NA5"]["occupation"]) == 2000


def test_the_guests_own_receipt_fills_the_form_and_a_number_alone_does_not(cast: World) -> None:
    submission = make_submission(cast.lodging, number=new_number("HB"))
    stay = make_stay(cast.lodging, submission=submission)
    dossier = begin(cast, receipt=stay_receipt_code(stay).lower())
    assert (dossier.full_name, dossier.document_number) == (stay.full_name, stay.document_number)
    assert dossier.answers["NA5"]["stay_unit"] == stay.unit.code
    for guess in (stay.document_number, submission.number):
        body = {"filer": "citizen", "side": "foreigner", "receipt": guess, "person": "new"}
        assert cast.client("mia").post(reverse("dossiers:begin", args=["stay_extension"]), body).status_code == 422


def test_nobody_is_asked_for_a_passport_that_the_office_has(cast: World) -> None:
    dossier, ramon = make_dossier(cast), cast.client("ramon")
    page = f"/dossiers/{dossier.number}/"
    assert "Bring or send the originals" in ramon.get(f"{page}sent").content.decode()
    receive_passport(cast.actor("ines"), dossier=dossier)
    assert "originals" not in ramon.get(f"{page}sent").content.decode()
    handling.request_supplement(cast.actor("ines"), dossier=dossier, note_text="The photo, please.")
    for address in ("", "papers", "send"):
        page_text = ramon.get(page + address).content.decode().lower()
        assert "the office has the original" in page_text and "or send the original." not in page_text
        assert "the original will follow" not in page_text and "bring or post the document" not in page_text


def test_strangers_do_not_learn_that_a_dossier_is_there(cast: World) -> None:
    dossier = begin(cast)
    for name in ("zoe", "ramon", "ines"):
        for page in ("papers", "check", "send", "sent"):
            assert cast.client(name).get(reverse(f"dossiers:{page}", args=[dossier.number])).status_code == 404
        assert cast.client(name).get(step(dossier, 1)).status_code == 404


def test_the_clerk_prepares_and_the_representative_sends(cast: World) -> None:
    draft = make_draft(cast, "stay_extension")
    url = reverse("dossiers:send", args=[draft.number])
    assert b"Ramon" in cast.client("sam").get(url).content
    assert cast.client("sam").post(url, {"true": "on"}).status_code == 403
    assert cast.client("ramon").post(url, {}).status_code == 422  # the statement is not ticked
    answer = cast.client("ramon").post(url, {"true": "on"})
    assert answer["Location"] == reverse("dossiers:sent", args=[draft.number])
    assert draft.number.encode() in cast.client("sam").get(answer["Location"]).content


def test_a_fee_that_is_paid_is_not_asked_for_again_when_a_supplement_is_sent(cast: World) -> None:
    make_rate(cast)
    dossier, ramon = make_dossier(cast), cast.client("ramon")
    url, ask = reverse("dossiers:sent", args=[dossier.number]), reverse("dossiers:pay", args=[dossier.number])
    assert ask in read(ramon.get(url))
    pay(cast, dossier)
    assert ask not in read(ramon.get(url))


def test_what_is_missing_leads_to_its_field(cast: World) -> None:
    dossier = begin(cast)
    page = cast.client("mia").get(reverse("dossiers:check", args=[dossier.number])).content.decode()
    assert f"{step(dossier, 1)}?mend=1#field-passport_number" in page
    assert f"{reverse('dossiers:papers', args=[dossier.number])}#paper-passport" in page
    answer = cast.client("mia").post(reverse("dossiers:send", args=[dossier.number]), {"true": "on"})
    assert answer["Location"] == reverse("dossiers:check", args=[dossier.number])


@pytest.mark.slow
def test_a_paper_is_put_replaced_promised_and_a_bad_one_leaves_what_was_there(cast: World) -> None:
    dossier, mia = begin(cast), cast.client("mia")
    url = reverse("dossiers:paper", args=[dossier.number, "passport"])

    def send(data: bytes) -> Any:
        return mia.post(url, {"passport-file": SimpleUploadedFile("scan.pdf", data)})

    assert send(picture()).status_code == 302
    stored = dossier.components.get(key="passport").file
    assert send(b"not a paper").status_code == 422
    assert dossier.components.get(key="passport").file == stored
    assert send(picture(700, 800)).status_code == 302  # another picture under the same name
    assert dossier.components.get(key="passport").file != stored
    mia.post(url, {"promise": "1"})
    assert dossier.components.get(key="passport").by_post
    page_text = mia.get(reverse("dossiers:paper-page", args=[dossier.number, "passport", 1]))
    assert page_text["Content-Type"] == "image/jpeg"
    mia.post(url, {"remove": "1"})
    assert dossier.components.get(key="passport").file is None


def test_a_sent_dossier_is_not_written_in(cast: World) -> None:
    dossier = make_dossier(cast, State.SUBMITTED)
    ramon = cast.client("ramon")
    answer = ramon.get(step(dossier, 1))
    assert answer.status_code == 409
    assert texts.SO_YOU_CAN_NO_LONGER in answer.content.decode()
    assert f'href="{reverse("dossiers:page", args=[dossier.number])}"' in answer.content.decode()
    assert ramon.post(step(dossier, 1, "autosave"), {"revision": dossier.revision}).status_code == 409


def test_once_sent_no_paper_is_promised_and_no_sponsor_named(cast: World) -> None:
    """What the filer could do before he sent it is a matter of time for him, of right for others."""
    dossier = make_draft(cast, "stay_extension", Filer.CITIZEN, "liem")
    Dossier.objects.filter(pk=dossier.pk).update(sponsor=cast.users["liem"])
    filing.submit(cast.actor("liem"), dossier=dossier)
    for act, words in ((filing.promise_by_post, {"key": "passport"}), (filing.ask_signature, {"email": "a@b.example"})):
        with pytest.raises(Conflict):
            act(cast.actor("liem"), dossier=dossier, **words)
        with pytest.raises(PermissionDenied):
            act(cast.actor("ines"), dossier=dossier, **words)


def test_the_questions_end_with_how_long_it_honestly_takes_now(cast: World) -> None:
    """What was measured of the last 90 days and who waits before; nothing is said from fewer than twenty."""
    page = reverse("dossiers:procedure", args=["trc_organisation"])
    assert "Too few dossiers of this kind" in read(cast.client().get(page))
    measured(cast, [3] * 4 + [5] * 12 + [8] * 4)
    make_dossier(cast, State.SUBMITTED)
    message = read(cast.client().get(page))
    assert 'about <b class="num">5</b> working days' in message
    assert "half took 5 working days or less and nine in ten took 8 or less" in " ".join(message.split())
    assert texts.ARE_AHEAD_OF_YOURS not in message  # of so few nothing is said


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_database_as_often_for_three_as_for_one(
    cast: World, count: int, expect_queries: ExpectQueries
) -> None:
    for _dossier in range(count):
        filing.start(cast.actor("mia"), procedure="stay_extension", filer=Filer.CITIZEN)
    mia = cast.client("mia")
    mia.get(reverse("dossiers:mine"))
    with expect_queries():
        assert mia.get(reverse("dossiers:mine")).status_code == 200


def test_the_list_is_all_that_is_ones_own_and_nobodys_else(cast: World) -> None:
    make_draft(cast)
    make_draft(cast, "stay_extension", Filer.CITIZEN, "mia")
    Dossier.objects.filter(organisation=None).update(sponsor=cast.users["liem"])
    make_draft(cast, "exemption_extension", Filer.SELF, "mia")
    counted = {}
    for name in ("mia", "liem", "ramon", "alice"):
        actor = cast.actor(name)
        listed = my_dossiers(actor)
        assert [dossier.pk for dossier in listed] == list(
            visible_to(actor).order_by("-pk").values_list("pk", flat=True)
        )
        counted[name] = len(listed)
    assert counted == {"mia": 2, "liem": 1, "ramon": 1, "alice": 0}
    for stranger in (PUBLIC, cast.actor("ines")):
        with pytest.raises(PermissionDenied):
            my_dossiers(stranger)


def test_the_list_goes_on_by_key(cast: World) -> None:
    for _dossier in range(31):
        filing.start(cast.actor("mia"), procedure="stay_extension", filer=Filer.CITIZEN)
    oldest = Dossier.objects.earliest("id")
    mia = cast.client("mia")
    first = mia.get(reverse("dossiers:mine"))
    assert oldest.number not in first.content.decode()
    after = Dossier.objects.order_by("-id")[29].pk
    assert oldest.number in mia.get(f"{reverse('dossiers:mine')}?before={after}").content.decode()


def test_what_is_known_of_a_person_is_filled_in_again(cast: World) -> None:
    draft = make_draft(cast, "stay_extension")
    body = {"filer": "organisation", "person": draft.number, "receipt": ""}
    cast.client("ramon").post(reverse("dossiers:begin", args=["stay_extension"]), body)
    reloaded = Dossier.objects.latest("id")
    assert (reloaded.full_name, reloaded.document_number) == (draft.full_name, draft.document_number)
    assert reloaded.answers["NA5"]["organisation_name"] == cast.users["ramon"].memberships.get().organisation.name
    assert "permitted_until" not in reloaded.answers["NA5"]  # of another entry, perhaps


def test_the_questions_end_at_the_right_procedure(cast: World) -> None:
    def ends_at(**replies: str) -> str:
        return cast.client("mia").get(reverse("dossiers:triage"), replies).content.decode()

    extension = reverse("dossiers:procedure", args=["stay_extension"])
    exempt = reverse("dossiers:procedure", args=["exemption_extension"])
    assert extension in ends_at(filer="citizen", wish="extension", holds="visa")
    assert exempt in ends_at(filer="citizen", wish="extension", holds="exemption_certificate")
    assert reverse("dossiers:procedure", args=["trc_individual"]) in ends_at(filer="citizen", wish="card")
    assert reverse("dossiers:procedure", args=["trc_organisation"]) in ends_at(filer="organisation", wish="card")
