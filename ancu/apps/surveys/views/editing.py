"""The editor of sections and questions, with preview."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.surveys.enums import QuestionKind
from ancu.apps.surveys.forms.editing import QuestionForm, SectionForm
from ancu.apps.surveys.rules.definition import SurveyDefinition, SurveyQuestion, read
from ancu.apps.surveys.selectors import surveys as selectors
from ancu.apps.surveys.services import editing
from ancu.core.errors import Conflict, Http404
from ancu.core.forms.editing import EditPage
from ancu.core.forms.editions import CHANGED_SINCE
from ancu.core.web.http import Request, conflicts_as_messages


@never_cache
@require_safe
def questions(request: Request, pk: int) -> HttpResponse:
    """Show the editor with a survey's sections and questions; 404 or 403 as in ``get_own``."""
    survey = selectors.get_own(request.actor, pk)
    newest = selectors.newest_version(survey)
    definition = read(newest.definition)
    context = {
        "survey": survey,
        "edition": newest,
        "definition": definition,
        "empty": not any(True for _question in definition.questions()),
        "kinds": QuestionKind.choices,
        "section_form": SectionForm(prefix="new"),
    }
    return render(request, "surveys/questions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add_question(request: Request, pk: int, section: str, kind: str) -> HttpResponse:
    """Show the form of a new question of this kind, and add it to the section."""
    survey = selectors.get_own(request.actor, pk)
    definition = read(selectors.newest_version(survey).definition)
    if kind not in QuestionKind or not any(
        section_in_definition.id == section for section_in_definition in definition.sections
    ):
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None, kind=kind, definition=definition)
    if form.is_bound and form.is_valid():
        with conflicts_as_messages(request):
            to = editing.with_question(section, form.to_question())
            editing.change_questions(actor=request.actor, survey_id=survey.pk, to=to)
        return redirect("surveys:questions", survey.pk)
    context = {"survey": survey, "form": form, "kind": QuestionKind(kind).label}
    return render(request, "surveys/question.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: Request, pk: int, key: str) -> HttpResponse:
    """Show the form of a question and save it; after a Conflict show what another user saved or removed."""
    survey = selectors.get_own(request.actor, pk)
    definition = read(selectors.newest_version(survey).definition)
    stored = definition.question(key)
    if stored is None:
        if request.method == "POST":
            return _removed_page(request, survey, definition, key)
        raise Http404
    edit = _edit(request, definition, stored)
    if edit.form.is_bound and edit.form.is_valid():
        try:
            changed_question = edit.form.to_question()
            editing.change_question(
                actor=request.actor, survey_id=survey.pk, question=changed_question, edition=edit.edition
            )
        except Conflict as refused:
            return _refused_page(request, survey, edit, key, refused)
        return redirect("surveys:questions", survey.pk)
    return _question_page(request, survey, definition, stored, edit)


def _edit(request: Request, definition: SurveyDefinition, question: SurveyQuestion) -> EditPage:
    """Return the EditPage of a question: its form, bound on POST, beside the stored values.

    ``EditPage.overtake`` compares these with what was saved meanwhile.
    """

    def make(data: Any, initial: dict[str, Any]) -> QuestionForm:
        """Return the question's form with this data and these initial values."""
        return QuestionForm(data, kind=question.kind, definition=definition, question=question, initial=initial)

    return EditPage(request.POST if request.method == "POST" else None, make, selectors.question_values(question))


def _question_page(
    request: Request, survey: Any, definition: SurveyDefinition, question: SurveyQuestion, edit: EditPage
) -> HttpResponse:
    """Render the form to edit a question of a survey, with its kind and number."""
    context = {
        "survey": survey, "form": edit.form, "edit": edit, "kind": QuestionKind(question.kind).label,
        "kind_code": question.kind, "number": definition.number_of(question.id),
    }  # fmt: skip
    return render(request, "surveys/question.html", context, status=edit.status)


def _refused_page(request: Request, survey: Any, edit: EditPage, key: str, refused: Conflict) -> HttpResponse:
    """Show a question's form again after a Conflict, with the typed values and the reason.

    If the question was removed, show the typed values on a page from which they can be copied.
    """
    definition = read(selectors.newest_version(survey).definition)
    question = definition.question(key)
    if question is None:
        return _removed_page(request, survey, definition, key)
    if refused.code == CHANGED_SINCE:
        edit.overtake(refused, selectors.question_values(question))
    else:
        edit.form.add_error(None, str(refused.message))
    return _question_page(request, survey, definition, question, edit)


def _removed_page(request: Request, survey: Any, definition: SurveyDefinition, key: str) -> HttpResponse:
    """Show who removed the question, and the typed values so that they can be copied."""
    kind = request.POST.get("kind", "")
    form = QuestionForm(request.POST, kind=kind if kind in QuestionKind else QuestionKind.SHORT, definition=definition)
    form.add_error(None, str(editing.removal(request.actor, survey, key).message))
    return render(request, "surveys/question_removed.html", {"survey": survey, "form": form}, status=409)


@require_POST
def move_question(request: Request, pk: int, key: str) -> HttpResponse:
    """Move a question up or down by one place and redirect to the editor."""
    with conflicts_as_messages(request):
        by = -1 if request.POST.get("to") == "up" else 1
        editing.change_questions(actor=request.actor, survey_id=pk, to=editing.with_moved_question(key, by), part=key)
    return redirect("surveys:questions", pk)


@require_POST
def remove_question(request: Request, pk: int, key: str) -> HttpResponse:
    """Remove a question and redirect to the survey's editor."""
    with conflicts_as_messages(request):
        removal = editing.without_question(key)
        editing.change_questions(actor=request.actor, survey_id=pk, to=removal, part=key, is_removed=True)
        messages.success(request, _("Question removed."))
    return redirect("surveys:questions", pk)


@require_POST
def add_section(request: Request, pk: int) -> HttpResponse:
    """Add a section with the submitted heading and redirect to the editor; an invalid one is reported."""
    form = SectionForm(request.POST, prefix="new")
    selectors.get_own(request.actor, pk)
    if form.is_valid():
        editing.change_questions(actor=request.actor, survey_id=pk, to=editing.with_section(form.text()))
    else:
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    return redirect("surveys:questions", pk)


@require_POST
def section(request: Request, pk: int, section: str) -> HttpResponse:
    """Change a section's heading, or remove an empty section, and redirect to the editor."""
    selectors.get_own(request.actor, pk)
    with conflicts_as_messages(request):
        if request.POST.get("act") == "remove":
            removal = editing.without_section(section)
            editing.change_questions(actor=request.actor, survey_id=pk, to=removal, part=section, is_removed=True)
        else:
            _change_heading(request, pk, section)
    return redirect("surveys:questions", pk)


def _change_heading(request: Request, pk: int, section: str) -> None:
    """Save a section's heading as sent; an invalid one becomes an error message.

    A Conflict is raised again with the typed texts in its message, so that they are not lost.
    """
    form = SectionForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return
    title, edition = form.text(), request.POST.get("edition", "")
    try:
        editing.change_heading(actor=request.actor, survey_id=pk, section=section, title=title, edition=edition)
    except Conflict as refused:
        typed = _("You typed: “%(vi)s”, “%(en)s”.") % {"vi": title.vi, "en": title.en}
        raise Conflict(refused.code, f"{refused.message} {typed}") from refused


@never_cache
@require_safe
def preview(request: Request, pk: int, page: int) -> HttpResponse:
    """Show a section as respondents will see it, without storing answers."""
    survey = selectors.get_own(request.actor, pk)
    definition = read(selectors.newest_version(survey).definition)
    if not 1 <= page <= len(definition.sections):
        raise Http404
    context = {
        "survey": survey, "definition": definition, "section": definition.sections[page - 1], "page": page,
        "pages": len(definition.sections), "answers": {}, "errors": {}, "preview": True,
    }  # fmt: skip
    return render(request, "surveys/preview.html", context)
