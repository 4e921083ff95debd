"""An agency's programmes, and the acts entered in one."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.community import rules
from ancu.apps.community.forms import (
    CloseBooksForm,
    GiftForm,
    GoalForm,
    HandoverForm,
    PledgeForm,
    ProgrammeForm,
    ProgrammeItemForm,
    PurchaseForm,
    ReverseEntryForm,
    WithdrawPledgeForm,
)
from ancu.apps.community.selectors import (
    accounts,
    choosing,
    form_choices,
    ledger,
    objections,
    planning,
    public,
    task_groups,
)
from ancu.apps.community.services import exports, form_entries, posting
from ancu.apps.community.services import planning as plans
from ancu.apps.community.services import programmes as services
from ancu.core import clock
from ancu.core.db.pagination import cursor_page, newest_first
from ancu.core.errors import Conflict, Http404, Unconfirmed, require
from ancu.core.forms.confirming import confirmation_digest
from ancu.core.web.http import Request, conflicts_as_messages, parse_whole_number

# By name in the address: the form, the page's heading, the button.
ACTS: dict[str, tuple[Any, Any, Any]] = {
    "gift": (GiftForm, gettext_lazy("Enter a gift"), gettext_lazy("Enter gift")),
    "handover": (HandoverForm, gettext_lazy("Enter a handover"), gettext_lazy("Enter handover")),
    "purchase": (PurchaseForm, gettext_lazy("Enter a purchase"), gettext_lazy("Enter purchase")),
    "pledge": (PledgeForm, gettext_lazy("Enter a pledge"), gettext_lazy("Enter pledge")),
    "item": (ProgrammeItemForm, gettext_lazy("Add another counted item"), gettext_lazy("Add item")),
    "goal": (GoalForm, gettext_lazy("Goals of the programme"), gettext_lazy("Set goal")),
    "close": (CloseBooksForm, gettext_lazy("Close the books up to a day"), gettext_lazy("Close the books")),
}
ENTRIES_ON_PAGE = 30
WITH_CHOICES = (GiftForm, HandoverForm, PurchaseForm, PledgeForm, GoalForm)


def require_keeper(request: Request) -> None:
    """Raise 404 for users outside the agencies, 403 for agency users who do not keep ledgers."""
    if not request.actor.is_agency:
        raise Http404
    require(rules.keeps_ledgers(request.actor))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def programmes(request: Request) -> HttpResponse:
    """List the agency's programmes and open a new one."""
    require_keeper(request)
    form = ProgrammeForm(request.POST or None, units=ledger.units_to_choose(request.actor))
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        programme = services.open_programme(actor=request.actor, unit_id=cleaned.pop("unit"), **cleaned)
        messages.success(request, _("Programme opened. Now enter what was given."), extra_tags="draft:help-programme")
        return redirect("community:programme", programme.pk)
    context = {
        "form": form,
        "rows": ledger.visible_to(request.actor).prefetch_related("areas").order_by("-begins_on", "-pk")[:100],
        "to_decide": choosing.selections_to_decide(request.actor)[:50],
        "accounts": accounts.accounts_to_decide(request.actor)[:50],
        "objections": objections.objections_to_decide(request.actor)[:50],
    }
    return render(request, "community/list.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@never_cache
def programme(request: Request, pk: int) -> HttpResponse:
    """Show a programme to its keepers: sums, goals, tasks and entries."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    record_look(request.actor, programme)
    page = newest_first(ledger.entries(programme), request.GET.get("before", ""), ENTRIES_ON_PAGE)
    lines = ledger.sums(programme)
    context = {
        "programme": programme,
        "lines": [line for line in lines if line.has_movement],
        "goals": planning.progress(programme, lines),
        "entries": page.rows,
        "next_url": f"?before={page.after}#entries" if page.after else "",
        "waits": task_groups.count_tasks(programme),
        "closed_until": ledger.closed_until(programme),
    }
    return render(request, "community/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def act(request: Request, pk: int, act: str) -> HttpResponse:
    """Show and receive the form of a ledger act of the programme, such as a gift or a purchase."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    if act not in ACTS:
        raise Http404
    form = _act_form(request, programme, act)
    status = 422 if form.is_bound else 200
    odd: Sequence[str] = ()
    if form.is_valid():
        values, answer = form.cleaned_data | _latest_goal_shown(request, act), request.POST.get("sure", "")
        try:
            address = form_entries.enter(request.actor, programme, act, values, answer=answer)
        except Unconfirmed as question:
            odd, status = question.sentences, 422
        except Conflict as refused:
            form.add_error(None, str(refused.message))
            status = 409 if refused.code == "goal_changed" else 422
        else:
            messages.success(request, _("Entry saved."), extra_tags=f"draft:help-{act}-{pk}")
            return redirect(address)
    _form_class, title, button = ACTS[act]
    context = {"programme": programme, "form": form, "act": act, "title": title, "button": button}
    context |= {"closed_until": ledger.closed_until(programme), "odd": odd, "sure": confirmation_digest(odd)}
    if act == "goal":
        context["latest_goal"] = planning.latest_goal(programme)
    return render(request, "community/act.html", context, status=status)


def _latest_goal_shown(request: Request, act: str) -> dict[str, int | None]:
    """Return the argument ``latest_shown`` of setting a goal: the latest goal when the page was opened.

    Empty unless the act is setting a goal.
    """
    return {"latest_shown": parse_whole_number(request.POST.get("latest_goal", ""))} if act == "goal" else {}


def _act_form(request: Request, programme: Any, act: str) -> Any:
    """Return the form of a ledger act (gift, purchase …) with its choices and initial values."""
    data = request.POST if request.method == "POST" else None
    kind = ACTS[act][0]
    if kind not in WITH_CHOICES:
        return kind(data, prefix=act)
    pledge_id = parse_whole_number(request.POST.get("gift-pledge") or request.GET.get("pledge", ""))
    choices = form_choices.form_choices(request.actor, programme, act, pledge_id)
    initial: dict[str, Any] = {"day": clock.today()} if kind in (GiftForm, HandoverForm, PurchaseForm) else {}
    if pledge_id and kind is GiftForm:
        promise = planning.pledge_status(planning.get_pledge(programme, pledge_id))
        initial |= {"pledge": promise.pledge.pk, "item": promise.pledge.item_id, "quantity": promise.rest}
    return kind(data, prefix=act, choices=choices, initial=initial)


@require_POST
@never_cache
def reverse_entry(request: Request, pk: int, entry_id: int) -> HttpResponse:
    """Cancel a wrong ledger entry by an opposite one, with the submitted reason."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    form = ReverseEntryForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write what was wrong."))
        return redirect("community:entry", programme.pk, entry_id)
    with conflicts_as_messages(request):
        posting.reverse(actor=request.actor, programme_id=programme.pk, entry_id=entry_id, **form.cleaned_data)
        messages.success(request, _("Entry reversed. Both entries stay visible."))
        return redirect("community:programme", programme.pk)
    return redirect("community:entry", programme.pk, entry_id)


@require_safe
@never_cache
def pledges(request: Request, pk: int) -> HttpResponse:
    """List the programme's pledges with the donors' links."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    record_look(request.actor, programme)
    page = cursor_page(planning.pledges(programme), "due_on", "pk", after=request.GET.get("after", ""))
    context = {
        "programme": programme,
        "rows": [(planning.pledge_status(pledge_row), public.donor_code(pledge_row.donor)) for pledge_row in page.rows],
        "next_url": f"?after={page.after}" if page.after else "",
    }
    return render(request, "community/pledges.html", context)


@require_POST
@never_cache
def withdraw(request: Request, pk: int, pledge_id: int) -> HttpResponse:
    """Withdraw a pledge, with the reason."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    form = WithdrawPledgeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write why."))
        return redirect("community:pledges", programme.pk)
    with conflicts_as_messages(request):
        plans.withdraw(actor=request.actor, programme_id=programme.pk, pledge_id=pledge_id, **form.cleaned_data)
        messages.success(request, _("Pledge withdrawn. What was received for it stays."))
    return redirect("community:pledges", programme.pk)


@require_safe
@never_cache
def ledger_file(request: Request, pk: int, kind: str) -> HttpResponse:
    """Download the whole ledger as XLSX or CSV; recipients appear by entry number only."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    if kind not in exports.KINDS:
        raise Http404
    return exports.ledger_file(request.actor, programme, kind)
