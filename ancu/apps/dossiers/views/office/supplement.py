"""Ask for what is lacking; the letter is shown as the applicant will read it before it goes."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import ComponentState
from ancu.apps.dossiers.forms.office import MARKED_FIELDS, SupplementForm
from ancu.apps.dossiers.selectors import office
from ancu.apps.dossiers.selectors.preflight import Stays, findings
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.reading import field_choices
from ancu.apps.dossiers.selectors.wording import article_in_words
from ancu.apps.dossiers.services import handling, versions
from ancu.apps.dossiers.services.letters import language_of
from ancu.apps.dossiers.services.moving import require_in_state
from ancu.apps.dossiers.views.conflict import says_conflict
from ancu.core.web.http import Request
from ancu.core.web.language import localized as said


@never_cache
@says_conflict
@require_http_methods(["GET", "HEAD", "POST"])
def supplement(request: Request, number: str) -> HttpResponse:
    """A POST shows the letter; with ``send`` it goes."""
    dossier = office.get_office_dossier(request.actor, number)
    require_in_state(request.actor, dossier, handling.JUDGED, rules.may_request_supplement)
    posted = request.method == "POST"
    returned = [one for one in office.papers(dossier) if one.component.state == ComponentState.RETURNED]
    form = SupplementForm(
        request.POST if posted else None,
        fields=field_choices(dossier), papers=len(returned), initial=_begun(dossier),
    )  # fmt: skip
    valid = posted and form.is_valid()
    if valid and request.POST.get("send"):
        given = {name: form.cleaned_data[name] for name in ("note_text", "article")}
        versions.act_on(
            lambda: handling.request_supplement(request.actor, dossier=dossier, fields=form.marked(), **given),
            request.actor, dossier, version=request.POST.get("version", ""),
        )  # fmt: skip
        messages.success(request, _("The supplement is requested; the clock stands."))
        return redirect("dossiers:office-dossier", number)
    record_look(request.actor, dossier, page="supplement")
    context = {"dossier": dossier, "form": form, "returned": returned, "letter": _letter(dossier, form, valid)} | {
        "reads": language_of(dossier),
        "version": versions.version_of(dossier),  # of the letter that is shown
    }
    return render(request, "dossiers/office/supplement.html", context, status=422 if posted and not valid else 200)


def _begun(dossier: Any) -> dict[str, str]:
    """The procedure's article, and the fields in which the pre-flight found something."""
    begun = {"article": said(procedure_of(dossier), "article")[:200]}
    known = {name for name, _label in field_choices(dossier)}
    marked = [one for one in findings(dossier, Stays.ALL) if one.field in known][:MARKED_FIELDS]
    for place, one in enumerate(marked, start=1):
        begun |= {f"field_{place}": one.field or "", f"why_{place}": said(one, "what")}
    return begun


def _letter(dossier: Any, form: SupplementForm, valid: bool) -> dict[str, Any] | None:
    """What the applicant will read, in his language."""
    if not valid:
        return None
    items = handling.items_asked(dossier, form.marked())
    language = language_of(dossier)
    with translation.override(language):
        return {
            "language": language,
            "lines": office.supplement_lines(dossier, items),
            "note": form.cleaned_data["note_text"],
            "article": article_in_words(dossier, form.cleaned_data["article"]),
            "answer_by": handling.answer_by(dossier),
        }
