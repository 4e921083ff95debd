"""A recipient's objection is decided by a second person, and counted for everybody."""

from uuid import uuid4

import pytest

from ancu.apps.accounts.enums import OFFICE_DECIDERS, Role
from ancu.apps.accounts.models import Membership
from ancu.apps.accounts.tests.factories import make_member, make_user
from ancu.apps.audit.models import Event
from ancu.apps.community.models import HandoverConfirmation
from ancu.apps.community.selectors.objections import objections_to_decide
from ancu.apps.community.selectors.public import recipient_code, trust_figures
from ancu.apps.community.selectors.task_groups import count_tasks, task_groups
from ancu.apps.community.services import confirming
from ancu.apps.community.tests.factories import STROKES, ProgrammeBook, add_second_keeper
from ancu.apps.community.tests.test_pages import text
from ancu.apps.community.tests.test_planning import of
from ancu.apps.listening.tests.factories import add_inspectorate
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict, Forbidden
from ancu.core.testing import texts


def make_office():
    world = make_world()
    add_second_keeper(world)
    return world


pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_office)]


def make_objection(book, words="Thiếu một bao gạo"):
    entry = book.hand_over(book.of("vnd", 1))
    return confirming.confirm_as_recipient(actor=PUBLIC, entry=entry, agrees=False, words=words, key=uuid4())


def decide(book, actor, objection, decision="dismissed"):
    values = {"decision": decision, "words": "Đã hỏi gia đình"}
    return confirming.decide_objection(**of(book, objection_id=objection.pk, **values) | {"actor": actor})


def make_book(world):
    book = ProgrammeBook(world)
    book.give(book.of("vnd", 500))
    return book


def test_who_handed_over_does_not_decide_on_the_objection(shared_data):
    book = make_book(shared_data)
    objection, dora = make_objection(book), shared_data.actor("dora")
    assert not objections_to_decide(book.actor).exists() and list(objections_to_decide(dora)) == [objection]
    assert f"/objections/{objection.pk}/" in str([task.url for pile in task_groups(dora) for task in pile.tasks])
    with pytest.raises(Forbidden):
        decide(book, book.actor, objection)
    decide(book, dora, objection)
    assert not objections_to_decide(dora).exists() and count_tasks(book.programme).disputed == 0
    with pytest.raises(Conflict, match="decided"):
        decide(book, dora, objection, "upheld")
    assert Event.objects.filter(act="community.decided").count() == 1


def test_what_is_upheld_waits_until_the_entry_is_reversed(shared_data):
    book = make_book(shared_data)
    objection = make_objection(book)
    decide(book, shared_data.actor("dora"), objection, "upheld")
    assert count_tasks(book.programme).disputed == 1


def test_the_page_of_an_objection_and_what_the_recipient_reads(shared_data):
    book = make_book(shared_data)
    objection = make_objection(book)
    path = f"/office/community/{book.programme.pk}/objections/{objection.pk}/"
    html = text(shared_data.client("quynh").get(path))
    assert (
        "covered by the same leave arrangement, entered this handover" in html
        and f"{shared_data.provincial_agency.name}, approving officer" in html
    )
    dora = shared_data.client("dora")
    assert "Thiếu một bao gạo" in text(dora.get(path)) and path in text(dora.get("/office/community/"))
    assert dora.post(path, {"decision": "upheld"}).status_code == 422
    assert dora.post(path, {"decision": "upheld", "words": "Đúng là thiếu"}).status_code == 302
    entry = objection.entry
    html = text(shared_data.client().get(f"/community/received/{entry.number}/{recipient_code(entry)}/"))
    assert "Đúng là thiếu" in html and "The recipient is right" in html


def test_an_amount_is_said_in_dong_and_an_objection_needs_words(shared_data):
    book = make_book(shared_data)
    objection = make_objection(book)
    office = f"/office/community/{book.programme.pk}"
    for path in (f"{office}/objections/{objection.pk}/", f"{office}/entries/{objection.entry.pk}/"):
        html = text(shared_data.client("quynh").get(path))
        amounts = html.partition("<dt>What</dt>")[2].partition("</dd>")[0]
        assert "đồng" in amounts and "VND" not in amounts and "-" not in amounts.partition("<div>")[2], path
    received = f"/community/received/{objection.entry.number}/{recipient_code(objection.entry)}/"
    page, citizen = text(shared_data.client().get(received)), shared_data.client()
    assert "What is wrong" in page and "(optional)" not in page
    key = {"key": page.partition('name="key" value="')[2].partition('"')[0]}
    refused = citizen.post(received, key | {"answer": "no", "words": ""})
    assert refused.status_code == 422 and "Write what is wrong." in text(refused)
    assert citizen.post(received, key | {"answer": "yes", "words": ""}).status_code == 302


def test_everybody_reads_how_many_objected_and_never_about_few(shared_data):
    book, dora = make_book(shared_data), shared_data.actor("dora")
    page = f"/community/{book.programme.pk}/"
    book.hand_over(book.of("vnd", 1))
    assert "No recipient has said that something is wrong" in text(shared_data.client().get(page))
    make_objection(book)
    assert "Fewer than 5 recipients said that something" in text(shared_data.client().get(page))
    for _turn in range(5):
        make_objection(book)
    html = text(shared_data.client().get(page))
    assert "6 recipients said that something is wrong." in html and "has decided on 0 of them" in html
    for objection in HandoverConfirmation.objects.filter(agrees=False):
        decide(book, dora, objection)
    assert (trust_figures(book.programme).objections, trust_figures(book.programme).decided) == (6, 6)
    assert "A second person has decided on 6 of them" in text(shared_data.client().get(page))


def test_the_recipients_code_stands_on_no_page_of_the_office_but_on_a_printed_slip(shared_data):
    book = make_book(shared_data)
    entry, quynh = book.hand_over(book.of("vnd", 1)), shared_data.client("quynh")
    page = f"/office/community/{book.programme.pk}/entries/{entry.pk}/"
    html = quynh.get(page).content.decode()
    assert recipient_code(entry) not in html and "/community/received/" not in html and "<svg xmlns" not in html
    assert (
        "Ask a colleague to print" in html
        and "/witness/" not in html
        and quynh.get(f"{page}slip.pdf").status_code == 403
    ), "who entered it"
    dora = shared_data.client("dora")
    assert "slip.pdf" in text(dora.get(page))
    slip = dora.get(f"{page}slip.pdf")
    assert slip.content.startswith(b"%PDF") and slip["Content-Disposition"].startswith("attachment")
    assert Event.objects.filter(act="community.printed", details__paper="slip").count() == 1


def test_the_office_confirms_nothing_while_an_objection_is_open(shared_data):
    book, dora = make_book(shared_data), shared_data.actor("dora")
    objection = make_objection(book)
    entry, client = objection.entry, shared_data.client("dora")
    page = f"/office/community/{book.programme.pk}/entries/{entry.pk}/"
    who = {"name": "Vì Văn Lả", "standing": "trưởng bản", "key": uuid4()}
    for step, more in (("witness", {"words": "không biết chữ"}), ("sign", {"strokes": STROKES})):
        refused = client.post(f"{page}{step}/", who | more)
        assert refused.status_code == 422 and texts.UNTIL_IT_IS_RESOLVED in text(refused)
    assert "/witness/" not in text(client.get(page)) and "/sign/" not in text(client.get(page))
    received = f"/community/received/{entry.number}/{recipient_code(entry)}/"
    assert (
        texts.THE_OFFICE_HAS_YOUR_MESSAGE in text(shared_data.client().get(received))
        and trust_figures(book.programme).confirmed == 0
    )
    decide(book, dora, objection)
    assert client.post(f"{page}sign/", who | {"strokes": STROKES}).status_code == 302


def test_a_confirmation_beside_an_undecided_objection_leaves_the_recipients_box(shared_data):
    book = make_book(shared_data)
    entry = make_objection(book).entry
    HandoverConfirmation.objects.create(
        entry=entry, how="witness", agrees=True, name="x", key=uuid4(), made_at=entry.made_at, made_by=entry.made_by
    )
    html = text(shared_data.client().get(f"/community/received/{entry.number}/{recipient_code(entry)}/"))
    assert texts.THE_OFFICE_HAS_YOUR_MESSAGE in html and "You have confirmed that" not in html


def test_who_entered_the_handover_enters_no_witness(shared_data):
    book = make_book(shared_data)
    entry, quynh, dora = book.hand_over(book.of("vnd", 1)), shared_data.client("quynh"), shared_data.client("dora")
    page = f"/office/community/{book.programme.pk}/entries/{entry.pk}/"
    witness = {"name": "Vì Văn Lả", "standing": "trưởng bản", "words": "không biết chữ", "key": uuid4()}
    assert quynh.post(f"{page}witness/", witness).status_code == 403 and not HandoverConfirmation.objects.exists()
    assert "/witness/" not in text(quynh.get(f"{page}sign/")) and "/witness/" in text(dora.get(f"{page}sign/"))
    assert dora.post(f"{page}witness/", witness).status_code == 302


def test_a_barred_keeper_reads_the_true_reason_and_who_may_decide(shared_data):
    book, quynh, dora = make_book(shared_data), shared_data.client("quynh"), shared_data.client("dora")
    entry = book.hand_over(book.of("vnd", 1))
    page = f"/office/community/{book.programme.pk}/entries/{entry.pk}/"
    dora.get(f"{page}slip.pdf")
    who = {"name": "Vì Văn Lả", "standing": "trưởng bản", "words": "không biết chữ", "key": uuid4()}
    assert dora.post(f"{page}witness/", who).status_code == 302
    assert f"{page}slip.pdf" in text(dora.get(page)), "the slip is linked after the confirmation, too"
    assert f"{page}slip.pdf" not in text(quynh.get(page))
    objection = confirming.confirm_as_recipient(actor=PUBLIC, entry=entry, agrees=False, words="Thiếu gạo", key=uuid4())
    make_member(make_user("Hải"), shared_data.provincial_agency, Role.AREA_OFFICER)
    path = f"/office/community/{book.programme.pk}/objections/{objection.pk}/"
    html = text(dora.get(path))
    assert "entered the confirmation that the recipient objects to" in html and "entered this handover" not in html
    assert f"{shared_data.provincial_agency.name}, area officer" in html
    assert f"{shared_data.provincial_agency.name}, approving officer" not in html, "Quynh and Dora are barred"
    assert "Slip last printed by" in html and "Confirmation entered by" in html and "Vì Văn Lả" in html


def test_an_objection_that_no_keeper_may_decide_goes_to_the_inspectorate(shared_data):
    book, quynh, dora = make_book(shared_data), shared_data.client("quynh"), shared_data.client("dora")
    entry = book.hand_over(book.of("vnd", 1))
    who = {"name": "Vì Văn Lả", "standing": "trưởng bản", "words": "không biết chữ", "key": uuid4()}
    page = f"/office/community/{book.programme.pk}/entries/{entry.pk}/"
    assert dora.post(f"{page}witness/", who).status_code == 302
    objection = confirming.confirm_as_recipient(actor=PUBLIC, entry=entry, agrees=False, words="Thiếu gạo", key=uuid4())
    assert dora.get(f"{page}witness/")["Location"] == page, "nothing can be confirmed over an objection"
    refused = dora.post(f"{page}witness/", who | {"key": uuid4()})
    assert texts.UNTIL_IT_IS_RESOLVED in text(refused) and "already" not in text(refused)
    path = f"/office/community/{book.programme.pk}/objections/{objection.pk}/"
    rosa = shared_data.actor("rosa")
    html = text(quynh.get(path))
    assert texts.THE_ADMINISTRATOR_MUST_APPOINT_ANOTHER in html and shared_data.provincial_agency.name in html
    assert [task.code for pile in task_groups(rosa) for task in pile.tasks] == [entry.number]
    add_inspectorate(shared_data)
    assert not any(pile.tasks for pile in task_groups(rosa)), "the inspectorate decides"
    assert "Thanh tra Công an tỉnh must decide" in text(dora.get(path))
    ines = shared_data.actor("ines")
    assert [list(objections_to_decide(shared_data.actor(name))) for name in ("quynh", "dora")] == [[], []]
    assert list(objections_to_decide(ines)) == [objection]
    assert path in str([task.url for pile in task_groups(ines) for task in pile.tasks])
    answer = {"decision": "upheld", "words": "Đúng là thiếu"}
    assert shared_data.client("ines").post(path, answer).status_code == 302
    assert HandoverConfirmation.objects.get(pk=objection.pk).decision == "upheld"


def test_the_inspectorate_sees_no_objection_that_a_keeper_may_decide(shared_data):
    add_inspectorate(shared_data)
    objection = make_objection(make_book(shared_data))
    path = f"/office/community/{objection.entry.programme_id}/objections/{objection.pk}/"
    assert shared_data.client("ines").get(path).status_code == 404


def test_where_no_keeper_is_left_the_administrator_is_told(shared_data):
    """Nobody reads the page then; an inspectorate without officers decides nothing either."""
    objection = make_objection(make_book(shared_data))
    keepers = Membership.objects.filter(organisation=shared_data.provincial_agency, role__in=OFFICE_DECIDERS)
    keepers.exclude(user=shared_data.users["quynh"]).update(ended_at=clock.now())
    add_inspectorate(shared_data)
    Membership.objects.filter(organisation__is_inspectorate=True).update(ended_at=clock.now())
    path = f"/office/community/{objection.entry.programme_id}/objections/{objection.pk}/"
    html = text(shared_data.client("quynh").get(path))
    assert texts.THE_ADMINISTRATOR_MUST_APPOINT_ANOTHER in html and "on their task list" not in html
    administrators = Membership.objects.filter(role=Role.ADMINISTRATOR)
    administrators.update(ended_at=clock.now())
    assert f"Tell the head of {shared_data.provincial_agency.name}" in text(shared_data.client("quynh").get(path))
    administrators.update(ended_at=None)
    keepers.update(ended_at=clock.now())
    [pile] = task_groups(shared_data.actor("rosa"))
    assert pile.total == 1 and shared_data.client("rosa").get(pile.tasks[0].url).status_code == 200
    assert str(pile.act) in text(shared_data.client("rosa").get("/desk/"))
