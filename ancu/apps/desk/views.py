"""The task page with its filters, its short form on other start pages, and the search."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.desk import selectors, services
from ancu.apps.desk.enums import GROUPINGS, POSTPONE, SORTINGS
from ancu.apps.desk.forms import BulkChoiceForm, DeskFilterForm, SaveTaskFilterForm, SearchForm
from ancu.apps.desk.selectors import require_agency
from ancu.apps.desk.selectors.counts import counted_groups
from ancu.apps.desk.selectors.filters import DeskFilter, filter_values
from ancu.apps.desk.selectors.tasks import LISTED
from ancu.core.registry.task_groups import MANY, bulk_act
from ancu.core.security.rate_limits import allow_unwritten, too_many
from ancu.core.web.http import Request, conflicts_as_messages, local_path, parse_whole_number

SEARCHES_AN_HOUR = 1200  # one for each three seconds of a working hour; more is a machine that copies


@never_cache
@require_safe
def desk(request: Request) -> HttpResponse:
    """Show the user's tasks that match the filter of the address."""
    return _desk_page(request, DeskFilterForm(request.GET).chosen())


@never_cache
@require_safe
def department(request: Request) -> HttpResponse:
    """Show the tasks of the user's whole agency that match the filter of the address."""
    return _desk_page(request, DeskFilterForm(request.GET).chosen(), of_department=True)


def _desk_page(request: Request, chosen: DeskFilter, *, of_department: bool = False) -> HttpResponse:
    """Render the tasks that match a filter; the navigation gets its numbers from the same groups."""
    page = services.show_desk(actor=request.actor, chosen=chosen, of_department=of_department)
    if of_department:
        request.tab_counts = {"desk:department": page.total}  # type: ignore[attr-defined]
    else:
        request.task_counts = page.counts  # type: ignore[attr-defined]
    context = {
        "desk": page,
        "has_boxes": request.actor.is_agency and not page.shows_postponed,
        "groupings": GROUPINGS, "sortings": SORTINGS,
        "desk_url": reverse("desk:department" if of_department else "desk:desk"),
    }  # fmt: skip
    return render(request, "desk/desk.html", context)


@never_cache
@require_safe
def waiting(request: Request) -> HttpResponse:
    """Show what the officer began and others must go on with."""
    require_agency(request.actor)
    sections = services.show_waiting(actor=request.actor)
    request.tab_counts = {"desk:waiting": sum(section.total for section in sections)}  # type: ignore[attr-defined]
    return render(request, "desk/waiting.html", {"sections": sections})


@never_cache
@require_safe
def done(request: Request) -> HttpResponse:
    """Show what the officer has done today."""
    require_agency(request.actor)
    acts = services.show_done(actor=request.actor)
    request.tab_counts = {"desk:done": len(acts)}  # type: ignore[attr-defined]
    return render(request, "desk/done.html", {"acts": acts})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def filters(request: Request) -> HttpResponse:
    """Show the form of a filter to save, as a page or as the part of the task page that opens; save it."""
    require_agency(request.actor)
    initial = filter_values(DeskFilterForm(request.GET).chosen())
    posted = request.POST if request.method == "POST" else None
    form = SaveTaskFilterForm(posted, initial=initial, groups=counted_groups(request.actor).groups)
    if form.is_valid():
        with conflicts_as_messages(request):
            saved = services.save_filter(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("The filter “%(name)s” is saved.") % {"name": saved.name})
            return redirect(f"{reverse('desk:desk')}?saved={saved.pk}")
        return redirect("desk:desk")
    name = "desk/filter_form.html" if request.htmx and request.method != "POST" else "desk/filter.html"
    return render(request, name, {"form": form}, status=422 if form.is_bound else 200)


@require_POST
def delete_filter(request: Request, pk: int) -> HttpResponse:
    """Delete one of the user's saved filters."""
    saved = selectors.get_filter(request.actor, pk)
    services.delete_filter(actor=request.actor, saved=saved)
    messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": saved.name})
    return redirect("desk:desk")


@require_POST
def act_on_several(request: Request) -> HttpResponse:
    """Do one act on the selected tasks that it fits, and say how many were done and why others were not."""
    key, _colon, day = request.POST.get("act", "").partition(":")
    act, back = bulk_act(key), local_path(request.POST.get("back", "")) or reverse("desk:desk")
    values = _values_of(key, request.POST.getlist("task")) if act else []
    if act is None or not values:
        messages.error(request, _("Select at least one task."))
        return redirect(back)
    data = {f"{key}-choice": day} if day else request.POST
    form = BulkChoiceForm(data, act=act, actor=request.actor)
    if not form.is_valid():
        messages.error(request, f"{act.label}: {form.errors['choice'][0]}")
        return redirect(back)
    outcome = services.act_on_tasks(actor=request.actor, act=act, values=values[:LISTED], choice=form.chosen())
    if outcome.done:
        messages.success(request, act.done(outcome.done))
    for reason in dict.fromkeys(outcome.refused):
        messages.error(request, reason)
    return redirect(back)


def _values_of(act: str, boxes: Sequence[str]) -> list[str]:
    """Return the values for a bulk act of the selected tasks that have it.

    A box has the keys of the task's acts, its value for them, and its own key, by which it is postponed.
    """
    values = []
    for acts, _colon, rest in (box.partition(":") for box in boxes):
        value, _space, key = rest.partition(" ")
        if act in acts.split(","):
            values.append(key if act == POSTPONE else value)
    return values


@require_POST
def resume(request: Request) -> HttpResponse:
    """Put a postponed task back on the user's list."""
    require_agency(request.actor)
    services.resume_task(actor=request.actor, key=request.POST.get("key", ""))
    messages.success(request, _("The task is on your list again."))
    return redirect(local_path(request.POST.get("back", "")) or "desk:desk")


@never_cache
@require_safe
def bulk_choice(request: Request, key: str) -> HttpResponse:
    """Return the field of a bulk act: to whom or to what day the selected tasks go, or why it is done."""
    require_agency(request.actor)
    act = bulk_act(key)
    if act is None or not act.has_choice:
        raise Http404
    return render(request, "desk/bulk_choice.html", {"form": BulkChoiceForm(act=act, actor=request.actor)})


@never_cache
@require_safe
def kind(request: Request, key: str, *, of_department: bool = False) -> HttpResponse:
    """Show all tasks of one group, page by page."""
    number = parse_whole_number(request.GET.get("page", "")) or 1
    page = services.show_kind(actor=request.actor, key=key, number=number, of_department=of_department)
    desk_url = reverse("desk:department" if of_department else "desk:desk")
    if page is None or (not page.rows and page.number > 1):
        return redirect(desk_url)
    context = {
        "kind": page, "back_url": desk_url, "many": MANY,
        "next_url": f"?page={page.number + 1}" if page.has_more else "",
        "previous_url": f"?page={page.number - 1}" if page.number > 1 else "",
    }  # fmt: skip
    return render(request, "desk/kind.html", context)


@never_cache
@require_safe
def strip(request: Request) -> HttpResponse:
    """Show the most urgent tasks on another start page, without that page's own group."""
    here = urlsplit(request.htmx.current_url or "").path
    rows, has_more = services.show_strip(actor=request.actor, here=here)
    return render(request, "desk/strip.html", {"rows": rows, "more": has_more})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: Request) -> HttpResponse:
    """Show the search results.

    By POST only, so that no name appears in addresses, access logs or browser histories.
    """
    form = SearchForm(request.POST if request.method == "POST" else None)
    if request.method != "POST":
        return render(request, "desk/find.html", {"form": form})
    if not (use := allow_unwritten("find", str(request.actor.user_id), limit=SEARCHES_AN_HOUR)):
        return too_many(request, use)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    results = services.search(actor=request.actor, text=text)
    name = "desk/hits.html" if request.htmx else "desk/find.html"
    return render(request, name, {"form": form, "search": results, "search_query": results.query.text})
