"""Requests of organisations' programs; an unknown name is an error, so that nothing is silently ignored."""

import base64
import binascii
from dataclasses import dataclass, field
from json import JSONDecodeError
from typing import Any, TypeVar

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.schemas import DossierError, error_out
from ancu.apps.dossiers.services.program import SentPaper
from ancu.core.web.problems import in_both_languages
from ancu.engines import json_text

SENTENCES: dict[str, str | Promise] = {
    "malformed_json": _("The body cannot be read as JSON."),
    "not_an_object": _("The body must be a JSON object."),
    "wrong_shape": _("A name is unknown or has a value of the wrong type: %(detail)s."),
    "reference_missing": _("Send your own reference (client_reference), so that you can safely repeat a call."),
    "unknown_procedure": _("No procedure with this code is in force today and open to organisations."),
    "statement_missing": _("Send statement: true to confirm that the data is true and complete."),
    "out_of_step": _("This part does not start where the previous one ended. Continue at the offset given."),
    "not_base64": _("The content of this paper is not base64."),
    "one_of_three": _("Give one of content (base64), upload (the id of a file sent in parts) or original (true)."),
}


T = TypeVar("T")


class UnreadableRequest(Exception):
    """The body is not what the schema says; ``code`` and the two sentences say how."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        vi, en = in_both_languages(SENTENCES[code])
        self.code, self.message_vi, self.message_en = code, vi % values if values else vi, en % values if values else en


class PaperRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """One paper of the body. ``content`` is base64 there, and bytes here."""

    name: str = ""
    content: bytes | None = None
    upload: str = ""
    original: bool = False

    def sent(self) -> SentPaper:
        """Return the paper in the form in which ``services.program`` stores it."""
        return SentPaper(self.name, self.content, self.upload, self.original)


class PatchRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``revision`` is the one that was read; with it the call is refused if a person saved meanwhile."""

    answers: dict[str, Any]
    revision: int | None = None


class SendRequest(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """``statement`` confirms that what is sent is true and complete; ``message`` is for the officer, with documents."""

    statement: bool = False
    message: str = ""


class _FilingBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    procedure: str
    client_reference: str = ""
    answers: dict[str, Any] = {}
    papers: dict[str, dict[str, Any]] = {}
    send: bool = False
    statement: bool = False
    dry_run: bool = False


@dataclass(frozen=True)
class FilingRequest:
    """A call to file; ``errors`` are those of its papers, ``content`` all that was sent."""

    content: dict[str, Any]
    reference: str
    procedure: str
    answers: dict[str, Any]
    papers: dict[str, SentPaper]
    send: bool
    statement: bool
    dry_run: bool
    errors: list[DossierError] = field(default_factory=list)


def json_object(body: bytes, *, empty: bool = False) -> dict[str, Any]:
    """Decode a JSON object; with ``empty`` the body may be missing. Raises UnreadableRequest."""
    if empty and not body:
        return {}
    try:
        content = json_text.decode(body)
    except JSONDecodeError as error:
        raise UnreadableRequest("malformed_json") from error
    if not isinstance(content, dict):
        raise UnreadableRequest("not_an_object")
    return content


def read_as(kind: type[T], content: dict[str, Any]) -> T:
    """Return the JSON object as an instance of ``kind``; UnreadableRequest for unknown names and wrong types."""
    try:
        return msgspec.convert(content, kind, builtin_types=(bytes,))
    except msgspec.ValidationError as error:
        raise UnreadableRequest("wrong_shape", detail=str(error)[:200]) from error


def paper_request(body: bytes) -> PaperRequest:
    """Read the body of a paper: ``{"content": base64, "name"}``, ``{"upload": id}`` or ``{"original": true}``."""
    errors: list[DossierError] = []
    read = _paper("", json_object(body), errors)
    if read is None:
        raise UnreadableRequest(errors[0].code)
    return read


def filing_request(body: bytes, header: str) -> FilingRequest:
    """Read the body of ``POST /dossiers``; the reference may also come in ``header``, ``Idempotency-Key``.

    Raises UnreadableRequest, also without a reference unless it is a dry run.
    """
    content = json_object(body)
    filing_body = read_as(_FilingBody, content)
    reference = (filing_body.client_reference or header).strip()[:100]
    if not reference and not filing_body.dry_run:
        raise UnreadableRequest("reference_missing")
    errors: list[DossierError] = []
    papers = {key: _paper(key, paper, errors) for key, paper in filing_body.papers.items()}
    return FilingRequest(
        content=content,
        reference=reference,
        procedure=filing_body.procedure,
        answers=filing_body.answers,
        papers={key: paper.sent() for key, paper in papers.items() if paper},
        send=filing_body.send,
        statement=filing_body.statement,
        dry_run=filing_body.dry_run,
        errors=errors,
    )


def _paper(key: str, content: dict[str, Any], errors: list[DossierError]) -> PaperRequest | None:
    """Return one paper of the request; None, with an error added, when its content is unusable or ambiguous."""
    where = f"papers.{key}"
    fields = dict(content)
    if isinstance(fields.get("content"), str):
        try:
            fields["content"] = base64.b64decode("".join(fields["content"].split()), validate=True)
        except (binascii.Error, ValueError):
            errors.append(error_out(where, "not_base64", SENTENCES["not_base64"]))
            return None
    paper = read_as(PaperRequest, fields)
    if sum((paper.content is not None, bool(paper.upload), paper.original)) != 1:
        errors.append(error_out(where, "one_of_three", SENTENCES["one_of_three"]))
        return None
    return paper
