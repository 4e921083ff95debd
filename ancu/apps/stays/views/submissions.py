"""Acts of declaring, as the office reads them."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.files.services import FileRefused, FileUnreadable, page_image
from ancu.apps.stays.forms.office import SubmissionFilterForm, number_of
from ancu.apps.stays.selectors import lodging_notes
from ancu.apps.stays.selectors import pictures as picture_selectors
from ancu.apps.stays.selectors import submissions as selectors
from ancu.apps.stays.selectors.area import area_of
from ancu.apps.stays.selectors.guests import GuestFilter, lodgings_in_area
from ancu.apps.stays.selectors.papers import limits_passed
from ancu.apps.stays.views.office import filter_address, pager, units_offered
from ancu.core.web.http import Request

PICTURE_WIDTH = 1600  # the small print of a passport's page can be read


@require_safe
def submissions(request: Request) -> HttpResponse:
    """Show the submissions of the officer's area. No guest is named, so no look is recorded."""
    form = SubmissionFilterForm(request.GET)
    values = form.chosen()
    channel, place = values.pop("channel", ""), area_of(request.actor)
    stay_id = GuestFilter(**values)
    page = selectors.submission_page(
        selectors.submissions(request.actor, stay_id, place, channel=channel),
        after=number_of(request.GET, "after"),
        before=number_of(request.GET, "before"),
    )
    form.offer(unit=units_offered(place), lodging=lodgings_in_area(request.actor))
    context = {"form": form, "page": page} | pager(request, page)
    context["filters"] = [
        (_("All"), filter_address(request, late=""), not stay_id.late),
        (_("Declared late"), filter_address(request, late="on"), stay_id.late),
    ]
    narrowed = channel or stay_id.unit or stay_id.lodging or stay_id.since or stay_id.until
    context["chips"] = [(_("Remove the filters"), "?")] if narrowed else []
    return render(request, "stays/office/submissions.html", context)


@require_safe
def submission(request: Request, submission_id: int) -> HttpResponse:
    """Show a submission with a page of its stays to an officer, and record the look in the audit."""
    after = number_of(request.GET, "after") or 0
    submission, stays, following = selectors.get_submission(request.actor, submission_id, after=after)
    record_look(request.actor, submission, count=len(stays), stays=[stay.pk for stay in stays])
    context = {
        "submission": submission,
        "stays": stays,
        "limits": limits_passed(submission),
        "first_url": "?" if after else "",
        "next_url": f"?after={following}" if following else "",
        "keeps_pictures": picture_selectors.keeps_pictures(submission),
    }
    return render(request, "stays/office/submission.html", context)


@never_cache
@require_safe
def pictures(request: Request, submission_id: int) -> HttpResponse:
    """Show the stored passport pictures of a submission, or with ``?stay`` of one guest, and record the look."""
    submission, pictures = picture_selectors.pictures_of(request.actor, submission_id)
    if (stay_id := number_of(request.GET, "stay")) is not None:
        pictures = [picture for picture in pictures if picture.stay.pk == stay_id]
    record_look(request.actor, submission, stays=[picture.stay.pk for picture in pictures], pictures=len(pictures))
    context = {"submission": submission, "pictures": pictures, "basis": settings.PASSPORT_PICTURES_BASIS}
    return render(request, "stays/office/pictures.html", context)


@never_cache
@require_safe
def picture(request: Request, submission_id: int, file_id: UUID) -> HttpResponse:
    """Return one stored passport picture, and record the look at the guest."""
    picture = picture_selectors.get_picture(request.actor, submission_id, file_id)
    try:
        drawn = page_image(picture.file, width=PICTURE_WIDTH)
    except (FileRefused, FileUnreadable, FileNotFoundError) as error:
        raise Http404 from error
    record_look(request.actor, picture.stay, picture=str(file_id))
    return HttpResponse(drawn, content_type="image/jpeg")


@require_safe
def establishment_submissions(request: Request, establishment_id: int) -> HttpResponse:
    """Show a lodging's newest submissions: a page, or for htmx only the list."""
    lodging, page = selectors.lodging_submissions(request.actor, establishment_id)
    name = "stays/office/establishment.html"
    return render(
        request,
        f"{name}#list" if request.htmx else name,
        {
            "lodging": lodging,
            "page": page,
            "notes": [] if request.htmx else lodging_notes(request.actor, lodging),
        },
    )
