"""Pages of the bank account: enter, compare and withdraw."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.community import rules
from ancu.apps.community.forms import BankAccountForm
from ancu.apps.community.selectors import accounts as selectors
from ancu.apps.community.selectors import choosing, ledger
from ancu.apps.community.services import accounts as services
from ancu.apps.community.views.office import require_keeper
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404
from ancu.core.forms.reasons import ReasonForm
from ancu.core.web.http import Request, conflicts_as_messages

READ_BY = gettext_lazy("The officer who entered the account sees this. It stays in the audit log.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def accounts(request: Request, pk: int) -> HttpResponse:
    """List a programme's bank accounts and enter a new one."""
    require_keeper(request)
    programme = ledger.get_programme(request.actor, pk)
    form = BankAccountForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            services.propose(actor=request.actor, programme_id=pk, **form.cleaned_data)
        except Conflict as refused:
            form.add_error(None, str(refused.message))
        else:
            messages.success(request, _("Sent to a second person for approval."))
            return redirect("community:accounts", pk)
    context = {"programme": programme, "form": form, "rows": selectors.accounts_of(request.actor, programme),
               "takes_money": rules.takes_money(programme)}  # fmt: skip
    return render(request, "community/accounts.html", context, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def account(request: Request, pk: int, account_id: int) -> HttpResponse:
    """Show a bank account to keepers of its programme, and to the second person who decides on it."""
    require_keeper(request)
    return _account_page(request, selectors.get_account(request.actor, pk, account_id), ReasonForm(help_text=READ_BY))


def _account_page(request: Request, account: Any, reason_form: ReasonForm, *, status: int = 200) -> HttpResponse:
    """Render the page of a bank account with what the actor may do."""
    choosing.set_represented(account)
    context = {
        "account": account,
        "programme": account.programme,
        "own": rules.may_enter(request.actor, account.programme),
        "decides": rules.may_decide_account(request.actor, account),
        "reason_form": reason_form,
    }
    return render(request, "community/account.html", context, status=status)


def _may_take(step: str, actor: Actor, account: Any) -> bool:
    """Whether the actor may refuse or withdraw (``step``) the bank account, so that only the reason is missing.

    If not, the service explains the refusal.
    """
    return rules.may_decide_account(actor, account) if step == "refuse" else rules.may_enter(actor, account.programme)


@require_POST
@never_cache
def step(request: Request, pk: int, account_id: int, step: str) -> HttpResponse:
    """Approve, refuse or withdraw a programme's bank account, as ``step`` says."""
    require_keeper(request)
    bank_account = selectors.get_account(request.actor, pk, account_id)
    steps: dict[str, tuple[Any, Any]] = {
        "approve": (services.approve, _("The account is now public.")),
        "refuse": (services.refuse, _("You have not approved the account.")),
        "end": (services.end, _("Account removed.")),
    }
    if step not in steps:
        raise Http404
    act, message = steps[step]
    form = ReasonForm(request.POST, help_text=READ_BY)
    if step != "approve" and not form.is_valid() and _may_take(step, request.actor, bank_account):
        return _account_page(request, bank_account, form, status=422)
    reason = {} if step == "approve" else {"reason": form.cleaned_data.get("reason", "")}
    with conflicts_as_messages(request):
        act(actor=request.actor, programme_id=pk, account_id=account_id, **reason)
        messages.success(request, message)
    if rules.may_enter(request.actor, bank_account.programme):
        return redirect("community:accounts", pk)
    return redirect("community:list")
