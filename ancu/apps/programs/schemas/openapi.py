"""What the OpenAPI document says of webhooks."""

from typing import Any


def _said(status: int, text: str, *failures: int, body: bool = True) -> dict[str, Any]:
    content = {"content": {"application/json": {"schema": {"type": "object"}}}} if body else {}
    failed = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}}
    told: dict[Any, Any] = {status: {"description": text, **content}}
    for code in (401, 429, 500, *failures):
        told[code] = {"description": "a failure, with its code", **failed}
    return {"responses": told}


LIST = _said(200, "the addresses")
ADDED = _said(201, "the address, with its secret", 409, 422)
ONE = _said(200, "the address", 404, 409, 422)
ENDED = _said(204, "ended", 404, 409, body=False)
MESSAGE = _said(202, "the message, on its way", 404, 409)
LOG = _said(200, "the messages", 404, 422)
REPLAYED = _said(202, "how many are on their way again", 404, 409, 422)
