"""The API of declaring, for the programs of lodgings. The contract is docs/api.md and /api/v1/openapi.json."""

import hashlib
from datetime import date
from typing import Any, Literal
from uuid import UUID

import msgspec
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Router, Schema

from ancu.apps.files import services as files
from ancu.apps.files.services import FileRefused
from ancu.apps.lodging.selectors import Program
from ancu.apps.lodging.services import admit
from ancu.apps.stays import services
from ancu.apps.stays.enums import PICTURE_REFUSALS, Channel
from ancu.apps.stays.schemas import (
    batch_out,
    file_out,
    finding_out,
    openapi,
    problem_out,
    receipt_out,
    row_out,
    stay_out,
)
from ancu.apps.stays.schemas.documents import document_out
from ancu.apps.stays.selectors import feed, get_stay, papers, programs
from ancu.apps.stays.services import Declaration, Outcome, declare_once, photos, program_files, sandbox, uploads
from ancu.apps.stays.services.papers import submission_pdf
from ancu.apps.stays.services.programs import (
    MOST_BYTES,
    Malformed,
    Request,
    printable,
    read_day,
    read_object,
    read_request,
)
from ancu.apps.stays.services.samples import SAMPLES, SCHEMA
from ancu.core import clock
from ancu.core.bearer import Bearer
from ancu.core.language import both_languages
from ancu.core.problems import TooManyCalls, answer, failure
from ancu.core.tables import XLSX
from ancu.engines import exchange

MAX_ROWS = 1000
MOST_REASON = 300  # signs
DIFFERS = "declared_differently"
REFUSED_CALLS = {"too_many_calls": 429, "unavailable": 503}  # what a sandbox is asked for
ANNOUNCED: list[dict[str, str]] = []  # {"on": day, "what": sentence}: a change that breaks a program, before it comes
STATUS = {"all_stand": 200, "some_differ": 207, "some_refused": 207, "none_stands": 422}


router = Router(auth=Bearer(admit), tags=["stays"])
public = Router(auth=None, tags=["reference"])


def _program(request: HttpRequest) -> Program:
    return request.auth  # type: ignore[attr-defined, no-any-return]


@router.post("/stays", openapi_extra=openapi.DECLARE)
def declare(request: HttpRequest) -> HttpResponse:
    """Declare one guest or many: an object, a list, or ``{"stays": [...]}`` with options."""
    try:
        asked = read_request(
            request.body,
            batch_reference=request.headers.get("Idempotency-Key", ""),
            dry_run=request.GET.get("dry_run") == "true",
            mode=request.GET.get("mode", ""),
        )
    except Malformed as wrong:
        return failure(wrong.code, 400, (wrong.message_vi, wrong.message_en))
    if len(asked.rows) > MAX_ROWS:
        return failure("too_many_rows", 413, limit=MAX_ROWS)
    if not asked.rows:
        return failure("no_guests", 422)
    return _declare(request, asked, Channel.API, None, hashlib.sha256(request.body).hexdigest())


@router.post("/stays/file", openapi_extra=openapi.FILE)
def declare_file(request: HttpRequest) -> HttpResponse:
    """Declare a file (XML, XLSX, XLS, CSV, JSON) as the body or as ``file`` of a form; the same rules as the site."""
    upload = request.FILES.get("file")
    data = upload.read() if upload else request.body
    reading = exchange.read(data, upload.name if upload else None)
    if reading.problem:
        outcome = services.preview_rows(reading.rows)
        told = batch_out(outcome, None, [finding_out(note) for note in reading.notices])
        told.problem = problem_out(reading.problem)
        return answer(told, 422)
    asked = Request(
        reading.rows,
        [],
        printable(request.headers.get("Idempotency-Key", "") or request.GET.get("batch_reference", ""), 100),
        request.GET.get("mode") == "all_or_nothing",
        request.GET.get("dry_run") == "true",
        reading.notices,
    )
    return _declare(request, asked, Channel.FILE, reading, hashlib.sha256(data).hexdigest())


def _declare(
    request: HttpRequest, asked: Request, channel: str, reading: exchange.Reading | None, body_sha256: str
) -> HttpResponse:
    program = _program(request)
    forced = sandbox.forced_call(program.establishment, asked.rows)
    if forced in REFUSED_CALLS:
        return failure(forced, REFUSED_CALLS[forced], retry_safe=True, retry_after=2)
    sandbox.fail_before(forced)
    declaration = Declaration(
        actor=program.actor,
        establishment=program.establishment,
        rows=sandbox.forced_findings(program.establishment, asked.rows),
        channel=channel,
        client_reference=asked.batch_reference,
        row_references=asked.references,
        all_or_nothing=asked.all_or_nothing,
        dry_run=asked.dry_run,
    )

    stored: list[Any] = []

    def render(outcome: Outcome) -> tuple[int, bytes]:
        stored.append(outcome.submission)
        told = batch_out(outcome, declaration, [finding_out(note) for note in asked.unknown])
        if asked.all_or_nothing and outcome.differing:
            return 409, failure(DIFFERS, 409, **msgspec.structs.asdict(told)).content
        return STATUS[told.status], msgspec.json.encode(told)

    options = f"{asked.all_or_nothing} {asked.dry_run} {body_sha256}"
    status, body = declare_once(declaration, hashlib.sha256(options.encode()).hexdigest(), render)
    if forced == "answer_lost" and any(stored):  # sent again, it finds what it had stored
        return failure("unavailable", 503, retry_safe=True)
    return answer(body, status, **{"Ancu-Max-Rows": str(MAX_ROWS), "Ancu-Max-Bytes": str(files.MAX_BYTES)})


class Paper(Schema):
    """In which language the paper is written."""

    language: Literal["vi", "en"] = "vi"


@router.post("/files", openapi_extra=openapi.FILES)
def send_file(request: HttpRequest) -> HttpResponse:
    """Send a file of any size: a small one is answered with its result, a large one with 202 and where to ask."""
    program, upload = _program(request), request.FILES.get("file")
    try:
        sent = program_files.send_file(
            actor=program.actor,
            establishment=program.establishment,
            data=upload.read() if upload else request.body,
            name=printable((upload.name if upload else request.GET.get("name", "")) or "", 200),
            reference=printable(request.headers.get("Idempotency-Key") or request.GET.get("batch_reference", ""), 100),
            all_or_nothing=request.GET.get("mode") == "all_or_nothing",
            dry_run=request.GET.get("dry_run") == "true",
        )
    except FileRefused as refused:
        if refused.code == "scanner_unreachable":
            return failure(refused.code, 503, refused.message, retry_safe=True, retry_after=60)
        return failure(refused.code, 413 if refused.code == "file_too_large" else 422, refused.message)
    told = file_out(sent)
    if sent.all_or_nothing and told["differing"]:
        return failure(DIFFERS, 409, **told)
    status = STATUS[told["status"]] if told["status"] else 202
    return answer(told, status, Location=f"/api/v1/files/{sent.pk}", **_ask_again(told))


def _ask_again(told: dict[str, Any]) -> Any:
    return {"Retry-After": str(told["retry_after"])} if told["retry_after"] else {}


@router.get("/files/{uuid:file_id}", openapi_extra=openapi.SENT_FILE)
def read_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """How far a file is, and what came of it; kept for thirty days."""
    told = file_out(program_files.get_file(_program(request).actor, file_id))
    return answer(told, **_ask_again(told))


class RowQuery(Schema):
    """Rows behind position ``after``; ``state`` keeps those of one state."""

    after: int = 0
    limit: int = program_files.PAGE
    state: str = ""


@router.get("/files/{uuid:file_id}/rows", openapi_extra=openapi.FILE_ROWS)
def read_file_rows(request: HttpRequest, file_id: UUID, query: Query[RowQuery]) -> HttpResponse:
    """What became of each row, as a call of ``/stays`` tells it; ``next`` goes into ``after``."""
    sent = program_files.get_file(_program(request).actor, file_id)
    size = max(1, min(query.limit, MAX_ROWS))
    rows, following = program_files.row_outcomes(sent, after=query.after, size=size, state=query.state)
    return answer({"rows": [row_out(row) for row in rows], "next": following or None})


@router.get("/files/{uuid:file_id}/refused.xlsx", openapi_extra=openapi.FILE_REFUSED)
def refused_rows(request: HttpRequest, file_id: UUID, query: Query[Paper]) -> HttpResponse:
    """The refused rows as a workbook with the reasons, to be mended and sent."""
    sent = program_files.get_file(_program(request).actor, file_id)
    body = exchange.write_refused_xlsx(uploads.refused_rows(sent), query.language)
    return HttpResponse(body, content_type=XLSX, headers={"Cache-Control": "no-store"})


class StayQuery(Schema):
    """Filters of the list; all optional."""

    receipt: str = ""
    client_reference: str = ""
    document_number: str = ""
    nationality: str = ""
    arrived_on: date | None = None
    day: date | None = None
    state: str = ""
    after: int = 0
    limit: int = programs.PAGE


@router.get("/stays", openapi_extra=openapi.STAYS)
def list_stays(request: HttpRequest, query: Query[StayQuery]) -> HttpResponse:
    """Read back what was declared, today's included; ``next`` goes into ``after`` for the following page."""
    if query.state and query.state not in programs.STATES:
        return failure("invalid_parameters", 422, field="state", allowed=list(programs.STATES))
    asked = query.dict(exclude={"after", "limit"})
    asked |= {name: printable(value, 100) for name, value in asked.items() if isinstance(value, str)}
    filters = programs.Filters(**asked)
    size = max(1, min(query.limit, MAX_ROWS))
    stays, following = programs.stays_page(_program(request).actor, filters, after=query.after, size=size)
    return answer({"stays": [stay_out(stay) for stay in stays], "next": following})


@router.get("/stays/{int:stay_id}", openapi_extra=openapi.STAY)
def read_stay(request: HttpRequest, stay_id: int) -> HttpResponse:
    return answer(stay_out(get_stay(_program(request).actor, stay_id)))


@router.patch("/stays/{int:stay_id}", openapi_extra=openapi.CORRECT)
def correct(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Change the fields given and no others; ``reason`` is kept with the version before."""
    changes = read_object(request.body)
    reason = printable(changes.pop("reason", "") or "", MOST_REASON)
    texts = {name: None if value is None else str(value) for name, value in changes.items()}
    stay = services.correct(actor=_program(request).actor, stay_id=stay_id, changes=texts, reason=reason)
    return answer(stay_out(stay))


@router.post("/stays/{int:stay_id}/check-out", openapi_extra=openapi.CHECK_OUT)
def check_out(request: HttpRequest, stay_id: int) -> HttpResponse:
    """The guest has really left, today unless ``departed_on`` says when; apart from the expected departure."""
    day = read_day(read_object(request.body, empty=True), "departed_on") or clock.today()
    [stay] = services.check_out(actor=_program(request).actor, stay_ids=[stay_id], departed_on=day)
    return answer(stay_out(stay))


@router.post("/stays/{int:stay_id}/extend", openapi_extra=openapi.EXTEND)
def extend(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Move the expected departure."""
    day = read_day(read_object(request.body), "expected_departure")
    if day is None:
        return failure("invalid_parameters", 422, field="expected_departure")
    return answer(stay_out(services.extend(actor=_program(request).actor, stay_id=stay_id, expected_departure=day)))


@router.post("/stays/{int:stay_id}/withdraw", openapi_extra=openapi.WITHDRAW)
def withdraw(request: HttpRequest, stay_id: int) -> HttpResponse:
    """Take a declaration back, with a reason; it remains on record."""
    reason = printable(read_object(request.body).get("reason") or "", MOST_REASON)
    return answer(stay_out(services.withdraw(actor=_program(request).actor, stay_id=stay_id, reason=reason)))


@router.post("/documents/read", openapi_extra=openapi.READ)
def read_document(request: HttpRequest) -> HttpResponse:
    """Read the machine-readable zone in a picture (the body, or ``image`` of a form). Nothing is declared or kept."""
    program, sent = _program(request), request.FILES.get("image")
    data = sent.read() if sent else b"" if (request.content_type or "").startswith("multipart/") else request.body
    try:
        found = photos.read_picture(actor=program.actor, establishment=program.establishment, data=data, way="api")
    except photos.PictureRefused as caught:
        if caught.code == "too_many":
            raise TooManyCalls from caught
        code = caught.code
        told = both_languages(lambda: " ".join(map(str, PICTURE_REFUSALS[code])))
        return failure(f"picture_{code}", 422, told)
    return answer(document_out(found.sight))


@router.get("/receipts/{number}.pdf", openapi_extra=openapi.RECEIPT_PDF)  # before the next, which would take the dot
def receipt_pdf(request: HttpRequest, number: str, query: Query[Paper]) -> HttpResponse:
    """The same receipt to print, as the lodging's page gives it."""
    actor = _program(request).actor
    submission = papers.get_receipt(actor, number)
    return HttpResponse(
        submission_pdf(actor, submission, query.language),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{submission.number}.pdf"', "Cache-Control": "no-store"},
    )


@router.get("/receipts/{number}", openapi_extra=openapi.RECEIPT)
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """A receipt for machines: number, times, counts, hash, and the stays under it."""
    actor = _program(request).actor
    submission = papers.get_receipt(actor, number)
    return answer(receipt_out(submission, programs.stays_of(actor, submission)))


class Period(Schema):
    """``from`` and ``to``, both days included; ``by`` says which day of a stay is meant."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    by: Literal["arrival", "declaring"] = "arrival"


@router.get("/counts", openapi_extra=openapi.COUNTS)
def counts(request: HttpRequest, period: Query[Period]) -> HttpResponse:
    """Per day of arrival or of declaring, for reconciliation."""
    program = _program(request)
    days = programs.counts(program.actor, period.first, period.last, by=period.by)
    return answer({"establishment": program.establishment.code, "by": period.by, "days": days})


@router.get("/changes", openapi_extra=openapi.CHANGES)
def changes(request: HttpRequest, after: str = "", limit: int = feed.PAGE) -> HttpResponse:
    """Stays declared or changed since a mark, each as it stands now; ask again with the ``mark`` given."""
    mark = feed.read_mark(after)
    if mark is None:
        return failure("mark_unknown", 422, field="after")
    found = feed.changes(_program(request).actor, mark, size=max(1, min(limit, MAX_ROWS)))
    return answer({"stays": [stay_out(stay) for stay in found.stays], "mark": str(found.mark), "more": found.more})


@router.get("/me", openapi_extra=openapi.ME)
def me(request: HttpRequest) -> HttpResponse:
    """Whose key this is, whether it may declare, and what is left of this minute's calls."""
    program = _program(request)
    place, quota = program.establishment, program.quota
    return answer(
        {"establishment": place.code, "name": place.name, "status": place.status, "sandbox": place.sandbox}
        | {"calls": {"per_minute": quota.limit, "left": quota.left, "resets_in": quota.resets_in} if quota else None}
    )


@public.get("/code-lists", openapi_extra=openapi.PLAIN)
def code_lists(request: HttpRequest) -> HttpResponse:
    return answer({name: content["version"] for name, content in exchange.code_lists().items()})


@public.get("/code-lists/{name}", openapi_extra=openapi.PLAIN)
def code_list(request: HttpRequest, name: str) -> HttpResponse:
    """One versioned list; ``If-None-Match`` with the ETag answers 304."""
    content = exchange.code_lists().get(name)
    if content is None:
        return failure("not_found", 404)
    body = msgspec.json.encode(content)
    tag = f'"{content["version"]}-{hashlib.sha256(body).hexdigest()[:12]}"'
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers={"ETag": tag})
    return answer(body, ETag=tag)


@public.get("/schemas/stay", openapi_extra=openapi.PLAIN)
def stay_schema(request: HttpRequest) -> HttpResponse:
    """The JSON Schema of a stay as it is sent."""
    return answer(openapi.STAY_SCHEMA)


@public.get("/schemas/stays.xsd", openapi_extra=openapi.DOWNLOAD)
def xml_schema(request: HttpRequest) -> HttpResponse:
    """The XML Schema of a declaration file."""
    kind, write = SCHEMA
    return HttpResponse(write(), content_type=kind)


@public.get("/samples/{name}", openapi_extra=openapi.DOWNLOAD)
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """A file of invented guests that is accepted today: guests.json, guests.xml, guests.csv or guests.xlsx."""
    if name not in SAMPLES:
        return failure("not_found", 404, names=sorted(SAMPLES))
    kind, write = SAMPLES[name]
    return HttpResponse(write(), content_type=kind)


@public.get("/limits", openapi_extra=openapi.PLAIN)
def limits(request: HttpRequest) -> HttpResponse:
    """How much may be sent at once, and how often; with a key also what is left of this minute."""
    quota = shown.quota if (shown := Bearer(admit)(request)) else None
    left = {"calls_left": quota.left, "resets_in": quota.resets_in} if quota else {}
    return answer(
        {"rows_per_call": MAX_ROWS, "rows_per_file": exchange.LIMITS["rows"], "bytes_per_file": files.MAX_BYTES}
        | {"bytes_per_call": MOST_BYTES, "calls_per_minute": settings.API_CALLS_A_MINUTE}
        | {name: exchange.LIMITS[name] for name in ("full_name", "document_number", "room")}
        | left,
        **(quota.headers() if quota else {}),
    )


@public.get("/health", openapi_extra=openapi.PLAIN)
def health(request: HttpRequest) -> HttpResponse:
    """Whether declarations can be taken now: the database is asked."""
    if not programs.answers():
        return failure("unavailable", 503, retry_safe=True, retry_after=30)
    return answer({"status": "ok", "version": "1"})


@public.get("/version", openapi_extra=openapi.PLAIN)
def version_of_the_api(request: HttpRequest) -> HttpResponse:
    """The contract's version and the program's; what will change is announced in ``announced``, months before."""
    return answer({"api": "1", "program": settings.VERSION, "announced": ANNOUNCED, "openapi": "/api/v1/openapi.json"})
