"""The official letters that an office has issued: their list by kind and month, and single ones."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.dossiers import rules
from ancu.apps.dossiers.enums import SigningForm
from ancu.apps.dossiers.models import Dossier, LetterSigner, OfficialLetter
from ancu.apps.dossiers.rules.letters import may_set_letterhead, reads_letters
from ancu.apps.dossiers.rules.register import RegisterPeriod
from ancu.apps.dossiers.selectors.letter_facts import OFFICER, letterhead_of
from ancu.apps.dossiers.selectors.officers import officers_of
from ancu.core.actor import Actor
from ancu.core.db.name_order import name_order
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.errors import require

ORDER = ("-issued_at", "-pk")
LETTER_COLUMNS = (
    *("agency", "series", "year", "number", "agency_symbol", "kind", "issued_at"),
    *("dossier__number", "dossier__full_name", "dossier__sex"),
    *("dossier__organisation__name", "dossier__sponsor__full_name", "signed_by__full_name", "signed_by__title"),
)


@dataclass(frozen=True)
class LetterFilter:
    """The month or year of the letters, and their series and kind; "" for all."""

    period: RegisterPeriod
    series: str = ""
    kind: str = ""

    def codes(self) -> dict[str, str]:
        """Return the filter's values by name, for the audit."""
        values = {"period": self.period.key, "series": self.series, "kind": self.kind}
        return {name: value for name, value in values.items() if value}


def issued_letters(actor: Actor, filters: LetterFilter) -> QuerySet[OfficialLetter]:
    """Return the letters that the actor's office issued in the period, unordered; 403 for who may not read them."""
    require(reads_letters(actor))
    begins, ends = filters.period.bounds
    letters = OfficialLetter.objects.filter(
        agency_id=actor.organisation_id or 0, issued_at__gte=begins, issued_at__lt=ends
    )
    letters = letters.filter(series=filters.series) if filters.series else letters
    return letters.filter(kind=filters.kind) if filters.kind else letters


def with_columns(letters: QuerySet[OfficialLetter]) -> QuerySet[OfficialLetter]:
    """Return the letters with what their lines show, joined; without their content."""
    joined = ("dossier__organisation", "dossier__sponsor", "signed_by")
    return letters.select_related(*joined).only(*LETTER_COLUMNS)


def letter_page(letters: QuerySet[OfficialLetter], after: str = "") -> CursorPage[OfficialLetter]:
    """Return a page of the letters, the newest first."""
    return cursor_page(with_columns(letters), *ORDER, after=after)


def letters_in_order(letters: QuerySet[OfficialLetter]) -> list[OfficialLetter]:
    """Return all letters in the order of their issue, as the book has them; the caller limits their number."""
    return list(with_columns(letters).order_by("issued_at", "pk"))


def counts_by_series(letters: QuerySet[OfficialLetter]) -> dict[str, int]:
    """Return how many of the letters each series has."""
    return dict(letters.order_by().values_list("series").annotate(Count("pk")))


def get_letter(actor: Actor, dossier: Dossier, pk: int) -> OfficialLetter:
    """Return a letter about the dossier; 404 for all but the dossier's writers and its office."""
    if not rules.is_writer(actor, dossier) and not rules.is_office(actor, dossier):
        raise Http404
    return get_object_or_404(OfficialLetter.objects.select_related("event", "agency"), dossier=dossier, pk=pk)


# ---- how they are signed -------------------------------------------------------------------------------


def own_agency(actor: Actor) -> Organisation:
    """Return the actor's office, for whose letters the actor may set how they are signed; otherwise 403."""
    require(may_set_letterhead(actor))
    return Organisation.objects.get(pk=actor.organisation_id or 0)


def signers(agency: Organisation) -> list[tuple[User, LetterSigner | None]]:
    """Return the office's officers of dossiers by name, each with how the officer signs; None until that is set."""
    own = {signer.user_id: signer for signer in LetterSigner.objects.filter(agency=agency)}
    officers = sorted(officers_of(agency.pk), key=lambda user: (name_order(user.full_name), user.pk))
    return [(user, own.get(user.pk)) for user in officers]


def signing_values(agency: Organisation) -> dict[str, Any]:
    """Return how the office and its officers sign letters, by the name of the form's field."""
    letterhead = letterhead_of(agency)
    values = {name: getattr(letterhead, name) for name in ("symbol", "place", "head_title")}
    for user, signer in signers(agency):
        values[f"form_{user.pk}"] = signer.form if signer else SigningForm.OFFICER.value
        values[f"position_{user.pk}"] = signer.position if signer else OFFICER
    return values
