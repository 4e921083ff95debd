"""A page that says why an act is not possible now, with the way back to the dossier as it stands."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ancu.core.errors import Conflict
from ancu.core.web.http import Request

DEALT_WITH = {"dossier_moved", "dossier_assigned", "opinion_given", "legal_file_decided", "correction_decided"}
View = Callable[..., HttpResponse]


def says_conflict(view: View) -> View:
    """Answer 409 with the reason, and the way back to what the address names: a dossier, or the list above it."""

    @wraps(view)
    def answering(request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Conflict as conflict:
            back = _back(request, kwargs.get("number"))
            moved = conflict.code in DEALT_WITH
            changed = conflict.code == "dossier_changed"
            context = {"message": conflict.message, "moved": moved, "changed": changed, "back_url": back}
            return render(request, "dossiers/conflict.html", context, status=409)

    return answering


def _back(request: Request, number: str | None) -> str:
    office = request.actor.is_agency
    if number:
        return reverse("dossiers:office-dossier" if office else "dossiers:page", args=[number])
    return reverse("dossiers:queue" if office else "dossiers:mine")
