"""The page of the bank's exchange rates."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.money import RateForm
from ancu.apps.dossiers.selectors import money
from ancu.apps.dossiers.services.money.rates import UnusualRate, enter_rate
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request


@require_http_methods(["GET", "POST"])
def rates(request: Request) -> HttpResponse:
    """Show the exchange rates and the form for a new one; once sent, store it."""
    require(rules.may_take_money(request.actor))
    form = RateForm(request.POST if request.method == "POST" else None, initial={"source": _last_source(request)})
    if request.method == "POST" and form.is_valid() and _enter(request, form):
        return redirect("dossiers:rates")
    rate, waiting = money.rate_and_waiting_count(request.actor)
    context = {
        "form": form,
        "rates": money.rates(request.actor),
        "rate": rate,
        "today": clock.today(),
        "yesterday": money.rate_before(clock.today()),
        "waiting": waiting,
    }
    return render(request, "dossiers/money/rates.html", context, status=422 if form.is_bound else 200)


def _last_source(request: Request) -> str:
    """Return the source stated with the latest exchange rate, to prefill the form; "" without a rate."""
    latest = money.rate_on(clock.today())
    return latest.source if latest else ""


def _enter(request: Request, form: RateForm) -> bool:
    """Store the typed exchange rate; return False, with the error in the form, if it is unusual or impossible."""
    cleaned = form.cleaned_data
    try:
        _rate, charged = enter_rate(request.actor, **cleaned)
    except UnusualRate as unusual:
        words = _(
            "This differs by %(jump)s %% from the rate of %(day)s. Compare it with the bank's board, then confirm "
            "below."
        )
        jump = f"{unusual.jump:+.1f}".replace("-", "−")
        form.ask_to_confirm(words % {"jump": jump, "day": f"{unusual.before.day:%d/%m/%Y}"})
        return False
    except Conflict as conflict:
        form.add_error("day", conflict.message)
        return False
    text = _("Rate saved.")
    if charged:
        charged_sentence = counted(
            "The fee of %(n)s waiting dossier was set.", "The fees of %(n)s waiting dossiers were set.", charged
        )
        text = f"{text} {charged_sentence}"
    messages.success(request, text)
    return True
