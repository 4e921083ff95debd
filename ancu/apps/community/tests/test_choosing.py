"""Fair selection: facts make points, departures need reasons, a second person approves, and it stays as approved."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.community.models import Candidate, Recipient, Selection
from ancu.apps.community.selectors import choosing as selectors
from ancu.apps.community.services import choosing
from ancu.apps.community.tests.factories import ProgrammeBook, make_selection
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.actor import DelegationTie
from ancu.core.errors import Conflict, Forbidden, Http404
from ancu.core.testing import texts

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]


def text(response):
    return response.content.decode()


def second(shared_data, name="Dora", agency=None):
    user = shared_data.users[name.lower()] = make_user(name)
    make_member(user, agency or shared_data.provincial_agency, "approving_officer")
    return shared_data.actor(name.lower())


def scene(shared_data, places=1):
    """Three households with 65, 40 and 20 points, in this order."""
    book = ProgrammeBook(shared_data)
    facts = ({"poor": 1, "children": 3, "able": 1}, {"poor": 1}, {"near_poor": 1})
    selection = make_selection(book, *facts, places=places)
    return book, selection, [*selection.candidates.order_by("pk")]


def propose(book, selection, chosen, **reasons):
    return choosing.propose(
        actor=book.actor,
        programme_id=book.programme.pk,
        selection_id=selection.pk,
        chosen={candidate.pk for candidate in chosen},
        reasons={int(pk.removeprefix("of_")): words for pk, words in reasons.items()},
    )


def test_the_page_names_the_colleagues_whose_desks_they_were(shared_data):
    book, selection, (first, *_others) = scene(shared_data)
    second(shared_data)
    enable_totp(shared_data.users["dora"], TOTP_SECRET)
    mates = {
        who: replace(
            shared_data.actor(who), user_id=make_user(f"Mate of {who}").pk, stands_for=shared_data.users[who].pk
        )
        for who in ("quynh", "dora")
    }
    book.actor = mates["quynh"]
    propose(book, selection, [first])
    page = f"/office/community/{book.programme.pk}/selections/{selection.pk}/"
    assert "Mate of quynh, covering for Quynh proposed this on" in text(shared_data.client("dora").get(page))
    choosing.approve(actor=mates["dora"], programme_id=book.programme.pk, selection_id=selection.pk)
    assert "approved by Mate of dora, covering for Dora" in text(shared_data.client("dora").get(page))


def test_the_most_points_first_a_second_person_approves_and_recipients_are_made(shared_data):
    book, selection, (first, *_others) = scene(shared_data)
    assert first.points == 65
    dora = second(shared_data)
    propose(book, selection, [first])
    common = {"programme_id": book.programme.pk, "selection_id": selection.pk}
    with pytest.raises(Forbidden):
        choosing.approve(actor=book.actor, **common)  # who proposed it
    tied = replace(dora, ties=(DelegationTie(book.actor.user_id, clock.today(), clock.today()),))
    with pytest.raises(Forbidden):
        choosing.approve(actor=tied, **common)  # who stands in for him
    choosing.approve(actor=dora, **common)
    recipient = Recipient.objects.get(candidate=first)
    assert recipient.name == "Hộ 1" and "65 điểm" in recipient.reason and "Hộ nghèo" in recipient.reason
    with pytest.raises(Conflict, match="selection_moved"):
        choosing.approve(actor=dora, **common)
    public = text(shared_data.client().get(f"/community/{book.programme.pk}/"))
    assert "chosen by points" in public and "3 were considered" not in public and "Hộ 1" not in public


def test_a_choice_that_the_points_do_not_make_needs_a_reason_from_each_it_touches(shared_data):
    book, selection, (first, middle, last) = scene(shared_data)
    with pytest.raises(Conflict, match="no_reason"):
        propose(book, selection, [last])
    with pytest.raises(Conflict, match="no_reason"):  # whoever is passed over is owed one as well
        propose(book, selection, [last], **{f"of_{last.pk}": "nhà vừa cháy"})
    why = {f"of_{candidate.pk}": "nhà vừa cháy" for candidate in (first, middle, last)}
    assert propose(book, selection, [last], **why).state == "proposed"
    with pytest.raises(Conflict, match="selection_moved"):
        propose(book, selection, [first])


def test_no_more_than_places_and_only_who_was_considered(shared_data):
    book, selection, (first, middle, _last) = scene(shared_data)
    with pytest.raises(Conflict, match="too_many"):
        propose(book, selection, [first, middle])
    with pytest.raises(Conflict, match="nobody"):
        propose(book, selection, [])
    stranger = make_selection(book, {"poor": 1}).candidates.get()
    with pytest.raises(Conflict, match="nobody"):
        propose(book, selection, [stranger])


@pytest.mark.parametrize("facts", [{"poor": 1, "near_poor": 1}, {"children": 5}, {"mong": 1}, {"poor": -1}])
def test_facts_are_those_of_the_rule_and_nothing_about_who_somebody_is(shared_data, facts):
    book, selection, _all = scene(shared_data)
    with pytest.raises(Conflict, match="facts"):
        choosing.add_candidate(
            actor=book.actor, programme_id=book.programme.pk, selection_id=selection.pk, kind="household",
            unit_id=book.programme.unit_id, name="x", facts=facts,
        )  # fmt: skip


def test_sent_back_with_words_and_entered_again(shared_data):
    book, selection, (first, *_others) = scene(shared_data)
    propose(book, selection, [first])
    choosing.send_back(
        actor=second(shared_data), programme_id=book.programme.pk, selection_id=selection.pk, words="thiếu hộ"
    )
    selection.refresh_from_db()
    assert (selection.state, selection.words, selection.proposed_by) == ("draft", "thiếu hộ", None)
    choosing.add_candidate(
        actor=book.actor, programme_id=book.programme.pk, selection_id=selection.pk, kind="household",
        unit_id=book.programme.unit_id, name="Hộ 1", facts={},
    )  # fmt: skip
    first.refresh_from_db()
    assert first.points == 0 and selection.candidates.count() == 3


def test_what_was_approved_stays_as_it_was_seen(shared_data):
    book, selection, (first, *_others) = scene(shared_data)
    propose(book, selection, [first])
    choosing.approve(actor=second(shared_data), programme_id=book.programme.pk, selection_id=selection.pk)
    rows = Candidate.objects.filter(selection=selection)
    for refused in (
        lambda: rows.update(chosen=True),
        lambda: rows.update(points=99),
        rows.delete,
        lambda: rows.create(
            selection=selection, kind="household", unit=book.programme.unit, name="y", points=1,
            added_at=selection.opened_at,
            added_by=selection.opened_by,
        ),
        lambda: Selection.objects.filter(pk=selection.pk).update(
            decided_by=selection.proposed_by_id or selection.opened_by_id
        ),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()
    assert rows.update(name="[đã xóa]", facts={}) == 3


def test_the_agency_above_sees_what_waits_and_no_other(shared_data):
    olga = shared_data.actor("olga")
    book = ProgrammeBook(shared_data)
    book.actor = olga
    type(book.programme).objects.update(agency=shared_data.commune_agency)
    selection = make_selection(book, {"poor": 1})
    path = f"/office/community/{book.programme.pk}/selections/{selection.pk}/"
    quynh, pavel = shared_data.client("quynh"), shared_data.client("pavel")
    assert quynh.get(path).status_code == 404  # a draft is the commune's own
    propose(book, selection, [selection.candidates.get()])
    assert "Bò đợt 1" in text(quynh.get("/office/community/")) and texts.APPROVE_CHOICE in text(quynh.get(path))
    assert pavel.get(path).status_code == 404
    with pytest.raises(Http404):
        choosing.approve(actor=shared_data.actor("pavel"), programme_id=book.programme.pk, selection_id=selection.pk)
    assert quynh.post(f"{path}approve/").status_code == 302
    assert Selection.objects.get().state == "approved" and Recipient.objects.filter(candidate__isnull=False).exists()


def test_nothing_ticked_or_written_is_lost_when_it_is_refused(shared_data):
    book, selection, (first, _middle, last) = scene(shared_data)
    path = f"/office/community/{book.programme.pk}/selections/{selection.pk}/"
    quynh = shared_data.client("quynh")
    answer = quynh.post(f"{path}propose/", {"chosen": [last.pk], f"reason-{last.pk}": "nhà vừa cháy"})
    page_html = text(answer)
    assert (
        answer.status_code == 422 and "This choice differs from the points" in page_html and "nhà vừa cháy" in page_html
    )
    assert f'value="{last.pk}" checked' in page_html and f'value="{first.pk}" checked' not in page_html
    wrong = {"new-name": "Hộ 9", "new-kind": "household", "new-unit": book.programme.unit_id, "new-fact_poor": "on",
             "new-fact_near_poor": "on"}  # fmt: skip
    assert "contradict each other" in text(quynh.post(f"{path}consider/", wrong))
    wrong.pop("new-fact_near_poor")
    assert quynh.post(f"{path}consider/", wrong)["Location"] == path
    listed = quynh.get(f"{path}list.csv").content.decode()
    assert "Hộ 9" in listed and "Poor household" in listed
    assert quynh.post(f"{path}no-step/").status_code == 404 and quynh.get(f"{path}list.exe").status_code == 404


def test_a_long_list_goes_page_by_page_and_what_is_ticked_on_one_stays_for_the_others(shared_data, monkeypatch):
    monkeypatch.setattr(selectors, "ROWS", 2)
    book = ProgrammeBook(shared_data)
    selection = make_selection(
        book, *({"poor": 1, "children": count} for count in (4, 3, 2, 1)), {"near_poor": 1}, places=2
    )
    rows = [*selection.candidates.order_by("pk")]
    path, quynh = f"/office/community/{book.programme.pk}/selections/{selection.pk}/", shared_data.client("quynh")
    for page, (visible_places, hidden) in enumerate((((0, 1), 2), ((2, 3), 1), ((4,), 3)), start=1):
        page_html = text(quynh.get(f"{path}?page={page}"))
        assert all(rows[at].name in page_html for at in visible_places) and rows[hidden].name not in page_html
    ticked = {"row": [rows[0].pk, rows[1].pk], "chosen": [rows[0].pk], f"reason-{rows[1].pk}": "đã có bò", "to": "3"}
    assert quynh.post(f"{path}keep/", ticked)["Location"] == f"{path}?page=3"
    assert "1 chosen" in text(quynh.get(path))
    last = {"row": [rows[4].pk], "chosen": [rows[4].pk], f"reason-{rows[4].pk}": "nhà vừa cháy", "page": "3"}
    refused = quynh.post(f"{path}propose/", last)
    assert refused.status_code == 422 and rows[2].name in text(refused), "who still needs a reason comes first"
    more = {"row": [rows[2].pk, rows[3].pk], f"reason-{rows[2].pk}": "tự rút", f"reason-{rows[3].pk}": "tự rút"}
    assert quynh.post(f"{path}propose/", more).status_code == 302
    selection.refresh_from_db()
    assert selection.state == "proposed" and {*selection.candidates.filter(chosen=True)} == {rows[0], rows[4]}
    page_html = text(quynh.get(path))
    assert rows[0].name in page_html and rows[4].name in page_html and rows[1].name not in page_html, (
        "who is chosen comes first"
    )
    assert 'rel="next" href="?page=2"' in page_html
