"""The source's pages: no session, no cookies, nothing of the request stored, and responses of one size."""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.tips.forms import AddToTipForm, MemoryUploadHandler, SourceForm, TipForm, TipReceiptForm, new_form_key
from ancu.apps.tips.selectors.opening import open_replies
from ancu.apps.tips.selectors.tips import by_locator
from ancu.apps.tips.selectors.units import ready_units
from ancu.apps.tips.services import receipts
from ancu.apps.tips.services.receiving import add_to_tip, receive_tip
from ancu.core.registry.code_pages import page_of_code
from ancu.core.security.proof_of_work import is_solved, new_puzzle
from ancu.core.security.rate_limits import RateLimitUse, allow_unwritten, client_address
from ancu.core.templatetags.ui import possible_from
from ancu.core.web.http import is_same_origin, mark_private
from ancu.core.web.language import OTHER_LANGUAGE, reader_language
from ancu.engines.envelopes import ReceiptKeys, read_receipt

PAGE_BYTES = 64 * 1024  # every answer to a receipt, right or wrong, is one or more of these
# An hour and process: by address with a solved puzzle, by address without, and without by everybody together.
BY_ADDRESS, BY_ADDRESS_UNSOLVED = 120, 20
UNSOLVED_IN_ALL = 600
View = Callable[[HttpRequest], HttpResponseBase]
PUBLIC_POLICY = {"media-src": ["'self'", "blob:"]}  # what was just recorded is heard before it is sent


def source_page(view: Callable[[HttpRequest], HttpResponse]) -> View:
    """Wrap a view as a page for sources: public, in the address's language, not cached and not logged."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponseBase:
        """Call the view in the address's language, with uploads in memory; 403 for a form sent from another site."""
        request.upload_handlers = [MemoryUploadHandler(request)]  # before anything reads the body
        with translation.override(_language(request)):
            if request.method == "POST" and not is_same_origin(request):
                response = _render(request, "tips/refused.html", status=403)
            else:
                response = mark_private(view(request))
        response["Referrer-Policy"] = "same-origin"
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django's line of a refused form has its second
        return response

    return csrf_exempt(csp_update(PUBLIC_POLICY)(sensitive_post_parameters()(login_not_required(page))))


def _language(request: HttpRequest) -> str:
    """Return the language of the address, otherwise that of the browser, because no cookie may store it."""
    language = request.GET.get("lang", "")
    return language if language in OTHER_LANGUAGE else reader_language()


def _render(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Render a page for sources, with the language, the browser's cookies and the address to leave quickly."""
    language = translation.get_language() or settings.LANGUAGE_CODE
    base_context = {
        "language": language,
        "other_language": next((code, name) for code, name in NAMES.items() if code != language),
        "path": request.path,
        "leave_url": settings.TIPS_LEAVE_URL,
        "cookies_sent": _cookies_sent(request),
        "signed_in": settings.SESSION_COOKIE_NAME in _cookies_sent(request),
    }
    return HttpResponse(render_to_string(template, base_context | (context or {})), status=status)


def _cookies_sent(request: HttpRequest) -> frozenset[str]:
    """Return the names of the cookies that the browser sent; the middleware has removed their values."""
    return getattr(request, "cookies_sent", frozenset())


NAMES = {"vi": "Tiếng Việt", "en": "English"}


@require_safe
@source_page
def start(request: HttpRequest) -> HttpResponse:
    """Explain what is protected and what is not, with the two ways to continue."""
    return _render(request, "tips/start.html", {"ready": bool(_unit_choices())})


@require_POST
@source_page
def clear_cookies(request: HttpRequest) -> HttpResponse:
    """Delete this site's cookies from the device: those sent, and in newer browsers all."""
    response = redirect(f"{reverse('tips:start')}?lang={translation.get_language()}")
    response["Clear-Site-Data"] = '"cookies"'
    for name in _cookies_sent(request):
        response.delete_cookie(name)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@source_page
def write(request: HttpRequest) -> HttpResponse:
    """Show the form of a tip, and the receipt in response to it."""
    units = _unit_choices()
    if not units:
        return _render(request, "tips/start.html", {"ready": False})
    if request.method != "POST":
        return _render(
            request, "tips/write.html", {"form": TipForm(units=units, initial=_new_form_values()), **_new_puzzle()}
        )
    form = TipForm(request.POST, request.FILES, units=units)
    if not form.is_valid():
        return _render(request, "tips/write.html", {"form": form, **_new_puzzle()}, status=422)
    if not (use := _allowance(request, "tips-write")):
        return _render(request, "tips/write.html", {"form": _limited_form(form, use), **_new_puzzle()}, status=429)
    received = receive_tip(
        unit_id=form.cleaned_data["unit"],
        form=form.cleaned_data["form"],
        content=form.tip_content(),
        uploads=form.uploads(),
    )
    context = {
        "receipt": receipts.in_groups(received.receipt),
        "is_repeated": received.is_repeated,
        "files": received.files,
    }
    return _render(request, "tips/receipt.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@source_page
def answer(request: HttpRequest) -> HttpResponse:
    """Open the conversation of a receipt.

    All responses have the same size and cost the same work.
    """
    if request.method != "POST":
        return _padded(_render(request, "tips/come_back.html", {"form": TipReceiptForm(), **_new_puzzle()}))
    form = TipReceiptForm(request.POST)
    if not form.is_valid():
        return _padded(_render(request, "tips/come_back.html", {"form": form, **_new_puzzle()}))
    if not (use := _allowance(request, "tips-answer")):
        return _padded(_render(request, "tips/come_back.html", {"form": _limited_form(form, use), **_new_puzzle()}))
    receipt = read_receipt(form.cleaned_data["receipt"])
    keys = receipts.opening_keys(receipt)
    if by_locator(keys.locator) is None:
        right_page = page_of_code(form.cleaned_data["receipt"]) if receipt is None else None
        form.add_error("receipt", _("These digits do not open a conversation. Compare them with your receipt."))
        return _padded(
            _render(request, "tips/come_back.html", {"form": form, "right_page": right_page, **_new_puzzle()})
        )
    return _padded(_conversation(request, keys, form.cleaned_data["receipt"]))


def _conversation(request: HttpRequest, keys: ReceiptKeys, receipt: str) -> HttpResponse:
    """Show the last replies to the source and the form to add to the tip; a submitted addition is stored first."""
    outcome, files = "", 0
    more: SourceForm = AddToTipForm(initial=_new_form_values())
    if request.POST.get("act") == "say":
        more = AddToTipForm(request.POST, request.FILES)
        if more.is_valid():
            is_new = add_to_tip(
                keys=keys, form=more.cleaned_data["form"], text=more.cleaned_data["text"], uploads=more.uploads()
            )
            outcome, files = ("said", len(more.uploads())) if is_new else ("again", 0)
            more = AddToTipForm(initial=_new_form_values())
    tip = by_locator(keys.locator)
    latest_replies = open_replies(tip, keys.pair) if tip else []
    context = {
        "tip": tip,
        "replies": latest_replies,
        "receipt": receipt,
        "more": more,
        "outcome": outcome,
        "files": files,
    } | _new_puzzle()
    return _render(request, "tips/conversation.html", context)


def _unit_choices() -> list[tuple[int, str]]:
    """Return (id, name) of the units that receive tips, for the form."""
    return [(unit.pk, str(unit)) for unit in ready_units()]


def _new_form_values() -> dict[str, str]:
    """Return the initial values of a source's form: a new random form key."""
    return {"form": new_form_key()}


def _new_puzzle() -> dict[str, str]:
    """Return a new puzzle for the template's context."""
    return {"puzzle": new_puzzle()}


def _limited_form(form: Any, use: RateLimitUse) -> Any:
    """Add to the form the error that too many people are writing now, with the time when it can be sent; return it."""
    words = _("Many people are writing right now. What you wrote is still here. You can send it from %(when)s.")
    form.add_error(None, words % {"when": possible_from(use.until)})
    return form


def _allowance(request: HttpRequest, name: str) -> RateLimitUse:
    """Count a use of the page ``name`` from this network address; return whether the limit allows it.

    A solved puzzle allows many; without scripts all people share fewer. It is counted in this process's memory only:
    a row in a table would reveal when somebody was here.
    """
    solved = is_solved(request.POST.get("puzzle", ""), request.POST.get("solution", ""), unwritten=True)
    limit = BY_ADDRESS if solved else BY_ADDRESS_UNSOLVED
    own = allow_unwritten(name, client_address(request), limit=limit)
    return allow_unwritten(name, "everybody", limit=UNSOLVED_IN_ALL) if own and not solved else own


def _padded(response: HttpResponse) -> HttpResponse:
    """Pad the response with incompressible bytes, so that an eavesdropper learns nothing from its length.

    The status is always 200: another one would change the length.
    """
    missing = -(len(response.content) + len(OPEN + SHUT)) % PAGE_BYTES
    response.content += OPEN + secrets.token_hex(missing // 2 + 1)[:missing].encode() + SHUT
    return response


OPEN, SHUT = b"<!--", b"-->"
