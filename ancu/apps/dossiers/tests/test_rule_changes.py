"""A fee is changed in the office: drafted, tried on the past year, approved by another person, in force at midnight."""

from contextlib import suppress
from datetime import date, timedelta

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ancu.apps.audit.models import Event
from ancu.apps.dossiers.enums import RuleDraftState, RuleEffect, RuleKind, RuleTrialState, State
from ancu.apps.dossiers.forms.rule_changes import HOURS
from ancu.apps.dossiers.models import Charge, RuleAmendment, RuleDraft, RuleTrialCase
from ancu.apps.dossiers.selectors import rule_trials as trial_selectors
from ancu.apps.dossiers.selectors.procedures import day_of, procedure_of
from ancu.apps.dossiers.selectors.rule_changes import approved_amendments, present_values
from ancu.apps.dossiers.services import due_days, rule_changes
from ancu.apps.dossiers.services.rule_changes import DraftedChange
from ancu.apps.dossiers.services.rule_trials import give_up_trial, run_trial
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_rate
from ancu.apps.dossiers.tests.rule_scenes import (
    CARD,
    fee_change,
    make_amendment,
    make_past_dossier,
    make_proposed_draft,
    make_tried_draft,
)
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.errors import Conflict, Forbidden
from ancu.core.rule_edition import READER, EditionReader
from ancu.core.working_days import calendar
from ancu.engines.rulebook import as_of, facts_from, fees, rules, set_amendments, shipped_rules
from ancu.engines.rulebook.loader import parse

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def cast(world):
    make_rate(make_cast(world))
    return world


def refused(code, act, *arguments, **named):
    with pytest.raises(Conflict) as conflict:
        act(*arguments, **named)
    assert conflict.value.code == code


# ---- drafts --------------------------------------------------------------------------------------------


def test_a_draft_changes_nothing_and_is_tried_at_once(cast):
    before = fees(clock.today() + DAY)[CARD].usd
    draft = rule_changes.draft_change(cast.actor("rosa"), change=fee_change())
    assert draft.before == {"usd": before} and draft.trials.get().state == RuleTrialState.RUNNING
    READER.read()
    assert fees(clock.today() + DAY)[CARD].usd == before
    assert Event.objects.filter(act="dossiers.rule_drafted").exists()


def test_only_administrators_and_approving_officers_change_rules(cast):
    for name in ("ines", "selma", "olga", "ramon", "mia"):
        with pytest.raises(Forbidden):
            rule_changes.draft_change(cast.actor(name), change=fee_change())


def test_a_change_begins_tomorrow_or_later_and_changes_something(cast):
    rosa = cast.actor("rosa")
    refused("rule_day_past", rule_changes.draft_change, rosa, change=fee_change(in_days=0))
    same = fees(clock.today() + DAY)[CARD].usd
    refused("rule_unchanged", rule_changes.draft_change, rosa, change=fee_change(usd=same))
    refused("rule_unknown", rule_changes.draft_change, rosa, change=fee_change(fee="visa.moon"))
    assert not RuleDraft.objects.exists()


def test_an_edited_draft_is_tried_anew(cast):
    draft = make_tried_draft(cast)
    rule_changes.revise_change(cast.actor("rosa"), draft_id=draft.pk, change=fee_change(usd=210))
    refused("rule_not_tried", rule_changes.propose_change, cast.actor("rosa"), draft_id=draft.pk)
    with pytest.raises(Forbidden):
        rule_changes.revise_change(cast.actor("dora"), draft_id=draft.pk, change=fee_change(usd=220))


# ---- trials --------------------------------------------------------------------------------------------


def test_a_trial_sums_what_last_years_dossiers_would_have_cost(cast):
    for days in (20, 50, 50):
        make_past_dossier(cast, days)
    make_past_dossier(cast, 400)  # before the period
    make_past_dossier(cast, 10, usd=200)  # costs what the draft asks
    draft = make_tried_draft(cast, fee_change(usd=200))
    trial = draft.trials.get()
    figures, price = trial_selectors.trial_figures(trial), fees(clock.today())[CARD].usd
    assert trial.state == RuleTrialState.DONE and trial.examined == 4
    assert (figures.dossiers, figures.usd_before, figures.usd_after) == (3, 3 * price, 600)
    assert figures.vnd_difference == (600 - 3 * price) * 26_400
    for groups in (trial_selectors.figures_by_procedure(trial), trial_selectors.figures_by_month(trial)):
        assert sum(group.dossiers for _name, group in groups) == 3
        assert sum(group.usd_after for _name, group in groups) == 600


def test_each_figure_agrees_with_its_list(cast):
    for days in (20, 50, 80):
        make_past_dossier(cast, days)
    draft = make_tried_draft(cast)
    client, trial = cast.client("dora"), draft.trials.get()
    page = reverse("dossiers:rule-trial-cases", args=[draft.pk])
    for month, figures in trial_selectors.figures_by_month(trial):
        answer = client.get(page, {"month": f"{month:%Y-%m}"})
        assert len(answer.context["page"].rows) == figures.dossiers == answer.context["figures"].dossiers
    numbers = [case.dossier.number for case in RuleTrialCase.objects.select_related("dossier")]
    text = client.get(page).content.decode()
    assert all(reverse("dossiers:office-dossier", args=[number]) in text for number in numbers)
    assert client.get(page, {"month": "yesterday"}).status_code == 422
    look = Event.objects.filter(act="looked", subject_type="dossiers.ruletrial").last()
    assert look is not None


def test_an_interrupted_trial_is_said_to_be(cast):
    draft = rule_changes.draft_change(cast.actor("rosa"), change=fee_change())
    give_up_trial(draft.trials.get().pk)
    page = cast.client("rosa").get(reverse("dossiers:rule-change", args=[draft.pk])).content.decode()
    assert "The test was interrupted" in page
    rule_changes.try_change(cast.actor("rosa"), draft_id=draft.pk)
    assert draft.trials.count() == 2


# ---- the second person ---------------------------------------------------------------------------------


def test_nobody_approves_the_own_draft(cast):
    draft = make_proposed_draft(cast)
    with pytest.raises(Forbidden):
        rule_changes.approve_change(cast.actor("rosa"), draft_id=draft.pk)
    with pytest.raises(Forbidden):
        rule_changes.return_change(cast.actor("rosa"), draft_id=draft.pk, reason="No")
    amendment = rule_changes.approve_change(cast.actor("dora"), draft_id=draft.pk)
    refused("rule_decided", rule_changes.approve_change, cast.actor("dora"), draft_id=draft.pk)
    with pytest.raises(Forbidden):
        rule_changes.withdraw_change(cast.actor("rosa"), draft_id=draft.pk, reason="No")
    assert amendment.replaced == "28/2026"


def test_a_returned_draft_is_corrected_and_sent_again(cast):
    draft = make_proposed_draft(cast)
    refused("no_reason", rule_changes.return_change, cast.actor("dora"), draft_id=draft.pk, reason=" ")
    rule_changes.return_change(cast.actor("dora"), draft_id=draft.pk, reason="Name the article.")
    draft.refresh_from_db()
    assert draft.state == RuleDraftState.RETURNED
    page = cast.client("rosa").get(reverse("dossiers:rule-change-edit", args=[draft.pk])).content.decode()
    assert "Name the article." in page and 'value="200"' in page
    rule_changes.propose_change(cast.actor("rosa"), draft_id=draft.pk)


def test_a_rule_that_changed_since_the_trial_is_tried_again_first(cast):
    draft = make_proposed_draft(cast, fee_change(usd=300, in_days=5))
    make_amendment(cast, fee_change(usd=170, in_days=2))
    refused("rule_tried_before", rule_changes.approve_change, cast.actor("dora"), draft_id=draft.pk)


def test_a_day_that_has_come_cannot_be_approved_any_more(cast):
    draft = make_proposed_draft(cast)
    with time_machine.travel(clock.start_of(draft.valid_from)):
        refused("rule_day_past", rule_changes.approve_change, cast.actor("dora"), draft_id=draft.pk)


def test_an_approved_change_is_never_rewritten(cast):
    amendment = make_amendment(cast)
    for act in (
        lambda: RuleAmendment.objects.filter(pk=amendment.pk).update(valid_from=date(2030, 1, 1)),
        lambda: RuleAmendment.objects.filter(pk=amendment.pk).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_a_change_is_withdrawn_before_its_day_only(cast):
    day = fee_change().valid_from
    before = fees(day)[CARD].usd
    first = make_amendment(cast)
    assert fees(day)[CARD].usd == 200
    rule_changes.withdraw_change(cast.actor("dora"), draft_id=first.draft_id, reason="The circular was postponed.")
    READER.read()
    assert fees(day)[CARD].usd == before
    refused("rule_withdrawn", rule_changes.withdraw_change, cast.actor("dora"), draft_id=first.draft_id, reason="x")
    second = make_amendment(cast)
    with time_machine.travel(clock.start_of(day)):
        refused("rule_in_force", rule_changes.withdraw_change, cast.actor("dora"), draft_id=second.draft_id, reason="x")
    assert Event.objects.filter(act="dossiers.rule_withdrawn").count() == 1


# ---- in force ------------------------------------------------------------------------------------------


def test_everywhere_the_new_fee_is_shown_from_midnight(cast):
    day = make_amendment(cast, fee_change(usd=199)).valid_from
    client, midnight = cast.client(), clock.start_of(day)
    addresses = (
        "/procedures/trc_organisation",
        "/dossiers/new/trc_organisation",
        "/api/v1/procedures/trc_organisation",
    )
    for moment, shows in ((midnight - timedelta(seconds=1), False), (midnight, True)):
        with time_machine.travel(moment, tick=False):
            for address in addresses:
                text = client.get(address).content.decode()
                assert ("199" in text) is shows, (address, moment)


def test_a_dossier_keeps_the_fee_of_its_day_and_names_its_version(cast):
    earlier = make_dossier(cast)
    code = Charge.objects.get(dossier=earlier).items[0]["key"]
    amendment = make_amendment(cast, fee_change(usd=333, fee=code))
    with time_machine.travel(clock.start_of(amendment.valid_from) + timedelta(hours=9)):
        make_rate(cast)
        later = make_dossier(cast)
        old, new = (Charge.objects.get(dossier=dossier) for dossier in (earlier, later))
        assert old.usd != 333 and old.fee_version == "28/2026"
        assert new.usd == 333 and new.fee_version == f"28/2026+{amendment.pk}"
        assert present_values("fees.immigration", code, clock.local(earlier.submitted_at).date())["usd"] == old.usd


def approve_another(cast, usd, in_days):
    """The approved change; None if the fee of that day is the same already."""
    with suppress(Conflict):
        return make_amendment(cast, fee_change(usd=usd, in_days=in_days))
    return None


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 9_999), st.integers(1, 20)), max_size=5), st.integers(0, 25))
def test_the_latest_approved_change_is_in_force(cast, drawn, offset):
    with transaction.atomic():
        approved = list(filter(None, (approve_another(cast, usd, in_days) for usd, in_days in drawn)))
        day = clock.today() + offset * DAY
        begun = [change for change in approved if change.valid_from <= day]
        expected = max(begun, key=lambda change: (change.valid_from, change.pk)).values["usd"] if begun else None
        shipped = next(
            line for line in shipped_rules()["fees.immigration"].as_of(day).values["fees"] if line["code"] == CARD
        )
        READER.read()
        assert fees(day)[CARD].usd == (expected or shipped["usd"])
        transaction.set_rollback(True)
    set_amendments(())


def test_another_process_reads_a_change_on_its_first_day_at_the_latest(cast):
    reader = EditionReader()
    reader.refresh()
    assert not reader.is_due()
    amendment = make_amendment(cast)
    set_amendments(())  # as another process, which has not read it
    with time_machine.travel(clock.start_of(amendment.valid_from), tick=False):
        assert reader.is_due()
        reader.refresh()
        assert fees(clock.today())[CARD].usd == 200 and not reader.is_due()


def test_the_file_of_the_rules_reads_back(cast, capsys):
    make_amendment(cast)
    text = cast.client("rosa").get(reverse("dossiers:rules-file")).content.decode()
    assert {rule.id: rule for rule in parse(text)} == {
        rule_id: rules()[rule_id] for rule_id in (r.id for r in parse(text))
    }
    assert [amendment.entry for amendment in approved_amendments()] == [CARD]


# ---- days and limits -----------------------------------------------------------------------------------


def change_of(rule, values, valid_from, entry=""):
    return DraftedChange(
        rule=rule.value, entry=entry, values=values, valid_from=valid_from, article_vi="Thông báo 1",
        article_en="Notice 1", reason="Announced by the Government.",
    )  # fmt: skip


def test_a_day_off_moves_the_due_days_of_open_dossiers(cast):
    dossier = make_dossier(cast, State.ACCEPTED)
    day, next_day = dossier.due_on, calendar().add_working_days(dossier.due_on, 1)
    named = {"kind": "holiday", "name_vi": "Nghỉ", "name_en": "Day off"}
    draft = make_proposed_draft(cast, change_of(RuleKind.DAY, named, day, day.isoformat()))
    case = RuleTrialCase.objects.get()
    assert (case.dossier_id, case.effect, case.due_before, case.due_after) == (dossier.pk, "due", day, next_day)
    page = cast.client("dora").get(reverse("dossiers:rule-change", args=[draft.pk])).content.decode()
    assert "What it would mean for the open dossiers" in page and "Day off (Public holiday)" in page
    assert "appointments booked on this day" in page
    rule_changes.approve_change(cast.actor("dora"), draft_id=draft.pk)
    assert due_days.move_due_days(system("dossiers.apply_calendar")) == 1
    assert due_days.move_due_days(system("dossiers.apply_calendar")) == 0
    dossier.refresh_from_db()
    assert dossier.due_on == next_day
    assert Event.objects.filter(act="dossiers.due_moved").count() == 1


def test_office_hours_change_on_their_day(cast):
    rosa, day = cast.client("rosa"), clock.today() + 7 * DAY
    hours = dict(zip(HOURS, ("08:00", "12:00", "12:00", "17:00"), strict=True))
    form = hours | {
        "valid_from": f"{day:%d/%m/%Y}", "article_vi": "Thông báo 1", "article_en": "Notice 1", "reason": "Winter",
    }  # fmt: skip
    wrong = rosa.post(reverse("dossiers:rule-change-new", args=["hours"]), form)
    assert wrong.status_code == 422 and "Enter a time after the one before." in wrong.content.decode()
    rosa.post(reverse("dossiers:rule-change-new", args=["hours"]), form | {"afternoon_opens": "13:00"})
    draft = RuleDraft.objects.get()
    run_trial(draft.trials.get().pk)
    page = rosa.get(reverse("dossiers:rule-change", args=[draft.pk])).content.decode()
    assert "08:00–12:00, 13:00–17:00" in page and "No dossier would have been concerned" in page
    assert 'value="13:00"' in rosa.get(reverse("dossiers:rule-change-edit", args=[draft.pk])).content.decode()
    rule_changes.propose_change(cast.actor("rosa"), draft_id=draft.pk)
    rule_changes.approve_change(cast.actor("dora"), draft_id=draft.pk)
    READER.read()
    opens = [as_of("calendar.hours", on).values["morning"][0] for on in (day - DAY, day)]
    assert opens == ["07:30", "08:00"]


def test_a_year_without_known_holidays_is_refused(cast):
    day = calendar().last + DAY
    change = change_of(RuleKind.DAY, {"kind": "worked"}, day, day.isoformat())
    refused("rule_unknown", rule_changes.draft_change, cast.actor("rosa"), change=change)


def test_a_longer_margin_says_whose_passport_would_have_ended_too_early(cast):
    dossier = make_past_dossier(cast)
    facts = facts_from(procedure_of(dossier), dossier.answers, day_of(dossier))
    margin = (facts.passport_expiry - facts.requested_until).days + 1
    draft = make_tried_draft(cast, change_of(RuleKind.MARGIN, {"days": margin}, clock.today() + DAY))
    case = RuleTrialCase.objects.get()
    assert (case.dossier_id, case.effect) == (dossier.pk, RuleEffect.REFUSAL)
    page = cast.client("rosa").get(reverse("dossiers:rule-change", args=[draft.pk])).content.decode()
    assert "the passport would end too early" in page


# ---- pages ---------------------------------------------------------------------------------------------


def test_the_pages_lead_from_a_draft_to_its_approval(cast):
    rosa, dora = cast.client("rosa"), cast.client("dora")
    day = clock.today() + DAY
    form = {
        "fee": CARD, "usd": "1.200", "valid_from": f"{day:%d/%m/%Y}", "article_vi": "Thông tư 12/2027",
        "article_en": "Circular 12/2027", "reason": "New circular",
    }  # fmt: skip
    wrong = rosa.post(
        reverse("dossiers:rule-change-new", args=["fee"]), form | {"valid_from": f"{clock.today():%d/%m/%Y}"}
    )
    assert wrong.status_code == 422 and "A change can take effect tomorrow or later" in wrong.content.decode()
    assert 'value="1.200"' in wrong.content.decode()
    response = rosa.post(reverse("dossiers:rule-change-new", args=["fee"]), form)
    draft = RuleDraft.objects.get()
    assert response["Location"] == reverse("dossiers:rule-change", args=[draft.pk]) and draft.values == {"usd": 1200}
    page = rosa.get(response["Location"]).content.decode()
    assert "Testing on the past year" in page and "1,200 USD" in page
    run_trial(draft.trials.get().pk)
    rosa.post(reverse("dossiers:rule-change-propose", args=[draft.pk]))
    assert reverse("dossiers:rule-change", args=[draft.pk]) in dora.get("/desk/").content.decode()
    dora.post(reverse("dossiers:rule-change-approve", args=[draft.pk]))
    listed = dora.get(reverse("dossiers:rule-changes")).content.decode()
    assert "Approved, not yet in force" in listed
    late = dora.post(reverse("dossiers:rule-change-withdraw", args=[draft.pk]), {"withdraw-reason": ""})
    assert late.status_code == 422


def test_the_pages_run_the_same_queries_for_more_rows(cast, expect_queries):
    make_past_dossier(cast)
    draft = make_proposed_draft(cast)
    client = cast.client("dora")

    def count_queries():
        for label, page in (("list", "dossiers:rule-changes"), ("cases", "dossiers:rule-trial-cases")):
            address = reverse(page, args=[draft.pk] if label == "cases" else [])
            client.get(address)  # what the process remembers is not counted
            with expect_queries(label):
                client.get(address)

    count_queries()
    for days in (40, 60):
        make_past_dossier(cast, days)
        make_proposed_draft(cast, fee_change(usd=100 + days))
    rule_changes.return_change(cast.actor("dora"), draft_id=draft.pk, reason="Count the later ones too.")
    rule_changes.try_change(cast.actor("rosa"), draft_id=draft.pk)
    run_trial(draft.trials.latest("id").pk)
    count_queries()
