"""A sentence of the letters is changed in the office: proved, tried on last year's letters, in force at midnight."""

from datetime import timedelta
from io import BytesIO

import pypdfium2
import pytest
import time_machine
from django.urls import reverse

from ancu.apps.dossiers.enums import LetterKind, RuleEffect, State
from ancu.apps.dossiers.models import OfficialLetter, RuleDraft, RuleTrialCase
from ancu.apps.dossiers.selectors import rule_trials as trial_selectors
from ancu.apps.dossiers.selectors.letter_passages import DAYS, MEANINGS, passage_groups, passage_kinds, passage_title
from ancu.apps.dossiers.selectors.text_wording import compared_words
from ancu.apps.dossiers.services import rule_changes
from ancu.apps.dossiers.services.rule_trials import run_trial
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_rate
from ancu.apps.dossiers.tests.rule_scenes import (
    ensure_rate,
    letter_change,
    make_amendment,
    make_proposed_draft,
    make_tried_draft,
)
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden
from ancu.engines.rulebook import PASSAGES, letter_passages

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NEW = "The office refuses this request because:"
OLD = "The office does not approve the request in this dossier, for the following reason:"


@pytest.fixture
def cast(world):
    make_rate(make_cast(world))
    return world


def letter_days_ago(cast, state, days):
    """A letter that was sent so many days ago."""
    with time_machine.travel(clock.now() - days * DAY):
        ensure_rate(cast)
        make_dossier(cast, state)
    return OfficialLetter.objects.latest("id")


def english(letter):
    return [paragraph["en"] for paragraph in (*letter.content["paragraphs"], *letter.content["closing"])]


# ---- in force ------------------------------------------------------------------------------------------


def test_from_midnight_a_letter_has_the_new_sentence_and_those_before_keep_theirs(cast):
    midnight = clock.start_of(make_amendment(cast, letter_change()).valid_from)
    letters = []
    for moment in (midnight - timedelta(hours=2), midnight + timedelta(hours=9)):
        with time_machine.travel(moment, tick=False):
            ensure_rate(cast)
            make_dossier(cast, State.REFUSED)
            letters.append(OfficialLetter.objects.latest("id"))
    before, after = letters
    assert OLD in english(before) and NEW not in english(before)
    assert NEW in english(after) and OLD not in english(after)
    with time_machine.travel(midnight + DAY):
        pdf = cast.client("ramon").get(f"/dossiers/{before.dossier.number}/letters/{before.pk}.pdf").content
    assert OLD in text_of(pdf)


def test_a_letter_whose_content_is_not_stored_has_the_sentences_of_its_day(cast):
    midnight = clock.start_of(make_amendment(cast, letter_change()).valid_from)
    make_dossier(cast, State.REFUSED)
    letter = OfficialLetter.objects.get()
    OfficialLetter.objects.update(content={})
    with time_machine.travel(midnight + DAY):
        pdf = cast.client("ramon").get(f"/dossiers/{letter.dossier.number}/letters/{letter.pk}.pdf").content
    assert OLD in text_of(pdf) and NEW not in text_of(pdf)


def test_the_drafter_cannot_approve_a_sentence(cast):
    draft = make_proposed_draft(cast, letter_change())
    with pytest.raises(Forbidden):
        rule_changes.approve_change(cast.actor("rosa"), draft_id=draft.pk)


def test_an_unknown_or_equal_sentence_is_refused(cast):
    present = letter_passages(clock.today() + DAY)["refusal.reason"]
    for code, change in (
        ("rule_unknown", letter_change("refusal.thanks")),
        ("rule_unchanged", letter_change(vi=present.vi, en=present.en)),
        ("rule_refused", letter_change("supplement.last_day", vi="Gửi ngay.", en="Send it by {day}.")),
    ):
        with pytest.raises(Conflict) as conflict:
            rule_changes.draft_change(cast.actor("rosa"), change=change)
        assert conflict.value.code == code


# ---- trials --------------------------------------------------------------------------------------------


def test_a_trial_lists_the_dossiers_whose_letters_had_the_sentence(cast):
    for days in (20, 50, 400):  # the last is before the period
        letter_days_ago(cast, State.REFUSED, days)
    letter_days_ago(cast, State.NOT_ACCEPTED, 30)
    draft = make_tried_draft(cast, letter_change())
    trial = draft.trials.get()
    assert trial.examined == 2 and {case.effect for case in trial.cases.all()} == {RuleEffect.WORDS}
    figures = trial_selectors.trial_figures(trial)
    assert figures.dossiers == 2 == sum(group.dossiers for _month, group in trial_selectors.figures_by_month(trial))
    listed = cast.client("rosa").get(reverse("dossiers:rule-trial-cases", args=[draft.pk])).content.decode()
    refused = {letter.dossier.number for letter in OfficialLetter.objects.filter(kind=LetterKind.REFUSAL)}
    assert sum(number in listed for number in refused) == 2


def test_a_sentence_of_several_letters_is_tried_on_all_of_them_but_where_it_did_not_stand(cast):
    for state in (State.REFUSED, State.NOT_ACCEPTED, State.TRANSFERRED):
        letter_days_ago(cast, state, 30)
    texts = {"vi": "Căn cứ: {article}.", "en": "By {article}."}
    make_tried_draft(cast, letter_change("legal_basis", **texts))
    with_article = {
        letter.dossier_id for letter in OfficialLetter.objects.all()
        if any("Căn cứ pháp lý" in text["vi"] for text in letter.content["closing"])
    }  # fmt: skip
    assert with_article and {case.dossier_id for case in RuleTrialCase.objects.all()} == with_article
    assert len(with_article) < OfficialLetter.objects.count()


def test_a_letter_without_stored_content_is_counted_by_its_kind(cast):
    letter_days_ago(cast, State.REFUSED, 30)
    OfficialLetter.objects.update(content={})
    assert make_tried_draft(cast, letter_change()).trials.get().cases.count() == 1


# ---- pages ---------------------------------------------------------------------------------------------


def text_of(pdf):
    paper = pypdfium2.PdfDocument(BytesIO(pdf))
    text = " ".join(" ".join(page.get_textpage().get_text_bounded().split()) for page in paper)
    paper.close()
    return text


def filled_form(**texts):
    day = clock.today() + DAY
    return {
        "passage": "supplement.last_day", "vi": "Gửi trước ngày {day}.", "en": "Send it by {day}.",
        "valid_from": f"{day:%d/%m/%Y}", "article_vi": "Quyết định 5", "article_en": "Decision 5", "reason": "Shorter",
    } | texts  # fmt: skip


def test_the_pages_lead_from_the_sentence_to_its_proof(cast):
    rosa, address = cast.client("rosa"), reverse("dossiers:rule-change-new", args=["letter"])
    choice = rosa.get(address).content.decode()
    assert "?entry=supplement.last_day" in choice and "Send everything by {day}" in choice
    assert rosa.get(address, {"entry": "supplement.thanks"}).status_code == 404
    form = rosa.get(address, {"entry": "supplement.last_day"}).content.decode()
    assert "Send everything by {day}" in form and "<code>{day}</code>" in form and "{article}" not in form
    response = rosa.post(address, filled_form())
    draft = RuleDraft.objects.get()
    run_trial(draft.trials.get().pk)
    page = rosa.get(response["Location"]).content.decode()
    proof = reverse("dossiers:rule-change-letter", args=[draft.pk, "supplement"])
    assert proof in page and "<ins> it</ins>" in page
    text = text_of(cast.client("dora").get(proof).content)
    assert "Send it by 17/12/2026." in text and "Send everything" not in text
    assert rosa.get(reverse("dossiers:rule-change-letter", args=[draft.pk, "thanks"])).status_code == 404
    assert "Send it by {day}." in rosa.get(reverse("dossiers:rule-change-edit", args=[draft.pk])).content.decode()


@pytest.mark.parametrize(
    ("texts", "sentence"),
    [
        ({"en": "Send it soon."}, "{day} is missing. The letter must have it"),
        ({"en": "By {day}, {signer}."}, "{signer} is not in the list of names in braces"),
        ({"vi": "Trước {day."}, "Each brace needs its counterpart"),
        ({"vi": "a {day}" * 400}, "Use 1,200 characters or fewer"),
    ],
)
def test_a_faulty_sentence_is_refused_and_kept(cast, texts, sentence):
    address = reverse("dossiers:rule-change-new", args=["letter"])
    response = cast.client("rosa").post(address, filled_form(**texts))
    page = response.content.decode()
    assert response.status_code == 422 and sentence in page and not RuleDraft.objects.exists()
    assert next(iter(texts.values()))[:1000] in page and "Decision 5" in page


def test_only_those_who_change_rules_read_a_proof(cast):
    draft = make_tried_draft(cast, letter_change())
    for name in ("ines", "olga", "ramon"):
        address = reverse("dossiers:rule-change-letter", args=[draft.pk, "refusal"])
        assert cast.client(name).get(address).status_code == 403


def test_the_rules_in_force_show_the_sentence_of_the_day(cast):
    day = make_amendment(cast, letter_change()).valid_from
    for on, shows in ((day - DAY, False), (day, True)):
        page = cast.client("rosa").get("/office/rulebook", {"on": on.isoformat()}).content.decode()
        assert ("passages.refusal.reason.vi: Cơ quan từ chối đề nghị này vì:" in page) is shows


# ---- words ---------------------------------------------------------------------------------------------


def test_every_sentence_and_name_has_words():
    assert {code for group in passage_groups(clock.today()) for code in [p.code for p, _name in group.passages]} == set(
        PASSAGES
    )
    assert {name for names in PASSAGES.values() for name in names.every} == {*MEANINGS, "day"}
    assert {code for code, names in PASSAGES.items() if "day" in names.every} == set(DAYS)
    assert all(passage_kinds(code) and passage_title(code) for code in PASSAGES)


def test_the_differing_words_of_two_texts_are_marked():
    before, after = compared_words("Send it by {day}.", "Send all papers by {day}.")
    assert [(part.text, part.is_changed) for part in before] == [("Send", False), (" it", True), (" by {day}.", False)]
    assert "".join(part.text for part in after) == "Send all papers by {day}."
