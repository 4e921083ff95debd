"""The papers of a dossier: a place for each, filled by camera, file, or the promise to bring the original."""

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
from ancu.apps.dossiers.forms.filing import PaperForm
from ancu.apps.dossiers.selectors import get_component
from ancu.apps.dossiers.selectors.documents import FORM
from ancu.apps.dossiers.selectors.papers import Place, form_to_sign, places_of
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.steps import steps_of
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services.papers import PURPOSE, adds_pages, photo_findings, put
from ancu.apps.dossiers.views.conflict import says_conflict
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
class Slot:
    """A place as the page draws it."""

    place: Place
    form: PaperForm
    findings: list[dict[str, Any]] = field(default_factory=list)
    print_url: str = ""

    @property
    def label(self) -> str:
        return localized(self.place.asked, "label")

    @property
    def other_label(self) -> str:
        return str(getattr(self.place.asked, f"label_{self.other_language}"))

    @property
    def other_language(self) -> str:
        return OTHER_LANGUAGE[reader_language()]

    @property
    def max_bytes(self) -> int:
        return self.place.asked.max_megabytes * MEGABYTE

    @property
    def pages(self) -> range:
        """The pages that stand in it, from 1; none while there is no file."""
        held = self.place.held
        return range(1, (held.pages or 1) + 1) if held and held.file else range(0)

    @property
    def adds(self) -> bool:
        """Whether another file comes behind the pages that are there."""
        held = self.place.held
        return held is not None and bool(self.pages) and adds_pages(self.place.asked, held)

    @property
    def photo_size(self) -> str:
        photo = self.place.asked.photo
        return photo.size if photo else ""

    @property
    def help(self) -> str:
        return localized(self.place.asked, "help")


@never_cache
@says_conflict
@require_safe
def papers(request: Request, number: str) -> HttpResponse:
    """Every place, what is in it, and what an officer would say of the photo."""
    return _show(request, writable(request, number))


def _show(request: Request, dossier: Dossier, wrong: PaperForm | None = None, status: int = 200) -> HttpResponse:
    record_look(request.actor, dossier, page="papers")
    steps = steps_of(dossier)
    slots = [_slot(dossier, place, wrong) for place in places_of(dossier)]
    context = {
        "dossier": dossier,
        "name": localized(procedure_of(dossier), "name"),
        "outline": outline(dossier, steps, PAPERS),
        "purpose": PURPOSE,
        "wanted": [slot for slot in slots if slot.place.wanted],
        "welcome": [slot for slot in slots if not slot.place.wanted],
        "may_bring": any(slot.place.may_promise for slot in slots),
        "last": len(steps),
        "back_url": reverse("dossiers:step", args=[dossier.number, len(steps)]),
    }
    return render(request, "dossiers/filing/papers.html", context, status=status)


def _slot(dossier: Dossier, place: Place, wrong: PaperForm | None) -> Slot:
    form = wrong if wrong is not None and wrong.asked == place.asked else PaperForm(asked=place.asked)
    code = form_to_sign(dossier, place)
    print_url = reverse("dossiers:document", args=[dossier.number, f"{FORM}{code}"]) if code else ""
    return Slot(place, form, photo_findings(dossier, place.held) if place.held else [], print_url)


@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: Request, number: str, key: str) -> HttpResponse:
    """Put a paper in its place, promise its original, or take it out again; asked for by GET, its place."""
    dossier = writable(request, number)
    place = next((one for one in places_of(dossier) if one.asked.key == key), None)
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
        form = PaperForm(request.POST, request.FILES, asked=place.asked)
        if not form.is_valid() or not _take(request, dossier, form):
            return _show(request, dossier, form, status=422)
    return _back(number, key)


def _back(number: str, key: str) -> HttpResponse:
    return redirect(f"{reverse('dossiers:papers', args=[number])}#paper-{key}")


def _take(request: Request, dossier: Dossier, form: PaperForm) -> bool:
    """Whether the paper was taken in; else the form says what is wrong with it."""
    held = dossier.components.filter(key=form.asked.key).exclude(file=None).first()
    replaces = held is not None and not adds_pages(form.asked, held)
    sent = {"sent": form.cleaned_data["file"], "upload_id": form.cleaned_data["file_upload"], "add": True}
    try:
        notes = put(request.actor, dossier=dossier, key=form.asked.key, **sent)
    except UploadUsed:
        return True
    except FileRefused as refused:
        form.add_error("file", f"{refused.message} {refused.mend}".strip())
        return False
    for note in notes_in_words(notes):
        messages.info(request, note)
    _say(request, dossier, form, replaces=replaces)
    return True


def _say(request: Request, dossier: Dossier, form: PaperForm, *, replaces: bool) -> None:
    """Whether it is the first, a further one, or stands in place of another: nothing is replaced without a word."""
    names = {"paper": localized(form.asked, "label")}
    now = dossier.components.get(key=form.asked.key).pages or 1
    if replaces:
        messages.success(request, _("%(paper)s is here, in place of the one before.") % names)
    elif now > 1:
        names |= {"pages": grouped(now)}
        messages.success(request, _("%(paper)s has %(pages)s pages now.") % names)
    else:
        messages.success(request, _("%(paper)s is here.") % names)


@never_cache
@require_safe
def page(request: Request, number: str, key: str, page: int) -> HttpResponse:
    """One page of a paper as a picture, for whoever filed it or signs it; the office has its own viewer."""
    component = get_component(request.actor, number, key)
    mine = rules.is_filer(request.actor, component.dossier) or rules.is_sponsor(request.actor, component.dossier)
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
