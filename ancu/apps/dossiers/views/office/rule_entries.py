"""Choosing the value that a change is about, before the form of the change opens with what is in force."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise

from ancu.apps.dossiers.forms.rule_change import RuleChangeForm
from ancu.apps.dossiers.forms.rule_entries import ChooseEntryForm, EntryChangeForm
from ancu.core.web.http import Request


def chosen_entry(request: Request, kind: type[RuleChangeForm]) -> dict[str, str] | None:
    """Return rule and entry that the address names; nothing for kinds without a choice, None if none is chosen yet."""
    if not issubclass(kind, EntryChangeForm):
        return {}
    chooser = ChooseEntryForm(request.GET, kind=kind)
    return chooser.chosen() if chooser.is_valid() else None


def entry_of(draft: Any, kind: type[RuleChangeForm]) -> dict[str, str]:
    """Return rule and entry of a draft, for the form of its kind."""
    return {"rule": draft.rule, "entry": draft.entry} if issubclass(kind, EntryChangeForm) else {}


def has_choice(form: RuleChangeForm, draft: Any) -> bool:
    """Whether another value may be chosen: for a new change of a kind with a choice."""
    return draft is None and isinstance(form, EntryChangeForm)


def choose_entry(request: Request, kind: Any, heading: str | Promise) -> HttpResponse:
    """Show the values to choose from; one that is not among them is an error beside the list."""
    form = ChooseEntryForm(request.GET if "entry" in request.GET else None, kind=kind)
    context = {"form": form, "heading": heading}
    status = 422 if form.is_bound and not form.is_valid() else 200
    return render(request, "dossiers/rule_changes/choose.html", context, status=status)
