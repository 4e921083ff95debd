from procrastinate.contrib.django import app

from ancu.apps.oversight.services import evaluating, retention
from ancu.core.actor import system
from ancu.core.jobs import every_day_at


@app.periodic(cron="* * * * *")
@app.task(name="oversight.evaluate", queueing_lock="oversight.evaluate")
def evaluate(timestamp: int) -> None:
    """Each minute: the rules are asked about whatever was declared, corrected or checked out since."""
    evaluating.evaluate_fresh()


@app.periodic(cron=every_day_at(1, 30))
@app.task(name="oversight.nightly", queueing_lock="oversight.nightly")
def nightly(timestamp: int) -> None:
    """Every night: the rules are asked about everything; done twice, the second changes nothing."""
    evaluating.evaluate_everything(system("oversight.nightly"))


@app.periodic(cron=every_day_at(4, 7))
@app.task(name="oversight.redact", queueing_lock="oversight.redact")
def redact(timestamp: int) -> None:
    """Daily: empty what has been kept long enough; done twice, the second finds nothing."""
    retention.redact_alerts(system("oversight.redact"))
