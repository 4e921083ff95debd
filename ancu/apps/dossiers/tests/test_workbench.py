"""The officer's page of one dossier: facts with their marks, what is new, the bar, the queue, requests."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils.translation import override

from ancu.apps.dossiers.enums import ComponentState, DecisionProposal, State
from ancu.apps.dossiers.models import Dossier, DossierEvent, LegalFile, Supplement
from ancu.apps.dossiers.selectors.facts import comparison_of
from ancu.apps.dossiers.selectors.money import FeeStatus
from ancu.apps.dossiers.selectors.paper_names import short_paper_name
from ancu.apps.dossiers.selectors.passed_wording import passed_lines
from ancu.apps.dossiers.selectors.queues import QueueFilter, queue_page
from ancu.apps.dossiers.selectors.requests import offers_of
from ancu.apps.dossiers.selectors.workbench import MOST_TELLING, check_lines, news_of
from ancu.apps.dossiers.services import filing, handling
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.dossiers.tests.factories import accept, make_cast, make_counter, make_dossier, make_paper
from ancu.apps.dossiers.tests.test_preflight import zone
from ancu.apps.lodging.tests.factories import World
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.testing.html import without_line_breaks
from ancu.core.web.language import localized
from ancu.engines.rulebook import FactMark, Facts, as_of, procedures_on

QUEUE = "/office/dossiers/"
LONGEST_RAIL_NAME = 12  # letters in one line of the rail


@pytest.fixture
def cast(world: World) -> World:
    return make_cast(world)


def page_of(dossier: Dossier, act: str = "") -> str:
    return f"{QUEUE}{dossier.number}/{act}"


def read(response: Any) -> str:
    return str(response.content.decode())


def with_zone(dossier: Dossier, **says: str) -> Dossier:
    dossier.components.filter(key="passport").update(zones=[zone(**says)])
    return Dossier.objects.get(pk=dossier.pk)


def in_assessment(cast: World, **says: str) -> Dossier:
    dossier = make_dossier(cast)
    accept(cast, dossier)
    return with_zone(dossier, **says)


# ---- facts ---------------------------------------------------------------------------------------------


def test_the_form_stands_beside_the_passport(cast: World) -> None:
    dossier = with_zone(make_dossier(cast), document_number="533380060")
    rows = [row for row in comparison_of(dossier).rows if row.section == "traveller"]
    assert [str(row.stated) for row in rows if row.mark == FactMark.DIFFERS] == ["533380006"]
    page_text = read(cast.client("selma").get(page_of(dossier)))
    assert "5333800<em>06</em>" in page_text and "5333800<em>60</em>" in page_text
    assert "Two characters are exchanged." in page_text
    sums = page_text.split('class="facts-sum num"')[1].split("</div>")[0]
    assert "≠ 1" in sums and "1 differs" in sums


def test_another_spelling_is_the_same_name_and_says_why(cast: World) -> None:
    dossier = make_dossier(cast, full_name="HOFFMANN JÖRG", sponsor_name="LIEM")
    dossier = with_zone(dossier, full_name="HOFFMANN JOERG")
    with override("en"):
        row = next(row for row in comparison_of(dossier).rows if row.section == "traveller")
    assert (row.mark, row.reason) == (FactMark.SPELLING, "Ö is written OE in passports: the same name.")


def test_a_paper_that_was_not_read_says_so(cast: World) -> None:
    dossier = make_dossier(cast)
    dossier.components.filter(key="passport").update(zones=[])
    assert "not read" in read(cast.client("selma").get(page_of(dossier)))


def test_the_declared_stay_stands_beside_the_address(cast: World) -> None:
    dossier = make_dossier(cast)
    person = {"document_number": dossier.document_number, "birth_date": dossier.birth_date}
    assert "No open stay of this person is declared." in read(cast.client("selma").get(page_of(dossier)))
    stay = make_stay(cast.lodging, **person)
    rows = [row for row in comparison_of(dossier, (), {stay.pk}).rows if row.section == "stay"]
    differs = stay.unit.code != dossier.unit.code if dossier.unit else True
    assert (rows[0].mark == FactMark.DIFFERS) == differs
    assert str(rows[0].beside) == stay.unit.full_name
    assert cast.lodging.name in rows[0].reason
    assert cast.lodging.name not in comparison_of(dossier).rows[-1].reason  # not among the stays a reader may see


# ---- a difference needs a request or a sentence --------------------------------------------------------


def test_a_difference_is_not_approved_without_a_sentence(cast: World) -> None:
    dossier, selma = in_assessment(cast, document_number="533380060"), cast.actor("selma")
    with pytest.raises(Conflict) as refused:
        handling.assess(selma, dossier=dossier, proposal=DecisionProposal.APPROVE, reason="In order.")
    assert refused.value.code == "difference_unexplained"
    client, address = cast.client("selma"), page_of(dossier, "assess")
    answer = client.post(address, {"proposal": "approve", "reason": "In order."})
    assert (answer.status_code, "Say why this difference may stand" in read(answer)) == (422, True)
    (row,) = comparison_of(dossier).open_differences
    why = {f"why_{row.key}": "Renewed passport, seen at the counter."}
    assert client.post(address, {"proposal": "approve", "reason": "In order."} | why).status_code == 302
    assert Dossier.objects.get(pk=dossier.pk).state == State.ASSESSED
    assert "Renewed passport, seen at the counter." in read(cast.client("dora").get(page_of(dossier)))


def test_a_refusal_needs_no_sentence(cast: World) -> None:
    dossier = in_assessment(cast, document_number="533380060")
    form = cast.client("selma").get(page_of(dossier, "assess"), {"proposal": "refuse"}).context["form"]
    assert not [name for name in form.fields if name.startswith("why_")]
    handling.assess(cast.actor("selma"), dossier=dossier, proposal=DecisionProposal.REFUSE, reason="Another person.")
    assert Dossier.objects.get(pk=dossier.pk).state == State.ASSESSED


def test_who_decides_explains_only_what_the_proposal_did_not(cast: World) -> None:
    dossier, dora = in_assessment(cast, document_number="533380060"), cast.actor("dora")
    (row,) = comparison_of(dossier).open_differences
    handling.assess(
        cast.actor("selma"), dossier=dossier, proposal=DecisionProposal.APPROVE, reason="In order.",
        explanations={row.key: "Seen at the counter."},
    )  # fmt: skip
    with_zone(dossier, document_number="533380060", birth_date="1990-04-21")
    with pytest.raises(Conflict):
        handling.approve(dora, dossier=dossier)
    (new,) = comparison_of(Dossier.objects.get(pk=dossier.pk)).open_differences
    handling.approve(dora, dossier=dossier, explanations={new.key: "A slip in the form, corrected by hand."})
    assert Dossier.objects.get(pk=dossier.pk).state == State.APPROVED


def test_the_filled_button_is_the_one_that_the_checks_point_to(cast: World) -> None:
    dossier = in_assessment(cast)
    bar = cast.client("selma").get(page_of(dossier)).context["bar"]
    assert [(act.key, act.tone) for act in bar.acts if act.tone == "primary"] == [("a", "primary")]
    with_zone(dossier, document_number="533380060")
    bar = cast.client("selma").get(page_of(dossier)).context["bar"]
    assert [act.key for act in bar.acts if act.tone == "primary"] == ["s"]
    assert (bar.differences, bar.next_step) == ("1 difference is open", "Approving officer decides.")
    keys = {act.key for act in bar.acts if act.key}
    assert keys == {"a", "r", "s", "e"}
    assert "Ask a unit" in [act.label for act in bar.acts]  # its own page says at length what it asks for
    assert 'data-key="v"' in read(cast.client("selma").get(page_of(dossier)))  # what stands behind "More"


# ---- checks --------------------------------------------------------------------------------------------


def test_a_check_that_passes_says_its_value_and_one_to_ask_both_sides(cast: World) -> None:
    dossier = in_assessment(cast, document_number="533380060")
    with override("en"):
        comparison = comparison_of(dossier)
        to_ask, passed = check_lines(dossier, comparison, FeeStatus(dossier, "paid"), 0)
    assert ("Passport no.", "passport zone") in [(line.subject, line.beside) for line in to_ask]
    until, expiry = comparison.facts.requested_until, comparison.facts.passport_expiry
    assert until and expiry
    texts = [line.text for line in passed]
    assert texts[:2] == [
        f"Card to {until:%d/%m/%Y}, within 2 years", f"Ends {(expiry - until).days:,} days before passport",
    ]  # fmt: skip
    assert texts.index("The fee is paid in full") == MOST_TELLING
    page_text = without_line_breaks(read(cast.client("selma").get(page_of(dossier))))
    assert page_text.split('<ul class="checks">')[1].split("</ul>")[0].count('class="check-ok"') == MOST_TELLING
    assert " pass" in page_text and " more pass" in page_text


def test_a_value_that_is_not_known_leaves_the_title_of_the_check() -> None:
    facts = Facts(on=clock.today(), requested_symbol="LĐ2", legal_file="approved")
    rules = [as_of(f"check.{code}", facts.on) for code in ("entered_already", "legal_file", "symbol_has_card")]
    with override("en"):
        texts = [text for text, _rule in passed_lines(rules, facts, None)]
    assert texts == ["Legal file approved", "The entry has taken place", "LĐ2 leads to a card"]


# ---- the second step -----------------------------------------------------------------------------------


def test_the_second_step_is_the_act_s_own_form(cast: World) -> None:
    dossier = in_assessment(cast)
    part = read(
        cast.client("selma").get(page_of(dossier, "assess"), {"proposal": "approve"}, headers={"HX-Request": "true"})
    )
    assert "<html" not in part and 'name="version"' in part
    assert f'action="{page_of(dossier, "assess")}?proposal=approve"' in part


# ---- requests ------------------------------------------------------------------------------------------


def test_a_request_asks_what_differs_in_both_languages(cast: World) -> None:
    dossier, selma = in_assessment(cast, document_number="533380060"), cast.client("selma")
    assert "to be asked</a>" in read(selma.get(page_of(dossier)))  # its chip below is ticked
    offers = offers_of(dossier, comparison_of(dossier))
    assert [offer.fits for offer in offers][:2] == [True, False]
    part = read(selma.get(page_of(dossier, "supplement"), headers={"HX-Request": "true"}))
    assert 'data-letter-text="vi"' in part and 'data-letter-text="en"' in part and "533380060" in part
    picked = {"offer": [offers[0].key, "photo_size"], "send": "1"}
    assert selma.post(page_of(dossier, "supplement"), picked).status_code == 302
    supplement = Supplement.objects.get(dossier=dossier)
    paper, field = supplement.items
    assert (paper["key"], paper["reason_code"], field["kind"]) == ("photo", "photo", "field")
    assert "533380060" in field["reason_vi"] and "533380060" in field["reason_en"]
    assert dossier.components.get(key="photo").state == ComponentState.RETURNED


# ---- since the last look -------------------------------------------------------------------------------


def test_what_is_new_since_the_last_look_is_said(cast: World) -> None:
    dossier, selma = in_assessment(cast), cast.client("selma")
    assert selma.get(page_of(dossier)).context["news"] is None  # the first look
    handling.request_supplement(cast.actor("selma"), dossier=dossier, note_text="Renew it.")
    ramon = cast.actor("ramon")
    filing.attach(ramon, dossier=dossier, key="passport", file=make_paper(cast, text="anew"), pages=1)
    read_unread(dossier)
    filing.resubmit(ramon, dossier=dossier)
    news = selma.get(page_of(dossier)).context["news"]
    assert [label for _component, label in news.papers] == ["Passport"]
    assert "the requested documents have come" in [words for words, _at in news.acts]


def _assigned(to: int | None, name: str = "") -> Any:
    """An assignment by the program, as the history reads it."""
    event: Any = DossierEvent(act="assigned", sequence=2, at=clock.now(), data={"to": to})
    event.whom = name
    return event


def test_the_news_say_to_whom_a_dossier_was_assigned(cast: World) -> None:
    selma, before = cast.actor("selma"), clock.now() - timedelta(days=1)
    accepted = DossierEvent(act="accepted", sequence=1, at=clock.now() - timedelta(minutes=1), data={})
    with override("en"):
        when = f"on {clock.now():%d/%m} at"
        own = news_of(selma, before, [_assigned(selma.user_id), accepted], [], [])
        assert own and own.sentence.startswith(f"accepted as complete; assigned to you {when}")
        of_ines = news_of(selma, before, [_assigned(10**9, "Ines")], [], [])
        assert of_ines and of_ines.sentence.startswith(f"assigned to Ines {when}")
        nobody = news_of(selma, before, [_assigned(None)], [], [])
        assert nobody and nobody.sentence.startswith("no longer assigned to anyone")


def rail_link(response: Any, dossier: Dossier) -> str:
    """Return the passport's link in the list of papers."""
    address = f'hx-get="{page_of(dossier, "papers/passport")}"'
    return without_line_breaks(read(response)).split(address)[1].split("</a>")[0]


def test_a_new_paper_that_differs_has_one_mark_and_a_word(cast: World) -> None:
    dossier, selma = in_assessment(cast), cast.client("selma")
    selma.get(page_of(dossier))
    handling.request_supplement(cast.actor("selma"), dossier=dossier, note_text="Renew it.")
    ramon = cast.actor("ramon")
    filing.attach(ramon, dossier=dossier, key="passport", file=make_paper(cast, text="anew"), pages=1)
    read_unread(dossier)
    filing.resubmit(ramon, dossier=dossier)
    handling.judge_component(cast.actor("ines"), dossier=dossier, key="passport", state=ComponentState.ACCEPTED)
    handling.accept(cast.actor("ines"), dossier=dossier)
    passport = rail_link(selma.get(page_of(dossier)), dossier)
    assert ('class="rail-mark new"' in passport, "rail-new" in passport) == (True, False)
    with_zone(dossier, document_number="533380060")
    passport = rail_link(selma.get(page_of(dossier)), dossier)
    assert ('class="rail-mark bad"' in passport, 'class="rail-mark new"' in passport) == (True, False)
    assert 'class="rail-new"' in passport


def test_the_head_leads_to_the_legal_file_and_to_the_passport(cast: World) -> None:
    dossier = make_dossier(cast)
    counter = make_counter(cast, [])
    receive_passport(cast.actor("ines"), dossier=dossier, counter_id=counter.pk)
    page_text = without_line_breaks(read(cast.client("selma").get(page_of(accept(cast, dossier)))))
    file = LegalFile.objects.get(organisation=dossier.organisation)
    assert f'href="/office/legal-files/{file.pk}"' in page_text
    assert "Passport at Counter 1" in page_text
    counter.delete()
    assert "The passport is here" in without_line_breaks(read(cast.client("selma").get(page_of(dossier))))


def test_every_paper_has_a_name_for_the_rail() -> None:
    papers = [paper for procedure in procedures_on(clock.today()) for paper in procedure.components]
    assert len(papers) > 30
    for language in ("en", "vi"):
        with override(language):
            names = {short_paper_name(paper.key, localized(paper, "label")) for paper in papers}
        assert max(map(len, names)) <= LONGEST_RAIL_NAME, names
    assert short_paper_name("signed_na6", "NA6, signed and stamped") == "NA6"
    assert short_paper_name("unheard_of", "Deed, certified") == "Deed"


# ---- the queue -----------------------------------------------------------------------------------------


def test_the_strip_walks_the_queue_in_its_order(cast: World) -> None:
    for days in (3, 1, 2):
        dossier = in_assessment(cast)
        Dossier.objects.filter(pk=dossier.pk).update(due_on=clock.today() + timedelta(days=days))
    first, second, third = (
        row.dossier for row in queue_page(cast.actor("selma"), QueueFilter(state=State.ACCEPTED)).rows
    )
    selma = cast.client("selma")
    strip = without_line_breaks(read(selma.get(page_of(second, "place"))))
    assert "<b>2</b> of 3" in strip
    assert selma.get(page_of(first, "place"), {"go": "next"})["Location"] == page_of(second)
    assert selma.get(page_of(second, "place"), {"go": "back"})["Location"] == page_of(first)
    assert selma.get(page_of(third, "place"), {"go": "next"})["Location"] == QUEUE
    filtered = {"state": "accepted", "go": "next"}
    assert selma.get(page_of(first, "place"), filtered)["Location"] == f"{page_of(second)}?state=accepted"


def test_after_an_act_the_next_dossier_is_the_one_that_followed(cast: World) -> None:
    for days in (1, 2, 3):
        dossier = in_assessment(cast)
        Dossier.objects.filter(pk=dossier.pk).update(due_on=clock.today() + timedelta(days=days))
    _first, second, third = (
        row.dossier for row in queue_page(cast.actor("selma"), QueueFilter(state=State.ACCEPTED)).rows
    )
    selma = cast.client("selma")
    answer = selma.post(page_of(second, "supplement"), {"note_text": "The page again.", "send": "1"})
    page_text = read(selma.get(answer["Location"]))
    go = page_text.split('data-key="n" href="')[1].split('"')[0].replace("&amp;", "&")
    assert selma.get(go)["Location"] == page_of(third)
