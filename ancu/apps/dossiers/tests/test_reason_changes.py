"""Listed reasons are changed in the office: reworded, ended, added, with the words of each day for what was sent."""

import html
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from ancu.apps.dossiers.enums import ComponentState, ReturnReason, RuleEffect, RuleKind, State
from ancu.apps.dossiers.models import Component, OfficialLetter, RuleDraft, Supplement
from ancu.apps.dossiers.selectors import rule_trials as trial_selectors
from ancu.apps.dossiers.selectors.reason_lists import new_reason_code
from ancu.apps.dossiers.selectors.reasons import component_reason, reason_choices
from ancu.apps.dossiers.services import handling, rule_changes
from ancu.apps.dossiers.services.rule_trials import run_trial
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_rate
from ancu.apps.dossiers.tests.rule_scenes import (
    ensure_rate,
    make_amendment,
    make_proposed_draft,
    make_tried_draft,
    reason_change,
)
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden
from ancu.core.rule_edition import READER
from ancu.engines.rulebook import reason_rows, refusal_reasons, return_reasons

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
OLD, NEW = "the photo does not meet the requirements", "the photo has the wrong size"


@pytest.fixture
def cast(world):
    make_rate(make_cast(world))
    return world


def read(response):
    return html.unescape(response.content.decode())


def return_photo(cast, dossier, code="photo", reason=""):
    judge = handling.judge_component
    judge(
        cast.actor("ines"), dossier=dossier, key="photo", state=ComponentState.RETURNED, reason_code=code, reason=reason
    )
    return Component.objects.get(dossier=dossier, key="photo")


def returned_days_ago(cast, days, code="photo"):
    with time_machine.travel(clock.now() - days * DAY):
        ensure_rate(cast)
        dossier = make_dossier(cast)
        return_photo(cast, dossier, code)
    return dossier


# ---- in force ------------------------------------------------------------------------------------------


def test_a_reason_is_reworded_at_midnight_and_a_returned_paper_keeps_its_words(cast):
    midnight = clock.start_of(make_amendment(cast, reason_change()).valid_from)
    papers = []
    for moment in (midnight - timedelta(seconds=1), midnight):
        with time_machine.travel(moment, tick=False):
            ensure_rate(cast)
            papers.append(return_photo(cast, make_dossier(cast)))
    with time_machine.travel(midnight + DAY), translation.override("en"):
        assert [component_reason(paper) for paper in papers] == [OLD, NEW]
        pages = [read(cast.client("ramon").get(f"/dossiers/{paper.dossier.number}/")) for paper in papers]
    assert [OLD in pages[0].lower(), NEW in pages[1].lower(), NEW in pages[0].lower()] == [True, True, False]


def test_an_ended_reason_is_not_offered_but_still_read(cast):
    before = return_photo(cast, make_dossier(cast))
    day = make_amendment(cast, reason_change(ended=True)).valid_from
    with time_machine.travel(clock.start_of(day) + timedelta(hours=9)):
        ensure_rate(cast)
        dossier = make_dossier(cast)
        assert "photo" not in dict(reason_choices())
        page = read(cast.client("ines").get(f"/office/dossiers/{dossier.number}/papers/photo"))
        assert 'value="expired"' in page and 'value="photo"' not in page
        with pytest.raises(Conflict) as conflict:
            return_photo(cast, dossier)
        assert conflict.value.code == "reason_ended"
        assert OLD in read(cast.client("ramon").get(f"/dossiers/{before.dossier.number}/")).lower()


def test_a_request_and_its_letter_keep_the_words_of_their_day(cast):
    dossier = make_dossier(cast)
    return_photo(cast, dossier)
    handling.request_supplement(cast.actor("ines"), dossier=dossier)
    day = make_amendment(cast, reason_change()).valid_from
    OfficialLetter.objects.update(content={})  # what it says follows from the dossier
    with time_machine.travel(clock.start_of(day) + timedelta(hours=9)):
        assert OLD in read(cast.client("ramon").get(f"/dossiers/{dossier.number}/"))
        page = read(cast.client("ines").get(f"/office/dossiers/{dossier.number}/"))
        assert OLD in page.lower() and NEW not in page.lower()


def test_a_ready_sentence_returns_a_paper_for_another_reason_once_its_own_is_ended(cast):
    make_amendment(cast, reason_change(ended=True))
    with time_machine.travel(clock.now() + DAY):
        ensure_rate(cast)
        dossier = make_dossier(cast)
        address = f"/office/dossiers/{dossier.number}/supplement"
        offers = cast.client("ines").get(address).context["offers"]
        (offer,) = [offer for offer in offers if offer.key == "photo_size"]
        assert offer.reason_code == ReturnReason.OTHER_REASON
        handling.request_supplement(cast.actor("ines"), dossier=dossier, offers=[offer])
    assert Supplement.objects.get().items[0]["reason_vi"].startswith("Ảnh không đúng cỡ")


def test_reasons_of_the_program_are_reworded_but_never_ended(cast):
    for code in ReturnReason:
        assert code in return_reasons(clock.today())
        with pytest.raises(Conflict) as conflict:
            rule_changes.draft_change(cast.actor("rosa"), change=reason_change(code.value, ended=True))
        assert conflict.value.code == "rule_refused"
    make_tried_draft(cast, reason_change("missing", vi="chưa nộp", en="it was not sent"))


def test_the_drafter_cannot_approve_and_an_ended_reason_cannot_be_ended_again(cast):
    draft = make_proposed_draft(cast, reason_change())
    with pytest.raises(Forbidden):
        rule_changes.approve_change(cast.actor("rosa"), draft_id=draft.pk)
    make_amendment(cast, reason_change("expired", ended=True))
    with pytest.raises(Conflict) as conflict:
        rule_changes.draft_change(cast.actor("rosa"), change=reason_change("expired", in_days=2, ended=True))
    assert conflict.value.code == "rule_unchanged"


# ---- trials --------------------------------------------------------------------------------------------


def test_a_trial_lists_the_dossiers_whose_papers_were_returned_for_the_reason(cast):
    for days in (20, 50, 400):  # the last is before the period
        returned_days_ago(cast, days)
    returned_days_ago(cast, 30, "expired")
    draft = make_tried_draft(cast, reason_change())
    trial = draft.trials.get()
    assert trial.examined == 3 and {case.effect for case in trial.cases.all()} == {RuleEffect.WORDS}
    figures = trial_selectors.trial_figures(trial)
    assert figures.dossiers == 2 == sum(group.dossiers for _month, group in trial_selectors.figures_by_month(trial))
    ended = make_tried_draft(cast, reason_change(ended=True)).trials.get()
    assert trial_selectors.effect_counts(ended)[RuleEffect.ENDED] == 2
    added = make_tried_draft(cast, reason_change("torn", vi="bị rách", en="it is torn")).trials.get()
    assert (added.examined, added.cases.count()) == (3, 0)


def test_a_ready_refusal_is_tried_on_the_refusals_that_had_it(cast):
    row = dict(reason_rows(RuleKind.REFUSAL_REASON, clock.today())["barred"])
    for reason in (row["vi"], "Own words."):
        with time_machine.travel(clock.now() - 30 * DAY):
            ensure_rate(cast)
            dossier = make_dossier(cast, State.ASSESSED)
            handling.refuse(cast.actor("dora"), dossier=dossier, reason=f"Kính gửi.\n{reason}", article="Điều 21")
    values = {name: value for name, value in row.items() if name != "code"} | {"vi": "Chưa được nhập cảnh."}
    trial = make_tried_draft(cast, reason_change("barred", rule=RuleKind.REFUSAL_REASON, **values)).trials.get()
    assert (trial.examined, trial.cases.count()) == (2, 1)


def test_a_ready_sentence_is_tried_on_the_requests_that_had_it(cast):
    row = dict(reason_rows(RuleKind.REQUEST, clock.today())["photo_size"])
    with time_machine.travel(clock.now() - 30 * DAY):
        ensure_rate(cast)
        for key in ("photo_size", "photo_background"):
            dossier = make_dossier(cast)
            offers = cast.client("ines").get(f"/office/dossiers/{dossier.number}/supplement").context["offers"]
            chosen = [offer for offer in offers if offer.key == key]
            handling.request_supplement(cast.actor("ines"), dossier=dossier, offers=chosen)
    values = {name: value for name, value in row.items() if name != "code"} | {"en": "Wrong size."}
    trial = make_tried_draft(cast, reason_change("photo_size", rule=RuleKind.REQUEST, **values)).trials.get()
    assert (trial.examined, trial.cases.count()) == (2, 1)


# ---- pages ---------------------------------------------------------------------------------------------


def stated(**values):
    day = clock.today() + DAY
    return {
        "valid_from": f"{day:%d/%m/%Y}", "article_vi": "Quyết định 6", "article_en": "Decision 6", "reason": "Clearer",
    } | values  # fmt: skip


def test_the_pages_reword_end_and_add_a_reason(cast):
    rosa, address = cast.client("rosa"), reverse("dossiers:rule-change-new", args=["return_reason"])
    choice = read(rosa.get(address))
    assert "?entry=photo&end=1" in choice and "?entry=other&end=1" not in choice and "?entry=other" in choice
    assert OLD in read(rosa.get(address, {"entry": "photo"}))
    for query in ({"entry": "never"}, {"entry": "other", "end": "1"}):
        assert rosa.get(address, query).status_code == 404
    reworded = rosa.post(address, stated(code="photo", vi="ảnh sai", en="the photo is wrong"))
    ending = read(rosa.get(address, {"entry": "photo", "end": "1"}))
    assert 'name="vi"' not in ending and 'name="is_ending"' in ending
    ended = rosa.post(address, stated(code="expired", is_ending="True"))
    added = rosa.post(address, stated(vi="bị  rách", en="it is torn"))
    drafts = list(RuleDraft.objects.order_by("id").values_list("entry", "values"))
    assert drafts == [
        ("photo", {"vi": "ảnh sai", "en": "the photo is wrong"}),
        ("expired", {"ended": True}),
        ("it_is_torn", {"vi": "bị rách", "en": "it is torn"}),
    ]
    for response, words in (
        (reworded, "<ins> is wrong</ins>"),
        (ended, "ended: it has expired"),
        (added, "not in the list"),
    ):
        page = read(rosa.get(response["Location"]))
        assert words in page, words
    edit = reverse("dossiers:rule-change-edit", args=[RuleDraft.objects.latest("id").pk])
    assert 'value="it_is_torn"' in read(rosa.get(edit)) and "it is torn" in read(rosa.get(edit))
    assert "it is torn" in read(rosa.get(reverse("dossiers:rule-changes")))


def test_the_words_of_another_reason_are_refused_and_kept(cast):
    address = reverse("dossiers:rule-change-new", args=["return_reason"])
    response = cast.client("rosa").post(address, stated(vi="Đã hết hạn", en="it is torn"))
    assert response.status_code == 422 and "Another reason of the list has these words." in read(response)
    assert "Đã hết hạn" in read(response) and not RuleDraft.objects.exists()


def test_a_new_code_is_never_one_that_was_used(cast):
    make_tried_draft(cast, reason_change("it_is_torn", vi="bị rách", en="it is torn"))
    assert new_reason_code(RuleKind.RETURN_REASON, "It is torn") == "it_is_torn_2"
    assert new_reason_code(RuleKind.RETURN_REASON, "Expired") == "expired_2"
    assert new_reason_code(RuleKind.RETURN_REASON, "…") == "reason"
    assert len(new_reason_code(RuleKind.RETURN_REASON, "it is a different document")) <= 16


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (
            "refusal_reason",
            {"acts": ["refuse"], "own_article_vi": "Điều 8", "own_article_en": "Article 8"},
            {"acts": ["refuse"], "article_vi": "Điều 8", "article_en": "Article 8"},
        ),
        (
            "request",
            {"label_vi": "Rách", "label_en": "Torn", "components": ["passport"], "because": "unreadable"},
            {"label_vi": "Rách", "label_en": "Torn", "components": ["passport"], "reason": "unreadable"},
        ),
    ],
)
def test_a_ready_reason_and_a_ready_sentence_are_added(cast, kind, values, expected):
    rosa, address = cast.client("rosa"), reverse("dossiers:rule-change-new", args=[kind])
    texts = {"vi": "Trang bị rách.", "en": "A page is torn."}
    response = rosa.post(address, stated(**texts, **values))
    draft = RuleDraft.objects.get()
    assert draft.values == texts | expected and draft.article_vi == "Quyết định 6"
    page = read(rosa.get(response["Location"]))
    assert "A page is torn." in page
    edit = read(rosa.get(reverse("dossiers:rule-change-edit", args=[draft.pk])))
    assert "Quyết định 6" in edit and "A page is torn." in edit
    run_trial(draft.trials.get().pk)
    rule_changes.propose_change(cast.actor("rosa"), draft_id=draft.pk)
    rule_changes.approve_change(cast.actor("dora"), draft_id=draft.pk)
    READER.read()
    with time_machine.travel(clock.now() + DAY):
        assert draft.entry in reason_rows(draft.rule, clock.today())


# ---- ready reasons of a decision -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "state", "name"), [("refuse", State.ASSESSED, "dora"), ("not-accept", State.SUBMITTED, "ines")]
)
def test_an_officer_is_offered_the_ready_reasons_of_the_act(cast, act, state, name):
    dossier = make_dossier(cast, state)
    page = read(cast.client(name).get(f"/office/dossiers/{dossier.number}/{act}"))
    for reason in refusal_reasons(clock.today()):
        assert (f'data-ready-text="{reason.text_vi}"' in page) is (act in reason.acts)
    assert "data-ready-text" not in read(cast.client("ines").get(f"/office/dossiers/{dossier.number}/ask"))


def test_a_proposal_to_refuse_offers_them_too(cast):
    address = f"/office/dossiers/{make_dossier(cast, State.ACCEPTED).number}/assess"
    selma = cast.client("selma")
    assert "data-ready-text" in read(selma.get(address, {"proposal": "refuse"}))
    assert "data-ready-text" not in read(selma.get(address, {"proposal": "approve"}))


def test_a_ready_reason_is_translated_for_who_reads_english(cast):
    reason = next(reason for reason in refusal_reasons(clock.today()) if reason.code == "barred")
    dossier = make_dossier(cast, State.ASSESSED)
    text = f"{reason.text_vi}\nLý do riêng."
    handling.refuse(cast.actor("dora"), dossier=dossier, reason=text, article=reason.article_vi)
    content = OfficialLetter.objects.get().content
    assert {"vi": reason.text_vi, "en": reason.text_en} in content["paragraphs"]
    assert {"vi": "Lý do riêng.", "en": ""} in content["paragraphs"]
    page = read(cast.client("ramon").get(f"/dossiers/{dossier.number}/"))
    assert reason.text_en in page and "Lý do riêng." in page
