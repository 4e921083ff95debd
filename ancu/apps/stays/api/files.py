"""Files of any size, declared while the program waits or after it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Schema

from ancu.apps.files.services import FileRefused
from ancu.apps.stays.api.routers import DIFFERS, MAX_ROWS, STATUS, PaperLanguage, program_of, router
from ancu.apps.stays.schemas import file_out, openapi, row_out
from ancu.apps.stays.services import program_files, uploads
from ancu.apps.stays.services.programs import codes_in, printable
from ancu.core.documents.spreadsheets import XLSX
from ancu.core.web.problems import answer, failure
from ancu.engines import exchange


@router.post("/files", openapi_extra=openapi.FILES)
def send_file(request: HttpRequest) -> HttpResponse:
    """Declare a file of any size. A small file returns its result; a large one returns 202 and is declared in a job."""
    program, upload = program_of(request), request.FILES.get("file")
    try:
        sent_file = program_files.send_file(
            actor=program.actor,
            establishment=program.establishment,
            data=upload.read() if upload else request.body,
            name=printable((upload.name if upload else request.GET.get("name", "")) or "", 200),
            reference=printable(request.headers.get("Idempotency-Key") or request.GET.get("batch_reference", ""), 100),
            all_or_nothing=request.GET.get("mode") == "all_or_nothing",
            dry_run=request.GET.get("dry_run") == "true",
            confirmed=codes_in(request.GET.get("confirmed")),
        )
    except FileRefused as refused:
        if refused.code in {"scanner_unreachable", "storage_full"}:
            return failure(refused.code, 503, refused.message, retry_safe=True, retry_after=60)
        return failure(refused.code, 413 if refused.code == "file_too_large" else 422, refused.message)
    body = file_out(sent_file)
    if sent_file.all_or_nothing and body["differing"]:
        return failure(DIFFERS, 409, **body)
    status = STATUS[body["status"]] if body["status"] else 202
    return answer(body, status, Location=f"/api/v1/files/{sent_file.pk}", **_retry_after_header(body))


def _retry_after_header(body: dict[str, Any]) -> Any:
    """Return {"Retry-After": seconds} as a header while the file of this response is being declared; else {}."""
    return {"Retry-After": str(body["retry_after"])} if body["retry_after"] else {}


@router.get("/files/{uuid:file_id}", openapi_extra=openapi.SENT_FILE)
def read_file(request: HttpRequest, file_id: UUID) -> HttpResponse:
    """Return the progress and the result of a file, for thirty days."""
    body = file_out(program_files.get_file(program_of(request).actor, file_id))
    return answer(body, **_retry_after_header(body))


class RowQuery(Schema):
    """The rows after position ``after``, all or only those in ``state``."""

    after: int = 0
    limit: int = program_files.PAGE
    state: str = ""


@router.get("/files/{uuid:file_id}/rows", openapi_extra=openapi.FILE_ROWS)
def read_file_rows(request: HttpRequest, file_id: UUID, query: Query[RowQuery]) -> HttpResponse:
    """Return the outcome of each row as ``POST /stays`` does; pass ``next`` as ``after`` for the following page."""
    sent_file = program_files.get_file(program_of(request).actor, file_id)
    size = max(1, min(query.limit, MAX_ROWS))
    rows, following = program_files.row_outcomes(sent_file, after=query.after, size=size, state=query.state)
    return answer({"rows": [row_out(row) for row in rows], "next": following or None})


@router.get("/files/{uuid:file_id}/refused.xlsx", openapi_extra=openapi.FILE_REFUSED)
def refused_rows(request: HttpRequest, file_id: UUID, query: Query[PaperLanguage]) -> HttpResponse:
    """Return the refused rows as a workbook with the reasons, to be corrected and sent again."""
    sent_file = program_files.get_file(program_of(request).actor, file_id)
    body = exchange.write_refused_xlsx(uploads.refused_rows(sent_file), query.language)
    return HttpResponse(body, content_type=XLSX, headers={"Cache-Control": "no-store"})
