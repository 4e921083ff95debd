"""What is in force on a day, for the office; what each procedure takes, for anybody."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.forms.rulebook import DayForm
from ancu.apps.dossiers.selectors import rulebook
from ancu.apps.dossiers.selectors.promises import how_long_now
from ancu.core import clock
from ancu.core.errors import require
from ancu.core.web.http import Request
from ancu.engines.rulebook import NotInForce, changes_after, get_procedure, procedures_on


def _day(request: Request) -> tuple[date, DayForm]:
    """``?on=``; today when no day is asked for."""
    asked = DayForm(request.GET).chosen().get("on") or clock.today()
    return asked, DayForm({"on": f"{asked:%d/%m/%Y}"})  # however a link or the reader wrote it


@require_safe
def in_force(request: Request) -> HttpResponse:
    require(rules.reads_dossiers(request.actor))
    day, form = _day(request)
    table, fees = rulebook.fees_on(day)
    off, worked = rulebook.holidays_of(day.year)
    context = {
        "day": day,
        "form": form,
        "procedures": procedures_on(day),
        "forms": rulebook.forms_on(day),
        "fee_table": table,
        "fees": fees,
        "limits": [(one, list(rulebook.told(one.values))) for one in rulebook.limits_on(day)],
        "days_off": off,
        "worked": worked,
        "holidays_lack": rulebook.holidays_lack(day),
        "holidays_known": rulebook.holidays_known(),
        "changes": changes_after(day),
    }
    return render(request, "dossiers/rulebook/in_force.html", context)


@login_not_required
@require_safe
def procedures(request: Request) -> HttpResponse:
    """The list, with what each costs and how long it takes."""
    today = clock.today()
    offered = [(one, rulebook.fees_of(one, today)) for one in procedures_on(today)]
    return render(request, "dossiers/rulebook/procedures.html", {"offered": offered})


@login_not_required
@require_safe
def procedure(request: Request, code: str) -> HttpResponse:
    today = clock.today()
    try:
        found = get_procedure(code, today)
    except (KeyError, NotInForce) as nothing:
        raise Http404 from nothing
    context = {
        "procedure": found,
        "filers": [Filer(one).label for one in found.filers],
        "always": [one for one in found.components if one.required],
        "sometimes": [one for one in found.components if not one.required],
        "fees": rulebook.fees_of(found, today),
        "expected": how_long_now(code),
    }
    return render(request, "dossiers/rulebook/procedure.html", context)
