"""Fair selection: facts make points, departures need reasons, a second person approves, and it stays as approved."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.community.models import Candidate, Recipient, Selection
from ancu.apps.community.selectors import choosing as selectors
from ancu.apps.community.services import choosing
from ancu.apps.community.tests.factories import Book, make_selection
from ancu.apps.lodging.tests.factories import make_world
from ancu.core import clock
from ancu.core.actor import DelegationTie
from ancu.core.errors import Conflict, Forbidden, Http404

pytestmark = [pytest.mark.django_db, pytest.mark.stage(make=make_world)]


def text(response):
    return response.content.decode()


def second(laid, name="Dora", agency=None):
    user = laid.users[name.lower()] = make_user(name)
    make_member(user, agency or laid.provincial_agency, "approving_officer")
    return laid.actor(name.lower())


def scene(laid, places=1):
    """Three households with 65, 40 and 20 points, in this order."""
    book = Book(laid)
    facts = ({"poor": 1, "children": 3, "able": 1}, {"poor": 1}, {"near_poor": 1})
    made = make_selection(book, *facts, places=places)
    return book, made, [*made.candidates.order_by("pk")]


def propose(book, made, chosen, **reasons):
    return choosing.propose(
        actor=book.actor, programme_id=book.programme.pk, selection_id=made.pk, chosen={one.pk for one in chosen},
        reasons={int(pk.removeprefix("of_")): words for pk, words in reasons.items()},
    )  # fmt: skip


def test_the_page_names_the_colleagues_whose_desks_they_were(laid):
    book, made, (first, *_others) = scene(laid)
    second(laid)
    enable_totp(laid.users["dora"], TOTP_SECRET)
    mates = {who: replace(laid.actor(who), user_id=make_user(f"Mate of {who}").pk, stands_for=laid.users[who].pk)
             for who in ("quynh", "dora")}  # fmt: skip
    book.actor = mates["quynh"]
    propose(book, made, [first])
    page = f"/office/community/{book.programme.pk}/selections/{made.pk}/"
    assert "Mate of quynh, covering for Quynh proposed this on" in text(laid.client("dora").get(page))
    choosing.approve(actor=mates["dora"], programme_id=book.programme.pk, selection_id=made.pk)
    assert "approved by Mate of dora, covering for Dora" in text(laid.client("dora").get(page))


def test_the_most_points_first_a_second_person_approves_and_recipients_are_made(laid):
    book, made, (first, *_others) = scene(laid)
    assert first.points == 65
    dora = second(laid)
    propose(book, made, [first])
    common = {"programme_id": book.programme.pk, "selection_id": made.pk}
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
    public = text(laid.client().get(f"/community/{book.programme.pk}/"))
    assert "chosen by points" in public and "3 were considered" not in public and "Hộ 1" not in public


def test_a_choice_that_the_points_do_not_make_needs_a_reason_from_each_it_touches(laid):
    book, made, (first, middle, last) = scene(laid)
    with pytest.raises(Conflict, match="no_reason"):
        propose(book, made, [last])
    with pytest.raises(Conflict, match="no_reason"):  # whoever is passed over is owed one as well
        propose(book, made, [last], **{f"of_{last.pk}": "nhà vừa cháy"})
    why = {f"of_{one.pk}": "nhà vừa cháy" for one in (first, middle, last)}
    assert propose(book, made, [last], **why).state == "proposed"
    with pytest.raises(Conflict, match="selection_moved"):
        propose(book, made, [first])


def test_no_more_than_places_and_only_who_was_considered(laid):
    book, made, (first, middle, _last) = scene(laid)
    with pytest.raises(Conflict, match="too_many"):
        propose(book, made, [first, middle])
    with pytest.raises(Conflict, match="nobody"):
        propose(book, made, [])
    stranger = make_selection(book, {"poor": 1}).candidates.get()
    with pytest.raises(Conflict, match="nobody"):
        propose(book, made, [stranger])


@pytest.mark.parametrize("facts", [{"poor": 1, "near_poor": 1}, {"children": 5}, {"mong": 1}, {"poor": -1}])
def test_facts_are_those_of_the_rule_and_nothing_about_who_somebody_is(laid, facts):
    book, made, _all = scene(laid)
    with pytest.raises(Conflict, match="facts"):
        choosing.consider(
            actor=book.actor, programme_id=book.programme.pk, selection_id=made.pk, kind="household",
            unit_id=book.programme.unit_id, name="x", facts=facts,
        )  # fmt: skip


def test_sent_back_with_words_and_entered_again(laid):
    book, made, (first, *_others) = scene(laid)
    propose(book, made, [first])
    choosing.send_back(actor=second(laid), programme_id=book.programme.pk, selection_id=made.pk, words="thiếu hộ")
    made.refresh_from_db()
    assert (made.state, made.words, made.proposed_by) == ("draft", "thiếu hộ", None)
    choosing.consider(
        actor=book.actor, programme_id=book.programme.pk, selection_id=made.pk, kind="household",
        unit_id=book.programme.unit_id, name="Hộ 1", facts={},
    )  # fmt: skip
    first.refresh_from_db()
    assert first.points == 0 and made.candidates.count() == 3


def test_what_was_approved_stays_as_it_was_seen(laid):
    book, made, (first, *_others) = scene(laid)
    propose(book, made, [first])
    choosing.approve(actor=second(laid), programme_id=book.programme.pk, selection_id=made.pk)
    rows = Candidate.objects.filter(selection=made)
    for refused in (
        lambda: rows.update(chosen=True),
        lambda: rows.update(points=99),
        rows.delete,
        lambda: rows.create(
            selection=made, kind="household", unit=book.programme.unit, name="y", points=1, added_at=made.opened_at,
            added_by=made.opened_by,
        ),
        lambda: Selection.objects.filter(pk=made.pk).update(decided_by=made.proposed_by_id or made.opened_by_id),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            refused()
    assert rows.update(name="[đã xóa]", facts={}) == 3


def test_the_agency_above_sees_what_waits_and_no_other(laid):
    olga = laid.actor("olga")
    book = Book(laid)
    book.actor = olga
    type(book.programme).objects.update(agency=laid.commune_agency)
    made = make_selection(book, {"poor": 1})
    path = f"/office/community/{book.programme.pk}/selections/{made.pk}/"
    quynh, pavel = laid.client("quynh"), laid.client("pavel")
    assert quynh.get(path).status_code == 404  # a draft is the commune's own
    propose(book, made, [made.candidates.get()])
    assert "Bò đợt 1" in text(quynh.get("/office/community/")) and "Approve the choice" in text(quynh.get(path))
    assert pavel.get(path).status_code == 404
    with pytest.raises(Http404):
        choosing.approve(actor=laid.actor("pavel"), programme_id=book.programme.pk, selection_id=made.pk)
    assert quynh.post(f"{path}approve/").status_code == 302
    assert Selection.objects.get().state == "approved" and Recipient.objects.filter(candidate__isnull=False).exists()


def test_nothing_ticked_or_written_is_lost_when_it_is_refused(laid):
    book, made, (first, _middle, last) = scene(laid)
    path = f"/office/community/{book.programme.pk}/selections/{made.pk}/"
    quynh = laid.client("quynh")
    answer = quynh.post(f"{path}propose/", {"chosen": [last.pk], f"reason-{last.pk}": "nhà vừa cháy"})
    shown = text(answer)
    assert answer.status_code == 422 and "The points say otherwise" in shown and "nhà vừa cháy" in shown
    assert f'value="{last.pk}" checked' in shown and f'value="{first.pk}" checked' not in shown
    wrong = {"new-name": "Hộ 9", "new-kind": "household", "new-unit": book.programme.unit_id, "new-fact_poor": "on",
             "new-fact_near_poor": "on"}  # fmt: skip
    assert "cannot all hold" in text(quynh.post(f"{path}consider/", wrong))
    wrong.pop("new-fact_near_poor")
    assert quynh.post(f"{path}consider/", wrong)["Location"] == path
    listed = quynh.get(f"{path}list.csv").content.decode()
    assert "Hộ 9" in listed and "Poor household" in listed
    assert quynh.post(f"{path}no-step/").status_code == 404 and quynh.get(f"{path}list.exe").status_code == 404


def test_a_long_list_goes_page_by_page_and_what_is_ticked_on_one_stays_for_the_others(laid, monkeypatch):
    monkeypatch.setattr(selectors, "ROWS", 2)
    book = Book(laid)
    made = make_selection(book, *({"poor": 1, "children": count} for count in (4, 3, 2, 1)), {"near_poor": 1}, places=2)
    rows = [*made.candidates.order_by("pk")]
    path, quynh = f"/office/community/{book.programme.pk}/selections/{made.pk}/", laid.client("quynh")
    for page, (shown, hidden) in enumerate((((0, 1), 2), ((2, 3), 1), ((4,), 3)), start=1):
        told = text(quynh.get(f"{path}?page={page}"))
        assert all(rows[at].name in told for at in shown) and rows[hidden].name not in told
    ticked = {"row": [rows[0].pk, rows[1].pk], "chosen": [rows[0].pk], f"reason-{rows[1].pk}": "đã có bò", "to": "3"}
    assert quynh.post(f"{path}keep/", ticked)["Location"] == f"{path}?page=3"
    assert "1 chosen" in text(quynh.get(path))
    last = {"row": [rows[4].pk], "chosen": [rows[4].pk], f"reason-{rows[4].pk}": "nhà vừa cháy", "page": "3"}
    refused = quynh.post(f"{path}propose/", last)
    assert refused.status_code == 422 and rows[2].name in text(refused), "who still needs a reason comes first"
    more = {"row": [rows[2].pk, rows[3].pk], f"reason-{rows[2].pk}": "tự rút", f"reason-{rows[3].pk}": "tự rút"}
    assert quynh.post(f"{path}propose/", more).status_code == 302
    made.refresh_from_db()
    assert made.state == "proposed" and {*made.candidates.filter(chosen=True)} == {rows[0], rows[4]}
    told = text(quynh.get(path))
    assert rows[0].name in told and rows[4].name in told and rows[1].name not in told, "who is chosen comes first"
    assert 'rel="next" href="?page=2"' in told
