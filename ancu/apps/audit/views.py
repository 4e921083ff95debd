"""What I did; and, for an agency's administrator, who looked at whom."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from ancu.apps.audit import selectors
from ancu.apps.audit.forms import EventFilterForm
from ancu.apps.audit.services import record_look
from ancu.core.http import Request


@require_safe
def mine(request: Request) -> HttpResponse:
    after = _filter(request.GET).get("after")
    acts, more = selectors.page_of(selectors.own_events(request.actor), after)
    acts = selectors.named(request.actor, acts)
    return render(request, "audit/list.html", {"acts": acts, "next_url": _next(request, more), "own": True})


@require_safe
def everybody(request: Request) -> HttpResponse:
    values = _filter(request.GET)
    after = values.pop("after", None)
    wanted = selectors.EventFilter(**values)
    acts, more = selectors.page_of(selectors.agency_events(request.actor, wanted), after)
    acts = selectors.named(request.actor, acts)
    _note_look(request, acts)
    context = {"acts": acts, "next_url": _next(request, more), "wanted": wanted}
    return render(request, "audit/list.html", context)


def _note_look(request: Request, acts: list[selectors.Act]) -> None:
    """Whoever reads what others did reads the names of people too: noted, with whose acts as ids."""
    read = [act.id for act in acts if act.whose]
    if read:
        record_look(request.actor, ("audit.list", "acts"), count=len(acts), acts=read)


def _next(request: Request, more: int | None) -> str:
    kept = request.GET.copy()
    kept["after"] = str(more)
    return f"?{kept.urlencode()}" if more else ""


def _filter(data: QueryDict) -> dict[str, Any]:
    form = EventFilterForm(data)
    form.is_valid()
    return {name: value for name, value in form.cleaned_data.items() if value}
