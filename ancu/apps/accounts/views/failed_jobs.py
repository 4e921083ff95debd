"""Background work that was given up, for the office's administrator."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.accounts.selectors import jobs as selectors
from ancu.apps.accounts.services.failed_jobs import retry_failed_job, retry_failed_jobs
from ancu.core.templatetags.ui import counted
from ancu.core.web.http import Request, conflicts_as_messages


@never_cache
@require_safe
def failed_jobs(request: Request) -> HttpResponse:
    """List the jobs that failed after every retry, by number, name and time, without their arguments."""
    rows = selectors.failed_jobs(request.actor)
    kinds = list(selectors.failed_tasks(request.actor))
    context = {
        "rows": rows[: selectors.MOST_SHOWN],
        "kinds": kinds,
        "count": sum(kind["count"] for kind in kinds),
        "most": selectors.MOST_SHOWN,
    }
    return render(request, "accounts/administration/failed_jobs.html", context)


@require_POST
def retry(request: Request, pk: int) -> HttpResponse:
    """Retry one failed background job."""
    job = selectors.get_failed_job(request.actor, pk)
    with conflicts_as_messages(request):
        retry_failed_job(request.actor, job=job)
        messages.success(request, _("The job is waiting for its next attempt."))
    return redirect("administration:failed-jobs")


@require_POST
def retry_kind(request: Request) -> HttpResponse:
    """Retry all failed jobs of one task, for example after an outage of the mail server."""
    with conflicts_as_messages(request):
        count = retry_failed_jobs(request.actor, task_name=request.POST.get("task", ""))
        sentence = counted(
            "%(n)s job is waiting for its next attempt.", "%(n)s jobs are waiting for their next attempt.", count
        )
        messages.success(request, sentence)
    return redirect("administration:failed-jobs")
