"""Paper: print sheets, upload scans, check doubts."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.files.services import FileRefused
from ancu.apps.surveys import rules
from ancu.apps.surveys.forms.answers import submitted_answers
from ancu.apps.surveys.forms.paper import PrintForm, ScansForm
from ancu.apps.surveys.rules.definition import read
from ancu.apps.surveys.selectors import paper as selectors
from ancu.apps.surveys.selectors import surveys
from ancu.apps.surveys.services import paper as printing
from ancu.apps.surveys.services import resolving, scanning
from ancu.core.errors import Http404, require
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number


@never_cache
@require_safe
def paper(request: Request, pk: int) -> HttpResponse:
    """Show a survey's print runs, scans and sheets with problems."""
    return _paper_page(request, pk)


def _paper_page(request: Request, pk: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Render the page of paper sheets: print runs, scans, problems and doubts.

    ``forms`` holds submitted forms with errors, by name. 403 for users who neither edit the survey nor collect
    answers.
    """
    survey = surveys.get_survey(request.actor, pk)
    edits = rules.may_edit(request.actor, survey)
    require(edits or rules.may_collect(request.actor, survey))
    printed, back = selectors.sheets_back(survey)
    troubles = selectors.problem_pages(request.actor, survey, request.GET.get("after", ""))
    context = {
        "survey": survey,
        "edits": edits,
        "collects": rules.may_collect(request.actor, survey),
        "current": surveys.version_in_use(survey),
        "printed": printed,
        "back": back,
        "runs": selectors.runs(survey) if edits else [],
        "scans": selectors.scans(survey),
        "reading": any(scan.state in ("waiting", "reading") for scan in selectors.scans(survey)),
        "troubles": troubles,
        "next_url": f"?after={troubles.after}#troubles" if troubles.after else "",
        "missing": selectors.incomplete_sheets(request.actor, survey),
        "doubts": selectors.open_doubts(request.actor, survey).count(),
        "second": selectors.keyed_once(request.actor, survey).count(),
        "differing": selectors.differing_shown(request.actor, survey),
        "print_form": forms.get("print_form") or PrintForm(channels=_channel_choices(survey), prefix="print"),
        "scans_form": forms.get("scans_form") or ScansForm(),
    }
    return render(request, "surveys/paper.html", context, status=status)


def _channel_choices(survey: Any) -> list[tuple[int, str]]:
    """Return (id, label) of the survey's channels for the form to print sheets; the open link is called "anywhere"."""
    return [
        (channel.pk, channel.unit.full_name if channel.unit else _("anywhere")) for channel in surveys.channels(survey)
    ]


@require_POST
def print_sheets(request: Request, pk: int) -> HttpResponse:
    """Create numbered sheets and return them as a PDF download; an invalid form is shown again."""
    survey = surveys.get_own(request.actor, pk)
    form = PrintForm(request.POST, channels=_channel_choices(survey), prefix="print")
    if not form.is_valid():
        return _paper_page(request, pk, status=422, print_form=form)
    cleaned = form.cleaned_data
    pdf = printing.print_sheets(
        actor=request.actor,
        survey_id=pk,
        language=cleaned["language"],
        count=cleaned["count"],
        channel_id=cleaned["channel"],
    )
    return _pdf_download(pdf, f"phieu-khao-sat-{pk}")


@require_safe
def print_again(request: Request, pk: int, run_id: int) -> HttpResponse:
    """Return the sheets of an earlier print run as a PDF download again."""
    return _pdf_download(printing.print_again(request.actor, pk, run_id), f"phieu-khao-sat-{pk}-{run_id}")


def _pdf_download(content: bytes, name: str) -> HttpResponse:
    """Return the PDF as a download that the browser must not store."""
    headers = {"Content-Disposition": f'attachment; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@require_POST
def upload_scans(request: Request, pk: int) -> HttpResponse:
    """Store uploaded scans, which a job reads, and redirect to the page of paper sheets; show errors."""
    surveys.get_collected(request.actor, pk)
    form = ScansForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            for upload in form.cleaned_data["scans"]:
                scanning.store_scan(actor=request.actor, survey_id=pk, name=upload.name, data=upload.read())
        except FileRefused as refused:
            form.add_error("scans", refused.message)
        else:
            messages.success(request, _("The pages are being read. You can leave this page."))
            return redirect("surveys:paper", pk)
    return _paper_page(request, pk, status=422, scans_form=form)


@never_cache
@require_safe
def progress(request: Request, pk: int) -> HttpResponse:
    """Show how far the reading has come; the page requests it repeatedly."""
    survey = surveys.get_survey(request.actor, pk)
    require(rules.may_edit(request.actor, survey) or rules.may_collect(request.actor, survey))
    scans = selectors.scans(survey)
    reading = any(scan.state in ("waiting", "reading") for scan in scans)
    answer = render(request, "surveys/_scans.html", {"survey": survey, "scans": scans, "reading": reading})
    if not reading:
        answer["HX-Refresh"] = "true"
    return answer


# ---- doubtful marks and handwriting --------------------------------------------------------------------


@never_cache
@require_safe
def review(request: Request, pk: int) -> HttpResponse:
    """Show the survey's next doubt to check, after the one in ``?after``."""
    survey = surveys.get_collected(request.actor, pk)
    doubt = selectors.next_doubt(request.actor, survey, parse_whole_number(request.GET.get("after", "")) or 0)
    return _doubt_page(request, survey, doubt)


def _doubt_page(request: Request, survey: Any, doubt: Any, *, error: str = "", typed: Any = None) -> HttpResponse:
    """Render a doubt with its pictures, the likely answer and the number of open doubts; record the look in the audit.

    ``typed`` is an invalid answer, ``error`` its error. For None the page says that no doubt is left.
    """
    if doubt is None:
        return render(request, "surveys/review.html", {"survey": survey, "doubt": None})
    record_look(request.actor, doubt.sheet, question=doubt.question)
    question = resolving.question_of(doubt)
    value = doubt.guess if typed in (None, "", [], {}) else typed
    if isinstance(value, list) and question.kind != "multiple":
        value = None  # more than one, or nothing: the person says which
    if doubt.row and isinstance(value, str):
        value = {doubt.row: value}
    crops = scanning.crops_of(doubt)
    context = {
        "survey": survey,
        "doubt": doubt,
        "question": question,
        "definition": read(doubt.sheet.response.version.definition),
        "answers": {question.id: value} if value is not None else {},
        "errors": {question.id: error} if error else {},
        "crops": [(place, _choice_text(question, crop.choice)) for place, crop in enumerate(crops)],
        "several": doubt.page.doubts.filter(settled=False, guess=[]).count() > 1,
        "remaining": selectors.open_doubts(request.actor, survey).count(),
    }
    return render(request, "surveys/review.html", context, status=422 if error else 200)


def _choice_text(question: Any, choice: str) -> str:
    """Return the text of the question's option ``choice``; the id itself if there is no such option."""
    option = question.option(choice)
    return str(option.text) if option else choice


@require_POST
def settle(request: Request, pk: int) -> HttpResponse:
    """Store the answer that the person read, postpone the doubt, or leave the rest of the page blank.

    The form's ``act`` decides. Redirects to the next doubt.
    """
    doubt = selectors.get_doubt(request.actor, pk)
    survey_id = doubt.sheet.survey_id
    if request.POST.get("act") == "later":
        return redirect(f"{_review_url(survey_id)}?after={doubt.pk}")
    if request.POST.get("act") == "rest":
        resolving.leave_blank(actor=request.actor, doubt_id=doubt.pk)
        return redirect(_review_url(survey_id))
    question = resolving.question_of(doubt)
    answer = submitted_answers(request.POST, [question])[question.id] if request.POST.get("act") != "none" else None
    try:
        with conflicts_as_messages(request):
            resolving.resolve_doubt(actor=request.actor, doubt_id=doubt.pk, raw_answer=answer)
    except resolving.InvalidAnswer as refused:
        return _doubt_page(request, doubt.sheet.survey, doubt, error=str(refused), typed=answer)
    return redirect(_review_url(survey_id))


def _review_url(survey_id: int) -> str:
    """Return the address of the page that shows the survey's next doubt."""
    return reverse("surveys:review", args=[survey_id])


@require_safe
def crop(request: Request, pk: int, place: int) -> HttpResponse:
    """Return the PNG at index ``place`` of the pictures that belong to a doubt; 404 beyond the last."""
    crops = scanning.crops_of(selectors.get_doubt(request.actor, pk))
    if not 0 <= place < len(crops):
        raise Http404
    return _picture(crops[place].png, "image/png")


@require_safe
def page(request: Request, pk: int) -> HttpResponse:
    """Return the picture of a scanned page as JPEG, and record the look in the audit."""
    scanned_page = selectors.get_page(request.actor, pk)
    record_look(request.actor, scanned_page.sheet or ("surveys.scannedpage", scanned_page.pk))
    return _picture(scanning.picture_of(scanned_page), "image/jpeg")


def _picture(content: bytes, media_type: str) -> HttpResponse:
    """Return the picture as a response that the browser must not store."""
    return HttpResponse(content, content_type=media_type, headers={"Cache-Control": "no-store"})


@require_POST
def count_anyway(request: Request, pk: int, serial: int) -> HttpResponse:
    """Count a sheet although some pages were not scanned, and redirect to the page of paper sheets."""
    with conflicts_as_messages(request):
        resolving.count_anyway(actor=request.actor, survey_id=pk, serial=serial)
        messages.success(request, _("Sheet %(number)s is counted with the pages that are there.") % {"number": serial})
    return redirect("surveys:paper", pk)
