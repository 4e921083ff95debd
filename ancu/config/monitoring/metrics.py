"""``/metrics`` for Prometheus: the requests of all web processes of this server, and figures of the whole system.

Web processes share their counts through files in a folder that the start empties (``web_environment``); a process
that runs alone has its own. Names of people, lodgings and addresses are no labels.
"""

import logging
import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from ancu.config import health
from ancu.config.monitoring import figures
from ancu.core.json_log import NODE

logger = logging.getLogger(__name__)
METRICS_PATH = "/metrics"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2.5, 5, 10, 30)  # seconds; a page's aim is 0.3
REQUESTS = Counter(
    "ancu_http_requests", "Requests by route, method and class of status", ["route", "method", "status"], registry=None
)
SECONDS = Histogram(
    "ancu_http_request_duration_seconds",
    "From the complete request to its response, with the wait for a thread",
    ["route", "method"],
    buckets=BUCKETS,
    registry=None,
)
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def count_request(route: str, method: str, status: int, seconds: float) -> None:
    """Count a request that was answered with ``status`` after ``seconds``."""
    REQUESTS.labels(route, method, f"{status // 100}xx").inc()
    SECONDS.labels(route, method).observe(seconds)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Return all figures as Prometheus reads them, to the bearer of METRICS_TOKEN only; 404 if none is set."""
    if not settings.METRICS_TOKEN:
        return HttpResponseNotFound()
    sent = request.headers.get("authorization", "")
    if not constant_time_compare(sent, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry(auto_describe=False)
    if shared_folder():
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library has no type here
    else:
        registry.register(REQUESTS)
        registry.register(SECONDS)
    registry.register(SystemCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


def shared_folder() -> str:
    """Return the folder in which web processes share their counts; empty for a process alone."""
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


class SystemCollector:
    """Collects the figures of the system at each scrape; figures that cannot be had now are left out."""

    def collect(self) -> Iterator[Metric]:
        """Yield the metrics of each source."""
        for source in SOURCES:
            try:
                yield from list(source())
            except (DatabaseError, OSError) as error:
                logger.warning("metrics: %s is left out (%s)", source.__name__, type(error).__name__)


def _build() -> Iterable[Metric]:
    """Yield the version that runs here."""
    build = InfoMetricFamily("ancu_build", "Version of the program and name of its server")
    build.add_metric([], {"version": settings.VERSION, "node": NODE})
    yield build


def _health() -> Iterable[Metric]:
    """Yield the answer of ``/health/ready``: whether requests are served, and each part's state and age."""
    parts = health.examine_parts()
    yield GaugeMetricFamily("ancu_ready", "1 if requests can be served", value=int(health.serves_requests(parts)))
    states = GaugeMetricFamily("ancu_part_ok", "1 if the part is well or unknown", labels=["part"])
    ages = GaugeMetricFamily("ancu_part_age_seconds", "Age of the oldest undone work of the part", labels=["part"])
    for name, part in parts.items():
        states.add_metric([name], int(part.state in health.ACCEPTABLE))
        if part.seconds is not None:
            ages.add_metric([name], part.seconds)
    yield from (states, ages)


def _jobs() -> Iterable[Metric]:
    """Yield depth and age of each queue, jobs by status, failed jobs by task, and the workers."""
    due = GaugeMetricFamily("ancu_queue_due_jobs", "Jobs that may run now and wait", labels=["queue"])
    oldest = GaugeMetricFamily("ancu_queue_oldest_job_age_seconds", "Age of the oldest of them", labels=["queue"])
    jobs = GaugeMetricFamily("ancu_jobs", "Jobs in the database by status", labels=["queue", "status"])
    present = figures.jobs()
    for name, queue in present.queues.items():
        due.add_metric([name], queue.due)
        oldest.add_metric([name], queue.oldest_s)
        for status, count in queue.by_status.items():
            jobs.add_metric([name, status], count)
    failed = GaugeMetricFamily("ancu_failed_jobs", "Jobs that failed after every retry", labels=["task"])
    for task, count in present.failed.items():
        failed.add_metric([task], count)
    total = GaugeMetricFamily("ancu_failed_jobs_all", "Their number", value=present.failed_count)
    workers = GaugeMetricFamily("ancu_workers", "Workers with a heartbeat in two minutes", value=figures.worker_count())
    yield from (due, oldest, jobs, failed, total, workers)


def _feed() -> Iterable[Metric]:
    """Yield how long the feed of changes is held back."""
    lag = figures.feed_lag()
    yield GaugeMetricFamily("ancu_feed_lag_seconds", "Age of the oldest change not yet in the feed", value=lag)


def _relay() -> Iterable[Metric]:
    """Yield the declarations on their way to the national portal."""
    relay = GaugeMetricFamily("ancu_relay_declarations", "Declarations for the national portal", labels=["state"])
    for state, count in figures.forwardings().items():
        relay.add_metric([state], count)
    yield relay


def _standbys() -> Iterable[Metric]:
    """Yield how far each standby of the database is behind."""
    seconds = GaugeMetricFamily("ancu_replication_lag_seconds", "Replay lag of a standby", labels=["standby"])
    size = GaugeMetricFamily("ancu_replication_lag_bytes", "WAL that a standby has not replayed", labels=["standby"])
    for standby in figures.standbys():
        seconds.add_metric([standby.name], standby.lag_s)
        size.add_metric([standby.name], standby.lag_bytes)
    yield from (seconds, size)


def _archive() -> Iterable[Metric]:
    """Yield for how long the database's WAL could not be archived, where it is archived."""
    seconds = figures.archive_failing()
    if seconds is not None:
        yield GaugeMetricFamily("ancu_archive_failing_seconds", "Since WAL was archived, if it fails", value=seconds)


def _restore_check() -> Iterable[Metric]:
    """Yield age and faults of the last proof of the backup, if it runs on this server."""
    check = figures.restore_check()
    if check is not None:
        yield GaugeMetricFamily("ancu_restore_check_age_seconds", "Age of the last restore check", value=check.age_s)
        yield GaugeMetricFamily("ancu_restore_check_faults", "Faults that it reported", value=check.faults)


def _disks() -> Iterable[Metric]:
    """Yield free space and size of each disk."""
    free = GaugeMetricFamily("ancu_disk_free_bytes", "Free space of the folder's disk", labels=["disk"])
    size = GaugeMetricFamily("ancu_disk_size_bytes", "Size of the folder's disk", labels=["disk"])
    for name, disk in figures.disks().items():
        free.add_metric([name], disk.free)
        size.add_metric([name], disk.size)
    yield from (free, size)


def _processes() -> Iterable[Metric]:
    """Yield number and memory of the web processes on this server."""
    sizes = [size for pid in _web_processes() if (size := _resident_bytes(pid))]
    yield GaugeMetricFamily("ancu_web_processes", "Web processes that have answered a request", value=len(sizes))
    yield GaugeMetricFamily("ancu_web_resident_bytes", "Their resident memory together", value=sum(sizes))


def _web_processes() -> set[int]:
    """Return the ids of the processes that share their counts, also of those that have ended."""
    names = (path.stem.rpartition("_")[2] for path in Path(shared_folder() or os.devnull).glob("counter_*.db"))
    return {int(pid) for pid in names if pid.isdigit()} | {os.getpid()}


def _resident_bytes(pid: int) -> int:
    """Return the resident memory of a process; 0 if it has ended, or on a system without /proc."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


SOURCES: tuple[Callable[[], Iterable[Metric]], ...] = (
    _build, _health, _jobs, _feed, _relay, _standbys, _archive, _restore_check, _disks,
    _processes,
)  # fmt: skip
