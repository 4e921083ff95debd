from procrastinate.contrib.django import app

from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.services import evaluating, replays, retention
from ancu.core.actor import system
from ancu.core.db.jobs import every_day_at


@app.periodic(cron="* * * * *")
@app.task(name="oversight.evaluate", queueing_lock="oversight.evaluate")
def evaluate(timestamp: int) -> None:
    """Each minute: the rules are asked about whatever was declared, corrected or checked out since."""
    evaluating.evaluate_fresh()


@app.task(name="oversight.evaluate_rule")
def evaluate_rule(code: str) -> None:
    """After a notice or a threshold came into force or ended: that rule is asked about everything."""
    evaluating.evaluate_rule(system("oversight.evaluate_rule"), RULES[code])


@app.task(name="oversight.replay", queue="files")
def replay(replay_id: int) -> None:
    """Other thresholds are tried on the past year; done twice, the second finds it finished."""
    replays.run(replay_id)


@app.periodic(cron=every_day_at(1, 30))
@app.task(name="oversight.nightly", queueing_lock="oversight.nightly")
def nightly(timestamp: int) -> None:
    """Every night: the rules are asked about everything; done twice, the second changes nothing."""
    evaluating.evaluate_everything(system("oversight.nightly"))


@app.periodic(cron=every_day_at(4, 7))
@app.task(name="oversight.redact", queueing_lock="oversight.redact")
def redact(timestamp: int) -> None:
    """Daily: empty what has been kept long enough; done twice, the second finds nothing."""
    actor = system("oversight.redact")
    for act in (retention.redact_alerts, retention.redact_notices, retention.redact_inspections):
        act(actor)
