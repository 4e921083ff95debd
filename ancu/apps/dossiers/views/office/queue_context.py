"""The queue that an officer works through, which the addresses of a dossier's pages carry along."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from ancu.apps.dossiers.forms.office import QueueForm
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.selectors.queue_orders import order_of
from ancu.apps.dossiers.selectors.queue_place import working_queue
from ancu.apps.dossiers.selectors.queues import FILTER_NAMES, QueueFilter
from ancu.core import clock
from ancu.core.web.http import Request
from ancu.engines.rulebook import procedures_on

CURSOR = "at"  # where a dossier stood in the queue before it was worked on


def queue_query(request: Request, cursor: str = "") -> str:
    """Return the query string with the queue of the request, and ``cursor`` if the dossier leaves it; often empty."""
    values = {name: request.GET.get(name, "") for name in FILTER_NAMES}
    values[CURSOR] = cursor or request.GET.get(CURSOR, "")
    filled = {name: value for name, value in values.items() if value}
    return f"?{urlencode(filled)}" if filled else ""


def queries(request: Request) -> dict[str, str]:
    """Return the query strings of the links of a dossier's page: with the queue, and to be continued by a value."""
    query = queue_query(request)
    filters = {name: request.GET[name] for name in FILTER_NAMES if request.GET.get(name)}
    joined = f"{query}&" if query else "?"
    list_query = f"?{urlencode(filters)}" if filters else ""
    return {"queue_query": query, "page_query": joined, "go_query": f"{joined}go=", "list_query": list_query}


def dossier_url(request: Request, number: str, cursor: str = "") -> str:
    """Return the address of the dossier's page in the queue of the request."""
    return reverse("dossiers:office-dossier", args=[number]) + queue_query(request, cursor)


def cursor_in_queue(request: Request, dossier: Any) -> str:
    """Return where the dossier stands in the queue of the request, or stood before it was worked on."""
    return request.GET.get(CURSOR) or order_of(request.GET.get("order", "")).cursor_of(dossier)


def filter_of(request: Request) -> QueueFilter:
    """Return the filter of the queue in the address; it need not be one that the page offers now."""
    procedures = [(procedure.code, procedure.code) for procedure in procedures_on(clock.today())]
    keys = [request.GET.get(name, "") for name in ("unit", "company")]
    units, companies = ([(int(key), key)] if is_id(key) else [] for key in keys)
    officers = colleagues(request.actor)
    form = QueueForm(request.GET, procedures=procedures, officers=officers, units=units, companies=companies)
    return form.queue_filter()


def is_id(text: str) -> bool:
    """Whether the text can be the id of a row."""
    return text.isdecimal() and len(text) < 19


def queue_of(request: Request) -> QueueFilter:
    """Return the queue of the request, or else that of the actor's own work."""
    return working_queue(request.actor, filter_of(request))
