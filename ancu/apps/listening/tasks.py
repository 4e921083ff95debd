"""Daily jobs, and remarks that surveys hand over."""

from procrastinate.contrib.django import app

from ancu.apps.listening.services import daily, receiving, retention
from ancu.core.actor import system
from ancu.core.db import retries
from ancu.core.db.jobs import every_day_at


@app.task(name="listening.receive_remark", retry=retries.SOON)
def receive_remark(survey_id: int, question: str, response_id: int, unit_id: int | None, about_id: int | None) -> None:
    """Job: store a remark from a survey as a petition. It may run twice."""
    receiving.fetch_remark(
        system("listening.receive_remark"), survey_id=survey_id, question=question, response_id=response_id,
        unit_id=unit_id, about_id=about_id,
    )  # fmt: skip


@app.periodic(cron=every_day_at(6, 40))
@app.task(name="listening.daily", queueing_lock="listening.daily", retry=retries.SOON)
def every_day(timestamp: int) -> None:
    """Daily job: close silent petitions, and escalate overdue and unconfirmed ones.

    Petitions about the office go to the inspectorate. It may run twice.
    """
    actor = system("listening.daily")
    daily.close_silent(actor)
    daily.give_to_inspectorate(actor)
    daily.escalate(actor)
    daily.ask_for_receipts(actor)


@app.periodic(cron=every_day_at(4, 37))
@app.task(name="listening.redact", queueing_lock="listening.redact", retry=retries.SOON)
def redact(timestamp: int) -> None:
    """Daily job: empty petitions and meetings whose retention period is over. It may run twice."""
    actor = system("listening.redact")
    retention.redact_petitions(actor)
    retention.redact_meetings(actor)
