"""Sign-in by a telephone number: a code sent to it proves its owner, like a link by email.

A number counts once its owner proved it by a code (``User.sign_in_phone``); the number in a person's data does not.
Officers are not let in by it (``accounts.selectors.user_by_phone``); a second factor is asked for as after a password.
"""

from datetime import timedelta
from typing import Any

from allauth.account import forms, views
from allauth.account.authentication import get_authentication_records
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.accounts import selectors, services
from ancu.apps.messaging.rules import mobile_number
from ancu.apps.messaging.services.gates import sms_gate
from ancu.core import clock
from ancu.core.forms import PasswordForm
from ancu.core.forms.telephone import PhoneField
from ancu.core.security.fresh_sign_in import fresh_sign_in
from ancu.core.web.http import Request
from ancu.engines import telephone

CODE_COUNTS_FOR = timedelta(minutes=15)


def codes_are_sent() -> bool:
    """Whether this office sends text messages."""
    return sms_gate() is not None


class MobileField(PhoneField):
    """A mobile number; cleans to ``+84912345678`` and refuses numbers that receive no text messages."""

    def to_python(self, value: Any) -> str:
        """Return the mobile number in E.164. Raises ValidationError if it cannot receive text messages."""
        number = super().to_python(value)
        if number and not telephone.is_mobile(number):
            raise ValidationError(
                gettext_lazy("Text messages cannot be sent to this number. Enter a mobile number."), code="invalid"
            )
        return number


class LoginForm(forms.LoginForm):  # type: ignore[misc]
    """Sign-in by password, with an email address or a proven mobile number."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = gettext_lazy("Email or mobile number") if codes_are_sent() else gettext_lazy("Email")
        login.widget.attrs = {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"}

    def clean_login(self) -> str:
        """Return the email address, or the mobile number in E.164."""
        login: str = super().clean_login()
        return login if "@" in login else mobile_number(login) or login


class RequestCodeForm(forms.RequestLoginCodeForm):  # type: ignore[misc]
    """Request for a sign-in code by text message; links by email come from the forgotten-password page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self.fields["phone"].required = True


def change_phone(request: Request) -> HttpResponse:
    """Let a user verify a telephone number for sign-in by code; not officers, nor without text messages."""
    if request.actor.is_agency or not codes_are_sent():
        raise Http404
    page: HttpResponse = fresh_sign_in(views.change_phone)(request)
    return page


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: Request) -> HttpResponse:
    """Let a user set a new password without the old one, within 15 minutes of signing in by code."""
    if not _came_by_code(request):
        return redirect("account_change_password")
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = selectors.get_user(request.actor.user_id or 0)
        services.choose_password(request, user, password=form.cleaned_data["password"])
        return render(request, "account/password_chosen.html")
    return render(request, "account/password_choose.html", {"form": form}, status=422 if form.errors else 200)


def _came_by_code(request: Request) -> bool:
    """Whether the user signed in by a code recently enough to set a password without the old one."""
    by_code = [
        record["at"] for record in get_authentication_records(request, request.user) if record["method"] == "code"
    ]
    return bool(by_code) and max(by_code) > (clock.now() - CODE_COUNTS_FOR).timestamp()


@require_POST
@fresh_sign_in
def remove_phone(request: Request) -> HttpResponse:
    """Remove the user's sign-in number."""
    services.set_sign_in_phone(request.actor, phone="")
    return redirect("account_change_phone")
