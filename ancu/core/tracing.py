"""Traces by OpenTelemetry: a span for each request and each job, by its name; nothing of what they contain.

The library's own instruments of Django and psycopg are not used: they would send addresses and SQL, in which codes and
names of people stand. The id of a trace is that of the request, so that log lines and spans can be joined.
"""

import logging
import time
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.conf import settings

from ancu.core import correlation
from ancu.core.json_log import NODE

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

logger = logging.getLogger(__name__)


def record_span(name: str, seconds: float, *, failed: bool, **attributes: str | int) -> None:
    """Send a span that ends now and lasted ``seconds``; nothing happens unless traces are configured."""
    tracer = _tracer() if settings.TRACES_ENDPOINT else None
    if tracer is None:
        return
    from opentelemetry.trace import SpanKind, StatusCode  # noqa: PLC0415 -- an optional dependency

    end = time.time_ns()
    kind = SpanKind.SERVER if "http.route" in attributes else SpanKind.CONSUMER
    span = tracer.start_span(name, kind=kind, start_time=end - int(seconds * 1e9), attributes=attributes)
    if failed:
        span.set_status(StatusCode.ERROR)
    span.end(end)


@cache
def _tracer() -> "Tracer | None":
    """Return what sends this process's spans; None if the packages of ``ancu[traces]`` are not installed.

    It reads endpoint, headers and sampler from the standard OTEL_ variables, and sends in a thread of its own.
    """
    if not (find_spec("opentelemetry") and find_spec("opentelemetry.exporter")):
        logger.warning("OTEL_EXPORTER_OTLP_ENDPOINT is set, but the packages of ancu[traces] are not installed")
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    resource = Resource.create({"service.name": "ancu", "service.version": settings.VERSION, "host.name": NODE})
    provider = TracerProvider(resource=resource, id_generator=_id_generator())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("ancu")


def _id_generator() -> Any:
    """Return a generator whose traces have the id of the present request; a random one outside of requests."""
    from opentelemetry.sdk.trace.id_generator import RandomIdGenerator  # noqa: PLC0415

    class RequestIdGenerator(RandomIdGenerator):
        """Gives a trace the id of the request that this thread or job serves."""

        def generate_trace_id(self) -> int:
            """Return the request's id as a number."""
            present = correlation.request_id.get().replace("-", "")
            return int(present, 16) if present else super().generate_trace_id()

    return RequestIdGenerator()
