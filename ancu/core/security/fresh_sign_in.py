"""What changes how an account is protected asks its owner first to show anew who is there.

A session may be borrowed: a computer left open, a cookie carried away. The password, or the second factor of those
who have one, is asked for again when it was not given within the last five minutes.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import get_authentication_records
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from ancu.core import clock
from ancu.core.web.http import page_before

View = Callable[..., HttpResponse]
SENT_BEFORE = "sent_before_proof"  # in the session: something was posted and is to be sent again
BY_PASSWORD = "reauthenticate"  # as the library names that way


def is_fresh(request: HttpRequest) -> bool:
    """Whether the user signed in or confirmed the identity within ``REAUTHENTICATION_TIMEOUT`` seconds.

    A user with a second factor must have used that.
    """
    since = clock.now().timestamp() - REAUTHENTICATION_TIMEOUT
    methods = {
        record["method"] for record in get_authentication_records(request, request.user) if record["at"] >= since
    }
    return "mfa" in methods or (bool(methods) and not _has_second_factor(request))


def _has_second_factor(request: HttpRequest) -> bool:
    """Whether the user has a second factor, so that a password alone does not confirm the identity."""
    return all(way["id"] != BY_PASSWORD for way in get_adapter().get_reauthentication_methods(request.user))


def redirect_to_confirm(request: HttpRequest) -> HttpResponse:
    """Redirect to the page where the user confirms the identity, and back afterwards.

    Posted data is not kept: it may hold a password, and sessions are stored in the database. Who has neither password
    nor second factor, because a code by text message is the way in, signs in anew.
    """
    onward = request.get_full_path()
    if request.method == "POST":
        request.session[SENT_BEFORE] = True
        onward = page_before(request) or onward
    ways = get_adapter().get_reauthentication_methods(request.user)
    if not ways:
        logout(request)
        messages.info(request, _("Sign in again to change how your account is protected."))
        return redirect_to_login(onward)
    return redirect(f"{ways[0]['url']}?{urlencode({REDIRECT_FIELD_NAME: onward})}")


def ask_to_send_again(request: HttpRequest) -> None:
    """Tell the user on the next page to send the form again, if it was dropped for a new sign-in."""
    if request.session.pop(SENT_BEFORE, False):
        messages.info(request, _("Thank you. Now send it again."))


def fresh_sign_in(view: View) -> View:
    """Decorate a view for signed-in users: those without a recent sign-in confirm their identity first."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the view, or redirect to confirm the identity."""
        return view(request, *args, **kwargs) if is_fresh(request) else redirect_to_confirm(request)

    return guarded
