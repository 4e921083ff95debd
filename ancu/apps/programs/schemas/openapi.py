"""OpenAPI descriptions of the webhook endpoints."""

from typing import Any


def _response(status: int, text: str, *failures: int, body: bool = True) -> dict[str, Any]:
    """Return the OpenAPI responses of an operation: success with this status and text, and the failures.

    401, 429 and 500 are always among the failures; ``body``: the success has a JSON body.
    """
    content = {"content": {"application/json": {"schema": {"type": "object"}}}} if body else {}
    failed = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}}
    responses: dict[Any, Any] = {status: {"description": text, **content}}
    for code in (401, 429, 500, *failures):
        responses[code] = {"description": "a failure, with its code", **failed}
    return {"responses": responses}


LIST = _response(200, "the addresses")
ADDED = _response(201, "the address, with its secret", 409, 422)
SINGLE_WEBHOOK = _response(200, "the address", 404, 409, 422)
ENDED = _response(204, "ended", 404, 409, body=False)
MESSAGE = _response(202, "the message, on its way", 404, 409)
LOG = _response(200, "the messages", 404, 422)
REPLAYED = _response(202, "how many are on their way again", 404, 409, 422)
