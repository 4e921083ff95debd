"""How each rule does, what it judges by, and the trying of other thresholds before they are put in force."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.oversight.forms import PutInForceForm, ThresholdsForm
from ancu.apps.oversight.rules import keeps_rule
from ancu.apps.oversight.selectors import parameters, replays, statistics
from ancu.apps.oversight.selectors.words import spoken
from ancu.apps.oversight.services import replays as services
from ancu.core import clock
from ancu.core.errors import Conflict
from ancu.core.web.http import Request, conflicts_as_messages


@require_safe
def rules(request: Request) -> HttpResponse:
    rows = [(one, spoken(one.words, "title")) for one in statistics.standings(request.actor)]
    return render(request, "oversight/rules.html", {"rows": rows})


@require_safe
def rule(request: Request, code: str) -> HttpResponse:
    return _rule(request, code)


def _rule(request: Request, code: str, form: ThresholdsForm | None = None) -> HttpResponse:
    standing = statistics.standing(request.actor, code)
    now = parameters.in_force(code, clock.today())
    keeps = keeps_rule(request.actor, code)
    names = [(one.name, spoken(one, "name")) for one in now.words.parameters]
    context = {
        "standing": standing,
        "words": now.words,
        "title": spoken(now.words, "title"),
        "false_if": spoken(now.words, "false"),
        "article": spoken(now.words, "article"),
        "version": now.version,
        "thresholds": [(said, now.values[name]) for name, said in names],
        "history": [(one, [(said, one.values.get(name)) for name, said in names]) for one in parameters.history(code)],
        "reasons": statistics.dismissed_for(request.actor, code),
        "keeps": keeps,
        "replays": replays.of_rule(code) if keeps else [],
        "form": form or ThresholdsForm(words=now.words, values=now.values, prefix="try"),
    }
    return render(request, "oversight/rule.html", context, status=422 if form else 200)


@require_POST
def try_out(request: Request, code: str) -> HttpResponse:
    replays.require_keeper(request.actor)
    words = statistics.standing(request.actor, code).words
    form = ThresholdsForm(request.POST, words=words, values=words.values, prefix="try")
    if form.is_valid():
        try:
            made = services.try_out(request.actor, rule=code, values=form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            return redirect("oversight:replay", made.pk)
    return _rule(request, code, form)


@require_safe
def replay(request: Request, pk: int) -> HttpResponse:
    """The page asks for itself again until the job is done."""
    return _replay(request, replays.get_replay(request.actor, pk))


def _replay(request: Request, found: Any, form: PutInForceForm | None = None) -> HttpResponse:
    before = parameters.as_of_version(found.rule, found.version)
    counts = found.outcome.get("counts", {})
    cases = {which: replays.cases(found, which) for which in ("appear", "disappear")}
    if found.outcome:  # until then the page asks for itself and names nobody
        shown = sorted({case.stay.pk for of_kind in cases.values() for case in of_kind if case.stay})
        record_look(request.actor, found, count=len(shown), stays=shown)
    context = {
        "replay": found,
        "title": spoken(before.words, "title"),
        "thresholds": [(spoken(one, "name"), before.values[one.name], found.values[one.name])
                       for one in before.words.parameters],
        "counts": {kind: counts.get(kind, 0) for kind in services.KINDS},
        "before": sum(counts.values()) - counts.get("appear", 0),
        "after": sum(counts.values()) - counts.get("disappear", 0),
        "months": [(month, kinds.get("appear", 0), kinds.get("disappear", 0))
                   for month, kinds in sorted(found.outcome.get("months", {}).items(), reverse=True)],
        **cases,
        "in_force": getattr(found, "thresholds", None),
        "form": form or PutInForceForm(initial={"valid_from": clock.today()}, prefix="put"),
    }  # fmt: skip
    name = "oversight/replay_part.html" if request.htmx else "oversight/replay.html"
    return render(request, name, context, status=422 if form else 200)


@require_POST
def put_in_force(request: Request, pk: int) -> HttpResponse:
    found = replays.get_replay(request.actor, pk)
    form = PutInForceForm(request.POST, prefix="put")
    if not form.is_valid():
        return _replay(request, found, form)
    with conflicts_as_messages(request):
        services.put_in_force(request.actor, replay_id=pk, **form.cleaned_data)
        messages.success(request, _("The thresholds are in force from the day you chose."))
        return redirect("oversight:rule", found.rule)
    return redirect("oversight:replay", pk)
