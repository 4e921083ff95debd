"""The page of plans: one unit and year, all indicators."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.reporting.forms.plans import PlansForm
from ancu.apps.reporting.rules import access
from ancu.apps.reporting.selectors import figures, periods
from ancu.apps.reporting.selectors import plans as selectors
from ancu.apps.reporting.services import entering
from ancu.apps.reporting.views.office import require_reader
from ancu.core import clock
from ancu.core.errors import Http404, require
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, parse_whole_number


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def plans(request: Request) -> HttpResponse:
    """Show the form of a unit's plans of a year and save the changed ones."""
    require_reader(request)
    require(access.leads(request.actor))
    years, units = selectors.years_to_plan(), periods.units_to_enter(request.actor, clock.today())
    year = _query_number(request, "year", clock.today().year)
    unit_id = _query_number(request, "unit", units[0].pk if units else 0)
    if year not in years:
        raise Http404
    unit = figures.get_unit(request.actor, unit_id)
    form = PlansForm(selectors.plan_rows(unit, year), request.POST or None)
    if request.method == "POST" and form.is_valid():
        changed = entering.set_plans(actor=request.actor, unit_id=unit.pk, year=year, values=form.changed)
        text = counted("%(n)s target was changed.", "%(n)s targets were changed.", changed)
        messages.success(request, text, extra_tags=f"draft:plans-{unit.pk}-{year}")
        return redirect(f"{reverse('reporting:plans')}?unit={unit.pk}&year={year}")
    context = {"form": form, "unit": unit, "year": year, "units": units, "years": years}
    return render(request, "reporting/plans.html", context, status=422 if request.method == "POST" else 200)


def _query_number(request: Request, name: str, default: int) -> int:
    """Return the number ``name`` of the query string; ``default`` if it is missing, 404 if it is no number."""
    text = request.GET.get(name, "")
    number = parse_whole_number(text) if text else default
    if number is None:
        raise Http404
    return number
