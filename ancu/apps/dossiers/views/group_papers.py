"""The papers of each person of a request, sent together: the page with one field for each kind of paper."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers.forms.groups import PersonPapersForm
from ancu.apps.dossiers.rules.workers import may_prepare_group
from ancu.apps.dossiers.selectors import groups as selectors
from ancu.apps.dossiers.services.group_papers import put_where_it_belongs
from ancu.apps.files.services import FileRefused
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.security.rate_limits import RateLimitUse, take_uses, too_many
from ancu.core.web.http import Request
from ancu.core.web.language import localized
from ancu.engines.rulebook import ProcedureComponent as Asked
from ancu.engines.rulebook import get_procedure

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import GroupRequest

FILES_AN_HOUR = 600  # a passport takes seconds of a processor; fifty people with a few papers each, and again


@dataclass(frozen=True)
class SortedPaper:
    """What became of an uploaded file: the person in whose dossier it is, or why it is in none."""

    name: str
    person: str = ""
    problem: str = ""


NOTHING_SENT: Mapping[str, list[SortedPaper]] = {}


@dataclass(frozen=True)
class PaperKindCard:
    """A kind of paper: in how many of the drafts that ask for it it is, its form, and what became of sent files."""

    component: Asked
    received: int
    required: int
    form: PersonPapersForm
    rows: list[SortedPaper]

    @property
    def label(self) -> str:
        """The paper's name in the reader's language."""
        return localized(self.component, "label")

    @property
    def help(self) -> str:
        """The paper's help text in the reader's language."""
        return localized(self.component, "help")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def papers(request: Request, pk: int) -> HttpResponse:
    """Show what papers the people of a request need; a POST puts the uploaded files where they belong.

    The page's script sends one file at a time and gets its row alone.
    """
    group = selectors.get_group(request.actor, pk)
    require(may_prepare_group(request.actor, group.procedure))
    if request.method != "POST":
        return _show(request, group)
    components = _components(group, selectors.own_paper_counts(group))
    form = PersonPapersForm(request.POST, request.FILES, components=components)
    if not form.is_valid():
        return _show(request, group, wrong=form)
    uploads = form.cleaned_data["papers"]
    use = take_uses("group-papers", str(request.actor.user_id), len(uploads), limit=FILES_AN_HOUR)
    if use.granted < len(uploads):
        return too_many(request, RateLimitUse(False, use.until))
    rows = [_sort(request, group, form.cleaned_data["key"], upload) for upload in uploads]
    if request.htmx:
        return render(request, "dossiers/workers/_sorted_papers.html", {"rows": rows})
    return _show(request, group, sent={form.cleaned_data["key"]: rows})


def _sort(request: Request, group: GroupRequest, key: str, upload: Any) -> SortedPaper:
    """Put one file where it belongs; return what became of it."""
    try:
        dossier = put_where_it_belongs(request.actor, group=group, key=key, sent=upload)
    except FileRefused as refused:
        return SortedPaper(upload.name, problem=f"{refused.message} {refused.mend}".strip())
    except Conflict as conflict:
        return SortedPaper(upload.name, problem=str(conflict.message))
    if dossier is None:
        sentence = _("We could not tell whose this is. Put the person’s name or passport number in the file’s name.")
        return SortedPaper(upload.name, problem=sentence)
    return SortedPaper(upload.name, person=dossier.full_name or dossier.number)


def _components(group: GroupRequest, counts: Container[str]) -> list[Asked]:
    """Return the papers of a person in the procedure's order; ``counts`` has the keys that the drafts ask for."""
    procedure = get_procedure(group.procedure, clock.today())
    return [component for component in procedure.components if component.key in counts]


def _show(
    request: Request,
    group: GroupRequest,
    *,
    wrong: PersonPapersForm | None = None,
    sent: Mapping[str, list[SortedPaper]] = NOTHING_SENT,
) -> HttpResponse:
    """Render the papers that the drafts need. ``wrong`` is a form with errors, ``sent`` what became of sent files."""
    record_look(request.actor, group, page="papers")
    counts = selectors.own_paper_counts(group)
    wrong_key = wrong.data.get("key") if wrong else ""
    cards = [
        PaperKindCard(
            component, *counts[component.key],
            wrong if wrong and component.key == wrong_key else PersonPapersForm.of(component),
            sent.get(component.key, []),
        )
        for component in _components(group, counts)
    ]  # fmt: skip
    context = {"group": group, "cards": cards}
    return render(request, "dossiers/workers/group_papers.html", context, status=422 if wrong else 200)
