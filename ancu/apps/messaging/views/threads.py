"""Pages of conversations: inbox, thread, files, and failed notifications."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.files.services import FileRefused
from ancu.apps.messaging import rules, selectors, services
from ancu.apps.messaging.enums import READ
from ancu.apps.messaging.forms import MarkReadForm, MessageForm, OlderMessagesForm
from ancu.apps.messaging.selectors import Conversation
from ancu.core.security.rate_limits import allow, too_many
from ancu.core.web.http import Request, parse_whole_number

MESSAGES_AN_HOUR = 120


@never_cache
@require_safe
def inbox(request: Request) -> HttpResponse:
    """List the conversations, unread first, or only unread ones."""
    after, unread = request.GET.get("after", ""), request.GET.get("unread") == "on"
    page = selectors.inbox(request.actor, after, unread=unread)
    thread_ids = [row.thread.pk for row in page.rows if row.about]
    if thread_ids and request.actor.is_agency:
        record_look(request.actor, ("messaging.inbox", "all"), count=len(thread_ids), threads=thread_ids)
    context = {
        "page": page,
        "next_url": f"?after={page.after}{'&unread=on' if unread else ''}" if page.after else "",
        "first_url": reverse("messaging:inbox") if after else "",
        "unread": unread,
        "unread_notices": [] if after else selectors.unread_notices(request.actor),
        "keeps_templates": rules.keeps_templates(request.actor),
    }
    return render(request, "messaging/inbox.html", context)


@never_cache
@require_safe
def unread(request: Request) -> HttpResponse:
    """Return the badge with the number of unread conversations; a request of its own, so that no page waits for it."""
    count = rules.badge_text(selectors.unread_count(request.actor))
    return render(request, "messaging/badge.html", {"count": count})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: Request, kind: str, subject_id: str, topic: str) -> HttpResponse:
    """Show a conversation on its own page, and receive messages from every page that includes it."""
    if request.method == "POST":
        act = ACTS.get(request.POST.get("act", ""), _post)
        return act(request, selectors.get_thread(request.actor, kind, subject_id, topic=topic))
    form = OlderMessagesForm(request.GET)
    before = form.cleaned_data["before"] if form.is_valid() else None
    conversation = selectors.get_thread(request.actor, kind, subject_id, topic=topic, before=before)
    if conversation.thread is not None and conversation.standing.is_office:
        record_look(request.actor, conversation.thread)
    return _conversation_page(request, conversation)


def _conversation_page(request: Request, conversation: Conversation, status: int = 200, **more: Any) -> HttpResponse:
    """Render the conversation: for htmx only the fragment, otherwise a complete page with its heading.

    ``more`` is added to the template's context.
    """
    context = {"conversation": conversation, **more}
    if request.htmx:
        return render(request, "messaging/thread.html", context, status=status)
    context["matter"] = selectors.thread_matter(request.actor, conversation)
    return render(request, "messaging/conversation.html", context, status=status)


def _thread_key(conversation: Conversation) -> dict[str, Any]:
    """Return kind, id and topic of the conversation's subject as keyword arguments for services."""
    return {"kind": conversation.kind, "subject_id": conversation.subject_id, "topic": conversation.topic}


def _post(request: Request, conversation: Conversation) -> HttpResponse:
    """Post the submitted message or internal note and show the conversation; invalid input is shown with its errors.

    404 for a conversation about a topic that has no message yet: only the office's services begin those.
    """
    if conversation.thread is None and rules.topic_of(conversation.topic):
        raise Http404  # a question or report is begun by the room it belongs to, never by an address somebody typed
    form = MessageForm(request.POST, request.FILES)
    if not (use := allow("messages", str(request.actor.user_id), limit=MESSAGES_AN_HOUR)):
        return too_many(request, use)
    note = request.POST.get("act") == "note"
    if form.is_valid():
        try:
            services.post_message(
                actor=request.actor,
                body=form.cleaned_data["body"],
                uploads=form.uploads(),
                staff_only=note,
                **_thread_key(conversation),
            )
        except FileRefused as refused:
            form.add_error("attached", refused.form_error)
    if form.errors:
        return _conversation_page(request, conversation, status=422, message_form=form)
    message = _("Internal note saved.") if note else _("Message sent.")
    messages.success(request, message, extra_tags=f"draft:{conversation.draft_key}")
    if not request.htmx:
        return redirect(_return_url(request, conversation))
    now = selectors.get_thread(request.actor, **_thread_key(conversation))
    return _conversation_page(request, now, sent=True)


def _return_url(request: Request, conversation: Conversation) -> str:
    """Return the address of the page to show after posting: the subject's page or the conversation's own.

    The form's field ``back`` selects between these two.
    """
    if request.POST.get("back") == "subject":
        return f"{conversation.standing.url}#thread-{conversation.topic}"
    return reverse("messaging:thread", kwargs=_thread_key(conversation))


def _mark_read(request: Request, conversation: Conversation) -> HttpResponse:
    """Mark the conversation read up to the last message that the page showed."""
    form = MarkReadForm(request.POST)
    if form.is_valid():
        services.mark_read(actor=request.actor, up_to=form.cleaned_data["up_to"], **_thread_key(conversation))
    if not request.htmx:
        return redirect(_return_url(request, conversation))
    return HttpResponse(headers={"HX-Trigger": READ})


def _insert_template(request: Request, conversation: Conversation) -> HttpResponse:
    """Show the message form with the chosen reply template appended to the typed text; nothing is sent."""
    typed = request.POST.get("body", "").rstrip()
    chosen = parse_whole_number(request.POST.get("template", ""))
    text = selectors.template_text(request.actor, conversation, chosen) if chosen else ""
    form = MessageForm(initial={"body": "\n\n".join(part for part in (typed, text) if part)})
    return _conversation_page(request, conversation, message_form=form)


ACTS = {"read": _mark_read, "template": _insert_template}


@never_cache
@require_safe
def attachment(request: Request, pk: int) -> FileResponse:
    """Download a file of a message; it is never displayed in the browser."""
    attachment = selectors.get_attachment(request.actor, pk)
    file, data = services.download(actor=request.actor, attachment=attachment)
    return FileResponse(BytesIO(data), as_attachment=True, filename=file.name, content_type=file.media_type)


@require_POST
def send_again(request: Request, pk: int) -> HttpResponse:
    """Queue a failed notification again and redirect to the page of its subject; 404 or 403 without the right."""
    notification, standing = selectors.get_notification(request.actor, pk)
    services.send_again(actor=request.actor, notification=notification)
    messages.success(request, _("The notification is being sent again."))
    return redirect(standing.url)
