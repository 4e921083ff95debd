"""Results: figures by question, cross tables, rounds, free texts, and files."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.surveys.forms.results import UNIT, CrossTableForm, RemarkPetitionForm
from ancu.apps.surveys.rules import statistics, words
from ancu.apps.surveys.rules.definition import SurveyQuestion
from ancu.apps.surveys.selectors import crosses, remarks
from ancu.apps.surveys.selectors import results as figures
from ancu.apps.surveys.selectors.surveys import definition_of, get_own
from ancu.apps.surveys.services import exporting
from ancu.core.errors import Http404
from ancu.core.security import disclosure_control
from ancu.core.security.personal_data import without_contacts
from ancu.core.web.http import Request, conflicts_as_messages

WORDS_LONGEST = 100  # of a group's name, that leads back to it


@never_cache
@require_safe
def results(request: Request, pk: int) -> HttpResponse:
    """Show the survey's editors its figures by question, and its questions with free texts."""
    survey = get_own(request.actor, pk)
    counts = figures.count_answers(survey)
    results = figures.results(counts)
    context = {
        "survey": survey,
        "counts": counts,
        "results": with_charts(results),
        "written": [
            (question, counts.definition.number_of(question.id))
            for question in counts.definition.questions()
            if question.is_written
        ],
        "has_too_few_answers": counts.total < disclosure_control.MIN_PEOPLE,
    }
    return render(request, "surveys/results.html", context)


def with_charts(results: Sequence[figures.ItemResult]) -> list[tuple[figures.ItemResult, dict[str, Any] | None]]:
    """Return each question's figures with the data of its bar chart; None in place of a chart if nothing is shown."""
    return [(result, _chart(result)) for result in results]


def _chart(result: figures.ItemResult) -> dict[str, Any] | None:
    """Return labels, percentages and margins of a question's bar chart; None if all its figures are suppressed."""
    if not result.is_shown:
        return None
    return {
        "labels": [line.label for line in result.lines],
        "values": [None if line.share is None else statistics.percent(line.share) for line in result.lines],
        "margins": [None if line.margin is None else statistics.percent(line.margin) for line in result.lines],
    }


@never_cache
@require_safe
def cross(request: Request, pk: int) -> HttpResponse:
    """Show a cross table of two questions, or of a question by unit."""
    survey = get_own(request.actor, pk)
    counts = figures.count_answers(survey)
    rows, columns = figures.items(counts.definition), crosses.columns_to_choose(counts)
    if not rows:
        return redirect("surveys:results", survey.pk)
    selection = request.GET if "item" in request.GET else {"item": rows[0].key, "by": UNIT}
    form = CrossTableForm(selection, rows=rows, columns=columns)
    table = None
    if form.is_valid():
        item, by = figures.item_of(counts.definition, form.cleaned_data["item"]), form.cleaned_data["by"]
        column_item = figures.item_of(counts.definition, by)
        assert item is not None
        table = crosses.by_unit(counts, item) if column_item is None else crosses.by_item(counts, item, column_item)
    return render(request, "surveys/cross.html", {"survey": survey, "form": form, "table": table})


@never_cache
@require_safe
def rounds(request: Request, pk: int) -> HttpResponse:
    """Show a survey's figures beside those of its previous round."""
    survey = get_own(request.actor, pk)
    if survey.previous is None:
        raise Http404
    counts = figures.count_answers(survey)
    return render(
        request,
        "surveys/rounds.html",
        {"survey": survey, "pairs": crosses.compare_with_previous(counts, survey.previous)},
    )


@never_cache
@require_safe
def written(request: Request, pk: int, key: str) -> HttpResponse:
    """Show the free texts of a question: groups of words, and the texts of the open group."""
    survey = get_own(request.actor, pk)
    question = _written_question(survey, key)
    texts_by_response = remarks.texts(survey, question)
    groups = words.groups(texts_by_response)
    chosen = next((group for group in groups if group.words == request.GET.get("words")), None)
    keys = chosen.keys if chosen else ()
    quoted = remarks.quoted(survey, question, texts_by_response, keys)
    record_look(request.actor, survey, question=key, texts=len(quoted))
    context = {
        "survey": survey, "question": question, "groups": groups, "chosen": chosen, "quoted": quoted,
        "count": len(texts_by_response), "petitions": exporting.takes_petitions(),
    }  # fmt: skip
    return render(request, "surveys/written.html", context)


def _written_question(survey: Any, key: str) -> SurveyQuestion:
    """Return the survey's question ``key`` if its answers are free texts; 404 otherwise."""
    question = definition_of(survey).question(key)
    if question is None or not question.is_written:
        raise Http404
    return question


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def petition(request: Request, pk: int, key: str, response: int) -> HttpResponse:
    """Show a free-text answer with a form, and turn it into a petition about the chosen unit."""
    survey = get_own(request.actor, pk)
    question = _written_question(survey, key)
    remark = remarks.texts(survey, question).get(response)
    if remark is None:
        raise Http404
    group = urlencode({"words": request.GET.get("words", "")[:WORDS_LONGEST]})
    back = f"{reverse('surveys:written', args=[survey.pk, key])}?{group}"
    form = RemarkPetitionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with conflicts_as_messages(request):
            exporting.make_petition(
                actor=request.actor, survey=survey, question=question, response_id=response, about_id=form.about_id()
            )
            messages.success(
                request,
                _("The remark is now a petition, without a name. The responsible unit finds it among the petitions."),
            )
        return redirect(back)
    record_look(request.actor, survey, question=key, texts=1)
    context = {
        "form": form, "title": _("Turn into a petition"), "intro": f"“{without_contacts(remark)}”",
        "submit_label": _("Turn into a petition"), "cancel_url": back,
    }  # fmt: skip
    return render(request, "form.html", context, status=422 if form.is_bound else 200)


@require_POST
def export(request: Request, pk: int) -> HttpResponse:
    """Export figures or answers as a file that names user and time, and record it."""
    kind = request.POST.get("format", "")
    if kind not in exporting.MAKERS:
        raise Http404
    export_file = exporting.export(actor=request.actor, survey_id=pk, kind=kind)
    headers = {"Content-Disposition": f'attachment; filename="{export_file.name}"', "Cache-Control": "no-store"}
    return HttpResponse(export_file.content, content_type=export_file.media_type, headers=headers)


@require_safe
def report(request: Request, pk: int) -> HttpResponse:
    """Return the survey's report with all figures as PDF."""
    content = exporting.report(request.actor, pk)
    headers = {"Content-Disposition": f'inline; filename="khao-sat-{pk}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
