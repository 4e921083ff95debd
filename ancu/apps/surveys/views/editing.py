"""The editor: sections and questions, and how they will look to who answers."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.forms.editing import QuestionForm, SectionForm
from ancu.apps.surveys.rules.definition import read
from ancu.apps.surveys.selectors import surveys as selectors
from ancu.apps.surveys.services import editing
from ancu.core.errors import Http404
from ancu.core.http import Request, refusals_told


@never_cache
@require_safe
def questions(request: Request, pk: int) -> HttpResponse:
    found = selectors.get_own(request.actor, pk)
    newest = selectors.newest(found)
    definition = read(newest.definition)
    context = {
        "survey": found,
        "edition": newest,
        "definition": definition,
        "empty": not any(True for _one in definition.questions()),
        "kinds": QuestionKind.choices,
        "section_form": SectionForm(prefix="new"),
    }
    return render(request, "surveys/questions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_question(request: Request, pk: int, section: str, kind: str) -> HttpResponse:
    found = selectors.get_own(request.actor, pk)
    definition = read(selectors.newest(found).definition)
    if kind not in QuestionKind or not any(one.id == section for one in definition.sections):
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None, kind=kind, definition=definition)
    if form.is_bound and form.is_valid():
        with refusals_told(request):
            to = editing.with_question(section, form.made())
            editing.change(actor=request.actor, survey_id=found.pk, to=to)
        return redirect("surveys:questions", found.pk)
    context = {"survey": found, "form": form, "kind": QuestionKind(kind).label}
    return render(request, "surveys/question.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, pk: int, key: str) -> HttpResponse:
    found = selectors.get_own(request.actor, pk)
    definition = read(selectors.newest(found).definition)
    asked = definition.question(key)
    if asked is None:
        raise Http404
    data = request.POST if request.method == "POST" else None
    form = QuestionForm(data, kind=asked.kind, definition=definition, question=asked)
    if form.is_bound and form.is_valid():
        with refusals_told(request):
            editing.change(actor=request.actor, survey_id=found.pk, to=editing.with_question("", form.made()))
        return redirect("surveys:questions", found.pk)
    context = {
        "survey": found, "form": form, "kind": QuestionKind(asked.kind).label, "number": definition.number_of(key)
    }  # fmt: skip
    return render(request, "surveys/question.html", context, status=422 if form.is_bound else 200)


@require_POST
def move_question(request: Request, pk: int, key: str) -> HttpResponse:
    with refusals_told(request):
        by = -1 if request.POST.get("to") == "up" else 1
        editing.change(actor=request.actor, survey_id=pk, to=editing.moved(key, by))
    return redirect("surveys:questions", pk)


@require_POST
def remove_question(request: Request, pk: int, key: str) -> HttpResponse:
    with refusals_told(request):
        editing.change(actor=request.actor, survey_id=pk, to=editing.without_question(key))
        messages.success(request, _("The question is taken out."))
    return redirect("surveys:questions", pk)


@require_POST
def add_section(request: Request, pk: int) -> HttpResponse:
    form = SectionForm(request.POST, prefix="new")
    selectors.get_own(request.actor, pk)
    if form.is_valid():
        editing.change(actor=request.actor, survey_id=pk, to=editing.with_section(form.text()))
    else:
        messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect("surveys:questions", pk)


@require_POST
def section(request: Request, pk: int, section: str) -> HttpResponse:
    """Another heading, or, when empty, gone."""
    selectors.get_own(request.actor, pk)
    with refusals_told(request):
        if request.POST.get("act") == "remove":
            editing.change(actor=request.actor, survey_id=pk, to=editing.without_section(section))
        else:
            form = SectionForm(request.POST)
            if form.is_valid():
                editing.change(actor=request.actor, survey_id=pk, to=editing.with_section(form.text(), section))
            else:
                messages.error(request, " ".join(str(one) for errors in form.errors.values() for one in errors))
    return redirect("surveys:questions", pk)


@never_cache
@require_safe
def preview(request: Request, pk: int, page: int) -> HttpResponse:
    """A section as who answers will see it; nothing that is chosen here is kept."""
    found = selectors.get_own(request.actor, pk)
    definition = read(selectors.newest(found).definition)
    if not 1 <= page <= len(definition.sections):
        raise Http404
    context = {
        "survey": found, "definition": definition, "section": definition.sections[page - 1], "page": page,
        "pages": len(definition.sections), "answers": {}, "errors": {}, "preview": True,
    }  # fmt: skip
    return render(request, "surveys/preview.html", context)
