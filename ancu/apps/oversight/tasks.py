from procrastinate.contrib.django import app

from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.services import evaluating, replays, retention, verifying
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import SLOW, every_day_at


@app.periodic(cron="* * * * *")
@app.task(name="oversight.evaluate", queueing_lock="oversight.evaluate", retry=retries.SOON, **SLOW)
def evaluate(timestamp: int) -> None:
    """Job every minute: evaluate the rules for what was declared, corrected or checked out since."""
    evaluating.evaluate_changes()


@app.task(name="oversight.evaluate_rule", retry=retries.SOON, **SLOW)
def evaluate_rule(code: str) -> None:
    """Job: evaluate a rule over everything after a notice or threshold took effect or ended."""
    evaluating.evaluate_rule(system("oversight.evaluate_rule"), RULES[code])


@app.task(name="oversight.replay", retry=retries.WATCHED, **SLOW)
def replay(replay_id: int) -> None:
    """Job: try other thresholds on the past year; it may run twice."""
    replays.run_replay(replay_id)


@app.periodic(cron=every_day_at(1, 30))
@app.task(name="oversight.nightly", queueing_lock="oversight.nightly", retry=retries.SOON, **SLOW)
def nightly(timestamp: int) -> None:
    """Nightly job: evaluate all rules over everything; it may run twice."""
    evaluating.evaluate_everything(system("oversight.nightly"))


@app.periodic(cron=every_day_at(4, 7))
@app.task(name="oversight.redact", queueing_lock="oversight.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete the personal data of old alerts, notices and inspections; it may run twice."""
    actor = system("oversight.redact")
    for act in (retention.redact_alerts, retention.redact_notices, retention.redact_inspections):
        act(actor)


@app.periodic(cron=every_day_at(5, 27))
@app.task(name="oversight.verify_alerts", queueing_lock="oversight.verify_alerts", retry=retries.SOON, **SLOW)
def verify_alerts(timestamp: int) -> None:
    """Nightly job: judge the evidence of each alert again; it may run twice."""
    verifying.check_alerts()
