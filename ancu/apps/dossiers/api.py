"""The API of organisations that file many dossiers. The contract is docs/api.md and /api/v1/openapi.json."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from ninja.security import HttpBearer

from ancu.apps.accounts.selectors import OrganisationProgram, organisation_program
from ancu.apps.accounts.services import record_token_use
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.forms.filing import SendDossierForm
from ancu.apps.dossiers.forms.program import AnswerNote, read_answers, unstored_draft
from ancu.apps.dossiers.schemas import (
    DossierError,
    dossier_out,
    error_out,
    filed_out,
    finding_out,
    line_out,
    openapi,
    paper_out,
    photo_out,
)
from ancu.apps.dossiers.schemas.requests import (
    SENTENCES,
    PaperRequest,
    PatchRequest,
    SendRequest,
    filing_request,
    json_object,
    paper_request,
    read_as,
)
from ancu.apps.dossiers.selectors import get_dossier
from ancu.apps.dossiers.selectors.papers import places_of
from ancu.apps.dossiers.selectors.program import MAX_PAGE, PAGE, DossierListFilter, dossiers_page
from ancu.apps.dossiers.selectors.rulebook import form_data, procedure_data
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services import program as services
from ancu.apps.dossiers.services.moving import writable
from ancu.apps.dossiers.services.papers import PURPOSE
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.files import services as files
from ancu.apps.files.selectors import get_upload
from ancu.core import clock
from ancu.core.security.rate_limits import allow
from ancu.core.web.problems import TooManyCalls, answer, failure
from ancu.engines.rulebook import NotInForce, get_procedure, procedures_on

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier
    from ancu.core.actor import Actor

CALLS_AN_HOUR = 6000
NOTHING_KEPT = (
    "Yêu cầu có lỗi; chưa có gì được lưu. Hãy sửa rồi gửi lại cùng mã tham chiếu.",
    "The request has errors; nothing was kept. Mend it and send it again under its own reference.",
)
INCOMPLETE = (
    "Hồ sơ chưa thể gửi đi. Từng mục trong “findings” nêu rõ cách khắc phục.",
    "The dossier cannot be sent yet. Each of the findings says how to mend it.",
)


class OrganisationKey(HttpBearer):
    """``Authorization: Bearer ancu_...``: a key to one organisation's dossiers, apart from any person's password."""

    def authenticate(self, request: HttpRequest, token: str) -> OrganisationProgram | None:
        """Return the program of a valid key, else None; raises TooManyCalls above its organisation's hourly limit."""
        program = organisation_program(token)
        if program is None:
            return None
        if not allow("dossiers.api", str(program.actor.organisation_id), limit=CALLS_AN_HOUR):
            raise TooManyCalls  # an organisation's, not a key's: further keys make no room
        if program.used_on != clock.today():
            record_token_use(program.token_id)
        return program


router = Router(auth=OrganisationKey(), tags=["dossiers"])
public = Router(auth=None, tags=["reference"])


def _actor(request: HttpRequest) -> Actor:
    """Return the actor of the organisation's program that the request's key authenticated."""
    program: OrganisationProgram = request.auth  # type: ignore[attr-defined]
    return program.actor


# ---- what there is to file -----------------------------------------------------------------------------


class LawDayQuery(Schema):
    """The day whose law applies; today by default."""

    on: date | None = None


@public.get("/procedures", openapi_extra=openapi.PROCEDURES)
def procedures(request: HttpRequest, query: Query[LawDayQuery]) -> HttpResponse:
    """Return every procedure in force with papers, fees and deadline; its forms have an address of their own."""
    day = query.on or clock.today()
    return answer({"on": day, "procedures": [procedure_data(procedure, day) for procedure in procedures_on(day)]})


@public.get("/procedures/{code}", openapi_extra=openapi.PROCEDURE)
def procedure(request: HttpRequest, code: str, query: Query[LawDayQuery]) -> HttpResponse:
    """Return a procedure with every field of its forms: key, kind, and when it is displayed and required."""
    day = query.on or clock.today()
    try:
        procedure_on_day = get_procedure(code, day)
    except (KeyError, NotInForce) as error:
        raise Http404 from error
    return answer({**procedure_data(procedure_on_day, day), "forms": form_data(procedure_on_day)})


# ---- reading -------------------------------------------------------------------------------------------


class DossierListQuery(Schema):
    """Filters of the list; all optional. ``state`` takes several, with commas between."""

    state: str = ""
    procedure: str = ""
    client_reference: str = ""
    after: str = ""
    limit: int = PAGE


@router.get("/dossiers", openapi_extra=openapi.DOSSIERS)
def list_dossiers(request: HttpRequest, query: Query[DossierListQuery]) -> HttpResponse:
    """Return the organisation's dossiers, newest first; pass ``next`` as ``after`` for the following page."""
    states = tuple(state for state in query.state.split(",") if state)
    if not set(states) <= set(State.values):
        return failure("invalid_parameters", 422, field="state", allowed=State.values)
    actor, size = _actor(request), max(1, min(query.limit, MAX_PAGE))
    filters = DossierListFilter(states, query.procedure, query.client_reference)
    dossiers, following = dossiers_page(actor, filters, after=query.after, size=size)
    record_look(actor, ("dossiers.list", actor.organisation_id), dossiers=[dossier.pk for dossier in dossiers])
    return answer({"dossiers": [line_out(dossier) for dossier in dossiers], "next": following})


@router.get("/dossiers/{number}", openapi_extra=openapi.DOSSIER)
def read_dossier(request: HttpRequest, number: str) -> HttpResponse:
    """Return a dossier: state, papers, findings, fee, and the next step with its address."""
    actor = _actor(request)
    dossier = get_dossier(actor, number)
    record_look(actor, dossier)
    return answer(dossier_out(actor, dossier))


# ---- filing --------------------------------------------------------------------------------------------


@router.post("/dossiers", openapi_extra=openapi.FILE)
def file_dossier(request: HttpRequest) -> HttpResponse:
    """File a dossier with its answers and papers: as a draft, or sent, or only checked (``dry_run``)."""
    actor, filing_call = _actor(request), filing_request(request.body, request.headers.get("Idempotency-Key", ""))
    digest = hashlib.sha256(msgspec.json.encode(filing_call.content, order="deterministic")).hexdigest()
    if not filing_call.dry_run and (existing := services.find_by_reference(actor, filing_call.reference, digest)):
        record_look(actor, existing)
        return answer(filed_out(actor, services.FilingResult(existing, created=False), dry_run=False, notices=[]))
    draft = unstored_draft(actor, filing_call.procedure)
    if draft is None:
        return _refused_response([error_out("procedure", "unknown_procedure", SENTENCES["unknown_procedure"])])
    reading = read_answers(draft, filing_call.answers)
    errors = [*filing_call.errors, *map(_note_error, reading.errors)]
    if filing_call.send and not SendDossierForm({"true": filing_call.statement}).is_valid():
        errors.append(error_out("statement", "statement_missing", SENTENCES["statement_missing"]))
    if errors:
        return _refused_response(errors)
    order = services.FilingOrder(
        reference=filing_call.reference,
        digest=digest,
        procedure=filing_call.procedure,
        answers={code: {**draft.answers.get(code, {}), **new_answers} for code, new_answers in reading.answers.items()},
        papers=filing_call.papers,
        send=filing_call.send,
        dry_run=filing_call.dry_run,
    )
    return _file_response(actor, order, [_note_error(note) for note in reading.left_out])


def _file_response(actor: Actor, order: services.FilingOrder, notices: list[DossierError]) -> HttpResponse:
    """File the dossier and return 201, or 200 for a repeated one; 422 for refused papers and blocking findings."""
    try:
        filed = services.file_dossier(actor, order)
    except services.PapersRefused as papers:
        return _refused_response([_paper_error(key, why) for key, why in papers.refused.items()])
    except filing.DossierIncomplete as incomplete:
        return _incomplete_response(incomplete)
    result = filed_out(actor, filed, dry_run=order.dry_run, notices=notices)
    return answer(result, 201 if result.created else 200)


def _note_error(note: AnswerNote) -> DossierError:
    """Return a note about an answer as an error of the response."""
    return error_out(note.where, note.code, note.words)


def _paper_error(key: str, why: files.FileRefused) -> DossierError:
    """Return why a paper was refused as an error of the response."""
    return error_out(f"papers.{key}", why.code, why.message, why.mend)


def _refused_response(errors: list[DossierError]) -> HttpResponse:
    """Return the 422 response with these errors; nothing was stored."""
    return failure("invalid_dossier", 422, NOTHING_KEPT, errors=errors)


def _incomplete_response(incomplete: filing.DossierIncomplete) -> HttpResponse:
    """Return the 422 response with the findings for which the dossier cannot be sent."""
    return failure("incomplete", 422, INCOMPLETE, findings=[finding_out(finding) for finding in incomplete.findings])


# ---- writing on ----------------------------------------------------------------------------------------


def _writable(actor: Actor, number: str) -> Dossier:
    """Return the dossier with this number for a change; 404 for another's, 409 in a state that forbids changes."""
    return writable(actor, get_dossier(actor, number))


@router.patch("/dossiers/{number}", openapi_extra=openapi.PATCH)
def change(request: HttpRequest, number: str) -> HttpResponse:
    """Change answers of a draft, or of a dossier that waits for documents; answers that are not given stay."""
    actor = _actor(request)
    dossier = _writable(actor, number)
    patch = read_as(PatchRequest, json_object(request.body))
    reading = read_answers(dossier, patch.answers)
    if reading.errors:
        return _refused_response([_note_error(note) for note in reading.errors])
    # The revision that was read: a colleague's window that saved meanwhile is told apart, and nothing overwritten.
    revision = dossier.revision if patch.revision is None else patch.revision
    saved = services.change(actor, dossier=dossier, answers=reading.answers, revision=revision)
    return answer({**_dossier_body(actor, saved), "notices": [_note_error(note) for note in reading.left_out]})


def _dossier_body(actor: Actor, dossier: Dossier) -> dict[str, Any]:
    """Return {"dossier": the dossier in the form of the API} as the body of a response."""
    return {"dossier": dossier_out(actor, dossier)}


@router.post("/dossiers/{number}/papers/{component}", openapi_extra=openapi.PAPER)
def give_paper(request: HttpRequest, number: str, component: str) -> HttpResponse:
    """Store a paper in a draft, or for a request for documents; an earlier file is replaced and kept in the history."""
    actor = _actor(request)
    dossier = _writable(actor, number)
    upload = request.FILES.get("file")
    paper_call = PaperRequest(name=upload.name or "", content=upload.read()) if upload else paper_request(request.body)
    try:
        notes = services.give_paper(actor, dossier=dossier, key=component, paper=paper_call.sent())
    except files.FileRefused as why:
        return _refused_response([_paper_error(component, why)])
    photos = [photo_out(photo) for photo in services.photo_findings_in_both_languages(dossier, component)]
    place = next(paper_place for paper_place in places_of(dossier) if paper_place.component.key == component)
    return answer({"paper": paper_out(place), "findings": photos, "notes": list(notes)})


@router.post("/dossiers/{number}/send", openapi_extra=openapi.SEND)
def send(request: HttpRequest, number: str) -> HttpResponse:
    """Send a draft, or the requested documents, to the office."""
    actor = _actor(request)
    dossier = _writable(actor, number)
    send_call = read_as(SendRequest, json_object(request.body, empty=True))
    form = SendDossierForm({"true": send_call.statement})
    if rules.may_send(actor, dossier) and not form.is_valid():
        return _refused_response([error_out("statement", "statement_missing", SENTENCES["statement_missing"])])
    read_unread(dossier)  # a program is not asked to come back for it
    try:
        if dossier.state == State.SUPPLEMENT:
            sent = filing.resubmit(actor, dossier=dossier, message=send_call.message)
        else:
            sent = filing.submit(actor, dossier=dossier)
    except filing.DossierIncomplete as incomplete:
        return _incomplete_response(incomplete)
    return answer(_dossier_body(actor, sent))


# ---- a large paper, in parts ---------------------------------------------------------------------------


@router.post("/uploads", openapi_extra=openapi.UPLOADS)
def start_upload(request: HttpRequest) -> HttpResponse:
    """Start an upload: 201 with the id to which its parts are sent. Unfinished uploads are kept for a day."""
    content = json_object(request.body)
    name, size = content.get("name"), content.get("size")
    if not isinstance(name, str) or not isinstance(size, int) or not 0 <= size < 2**40:
        return failure("invalid_parameters", 422)
    try:
        upload = files.start_upload(_actor(request), name=name[:1000], size=size, purpose=PURPOSE)
    except files.FileRefused as why:
        return failure(why.code, 422, why.message)
    return answer(_upload_out(upload), 201)


@router.get("/uploads/{uuid:upload_id}", openapi_extra=openapi.UPLOAD)
def read_upload(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Return the progress of an upload; 404 once it has become a paper."""
    upload = get_upload(_actor(request), upload_id)
    if upload.used_at is not None:
        raise Http404
    return answer(_upload_out(upload))


@router.patch("/uploads/{uuid:upload_id}", openapi_extra=openapi.PART)
def send_part(request: HttpRequest, upload_id: UUID) -> HttpResponse:
    """Store the part that begins at ``Upload-Offset``; 409 names the offset to continue from."""
    offset, length = (request.headers.get(name, "") for name in ("upload-offset", "content-length"))
    get_upload(_actor(request), upload_id)
    if not all(number.isascii() and number.isdigit() for number in (offset, length)):
        return failure("invalid_parameters", 422)
    if int(length) > files.MOST_PART_BYTES:  # before a byte of it is read
        return failure("body_too_large", 413, limit=files.MOST_PART_BYTES)
    try:
        sent = files.append(_actor(request), upload_id=upload_id, offset=int(offset), part=request.body)
    except files.UploadOutOfStep as step:
        return failure("out_of_step", 409, SENTENCES["out_of_step"], retry_safe=True, offset=step.offset)
    return answer(_upload_out(sent))


def _upload_out(upload: Any) -> dict[str, Any]:
    """Return the progress of an upload in parts: id, bytes received, total size, and the size of a part."""
    return {"id": str(upload.pk), "offset": upload.received, "size": upload.size, "part_bytes": files.PART_BYTES}
