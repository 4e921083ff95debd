"""Numbers without gaps, given under a lock: of the register of dossiers and of the office's letters."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from ancu.apps.accounts.models import Organisation


def lock_agencies(agency_ids: Iterable[int]) -> None:
    """Lock the agencies' rows, under which numbers are given; a dossier's row is always locked before its agency's."""
    list(Organisation.objects.select_for_update(no_key=True).filter(pk__in=agency_ids).order_by("pk"))


def next_number(numbered: QuerySet[Any]) -> int:
    """Return the number after the highest of these rows, 1 if there is none; the caller has locked the agency.

    A sequence of the database would leave gaps after failed transactions.
    """
    latest = numbered.order_by("-number").values_list("number", flat=True).first() or 0
    return int(latest) + 1
