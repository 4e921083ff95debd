"""An agency's surveys: list, one survey with its channels, settings, opening and closing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import SurveyState
from ancu.apps.surveys.forms.channels import ChannelForm, CodesForm
from ancu.apps.surveys.forms.editing import NewSurveyForm, SettingsForm
from ancu.apps.surveys.selectors import surveys as selectors
from ancu.apps.surveys.services import channels as ways
from ancu.apps.surveys.services import editing
from ancu.core.errors import Conflict, Http404, require
from ancu.core.forms.editing import EditPage
from ancu.core.web.http import Request, conflicts_as_messages


@never_cache
@require_safe
def surveys(request: Request) -> HttpResponse:
    """List a page of the surveys that the user prepares or collects answers to."""
    page = selectors.survey_page(request.actor, request.GET.get("after", ""))
    context = {
        "page": page,
        "reads": rules.reads_surveys(request.actor),
        "interviews": rules.may_interview(request.actor),
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render(request, "surveys/surveys.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: Request) -> HttpResponse:
    """Show the form of a new survey, create it and redirect to its questions; 403 without the right."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.reads_surveys(request.actor))
    rounds = selectors.rounds(request.actor)
    form = NewSurveyForm(request.POST if request.method == "POST" else None, rounds=rounds)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        chosen = cleaned.pop("previous")
        before = next((survey for survey in rounds if survey.pk == chosen), None)
        survey = editing.create(actor=request.actor, previous=before, **cleaned)
        return redirect("surveys:questions", survey.pk)
    return render(request, "surveys/new.html", {"form": form}, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def survey(request: Request, pk: int) -> HttpResponse:
    """Show the page of a survey: for its editors with channels and codes, for collectors with tasks."""
    return _survey_page(request, pk)


def _survey_page(request: Request, pk: int, *, status: int = 200, **forms: Any) -> HttpResponse:
    """Render a survey's page: channels and codes for its editors, tasks for collectors; 403 without a right.

    ``forms`` holds submitted forms with errors, by name.
    """
    survey = selectors.get_survey(request.actor, pk)
    if not rules.may_edit(request.actor, survey):
        require(rules.may_collect(request.actor, survey))
        return render(request, "surveys/collect.html", {"survey": survey})
    counted = selectors.with_counts(type(survey).objects.filter(pk=survey.pk)).get()
    codes_left, open_ways = selectors.code_counts(survey), selectors.channels(survey)
    units = [(unit.pk, str(unit.full_name)) for unit in selectors.units_to_choose(request.actor)]
    named = [(channel.pk, channel.unit.full_name if channel.unit else _("anywhere")) for channel in open_ways]
    context = {
        "survey": survey,
        "counted": counted,
        "newest": selectors.newest_version(survey),
        "current": selectors.version_in_use(survey),
        "ways": [
            {"channel": channel, "link": (link := ways.address(channel)), "qr": ways.data_uri(ways.qr_svg(link)),
             "codes": codes_left.get(channel.unit_id)}
            for channel in open_ways
        ],
        "channel_form": forms.get("channel_form") or ChannelForm(units=units, prefix="way"),
        "codes_form": forms.get("codes_form") or CodesForm(channels=named, prefix="codes"),
        "may_open": rules.may_change_state(request.actor, survey, SurveyState.OPEN),
        "may_publish": rules.may_publish_figures(request.actor, survey),
        "may_close": rules.may_change_state(request.actor, survey, SurveyState.CLOSED),
    }  # fmt: skip
    return render(request, "surveys/survey.html", context, status=status)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: Request, pk: int) -> HttpResponse:
    """Show the form of a survey's titles and rules and save it; after a Conflict show what another user saved."""
    survey = selectors.get_own(request.actor, pk)
    data = request.POST if request.method == "POST" else None
    edit = EditPage(data, _settings_form, selectors.editable_settings(survey))
    if edit.form.is_bound and edit.form.is_valid():
        try:
            editing.set_survey(actor=request.actor, survey_id=survey.pk, edition=edit.edition, **edit.form.cleaned_data)
        except Conflict as refused:
            edit.overtake(refused, selectors.editable_settings(selectors.get_own(request.actor, pk)))
        else:
            messages.success(request, _("Settings saved."))
            return redirect("surveys:survey", survey.pk)
    context = {"survey": survey, "form": edit.form, "edit": edit}
    return render(request, "surveys/settings.html", context, status=edit.status)


def _settings_form(data: Any, initial: dict[str, Any]) -> SettingsForm:
    """Return the form of a survey's settings with this data and these initial values."""
    return SettingsForm(data, initial=initial)


@require_POST
def open_survey(request: Request, pk: int) -> HttpResponse:
    """Open a survey, so that people can answer it, and redirect to its page."""
    with conflicts_as_messages(request):
        editing.change_state(actor=request.actor, survey_id=pk, to=SurveyState.OPEN)
        messages.success(request, _("The survey is open. Anyone with the link can answer."))
    return redirect("surveys:survey", pk)


@require_POST
def close(request: Request, pk: int) -> HttpResponse:
    """Close a survey, so that nobody can answer it online any more, and redirect to its page."""
    with conflicts_as_messages(request):
        editing.change_state(actor=request.actor, survey_id=pk, to=SurveyState.CLOSED)
        messages.success(request, _("The survey is closed. You can still scan and type in paper sheets."))
    return redirect("surveys:survey", pk)


@require_POST
def figures(request: Request, pk: int) -> HttpResponse:
    """Publish a survey's figures, or withdraw them, and redirect to its page."""
    public = request.POST.get("shown") == "yes"
    with conflicts_as_messages(request):
        editing.show_figures(actor=request.actor, survey_id=pk, public=public)
        message = _("The figures are now public.") if public else _("The public page has been removed.")
        messages.success(request, message)
    return redirect("surveys:survey", pk)


@require_POST
def publish(request: Request, pk: int) -> HttpResponse:
    """Put the newest version of a survey's questions in force and redirect to the editor."""
    with conflicts_as_messages(request):
        version = editing.publish(actor=request.actor, survey_id=pk)
        messages.success(request, _("Version %(number)s is in use from now on.") % {"number": version.number})
    return redirect("surveys:questions", pk)


@require_POST
def add_channel(request: Request, pk: int) -> HttpResponse:
    """Create a unit's own link to a survey, or set its population, and redirect to the survey's page."""
    selectors.get_own(request.actor, pk)
    units = [(unit.pk, str(unit.full_name)) for unit in selectors.units_to_choose(request.actor)]
    form = ChannelForm(request.POST, units=units, prefix="way")
    if not form.is_valid():
        return _survey_page(request, pk, status=422, channel_form=form)
    cleaned = form.cleaned_data
    ways.add_channel(actor=request.actor, survey_id=pk, unit_id=cleaned["unit"], population=cleaned["population"])
    messages.success(request, _("The unit has its own link and QR code."))
    return redirect("surveys:survey", pk)


@require_safe
def poster(request: Request, pk: int, channel_id: int) -> HttpResponse:
    """Return a poster with the channel's link and QR code as PDF."""
    return _pdf_response(ways.poster(request.actor, pk, channel_id), f"khao-sat-{pk}-{channel_id}")


@require_POST
def codes(request: Request, pk: int) -> HttpResponse:
    """Download new one-time codes as slips; they appear nowhere else."""
    survey = selectors.get_own(request.actor, pk)
    named = [(channel.pk, "") for channel in selectors.channels(survey)]
    form = CodesForm(request.POST, channels=named, prefix="codes")
    if not form.is_valid():
        named = [
            (channel.pk, channel.unit.full_name if channel.unit else _("anywhere"))
            for channel in selectors.channels(survey)
        ]
        form.fields["channel"].choices = named  # type: ignore[attr-defined]  # a choice field
        return _survey_page(request, pk, status=422, codes_form=form)
    cleaned = form.cleaned_data
    pdf = ways.print_codes(actor=request.actor, survey_id=pk, count=cleaned["count"], channel_id=cleaned["channel"])
    return _pdf_response(pdf, f"ma-khao-sat-{pk}", attachment=True)


def _pdf_response(content: bytes, name: str, *, attachment: bool = False) -> HttpResponse:
    """Return a PDF response that is shown, or downloaded as an ``attachment``."""
    kind = "attachment" if attachment else "inline"
    headers = {"Content-Disposition": f'{kind}; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)
