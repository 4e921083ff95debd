"""The papers of a dossier: upload a file, or promise to bring the original."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.forms.filing import PaperUploadForm
from ancu.apps.dossiers.selectors import get_component
from ancu.apps.dossiers.selectors.documents import FORM_PREFIX
from ancu.apps.dossiers.selectors.papers import PaperPlace, form_to_sign, places_of
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.steps import steps_of
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.papers import PURPOSE, adds_pages, photo_findings, put_paper
from ancu.apps.dossiers.views.conflict import conflict_page
from ancu.apps.dossiers.views.outline import PAPERS, outline
from ancu.apps.dossiers.views.writing import writable
from ancu.apps.files.services import FileRefused, FileUnreadable, UploadUsed, notes_in_words, page_image
from ancu.core.templatetags.ui import number as grouped
from ancu.core.web.http import Request
from ancu.core.web.language import OTHER_LANGUAGE, localized, reader_language

if TYPE_CHECKING:
    from ancu.apps.dossiers.models import Dossier

THUMBNAIL, SCREEN = 240, 1200
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class PaperCard:
    """A paper slot as the page shows it."""

    place: PaperPlace
    form: PaperUploadForm
    findings: list[dict[str, Any]] = field(default_factory=list)
    print_url: str = ""

    @property
    def label(self) -> str:
        """The paper's name in the reader's language."""
        return localized(self.place.component, "label")

    @property
    def other_label(self) -> str:
        """The paper's name in the other language."""
        return str(getattr(self.place.component, f"label_{self.other_language}"))

    @property
    def other_language(self) -> str:
        """The code of the other language."""
        return OTHER_LANGUAGE[reader_language()]

    @property
    def max_bytes(self) -> int:
        """The most bytes that a file of this paper may have."""
        return self.place.component.max_megabytes * MEGABYTE

    @property
    def pages(self) -> range:
        """The page numbers of the paper's file, from 1; empty without a file."""
        received = self.place.received
        return range(1, (received.pages or 1) + 1) if received and received.file else range(0)

    @property
    def adds(self) -> bool:
        """Whether another uploaded file is appended to the paper's pages instead of replacing them."""
        received = self.place.received
        return received is not None and bool(self.pages) and adds_pages(self.place.component, received)

    @property
    def photo_size(self) -> str:
        """The size in centimetres that the paper's photo must have; "" for a paper that is no photo."""
        photo = self.place.component.photo
        return photo.size if photo else ""

    @property
    def help(self) -> str:
        """The paper's help text in the reader's language."""
        return localized(self.place.component, "help")


@never_cache
@conflict_page
@require_safe
def papers(request: Request, number: str) -> HttpResponse:
    """Show every paper slot with its content, and the problems of photos."""
    return _show(request, writable(request, number))


def _show(request: Request, dossier: Dossier, wrong: PaperUploadForm | None = None, status: int = 200) -> HttpResponse:
    """Render the page of the dossier's papers with their upload forms, and record the look in the audit.

    ``wrong`` is a submitted form with errors.
    """
    record_look(request.actor, dossier, page="papers")
    steps = steps_of(dossier)
    cards = [paper_card(dossier, paper_place, wrong) for paper_place in places_of(dossier)]
    context = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "outline": outline(dossier, steps, PAPERS),
        "purpose": PURPOSE,
        "required": [slot for slot in cards if slot.place.is_required],
        "optional": [slot for slot in cards if not slot.place.is_required],
        "may_bring": any(slot.place.may_promise for slot in cards),
        "last": len(steps),
        "back_url": reverse("dossiers:step", args=[dossier.number, len(steps)]),
    }
    return render(request, "dossiers/filing/papers.html", context, status=status)


def paper_card(dossier: Dossier, place: PaperPlace, wrong: PaperUploadForm | None) -> PaperCard:
    """Return what the page shows of one paper: its place, upload form, photo problems and form to print.

    ``wrong`` is a submitted form with errors; it is shown with its own paper.
    """
    form = (
        wrong
        if wrong is not None and wrong.component == place.component
        else PaperUploadForm(component=place.component)
    )
    code = form_to_sign(dossier, place)
    print_url = reverse("dossiers:document", args=[dossier.number, f"{FORM_PREFIX}{code}"]) if code else ""
    return PaperCard(place, form, photo_findings(dossier, place.received) if place.received else [], print_url)


@conflict_page
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Request, number: str, key: str) -> HttpResponse:
    """Store the dossier's paper ``key``, promise its original, or remove it; GET redirects to its slot."""
    dossier = writable(request, number)
    place = next((paper_place for paper_place in places_of(dossier) if paper_place.component.key == key), None)
    if place is None:
        raise Http404
    if request.method != "POST":
        return _back(number, key)
    if "promise" in request.POST:
        if not place.may_promise:
            raise Http404
        filing.promise_by_post(request.actor, dossier=dossier, key=key)
    elif "remove" in request.POST:
        filing.detach(request.actor, dossier=dossier, key=key)
    else:
        form = PaperUploadForm(request.POST, request.FILES, component=place.component)
        if not form.is_valid() or not store_upload(request, dossier, form):
            return _show(request, dossier, form, status=422)
    return _back(number, key)


def _back(number: str, key: str) -> HttpResponse:
    """Redirect to the paper ``key`` on the page of papers."""
    return redirect(f"{reverse('dossiers:papers', args=[number])}#paper-{key}")


def store_upload(request: Request, dossier: Dossier, form: PaperUploadForm) -> bool:
    """Store the uploaded paper; return False, with the error in the form, if it was refused."""
    current = dossier.components.filter(key=form.component.key).exclude(file=None).first()
    replaces = current is not None and not adds_pages(form.component, current)
    sent = {"sent": form.cleaned_data["file"], "upload_id": form.cleaned_data["file_upload"], "add": True}
    try:
        notes = put_paper(request.actor, dossier=dossier, key=form.component.key, **sent)
    except UploadUsed:
        return True
    except FileRefused as refused:
        form.add_error("file", f"{refused.message} {refused.mend}".strip())
        return False
    for note in notes_in_words(notes):
        messages.info(request, note)
    _report_stored(request, dossier, form, replaces=replaces)
    return True


def _report_stored(request: Request, dossier: Dossier, form: PaperUploadForm, *, replaces: bool) -> None:
    """Show a message whether the paper is new, has more pages or replaces the earlier one."""
    names = {"paper": localized(form.component, "label")}
    now = dossier.components.get(key=form.component.key).pages or 1
    if replaces:
        messages.success(request, _("%(paper)s received. It replaces the earlier one.") % names)
    elif now > 1:
        names |= {"pages": grouped(now)}
        messages.success(request, _("%(paper)s has %(pages)s pages now.") % names)
    else:
        messages.success(request, _("%(paper)s received.") % names)


@never_cache
@require_safe
def page(request: Request, number: str, key: str, page: int) -> HttpResponse:
    """Return one page of a paper as an image, for its writer and the sponsor; the office has its own viewer."""
    component = get_component(request.actor, number, key)
    mine = rules.is_writer(request.actor, component.dossier) or rules.is_sponsor(request.actor, component.dossier)
    if component.file is None or not mine:
        raise Http404
    try:
        width = SCREEN if "large" in request.GET else THUMBNAIL
        picture = page_image(component.file, page=page - 1, width=width)
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    if "large" in request.GET:
        record_look(request.actor, component, page=page)
    return HttpResponse(picture, content_type="image/jpeg")
