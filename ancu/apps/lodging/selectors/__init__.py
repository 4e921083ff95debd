"""Establishments visible to an actor."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy, pgettext_lazy

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import agencies_answering_for
from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.lodging.enums import EstablishmentStatus, LodgingKind
from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.lodging.rules import may_be_written_to, may_enter, reads_area
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.rules import SubjectKind, SubjectStanding, ThreadParties
from ancu.apps.places.selectors import fold, is_remote, short_accented_word
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.differences import FieldDifference, differences
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.db.statements import run_with_reconnect
from ancu.core.security.quotas import Quota
from ancu.core.security.tokens import digest_of
from ancu.engines.rulebook import DeclarationLimit, declaration_limit

PAGE = 50


def visible_to(actor: Actor) -> QuerySet[Establishment]:
    """Return the lodgings of the actor's API key, business or area; for the system all."""
    establishments = Establishment.objects.select_related("unit", "locality")
    if actor.kind is ActorKind.SYSTEM:
        return establishments
    if actor.establishment_id is not None:
        return establishments.filter(pk=actor.establishment_id)
    if actor.is_lodging:
        return establishments.filter(business_id=actor.organisation_id or 0)
    if reads_area(actor):
        return establishments.filter(Q(unit_id__in=actor.area) | Q(locality_id__in=actor.area))
    return establishments.none()


def get_establishment(actor: Actor, pk: int) -> Establishment:
    """Return the lodging, or raise 404 if the actor may not see it."""
    return get_object_or_404(visible_to(actor), pk=pk)


def establishments_of(actor: Actor) -> list[Establishment]:
    """Return the lodgings that the member or program may enter, active ones first and sandboxes last."""
    if not (actor.is_lodging or actor.establishment_id):
        return []
    establishments = [establishment for establishment in visible_to(actor) if may_enter(actor, establishment)]
    return sorted(establishments, key=_active_first)


def _active_first(establishment: Establishment) -> tuple[bool, bool, int]:
    """Return a lodging's sort key: active lodgings first, sandboxes last, then by id."""
    return establishment.sandbox, establishment.status != EstablishmentStatus.ACTIVE, establishment.pk


def current_establishment(actor: Actor, chosen: int | None = None) -> Establishment:
    """Return the actor's current lodging: the chosen one (``session["establishment"]``) or the first; else 404."""
    return pick(establishments_of(actor), chosen)


def pick(own: Sequence[Establishment], chosen: int | None) -> Establishment:
    """Return the lodging with the id ``chosen``, otherwise the first; 404 without any."""
    if not own:
        raise Http404
    return next((candidate for candidate in own if candidate.pk == chosen), own[0])


def by_code(code: str) -> Establishment | None:
    """Return the lodging with this code, for commands; None without one."""
    return Establishment.objects.select_related("unit", "locality").filter(code=code.strip().upper()).first()


def pending_registrations(actor: Actor) -> QuerySet[Establishment]:
    """Return the pending registrations of the officer's area, oldest first."""
    return visible_to(actor).filter(status=EstablishmentStatus.PENDING).order_by("registered_at", "id")


def matching(actor: Actor, *, text: str = "", status: str = "", kind: str = "") -> QuerySet[Establishment]:
    """Return the visible lodgings whose name or code contains every word, filtered by status and kind.

    A short word with accents must be a whole word of the name, with these accents (``short_accented_word``).
    """
    establishments = visible_to(actor)
    if word := short_accented_word(text):
        establishments = establishments.filter(name__regex=rf"(^|\s)({word}|{word.capitalize()}|{word.upper()})(\s|$)")
    for word in fold(text).split():
        establishments = establishments.filter(search_key__contains=word)
    if status:
        establishments = establishments.filter(status=status)
    return establishments.filter(kind=kind) if kind else establishments


def page_by_name(
    establishments: QuerySet[Establishment], *, after: str = "", size: int = PAGE
) -> CursorPage[Establishment]:
    """Return a page of these lodgings in order of name, after the cursor ``after``."""
    return cursor_page(establishments, "search_key", "pk", after=after, size=size)


def sandbox_of(actor: Actor) -> Establishment | None:
    """Return the sandbox of the actor's business; None until its manager has opened it."""
    return next((candidate for candidate in establishments_of(actor) if candidate.sandbox), None)


def tokens(establishment: Establishment) -> QuerySet[ApiToken]:
    """Return the lodging's API keys that were not revoked, the oldest first; some may have expired."""
    return ApiToken.objects.filter(establishment=establishment, revoked_at__isnull=True).order_by("created_at", "id")


def get_token(actor: Actor, pk: int) -> ApiToken:
    """Return an API key of one of the business's lodgings, or raise 404."""
    own = ApiToken.objects.select_related("establishment")
    return get_object_or_404(own, pk=pk, establishment__in=visible_to(actor) if actor.is_lodging else [])


@dataclass(frozen=True, slots=True)
class LodgingProgram:
    """A program with a valid token: its actor, and the lodging it may act for."""

    actor: Actor
    establishment: Establishment
    token_id: int
    used_on: date | None
    quota: Quota | None = None


ESTABLISHMENT = [field.attname for field in Establishment._meta.concrete_fields]
PROGRAM = f"""
SELECT token.id, token.name, token.last_used_on, business.id, business.kind, business.name,
    {", ".join(f"establishment.{name}" for name in ESTABLISHMENT)}
FROM lodging_apitoken token
JOIN lodging_establishment establishment ON establishment.id = token.establishment_id
JOIN accounts_organisation business ON business.id = establishment.business_id
"""  # noqa: S608 - only names of columns are put in
WORKS = "token.revoked_at IS NULL AND token.expires_on >= %s"  # on that day
BY_DIGEST = f"{PROGRAM} WHERE token.digest = %s AND {WORKS}"
BY_ID = f"{PROGRAM} WHERE token.id = %s AND {WORKS}"
BY_SESSION = f"""{PROGRAM}
JOIN lodging_programsession session ON session.token_id = token.id
WHERE session.access_digest = %s AND session.ends_at > %s AND {WORKS}
"""


def program_by_token(secret: str) -> LodgingProgram | None:
    """Return the program of the API key ``secret``, in one query; None if unknown, revoked or expired."""
    return _program(run_with_reconnect(BY_DIGEST, [digest_of(secret), clock.today()]))


def program_names(token_ids: Iterable[int]) -> dict[int, str]:
    """Return by API key id the first characters and the name of the key, as text."""
    return {pk: str(token) for pk, token in ApiToken.objects.in_bulk(list(token_ids)).items()}


def program_by_token_id(token_id: int) -> LodgingProgram | None:
    """Return the program of the API key with this id, for a job; None if the key was revoked or expired."""
    return _program(run_with_reconnect(BY_ID, [token_id, clock.today()]))


def program_by_session(access: str) -> LodgingProgram | None:
    """Return the program whose session has the secret ``access``; None if the session or its key ended."""
    return _program(run_with_reconnect(BY_SESSION, [digest_of(access), clock.now(), clock.today()]))


def _program(rows: list[tuple[Any, ...]]) -> LodgingProgram | None:
    """Return the program that the first row of an API-key query describes; None without a row."""
    if not rows:
        return None
    token_id, name, used_on, business_id, business_kind, business_name, *establishment = rows[0]
    place = Establishment.from_db("default", ESTABLISHMENT, establishment)
    actor = Actor(
        kind=ActorKind.TOKEN,
        label=name,
        organisation_id=business_id,
        organisation_kind=business_kind,
        organisation_name=business_name,
        establishment_id=place.pk,
        token_id=token_id,
    )
    return LodgingProgram(actor, place, token_id, used_on)


def actor_for_token(secret: str) -> Actor | None:
    """Return the program of the API key ``secret`` as an actor; None if unknown, revoked or expired."""
    program = program_by_token(secret)
    return program.actor if program else None


def is_main_establishment(establishment: Establishment) -> bool:
    """Whether the lodging was the first registered of its business; the later ones are branches."""
    return not Establishment.objects.filter(business_id=establishment.business_id, pk__lt=establishment.pk).exists()


def all_for_commands() -> QuerySet[Establishment]:
    """Return all lodgings, for commands: active hotels, then other active ones, then the rest; each by code."""
    first = When(status=EstablishmentStatus.ACTIVE, kind=LodgingKind.HOTEL, then=0)
    active = When(status=EstablishmentStatus.ACTIVE, then=1)
    return Establishment.objects.select_related("unit").order_by(Case(first, active, default=2), "code")


def _establishments_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the visible lodgings among these ids, for the audit's pages: id → name and address of the page."""
    establishments = visible_to(actor).filter(pk__in=[key for key in ids if key.isdigit()])
    return {
        str(establishment.pk): NamedRecord(
            establishment.name, reverse("lodging:detail", args=[establishment.pk]) if reads_area(actor) else ""
        )
        for establishment in establishments
    }


def _tokens_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the visible API keys among these ids, for the audit's pages: id → name."""
    tokens = ApiToken.objects.filter(pk__in=[key for key in ids if key.isdigit()], establishment__in=visible_to(actor))
    return {str(token.pk): NamedRecord(token.name) for token in tokens}


NAMERS = {"lodging.establishment": _establishments_named, "lodging.apitoken": _tokens_named}


# --- a registration that waits ----------------------------------------------------------------------------

LATEST, ENOUGH = 50, 5  # decisions whose median is the usual duration; below the minimum none is shown


@dataclass(frozen=True)
class RegistrationWait:
    """A registration's time of sending, its deciders, the usual duration, and how to declare until it is approved."""

    sent_at: datetime
    days: int
    agencies: list[str]
    usual_days: int | None
    paper: DeclarationLimit


def wait_of(establishment: Establishment) -> RegistrationWait | None:
    """Return since when a pending registration waits, and how long it usually takes; None if not pending."""
    if establishment.status != EstablishmentStatus.PENDING:
        return None
    today, unit = clock.today(), establishment.unit
    agencies = Organisation.objects.filter(pk__in=agencies_answering_for(unit)).order_by("name")
    remote = is_remote([establishment.unit_id, establishment.locality_id or 0], today)
    return RegistrationWait(
        sent_at=establishment.registered_at,
        days=(today - clock.local(establishment.registered_at).date()).days,
        agencies=[agency.name for agency in agencies],
        usual_days=_usual_days(),
        paper=declaration_limit(today, "paper", remote),
    )


def _usual_days() -> int | None:
    """Return the median days from registration to a recent approval; None if there are too few."""
    approved = Establishment.objects.filter(status=EstablishmentStatus.ACTIVE, sandbox=False, decision_reason="")
    latest = approved.filter(decided_at__isnull=False).order_by("-decided_at", "-pk")
    pairs = latest.values_list("registered_at", "decided_at")[:LATEST]
    days = [(end - start).days for start, end in pairs if end]
    return max(1, ceil(median(days))) if len(days) >= ENOUGH else None


# --- a registration that was returned and sent again ------------------------------------------------------

REGISTERED = {
    "name": gettext_lazy("Name of the lodging"),
    "kind": gettext_lazy("Kind"),
    "address": gettext_lazy("Address"),
    "unit": gettext_lazy("Commune or ward"),
    "locality": gettext_lazy("Former commune"),
    "latitude": gettext_lazy("Latitude"),
    "longitude": gettext_lazy("Longitude"),
    "rooms": gettext_lazy("Rooms"),
    "beds": gettext_lazy("Beds"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("Email"),
    "representative_name": gettext_lazy("Representative"),
    "representative_birth_date": gettext_lazy("Date of birth"),
    "representative_phone": gettext_lazy("Phone of the representative"),
    "representative_id_number": gettext_lazy("Identity number"),
}


@dataclass(frozen=True)
class RegistrationReturn:
    """Date, officer and reason of a return, and the manager's changes since."""

    at: datetime
    by: str
    reason: str
    changes: list[FieldDifference]


def last_return(establishment: Establishment) -> RegistrationReturn | None:
    """Return when, by whom and why a pending registration was returned, and what changed since; else None."""
    if establishment.status != EstablishmentStatus.PENDING or establishment.decided_at is None:
        return None
    versions: Any = establishment.events  # type: ignore[attr-defined]
    returned_versions = versions.filter(status=EstablishmentStatus.RETURNED, decided_at=establishment.decided_at)
    version_before = returned_versions.select_related("unit", "locality").order_by("pgh_id").first()
    changes = differences(version_before, establishment, REGISTERED) if version_before else []
    by = establishment.decided_by.full_name if establishment.decided_by else ""
    return RegistrationReturn(establishment.decided_at, by, establishment.decision_reason, changes)


# --- the lodging and its police write to each other -------------------------------------------------------


def _standings(actor: Actor, ids: Sequence[str]) -> dict[str, SubjectStanding]:
    """Return by id of a visible lodging the actor's title, page and side in its conversation with the office."""
    establishments = visible_to(actor).filter(pk__in=[int(key) for key in ids if key.isascii() and key.isdigit()])
    return {str(key.pk): standing_to(actor, key) for key in establishments}


def standing_to(actor: Actor, establishment: Establishment) -> SubjectStanding:
    """Return title, page and the actor's side in the lodging's conversation with the office; whether to write."""
    office = actor.is_agency
    return SubjectStanding(
        title=establishment.name,
        url=reverse("lodging:detail", args=[establishment.pk]) if office else reverse("lodging:mine"),
        side=ThreadSide.OFFICE if office else ThreadSide.COUNTERPART,
        may_write=may_be_written_to(establishment),
    )


def _parties(subject_id: str) -> ThreadParties:
    """Return who takes part in a lodging's conversation with the office: agencies of its place, its business."""
    establishment = Establishment.objects.select_related("unit").get(pk=int(subject_id))
    return ThreadParties(
        agencies=agencies_answering_for(establishment.unit), organisations=frozenset({establishment.business_id})
    )


CONVERSATION = SubjectKind(pgettext_lazy("subject", "lodging"), _standings, _parties)
