"""The page for conflicts: why an act is not possible now, with a link back."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ancu.core.errors import Conflict
from ancu.core.web.http import Request

SETTLED_ELSEWHERE = {"dossier_moved", "dossier_assigned", "opinion_given", "legal_file_decided", "correction_decided"}
View = Callable[..., HttpResponse]


def conflict_page(view: View) -> View:
    """Answer 409 with the reason, and a link to the dossier, or to the list above it."""

    @wraps(view)
    def view_with_conflict_page(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Call the view; answer a Conflict with a page (409) that explains it and links back to the dossier."""
        try:
            return view(request, *args, **kwargs)
        except Conflict as conflict:
            back = _back(request, kwargs.get("number"))
            moved = conflict.code in SETTLED_ELSEWHERE
            changed = conflict.code == "dossier_changed"
            context = {"message": conflict.message, "moved": moved, "changed": changed, "back_url": back}
            return render(request, "dossiers/conflict.html", context, status=409)

    return view_with_conflict_page


def _back(request: Request, number: str | None) -> str:
    """Return the address of the dossier's page for this user; without a number that of the list of dossiers."""
    office = request.actor.is_agency
    if number:
        return reverse("dossiers:office-dossier" if office else "dossiers:page", args=[number])
    return reverse("dossiers:queue" if office else "dossiers:mine")
