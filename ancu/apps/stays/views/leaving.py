"""Check out the guests chosen on the lodging's first page, after one confirmation with names and day."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ancu.apps.stays import services
from ancu.apps.stays.forms.acts import CheckOutForm
from ancu.apps.stays.selectors import today as day
from ancu.apps.stays.selectors.changes import changes
from ancu.apps.stays.views.today import lodging_page
from ancu.core import clock
from ancu.core.db.history import latest_version
from ancu.core.errors import Conflict
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, parse_whole_number


@require_POST
@lodging_page
def check_out_many(request: Request, establishment: Any) -> HttpResponse:
    """Check out the chosen guests; first show their names and the day for confirmation."""
    ids = [pk for text in request.POST.getlist("stay") if (pk := parse_whole_number(text)) is not None]
    form = CheckOutForm(request.POST, prefix="bulk")
    stays = day.chosen_open(request.actor, establishment, ids)
    if not stays:
        messages.warning(request, _("No guest was chosen. Nothing was changed."))
    elif not form.is_valid():
        messages.error(request, _("Enter the day they left as day/month/year. Nothing was changed."))
    elif "sure" not in request.POST:
        return _confirmation(request, stays, form)
    else:
        version = parse_whole_number(request.POST.get("version", ""))
        try:
            _check_out(request, stays, form.cleaned_data["departed_on"], version)
        except Conflict as refused:
            if refused.code != "changed_since":
                raise
            changes_since = [change for stay in stays for change in changes(request.actor, stay, since=version or 0)]
            return _confirmation(request, stays, form, status=409, changes_since=changes_since)
    return redirect(_list_address(request))


def _confirmation(
    request: Request, stays: list[Any], form: CheckOutForm, status: int = 200, **more: Any
) -> HttpResponse:
    """Render the page that names the guests to check out, to be confirmed."""
    context = {"stays": stays, "form": form, "back": _list_address(request), "list": request.POST.get("list", "")}
    context |= {"version": latest_version(stays), **more}
    return render(request, "stays/check_out_many.html", context, status=status)


def _check_out(request: Request, stays: list[Any], departed_on: date, version: int | None) -> None:
    """Check out in one act all guests for whom the day is possible, and name the others in a message."""
    early = [stay for stay in stays if stay.arrived_on > departed_on or departed_on > clock.today()]
    departing = [stay for stay in stays if stay not in early]
    if departing:
        ids = [stay.pk for stay in departing]
        services.check_out(actor=request.actor, stay_ids=ids, departed_on=departed_on, version=version)
        messages.success(request, counted("%(n)s guest checked out.", "%(n)s guests checked out.", len(departing)))
    if early:
        names = ", ".join(stay.full_name for stay in early)
        messages.error(request, _("Not checked out, because the date is not valid: %(names)s.") % {"names": names})


def _list_address(request: Request) -> str:
    """Return the address of the list in which the guests were chosen: the lodging's first page and its section."""
    section = request.POST.get("list", "here")
    query = f"?{urlencode({'list': section})}" if section in day.SECTIONS else ""
    return reverse("stays:today") + query
