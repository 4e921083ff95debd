"""The queue that an officer works through, which the addresses of a dossier's pages carry along."""

from django.urls import reverse
from django.utils.http import urlencode

from ancu.apps.dossiers.forms.office import QueueForm
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.selectors.queue_place import working_queue
from ancu.apps.dossiers.selectors.queues import QueueFilter
from ancu.core import clock
from ancu.core.web.http import Request
from ancu.engines.rulebook import procedures_on

QUEUE_NAMES = ("state", "procedure", "officer", "due")
CURSOR = "at"  # where a dossier stood in the queue before it was worked on


def queue_query(request: Request, cursor: str = "") -> str:
    """Return the query string with the queue of the request, and ``cursor`` if the dossier leaves it; often empty."""
    values = {name: request.GET.get(name, "") for name in QUEUE_NAMES}
    values[CURSOR] = cursor or request.GET.get(CURSOR, "")
    filled = {name: value for name, value in values.items() if value}
    return f"?{urlencode(filled)}" if filled else ""


def queries(request: Request) -> dict[str, str]:
    """Return the query strings of the links of a dossier's page: with the queue, and to be continued by a value."""
    query = queue_query(request)
    filters = {name: request.GET[name] for name in QUEUE_NAMES if request.GET.get(name)}
    joined = f"{query}&" if query else "?"
    list_query = f"?{urlencode(filters)}" if filters else ""
    return {"queue_query": query, "page_query": joined, "go_query": f"{joined}go=", "list_query": list_query}


def dossier_url(request: Request, number: str, cursor: str = "") -> str:
    """Return the address of the dossier's page in the queue of the request."""
    return reverse("dossiers:office-dossier", args=[number]) + queue_query(request, cursor)


def queue_of(request: Request) -> QueueFilter:
    """Return the queue of the request, or else that of the actor's own work."""
    procedures = [(procedure.code, procedure.code) for procedure in procedures_on(clock.today())]
    form = QueueForm(request.GET, procedures=procedures, officers=colleagues(request.actor))
    return working_queue(request.actor, form.queue_filter())
