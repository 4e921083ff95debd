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
from ancu.apps.stays.views.today import lodging_page
from ancu.core import clock
from ancu.core.http import Request, whole_number
from ancu.core.templatetags.ui import counted


@require_POST
@lodging_page
def check_out_many(request: Request, establishment: Any) -> HttpResponse:
    ids = [pk for text in request.POST.getlist("stay") if (pk := whole_number(text)) is not None]
    form = CheckOutForm(request.POST, prefix="bulk")
    stays = day.chosen_open(request.actor, establishment, ids)
    if not stays:
        messages.warning(request, _("No guest was chosen. Nothing was changed."))
    elif not form.is_valid():
        messages.error(request, _("Write the day they left as day/month/year. Nothing was changed."))
    elif "sure" not in request.POST:
        context = {"stays": stays, "form": form, "back": _back(request), "list": request.POST.get("list", "")}
        return render(request, "stays/check_out_many.html", context)
    else:
        _check_out(request, stays, form.cleaned_data["departed_on"])
    return redirect(_back(request))


def _check_out(request: Request, stays: list[Any], departed_on: date) -> None:
    """Each guest by himself: one whose arrival is later than the day given does not hold up the others."""
    early = [stay for stay in stays if stay.arrived_on > departed_on or departed_on > clock.today()]
    departing = [stay for stay in stays if stay not in early]
    if departing:
        services.check_out(actor=request.actor, stay_ids=[stay.pk for stay in departing], departed_on=departed_on)
        messages.success(request, counted("%(n)s guest checked out.", "%(n)s guests checked out.", len(departing)))
    if early:
        names = ", ".join(stay.full_name for stay in early)
        messages.error(request, _("Not checked out, because the day does not fit: %(names)s.") % {"names": names})


def _back(request: Request) -> str:
    section = request.POST.get("list", "here")
    query = f"?{urlencode({'list': section})}" if section in day.SECTIONS else ""
    return reverse("stays:today") + query
