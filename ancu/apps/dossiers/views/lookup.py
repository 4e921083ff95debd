"""Public look-up of a dossier's state with the number and code of its slip; no personal data."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ancu.apps.dossiers.forms.lookup import LookUpForm
from ancu.apps.dossiers.selectors.public import find_code_page
from ancu.apps.dossiers.selectors.public import look_up as found_by
from ancu.core.registry.code_pages import CodePage, page_of_code
from ancu.core.security.rate_limits import allow, client_address, too_many
from ancu.core.web.http import Request

LOOK_UPS_AN_HOUR = 60


@login_not_required
@never_cache
@csrf_exempt  # read-only, and a token would set a cookie on a public page
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: Request, number: str = "") -> HttpResponse:
    """Show a form; the answer comes by POST, so that the code appears in no URL, history or log.

    A wrong number and a wrong code get the same answer, at most sixty times an hour. The number of another paper is
    redirected to its page.
    """
    is_elsewhere = bool(number) and not find_code_page(number)
    form = LookUpForm(request.POST) if request.method == "POST" else LookUpForm(initial={"number": number})
    if form.is_bound and not form.is_valid():
        return _result_page(request, form, None, 422)
    is_asked = form.is_bound or is_elsewhere
    if is_asked and not (use := allow("dossier-lookup", client_address(request), limit=LOOK_UPS_AN_HOUR)):
        return too_many(request, use)
    if not form.is_bound:
        return _result_page(request, form, None, 200, page_of_code(number) if is_elsewhere else None)
    dossier = found_by(form.cleaned_data["number"], form.cleaned_data["code"])
    return _result_page(request, form, dossier, 200 if dossier else 404)


def _result_page(
    request: Request, form: LookUpForm, dossier: object, status: int, right_page: CodePage | None = None
) -> HttpResponse:
    """Render the public look-up of dossiers; for the number of another kind of paper, link to its own page."""
    missed = form.is_bound and dossier is None and not form.errors
    if missed and not find_code_page(form.cleaned_data["number"]):  # a dossier's number belongs here
        right_page = page_of_code(form.cleaned_data["number"])
    context = {"form": form, "dossier": dossier, "missed": missed, "right_page": right_page}
    response = render(request, "dossiers/page/look_up.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
