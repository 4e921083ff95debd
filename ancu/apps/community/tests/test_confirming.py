"""The recipient's own word: drawn, said from his phone, or before a witness; never an officer's in his place."""

import json
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.community.models import HandoverConfirmation
from ancu.apps.community.selectors.ledger import disputed_handovers, get_entry
from ancu.apps.community.selectors.objections import may_decide_objection, objections_to_decide
from ancu.apps.community.selectors.public import recipient_code, trust_figures
from ancu.apps.community.services import confirming, papers
from ancu.apps.community.services.posting import reverse
from ancu.apps.community.tests.factories import STROKES, ProgrammeBook, add_second_keeper, make_programme
from ancu.apps.lodging.tests.factories import make_world
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts


def make_office():
    world = make_world()
    add_second_keeper(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]


def text(response):
    return response.content.decode()


def handed(shared_data):
    book = ProgrammeBook(shared_data)
    book.give(book.of("vnd", 5_000_000), book.of("pieces", 2))
    return book, book.hand_over(book.of("pieces", 1))


def sign(book, entry, **more):
    signature_fields = {"name": "Mùa Thị Dở", "standing": "chủ hộ", "strokes": STROKES, "key": uuid4()} | more
    return confirming.sign(actor=book.actor, programme_id=book.programme.pk, entry_id=entry.pk, **signature_fields)


def test_the_office_reads_how_many_were_chosen_without_points(shared_data):
    book, _entry = handed(shared_data)
    page = text(shared_data.client("quynh").get(f"/office/community/{book.programme.pk}/selections/"))
    assert "1 recipient was chosen without points" in page


def test_a_signature_is_sealed_strokes_and_comes_back_on_the_minutes(shared_data):
    book, entry = handed(shared_data)
    quynh, page = shared_data.client("quynh"), f"/office/community/{book.programme.pk}/entries/{entry.pk}/"
    refused = quynh.post(f"{page}sign/", {"name": "Dở", "standing": "chủ hộ", "strokes": "[]", "key": uuid4()})
    assert refused.status_code == 422 and texts.SIGN_IN_THE_FIELD in text(refused) and "Dở" in text(refused)
    signature_fields = {"name": "Mùa Thị Dở", "standing": "chủ hộ", "strokes": STROKES, "key": uuid4()}
    for _twice in range(2):
        assert quynh.post(f"{page}sign/", signature_fields)["Location"] == page
    confirmation = HandoverConfirmation.objects.get()
    assert b"100" not in bytes(confirmation.signature) and "M10 100 L60 20" in confirming.signature_svg(confirmation)
    paper = quynh.get(f"{page}paper.pdf")
    assert paper["Content-Type"] == "application/pdf" and paper.content[:5] == b"%PDF-"
    assert trust_figures(book.programme).confirmed == 1
    acts = set(Event.objects.filter(subject_id=entry.pk).values_list("act", flat=True))
    assert {"community.confirmed", "community.printed"} <= acts
    genuine = text(shared_data.client().get(f"/community/handed/{entry.number}/"))
    assert "genuine" in genuine and "Dở" not in genuine


@pytest.mark.parametrize(
    "drawn",
    ["", "null", "[[[1,2]]]", "{}", json.dumps([[[0, 0]] * 20]), json.dumps([[[x, 900] for x in range(0, 600, 20)]]),
     "[" * 5000, json.dumps([[[x % 600, 1] for x in range(0, 30_000, 5)]]), '[[["a","b"],["c","d"]]]',
     json.dumps([[[1e400, 1]] * 9]), '[[[1,1],["<script>",1]]]'],
)  # fmt: skip
def test_what_is_no_signature_is_refused(drawn):
    with pytest.raises(Conflict, match="unsigned"):
        confirming.read_strokes(drawn)


def test_the_recipient_says_no_and_then_yes_from_his_own_phone(shared_data):
    book, entry = handed(shared_data)
    path = f"/community/received/{entry.number}/{recipient_code(entry)}/"
    anybody, quynh = shared_data.client(), shared_data.client("quynh")
    page_html = text(anybody.get(path))
    assert "Bò cái giống" in page_html and "Mùa Thị" not in page_html
    assert anybody.post(path, {"key": uuid4(), "answer": "no"}).status_code == 422
    assert anybody.post(path, {"key": uuid4(), "answer": "no", "words": "Bò ốm"})["Location"] == path
    assert "Objection" in text(quynh.get(f"/office/community/{book.programme.pk}/"))
    assert "Bò ốm" in text(quynh.get(f"/office/community/{book.programme.pk}/entries/{entry.pk}/"))
    assert trust_figures(book.programme).confirmed == 0
    assert quynh.post(path, {"key": uuid4(), "answer": "yes"}).status_code == 403  # not in the recipient's place
    assert anybody.post(path, {"key": uuid4(), "answer": "yes"}).status_code == 302
    assert anybody.post(path, {"key": uuid4(), "answer": "no", "words": "thôi"}).status_code == 422
    assert [*HandoverConfirmation.objects.order_by("pk").values_list("agrees", "made_by")] == [
        (False, None),
        (True, None),
    ]


def test_a_code_opens_one_handing_over_and_cannot_be_made_up(shared_data):
    book, entry = handed(shared_data)
    second_handover = book.hand_over(book.of("pieces", 1))
    anybody = shared_data.client()
    for number, code in (
        (second_handover.number, recipient_code(entry)),
        (entry.number, "0" * 16),
        (entry.number, "x"),
    ):
        assert anybody.get(f"/community/received/{number}/{code}/").status_code == 404
    assert anybody.get(f"/community/handed/{book.programme.entries.first().number}/").status_code == 404
    reverse(actor=book.actor, programme_id=book.programme.pk, entry_id=entry.pk, reason="x", key=uuid4())
    assert anybody.get(f"/community/received/{entry.number}/{recipient_code(entry)}/").status_code == 404


def test_a_witness_says_why_and_each_handing_over_is_confirmed_once(shared_data):
    book, entry = handed(shared_data)
    signature_fields = {"name": "Vì Văn Lả", "standing": "trưởng bản", "words": "không biết chữ", "key": uuid4()}
    common = {"actor": shared_data.actor("dora"), "programme_id": book.programme.pk, "entry_id": entry.pk}
    page = f"/office/community/{book.programme.pk}/entries/{entry.pk}/witness/"
    assert shared_data.client("dora").post(page, {"key": uuid4(), "name": "x"}).status_code == 422
    first = confirming.witness(**common, **signature_fields)
    assert confirming.witness(**common, **signature_fields) == first
    assert papers.minutes_pdf(book.actor, entry)[:5] == b"%PDF-"
    with pytest.raises(Conflict, match="confirmed"):
        sign(book, entry)
    with pytest.raises(DatabaseError), transaction.atomic():
        HandoverConfirmation.objects.create(
            entry=entry, how="witness", agrees=True, name="x", key=uuid4(), made_at=first.made_at,
            made_by_id=book.actor.user_id,
        )  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        HandoverConfirmation.objects.all().delete()


def test_only_what_was_handed_over_by_the_own_agency_is_confirmed(shared_data):
    book, entry = handed(shared_data)
    gift = book.programme.entries.get(kind="gift")
    with pytest.raises(Http404):
        sign(book, gift)
    with pytest.raises(Http404):
        sign(book, entry, key=sign(book, book.hand_over(book.of("pieces", 1))).key)
    elsewhere_programme = make_programme(shared_data, agency=shared_data.commune_agency)
    with pytest.raises(Http404):
        confirming.sign(
            actor=book.actor,
            programme_id=elsewhere_programme.pk,
            entry_id=entry.pk,
            name="x",
            standing="x",
            strokes=STROKES,
            key=uuid4(),
        )
    reverse(actor=book.actor, programme_id=book.programme.pk, entry_id=entry.pk, reason="x", key=uuid4())
    with pytest.raises(Conflict, match="reversed"):
        sign(book, entry)


def vouch(shared_data, book, entry):
    statement = {"name": "Vì Văn Lả", "standing": "trưởng bản", "words": "không biết chữ", "key": uuid4()}
    return confirming.witness(
        actor=shared_data.actor("dora"), programme_id=book.programme.pk, entry_id=entry.pk, **statement
    )


def test_what_the_office_confirmed_stays_open_to_the_recipient(shared_data):
    """He agrees or objects at the address of his slip, whoever vouched for it before; his own yes is final."""
    book, entry = handed(shared_data)
    vouch(shared_data, book, entry)
    path, anybody = f"/community/received/{entry.number}/{recipient_code(entry)}/", shared_data.client()
    page = text(anybody.get(path))
    assert "the office recorded that you received this" in page and "(witness)" in page and "Yes, I received it" in page
    assert trust_figures(book.programme).confirmed == 1
    assert anybody.post(path, {"key": uuid4(), "answer": "no", "words": "Tôi chưa nhận"})["Location"] == path
    assert texts.THE_OFFICE_HAS_YOUR_MESSAGE in text(anybody.get(path))
    assert trust_figures(book.programme).confirmed == 0, "an open objection outweighs the office's own word"
    assert (
        not get_entry(book.actor, book.programme.pk, entry.pk).confirmed
        and disputed_handovers(book.programme).count() == 1
    )
    assert "has not confirmed it yet" in text(anybody.get(f"/community/handed/{entry.number}/"))
    with pytest.raises(Conflict, match="objection"):
        sign(book, entry)
    assert anybody.post(path, {"key": uuid4(), "answer": "yes"})["Location"] == path
    assert "Thank you" in text(anybody.get(path)) and trust_figures(book.programme).confirmed == 1
    assert anybody.post(path, {"key": uuid4(), "answer": "no", "words": "thôi"}).status_code == 422
    hows = [*HandoverConfirmation.objects.order_by("pk").values_list("how", "agrees")]
    assert hows == [("witness", True), ("code", False), ("code", True)]


def test_who_vouched_does_not_decide_on_the_objection_to_it(shared_data):
    book, entry = handed(shared_data)
    vouch(shared_data, book, entry)
    objection = confirming.confirm_as_recipient(
        actor=PUBLIC, entry=entry, agrees=False, words="Tôi chưa nhận", key=uuid4()
    )
    dora, more = shared_data.actor("dora"), {"decision": "dismissed", "words": "Đã hỏi"}
    assert not objections_to_decide(dora).exists() and not may_decide_objection(dora, objection)
    with pytest.raises(Forbidden):
        confirming.decide_objection(actor=dora, programme_id=book.programme.pk, objection_id=objection.pk, **more)
    make_member(make_user("Khoa"), shared_data.provincial_agency, Role.APPROVING_OFFICER)
    khoa = actor_for(User.objects.get(full_name="Khoa"))
    confirming.decide_objection(actor=khoa, programme_id=book.programme.pk, objection_id=objection.pk, **more)
    assert trust_figures(book.programme).confirmed == 1, "the objection is dismissed"
