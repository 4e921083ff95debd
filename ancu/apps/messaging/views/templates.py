"""Pages of reply templates."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.messaging import rules, selectors, services
from ancu.apps.messaging.forms import ReplyTemplateForm
from ancu.core.errors import Conflict
from ancu.core.forms.editing import EditPage
from ancu.core.web.http import Request, conflicts_as_messages


@never_cache
@require_safe
def templates(request: Request) -> HttpResponse:
    """List the reply templates of the agency and the agencies above it."""
    selectors.require_keeper(request.actor)
    kinds = {kind: subject.label for kind, subject in rules.subject_kinds().items()}
    templates = [
        (template, kinds.get(template.kind, ""), rules.may_change_template(request.actor, template))
        for template in selectors.templates_of(request.actor)
    ]
    return render(request, "messaging/templates.html", {"rows": templates})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show the form of a new reply template and save it."""
    selectors.require_keeper(request.actor)
    form = ReplyTemplateForm(_post_data(request))
    if form.is_bound and form.is_valid():
        try:
            services.save_template(actor=request.actor, **form.cleaned_data)
        except Conflict as refused:
            form.add_error("title", str(refused.message))
        else:
            return _template_saved(request)
    return _template_page(request, form)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: Request, pk: int) -> HttpResponse:
    """Show the form of a reply template of the user's agency and save it; 404 or 403 for any other template."""
    reply = selectors.get_own_template(request.actor, pk)
    if reply.removed_at is not None and request.method != "POST":
        raise Http404
    edit = EditPage(_post_data(request), _template_form, selectors.editable_values(reply))
    if edit.form.is_bound and edit.form.is_valid():
        try:
            services.save_template(actor=request.actor, template_id=pk, edition=edit.edition, **edit.form.cleaned_data)
        except Conflict as refused:
            return _refused_page(request, pk, edit, refused)
        return _template_saved(request)
    return _template_page(request, edit.form, template=reply, edit=edit)


def _template_form(data: Any, initial: dict[str, Any]) -> ReplyTemplateForm:
    """Return the form of a reply template with this data and these initial values."""
    return ReplyTemplateForm(data, initial=initial)


def _refused_page(request: Request, pk: int, edit: EditPage, refused: Conflict) -> HttpResponse:
    """Show the form of a reply template again after a Conflict, with the typed values and the error.

    For a removed template show the typed values on a page from which they can only be copied.
    """
    template = selectors.get_own_template(request.actor, pk)
    if refused.code == "removed":
        edit.form.add_error(None, str(refused.message))
        return render(request, "messaging/template_removed.html", {"form": edit.form, "template": template}, status=409)
    if refused.code == "title_taken":
        edit.form.add_error("title", str(refused.message))
    else:
        edit.overtake(refused, selectors.editable_values(template))
    return _template_page(request, edit.form, template=template, edit=edit)


def _post_data(request: Request) -> QueryDict | None:
    """Return the submitted form data; None for a request that is not a POST."""
    return request.POST if request.method == "POST" else None


def _template_saved(request: Request) -> HttpResponse:
    """Report that the template was saved and redirect to the list."""
    messages.success(request, _("Template saved."))
    return redirect("messaging:templates")


def _template_page(request: Request, form: Any, template: Any = None, edit: EditPage | None = None) -> HttpResponse:
    """Render the page with the form to write or change a reply template."""
    status = edit.status if edit else 422 if form.is_bound else 200
    context = {"form": form, "template": template, "edit": edit}
    return render(request, "messaging/template.html", context, status=status)


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Remove a reply template of the user's agency and redirect to the list."""
    with conflicts_as_messages(request):
        services.remove_template(actor=request.actor, template_id=pk)
        messages.success(request, _("Template removed."))
    return redirect("messaging:templates")
