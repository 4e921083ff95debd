"""Register, decide, edit and close establishments; manage API keys of programs."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts.models import User
from ancu.apps.accounts.selectors import actor_for, get_user, user_by_email
from ancu.apps.accounts.services import confirmation_path, create_account, found_business, notify_owner
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.lodging import rules, selectors
from ancu.apps.lodging.enums import TRANSITIONS, EstablishmentStatus
from ancu.apps.lodging.models import ApiToken, Establishment
from ancu.apps.places.models import AdministrativeUnit
from ancu.apps.places.selectors import fold, unit_today
from ancu.apps.places.services import sandbox_unit
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.history import record_at
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.security.privacy import REDACTED, Keep
from ancu.core.security.quotas import count_call
from ancu.core.security.tokens import new_key
from ancu.core.transitions import follows
from ancu.core.web.mail import send_letter, write_to_each
from ancu.core.web.problems import TooManyCalls

Status = EstablishmentStatus
CALLS = "lodging.api"
OFFICE_LETTERS = {
    Status.ACTIVE: "approved",
    Status.RETURNED: "returned",
    Status.SUSPENDED: "suspended",
    Status.CLOSED: "closed",
}


@dataclass(frozen=True, kw_only=True)
class EstablishmentDetails:
    """Data of a lodging and its representative; ``commune`` may be a former unit."""

    name: str
    kind: str
    commune: AdministrativeUnit
    address: str
    representative_name: str
    representative_birth_date: date | None = None
    representative_phone: str = ""
    representative_id_number: str = ""
    rooms: int | None = None
    beds: int | None = None
    phone: str = ""
    email: str = ""
    latitude: float | None = None
    longitude: float | None = None

    def columns(self) -> dict[str, object]:
        """Return the details as columns of the lodging.

        A former commune is stored as locality, its present successor as unit.
        """
        values = {name: value for name, value in vars(self).items() if name != "commune"}
        today = unit_today(self.commune)
        return values | {"unit": today, "locality": None if today.pk == self.commune.pk else self.commune}


def next_code() -> str:
    """Return the next establishment code, such as ``HB-000123``; numbers may be skipped but are never reused."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('lodging_establishment_code')")
        return f"{settings.OFFICE_PREFIX}-{cursor.fetchone()[0]:06}"


@transaction.atomic
def register(*, email: str, password: str, language: str, details: EstablishmentDetails) -> Establishment | None:
    """Register a lodging with a new account and business, all or nothing; return it.

    None if the address has an account already. Its owner is notified by letter and the visitor is not, so that nobody
    learns here who is registered.
    """
    user = create_account(
        email=email,
        password=password,
        full_name=details.representative_name,
        phone=details.representative_phone,
        language=language,
    )
    if user is None:
        owner = user_by_email(email)
        if owner is not None:
            enqueue("lodging.send_account_letter", user_id=owner.pk)
        return None
    membership = found_business(user, details.name)
    establishment = _create(actor_for(user, membership.pk), details)
    enqueue("lodging.send_letter", letter="registered", establishment_id=establishment.pk, user_id=user.pk)
    return establishment


@transaction.atomic
def add_establishment(actor: Actor, *, details: EstablishmentDetails) -> Establishment:
    """Register a further lodging of the actor's business, pending approval, and return it."""
    require(not actor.is_public and rules.may_register(actor))
    establishment = _create(actor, details)
    enqueue("lodging.send_letter", letter="registered", establishment_id=establishment.pk, user_id=actor.user_id)
    return establishment


def _create(actor: Actor, details: EstablishmentDetails) -> Establishment:
    """Store a new lodging of the actor's business, pending approval, record it in the audit and return it."""
    establishment = Establishment(
        code=next_code(), business_id=actor.organisation_id or 0, registered_at=clock.now(), **details.columns()
    )
    establishment.search_key = _search_key(establishment)
    establishment.save()
    record(actor, "lodging.registered", establishment, unit_id=establishment.unit_id)
    return establishment


@transaction.atomic
def open_sandbox(actor: Actor, *, establishment: Establishment) -> Establishment:
    """Return the business's sandbox, a test lodging in no agency's area; create it if it is missing.

    A new one has the name, kind and representative of ``establishment``.
    """
    require(rules.may_open_sandbox(actor, establishment))
    _lock(establishment)  # two at once would both make one
    if (existing := selectors.sandbox_of(actor)) is not None:
        return existing
    sandbox = Establishment(
        code=next_code(),
        name=f"SANDBOX – {establishment.name}"[:200],
        kind=establishment.kind,
        business_id=establishment.business_id,
        unit=sandbox_unit(),
        address="–",
        sandbox=True,
        representative_name=establishment.representative_name,
        status=Status.ACTIVE,
        registered_at=clock.now(),
    )
    sandbox.search_key = _search_key(sandbox)
    sandbox.save()
    record(actor, "lodging.opened_sandbox", sandbox)
    return sandbox


def _search_key(establishment: Establishment) -> str:
    """Return the lodging's name and code in lower case without accents, by which it is searched."""
    return fold(f"{establishment.name} {establishment.code}")[:250]


@transaction.atomic
def update(
    actor: Actor, *, establishment: Establishment, details: EstablishmentDetails, version: int | None = None
) -> list[str]:
    """Correct the lodging's data and return the names of the changed fields; the history keeps earlier values.

    With ``version``, the version that the page displayed, only fields changed on the page are written. Conflict
    ``changed_since`` when another value was written to one of them after it.
    """
    locked = _lock(establishment)
    require(rules.may_edit(actor, locked))
    columns = details.columns()
    if rules.place_is_fixed(locked):
        columns.pop("unit"), columns.pop("locality")
    if version is not None:
        shown_values = record_at(locked, version)
        columns = {name: value for name, value in columns.items() if getattr(shown_values, name) != value}
        if any(getattr(locked, name) not in (getattr(shown_values, name), value) for name, value in columns.items()):
            sentence = _("Someone else has just changed the same data.")
            raise overtaken_conflict(actor, "changed_since", locked, sentence)
    changed = sorted(name for name, value in columns.items() if getattr(locked, name) != value)
    if changed:
        for name in changed:
            setattr(locked, name, columns[name])
        locked.search_key = _search_key(locked)
        locked.save(update_fields=[*changed, "search_key"])
        record(actor, "lodging.updated", locked, fields=changed)
    return changed


def approve(actor: Actor, *, establishment: Establishment) -> Establishment:
    """Approve a pending registration: the lodging may declare guests from now on. Conflict if not pending."""
    return _decide(actor, establishment, Status.ACTIVE, after=Status.PENDING)


def give_back(actor: Actor, *, establishment: Establishment, reason: str) -> Establishment:
    """Return a registration to the lodging's manager with a reason, to be corrected and resubmitted."""
    return _decide(actor, establishment, Status.RETURNED, reason=reason)


def suspend(actor: Actor, *, establishment: Establishment, reason: str) -> Establishment:
    """Suspend the lodging: it cannot declare guests until it is resumed. Its earlier declarations stay."""
    return _decide(actor, establishment, Status.SUSPENDED, reason=reason)


def reactivate(actor: Actor, *, establishment: Establishment, reason: str) -> Establishment:
    """Resume a suspended lodging, which may declare guests again. Conflict if it is not suspended."""
    return _decide(actor, establishment, Status.ACTIVE, reason=reason, after=Status.SUSPENDED)


def close(actor: Actor, *, establishment: Establishment, reason: str) -> Establishment:
    """Close the lodging for good and revoke its API keys."""
    with transaction.atomic():
        closed = _decide(actor, establishment, Status.CLOSED, reason=reason)
        ApiToken.objects.filter(establishment=closed, revoked_at__isnull=True).update(revoked_at=clock.now())
    return closed


@transaction.atomic
def resubmit(actor: Actor, *, establishment: Establishment) -> Establishment:
    """Resubmit a returned registration as the lodging's manager; its waiting time starts anew."""
    locked = _lock(establishment)
    require(rules.may_manage(actor, locked))
    moved = move(actor, locked, Status.PENDING)
    moved.registered_at = clock.now()
    moved.save(update_fields=["registered_at"])
    return moved


@transaction.atomic
def _decide(
    actor: Actor, establishment: Establishment, to: Status, *, reason: str = "", after: Status | None = None
) -> Establishment:
    """Move the lodging to the state ``to`` as the police, store who decided and why, and notify managers.

    Conflict if its state is not ``after`` (where given), or does not allow the move.
    """
    locked = _lock(establishment)
    require(rules.may_decide(actor, locked))
    if after is not None and locked.status != after:
        raise _overtaken(actor, locked)
    moved = move(actor, locked, to, reason=reason)
    moved.decided_at, moved.decided_by_id, moved.decision_reason = clock.now(), actor.user_id, reason
    moved.save(update_fields=["decided_at", "decided_by", "decision_reason"])
    if letter := OFFICE_LETTERS.get(to):
        enqueue("lodging.send_letter", letter=letter, establishment_id=moved.pk, user_id=None)
    return moved


def move(actor: Actor, establishment: Establishment, to: Status, *, reason: str = "") -> Establishment:
    """Change the state of a locked lodging to ``to``, record it and return the lodging.

    Every change of state goes through here. Conflict if that change is not allowed.
    """
    before = establishment.status
    if not follows(TRANSITIONS, before, to):
        raise _overtaken(actor, establishment)
    establishment.status = to
    establishment.save(update_fields=["status"])
    record(actor, f"lodging.{to.value}", establishment, reason=reason, before=before)
    return establishment


def _overtaken(actor: Actor, establishment: Establishment) -> Conflict:
    """Return the Conflict that somebody else changed the lodging's state first."""
    sentence = _("This lodging is now “%(state)s”.") % {"state": establishment.get_status_display()}
    return overtaken_conflict(actor, "establishment_moved", establishment, sentence)


def _lock(establishment: Establishment) -> Establishment:
    """Return the lodging's row, locked until the transaction ends."""
    return Establishment.objects.select_for_update().get(pk=establishment.pk)


@transaction.atomic
def create_token(actor: Actor, *, establishment: Establishment, name: str) -> tuple[ApiToken, str]:
    """Create an API key of the lodging; return it and its secret, which is not stored.

    Conflict if the lodging has too many keys.
    """
    require(actor.kind == "system" or rules.may_issue_tokens(actor, establishment))
    key = new_key(working=selectors.tokens(establishment).count())
    token = ApiToken.objects.create(
        establishment=establishment,
        name=name,
        prefix=key.prefix,
        digest=key.digest,
        created_by=actor.user_id,
    )
    record(actor, "lodging.created_token", token, establishment_id=establishment.pk)
    notify_owner(actor.user_id, "created_key")
    return token, key.secret


@transaction.atomic
def revoke_token(actor: Actor, *, token: ApiToken) -> None:
    """Revoke an API key; its program is refused from the next call on. A revoked key stays as it is."""
    require(rules.may_manage(actor, token.establishment))
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        record(actor, "lodging.revoked_token", token, establishment_id=token.establishment_id)


def admit(secret: str) -> selectors.LodgingProgram | None:
    """Count an API call by the key ``secret`` and return its program; None if the key is not valid.

    Raises TooManyCalls above the limit of calls a minute.
    """
    program = selectors.program_by_token(secret)
    if program is None:
        return None
    quota = count_call(CALLS, str(program.token_id), limit=settings.API_CALLS_A_MINUTE)
    if not quota.allowed:
        raise TooManyCalls(quota.resets_in, quota.headers())
    if program.used_on != clock.today():
        note_token_use(program.token_id)
    return replace(program, quota=quota)


def note_token_use(token_id: int) -> None:
    """Store today as the day on which the API key was last used; nothing is written the second time a day."""
    today = clock.today()
    ApiToken.objects.filter(pk=token_id).exclude(last_used_on=today).update(last_used_on=today)


def send_status_letter(letter: str, establishment_id: int, user_id: int | None) -> None:
    """E-mail the letter ``letter`` (a template's name) about a lodging to one user.

    Without ``user_id`` it goes to all managers of the lodging's business.
    """
    establishment = Establishment.objects.select_related("business", "unit").get(pk=establishment_id)
    if user_id is not None:
        readers = [get_user(user_id)]
    else:
        managers = establishment.business.memberships.filter(role="manager", ended_at__isnull=True)
        readers = [membership.user for membership in managers.select_related("user")]
    path_for = confirmation_path if letter == "registered" else lambda _reader: ""
    template, context = f"lodging/letters/{letter}.txt", {"establishment": establishment}
    write_to_each(readers, lambda reader: _letter(template, reader, confirm_path=path_for(reader), **context))


def send_account_letter(user_id: int) -> None:
    """E-mail an account's owner that somebody tried to register a lodging with the account's address."""
    _letter("lodging/letters/account_exists.txt", get_user(user_id))


def _letter(template: str, reader: User, **context: object) -> None:
    """E-mail the letter of this template to the reader, in the reader's language."""
    send_letter(template, reader.email, language=reader.language, reader=reader, **context)


@transaction.atomic
def redact_closed(actor: Actor) -> int:
    """Empty the personal data of lodgings closed for longer than ``Keep.ACCOUNT``; return their number.

    Their history is deleted.
    """
    before = clock.now() - timedelta(days=Keep.ACCOUNT.value)
    closed = Establishment.objects.filter(status=Status.CLOSED, decided_at__lt=before)
    ids = list(closed.exclude(representative_name=REDACTED).values_list("pk", flat=True))
    Establishment.objects.filter(pk__in=ids).update(
        representative_name=REDACTED,
        representative_birth_date=None,
        representative_phone="",
        representative_id_number="",
        phone="",
        email="",
        decision_reason="",
    )
    events: Any = Establishment._meta.get_field("events").related_model
    events.objects.filter(pgh_obj_id__in=ids).delete()
    if ids:
        record(actor, "lodging.redact", ("lodging.establishment", "batch"), establishments=len(ids))
    return len(ids)
