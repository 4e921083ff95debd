"""The OpenAPI descriptions of the dossiers' calls, whose bodies msgspec reads and writes."""

from typing import Any

import msgspec

from ancu.apps.dossiers.schemas import DossierError, DossierFinding, DossierLine, DossierOut, DossierPaper, FiledOut

_schemas, _parts = msgspec.json.schema_components(
    (FiledOut, DossierOut, DossierLine, DossierPaper, DossierFinding, DossierError),
    ref_template="#/components/schemas/{name}",
)
_TEXT: dict[str, Any] = {"type": "string"}
_FLAG: dict[str, Any] = {"type": "boolean", "default": False}
_ANSWERS: dict[str, Any] = {
    "type": "object",
    "description": "By form, then by field key, as GET /procedures/{code} names them. Dates ISO, communes by code or"
    " name, countries ISO 3166 alpha-3, tables as lists of objects.",
    "additionalProperties": {"type": "object"},
}
_PAPER: dict[str, Any] = {
    "type": "object",
    "description": "One of content, upload and original.",
    "properties": {
        "name": {**_TEXT, "description": "The file's own name."},
        "content": {**_TEXT, "format": "byte", "description": "PDF, JPEG, PNG or HEIC in base64."},
        "upload": {**_TEXT, "format": "uuid", "description": "A file sent in parts to /uploads."},
        "original": {**_FLAG, "description": "The paper itself will be brought or sent by post."},
    },
    "additionalProperties": False,
}
_FILING: dict[str, Any] = {
    "type": "object",
    "required": ["procedure"],
    "properties": {
        "client_reference": {**_TEXT, "maxLength": 100, "description": "Your own; the same again is the same dossier."},
        "procedure": {**_TEXT, "description": "Code of a procedure in force that is open to organisations."},
        "answers": _ANSWERS,
        "papers": {"type": "object", "additionalProperties": {"$ref": "#/components/schemas/DossierPaperSent"}},
        "send": {**_FLAG, "description": "Send it to the office at once; otherwise it is kept as a draft."},
        "statement": {**_FLAG, "description": "What is sent is true and complete; needed in order to send."},
        "dry_run": {**_FLAG, "description": "Check it all and keep nothing."},
    },
    "additionalProperties": False,
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["code", "message_vi", "message_en", "retry_safe"],
    "properties": {
        **dict.fromkeys(("code", "message_vi", "message_en"), _TEXT),
        "retry_safe": {"type": "boolean"},
        "errors": {"type": "array", "items": {"$ref": "#/components/schemas/DossierError"}},
        "findings": {"type": "array", "items": {"$ref": "#/components/schemas/DossierFinding"}},
    },
}
COMPONENTS: dict[str, Any] = {**_parts, "DossierPaperSent": _PAPER, "Filing": _FILING, "DossierProblem": _PROBLEM}


def _ref(name: str) -> dict[str, Any]:
    """Return the OpenAPI reference to the document's schema of this name."""
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the OpenAPI ``content`` of a JSON body with this schema."""
    return {"content": {"application/json": {"schema": schema, **more}}}


def _responses(schema: dict[str, Any], *failures: int, done: tuple[int, ...] = (200,)) -> dict[str, Any]:
    """Return the OpenAPI responses of an operation: statuses ``done`` with the schema, the failures and 500."""
    responses: dict[Any, Any] = {status: {"description": "done", **_json(schema)} for status in done}
    for status in (*failures, 500):
        problem = _ref("DossierProblem" if status == 422 else "Failure")
        responses[status] = {"description": "a failure, with its code", **_json(problem)}
    return {"responses": responses}


def _object(**properties: Any) -> dict[str, Any]:
    """Return the JSON Schema of an object with these properties."""
    return {"type": "object", "properties": properties}


def _request_body(schema: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the OpenAPI request body, required, with this schema."""
    return {"requestBody": {"required": True, **_json(schema, **more)}}


_DOSSIER_BODY = _object(dossier=_ref("DossierOut"))
_UPLOAD = _object(id=_TEXT, offset={"type": "integer"}, size={"type": "integer"}, part_bytes={"type": "integer"})
EXAMPLE = {
    "client_reference": "HR-2026-118",
    "procedure": "trc_organisation",
    "answers": {"NA8": {"full_name": "ADAMS CLAIRE", "passport_number": "533380006"}},
    "papers": {"passport": {"original": True}},
    "dry_run": True,
}
PROCEDURES = _responses({"type": "object"}, 422)
PROCEDURE = _responses({"type": "object"}, 404, 422)
DOSSIERS = _responses(
    _object(dossiers={"type": "array", "items": _ref("DossierLine")}, next={"type": ["string", "null"]}),
    401, 404, 422, 429,
)  # fmt: skip
DOSSIER = _responses(_ref("DossierOut"), 401, 404, 429)
_KEY = {"in": "header", "name": "Idempotency-Key", "schema": {**_TEXT, "maxLength": 100}, "required": False}
FILE = {
    "parameters": [_KEY],
    **_request_body(_ref("Filing"), example=EXAMPLE),
    **_responses(_ref("FiledOut"), 400, 401, 409, 413, 422, 429, done=(200, 201)),
}
PATCH = {
    **_request_body({**_object(answers=_ANSWERS, revision={"type": "integer"}), "required": ["answers"]}),
    **_responses(_DOSSIER_BODY, 400, 401, 404, 409, 422, 429),
}
PAPER = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": _ref("DossierPaperSent")},
            "multipart/form-data": {"schema": _object(file={**_TEXT, "format": "binary"})},
        },
    },
    **_responses(
        _object(
            paper=_ref("DossierPaper"),
            findings={"type": "array", "items": _ref("DossierFinding")},
            notes={"type": "array", "items": _TEXT},
        ),
        400, 401, 404, 409, 413, 422, 429,
    ),
}  # fmt: skip
SEND = {
    **_request_body(_object(statement=_FLAG, message=_TEXT)),
    **_responses(_DOSSIER_BODY, 400, 401, 404, 409, 422, 429),
}
UPLOADS = {
    **_request_body({**_object(name=_TEXT, size={"type": "integer"}), "required": ["name", "size"]}),
    **_responses(_UPLOAD, 400, 401, 422, 429, done=(201,)),
}
UPLOAD = _responses(_UPLOAD, 401, 404, 429)
PART = {
    "parameters": [{"in": "header", "name": "Upload-Offset", "schema": {"type": "integer"}, "required": True}],
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {**_TEXT, "format": "binary"}}},
    },
    **_responses(_UPLOAD, 401, 404, 409, 413, 422, 429),
}
