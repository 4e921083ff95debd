"""Statistics and thresholds of each rule, and replays of other thresholds."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.oversight.forms import PutInForceForm, ThresholdsForm
from ancu.apps.oversight.rules import may_tune_rule
from ancu.apps.oversight.selectors import parameters, replays, statistics
from ancu.apps.oversight.selectors.words import localized_text
from ancu.apps.oversight.services import replays as services
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.web.http import Request, conflicts_as_messages


@require_safe
def rules(request: Request) -> HttpResponse:
    """List the alert rules with their numbers of decided and confirmed alerts."""
    rows = [
        (standing, localized_text(standing.words, "title"))
        for standing in statistics.statistics_of_rules(request.actor)
    ]
    return render(request, "oversight/rules.html", {"rows": rows})


@require_safe
def rule(request: Request, code: str) -> HttpResponse:
    """Show an alert rule with its text, thresholds and statistics."""
    return _rule_page(request, code)


def _rule_page(request: Request, code: str, form: ThresholdsForm | None = None) -> HttpResponse:
    """Render the page of an alert rule: texts, thresholds with history, statistics and trials.

    ``form`` is a form for a trial of thresholds with errors; None shows an empty one.
    """
    standing = statistics.statistics_of_rule(request.actor, code)
    now = parameters.thresholds_in_force(code, clock.today())
    keeps = may_tune_rule(request.actor, code)
    names = [(parameter.name, localized_text(parameter, "name")) for parameter in now.words.parameters]
    context = {
        "standing": standing,
        "words": now.words,
        "title": localized_text(now.words, "title"),
        "false_if": localized_text(now.words, "false"),
        "article": localized_text(now.words, "article"),
        "version": now.version,
        "thresholds": [(label, now.values[name]) for name, label in names],
        "history": [
            (entry, [(label, entry.values.get(name)) for name, label in names]) for entry in parameters.history(code)
        ],
        "reasons": statistics.dismissal_reasons(request.actor, code),
        "keeps": keeps,
        "replays": replays.replays_of_rule(code) if keeps else [],
        "form": form or ThresholdsForm(words=now.words, values=now.values, prefix="try"),
    }
    return render(request, "oversight/rule.html", context, status=422 if form else 200)


@require_POST
def try_out(request: Request, code: str) -> HttpResponse:
    """Start a trial of other thresholds for an alert rule and redirect to it; an invalid form is shown again."""
    replays.require_rule_tuner(request.actor)
    words = statistics.statistics_of_rule(request.actor, code).words
    form = ThresholdsForm(request.POST, words=words, values=words.values, prefix="try")
    if form.is_valid():
        try:
            new_replay = services.try_out(request.actor, rule=code, values=form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            return redirect("oversight:replay", new_replay.pk)
    return _rule_page(request, code, form)


@require_safe
def replay(request: Request, pk: int) -> HttpResponse:
    """Show a trial of thresholds; the page reloads itself until the job is done."""
    return _replay_page(request, replays.get_replay(request.actor, pk))


def _replay_page(request: Request, tried: Any, form: PutInForceForm | None = None) -> HttpResponse:
    """Render the page of a trial of thresholds, and record in the audit which guests it names.

    ``form`` is a form to put them in force with errors; None shows an empty one.
    """
    before = parameters.thresholds_of_version(tried.rule, tried.version)
    counts = tried.outcome.get("counts", {})
    cases = {which: replays.cases(tried, which) for which in ("appear", "disappear")}
    if tried.outcome:  # until then the page asks for itself and names nobody
        stay_ids = sorted({case.stay.pk for of_kind in cases.values() for case in of_kind if case.stay})
        record_look(request.actor, tried, count=len(stay_ids), stays=stay_ids)
    context = {
        "replay": tried,
        "title": localized_text(before.words, "title"),
        "thresholds": [(localized_text(parameter, "name"), before.values[parameter.name], tried.values[parameter.name])
                       for parameter in before.words.parameters],
        "counts": {kind: counts.get(kind, 0) for kind in services.KINDS},
        "before": sum(counts.values()) - counts.get("appear", 0),
        "after": sum(counts.values()) - counts.get("disappear", 0),
        "months": [(month, kinds.get("appear", 0), kinds.get("disappear", 0))
                   for month, kinds in sorted(tried.outcome.get("months", {}).items(), reverse=True)],
        **cases,
        "in_force": getattr(tried, "thresholds", None),
        "form": form or PutInForceForm(initial={"valid_from": clock.today()}, prefix="put"),
    }  # fmt: skip
    name = "oversight/replay_part.html" if request.htmx else "oversight/replay.html"
    return render(request, name, context, status=422 if form else 200)


@require_POST
def put_in_force(request: Request, pk: int) -> HttpResponse:
    """Put thresholds that were tried in force for their alert rule."""
    tried = replays.get_replay(request.actor, pk)
    form = PutInForceForm(request.POST, prefix="put")
    if not form.is_valid():
        return _replay_page(request, tried, form)
    with conflicts_as_messages(request):
        services.put_in_force(request.actor, replay_id=pk, **form.cleaned_data)
        messages.success(request, _("The thresholds take effect on the date you chose."))
        return redirect("oversight:rule", tried.rule)
    return redirect("oversight:replay", pk)
