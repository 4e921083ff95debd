"""Key sheets by keyboard, and compare two keyings."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from ancu.apps.surveys.forms.answers import submitted_answers
from ancu.apps.surveys.forms.paper import SerialForm
from ancu.apps.surveys.selectors import paper as selectors
from ancu.apps.surveys.selectors import surveys
from ancu.apps.surveys.services import resolving
from ancu.apps.surveys.services.answering import AnswersRefused
from ancu.core.errors import Conflict
from ancu.core.web.http import Request

KEYINGS = ("first", "second")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def keying(request: Request, pk: int) -> HttpResponse:
    """Show and save a sheet's number and answers; after saving, continue with the next sheet."""
    survey = surveys.get_collected(request.actor, pk)
    definition = surveys.definition_of(survey)
    if request.method != "POST":
        return _keying_page(request, survey, definition, SerialForm(), {}, {})
    form = SerialForm(request.POST)
    raw_answers = submitted_answers(request.POST, definition.questions())
    if not form.is_valid():
        return _keying_page(request, survey, definition, form, raw_answers, {}, status=422)
    serial = form.cleaned_data["serial"]
    try:
        response = resolving.key_sheet(actor=request.actor, survey_id=survey.pk, serial=serial, raw_answers=raw_answers)
    except AnswersRefused as refused:
        return _keying_page(request, survey, definition, form, raw_answers, refused.errors, status=422)
    except Conflict as refused:
        form.add_error("serial", str(refused.message))
        return _keying_page(request, survey, definition, form, raw_answers, {}, status=422)
    messages.success(request, _keyed_message(response.state) % {"number": serial})
    return redirect("surveys:keying", survey.pk)


def _keyed_message(state: str) -> str:
    """Return the message after a sheet was keyed: counted, to be keyed again, or differing from the first time."""
    if state == "second":
        return _("Sheet %(number)s has been typed in once. Another person must type it in again.")
    if state == "review":
        return _("Sheet %(number)s: the two versions differ. Compare them together.")
    return _("Sheet %(number)s is counted.")


def _keying_page(
    request: Request,
    survey: Any,
    definition: Any,
    form: SerialForm,
    raw_answers: Any,
    errors: Any,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the form in which a sheet's number and answers are keyed, with the typed answers and their errors."""
    context = {"survey": survey, "definition": definition, "form": form, "answers": raw_answers, "errors": errors}
    return render(request, "surveys/keying.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def differing(request: Request, pk: int, response_id: int) -> HttpResponse:
    """Show two keyings of a sheet question by question, and resolve them."""
    survey = surveys.get_collected(request.actor, pk)
    response = get_object_or_404(selectors.differing_keyings(request.actor, survey), pk=response_id)
    pairs = resolving.differences(response)
    posted = request.method == "POST"
    chosen_answers = {question.id: request.POST.get(question.id, "") for question, _first, _second in pairs}
    chosen = {key: keying if keying in KEYINGS else "" for key, keying in chosen_answers.items()}
    if posted and all(chosen.values()):
        second = {key for key, keying in chosen.items() if keying == "second"}
        resolving.resolve_keyings(actor=request.actor, survey_id=survey.pk, response_id=response.pk, second=second)
        messages.success(request, _("Sheet %(number)s is counted.") % {"number": response.sheet.serial})
        return redirect("surveys:paper", survey.pk)
    rows = [
        (
            question,
            resolving.answer_text(question, first),
            resolving.answer_text(question, second_answer),
            chosen[question.id],
        )
        for question, first, second_answer in pairs
    ]
    context = {"survey": survey, "response": response, "rows": rows, "posted": posted}
    return render(request, "surveys/differing.html", context, status=422 if posted else 200)
