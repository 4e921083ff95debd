"""Pages of the unit's key: its holders, and what to do when somebody leaves or forgets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ancu.apps.tips import rules
from ancu.apps.tips.forms import ChangePassphraseForm, PassphraseForm, RecoverForm
from ancu.apps.tips.selectors import units
from ancu.apps.tips.services import unit_keys, unlocking
from ancu.apps.tips.views.opening import COOKIE, HandlersRequest, handlers_only, unlocked
from ancu.core.errors import Conflict
from ancu.core.web.http import Request, conflicts_as_messages


@require_safe
@handlers_only
def keys(request: Request) -> HttpResponse:
    """Show the holders of the unit's key, whether there are enough, and what the actor should do next."""
    unit, own = units.unit_of(request.actor), units.holder_of(request.actor)
    holders = units.holders(unit) if unit else []
    present = [holder for holder in holders if rules.is_active_holder(holder)]
    hand = unlocking.get_unlocked_keys(request.actor, request.COOKIES.get(COOKIE, "")) if own else None
    gone = units.former_handlers(unit) if unit else set()
    context = {
        "unit": unit,
        "own": own,
        "rows": holders,
        "present": len(present),
        "needed": rules.LEAST_HOLDERS,
        "gone": gone,
        "must_change_key": bool(gone - {holder.user_id for holder in holders}),
        "key": units.present_key(unit) if unit else None,
        "is_unlocked": hand is not None,
        "may_end_any": len(present) > 1,
    }
    return render(request, "tips/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@handlers_only
def begin(request: Request) -> HttpResponse:
    """Open the unit as its first handler and show the recovery share once; later handlers request the key."""
    unit = units.unit_of(request.actor)
    form = PassphraseForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "tips/begin.html", {"form": form, "unit": unit}, status=422 if form.errors else 200)
    try:
        if unit is None:
            paper = unit_keys.open_unit(actor=request.actor, passphrase=form.cleaned_data["new"])
            return render(request, "tips/share.html", {"share": paper})
        unit_keys.request_key(actor=request.actor, passphrase=form.cleaned_data["new"])
    except Conflict as refused:
        form.add_error(None, str(refused.message))
        return render(request, "tips/begin.html", {"form": form, "unit": unit}, status=409)
    messages.success(request, _("Ask a colleague who holds the key to give you access. They do it on this page."))
    return redirect("tips:keys")


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@handlers_only
def passphrase(request: Request) -> HttpResponse:
    """Show the form to change the actor's passphrase and change it; redirect for actors who hold no key."""
    if units.holder_of(request.actor) is None:
        return redirect("tips:keys")
    form = ChangePassphraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit_keys.change_passphrase(actor=request.actor, old=form.cleaned_data["old"], new=form.cleaned_data["new"])
        except Conflict as refused:
            form.add_error("old", str(refused.message))
        else:
            messages.success(request, _("Your passphrase has been changed."))
            return redirect("tips:keys")
    return render(request, "tips/passphrase.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters()
@handlers_only
def recover(request: Request) -> HttpResponse:
    """Hold the unit's key again by the paper from the safe, with a new passphrase."""
    unit = units.get_unit(request.actor)
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unit_keys.recover_key(
                actor=request.actor, share=form.cleaned_data["share"], passphrase=form.cleaned_data["new"]
            )
        except Conflict as refused:
            form.add_error("share", str(refused.message))
        else:
            messages.success(
                request,
                _(
                    "You hold the key again. Now create a new recovery share, because this one was taken out of its "
                    "envelope."
                ),
            )
            return redirect("tips:keys")
    return render(request, "tips/recover.html", {"form": form, "unit": unit}, status=422 if form.errors else 200)


@require_POST
@unlocked
def confirm(request: HandlersRequest, pk: int) -> HttpResponse:
    """Give the unit's key to a colleague who requested it, and redirect to the page of holders."""
    with conflicts_as_messages(request):
        holder = unit_keys.confirm_holder(actor=request.actor, hand=request.hand, holder_id=pk)
        messages.success(request, _("%(name)s now holds the key.") % {"name": holder.user.full_name})
    return redirect("tips:keys")


@require_POST
@unlocked
def end(request: HandlersRequest, pk: int) -> HttpResponse:
    """End a holder of the unit's key, or refuse a request for it."""
    with conflicts_as_messages(request):
        unit_keys.end_holder(actor=request.actor, hand=request.hand, holder_id=pk)
        messages.success(request, _("The key was changed. People who have left can no longer open anything."))
    return redirect("tips:keys")


@require_POST
@unlocked
def rotate(request: HandlersRequest) -> HttpResponse:
    """Change the unit's key, encrypt every tip to the new one, and redirect to the page of holders."""
    with conflicts_as_messages(request):
        unit_keys.rotate_key(actor=request.actor, hand=request.hand)
        messages.success(request, _("The key was changed, and every tip was encrypted again."))
    return redirect("tips:keys")


@require_POST
@unlocked
def share(request: HandlersRequest) -> HttpResponse:
    """Replace the unit's recovery share and show the new one once; the old paper opens nothing any more."""
    return render(
        request, "tips/share.html", {"share": unit_keys.make_recovery_share(actor=request.actor, hand=request.hand)}
    )
