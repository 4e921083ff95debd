"""The outermost middleware: it gives a request its id, measures it, logs it, and answers Prometheus.

Requests to the pages of tips are neither measured nor logged, and have no id: each line has its second, and a source
must not be found by the second (docs/security/tips.md).
"""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from ancu.config.monitoring.metrics import METRICS_PATH, count_request, metrics
from ancu.core import correlation
from ancu.core.json_log import FIELDS, route_of
from ancu.core.tracing import record_span

logger = logging.getLogger("ancu.requests")
RECEIVED = "ancu.received"
"""In the WSGI environment: when the request was complete, by ``time.perf_counter``; it then waits for a thread."""
HEADER = "X-Request-ID"
UNOBSERVED = ("/tips", "/office/tips")
FAILURES = 500  # statuses from here on are our fault
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestMonitorMiddleware:
    """Measures and logs each request by its route; no address, query or person is recorded."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info == METRICS_PATH:  # before the check of the host: Prometheus names the node, not the site
            return metrics(request)
        if request.path_info.startswith(UNOBSERVED):
            return self.get_response(request)
        request_id = _request_id(request)
        token = correlation.request_id.set(request_id)
        try:
            began = request.META.get(RECEIVED) or time.perf_counter()
            response = self.get_response(request)
            _record(request, response.status_code, time.perf_counter() - began)
        finally:
            correlation.request_id.reset(token)
        if not _is_static(request):  # dozens for a first visit, each with fifty bytes more and nothing to look up
            response.headers[HEADER] = request_id
        return response


def _request_id(request: HttpRequest) -> str:
    """Return the id that our proxy gave the request, or a new one; a stranger's text never gets into the log."""
    sent = request.headers.get(HEADER, "")
    return sent if settings.BEHIND_PROXY and correlation.is_request_id(sent) else correlation.new_request_id()


def _is_static(request: HttpRequest) -> bool:
    """Whether a static file was requested, which no view answers."""
    return request.resolver_match is None and request.path_info.startswith(settings.STATIC_URL)


def _record(request: HttpRequest, status: int, seconds: float) -> None:
    """Count the request, write its log line and send its span."""
    is_static = _is_static(request)
    route = "static" if is_static else route_of(request)
    method = request.method if request.method in METHODS else "UNKNOWN"
    count_request(route, str(method), status, seconds)
    if is_static:
        return
    attributes: dict[str, str | int] = {
        "http.route": route,
        "http.request.method": str(method),
        "http.response.status_code": status,
    }
    record_span(f"{method} {route}", seconds, failed=status >= FAILURES, **attributes)
    fields = {"route": route, "method": method, "status": status, "ms": round(seconds * 1000)}
    logger.info("%s %s %s", method, route, status, extra={FIELDS: fields})
