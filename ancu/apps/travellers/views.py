"""The list of pairs, the comparison of two records, and decisions. Each view is audited."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ancu.apps.audit.services import record_look
from ancu.apps.travellers.enums import MatchRule
from ancu.apps.travellers.forms import NoteForm, PairFilterForm, UndoReasonForm
from ancu.apps.travellers.rules import access
from ancu.apps.travellers.selectors import pairs as selectors
from ancu.apps.travellers.services import joining
from ancu.core.errors import require
from ancu.core.forms import Form
from ancu.core.web.http import Request, conflicts_as_messages


@require_safe
def pairs(request: Request) -> HttpResponse:
    """Show the pairs of similar travellers: the undecided ones, or those of the chosen filter."""
    values = PairFilterForm(request.GET).values()
    state = values["state"] or "undecided"
    pair_filter = selectors.PairFilter(state, values["rule"])
    page = selectors.pair_page(request.actor, pair_filter, after=values["after"])
    traveller_ids = sorted({traveller for pair in page.rows for traveller in (pair.older_id, pair.newer_id)})
    record_look(request.actor, ("travellers.pairs", state), count=len(page.rows), travellers=traveller_ids)
    counts = selectors.counts(request.actor, pair_filter.rule)
    context = {
        "page": page,
        "pair_filter": pair_filter,
        "chips": [
            (_address(state=key, rule=pair_filter.rule), text, counts[key], key == state) for key, text in _states()
        ],
        "rules": [(_address(state=state, rule=key), text, key == pair_filter.rule) for key, text in _rules()],
        "most": selectors.COUNTED,
        "next_url": _address(state=state, rule=pair_filter.rule, after=page.after) if page.after else "",
    }
    return render(request, "travellers/pairs.html", context)


def _states() -> list[tuple[str, str]]:
    """Return (state, label) of each filter of the list of pairs."""
    return [
        ("undecided", _("To be decided")),
        ("rule", _("Joined automatically")),
        ("officer", _("Joined by an officer")),
        ("different", _("Different people, confirmed")),
    ]


def _rules() -> list[tuple[str, Any]]:
    """Return (code, label) of the rules of matching for the list's filter, beginning with "All"."""
    return [("", _("All")), *MatchRule.choices]


def _address(**values: str) -> str:
    """Return a query string with those of the values that are not empty."""
    return f"?{urlencode({name: value for name, value in values.items() if value})}"


@require_safe
def pair(request: Request, pk: int) -> HttpResponse:
    """Show the comparison of a pair's two travellers to an officer, and record the look in the audit."""
    pair = selectors.get_pair(request.actor, pk)
    record_look(request.actor, pair, travellers=[pair.older_id, pair.newer_id])
    return _page(request, pair)


def _page(request: Request, pair: Any, *, status: int = 200, **forms: Form) -> HttpResponse:
    """Render the comparison of a pair's two travellers, with the forms of the decisions.

    ``forms`` holds submitted forms with errors, by name.
    """
    actor = request.actor
    context = {
        "pair": pair,
        "sides": selectors.sides(actor, pair),
        "history": selectors.history(pair),
        "may_join": access.may_join(actor, pair),
        "may_tell_apart": access.may_separate(actor, pair),
        "may_undo": access.may_undo(actor, pair),
        "note_form": NoteForm(prefix="note"),
        "reason_form": UndoReasonForm(prefix="undo"),
    }
    return render(request, "travellers/pair.html", context | forms, status=status)


def _decision_view(
    name: str, form_of: Callable[[Any], Form | None], act: Callable[..., Any], done: Callable[[], str]
) -> Any:
    """Return the POST view of one decision on a pair.

    ``name`` is the form's name on the page, ``form_of`` makes the form of the posted data (None without a form),
    ``act`` is the service, ``done`` returns the message of success.
    """

    @require_POST
    def view(request: Request, pk: int) -> HttpResponse:
        """Take the decision on the pair and redirect to its page; an invalid form is shown again with its errors."""
        pair = selectors.get_pair(request.actor, pk)
        require(access.may_decide_people(request.actor))
        form = form_of(request.POST)
        if form is not None and not form.is_valid():
            return _page(request, pair, status=422, **{name: form})
        with conflicts_as_messages(request):
            act(request.actor, pair=pair, **(form.cleaned_data if form is not None else {}))
            messages.success(request, done())
        return redirect("travellers:pair", pk=pk)

    return view


same = _decision_view("", lambda data: None, joining.join, lambda: _("The two records now belong to one person."))
different = _decision_view(
    "note_form",
    lambda data: NoteForm(data, prefix="note"),
    joining.separate,
    lambda: _("The two records belong to different people. They will not be proposed again."),
)
undo = _decision_view(
    "reason_form",
    lambda data: UndoReasonForm(data, prefix="undo"),
    joining.undo,
    lambda: _("Undone. Everything is as it was before."),
)
