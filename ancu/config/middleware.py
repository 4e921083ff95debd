"""Middleware: send programs past sessions, set the actor, turn refusals of services into pages."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.defaults import bad_request

from ancu.apps.accounts.rules import needs_second_factor
from ancu.apps.accounts.selectors import actor_for_request
from ancu.apps.accounts.views import MEMBERSHIP
from ancu.config.body_limits import OF_PROGRAMS, refuse_program
from ancu.config.desk import FOR_EVERY_DESK, is_desk
from ancu.core.actor import PUBLIC
from ancu.core.errors import Conflict, holds_nul
from ancu.core.forms.filters import FilterForm, WrongFilter
from ancu.core.public_texts import third_languages
from ancu.core.rule_edition import READER
from ancu.core.web.http import page_before, sent_by_script, to_sign_in
from ancu.core.web.language import LANGUAGE_NAMES, OTHER_LANGUAGE

# What a person without a second factor still reaches: the way out, the language, and proving who he is.
WITHOUT_SECOND_FACTOR = frozenset(
    {
        "health",
        "live",
        "ready",
        "set_language",
        "accounts:switch",
        "here",
        "account_login",
        "account_logout",
        "account_reauthenticate",
        "account_confirm_email",
        "account_email_verification_sent",
    }
)
# What a guest reads of his own stay: the check, a receipt's and a confirmation's genuineness.
OF_GUESTS = ("/guest/", "/r/", "/c/")
OF_MONITORS = ("/health", "/metrics")
API_POLICY = "default-src 'none'; frame-ancestors 'none'"  # nothing of the API is ever a page


class RuleEditionMiddleware:
    """Let a request find the rules as the office changed them.

    Stands before ``ApiBypassMiddleware``, so that programs find them too. Monitors ask for no rule; they are answered
    without a database.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(OF_MONITORS):
            READER.refresh()
        return self.get_response(request)


class ApiBypassMiddleware:
    """Send programs straight to their view, without session, language, CSRF token or membership.

    Middleware before this (HTTPS, HSTS, no sniffing) applies to them too; headers that the later middleware would
    have added are added here. The API's views answer every failure themselves.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(OF_PROGRAMS):
            return self.get_response(request)
        request.get_host()  # refuses names that are not ours, as CommonMiddleware does
        match = request.resolver_match = resolve(request.path_info)
        response = refuse_program(request) or match.func(request, *match.args, **match.kwargs)
        response.headers.setdefault("Content-Length", str(len(response.content)))
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Content-Security-Policy"] = API_POLICY
        return response


class OtherLanguagesMiddleware:
    """Answer a browser that speaks none of our languages in English; Django's own choice would be Vietnamese.

    Stands behind ``LocaleMiddleware``. A program that names no language gets Vietnamese, but for the pages that are
    read by foreigners alone. A page that does not exist in a third language is answered in English too.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        accepted = request.headers.get("accept-language", "")
        foreign = accepted or request.path_info.startswith(OF_GUESTS)
        if foreign and not _language_chosen(request, accepted):
            translation.activate("en")
            request.LANGUAGE_CODE = "en"
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Note the languages of the page (``request.languages``), and change to English if the active one lacks it."""
        match = request.resolver_match
        is_public = match is not None and third_languages().has_page(match.view_name)
        languages = LANGUAGE_NAMES if is_public else OTHER_LANGUAGE
        request.languages = tuple(languages)  # type: ignore[attr-defined]
        if translation.get_language() not in languages:
            translation.activate("en")
            request.LANGUAGE_CODE = "en"


def _language_chosen(request: HttpRequest, accepted: str) -> bool:
    """Whether the cookie, or the browser's accepted languages (``accepted``), name one of our languages."""
    if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) in LANGUAGE_NAMES:
        return True
    ours = {name.partition("-")[0] for name in LANGUAGE_NAMES}
    return any(re.split("[-;]", tag)[0] in ours for tag in accepted.lower().replace(" ", "").split(","))


class SignInMiddleware(LoginRequiredMiddleware):
    """Redirect signed-out users to sign-in, and back afterwards."""

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponse:  # type: ignore[override]
        """Redirect to sign-in; a script or a posted form is led back to its page afterwards."""
        if request.method in {"GET", "HEAD"} and not sent_by_script(request):
            return super().handle_no_permission(request, view_func)
        return to_sign_in(request)


class SentByScriptMiddleware:
    """Tell a script that sent a form (``js/sending.js``) where a redirect leads; it then opens that page.

    So the next page's message is read there and not by the script. ``X-Refused``: that message is an error, and the
    form's draft is kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.headers.get("X-Sent-By") != "script" or not 300 <= response.status_code < 400:
            return response
        response.headers["X-Location"] = response.headers["Location"]
        del response.headers["Location"]
        if _has_error(request):
            response.headers["X-Refused"] = "1"
        response.status_code, response.content = 204, b""
        return response


def _has_error(request: HttpRequest) -> bool:
    """Whether an error message for the user is queued for the next page; it stays queued."""
    waiting: Any = messages.get_messages(request)
    has_error = any(message.level >= messages.ERROR for message in waiting)
    waiting.used = False
    return has_error


class DeskMiddleware:
    """Answer 409 to a form of a page opened for another membership or lodging (``X-Desk``).

    The user may have switched in another tab, and a guest would be declared at the wrong lodging.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Answer 409 if a script posts from a page that was opened for another membership or lodging; else None."""
        desk, match = request.headers.get("X-Desk", ""), request.resolver_match
        if request.method != "POST" or not desk or not request.user.is_authenticated:
            return None
        if (match and match.view_name in FOR_EVERY_DESK) or is_desk(request, desk):
            return None
        return render(request, "409.html", {"message": ANOTHER_DESK}, status=409)


ANOTHER_DESK = _(
    "This page was opened for a different lodging or office from the one you are working for now. Switch back to "
    "that one to continue."
)


class ActorMiddleware:
    """Set ``request.actor``, determined lazily and once."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: actor_for_request(_signed_in_user(request), request.session.get(MEMBERSHIP))
        )
        return self.get_response(request)


def _signed_in_user(request: HttpRequest) -> object:
    """Return the request's user if signed in; else None."""
    return request.user if request.user.is_authenticated else None


class SecondFactorMiddleware:
    """Make officers set up a second factor before anything else (accounts.rules)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Redirect an officer without a second factor to its setup; else None."""
        match = request.resolver_match
        if match is None or not request.user.is_authenticated:
            return None
        name = match.view_name
        if name.startswith("mfa_") or name in WITHOUT_SECOND_FACTOR:
            return None
        return redirect("mfa_activate_totp") if needs_second_factor(request.actor) else None  # type: ignore[attr-defined]


class ErrorMiddleware:
    """Answer a Conflict with 409 and its sentence, a wrong filter with 422, a NUL character with 400.

    403 and 404 are Django's. A GET of an address that accepts only a button's POST gets a page that says so.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method != "GET" or response.content:
            return response
        page = render(request, "405.html", {"back_url": page_before(request)}, status=405)
        page["Allow"] = response["Allow"]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Return the page for a Conflict, wrong filter or NUL character; None otherwise."""
        if holds_nul(exception):
            return bad_request(request, exception)
        if isinstance(exception, WrongFilter):
            return wrong_filter(request, exception.form)
        if not isinstance(exception, Conflict):
            return None
        return render(request, "409.html", {"message": exception.message, "back_url": page_before(request)}, status=409)


def wrong_filter(request: HttpRequest, form: FilterForm) -> HttpResponse:
    """Return the page that shows unreadable filters for correction; nothing was listed or exported."""
    for name in form.errors:  # a list of choices would not show what was typed
        if name in form.fields and isinstance(form.fields[name].widget, forms.Select):
            form.fields[name].widget = forms.TextInput()
    back = urlsplit(page_before(request)).path if request.method == "POST" else request.path
    valid_values = {name: value for name, value in form.data.items() if name in form.fields and name not in form.errors}
    context = {
        "form": form, "back_url": back or "/", "exporting": request.method == "POST",
        "kept": {name: value for name, value in valid_values.items() if value},
        "parent": "public.html" if getattr(request, "actor", PUBLIC).is_public else "base.html",
    }  # fmt: skip
    return render(request, "wrong_filter.html", context, status=422)
