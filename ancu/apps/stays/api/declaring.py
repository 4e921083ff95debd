"""Declaring guests: one or many, a file, and the reading of a document's picture before it."""

import hashlib
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse

from ancu.apps.files import services as files
from ancu.apps.stays import services
from ancu.apps.stays.api.routers import DIFFERS, MAX_ROWS, STATUS, program_of, router
from ancu.apps.stays.enums import PICTURE_REFUSALS, DeclarationChannel
from ancu.apps.stays.schemas import batch_out, finding_out, openapi, problem_out
from ancu.apps.stays.schemas.documents import document_out
from ancu.apps.stays.services import Declaration, DeclarationOutcome, declare_once, photos, sandbox
from ancu.apps.stays.services.programs import DeclarationRequest, MalformedRequest, codes_in, printable, read_request
from ancu.core.web.language import both_languages
from ancu.core.web.problems import TooManyCalls, answer, failure
from ancu.engines import exchange

REFUSED_CALLS = {"too_many_calls": 429, "unavailable": 503}  # what a sandbox is asked for


@router.post("/stays", openapi_extra=openapi.DECLARE)
def declare(request: HttpRequest) -> HttpResponse:
    """Declare one guest or many: an object, a list, or ``{"stays": [...]}`` with options."""
    try:
        declaration_request = read_request(
            request.body,
            batch_reference=request.headers.get("Idempotency-Key", ""),
            dry_run=request.GET.get("dry_run") == "true",
            mode=request.GET.get("mode", ""),
        )
    except MalformedRequest as malformed:
        return failure(malformed.code, 400, (malformed.message_vi, malformed.message_en))
    if len(declaration_request.rows) > MAX_ROWS:
        return failure("too_many_rows", 413, limit=MAX_ROWS)
    if not declaration_request.rows:
        return failure("no_guests", 422)
    return _declare(request, declaration_request, DeclarationChannel.API, hashlib.sha256(request.body).hexdigest())


@router.post("/stays/file", openapi_extra=openapi.FILE)
def declare_file(request: HttpRequest) -> HttpResponse:
    """Declare a file (XML, XLSX, XLS, CSV, JSON) as the body or as ``file`` of a form; the same rules as the site."""
    upload = request.FILES.get("file")
    data = upload.read() if upload else request.body
    reading = exchange.read(data, upload.name if upload else None)
    if reading.problem:
        outcome = services.preview_rows(reading.rows)
        notices = [finding_out(note) for note in reading.notices]
        batch = batch_out(outcome, None, notices, sandbox=program_of(request).establishment.sandbox)
        batch.problem = problem_out(reading.problem)
        return answer(batch, 422)
    declaration_request = DeclarationRequest(
        reading.rows,
        [],
        [codes_in(request.GET.get("confirmed"))] * len(reading.rows),
        printable(request.headers.get("Idempotency-Key", "") or request.GET.get("batch_reference", ""), 100),
        request.GET.get("mode") == "all_or_nothing",
        request.GET.get("dry_run") == "true",
        reading.notices,
    )
    return _declare(request, declaration_request, DeclarationChannel.FILE, hashlib.sha256(data).hexdigest())


def _declare(
    request: HttpRequest, declaration_request: DeclarationRequest, channel: str, body_sha256: str
) -> HttpResponse:
    """Declare the guests of one call of the API for the program's lodging; return the JSON response.

    A sandbox call may fail or be delayed if a row's room demands it. ``body_sha256`` is the hash by which a repeated
    reference is recognised as the same call.
    """
    program = program_of(request)
    forced = sandbox.forced_call(program.establishment, declaration_request.rows)
    if forced in REFUSED_CALLS:
        return failure(forced, REFUSED_CALLS[forced], retry_safe=True, retry_after=2)
    sandbox.fail_before(forced)
    declaration = Declaration(
        actor=program.actor,
        establishment=program.establishment,
        rows=sandbox.forced_findings(program.establishment, declaration_request.rows),
        channel=channel,
        client_reference=declaration_request.batch_reference,
        row_references=declaration_request.references,
        row_confirmations=declaration_request.confirmations,
        notices=declaration_request.notices,
        all_or_nothing=declaration_request.all_or_nothing,
        dry_run=declaration_request.dry_run,
    )

    stored: list[Any] = []

    def render(outcome: DeclarationOutcome) -> tuple[int, bytes]:
        """Return HTTP status and JSON body for the outcome, and note whether a submission was stored."""
        stored.append(outcome.submission)
        notices = [finding_out(note) for note in declaration_request.notices]
        batch = batch_out(outcome, declaration, notices, sandbox=program.establishment.sandbox)
        if declaration_request.all_or_nothing and outcome.differing:
            return 409, failure(DIFFERS, 409, **msgspec.structs.asdict(batch)).content
        return STATUS[batch.status], msgspec.json.encode(batch)

    confirmed = request.GET.get("confirmed", "")
    options = f"{declaration_request.all_or_nothing} {declaration_request.dry_run} {confirmed} {body_sha256}"
    status, body = declare_once(declaration, hashlib.sha256(options.encode()).hexdigest(), render)
    if forced == "answer_lost" and any(stored):  # sent again, it finds what it had stored
        return failure("unavailable", 503, retry_safe=True)
    return answer(body, status, **{"Ancu-Max-Rows": str(MAX_ROWS), "Ancu-Max-Bytes": str(files.MAX_BYTES)})


@router.post("/documents/read", openapi_extra=openapi.READ)
def read_document(request: HttpRequest) -> HttpResponse:
    """Read the machine-readable zone in a picture (the body, or ``image`` of a form). Nothing is declared or stored."""
    program, image = program_of(request), request.FILES.get("image")
    data = image.read() if image else b"" if (request.content_type or "").startswith("multipart/") else request.body
    try:
        picture = photos.read_picture(actor=program.actor, establishment=program.establishment, data=data, way="api")
    except photos.PictureRefused as caught:
        if caught.code == "too_many":
            raise TooManyCalls from caught
        code = caught.code
        texts = both_languages(lambda: " ".join(map(str, PICTURE_REFUSALS[code])))
        return failure(f"picture_{code}", 422, texts)
    return answer(document_out(picture.sight))
