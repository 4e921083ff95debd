"""Results: every question in figures, side by side with units, questions and rounds; what people wrote; files."""

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
from ancu.apps.surveys.forms.results import UNIT, CrossForm, PetitionForm
from ancu.apps.surveys.rules import statistics, words
from ancu.apps.surveys.rules.definition import Question
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
    found = get_own(request.actor, pk)
    made = figures.counted(found)
    shown = figures.results(made)
    context = {
        "survey": found,
        "made": made,
        "results": drawn(shown),
        "written": [(one, made.definition.number_of(one.id)) for one in made.definition.questions() if one.is_written],
        "few": made.total < disclosure_control.MIN_PEOPLE,
    }
    return render(request, "surveys/results.html", context)


def drawn(shown: Sequence[figures.Result]) -> list[tuple[figures.Result, dict[str, Any] | None]]:
    """Each with its picture."""
    return [(one, _chart(one)) for one in shown]


def _chart(one: figures.Result) -> dict[str, Any] | None:
    """What the picture draws, in percent; the same figures stand in the table beside it."""
    if not one.is_shown:
        return None
    return {
        "labels": [line.label for line in one.lines],
        "values": [None if line.share is None else statistics.percent(line.share) for line in one.lines],
        "margins": [None if line.margin is None else statistics.percent(line.margin) for line in one.lines],
    }


@never_cache
@require_safe
def cross(request: Request, pk: int) -> HttpResponse:
    found = get_own(request.actor, pk)
    made = figures.counted(found)
    rows, columns = figures.items(made.definition), crosses.columns_to_choose(made)
    if not rows:
        return redirect("surveys:results", found.pk)
    asked = request.GET if "item" in request.GET else {"item": rows[0].key, "by": UNIT}
    form = CrossForm(asked, rows=rows, columns=columns)
    table = None
    if form.is_valid():
        item, by = figures.item_of(made.definition, form.cleaned_data["item"]), form.cleaned_data["by"]
        other = figures.item_of(made.definition, by)
        assert item is not None
        table = crosses.by_unit(made, item) if other is None else crosses.by_item(made, item, other)
    return render(request, "surveys/cross.html", {"survey": found, "form": form, "table": table})


@never_cache
@require_safe
def rounds(request: Request, pk: int) -> HttpResponse:
    found = get_own(request.actor, pk)
    if found.previous is None:
        raise Http404
    made = figures.counted(found)
    return render(
        request, "surveys/rounds.html", {"survey": found, "pairs": crosses.beside_previous(made, found.previous)}
    )


@never_cache
@require_safe
def written(request: Request, pk: int, key: str) -> HttpResponse:
    """What was written to one question: groups of words, and the texts behind the one that is opened."""
    found = get_own(request.actor, pk)
    question = _written(found, key)
    said = remarks.texts(found, question)
    groups = words.groups(said)
    chosen = next((one for one in groups if one.words == request.GET.get("words")), None)
    keys = chosen.keys if chosen else ()
    quoted = remarks.quoted(found, question, said, keys)
    record_look(request.actor, found, question=key, texts=len(quoted))
    context = {
        "survey": found, "question": question, "groups": groups, "chosen": chosen, "quoted": quoted,
        "count": len(said), "petitions": exporting.takes_petitions(),
    }  # fmt: skip
    return render(request, "surveys/written.html", context)


def _written(survey: Any, key: str) -> Question:
    question = definition_of(survey).question(key)
    if question is None or not question.is_written:
        raise Http404
    return question


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def petition(request: Request, pk: int, key: str, response: int) -> HttpResponse:
    """What somebody wrote becomes a petition: its words, its unit, and which unit it is about."""
    found = get_own(request.actor, pk)
    question = _written(found, key)
    said = remarks.texts(found, question).get(response)
    if said is None:
        raise Http404
    group = urlencode({"words": request.GET.get("words", "")[:WORDS_LONGEST]})
    back = f"{reverse('surveys:written', args=[found.pk, key])}?{group}"
    form = PetitionForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        with conflicts_as_messages(request):
            exporting.make_petition(
                actor=request.actor, survey=found, question=question, response_id=response, about_id=form.about_id()
            )
            messages.success(request, _("It is handed on, without a name: its unit finds it among the petitions."))
        return redirect(back)
    record_look(request.actor, found, question=key, texts=1)
    context = {
        "form": form, "title": _("Make a petition of it"), "intro": f"“{without_contacts(said)}”",
        "submit_label": _("Make a petition of it"), "cancel_url": back,
    }  # fmt: skip
    return render(request, "form.html", context, status=422 if form.is_bound else 200)


@require_POST
def export(request: Request, pk: int) -> HttpResponse:
    """Figures or answers as a file, marked with who took it and when, and recorded."""
    kind = request.POST.get("format", "")
    if kind not in exporting.MAKERS:
        raise Http404
    made = exporting.export(actor=request.actor, survey_id=pk, kind=kind)
    headers = {"Content-Disposition": f'attachment; filename="{made.name}"', "Cache-Control": "no-store"}
    return HttpResponse(made.content, content_type=made.media_type, headers=headers)


@require_safe
def report(request: Request, pk: int) -> HttpResponse:
    content = exporting.report(request.actor, pk)
    headers = {"Content-Disposition": f'inline; filename="khao-sat-{pk}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
