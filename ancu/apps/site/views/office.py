"""Write, change and withdraw news and outage notices."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.site import rules
from ancu.apps.site.forms import NewsForm, OutageForm, day_and_time
from ancu.apps.site.selectors import office as selectors
from ancu.apps.site.services import news as news_services
from ancu.apps.site.services import outages as outage_services
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.forms.editing import EditPage
from ancu.core.web.http import Request, conflicts_as_messages


@require_safe
def index(request: Request) -> HttpResponse:
    """List outage notices and news, with what the public sees of them."""
    require(rules.may_publish(request.actor))
    page = selectors.news_list(request.actor, request.GET.get("after", ""))
    context = {
        "now": clock.now(),
        "outages": selectors.recent_outages(request.actor),
        "page": page,
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render(request, "site/office/index.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def news_new(request: Request) -> HttpResponse:
    """Show the form of news; once sent, publish it."""
    require(rules.may_publish(request.actor))
    initial = day_and_time({"published_at": clock.now()}, *NewsForm.moments)
    form = NewsForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        news_services.publish_news(actor=request.actor, key=form.cleaned_data["key"], **form.values())
        messages.success(request, _("The news is saved. Readers see it from the time you chose."))
        return redirect("site:office")
    return render(request, "site/office/news.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def news(request: Request, pk: int) -> HttpResponse:
    """Show the form of an item of news; once sent, change it."""
    require(rules.may_publish(request.actor))
    item = selectors.get_news(request.actor, pk)
    edit = EditPage(
        request.POST if request.method == "POST" else None, partial(_form, NewsForm), selectors.news_values(item)
    )
    if edit.form.is_bound and edit.form.is_valid():
        try:
            news_services.change_news(actor=request.actor, pk=pk, edition=edit.edition, **edit.form.values())
        except Conflict as refused:
            edit.overtake(refused, selectors.news_values(selectors.get_news(request.actor, pk)))
        else:
            messages.success(request, _("The news is saved."))
            return redirect("site:office")
    context = {"form": edit.form, "edit": edit, "item": item}
    return render(request, "site/office/news.html", context, status=edit.status)


def _form(kind: type[NewsForm | OutageForm], data: Any, values: dict[str, Any]) -> NewsForm | OutageForm:
    """Return a form with a record's values, its moments split into day and time."""
    return kind(data, initial=day_and_time(values, *kind.moments))


@require_POST
def news_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take an item of news off the public site."""
    require(rules.may_publish(request.actor))
    with conflicts_as_messages(request):
        news_services.withdraw_news(actor=request.actor, pk=pk)
        messages.success(request, _("The news is off the public site."))
    return redirect("site:office")


@require_http_methods(["GET", "HEAD", "POST"])
def outage_new(request: Request) -> HttpResponse:
    """Show the form of an outage notice; once sent, announce the outage."""
    require(rules.may_publish(request.actor))
    initial = day_and_time({"shown_from": clock.now()}, *OutageForm.moments)
    form = OutageForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        outage_services.announce_outage(actor=request.actor, key=form.cleaned_data["key"], **form.values())
        messages.success(request, _("The notice is saved. Every public page shows it from the time you chose."))
        return redirect("site:office")
    return render(request, "site/office/outage.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def outage(request: Request, pk: int) -> HttpResponse:
    """Show the form of an outage notice; once sent, change it."""
    require(rules.may_publish(request.actor))
    notice = selectors.get_outage(request.actor, pk)
    edit = EditPage(
        request.POST if request.method == "POST" else None, partial(_form, OutageForm), selectors.outage_values(notice)
    )
    if edit.form.is_bound and edit.form.is_valid():
        try:
            outage_services.change_outage(actor=request.actor, pk=pk, edition=edit.edition, **edit.form.values())
        except Conflict as refused:
            edit.overtake(refused, selectors.outage_values(selectors.get_outage(request.actor, pk)))
        else:
            messages.success(request, _("The notice is saved."))
            return redirect("site:office")
    context = {"form": edit.form, "edit": edit, "outage": notice}
    return render(request, "site/office/outage.html", context, status=edit.status)


@require_POST
def outage_withdraw(request: Request, pk: int) -> HttpResponse:
    """Take an outage notice off the public pages."""
    require(rules.may_publish(request.actor))
    with conflicts_as_messages(request):
        outage_services.withdraw_outage(actor=request.actor, pk=pk)
        messages.success(request, _("The notice is off the public pages."))
    return redirect("site:office")
