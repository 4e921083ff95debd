"""A telephone number as a way in: whoever reads the text message sent to it has what the email's owner has.

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
    """Whether this office sends text messages at all."""
    return sms_gate() is not None


class MobileField(PhoneField):
    """Cleans to ``+84912345678``; what no text message reaches is refused."""

    def to_python(self, value: Any) -> str:
        number = super().to_python(value)
        if number and not telephone.is_mobile(number):
            raise ValidationError(
                gettext_lazy("Text messages cannot be sent to this number. Enter a mobile number."), code="invalid"
            )
        return number


class LoginForm(forms.LoginForm):  # type: ignore[misc]
    """Email, or a number that signs in, with the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.label = gettext_lazy("Email or mobile number") if codes_are_sent() else gettext_lazy("Email")
        login.widget.attrs = {"autocomplete": "username", "inputmode": "email", "autocapitalize": "none"}

    def clean_login(self) -> str:
        login: str = super().clean_login()
        return login if "@" in login else mobile_number(login) or login


class RequestCodeForm(forms.RequestLoginCodeForm):  # type: ignore[misc]
    """The number alone: by email a link comes, from the page of the forgotten password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["email"]
        self.fields["phone"].required = True


def change_phone(request: Request) -> HttpResponse:
    """Confirm the number by which a code signs in; not for officers, nor where no text messages are sent."""
    if request.actor.is_agency or not codes_are_sent():
        raise Http404
    page: HttpResponse = fresh_sign_in(views.change_phone)(request)
    return page


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def choose_password(request: Request) -> HttpResponse:
    """A new password without the old one, for a quarter of an hour after a code let the person in."""
    if not _came_by_code(request):
        return redirect("account_change_password")
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = selectors.get_user(request.actor.user_id or 0)
        services.choose_password(request, user, password=form.cleaned_data["password"])
        return render(request, "account/password_chosen.html")
    return render(request, "account/password_choose.html", {"form": form}, status=422 if form.errors else 200)


def _came_by_code(request: Request) -> bool:
    by_code = [
        record["at"] for record in get_authentication_records(request, request.user) if record["method"] == "code"
    ]
    return bool(by_code) and max(by_code) > (clock.now() - CODE_COUNTS_FOR).timestamp()


@require_POST
@fresh_sign_in
def remove_phone(request: Request) -> HttpResponse:
    """No code signs in any more."""
    services.set_sign_in_phone(request.actor, phone="")
    return redirect("account_change_phone")
