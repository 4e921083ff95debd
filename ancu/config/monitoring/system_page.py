"""The administrators' page on how the system is: its parts, queues, lags and disks, in plain words.

The same figures as ``/health/ready`` and ``/metrics``; no person and no lodging is named.
"""

from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.accounts.rules import administers_officers
from ancu.config import health
from ancu.config.health import FAILED, LATE, OK, UNKNOWN, Part
from ancu.config.monitoring import figures
from ancu.core import clock
from ancu.core.errors import require
from ancu.core.json_log import NODE
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request

MINUTE, HOUR, DAY = 60, 3600, 86_400
STATES: dict[str, tuple[Promise, str]] = {
    OK: (gettext_lazy("works"), "ok"),
    LATE: (gettext_lazy("late"), "bad"),
    FAILED: (gettext_lazy("stopped"), "bad"),
    UNKNOWN: (gettext_lazy("not checked"), "mute"),
}
PARTS: dict[str, tuple[Promise, Promise]] = {
    "database": (gettext_lazy("Database"), gettext_lazy("It can be read and written.")),
    "migrations": (gettext_lazy("Upgrade of the tables"), gettext_lazy("The tables are those of this version.")),
    "storage": (gettext_lazy("Stored files"), gettext_lazy("Uploads can be stored.")),
    "disk": (gettext_lazy("Disk of the files"), gettext_lazy("Below 512 MB nothing can be declared.")),
    "database_disk": (
        gettext_lazy("Disk of the database"),
        gettext_lazy("Not checked if the database is on another server."),
    ),
    "worker": (gettext_lazy("Background worker"), gettext_lazy("It reports itself every ten seconds.")),
    "queue": (gettext_lazy("Background jobs"), gettext_lazy("No job should wait longer than 15 minutes.")),
    "audit_seal": (gettext_lazy("Audit log"), gettext_lazy("It is sealed every minute.")),
    "backup": (gettext_lazy("Backup"), gettext_lazy("Once a day.")),
}
AGES: dict[str, Promise] = {
    "worker": gettext_lazy("The last signal came %(age)s ago."),
    "queue": gettext_lazy("The oldest has waited for %(age)s."),
    "audit_seal": gettext_lazy("The oldest open entry is %(age)s old."),
    "backup": gettext_lazy("The last ended %(age)s ago."),
}


class PartRow(NamedTuple):
    """A part of the system as the page shows it."""

    title: Promise
    text: Promise
    state: Promise
    tone: str
    detail: str


class JobQueueRow(NamedTuple):
    """A queue of background jobs as the page shows it."""

    name: str
    due: int
    oldest: str
    running: int
    failed: int


@never_cache
@require_safe
def system(request: Request) -> HttpResponse:
    """Show the administrator which parts of the system work, what waits, and which version runs where."""
    require(administers_officers(request.actor))
    parts = health.examine_parts()
    jobs = figures.jobs()
    context: dict[str, Any] = {
        "serves": health.serves_requests(parts),
        "well": all(part.state in health.ACCEPTABLE for part in parts.values()),
        "parts": [_part_row(name, parts[name]) for name in PARTS],
        "queues": [_queue_row(name, queue) for name, queue in jobs.queues.items()],
        "failed": jobs.failed_count,
        "facts": _facts(),
        "now": clock.now(),
    }
    return render(request, "accounts/administration/system.html", context)


def _part_row(name: str, part: Part) -> PartRow:
    """Return the row of a part, with its age or free space."""
    detail = ""
    if part.free_megabytes is not None:
        detail = _("%(size)s are left.") % {"size": filesizeformat(part.free_megabytes * 2**20)}
    elif part.seconds is not None:
        detail = AGES[name] % {"age": duration_text(part.seconds)}
    return PartRow(*PARTS[name], *STATES[part.state], detail)


def _queue_row(name: str, queue: figures.QueueFigures) -> JobQueueRow:
    """Return the row of a queue; the age is empty when nothing waits."""
    oldest = duration_text(queue.oldest_s) if queue.due else ""
    return JobQueueRow(name, queue.due, oldest, queue.running, queue.by_status.get("failed", 0))


def _facts() -> list[tuple[str, str]]:
    """Return label and value of what is worth knowing beside the parts."""
    relay, standbys = figures.forwardings(), figures.standbys()
    facts = [
        (_("Version"), settings.VERSION),
        (_("Web server"), NODE),
        (_("Workers that run"), str(figures.worker_count())),
        (_("Changes that hotel programs do not see yet"), duration_text(figures.feed_lag())),
        (_("National portal"), _("%(waiting)s waiting, %(failed)s for an officer") % relay),
    ]
    if failing_s := figures.archive_failing():
        facts.append((_("WAL not archived for"), duration_text(failing_s)))
    if check := figures.restore_check():
        faults = counted("%(n)s fault", "%(n)s faults", check.faults)
        facts.append((_("Time since the last restore check"), f"{duration_text(check.age_s)}, {faults}"))
    return facts + [(_("Standby %(name)s") % {"name": s.name}, duration_text(s.lag_s)) for s in standbys]


def duration_text(seconds: float) -> str:
    """Return a duration in its largest unit, as people say it: 40 seconds, 12 minutes, 5 hours, 2 days."""
    if seconds < 2 * MINUTE:
        return counted("%(n)s second", "%(n)s seconds", int(seconds))
    if seconds < 2 * HOUR:
        return counted("%(n)s minute", "%(n)s minutes", int(seconds // MINUTE))
    if seconds < 2 * DAY:
        return counted("%(n)s hour", "%(n)s hours", int(seconds // HOUR))
    return counted("%(n)s day", "%(n)s days", int(seconds // DAY))
