"""What waits, for whom and how long; and like cases approved together."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.forms.office import QueueForm, SaveFilterForm
from ancu.apps.dossiers.selectors import queues
from ancu.apps.dossiers.selectors.filters import get_saved_filter, saved_filters
from ancu.apps.dossiers.selectors.officers import colleagues
from ancu.apps.dossiers.services import approving, filters
from ancu.apps.dossiers.services.versions import version_of
from ancu.apps.dossiers.views.conflict import says_conflict
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.templatetags.ui import counted, number
from ancu.core.web.http import Request, conflicts_as_messages
from ancu.core.web.language import localized as said
from ancu.engines.rulebook import procedures_on

KEPT = ("state", "procedure", "officer", "due", "q")


@require_safe
def queue(request: Request) -> HttpResponse:
    """One queue, or what a search finds in all of them. Without a filter, where the officer's own work lies."""
    require(rules.reads_dossiers(request.actor))
    if not request.GET:
        return _queue(request, {"state": queues.first_queue(request.actor)})
    return _queue(request, request.GET.dict())


def _queue(request: Request, asked: dict[str, str], save_form: SaveFilterForm | None = None) -> HttpResponse:
    form = _form(request, asked)
    wanted, after = form.queue_filter(), asked.get("after", "")
    find = queues.search if wanted.text else queues.queue_page
    page: Any = find(request.actor, wanted.text or wanted, after)  # type: ignore[arg-type]
    _note_look(request, wanted, page)
    counts = queues.counts(request.actor, wanted)
    context = {
        "form": form,
        "wanted": wanted,
        "page": page,
        "tabs": _tabs(asked, wanted, counts),
        "filters": _filters(asked, wanted, counts),
        "chips": _chips(asked, wanted, form),
        "first_url": _address(asked) if after else "",
        "next_url": _address(asked, after=page.after) if page.after else "",
        "too_short": bool(wanted.text) and not queues.words_of(wanted.text),
        "bulk": any(row.decidable for row in page.rows),
        "saved": [(one, _address(one.asked), one.asked == wanted.codes()) for one in saved_filters(request.actor)],
        "save_form": save_form or SaveFilterForm(),
    }
    return render(request, "dossiers/office/queue.html", context, status=422 if save_form else 200)


@says_conflict
@require_POST
def save_filter(request: Request) -> HttpResponse:
    """Keep the filter that the page shows; it comes along in the form."""
    require(rules.reads_dossiers(request.actor))
    form, asked = SaveFilterForm(request.POST), {name: request.POST.get(name, "") for name in KEPT if name != "q"}
    if not form.is_valid():
        return _queue(request, asked, form)
    kept = filters.save_filter(
        request.actor, name=form.cleaned_data["name"], wanted=_form(request, asked).queue_filter()
    )
    messages.success(request, _("The filter “%(name)s” is saved.") % {"name": kept.name})
    return redirect(reverse("dossiers:queue") + _address(kept.asked))


@require_POST
def delete_filter(request: Request, pk: int) -> HttpResponse:
    saved = get_saved_filter(request.actor, pk)
    filters.delete_filter(request.actor, saved=saved)
    messages.success(request, _("The filter “%(name)s” is deleted.") % {"name": saved.name})
    return redirect(reverse("dossiers:queue") + _address(saved.asked))


def _form(request: Request, asked: dict[str, str]) -> QueueForm:
    procedures = [(one.code, said(one, "name")) for one in procedures_on(clock.today())]
    return QueueForm(asked, procedures=procedures, officers=colleagues(request.actor))


def _note_look(request: Request, wanted: queues.QueueFilter, page: queues.QueuePage) -> None:
    """One look for the list: the filter, and whose dossiers came up. What was typed is not kept."""
    subject = ("dossiers.search", "text") if wanted.text else ("dossiers.queue", wanted.state or "all")
    shown = [row.dossier.pk for row in page.rows]
    record_look(request.actor, subject, filter=wanted.codes(), count=len(shown), dossiers=shown)


def _address(asked: dict[str, str], **changes: str) -> str:
    """The filter with these changes; empty values are taken off. The place in the list is not carried along."""
    values = {name: asked.get(name, "") for name in KEPT} | changes
    kept = {name: value for name, value in values.items() if value}
    return "?" + urlencode(kept or {"state": ""})


def _tabs(asked: dict[str, str], wanted: queues.QueueFilter, counts: queues.Counts) -> list[dict[str, Any]]:
    """Each queue with how many its list holds, and all of them; that of a decided state drops a filter by day."""
    chosen = None if wanted.text else wanted.state
    tabs = []
    for state, label in [*((str(one), one.label) for one in queues.QUEUES), ("", _("All open"))]:
        due = "" if state in queues.DECIDED else wanted.due
        url = _address(asked, state=state, due=due, q="")
        tabs.append({"label": label, "count": counts.of(state, due), "url": url, "chosen": state == chosen})
    return tabs


def _filters(asked: dict[str, str], wanted: queues.QueueFilter, counts: queues.Counts) -> list[tuple[str, str, bool]]:
    """The questions an officer asks most; a chosen one is taken off by its own link.

    A day is asked of what is undecided only: from a queue of decided dossiers it leads to all that are open.
    """
    state = "" if wanted.state in queues.DECIDED else wanted.state
    days = {"late": _("Late (%(n)s)"), "today": _("Due today (%(n)s)")}
    switches: list[tuple[str, str, str, dict[str, str]]] = [
        ("officer", "me", _("Mine"), {}),
        ("officer", "none", _("Given to nobody"), {}),
        *(("due", due, text % {"n": number(counts.of(state, due))}, {"state": state}) for due, text in days.items()),
    ]
    return [
        (text, _address(asked, **{name: "" if getattr(wanted, name) == value else value}, **more, q=""),
         getattr(wanted, name) == value)
        for name, value, text, more in switches
    ]  # fmt: skip


def _chips(asked: dict[str, str], wanted: queues.QueueFilter, form: QueueForm) -> list[tuple[str, str]]:
    """What is chosen in the further filters, each taken off by its own link."""
    chosen = {"procedure": wanted.procedure, "officer": wanted.officer if wanted.officer.isdigit() else ""}
    labels = {name: dict(form.fields[name].choices) for name in chosen}  # type: ignore[attr-defined]
    return [(str(labels[name][value]), _address(asked, **{name: ""})) for name, value in chosen.items() if value]


@require_POST
def approve_many(request: Request) -> HttpResponse:
    """Show the chosen like cases and ask; then approve each as its own act, and say by number what became of it."""
    require(rules.reads_dossiers(request.actor))
    numbers = request.POST.getlist("dossier")[: queues.PAGE]
    with conflicts_as_messages(request):  # back in the list, where the choice is mended
        if not numbers:
            raise Conflict("none_chosen", _("Choose the dossiers first."))
        dossiers = queues.chosen(request.actor, numbers)
        if "sure" not in request.POST:
            return _question(request, dossiers)
        _approve(request, dossiers)
    return redirect(f"{reverse('dossiers:queue')}?state={State.ASSESSED}")


def _question(request: Request, dossiers: list[Any]) -> HttpResponse:
    """Whom the approval is about: each dossier with what was proposed, and those that it leaves out."""
    ready, refusals = approving.approvable(request.actor, dossiers)
    for dossier in ready:
        record_look(request.actor, dossier, page="approve")
    context = {
        "ready": [(dossier, version_of(dossier)) for dossier in ready],
        "refusals": refusals,
        "back": f"{reverse('dossiers:queue')}?state={State.ASSESSED}",
    }
    return render(request, "dossiers/office/approve_many.html", context)


def _approve(request: Request, dossiers: list[Any]) -> None:
    versions = {dossier.number: request.POST.get(f"version-{dossier.number}", "") for dossier in dossiers}
    approved, refusals = approving.approve_many(request.actor, dossiers=dossiers, versions=versions)
    if approved:
        counted_words = counted("%(n)s dossier approved", "%(n)s dossiers approved", len(approved))
        messages.success(request, f"{counted_words}: {', '.join(dossier.number for dossier in approved)}.")
    for dossier, reason in refusals:
        sentence = _("%(number)s was not approved: %(why)s")
        messages.warning(request, sentence % {"number": dossier.number, "why": reason})
