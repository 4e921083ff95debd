"""Handlers' pages: the list, a tip, its files, and the acts on it."""

from io import BytesIO
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipOutcome, TipState
from ancu.apps.tips.forms import CloseTipForm, ForwardTipForm, ReplyToSourceForm, SortTipForm, UnlockForm
from ancu.apps.tips.rules.attachments import UNKNOWN
from ancu.apps.tips.rules.content import FileNote
from ancu.apps.tips.selectors import opening
from ancu.apps.tips.selectors import tips as selectors
from ancu.apps.tips.selectors.units import holder_of, ready_units
from ancu.apps.tips.services import destroying, handling, unlocking
from ancu.apps.tips.views.opening import COOKIE, PATH, HandlersRequest, handlers_only, unlocked
from ancu.core.errors import Conflict, Http404
from ancu.core.web.http import Request, conflicts_as_messages, local_path, parse_whole_number
from ancu.engines import papers

MOST_PAGES = 200


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@handlers_only
def unlock(request: Request) -> HttpResponse:
    """Ask for the passphrase and set a session cookie for the handlers' pages."""
    holder = holder_of(request.actor)
    if holder is None or not rules.is_active_holder(holder):
        return redirect("tips:keys")
    form = UnlockForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            token = unlocking.unlock(actor=request.actor, passphrase=form.cleaned_data["passphrase"])
        except Conflict as refused:
            form.add_error("passphrase", str(refused.message))
        else:
            response = redirect(_return_path(request))
            response.set_cookie(
                COOKIE, token, path=PATH, httponly=True, samesite="Strict", secure=settings.SESSION_COOKIE_SECURE
            )
            return response
    return _unlock_page(request, holder, form, status=422 if form.errors else 200)


def _unlock_page(request: Request, holder: Any, form: UnlockForm, status: int = 200) -> HttpResponse:
    """Render the page with the passphrase form, or with the note that this handler holds no key yet."""
    present = holder is not None and rules.is_active_holder(holder)
    context = {"form": form, "unit": holder.unit if present else None, "next": _return_path(request)}
    return render(request, "tips/unlock.html", context, status=status)


def _return_path(request: Request) -> str:
    """Return the address in ``?next`` to open after unlocking, if it is one of the handlers' pages; else their list."""
    target = local_path(request.GET.get("next", ""))
    return target if target.startswith(PATH) else PATH


@require_POST
@handlers_only
def lock(request: Request) -> HttpResponse:
    """Delete this browser's unlocked keys and its cookie, and redirect to the passphrase form."""
    unlocking.lock(actor=request.actor, token=request.COOKIES.get(COOKIE, ""))
    response = redirect("tips:unlock")
    response.delete_cookie(COOKIE, path=PATH, samesite="Strict")
    return response


@require_safe
@handlers_only
def tips(request: Any) -> HttpResponse:
    """List open tips, urgent ones first; before that, ask for the passphrase."""
    hand = unlocking.get_unlocked_keys(request.actor, request.COOKIES.get(COOKIE, ""))
    if hand is None:
        return _unlock_page(request, holder_of(request.actor), UnlockForm())
    request.hand = hand
    new = request.GET.get("new") == "on"
    page = selectors.open_page(request.actor, request.GET.get("before", ""), new=new)
    record_look(request.actor, request.hand.holder.unit, count=len(page.rows))
    context = {
        "unit": request.hand.holder.unit,
        "rows": opening.open_sortings(request.hand, list(page.rows)),
        "counts": selectors.counts(request.actor),
        "new": new,
        "next_url": f"?before={page.after}{'&new=on' if new else ''}" if page.after else "",
    }
    return render(request, "tips/list.html", context)


@require_safe
@unlocked
def closed(request: HandlersRequest) -> HttpResponse:
    """List closed tips."""
    page = selectors.closed_page(request.actor, request.GET.get("before", ""))
    record_look(request.actor, request.hand.holder.unit, count=len(page.rows))
    context = {
        "unit": request.hand.holder.unit,
        "rows": [(tip, opening.open_sorting(request.hand, tip)) for tip in page.rows],
        "next_url": f"?before={page.after}" if page.after else "",
    }
    return render(request, "tips/closed.html", context)


@require_safe
@unlocked
def tip(request: HandlersRequest, pk: UUID) -> HttpResponse:
    """Show a tip's decrypted content and the possible acts."""
    return _tip_page(request, pk)


def _tip_page(request: HandlersRequest, pk: UUID, status: int = 200, **forms: Any) -> HttpResponse:
    """Render a tip's decrypted content and the forms of all acts, and record the look in the audit.

    ``forms`` holds submitted forms with errors, by name.
    """
    opened_tip = opening.open_tip(request.hand, selectors.get_tip(request.actor, pk))
    record_look(request.actor, opened_tip.tip)
    sorting = {name: getattr(opened_tip.sorting, name) for name in opened_tip.sorting.__struct_fields__}
    context = {
        "opened": opened_tip,
        "tip": opened_tip.tip,
        "is_closed": opened_tip.tip.state == TipState.CLOSED,
        "may_confirm_destruction": rules.may_confirm_destruction(request.actor, opened_tip.tip),
        "reply_form": ReplyToSourceForm(initial={"form": uuid4()}),
        "sort_form": SortTipForm(initial=sorting),
        "sorting_version": request.POST.get("version") or opened_tip.tip.sorting_version,
        "close_form": CloseTipForm(),
        "forward_form": ForwardTipForm(units=_other_units(opened_tip.tip.unit_id)),
    }
    return render(request, "tips/tip.html", context | forms, status=status)


def _other_units(unit_id: int) -> list[tuple[int, str]]:
    """Return (id, name) of the other units that receive tips."""
    return [(unit.pk, str(unit)) for unit in ready_units() if unit.pk != unit_id]


@require_POST
@unlocked
def sort(request: HandlersRequest, pk: UUID) -> HttpResponse:
    """Save the sorting of a tip: category, urgency, case number and note."""
    selectors.get_tip(request.actor, pk)
    form = SortTipForm(request.POST)
    if not form.is_valid():
        return _tip_page(request, pk, 422, sort_form=form)
    version = request.POST.get("version", "")
    try:
        handling.sort_tip(actor=request.actor, hand=request.hand, tip_id=pk, sorting=form.sorting(), version=version)
    except Conflict as overtaken:
        form.add_error(None, str(overtaken.message))
        return _tip_page(request, pk, 409, sort_form=form)
    messages.success(request, _("The tip has been sorted. Your notes are encrypted with it."))
    return redirect("tips:tip", pk)


@require_POST
@unlocked
def reply(request: HandlersRequest, pk: UUID) -> HttpResponse:
    """Store a reply to the source, encrypted, and redirect to the tip; show the form again on errors."""
    selectors.get_tip(request.actor, pk)
    form = ReplyToSourceForm(request.POST)
    if not form.is_valid():
        return _tip_page(request, pk, 422, reply_form=form)
    shown_state = request.POST.get("shown_state", "")
    try:
        handling.reply_to_source(
            actor=request.actor, hand=request.hand, tip_id=pk, shown_state=shown_state, **form.cleaned_data
        )
    except Conflict as overtaken:
        form.add_error(None, str(overtaken.message))
        return _tip_page(request, pk, 409, reply_form=form)
    messages.success(request, _("The source can read your reply with the receipt."))
    return redirect("tips:tip", pk)


@require_POST
@unlocked
def close(request: HandlersRequest, pk: UUID) -> HttpResponse:
    """Close a tip with its outcome and redirect to it; an invalid form is shown again."""
    selectors.get_tip(request.actor, pk)
    form = CloseTipForm(request.POST)
    if not form.is_valid():
        return _tip_page(request, pk, 422, close_form=form)
    outcome = TipOutcome(form.cleaned_data["outcome"])
    with conflicts_as_messages(request):
        handling.close_tip(actor=request.actor, hand=request.hand, tip_id=pk, outcome=outcome)
        messages.success(request, _("The tip is closed. If the source writes again, it reopens automatically."))
    return redirect("tips:tip", pk)


@require_POST
@unlocked
def reopen(request: HandlersRequest, pk: UUID) -> HttpResponse:
    """Reopen a closed tip and redirect to it."""
    with conflicts_as_messages(request):
        handling.reopen_tip(actor=request.actor, hand=request.hand, tip_id=pk)
        messages.success(request, _("The tip has been reopened."))
    return redirect("tips:tip", pk)


@require_POST
@unlocked
def forward(request: HandlersRequest, pk: UUID) -> HttpResponse:
    """Forward a tip to another unit, which alone can open it then, and redirect to the list."""
    tip = selectors.get_tip(request.actor, pk)
    form = ForwardTipForm(request.POST, units=_other_units(tip.unit_id))
    if not form.is_valid():
        return _tip_page(request, pk, 422, forward_form=form)
    receiving_unit = handling.forward_tip(
        actor=request.actor, hand=request.hand, tip_id=pk, unit_id=form.cleaned_data["unit"]
    )
    messages.success(request, _("The tip is now with %(unit)s. Only that unit can open it.") % {"unit": receiving_unit})
    return redirect("tips:list")


@require_POST
@unlocked
def destroy(request: HandlersRequest, pk: UUID) -> HttpResponse:
    """Ask for the destruction of a tip, agree to it or refuse it."""
    selectors.get_tip(request.actor, pk)
    act = request.POST.get("act", "")
    with conflicts_as_messages(request):
        if act == "confirm":
            destroying.confirm_destruction(actor=request.actor, tip_id=pk)
            messages.success(request, _("The tip has been destroyed. Only the fact that there was a tip is kept."))
            return redirect("tips:closed")
        if act == "keep":
            destroying.refuse_destruction(actor=request.actor, tip_id=pk)
            messages.success(request, _("The tip will not be destroyed."))
        else:
            destroying.ask_destruction(actor=request.actor, tip_id=pk)
            messages.success(request, _("A second handler must now decide whether to destroy it."))
    return redirect("tips:tip", pk)


@require_safe
@unlocked
def file(request: HandlersRequest, pk: UUID, which: str) -> HttpResponse:
    """Return a tip's file: ``copy`` is a page without metadata, ``sound`` to listen to, ``original`` to download.

    404 for any other ``which``, and for a copy or sound that the file cannot have. The look is recorded in the audit.
    """
    sealed_file = selectors.get_file(request.actor, pk)
    note = opening.get_file_note(request.hand, sealed_file)
    data = opening.file_bytes(request.hand, sealed_file)
    record_look(request.actor, sealed_file, which=which if which in {"copy", "sound"} else "original")
    if which == "copy" and note.has_copy:
        return _page_copy(data, note, parse_whole_number(request.GET.get("page", "")) or 0)
    if which == "sound" and note.is_sound:
        return _no_trace(HttpResponse(data, content_type=note.kind))
    if which != "original":
        raise Http404
    response = _no_trace(HttpResponse(data, content_type=UNKNOWN))
    response["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(note.name)}"
    return response


def _page_copy(data: bytes, note: FileNote, page: int) -> HttpResponse:
    """Return a page of the file as a picture without metadata; 404 if it cannot be drawn.

    It is drawn in the sandbox, which has no key, no network and writes nothing to disk.
    """
    try:
        cleaned = papers.clean(data, kind="scan", max_pages=MOST_PAGES).data
        picture = cleaned if note.kind != papers.PDF else papers.page_image(cleaned, page=page)
    except papers.PaperRefused as refused:
        raise Http404 from refused
    return _no_trace(HttpResponse(BytesIO(picture).getvalue(), content_type=papers.JPEG))


def _no_trace(response: HttpResponse) -> HttpResponse:
    """Forbid the response to be stored and to run scripts, and return it."""
    response["Cache-Control"] = "no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
