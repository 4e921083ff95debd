"""What I did; and, for an agency's administrator, who looked at whom."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.audit import selectors
from ancu.apps.audit.forms import EventFilterForm
from ancu.core.http import Request


@require_safe
def mine(request: Request) -> HttpResponse:
    after = _filter(request.GET).get("after")
    acts, more = selectors.page_of(selectors.own_events(request.actor), after)
    return render(request, "audit/list.html", {"acts": acts, "more": more, "own": True})


@require_safe
def everybody(request: Request) -> HttpResponse:
    values = _filter(request.GET)
    after = values.pop("after", None)
    wanted = selectors.EventFilter(**values)
    acts, more = selectors.page_of(selectors.agency_events(request.actor, wanted), after)
    kept = request.GET.copy()
    kept.pop("after", None)
    return render(request, "audit/list.html", {"acts": acts, "more": more, "wanted": wanted, "kept": kept.urlencode()})


def _filter(data: QueryDict) -> dict[str, Any]:
    form = EventFilterForm(data)
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}
