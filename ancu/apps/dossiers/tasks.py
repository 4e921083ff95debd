from uuid import UUID

from procrastinate.contrib.django import app

from ancu.apps.dossiers.services import (
    alarms,
    closed_days,
    counters,
    due_days,
    handling,
    letters,
    paper_texts,
    passports,
    promises,
    queue_values,
    register,
    retention,
    rule_trials,
    workers,
)
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import SLOW, every_day_at


@app.periodic(cron=every_day_at(0, 5))
@app.task(name="dossiers.close_unanswered", queueing_lock="dossiers.close_unanswered", retry=retries.SOON)
def close_unanswered(timestamp: int) -> None:
    """Just after midnight: close dossiers whose deadline for documents was yesterday."""
    handling.close_unanswered(system("dossiers.close_unanswered"))


@app.periodic(cron=every_day_at(3, 37))
@app.task(name="dossiers.redact", queueing_lock="dossiers.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: delete personal data of dossiers, transfers, legal files and workers after their retention period."""
    actor = system("dossiers.redact")
    acts = (retention.redact_dossiers, retention.redact_bank_lines, retention.redact_legal_files)
    for act in (*acts, workers.delete_outdated):
        act(actor)


@app.periodic(cron=every_day_at(0, 15))
@app.task(name="dossiers.slots", queueing_lock="dossiers.slots", retry=retries.SOON)
def make_slots(timestamp: int) -> None:
    """Just after midnight: add one more day of slots at the end of the booking period."""
    counters.generate_all()


@app.periodic(cron=every_day_at(0, 20))
@app.task(name="dossiers.register_missing", queueing_lock="dossiers.register_missing", retry=retries.SOON)
def register_missing(timestamp: int) -> None:
    """Just after midnight: number what a node of the version before accepted during an upgrade."""
    register.register_missing()


@app.task(name="dossiers.promise", retry=retries.SOON)
def promise(dossier_id: int, stage: str) -> None:
    """Set the expected date of a dossier after its submission or acceptance."""
    promises.promise(dossier_id=dossier_id, stage=stage)


@app.task(name="dossiers.read_passport", retry=retries.SOON)
def read_passport(component_id: int, file_id: str) -> None:
    """Read the machine-readable zone of an uploaded passport for the pre-flight; idempotent."""
    passports.read_passport(component_id=component_id, file_id=UUID(file_id))
    queue_values.update_after_reading(component_id=component_id)


@app.task(name="dossiers.read_texts", retry=retries.SOON)
def read_texts(dossier_id: int) -> None:
    """Read the text layers of a sent dossier's papers for the comparison, and count its findings; idempotent."""
    paper_texts.read_texts(dossier_id=dossier_id)
    queue_values.update_queue_values(dossier_id=dossier_id)


@app.periodic(cron=every_day_at(0, 40))
@app.task(name="dossiers.queue_values", queueing_lock="dossiers.queue_values", retry=retries.SOON, **SLOW)
def update_queue_values(timestamp: int) -> None:
    """Nightly: count the findings of undecided dossiers anew, because lodgings have declared stays since."""
    queue_values.update_all()


@app.task(name="dossiers.score", retry=retries.SOON)
def score(dossier_id: int) -> None:
    """After the decision: record whether the promised date was met."""
    promises.score(dossier_id=dossier_id)


@app.periodic(cron=every_day_at(0, 25))
@app.task(name="dossiers.renew_promises", queueing_lock="dossiers.renew_promises", retry=retries.SOON, **SLOW)
def renew_promises(timestamp: int) -> None:
    """Nightly: measure unmeasured decisions, then renew promises that no longer hold."""
    promises.measure_missing()
    promises.renew()


@app.periodic(cron=every_day_at(8))
@app.task(name="dossiers.remind", queueing_lock="dossiers.remind", retry=retries.SOON)
def remind(timestamp: int) -> None:
    """At eight in the morning, when people read their mail: send reminders; a second run sends none."""
    letters.remind(system("dossiers.remind"))


@app.periodic(cron=every_day_at(7, 15))
@app.task(name="dossiers.alarm", queueing_lock="dossiers.alarm", retry=retries.SOON)
def alarm(timestamp: int) -> None:
    """Before the office opens: remind officers of dossiers at half time or due soon, and of passports late in the post.

    A second run sends none.
    """
    actor = system("dossiers.alarm")
    alarms.send_alarms(actor)
    alarms.send_posting_alarms(actor)


@app.task(name="dossiers.try_rule", retry=retries.WATCHED, **SLOW)
def try_rule(trial_id: int) -> None:
    """Try a changed rule on the dossiers of the past year; it may run twice."""
    rule_trials.run_trial(trial_id)


@app.task(name="dossiers.apply_calendar", retry=retries.WATCHED, **SLOW)
def apply_calendar() -> None:
    """After a change of the calendar: count due days anew and adjust slots and appointments; it may run twice."""
    actor = system("dossiers.apply_calendar")
    due_days.move_due_days(actor)
    counters.generate_all()
    closed_days.cancel_on_closed_days(actor)
