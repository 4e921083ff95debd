from procrastinate.contrib.django import app

from ancu.apps.dossiers.services import handling, retention
from ancu.core.actor import system


@app.periodic(cron="5 0 * * *")
@app.task(name="dossiers.close_unanswered", queueing_lock="dossiers.close_unanswered")
def close_unanswered(timestamp: int) -> None:
    """Just after midnight: the day after the last day to answer, a dossier is closed."""
    handling.close_unanswered(system("dossiers.close_unanswered"))


@app.periodic(cron="37 3 * * *")
@app.task(name="dossiers.redact", queueing_lock="dossiers.redact")
def redact(timestamp: int) -> None:
    """Daily: empty what has been kept long enough; done twice, the second finds nothing."""
    actor = system("dossiers.redact")
    for act in (retention.redact_dossiers, retention.redact_bank_lines, retention.redact_legal_files):
        act(actor)
