"""API: a program manages its webhooks, lists deliveries, and has them sent again."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import AwareDatetime

from ancu.apps.lodging.selectors import LodgingProgram
from ancu.apps.lodging.services import admit
from ancu.apps.programs import selectors, services
from ancu.apps.programs.schemas import delivery_out, openapi, webhook_out
from ancu.core.db.pagination import PAGE
from ancu.core.web.bearer_tokens import Bearer
from ancu.core.web.problems import answer, failure

router = Router(auth=Bearer(admit), tags=["webhooks"])


def _program(request: HttpRequest) -> LodgingProgram:
    """Return the lodging's program that the request's token authenticated."""
    return request.auth  # type: ignore[attr-defined, no-any-return]


class NewWebhook(Schema):
    """A webhook address and its events."""

    url: str
    events: list[str]


class WebhookEvents(Schema):
    events: list[str]


@router.get("/webhooks", openapi_extra=openapi.LIST)
def list_webhooks(request: HttpRequest) -> HttpResponse:
    """The lodging's webhooks, including those added on the page, without their secrets."""
    program = _program(request)
    webhooks = selectors.webhooks_of(program.actor, program.establishment)
    return answer({"webhooks": [webhook_out(webhook) for webhook in webhooks]})


@router.post("/webhooks", openapi_extra=openapi.ADDED)
def add_webhook(request: HttpRequest, new: NewWebhook) -> HttpResponse:
    """Add a webhook; ``secret`` is in this response only."""
    program = _program(request)
    webhook, secret = services.add(program.actor, establishment=program.establishment, url=new.url, events=new.events)
    return answer(webhook_out(webhook) | {"secret": secret}, 201)


@router.patch("/webhooks/{int:webhook_id}", openapi_extra=openapi.SINGLE_WEBHOOK)
def change_webhook(request: HttpRequest, webhook_id: int, body: WebhookEvents) -> HttpResponse:
    """Change the events that the webhook is notified of."""
    actor = _program(request).actor
    return answer(
        webhook_out(services.change(actor, webhook=selectors.get_webhook(actor, webhook_id), events=body.events))
    )


@router.delete("/webhooks/{int:webhook_id}", openapi_extra=openapi.ENDED)
def end_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Remove the webhook."""
    actor = _program(request).actor
    services.end(actor, webhook=selectors.get_webhook(actor, webhook_id))
    return HttpResponse(status=204)


@router.post("/webhooks/{int:webhook_id}/rotate", openapi_extra=openapi.SINGLE_WEBHOOK)
def rotate_secret(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Create a new secret, shown in this response only; for a day messages are signed with both."""
    actor = _program(request).actor
    webhook = selectors.get_webhook(actor, webhook_id)
    return answer(webhook_out(webhook) | {"secret": services.rotate(actor, webhook=webhook)})


@router.post("/webhooks/{int:webhook_id}/test", openapi_extra=openapi.MESSAGE)
def test_webhook(request: HttpRequest, webhook_id: int) -> HttpResponse:
    """Send a message of the type ``test``."""
    actor = _program(request).actor
    webhook = selectors.get_webhook(actor, webhook_id)
    return answer(delivery_out(services.send_test(actor, webhook=webhook)), 202)


class DeliveryLogQuery(Schema):
    """Filter deliveries: older than ``before``, and of one state."""

    before: int = 0
    limit: int = PAGE
    state: Literal["", "waiting", "delivered", "failed"] = ""


@router.get("/webhooks/{int:webhook_id}/deliveries", openapi_extra=openapi.LOG)
def list_deliveries(request: HttpRequest, webhook_id: int, query: Query[DeliveryLogQuery]) -> HttpResponse:
    """Deliveries, newest first, with state, attempts and last response; pass ``next`` as ``before``."""
    webhook = selectors.get_webhook(_program(request).actor, webhook_id)
    size = max(1, min(query.limit, 500))
    page = selectors.deliveries(webhook, after=str(query.before or ""), state=query.state, size=size)
    following = int(page.after) if page.after else None
    return answer({"deliveries": [delivery_out(delivery) for delivery in page.rows], "next": following})


class ReplayRequest(Schema):
    """One message by id, or all of events ``since`` a moment."""

    message: int | None = None
    since: AwareDatetime | None = None


@router.post("/webhooks/{int:webhook_id}/replay", openapi_extra=openapi.REPLAYED)
def replay(request: HttpRequest, webhook_id: int, body: ReplayRequest) -> HttpResponse:
    """Send messages again, whether delivered or failed; ``webhook-id`` stays the same."""
    if (body.message is None) == (body.since is None):
        return failure("invalid_parameters", 422, errors=[{"field": "message", "message": "message or since"}])
    actor = _program(request).actor
    webhook = selectors.get_webhook(actor, webhook_id)
    return answer({"replayed": _replay(actor, webhook, body.message, body.since)}, 202)


def _replay(actor: Any, webhook: Any, message: int | None, since: datetime | None) -> int:
    """Send one message again, or all since a moment; return their number."""
    if message is not None:
        return services.replay(actor, delivery=selectors.get_delivery(actor, message, webhook=webhook))
    return services.replay_since(actor, webhook=webhook, moment=since or webhook.created_at)
