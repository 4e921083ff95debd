"""Changes of rules: the list, a draft beside the present value, its trial, the second person's decision."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.dossiers.enums import RuleDraftState, RuleKind
from ancu.apps.dossiers.forms.rule_change import RuleChangeForm
from ancu.apps.dossiers.forms.rule_changes import ReturnChangeForm, WithdrawChangeForm
from ancu.apps.dossiers.forms.rule_kinds import FORMS
from ancu.apps.dossiers.rules import rule_changes as rules
from ancu.apps.dossiers.selectors import rule_changes as selectors
from ancu.apps.dossiers.selectors.rule_entries import change_place
from ancu.apps.dossiers.selectors.rule_wording import comparison_rows, draft_title, standing_of
from ancu.apps.dossiers.services import rule_changes as services
from ancu.apps.dossiers.views.office.letter_proofs import text_context
from ancu.apps.dossiers.views.office.rule_entries import choose_entry, chosen_entry, entry_of, has_choice
from ancu.apps.dossiers.views.office.rule_trials import trial_context
from ancu.core import clock
from ancu.core.errors import Conflict, require
from ancu.core.web.http import Request, conflicts_as_messages
from ancu.engines.rulebook import AMENDABLE, rules_toml
from ancu.engines.rulebook import rules as rulebook_rules

TITLES = {
    RuleKind.FEE: gettext_lazy("Change a fee"),
    RuleKind.DAY: gettext_lazy("Change a day of the calendar"),
    RuleKind.HOURS: gettext_lazy("Change the office hours"),
    RuleKind.MARGIN: gettext_lazy("Change how long the passport must be valid"),
    RuleKind.LETTER: gettext_lazy("Change a sentence of the letters"),
    RuleKind.RETURN_REASON: gettext_lazy("Change a reason why a document is rejected"),
    RuleKind.REFUSAL_REASON: gettext_lazy("Change a ready reason of refusals"),
    RuleKind.REQUEST: gettext_lazy("Change a ready sentence of requests"),
    RuleKind.VALIDITY: gettext_lazy("Change the longest validity of a visa or card"),
    RuleKind.LIMIT: gettext_lazy("Change a time limit"),
    RuleKind.FORM: gettext_lazy("Change an item of a form, or add one"),
}
LONG_TEXTS = frozenset({RuleKind.FORM})
ABOUT = {
    RuleKind.FEE: gettext_lazy("The dollars of a line of the fee table."),
    RuleKind.DAY: gettext_lazy("A day off, an extra working day, or an ordinary day."),
    RuleKind.HOURS: gettext_lazy("When the office opens and closes."),
    RuleKind.MARGIN: gettext_lazy("How many days before the passport a visa or card must end."),
    RuleKind.LETTER: gettext_lazy("What the letters about a dossier say, in both languages."),
    RuleKind.RETURN_REASON: gettext_lazy("What officers choose when a document must be sent again."),
    RuleKind.REFUSAL_REASON: gettext_lazy("What officers choose for a refusal, with its article."),
    RuleKind.REQUEST: gettext_lazy("What officers choose when they request more documents."),
    RuleKind.VALIDITY: gettext_lazy("How long a visa and a residence card of a symbol may be valid."),
    RuleKind.LIMIT: gettext_lazy("Days to complain, to decide a complaint, to wait for a passport in the post."),
    RuleKind.FORM: gettext_lazy("What an item of NA5, NA6, NA7, NA8, NA14 or NA15 says, and whether it is required."),
}


@never_cache
@require_safe
def rule_changes(request: Request) -> HttpResponse:
    """List the changes of rules: waiting for approval, drafts, coming ones, and those in force or over."""
    lists = selectors.rule_change_lists(request.actor)
    sections = (
        (_("Waiting for approval"), lists.proposed),
        (_("Drafts"), lists.open),
        (_("Approved, not yet in force"), lists.coming),
        (_("In force, replaced or withdrawn"), lists.past),
    )
    rows = [(title, [_list_row(draft) for draft in drafts]) for title, drafts in sections if drafts]
    return render(request, "dossiers/rule_changes/list.html", {"sections": rows})


def _list_row(draft: Any) -> tuple[Any, str, Any, Any]:
    """Return a change with its title, its values before and after, and where it stands."""
    return draft, draft_title(draft), comparison_rows(draft), standing_of(draft)


@never_cache
@require_safe
def kinds(request: Request) -> HttpResponse:
    """List what may be changed, each with what it is about."""
    require(rules.may_change_rules(request.actor))
    rows = [(kind.name.lower(), TITLES[kind], ABOUT[kind]) for kind in FORMS]
    return render(request, "dossiers/rule_changes/kinds.html", {"kinds": rows})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_new(request: Request, kind: str) -> HttpResponse:
    """Show the form of a change of this kind; once sent, store the draft and start its trial.

    Of a rule with many entries first show these, one of which is chosen (``?entry=``).
    """
    require(rules.may_change_rules(request.actor))
    form_class = _form_class(kind)
    if form_class.chooser and request.method != "POST" and "entry" not in request.GET:
        context = {"heading": TITLES[form_class.rule], **form_class.choices_context()}
        return render(request, form_class.chooser, context)
    chosen = chosen_entry(request, form_class)
    if chosen is None:
        return choose_entry(request, form_class, TITLES[form_class.rule])
    initial = {} if request.method == "POST" else form_class.initial_for(request.GET)
    if initial is None:
        raise Http404
    form = form_class(request.POST if request.method == "POST" else None, initial=initial, **chosen)
    return _form_page(request, form, None, lambda change: services.draft_change(request.actor, change=change))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def draft_edit(request: Request, pk: int) -> HttpResponse:
    """Show the form of a draft to its drafter; once sent, store it and try it anew."""
    draft = selectors.get_rule_draft(request.actor, pk)
    require(rules.may_revise_draft(request.actor, draft))
    form_class = FORMS[RuleKind.of(draft.rule)]
    data, initial = request.POST if request.method == "POST" else None, form_class.initial_of(draft)
    form = form_class(data, initial=initial, **entry_of(draft, form_class))
    return _form_page(
        request, form, draft, lambda change: services.revise_change(request.actor, draft_id=pk, change=change)
    )


def _form_class(kind: str) -> type[RuleChangeForm]:
    """Return the form of a kind by its name in the address, such as ``fee``; 404 for an unknown one."""
    for rule_kind, form_class in FORMS.items():
        if rule_kind.name.lower() == kind:
            return form_class
    raise Http404


def _form_page(request: Request, form: RuleChangeForm, draft: Any, store: Callable[[Any], Any]) -> HttpResponse:
    """Store a valid change and lead to its page; otherwise render its form with what is wrong."""
    if form.is_bound and form.is_valid():
        try:
            stored = store(form.change())
        except Conflict as conflict:
            form.add_error(None, str(conflict.message))
        else:
            return redirect("dossiers:rule-change", stored.pk)
    reason = draft.return_reason if draft and draft.state == RuleDraftState.RETURNED else ""
    choose_url = reverse("dossiers:rule-change-new", args=[form.rule.name.lower()]) if has_choice(form, draft) else ""
    context = {"form": form, "return_reason": reason, "heading": TITLES[form.rule], "choose_url": choose_url}
    return render(request, "dossiers/rule_changes/form.html", context, status=422 if form.is_bound else 200)


@never_cache
@require_safe
def rule_change(request: Request, pk: int) -> HttpResponse:
    """Show a change: old and new value, what it would have meant last year, and what is next for it."""
    return _change_page(request, selectors.get_rule_draft(request.actor, pk))


def _change_page(request: Request, draft: Any, return_form: Any = None, withdraw_form: Any = None) -> HttpResponse:
    """Render the page of a change; a form with errors is shown in its place."""
    actor, amendment = request.actor, getattr(draft, "amendment", None)
    context = {
        "draft": draft, "title": draft_title(draft), "rows": comparison_rows(draft), "amendment": amendment,
        "state": standing_of(draft), "is_text": RuleKind.of(draft.rule) in LONG_TEXTS,
        "place": change_place(draft),
        "withdrawal": getattr(amendment, "withdrawal", None),
        "is_in_force": amendment is not None and amendment.valid_from <= clock.today(),
        "may_revise": rules.may_revise_draft(actor, draft), "may_decide": rules.may_decide_draft(actor, draft),
        "may_withdraw": amendment is not None and rules.may_withdraw_amendment(actor, amendment, clock.today()),
        "return_form": return_form or ReturnChangeForm(prefix="return"),
        "withdraw_form": withdraw_form or WithdrawChangeForm(prefix="withdraw"), **trial_context(request, draft),
        **text_context(draft),
    }  # fmt: skip
    status = 422 if return_form or withdraw_form else 200
    return render(request, "dossiers/rule_changes/change.html", context, status=status)


# ---- acts ----------------------------------------------------------------------------------------------


@require_POST
def draft_try(request: Request, pk: int) -> HttpResponse:
    """Try a draft anew."""
    with conflicts_as_messages(request):
        services.try_change(request.actor, draft_id=pk)
    return redirect("dossiers:rule-change", pk)


@require_POST
def draft_propose(request: Request, pk: int) -> HttpResponse:
    """Send a draft for approval."""
    with conflicts_as_messages(request):
        services.propose_change(request.actor, draft_id=pk)
        messages.success(request, _("The change was sent for approval. A second person decides."))
    return redirect("dossiers:rule-change", pk)


@require_POST
def draft_approve(request: Request, pk: int) -> HttpResponse:
    """Approve a change."""
    with conflicts_as_messages(request):
        amendment = services.approve_change(request.actor, draft_id=pk)
        sentence = _("The change is approved. It takes effect at midnight of %(day)s.")
        messages.success(request, sentence % {"day": f"{amendment.valid_from:%d/%m/%Y}"})
    return redirect("dossiers:rule-change", pk)


@require_POST
def draft_return(request: Request, pk: int) -> HttpResponse:
    """Return a change to its drafter."""
    draft, form = selectors.get_rule_draft(request.actor, pk), ReturnChangeForm(request.POST, prefix="return")
    if not form.is_valid() and rules.may_decide_draft(request.actor, draft):
        return _change_page(request, draft, return_form=form)
    with conflicts_as_messages(request):
        services.return_change(request.actor, draft_id=pk, reason=form.cleaned_data.get("reason", ""))
        messages.success(request, _("The change was returned to its drafter."))
    return redirect("dossiers:rule-change", pk)


@require_POST
def draft_withdraw(request: Request, pk: int) -> HttpResponse:
    """Withdraw an approved change before its first day."""
    draft, form = selectors.get_rule_draft(request.actor, pk), WithdrawChangeForm(request.POST, prefix="withdraw")
    amendment = getattr(draft, "amendment", None)
    may_withdraw = amendment is not None and rules.may_withdraw_amendment(request.actor, amendment, clock.today())
    if not form.is_valid() and may_withdraw:
        return _change_page(request, draft, withdraw_form=form)
    with conflicts_as_messages(request):
        services.withdraw_change(request.actor, draft_id=pk, reason=form.cleaned_data.get("reason", ""))
        messages.success(request, _("The change was withdrawn. The rule stays as it was."))
    return redirect("dossiers:rule-change", pk)


@require_safe
def rules_file(request: Request) -> HttpResponse:
    """Return the rules that the office may change, with its changes, in the shape of the rulebook's files."""
    require(rules.may_change_rules(request.actor))
    text = rules_toml(rulebook_rules()[rule_id] for rule_id in AMENDABLE)
    headers = {"Content-Disposition": 'attachment; filename="quy-dinh.toml"', "Cache-Control": "no-store"}
    return HttpResponse(text, content_type="application/toml", headers=headers)
