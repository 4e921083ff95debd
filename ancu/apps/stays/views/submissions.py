"""Acts of declaring, as the office reads them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.stays.forms.office import SubmissionFilterForm, number_of
from ancu.apps.stays.selectors import submissions as selectors
from ancu.apps.stays.selectors.area import area_of
from ancu.apps.stays.selectors.guests import GuestFilter, lodgings_in_area
from ancu.apps.stays.selectors.papers import limits_passed
from ancu.apps.stays.views.office import address, pager, units_offered
from ancu.core.http import Request


@require_safe
def submissions(request: Request) -> HttpResponse:
    """No guest is named here, so reading the list is not a look at anybody."""
    form = SubmissionFilterForm(request.GET)
    values = form.wanted()
    channel = values.pop("channel", "")
    wanted = GuestFilter(**values)
    page = selectors.submission_page(
        selectors.submissions(request.actor, wanted, channel=channel),
        after=number_of(request.GET, "after"),
        before=number_of(request.GET, "before"),
    )
    form.offer(unit=units_offered(area_of(request.actor)), lodging=lodgings_in_area(request.actor))
    context = {"form": form, "page": page} | pager(request, page)
    context["filters"] = [
        (_("All"), address(request, late=""), not wanted.late),
        (_("Declared late"), address(request, late="on"), wanted.late),
    ]
    narrowed = channel or wanted.unit or wanted.lodging or wanted.since or wanted.until
    context["chips"] = [(_("Remove the filters"), "?")] if narrowed else []
    return render(request, "stays/office/submissions.html", context)


@require_safe
def submission(request: Request, submission_id: int) -> HttpResponse:
    found, stays = selectors.get_submission(request.actor, submission_id)
    record_look(request.actor, found, count=len(stays), stays=[stay.pk for stay in stays][:200])
    context = {"submission": found, "stays": stays, "limits": limits_passed(found)}
    return render(request, "stays/office/submission.html", context)


@require_safe
def establishment_submissions(request: Request, establishment_id: int) -> HttpResponse:
    """The newest submissions of one lodging: a page, or for htmx only the list."""
    lodging, page = selectors.lodging_submissions(request.actor, establishment_id)
    name = "stays/office/establishment.html"
    return render(request, f"{name}#list" if request.htmx else name, {"lodging": lodging, "page": page})
