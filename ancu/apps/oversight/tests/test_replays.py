"""Other thresholds are tried on the past year before they judge anybody, and what they did then is what they do now."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from ancu.apps.audit.models import Event
from ancu.apps.oversight.enums import ReplayState
from ancu.apps.oversight.models import Alert, ThresholdReplay
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors.parameters import thresholds_in_force, thresholds_of_version
from ancu.apps.oversight.selectors.replays import cases
from ancu.apps.oversight.services import replays
from ancu.apps.oversight.services.evaluating import reevaluate
from ancu.apps.oversight.tests.factories import evaluate, make_busy, make_one_of_each, make_overstay
from ancu.apps.stays.models import Stay
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from ancu.core.errors import Conflict, Forbidden
from ancu.core.testing import texts

pytestmark = pytest.mark.django_db
RULE_PAGES = "/office/alerts/rules/"


def ago(days):
    return clock.today() - timedelta(days=days)


def tried(world, rule, **values):
    """The finished replay of these thresholds."""
    all_ = dict(thresholds_in_force(rule, clock.today()).values) | values
    keeper = "dora" if rule == "notice_match" else "rosa"  # whoever tries it is shown whom it finds
    replay = replays.try_out(world.actor(keeper), rule=rule, values=all_)
    replays.run_replay(replay.pk)
    replay.refresh_from_db()
    return replay


def test_what_would_disappear_and_appear_is_told_by_name_and_month(world):
    for days in (1, 3, 40):
        make_overstay(world.lodging, f"OVER {days}", days=days)
    late_departure = make_stay(
        world.lodging, "LEFT LATE", arrived_on=ago(100), permitted_until=ago(90), departed_on=ago(88)
    )
    make_stay(world.lodging, "IN ORDER", arrived_on=ago(50), permitted_until=ago(40), departed_on=ago(45))
    stricter = tried(world, "overstay", grace_days=2)
    assert stricter.outcome["counts"] == {"same": 2, "disappear": 2}
    assert {case.stay.full_name for case in cases(stricter, "disappear")} == {"OVER 1", "LEFT LATE"}
    assert stricter.outcome["months"][(ago(89)).isoformat()[:7]]["disappear"] == 1
    assert not Alert.objects.exists(), "trying changes nothing"
    replays.put_in_force(world.actor("rosa"), replay_id=stricter.pk, valid_from=clock.today(), reason="Too eager.")
    looser = tried(world, "overstay", grace_days=0)
    assert looser.outcome["counts"] == {"same": 2, "appear": 2}
    assert late_departure in [case.stay for case in cases(looser, "appear")]


def test_what_was_put_in_force_judges_from_that_day_on_and_is_told_with_each_alert(world):
    make_overstay(world.lodging, "YOUNG", days=1)
    make_overstay(world.lodging, "OLD", days=20)
    evaluate()
    replay = tried(world, "overstay", grace_days=5)
    thresholds = replays.put_in_force(
        world.actor("rosa"), replay_id=replay.pk, valid_from=clock.today(), reason="Too eager."
    )
    assert ProcrastinateJob.objects.filter(task_name="oversight.evaluate_rule").count() == 1
    evaluate()
    young, old = (Alert.objects.get(stay__full_name=name, rule="overstay") for name in ("YOUNG", "OLD"))
    assert (young.state, old.state) == ("closed", "open")
    assert old.version == f"1+{thresholds.pk}" and young.version == "1"
    for alert in (young, old):
        finding, digest = reevaluate(alert)
        assert finding is not None and digest == alert.digest, "each by the thresholds of its time"
    assert thresholds_of_version("overstay", old.version).values == {"grace_days": 5}


def test_a_day_to_come_and_the_newest_of_a_day(world):
    first = tried(world, "overstay", grace_days=5)
    tomorrow = clock.today() + timedelta(days=1)
    replays.put_in_force(world.actor("rosa"), replay_id=first.pk, valid_from=tomorrow, reason="From tomorrow.")
    assert thresholds_in_force("overstay", clock.today()).values == {"grace_days": 0}
    assert thresholds_in_force("overstay", tomorrow).values == {"grace_days": 5}
    second = tried(world, "overstay", grace_days=7)
    replays.put_in_force(world.actor("rosa"), replay_id=second.pk, valid_from=tomorrow, reason="Rather seven.")
    assert thresholds_in_force("overstay", tomorrow).values == {"grace_days": 7}
    assert thresholds_in_force("silent", tomorrow).version == "1"


def test_nothing_untried_is_put_in_force(world):
    rosa = world.actor("rosa")
    with pytest.raises(Forbidden):
        replays.try_out(world.actor("quynh"), rule="overstay", values={"grace_days": 5})
    for values, code in (
        ({"grace_days": 99}, "out_of_bounds"),
        ({}, "out_of_bounds"),
        ({"grace_days": 0}, "in_force_already"),
    ):
        with pytest.raises(Conflict) as refused:
            replays.try_out(rosa, rule="overstay", values=values)
        assert refused.value.code == code
    running = replays.try_out(rosa, rule="overstay", values={"grace_days": 5})
    done = tried(world, "overstay", grace_days=6)
    for replay, day, reason, code in (
        (running, 0, "why", "still_running"),
        (done, -1, "why", "day_gone_by"),
        (done, 0, " ", "reason_missing"),
    ):
        with pytest.raises(Conflict) as refused:
            replays.put_in_force(rosa, replay_id=replay.pk, valid_from=ago(-day), reason=reason)
        assert refused.value.code == code
    replays.put_in_force(rosa, replay_id=done.pk, valid_from=clock.today(), reason="why")
    replays.run_replay(running.pk)
    for replay in (done, running):
        with pytest.raises(Conflict) as refused:
            replays.put_in_force(rosa, replay_id=replay.pk, valid_from=clock.today(), reason="why")
        assert refused.value.code == "tried_before"


@pytest.mark.slow
def test_every_rule_can_be_tried_and_finds_in_the_past_what_it_finds_now(world):
    make_one_of_each(world)
    evaluate()
    now = {rule: Alert.objects.filter(rule=rule).count() for rule in RULES}
    for code in RULES:
        values = thresholds_in_force(code, clock.today())
        parameter = values.words.parameters[0]
        changed_value = parameter.value + 1 if parameter.value < parameter.most else parameter.value - 1
        replay = tried(world, code, **{parameter.name: changed_value})
        counts = replay.outcome["counts"]
        assert sum(counts.values()) - counts.get("appear", 0) >= now[code] > 0, code


@pytest.mark.slow
def test_a_lodging_that_was_silent_last_spring_is_found_by_a_replay(world):
    make_busy(world.lodging, until=150)
    make_busy(world.lodging, until=0, days=120)
    replay = tried(world, "silent", expected_days=40)
    assert replay.outcome["counts"] == {"disappear": 1}
    (case,) = cases(replay, "disappear")
    assert (case.lodging, case.since) == (world.lodging, ago(149))


def test_run_twice_the_second_finds_it_finished(world):
    replay = tried(world, "overstay", grace_days=5)
    before = replay.finished_at
    Stay.objects.all().delete()
    replays.run_replay(replay.pk)
    replay.refresh_from_db()
    assert (replay.state, replay.finished_at) == (ReplayState.DONE, before)


def test_the_pages_lead_from_the_rule_to_thresholds_in_force(world):
    make_overstay(world.lodging, "YOUNG", days=1)
    rosa = world.client("rosa")
    page = f"{RULE_PAGES}overstay/"
    above = rosa.post(f"{page}replay/", {"try-grace_days": "99"})
    assert above.status_code == 422 and "or less." in above.content.decode()  # the house's words, not Django's
    assert "in force" in rosa.post(f"{page}replay/", {"try-grace_days": "0"}).content.decode()
    began = rosa.post(f"{page}replay/", {"try-grace_days": "5"}, follow=True)
    assert texts.TESTING_ON_THE_PAST_YEAR in began.content.decode()
    replay = ThresholdReplay.objects.get()
    replays.run_replay(replay.pk)
    address = f"/office/alerts/replays/{replay.pk}/"
    part = rosa.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part and "YOUNG" in part and "Alerts that would disappear" in part
    (look,) = Event.objects.filter(act="looked", subject_type="oversight.thresholdreplay")  # none while it named nobody
    assert look.details["stays"] == [Stay.objects.get().pk]
    assert rosa.post(f"{address}put-in-force/", {}).status_code == 422
    form_data = {"put-valid_from": clock.today().strftime("%d/%m/%Y"), "put-reason": "Too eager."}
    assert "Too eager." in rosa.post(f"{address}put-in-force/", form_data, follow=True).content.decode()
    assert thresholds_in_force("overstay", clock.today()).values == {"grace_days": 5}


def test_a_trial_whose_job_failed_for_good_says_so(world):
    values = dict(thresholds_in_force("overstay", clock.today()).values) | {"grace_days": 5}
    replay = replays.try_out(world.actor("rosa"), rule="overstay", values=values)
    for pk in replays.waiting_replays(clock.now() + timedelta(seconds=1)):
        replays.give_up_replay(pk)
    page = world.client("rosa").get(f"/office/alerts/replays/{replay.pk}/").content.decode()
    assert "The test was interrupted" in page
    assert list(replays.waiting_replays(clock.now() + timedelta(seconds=1))) == []
