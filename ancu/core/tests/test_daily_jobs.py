"""Daily jobs run at the hour that was meant in Viet Nam, though their runner reads cron lines in UTC."""

from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from ancu.core.clock import VIETNAM

EXPECTED = {
    "audit.send_head": "00:35",
    "audit.check": "02:10",
    "audit.redact": "04:57",
    "reporting.count": "03:17",
    "reporting.brief": "06:55",  # before the morning's meeting
    "desk.digest": "07:05",  # before work begins
    "desk.redact": "04:45",
    "dossiers.close_unanswered": "00:05",
    "dossiers.slots": "00:15",
    "dossiers.register_missing": "00:20",
    "dossiers.renew_promises": "00:25",
    "dossiers.queue_values": "00:40",
    "dossiers.alarm": "07:15",
    "dossiers.remind": "08:00",
    "accounts.announce_ends": "07:40",  # before work begins
    "lodging.announce_ending_keys": "07:45",
    "travellers.match_all": "02:23",
    "surveys.redact": "04:29",
    "stays.find_moves": "02:40",
    "stays.redact": "03:17",
    "programs.redact": "03:57",
    "accounts.redact": "03:27",
    "dossiers.redact": "03:37",
    "lodging.redact": "03:37",
    "relay.redact": "03:47",
    "messaging.redact": "03:47",
    "files.sweep": "04:41",
    "oversight.nightly": "01:30",
    "contact.redact": "04:17",
    "protection.redact": "04:33",
    "listening.daily": "06:40",
    "listening.redact": "04:37",
    "oversight.redact": "04:07",
    "tips.destroy": "04:41",
    "community.redact": "04:53",
    "config.delete_orphans": "05:07",
    "stays.verify_receipts": "05:17",
    "oversight.verify_alerts": "05:27",
}


def test_each_daily_job_runs_at_its_hour_in_viet_nam() -> None:
    """By the runner's own reading of the line; whatever runs oftener than hourly has no hour of its own."""
    start = datetime(2026, 11, 24, 12, 0, tzinfo=VIETNAM).timestamp()
    hours = {}
    for (name, _id), task in app.periodic_registry.periodic_tasks.items():
        first = task.croniter.get_next(ret_type=float, start_time=start)
        second = task.croniter.get_next(ret_type=float, start_time=first)
        if second - first >= timedelta(hours=2).total_seconds():
            hours[name] = f"{datetime.fromtimestamp(first, VIETNAM):%H:%M}"
    assert hours == EXPECTED
