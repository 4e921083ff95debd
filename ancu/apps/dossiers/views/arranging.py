"""Arranging the pages of a paper: by its filer, and by the office on its own copy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from ancu.apps.accounts.enums import Role
from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.filing import ArrangeForm, CropForm
from ancu.apps.dossiers.rules.counter import writes_at_counter
from ancu.apps.dossiers.selectors import get_component
from ancu.apps.dossiers.selectors.office import get_office_component
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.services import papers
from ancu.apps.dossiers.services.moving import stale_state
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.writing import writable
from ancu.apps.files.services import FileRefused
from ancu.core.errors import Conflict, Http404, require
from ancu.core.web.http import Request
from ancu.core.web.language import localized

if TYPE_CHECKING:
    from collections.abc import Callable

    from ancu.apps.dossiers.models import Component
    from ancu.apps.files.models import StoredFile

MARGIN = 5  # per cent: initial frame on a page without a required size


@dataclass(frozen=True)
class ArrangedPaper:
    """The paper being arranged: the filer's own, or the office's copy."""

    component: Component
    file: StoredFile
    pages: int
    arrange: Callable[..., Any]
    back_url: str
    page_name: str
    crop_name: str


def _filer_paper(request: Request, number: str, key: str) -> ArrangedPaper:
    """Return the paper to arrange for its writer, with file, pages and addresses; 404 without a file.

    404, 403 or 409 if the actor may not change the dossier.
    """
    dossier = writable(request, number)
    component = get_component(request.actor, number, key)
    if component.file is None:
        raise Http404
    page = "dossiers:at-counter" if writes_at_counter(request.actor, dossier) else "dossiers:papers"
    back = f"{reverse(page, args=[number])}#paper-{key}"
    return ArrangedPaper(
        component,
        component.file,
        component.pages or 1,
        papers.arrange,
        back,
        "dossiers:paper-page",
        "dossiers:paper-crop",
    )


def _office_paper(request: Request, number: str, key: str) -> ArrangedPaper:
    """Return the paper to arrange for an officer, on the office's own copy; 404 without a file.

    403 or 409 if the officer may not judge it.
    """
    component = get_office_component(request.actor, number, key)
    if component.shown_file is None:
        raise Http404
    if not rules.may_judge(request.actor, component.dossier):
        require(request.actor.role in {Role.INTAKE_OFFICER, Role.ASSESSING_OFFICER})
        raise stale_state(request.actor, component.dossier)
    back = f"{reverse('dossiers:office-paper', args=[number, key])}"
    return ArrangedPaper(
        component, component.shown_file, component.shown_pages, papers.arrange_copy, back,
        "dossiers:office-page", "dossiers:office-crop",
    )  # fmt: skip


@conflict_page
@require_POST
def pages(request: Request, number: str, key: str, *, office: bool = False) -> HttpResponse:
    """Move, turn or remove one page of the paper ``key``; with ``office`` on the office's own copy."""
    desk = (_office_paper if office else _filer_paper)(request, number, key)
    form = ArrangeForm(request.POST)
    if form.is_valid():
        _arrange(request, desk, form.edits(desk.pages), form.cleaned_data["sha256"])
    return redirect(desk.back_url)


def _arrange(request: Request, desk: ArrangedPaper, edits: Any, sha256: str) -> bool:
    """Arrange the paper's pages by ``edits``; if refused, show a message why and return False."""
    component = desk.component
    try:
        desk.arrange(request.actor, dossier=component.dossier, key=component.key, edits=edits, sha256=sha256)
    except FileRefused as refused:
        messages.error(request, f"{refused.message} {refused.mend}".strip())
    except Conflict as conflict:
        messages.error(request, str(conflict.message))
    else:
        return True
    return False


@never_cache
@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def crop(request: Request, number: str, key: str, page: int, *, office: bool = False) -> HttpResponse:
    """Show one page of the paper ``key`` with a frame; a POST crops it. With ``office`` the office's own copy."""
    desk = (_office_paper if office else _filer_paper)(request, number, key)
    if not 1 <= page <= desk.pages:
        raise Http404
    posted = request.method == "POST"
    form = CropForm(request.POST if posted else None, initial=_frame() | {"sha256": desk.file.sha256})
    if posted and form.is_valid():
        if _arrange(request, desk, form.edits(desk.pages, page), form.cleaned_data["sha256"]):
            messages.success(request, _("The page is cropped."))
            return redirect(desk.back_url)
        return redirect(desk.crop_name, number, key, page)
    if office:
        record_look(request.actor, desk.component, page=page)
    component = procedure_of(desk.component.dossier).component(key)
    photo = component.photo
    context = {
        "form": form,
        "dossier": desk.component.dossier,
        "label": localized(component, "label"),
        "page": page,
        "pages": desk.pages,
        "picture_url": f"{reverse(desk.page_name, args=[number, key, page])}?large=1",
        "back_url": desk.back_url,
        "ratio": photo.width_mm / photo.height_mm if photo else 0,
        "size": photo.size if photo else "",
        "office": office,
    }
    return render(request, "dossiers/filing/crop.html", context, status=422 if posted else 200)


def _frame() -> dict[str, float]:
    """Return the initial crop frame: its edges in per cent of the page, a margin within it."""
    return {"left": MARGIN, "top": MARGIN, "right": 100 - MARGIN, "bottom": 100 - MARGIN}


@conflict_page
@require_POST
def drop_copy(request: Request, number: str, key: str) -> HttpResponse:
    """Delete the office's own copy of the paper, so that it is shown as it was sent, and redirect to it."""
    desk = _office_paper(request, number, key)
    papers.drop_copy(request.actor, dossier=desk.component.dossier, key=key)
    return redirect(desk.back_url)
