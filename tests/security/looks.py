"""Which persons of the test world an answer names, and the looks that were recorded while it was made."""

import html
import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.apps import apps
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from pypdf import PdfReader

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.audit.models import Event
from tests import access
from tests.test_access import BODIES, HANDLER, Scene

# Where the names of people stand whom records are about. Officers, staff of lodgings and clerks of sponsors are named
# beside what they did and to their colleagues: that is no look at a person's record.
NAMES = {
    "stays.Stay": ("full_name", "native_name"),
    "stays.Confirmation": ("full_name",),
    "travellers.Identity": ("full_name",),
    "dossiers.Dossier": ("full_name",),
    "dossiers.ForeignWorker": ("full_name",),
    "dossiers.LegalFile": ("signatory_name",),
    "listening.Petition": ("name", "about_person"),
    "listening.Attendee": ("name",),
    "community.Recipient": ("name",),
    "community.Candidate": ("name",),
    "community.HandoverConfirmation": ("name",),
    "community.Donor": ("name",),
    "lodging.Establishment": ("representative_name",),
    "oversight.Notice": ("full_name",),
    "oversight.MetGuest": ("full_name",),
    "oversight.Inspection": ("representative", "witness"),
    "protection.CopyRequest": ("full_name",),
}
BODY_STATUSES = {200, 201, 207, 409, 422}  # refusals and redirections name nobody


class Visit(NamedTuple):
    """One request of a persona: the names in its answer, and what was recorded meanwhile."""

    persona: str
    names: list[str]
    acts: list[str]


def people() -> set[str]:
    """The names of everybody whom a record is about, and of those who have accounts without working anywhere."""
    names: set[str] = set()
    for label, fields in NAMES.items():
        for row in apps.get_model(label).objects.values_list(*fields):
            names |= set(row)
    names |= set(User.objects.filter(memberships=None).values_list("full_name", flat=True))
    return names - {"", *Organisation.objects.values_list("name", flat=True)}


def visits(scene: Scene, row: access.AccessRow, query: str) -> Iterator[Visit]:
    """What each persona who is not refused is answered."""
    names = people()
    for persona, status in row.expected.items():
        if status in BODY_STATUSES:
            text, acts = _visit(scene, persona, row, query)
            yield Visit(persona, sorted(name for name in names if _is_in(name, text)), acts)


def _visit(scene: Scene, persona: str, row: access.AccessRow, query: str) -> tuple[str, list[str]]:
    cache.clear()
    client = scene.client(persona, row.route)
    client.handler = HANDLER
    body: dict[str, Any] = {}
    if row.method != "GET" and row.route.startswith("/api/"):
        body = {"data": json.dumps(BODIES.get(row.route, {})), "content_type": "application/json"}
    elif row.method == "POST":
        body = {"data": BODIES.get(row.route, {})}
    with transaction.atomic():
        last = Event.objects.order_by("-id").values_list("id", flat=True).first() or 0
        text = text_of(getattr(client, row.method.lower())(scene.path(row.route) + query, **body))
        acts = list(Event.objects.filter(id__gt=last).values_list("act", flat=True))
        transaction.set_rollback(True)
    return text, acts


def _is_in(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def text_of(response: HttpResponse) -> str:
    """The words of a page, a JSON answer, a PDF or a table."""
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body.startswith(b"%PDF") and len(body) > 1000:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    if body.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(body)) as table:
            return "\n".join(table.read(name).decode() for name in table.namelist())
    if "json" in response.get("Content-Type", ""):
        return json.dumps(json.loads(body), ensure_ascii=False)
    return html.unescape(body.decode(errors="replace"))
