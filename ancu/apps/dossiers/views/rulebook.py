"""The law in force on a day, for the office; the procedures' requirements, for the public."""

from datetime import date

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.forms.rulebook import RulebookDayForm
from ancu.apps.dossiers.selectors import rulebook
from ancu.apps.dossiers.selectors.promises import current_expectation
from ancu.apps.dossiers.selectors.rule_entries import changed_items
from ancu.core import clock
from ancu.core.errors import require
from ancu.core.web.http import Request
from ancu.engines.rulebook import NotInForce, changes_after, get_procedure, procedures_on


def _day(request: Request) -> tuple[date, RulebookDayForm]:
    """Return the day in ``?on=`` or today, and the form with which another day is chosen."""
    day = RulebookDayForm(request.GET).chosen().get("on") or clock.today()
    return day, RulebookDayForm({"on": f"{day:%d/%m/%Y}"})  # normalised, however the link or the reader wrote it


@require_safe
def in_force(request: Request) -> HttpResponse:
    """Show officers the law in force on a day: procedures, forms, fees, limits, holidays and coming changes."""
    require(rules.reads_dossiers(request.actor))
    day, form = _day(request)
    table, fees = rulebook.fees_on(day)
    off, worked = rulebook.holidays_of(day.year)
    context = {
        "day": day,
        "form": form,
        "procedures": procedures_on(day),
        "forms": [(form, changed_items(form.rule, day)) for form in rulebook.forms_on(day)],
        "fee_table": table,
        "fees": fees,
        "limits": [(limit, list(rulebook.flat_values(limit.values))) for limit in rulebook.limits_on(day)],
        "days_off": off,
        "worked": worked,
        "holidays_lack": rulebook.is_outside_holiday_range(day),
        "holidays_known": rulebook.holiday_range(),
        "changes": changes_after(day),
    }
    return render(request, "dossiers/rulebook/in_force.html", context)


@login_not_required
@require_safe
def procedures(request: Request) -> HttpResponse:
    """List publicly all procedures in force today, with their fees and durations."""
    today = clock.today()
    procedures_with_fees = [(procedure, rulebook.fees_of(procedure, today)) for procedure in procedures_on(today)]
    return render(request, "dossiers/rulebook/procedures.html", {"offered": procedures_with_fees})


@login_not_required
@require_safe
def procedure(request: Request, code: str) -> HttpResponse:
    """Show the public a procedure: who files, papers, fees, expected dates."""
    today = clock.today()
    try:
        procedure = get_procedure(code, today)
    except (KeyError, NotInForce) as nothing:
        raise Http404 from nothing
    context = {
        "procedure": procedure,
        "filers": [Filer(filer).label for filer in procedure.filers],
        "always": [component for component in procedure.components if component.required],
        "sometimes": [component for component in procedure.components if not component.required],
        "fees": rulebook.fees_of(procedure, today),
        "expected": current_expectation(code),
    }
    return render(request, "dossiers/rulebook/procedure.html", context)
