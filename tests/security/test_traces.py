"""Traces: a span for each request and each job, joined by the request's id, and nothing of what they contain."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.test import Client
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from ancu.core import tracing

pytestmark = pytest.mark.django_db


class SpanCollector(HTTPServer):
    """Keeps the spans that are sent to it."""

    bodies: list[bytes]

    def spans(self) -> list[Any]:
        requests = [ExportTraceServiceRequest.FromString(body) for body in self.bodies]
        scopes = [scope for request in requests for sent in request.resource_spans for scope in sent.scope_spans]
        return [span for scope in scopes for span in scope.spans]


class SpanHandler(BaseHTTPRequestHandler):
    server: SpanCollector

    def do_POST(self) -> None:
        self.server.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def collector(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[SpanCollector]:
    server = SpanCollector(("127.0.0.1", 0), SpanHandler)
    server.bodies = []
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.TRACES_ENDPOINT = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", settings.TRACES_ENDPOINT)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_COMPRESSION", "none")
    tracing._tracer.cache_clear()
    yield server
    tracing._tracer.cache_clear()
    server.shutdown()
    server.server_close()


def send_spans() -> None:
    provider: Any = tracing._tracer().span_processor  # type: ignore[union-attr]
    assert provider.force_flush()
    provider.shutdown()


def test_a_request_is_a_span_by_its_route_and_nothing_more(collector: SpanCollector) -> None:
    response = Client().get("/r/HB-26-0000001?q=HOFFMANN", HTTP_USER_AGENT="HOFFMANN")
    Client().get("/tips/")
    send_spans()
    (span,) = collector.spans()
    assert span.name == "GET stays:verify_code"
    assert span.trace_id.hex() == response["X-Request-ID"]
    names = {attribute.key for attribute in span.attributes}
    assert names == {"http.route", "http.request.method", "http.response.status_code"}
    assert span.end_time_unix_nano > span.start_time_unix_nano
    assert not any(text in body for body in collector.bodies for text in (b"HOFFMANN", b"HB-26", b"tips"))


def test_a_failed_job_is_a_span_with_an_error(collector: SpanCollector) -> None:
    tracing.record_span("audit.seal", 0.5, failed=True, **{"messaging.message.id": "7"})
    send_spans()
    (span,) = collector.spans()
    assert (span.name, span.status.code) == ("audit.seal", 2)


def test_without_the_packages_or_the_address_nothing_is_sent(
    settings: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tracing._tracer.cache_clear()
    tracing.record_span("audit.seal", 0.5, failed=False)
    settings.TRACES_ENDPOINT = "http://127.0.0.1:4318"
    monkeypatch.setattr(tracing, "find_spec", lambda _name: None)
    tracing.record_span("audit.seal", 0.5, failed=False)
    assert "ancu[traces]" in caplog.text
    tracing._tracer.cache_clear()
