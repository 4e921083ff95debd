"""The public form: begin by a link, answer by section with automatic saving, send once."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from ancu.apps.surveys import rules
from ancu.apps.surveys.forms.answers import submitted_answers
from ancu.apps.surveys.rules.answers import condition_is_met, missing_answers
from ancu.apps.surveys.selectors import answering as selectors
from ancu.apps.surveys.services import answering as services
from ancu.core.errors import Conflict, Http404
from ancu.core.security.proof_of_work import new_puzzle
from ancu.core.security.rate_limits import client_address, too_many
from ancu.core.web.http import Request, mark_private


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request, slug: str) -> HttpResponse:
    """Show the first page of a survey; a POST begins a response and redirects to its first section.

    Within the hourly limit; a refused code is shown with the reason.
    """
    channel = selectors.open_channel(slug)
    if request.method != "POST":
        return _start_page(request, channel)
    address = client_address(request)
    solved = {name: request.POST.get(name, "") for name in ("puzzle", "solution")}
    if not (use := services.may_begin(address=address, **solved)):
        return mark_private(too_many(request, use))
    code = request.POST.get("code", "")
    try:
        token = services.begin(channel, language=get_language() or "vi", code=code, address=address)
    except Conflict as refused:
        return _start_page(request, channel, refused=refused, code=code)
    return mark_private(redirect("surveys:answer", token, 1))


def _start_page(request: Request, channel: Any, *, refused: Conflict | None = None, code: str = "") -> HttpResponse:
    """Render a survey's first page.

    ``refused`` is the reason why a response could not be begun, ``code`` the one-time code that was typed.
    """
    context = {
        "channel": channel,
        "survey": channel.survey,
        "open": rules.takes_answers(channel.survey),
        "puzzle": new_puzzle(),
        "code": code or request.GET.get("c", "")[:20],
        "refused": refused.message if refused else "",
    }
    return mark_private(render(request, "surveys/start.html", context, status=422 if refused else 200))


@login_not_required
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: Request, token: str, page: int) -> HttpResponse:
    """Show a section of a response; a POST saves its answers and continues, back or to the next section.

    A section with errors is shown again. A response already sent gives a page with status 404.
    """
    try:
        answering = selectors.get_draft(token)
    except Http404:  # who goes back after sending comes here; nothing tells these answers from those never begun
        return mark_private(render(request, "surveys/sent.html", status=404))
    sections = answering.definition.sections
    if not 1 <= page <= len(sections):
        raise Http404
    if request.method != "POST":
        return _section_page(request, token, answering, page)
    questions = sections[page - 1].questions
    wrong = services.save(
        token, submitted_answers(request.POST, questions), questions={question.id for question in questions}
    )
    if request.htmx:
        return mark_private(HttpResponse(status=204))
    answering = selectors.get_draft(token)
    if request.POST.get("go") == "back":
        return mark_private(redirect("surveys:answer", token, max(1, page - 1)))
    if wrong := wrong | _missing(answering, page):
        return _section_page(
            request, token, answering, page, errors=wrong, typed=submitted_answers(request.POST, questions)
        )
    return _next_section(request, token, answering, page)


def _missing(answering: selectors.DraftResponse, page: int) -> dict[str, str]:
    """Return an error for each required question on the section ``page`` without an answer, by question id."""
    from_page = {question.id for question in answering.definition.sections[page - 1].questions}
    unanswered = missing_answers(answering.definition, answering.response.answers)
    return {key: message for key, message in unanswered.items() if key in from_page}


def _next_section(request: Request, token: str, answering: selectors.DraftResponse, page: int) -> HttpResponse:
    """Redirect to the next section with questions to answer; after the last one send the response and show thanks.

    If required answers are missing, show the first section that lacks one.
    """
    for after in range(page + 1, len(answering.definition.sections) + 1):
        if any(
            condition_is_met(question, answering.response.answers)
            for question in answering.definition.sections[after - 1].questions
        ):
            return mark_private(redirect("surveys:answer", token, after))
    slug = selectors.channel_of(answering.response)
    try:
        services.send(token)
    except services.AnswersRefused as refused:
        first = min(answering.definition.section_of(key) + 1 for key in refused.errors)
        return _section_page(request, token, answering, first, errors=refused.errors)
    return mark_private(redirect("surveys:thanks", slug))


def _section_page(
    request: Request,
    token: str,
    answering: selectors.DraftResponse,
    page: int,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    """Render a section of the response; ``typed`` has invalid answers as they were typed, ``errors`` their errors."""
    answers = dict(answering.response.answers)
    for key, value in (typed or {}).items():
        if errors and key in errors and value:
            answers[key] = value
    context = {
        "survey": answering.survey,
        "definition": answering.definition,
        "section": answering.definition.sections[page - 1],
        "page": page,
        "pages": len(answering.definition.sections),
        "token": token,
        "answers": answers,
        "errors": errors or {},
        "preview": False,
        "open": rules.takes_answers(answering.survey),
    }
    return mark_private(render(request, "surveys/answer.html", context, status=422 if errors else 200))


@login_not_required
@never_cache
@require_safe
def thanks(request: Request, slug: str) -> HttpResponse:
    """Show the page that thanks the respondent after sending."""
    return mark_private(render(request, "surveys/thanks.html", {"channel": selectors.open_channel(slug)}))
