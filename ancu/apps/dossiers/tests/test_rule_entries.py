"""Items of forms, validities and time limits are changed in the office, and each dossier keeps the law of its day."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from pypdf import PdfReader

from ancu.apps.accounts.services import create_token
from ancu.apps.dossiers.enums import Filer, RuleEffect, RuleTrialState, State
from ancu.apps.dossiers.models import Dossier, Posting, RuleDraft, RuleTrialCase
from ancu.apps.dossiers.rules.rule_values import CONTEST, POSTAL, TIME_LIMITS
from ancu.apps.dossiers.selectors.preflight import StayDisclosure, blocking, findings
from ancu.apps.dossiers.selectors.printed import printed_forms
from ancu.apps.dossiers.selectors.rule_changes import present_values
from ancu.apps.dossiers.selectors.rule_trials import trial_figures
from ancu.apps.dossiers.selectors.steps import steps_of
from ancu.apps.dossiers.services import filing, rule_changes
from ancu.apps.dossiers.services.rule_changes import DraftedChange
from ancu.apps.dossiers.services.rule_trials import run_trial
from ancu.apps.dossiers.tests.factories import (
    make_cast,
    make_dossier,
    make_draft,
    make_group,
    make_legal_file,
    make_rate,
    make_worker,
)
from ancu.apps.dossiers.tests.rule_scenes import (
    make_amendment,
    make_past_dossier,
    make_proposed_draft,
    make_tried_draft,
)
from ancu.apps.dossiers.tests.test_life import cases
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden
from ancu.core.rule_edition import READER
from ancu.core.testing.html import without_line_breaks
from ancu.core.testing.program import Program
from ancu.engines.rulebook import (
    AMENDABLE,
    FORM_RULES,
    Amendment,
    contest_rule,
    form_items,
    get_form,
    rules,
    set_amendments,
    visa_symbols,
)
from ancu.engines.rulebook.loader import parse

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
NA8, SYMBOLS, SYMBOL = "form.NA8", "visa.symbols", "LĐ2"  # what a worker of the scenes asks for
GUIDE = "guide_name"
BASIS = {"article_vi": "Thông tư 12/2027/TT-BCA", "article_en": "Circular 12/2027/TT-BCA", "reason": "A new circular."}


@pytest.fixture
def cast(world: World, tmp_path: Any, settings: Any) -> World:
    settings.MEDIA_ROOT = tmp_path
    make_rate(make_cast(world))
    make_legal_file(world)
    return world


def drafted(rule: str, entry: str, values: dict[str, Any], in_days: int = 1) -> DraftedChange:
    day = clock.today() + timedelta(days=in_days)
    return DraftedChange(rule=rule, entry=entry, values=values, valid_from=day, **BASIS)


def changed_item(key: str, rule: str = NA8, **changes: str) -> DraftedChange:
    return drafted(rule, key, present_values(rule, key, clock.today() + DAY) | changes)


def further_item(requirement: str = "required", section: str = "stay") -> DraftedChange:
    texts = {"label_vi": "Người hướng dẫn", "label_en": "Name of the guide", "help_vi": "", "help_en": "As printed."}
    return drafted(NA8, GUIDE, texts | {"requirement": requirement, "section": section, "kind": "text"})


def posted(change: DraftedChange, **fields: Any) -> dict[str, Any]:
    return {"valid_from": f"{change.valid_from:%d/%m/%Y}", **BASIS, **fields}


def refused(code: str, act: Any, *arguments: Any, **named: Any) -> None:
    with pytest.raises(Conflict) as conflict:
        act(*arguments, **named)
    assert conflict.value.code == code


def page_of(draft: RuleDraft, name: str = "rule-change") -> str:
    return reverse(f"dossiers:{name}", args=[draft.pk])


def new_page(kind: str, entry: str = "") -> str:
    address = reverse("dossiers:rule-change-new", args=[kind])
    return f"{address}?entry={entry.replace('+', '%2B')}" if entry else address


# ---- in force ------------------------------------------------------------------------------------------


def test_a_further_item_is_required_from_midnight_on_the_page_and_in_the_api(cast: World) -> None:
    program = Program(create_token(cast.actor("ramon"), name="HR program")[1])
    draft, midnight = make_draft(cast), clock.start_of(make_amendment(cast, further_item()).valid_from)
    send = f"dossiers/{draft.number}/send"
    procedure, steps = "/api/v1/procedures/trc_organisation", f"/dossiers/{draft.number}"
    for moment, is_asked in ((midnight - timedelta(seconds=1), False), (midnight, True)):
        with time_machine.travel(moment, tick=False):
            assert (f"NA8.{GUIDE}" in blocking_fields(draft)) is is_asked
            assert (GUIDE in cast.client().get(procedure).content.decode()) is is_asked
            pages = "".join(
                cast.client("ramon").get(f"{steps}/step/{number}").content.decode() for number in range(1, 9)
            )
            assert ("Name of the guide" in pages) is is_asked
    with time_machine.travel(midnight + timedelta(hours=9)):
        make_rate(cast)
        status, answer = program.call("POST", send, {"statement": True})
        assert status == 422 and f"NA8.{GUIDE}" in str(answer)
        answers = {**draft.answers, "NA8": {**draft.answers["NA8"], GUIDE: "Nguyễn Thị Hạnh"}}
        filing.save(cast.actor("ramon"), dossier=draft, answers=answers)
        assert program.call("POST", send, {"statement": True})[0] == 200
        draft.refresh_from_db()
        assert draft.state == State.SUBMITTED and "Nguyễn Thị Hạnh" in pdf_words(cast, draft)


def blocking_fields(dossier: Dossier) -> list[str | None]:
    dossier = Dossier.objects.get(pk=dossier.pk)
    return [finding.field for finding in blocking(findings(dossier, StayDisclosure.NOTHING))]


def pdf_words(cast: World, dossier: Dossier) -> str:
    paper = cast.client("ramon").get(f"/dossiers/{dossier.number}/documents/form-NA8.pdf")
    assert paper.status_code == 200
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages).split())


def test_an_earlier_dossier_keeps_the_items_of_its_day(cast: World) -> None:
    earlier = make_dossier(cast)
    workplace = form_items("NA8", clock.today()).items["foreign_workplace"].field.label_en
    for change in (
        further_item(),
        changed_item("foreign_workplace", requirement="no"),
        changed_item("occupation", label_vi="Việc đang làm", label_en="Work done now"),
    ):
        amendment = make_amendment(cast, change)
    with time_machine.travel(clock.start_of(amendment.valid_from) + timedelta(hours=9)):
        make_rate(cast)
        later = make_draft(cast)
        old, new = (labels_of(dossier) for dossier in (earlier, later))
        assert {"Occupation and position", workplace} <= old and not {"Name of the guide", "Work done now"} & old
        assert {"Name of the guide", "Work done now"} <= new and not {"Occupation and position", workplace} & new
        assert f"NA8.{GUIDE}" not in blocking_fields(earlier)
        words = pdf_words(cast, earlier)
        assert "Work done now" not in words and "Occupation and position" in words
        assert "Work done now" in pdf_words(cast, later)
        page = cast.client("ines").get(reverse("dossiers:office-dossier", args=[earlier.number]))
        assert page.status_code == 200
        in_force = without_line_breaks(cast.client("ines").get("/office/rulebook").content.decode())
        assert "Changed by the office: Name of the guide (Required)" in in_force
        assert f"{workplace} (No longer asked)" in in_force


def test_the_letter_of_a_request_is_that_of_its_dossiers_day(cast: World) -> None:
    group = make_group(cast, make_worker(cast))
    Dossier.objects.update(submitted_at=clock.now())
    day = make_amendment(cast, changed_item("letter_number", "form.NA6", label_en="Reference of the letter")).valid_from
    words = []
    for _dossiers_day in ("of yesterday", "of today"):
        with time_machine.travel(clock.start_of(day) + timedelta(hours=9)):
            paper = cast.client("ramon").get(reverse("dossiers:group-letter", args=[group.pk]))
            words.append(" ".join(page.extract_text() for page in PdfReader(BytesIO(paper.content)).pages))
        Dossier.objects.update(submitted_at=clock.start_of(day))
    assert ["Reference of the letter" in text for text in words] == [False, True]


def labels_of(dossier: Dossier) -> set[str]:
    forms = printed_forms(dossier, "en", all_items=True)
    return {item.label_en for form in forms if form.form.code == "NA8" for part in form.parts for item in part.items}


def test_a_validity_and_a_time_limit_change_on_their_day(cast: World) -> None:
    before = present_values(SYMBOLS, SYMBOL, clock.today() + DAY)
    assert before["card"]
    make_amendment(cast, drafted(SYMBOLS, SYMBOL, before | {"card": "1 year"}))
    make_amendment(cast, drafted(CONTEST, "complaint_days", {"complaint_days": 60}))
    today = clock.today()
    terms = [str(visa_symbols(on)[SYMBOL].card_max) for on in (today, today + DAY)]
    assert terms == [before["card"], "1 year"]
    assert [contest_rule(on).complaint_days for on in (today, today + DAY)] == [90, 60]
    draft = make_draft(cast)
    assert "NA8.card_until" not in blocking_fields(draft)
    with time_machine.travel(clock.start_of(today + DAY)):
        assert "NA8.card_until" in blocking_fields(draft)
    page = cast.client("rosa").get("/office/rulebook", {"on": (today + DAY).isoformat()}).content.decode()
    assert f"card_max.{SYMBOL}: 1 year" in page and "complaint_days: 60" in page and "Circular 12/2027/TT-BCA" in page


def test_the_file_of_the_rules_has_every_kind_and_reads_back(cast: World) -> None:
    for change in (
        further_item(),
        drafted(SYMBOLS, SYMBOL, {"visa": "6 months", "card": "3 years"}),
        drafted(POSTAL, "days", {"days": 9}),
    ):
        make_amendment(cast, change)
    text = cast.client("rosa").get(reverse("dossiers:rules-file")).content.decode()
    assert {rule.id: rule for rule in parse(text)} == {rule_id: rules()[rule_id] for rule_id in AMENDABLE}
    assert GUIDE in text and 'card_max = { "LĐ2" = "3 years" }' in text


# ---- what is refused -----------------------------------------------------------------------------------


def test_what_the_law_compares_cannot_be_left_out(cast: World) -> None:
    rosa = cast.actor("rosa")
    for key in ("passport_expiry", "full_name", "card_symbol", "stay_address"):
        refused("rule_refused", rule_changes.draft_change, rosa, change=changed_item(key, requirement="no"))
    refused("rule_refused", rule_changes.draft_change, rosa, change=further_item(section="moon"))
    no_card = next(symbol.symbol for symbol in visa_symbols(clock.today() + DAY).values() if not symbol.card_symbol)
    change = drafted(SYMBOLS, no_card, {"visa": "1 year", "card": "2 years"})
    refused("rule_refused", rule_changes.draft_change, rosa, change=change)
    refused("rule_unknown", rule_changes.draft_change, rosa, change=drafted(CONTEST, "version", {"version": 1}))
    refused("rule_unknown", rule_changes.draft_change, rosa, change=drafted(SYMBOLS, "XX", {"visa": "1 year"}))
    assert not RuleDraft.objects.exists()


def test_two_drafts_of_one_further_item_are_not_both_approved(cast: World) -> None:
    first, second = (make_proposed_draft(cast, further_item()) for _ in range(2))
    rule_changes.approve_change(cast.actor("dora"), draft_id=first.pk)
    refused("rule_tried_before", rule_changes.approve_change, cast.actor("dora"), draft_id=second.pk)


def test_a_form_is_changed_by_two_persons(cast: World) -> None:
    draft = make_proposed_draft(cast, further_item())
    with pytest.raises(Forbidden):
        rule_changes.approve_change(cast.actor("rosa"), draft_id=draft.pk)
    for name in ("ines", "selma"):
        with pytest.raises(Forbidden):
            rule_changes.draft_change(cast.actor(name), change=further_item())
    READER.read()
    assert GUIDE not in get_form("NA8", draft.valid_from).fields  # a draft changes nothing


# ---- trials --------------------------------------------------------------------------------------------


def test_a_trial_lists_the_dossiers_that_would_have_lacked_an_answer(cast: World) -> None:
    dossiers = [make_past_dossier(cast, days) for days in (20, 40, 60)]
    silent = dossiers[1]
    silent.answers["NA8"]["reason"] = ""
    silent.save(update_fields=["answers"])
    draft = make_tried_draft(cast, changed_item("reason", requirement="required"))
    trial = draft.trials.get()
    assert trial.state == RuleTrialState.DONE and trial.examined == 3
    case = RuleTrialCase.objects.get()
    assert (case.dossier_id, case.effect) == (silent.pk, RuleEffect.INCOMPLETE)
    page = cast.client("rosa").get(page_of(draft)).content.decode()
    assert "an answer would be missing" in page and "dossiers with this form" in page
    further = make_tried_draft(cast, further_item()).trials.get()
    assert trial_figures(further).dossiers == 3  # nobody was asked it
    assert get_form("NA8", clock.today()).fields["reason"].required is False


def test_new_words_concern_no_dossier(cast: World) -> None:
    make_past_dossier(cast)
    Dossier.objects.filter(pk=make_past_dossier(cast, 50).pk).update(answers={})  # redacted
    for change in (
        changed_item("occupation", label_en="Work done now"),
        changed_item("foreign_workplace", requirement="optional"),
    ):
        draft = make_tried_draft(cast, change)
        assert draft.trials.get().examined == 1 and not RuleTrialCase.objects.filter(trial__draft=draft).exists()
        assert "No dossier would have been concerned" in cast.client("rosa").get(page_of(draft)).content.decode()


def test_a_shorter_and_a_longer_validity_say_whose_card_would_be_refused(cast: World) -> None:
    dossiers = [make_past_dossier(cast, days) for days in (20, 40)]
    far = clock.today() + timedelta(days=900)
    dossiers[1].answers["NA8"]["card_until"] = far.isoformat()
    dossiers[1].save(update_fields=["answers"])
    values = present_values(SYMBOLS, SYMBOL, clock.today() + DAY)
    assert values["card"] == "2 years"
    for term, effects in (
        ("1 year", {dossiers[0].pk: RuleEffect.TOO_LONG}),
        ("3 years", {dossiers[1].pk: RuleEffect.NOT_TOO_LONG}),
    ):
        draft = make_tried_draft(cast, drafted(SYMBOLS, SYMBOL, values | {"card": term}))
        cases = RuleTrialCase.objects.filter(trial__draft=draft)
        assert dict(cases.values_list("dossier_id", "effect")) == effects
    elsewhere = make_tried_draft(cast, drafted(SYMBOLS, "ĐT1", {"visa": "1 month", "card": "1 year"}))
    assert not RuleTrialCase.objects.filter(trial__draft=elsewhere).exists()


def test_a_shorter_time_of_the_post_says_whose_passport_would_be_late(cast: World) -> None:
    sent: date = clock.today() - timedelta(days=20)
    for days, needed_days in ((30, 7), (40, 1)):
        dossier = make_past_dossier(cast, days)
        Posting.objects.create(
            dossier=dossier, to_office=True, carrier="Post", tracking_number="1", sent_on=sent, entered_at=clock.now(),
            arrived_at=clock.start_of(sent + needed_days * DAY), entered_by_id=cast.actor("ines").user_id,
        )  # fmt: skip
    make_past_dossier(cast, 50)
    draft = make_tried_draft(cast, drafted(POSTAL, "days", {"days": 3}))
    assert draft.trials.get().examined == 2
    case = RuleTrialCase.objects.get()
    assert (case.effect, case.dossier.postings.get().arrived_at) == (RuleEffect.LATE, clock.start_of(sent + 7 * DAY))
    contested = make_tried_draft(cast, drafted(CONTEST, "decide_days", {"decide_days": 45}))
    assert not RuleTrialCase.objects.filter(trial__draft=contested).exists()


# ---- pages ---------------------------------------------------------------------------------------------


def test_an_item_is_chosen_changed_and_read_beside_its_present_text(cast: World) -> None:
    rosa, change = cast.client("rosa"), changed_item("occupation")
    kinds = rosa.get(reverse("dossiers:rule-change-kinds")).content.decode()
    assert new_page("form") in kinds and new_page("fee") in kinds
    chooser = rosa.get(new_page("form")).content.decode()
    assert f'value="{NA8}:occupation"' in chooser and "NA8 · Entry and stay: add an item" in chooser
    assert rosa.get(new_page("form", "form.NA8:moon")).status_code == 422
    address = new_page("form", f"{NA8}:occupation")
    opened = rosa.get(address).content.decode()
    assert change.values["label_vi"] in opened and "Occupation and position</textarea>" in opened
    typed = posted(change, **change.values | {"label_en": "Work done now", "requirement": "no"})
    wrong = rosa.post(address, typed | {"article_vi": ""})
    assert wrong.status_code == 422 and "Work done now</textarea>" in wrong.content.decode()
    rosa.post(address, typed | {"requirement": "optional"})
    draft = RuleDraft.objects.get()
    run_trial(draft.trials.get().pk)
    page = rosa.get(page_of(draft)).content.decode()
    assert "Occupation and position" in page and "Work done now" in page
    listed = rosa.get(reverse("dossiers:rule-changes")).content.decode()
    assert "NA8: Occupation and position" in listed
    assert "Work done now</textarea>" in rosa.get(page_of(draft, "rule-change-edit")).content.decode()


def test_a_refused_item_says_why_beside_the_choice(cast: World) -> None:
    change = changed_item("passport_expiry", requirement="no")
    address = new_page("form", f"{NA8}:passport_expiry")
    answer = cast.client("rosa").post(address, posted(change, **change.values | {"label_en": "Kept words"}))
    page = answer.content.decode()
    assert answer.status_code == 422 and 'id="id_requirement_error"' in page and "Kept words</textarea>" in page
    assert "compares this answer with the law" in page.partition('id="id_requirement_error"')[2][:300]
    assert not RuleDraft.objects.exists()


def test_a_further_item_is_added_on_the_page_and_edited(cast: World) -> None:
    rosa, change = cast.client("rosa"), further_item()
    typed = posted(change, **change.values)
    del typed["section"]
    rosa.post(new_page("form", f"{NA8}:+stay"), typed)
    draft = RuleDraft.objects.get()
    assert (draft.entry, draft.values) == ("name_of_the_guide", change.values)
    run_trial(draft.trials.get().pk)
    page = rosa.get(page_of(draft)).content.decode()
    assert "NA8, new item: Name of the guide" in page and "NA8 · Entry and stay" in page
    assert "Text in one line" in page and "No longer asked" not in page
    edit = page_of(draft, "rule-change-edit")
    assert "Name of the guide</textarea>" in rosa.get(edit).content.decode()
    rosa.post(edit, typed | {"label_en": "The guide"})
    draft.refresh_from_db()
    assert (draft.entry, draft.values["label_en"], draft.values["section"]) == (
        "name_of_the_guide",
        "The guide",
        "stay",
    )
    make_amendment(cast, change)
    later = rosa.get(new_page("form", f"{NA8}:{GUIDE}")).content.decode()  # once it is in force, it is an item
    assert "Name of the guide</textarea>" in later and 'name="kind"' not in later


def test_a_validity_is_changed_on_the_page(cast: World) -> None:
    rosa, address = cast.client("rosa"), new_page("validity", f"{SYMBOLS}:{SYMBOL}")
    opened = rosa.get(address).content.decode()
    assert 'name="card_number"' in opened and 'value="2"' in opened
    change = drafted(SYMBOLS, SYMBOL, {})
    typed = posted(change, visa_number="6", visa_unit="month", card_number="", card_unit="year")
    wrong = rosa.post(address, typed)
    assert wrong.status_code == 422 and 'id="id_card_number_error"' in wrong.content.decode()
    rosa.post(address, typed | {"card_number": "18", "card_unit": "month"})
    draft = RuleDraft.objects.get()
    assert draft.values == {"visa": "6 months", "card": "18 months"}
    page = rosa.get(page_of(draft)).content.decode()
    assert "Longest validity of LĐ2" in page and "18 months" in page and "2 years" in page
    assert 'value="18"' in rosa.get(page_of(draft, "rule-change-edit")).content.decode()
    unknown = new_page("validity", f"{SYMBOLS}:UĐ1")  # its card is not known yet
    rosa.post(unknown, typed | {"visa_number": "1", "visa_unit": "year", "card_number": "5"})
    assert RuleDraft.objects.latest("id").values == {"visa": "1 year", "card": "5 years"}


@pytest.mark.parametrize(("rule", "name"), TIME_LIMITS)
def test_every_time_limit_is_changed_on_the_page(cast: World, rule: str, name: str) -> None:
    rosa, address = cast.client("rosa"), new_page("limit", f"{rule}:{name}")
    change = drafted(rule, name, {})
    assert rosa.post(address, posted(change, limit="0")).status_code == 422
    rosa.post(address, posted(change, limit="7"))
    draft = RuleDraft.objects.get()
    assert (draft.rule, draft.values) == (rule, {name: 7})
    assert rosa.get(page_of(draft)).status_code == 200
    assert 'value="7"' in rosa.get(page_of(draft, "rule-change-edit")).content.decode()


@pytest.mark.parametrize("rule", FORM_RULES)
def test_every_item_opens_with_its_present_text(cast: World, rule: str) -> None:
    rosa = cast.client("rosa")
    form = form_items(rule.removeprefix("form."), clock.today() + DAY)
    for key in [*form.items, *(f"+{section}" for section in form.sections)]:
        page = rosa.get(new_page("form", f"{rule}:{key}"))
        assert page.status_code == 200, key


# ---- forms without everything that may be left out -----------------------------------------------------


def leave_everything_out() -> None:
    """Put forms in force today that ask only for what the law and the program need."""
    today = clock.today()
    free = [
        (rule, key, item.values)
        for rule in FORM_RULES
        for key, item in form_items(rule.removeprefix("form."), today).items.items()
        if not item.needed_for
    ]
    assert len(free) > 20
    set_amendments(
        Amendment(number, rule, key, values | {"requirement": "no"}, today, "Thông tư", "Circular")
        for number, (rule, key, values) in enumerate(free, start=1)
    )


@pytest.mark.slow
@pytest.mark.parametrize(("procedure", "filer"), cases())
def test_a_dossier_is_filed_with_forms_that_ask_the_least(cast: World, procedure: str, filer: Filer) -> None:
    leave_everything_out()
    by = "ramon" if filer == Filer.ORGANISATION else "liem" if filer != Filer.SELF else "mia"
    dossier = make_draft(cast, procedure, filer, by)
    client = cast.client(by)
    for step in steps_of(dossier):
        assert client.get(reverse("dossiers:step", args=[dossier.number, step.number])).status_code == 200
    if filer not in {Filer.ORGANISATION, Filer.SELF}:
        Dossier.objects.filter(pk=dossier.pk).update(sponsor=cast.users[by])
        dossier.refresh_from_db()
    sent = filing.submit(cast.actor(by), dossier=dossier)
    for form in printed_forms(sent, "vi"):
        paper = client.get(f"/dossiers/{sent.number}/documents/form-{form.form.code}.pdf")
        assert paper.status_code == 200 and paper.content.startswith(b"%PDF")
    assert client.get(reverse("dossiers:page", args=[sent.number])).status_code == 200
    assert cast.client("ines").get(reverse("dossiers:office-dossier", args=[sent.number])).status_code == 200


def test_several_workers_are_filed_with_forms_that_ask_the_least(cast: World) -> None:
    leave_everything_out()
    ramon, worker = cast.client("ramon"), make_worker(cast)
    assert ramon.get(reverse("dossiers:group-new"), {"worker": worker.pk}).status_code == 200
    group = make_group(cast, worker)
    assert ramon.get(reverse("dossiers:group", args=[group.pk])).status_code == 200
    assert ramon.get(reverse("dossiers:group-letter", args=[group.pk])).content.startswith(b"%PDF")
