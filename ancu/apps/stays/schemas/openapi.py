"""The OpenAPI descriptions of bodies that msgspec reads, and the JSON Schema of a stay."""

from typing import Any

import msgspec

from ancu.apps.stays.schemas import BatchOut, StayOut
from ancu.apps.stays.schemas.documents import DocumentOut
from ancu.engines.exchange import DECLARATION_FIELDS, STORED

_TEXTS = {
    "client_reference": (
        "Your own reference for this guest; the same again is answered “already declared”, for another guest refused.",
        "PMS-10023",
    ),
    **{field.name: (field.description, field.example) for field in DECLARATION_FIELDS if field.description},
}
CONFIRMED = {
    "type": "array",
    "items": {"type": "string"},
    "description": "Codes of what is odd and, as a person says, right; see `needs_confirmation`.",
}
REQUIRED = [field.name for field in STORED if field.required and field.name != "arrived_on"]  # or arrived_at
EXAMPLE = {name: example for name, (_text, example) in _TEXTS.items() if example and name != "arrived_at"}
STAY_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Stay",
    "description": "One guest as a program declares it. Unknown names are ignored with a notice.",
    "type": "object",
    "properties": {
        name: {"type": ["string", "null"], "description": text, **({"examples": [example]} if example else {})}
        for name, (text, example) in _TEXTS.items()
    }
    | {"confirmed": CONFIRMED},
    "required": REQUIRED,
    "anyOf": [{"required": ["arrived_on"]}, {"required": ["arrived_at"]}],
    "additionalProperties": True,
    "examples": [EXAMPLE],
}
_FAILURE = {
    "type": "object",
    "required": ["code", "message_vi", "message_en", "retry_safe"],
    "properties": {
        "code": {"type": "string"},
        "message_vi": {"type": "string"},
        "message_en": {"type": "string"},
        "retry_safe": {"type": "boolean", "description": "whether the same request again is safe and may succeed"},
        "retry": {"type": "string", "enum": ["after", "never"], "description": "after retry_after seconds, or never"},
        "retry_after": {"type": "integer"},
    },
}
_BATCH = {
    "type": "object",
    "required": ["stays"],
    "properties": {
        "stays": {"type": "array", "items": {"$ref": "#/components/schemas/Stay"}},
        "batch_reference": {"type": "string", "maxLength": 100},
        "mode": {"type": "string", "enum": ["partial", "all_or_nothing"], "default": "partial"},
        "dry_run": {"type": "boolean", "default": False},
        "confirmed": CONFIRMED | {"description": "Codes of oddities, confirmed for every stay."},
    },
}
_schemas, _parts = msgspec.json.schema_components(
    (BatchOut, StayOut, DocumentOut), ref_template="#/components/schemas/{name}"
)
COMPONENTS: dict[str, Any] = {
    **_parts,
    "Stay": {name: value for name, value in STAY_SCHEMA.items() if name != "$schema"},
    "Batch": _BATCH,
    "Failure": _FAILURE,
}


def _json(schema: dict[str, Any] | str, **more: Any) -> dict[str, Any]:
    """Return the OpenAPI ``content`` of a JSON body; a schema given as text is the name of a component."""
    json_schema = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
    return {"content": {"application/json": {"schema": json_schema, **more}}}


def _responses(schema: dict[str, Any] | str, *others: int, failures: tuple[int, ...] = (401, 404)) -> dict[Any, Any]:
    """Return the OpenAPI responses of an operation: 200 and ``others`` with the schema, and the failures.

    429 and 500 are always among the failures.
    """
    texts = {
        200: "done; for declarations: every row stands",
        202: "on its way: ask again",
        207: "some rows were refused, need a confirmation, or are declared with other data",
        422: "no row stands",
    }
    responses = {status: {"description": texts[status], **_json(schema)} for status in (200, *others)}
    for status in (*failures, 429, 500):
        responses.setdefault(status, {"description": "a failure, with its code", **_json("Failure")})
    return responses


def _takes(properties: dict[str, Any], required: list[str]) -> dict[str, Any]:
    """Return the OpenAPI request body and responses of an operation on a single stay, such as a check-out.

    ``properties`` are those of the JSON body.
    """
    body = {"type": "object", "properties": properties, "required": required}
    return {
        "requestBody": {"required": bool(required), **_json(body)},
        "responses": _responses("StayOut", failures=ACT),
    }


ACT = (400, 401, 404, 409, 422)
_DAY = {"type": "string", "format": "date"}
_OPTIONS = [
    {"in": "header", "name": "Idempotency-Key", "schema": {"type": "string", "maxLength": 100}, "required": False},
    {"in": "query", "name": "dry_run", "schema": {"type": "boolean"}, "required": False},
    {
        "in": "query",
        "name": "mode",
        "schema": {"type": "string", "enum": ["partial", "all_or_nothing"]},
        "required": False,
    },
]
_ONE_OR_MANY = {
    "oneOf": [
        {"$ref": "#/components/schemas/Stay"},
        {"type": "array", "items": {"$ref": "#/components/schemas/Stay"}},
        {"$ref": "#/components/schemas/Batch"},
    ]
}
DECLARE = {
    "parameters": _OPTIONS,
    "requestBody": {"required": True, **_json(_ONE_OR_MANY, example={"batch_reference": "B-1", "stays": [EXAMPLE]})},
    "responses": _responses("BatchOut", 207, 422, failures=(400, 401, 409, 413)),
}
_FILE = {"type": "string", "format": "binary"}
_CONFIRMED = {
    "in": "query",
    "name": "confirmed",
    "description": "codes of oddities, separated by commas, confirmed for every row",
    "schema": {"type": "string"},
    "required": False,
}
FILE = {
    "parameters": [*_OPTIONS, _CONFIRMED],
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {"schema": _FILE},
            "multipart/form-data": {"schema": {"type": "object", "properties": {"file": _FILE}}},
        },
    },
    "responses": _responses("BatchOut", 207, 422, failures=(401, 409)),
}
READ = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {"type": "object", "properties": {"image": _FILE}, "required": ["image"]}
            },
            **{kind: {"schema": _FILE} for kind in ("image/jpeg", "image/png", "image/webp", "image/heic")},
        },
    },
    "responses": _responses("DocumentOut", failures=(401, 409, 422, 429)),
}
_LIST = {"type": "array", "items": {"$ref": "#/components/schemas/StayOut"}}
_NUMBER = {"type": ["integer", "null"]}
STAYS = {
    "responses": _responses({"type": "object", "properties": {"stays": _LIST, "next": _NUMBER}}, failures=(401, 422))
}
STAY = {"responses": _responses("StayOut")}
CORRECT = {
    "requestBody": {
        "required": True,
        **_json(
            {"type": "object", "description": "fields of Stay to change, reason, and confirmed"},
            example={"room": "305"},
        ),
    },
    "responses": _responses("StayOut", failures=ACT),
}
CHECK_OUT = _takes({"departed_on": _DAY}, [])
EXTEND = _takes({"expected_departure": _DAY, "confirmed": CONFIRMED}, ["expected_departure"])
WITHDRAW = _takes({"reason": {"type": "string", "minLength": 1}}, ["reason"])
UNDO = {"responses": _responses("StayOut", failures=ACT)}
WITHDRAW_ALL = {
    "requestBody": WITHDRAW["requestBody"],
    "responses": _responses({"type": "object"}, failures=ACT),
}
RECEIPT = {"responses": _responses({"type": "object"})}
RECEIPT_PDF = {"responses": _responses({"type": "object"}, failures=(401, 404, 422))}
RECEIPT_PDF["responses"][200] = {
    "description": "the receipt on paper",
    "content": {"application/pdf": {"schema": {"type": "string", "format": "binary"}}},
}
COUNTS = {"responses": _responses({"type": "object"}, failures=(401, 422))}
_CHANGES = {"stays": _LIST, "mark": {"type": "string"}, "more": {"type": "boolean"}}
CHANGES = {"responses": _responses({"type": "object", "properties": _CHANGES}, failures=(401, 422))}
_FILE_JOB = {"type": "object", "required": ["id", "state"], "properties": {
    "id": {"type": "string", "format": "uuid"},
    "state": {"type": "string", "enum": ["queued", "declaring", "done", "failed"]},
    "retry_after": _NUMBER,
}}  # fmt: skip
FILES = {"parameters": FILE["parameters"], "requestBody": FILE["requestBody"]}
FILES["responses"] = _responses(_FILE_JOB, 202, 207, 422, failures=(401, 409, 413))
SENT_FILE = {"responses": _responses(_FILE_JOB)}
FILE_ROWS = {"responses": _responses({"type": "object"}, failures=(401, 404, 422))}
FILE_REFUSED = {"responses": _responses({"type": "object"}, failures=(401, 404, 422))}
FILE_REFUSED["responses"][200] = {
    "description": "the refused rows as a workbook",
    "content": {"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {"schema": _FILE}},
}
ME = {"responses": _responses({"type": "object"}, failures=(401,))}
DOWNLOAD = {"responses": _responses({"type": "object"}, failures=(404,))}
DOWNLOAD["responses"][200] = {"description": "the file", "content": {"*/*": {"schema": _FILE}}}
PLAIN = {"responses": _responses({"type": "object"}, failures=(404,))}
