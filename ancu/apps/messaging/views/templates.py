"""The texts that an office writes often, kept by its officers."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.messaging import rules, selectors, services
from ancu.apps.messaging.forms import TemplateForm
from ancu.core.errors import Conflict, require
from ancu.core.http import Request


@never_cache
@require_safe
def templates(request: Request) -> HttpResponse:
    selectors.require_keeper(request.actor)
    kinds = {kind: subject.label for kind, subject in rules.subjects().items()}
    found = [
        (one, kinds.get(one.kind, ""), rules.may_change_template(request.actor, one))
        for one in selectors.templates_of(request.actor)
    ]
    return render(request, "messaging/templates.html", {"rows": found})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    selectors.require_keeper(request.actor)
    return _written(request, TemplateForm(_sent(request)), None)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: Request, pk: int) -> HttpResponse:
    """One of the own agency, to be worded anew."""
    found = selectors.get_template(request.actor, pk)
    require(rules.may_change_template(request.actor, found))
    first = {"title": found.title, "body": found.body, "kind": found.kind}
    return _written(request, TemplateForm(_sent(request), initial=first), found)


def _sent(request: Request) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _written(request: Request, form: TemplateForm, found: Any) -> HttpResponse:
    """The form, or the list once it is kept."""
    if form.is_bound and form.is_valid():
        try:
            services.save_template(actor=request.actor, template_id=found.pk if found else None, **form.cleaned_data)
        except Conflict as refused:
            form.add_error("title", str(refused.message))
        else:
            messages.success(request, _("The template is kept."))
            return redirect("messaging:templates")
    status = 422 if form.is_bound else 200
    return render(request, "messaging/template.html", {"form": form, "template": found}, status=status)


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    services.remove_template(actor=request.actor, template_id=pk)
    messages.success(request, _("The template is offered no more."))
    return redirect("messaging:templates")
