"""The manager's pages of webhooks and deliveries."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.lodging.selectors import current_establishment
from ancu.apps.programs import rules, selectors, services
from ancu.apps.programs.forms import EventsForm, ReplaySinceForm, WebhookForm
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.forms.editing import EditPage
from ancu.core.security.fresh_sign_in import is_fresh, redirect_to_confirm
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request

CHOSEN = "establishment"  # in the session: the lodging a business works in now


def _manageable_webhook(request: Request, pk: int) -> Any:
    """Return a webhook that the actor may manage; 404 or 403 otherwise."""
    require(request.actor.is_lodging)
    webhook = selectors.get_webhook(request.actor, pk)
    require(rules.may_manage_webhooks(request.actor, webhook.establishment))
    return webhook


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def webhooks(request: Request) -> HttpResponse:
    """List the lodging's webhooks with a form to add one, and add it after a recent sign-in."""
    require(request.actor.is_lodging)
    establishment = current_establishment(request.actor, request.session.get(CHOSEN))
    require(rules.may_manage_webhooks(request.actor, establishment))
    if request.method == "POST" and not is_fresh(request):
        return redirect_to_confirm(request)
    form = WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            webhook, secret = services.add(request.actor, establishment=establishment, **form.cleaned_data)
        except Conflict as refused:
            form.add_error("url", refused.message)
        else:
            messages.success(request, _("The address has been added."), extra_tags="draft:webhook")
            return _page(request, webhook, secret=secret)
    context = {
        "establishment": establishment,
        "webhooks": selectors.webhooks_of(request.actor, establishment),
        "may_add": rules.may_add(request.actor, establishment),
        "form": form,
    }
    return render(request, "programs/webhooks.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
def webhook(request: Request, pk: int) -> HttpResponse:
    """Show a webhook with its events and a page of its deliveries."""
    return _page(request, _manageable_webhook(request, pk))


def _page(
    request: Request,
    webhook: Any,
    *,
    secret: str = "",
    since: ReplaySinceForm | None = None,
    edit: EditPage | None = None,
) -> HttpResponse:
    """Render the page of a webhook with its deliveries.

    ``secret`` is a new secret to show once; ``since`` and ``edit`` are submitted forms with errors.
    """
    page = selectors.deliveries(webhook, after=request.GET.get("after", ""))
    yesterday = clock.local(clock.now() - timedelta(days=1)).replace(second=0, microsecond=0)
    context = {
        "webhook": webhook,
        "establishment": webhook.establishment,
        "deliveries": page.rows,
        "after": page.after,
        "edit": edit or EditPage(None, _events_form, selectors.editable_values(webhook)),
        "since_form": since or ReplaySinceForm(initial={"since": yesterday}),
        "secret": secret,
    }
    status = edit.status if edit else 422 if since is not None and since.errors else 200
    return render(request, "programs/webhook.html", context, status=status)


def _events_form(data: Any, initial: dict[str, Any]) -> EventsForm:
    """Return the form of a webhook's events with this data and these initial values."""
    return EventsForm(data, initial=initial)


@require_POST
def change(request: Request, pk: int) -> HttpResponse:
    """Save which events the webhook is notified of; after a Conflict show what another user saved."""
    hook = _manageable_webhook(request, pk)
    edit = EditPage(request.POST, _events_form, selectors.editable_values(hook))
    if not edit.form.is_valid():
        raise Conflict("events_unknown", _("Choose at least one event that this service knows."))
    events = edit.form.cleaned_data["events"]
    try:
        services.change(request.actor, webhook=hook, events=events, edition=edit.edition)
    except Conflict as refused:
        hook = _manageable_webhook(request, pk)
        edit.overtake(refused, selectors.editable_values(hook))
        return _page(request, hook, edit=edit)
    messages.success(request, _("The address will receive the events you chose."))
    return redirect("programs:webhook", pk)


@never_cache
@require_POST
def rotate(request: Request, pk: int) -> HttpResponse:
    """Rotate the secret and show the new one, which no other page shows."""
    webhook = _manageable_webhook(request, pk)
    if not is_fresh(request):
        return redirect_to_confirm(request)
    secret = services.rotate(request.actor, webhook=webhook)
    return _page(request, _manageable_webhook(request, pk), secret=secret)


@require_POST
def test(request: Request, pk: int) -> HttpResponse:
    """Queue a test message to the webhook and redirect to its page."""
    services.send_test(request.actor, webhook=_manageable_webhook(request, pk))
    messages.success(request, _("A test message is being sent."))
    return redirect("programs:webhook", pk)


@require_POST
def replay(request: Request, pk: int, delivery: int) -> HttpResponse:
    """Queue one message of the webhook to be sent again and redirect to its page."""
    replayed = selectors.get_delivery(request.actor, delivery, webhook=_manageable_webhook(request, pk))
    return _replay_response(request, pk, services.replay(request.actor, delivery=replayed))


@require_POST
def replay_since(request: Request, pk: int) -> HttpResponse:
    """Queue all messages of the webhook since a moment to be sent again; an invalid form is shown again."""
    webhook, form = _manageable_webhook(request, pk), ReplaySinceForm(request.POST)
    if not form.is_valid():
        return _page(request, webhook, since=form)
    return _replay_response(
        request, pk, services.replay_since(request.actor, webhook=webhook, moment=form.cleaned_data["since"])
    )


def _replay_response(request: Request, pk: int, count: int) -> HttpResponse:
    """Redirect to the webhook's page with a message that ``count`` messages are being sent again."""
    if count:
        text = counted("%(n)s message is being sent again.", "%(n)s messages are being sent again.", count)
        messages.success(request, text)
    else:
        messages.info(request, _("There are no messages to send again. All of them are already being sent."))
    return redirect("programs:webhook", pk)


@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    """End the webhook for good and redirect to the list of webhooks."""
    services.end(request.actor, webhook=_manageable_webhook(request, pk))
    messages.success(request, _("You have removed this address. Nothing more will be sent to it."))
    return redirect("programs:webhooks")
