"""Queue edge of the audit."""

from procrastinate.contrib.django import app

from ancu.apps.audit import services


@app.periodic(cron="* * * * *")
@app.task(name="audit.seal", queueing_lock="audit.seal")
def seal(timestamp: int) -> None:
    """Seal what was committed in the last minute."""
    while services.seal_events():
        pass
