from procrastinate.contrib.django import app

from ancu.apps.travellers.services import matching, repair_names
from ancu.core.db import retries
from ancu.core.db.jobs import SLOW, every_day_at

LOCK = "travellers.match"


@app.periodic(cron="* * * * *")
@app.task(name="travellers.match_new", queueing_lock="travellers.match_new", lock=LOCK, retry=retries.SOON, **SLOW)
def match_new(timestamp: int) -> None:
    """Every minute: match newly declared identities with similar ones. Idempotent."""
    matching.match_new()


@app.periodic(cron=every_day_at(2, 23))
@app.task(name="travellers.match_all", queueing_lock="travellers.match_all", lock=LOCK, retry=retries.SOON, **SLOW)
def match_all(timestamp: int) -> None:
    """Nightly: match identities not processed by the current rules, review joins, repair names."""
    matching.match_all(limit=matching.A_NIGHT)
    repair_names()
