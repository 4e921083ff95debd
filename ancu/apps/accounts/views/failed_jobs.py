"""Background work that was given up, for the office's administrator."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.accounts.selectors import jobs as selectors
from ancu.apps.accounts.services.failed_jobs import retry_failed_job
from ancu.core.http import Request, refusals_told


@never_cache
@require_safe
def failed_jobs(request: Request) -> HttpResponse:
    """What failed after every retry: its number, name and time. What it was about stays in the job."""
    rows = selectors.failed_jobs(request.actor)
    context = {"rows": rows[: selectors.MOST_SHOWN], "count": rows.count(), "most": selectors.MOST_SHOWN}
    return render(request, "accounts/administration/failed_jobs.html", context)


@require_POST
def retry(request: Request, pk: int) -> HttpResponse:
    """One more attempt."""
    job = selectors.get_failed_job(request.actor, pk)
    with refusals_told(request):
        retry_failed_job(request.actor, job=job)
        messages.success(request, _("The job waits for its next attempt."))
    return redirect("administration:failed-jobs")
