"""Mandates of companies to agents: give, accept, revoke, announce the end; and their letters."""

import secrets
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.models import Mandate, Membership, Organisation, User
from ancu.apps.accounts.selectors import actor_for, representatives_of, user_by_email
from ancu.apps.accounts.selectors.limits import is_known
from ancu.apps.accounts.selectors.mandates import ending_mandates
from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, require
from ancu.core.security.privacy import Keep
from ancu.core.security.tokens import digest_of
from ancu.core.web.mail import send_letter, write_to_each

LINK_DAYS = 7
SECRET_BYTES = 24


@transaction.atomic
def give_mandate(
    actor: Actor, *, email: str, procedures: Collection[str], may_submit: bool, starts_on: date, ends_on: date
) -> Mandate:
    """Give a person outside the company a mandate; the letter's job makes the link by which it is accepted.

    Conflict for unfitting days or procedures, for a member of the company, and while a mandate offered to this address
    waits to be accepted.
    """
    require(rules.may_give_mandates(actor))
    company = Organisation.objects.select_for_update(no_key=True).get(pk=actor.organisation_id or 0)
    if not rules.are_days_of_mandate(starts_on, ends_on, clock.today()):
        raise Conflict("days", _("A mandate starts today or later and lasts at most two years."))
    if not procedures or not is_known(procedures):
        raise Conflict("procedures", _("Choose at least one procedure."))
    address = email.strip().lower()
    if company.memberships.filter(user__email__iexact=address, ended_at=None).exists():
        raise Conflict("already_member", _("This person already works with you and needs no mandate."))
    if any(rules.is_offered(mandate) for mandate in company.mandates.filter(email=address, accepted_at=None)):
        raise Conflict("already_offered", _("This person has not accepted your last mandate yet. Revoke it first."))
    mandate = Mandate.objects.create(
        organisation=company,
        email=address,
        procedures=sorted(set(procedures)),
        may_submit=may_submit,
        starts_on=starts_on,
        ends_on=ends_on,
        digest=digest_of(secrets.token_urlsafe(SECRET_BYTES)),
        given_by_id=actor.user_id or 0,
        given_at=clock.now(),
        link_until=clock.now() + timedelta(days=LINK_DAYS),
    )
    scope: dict[str, Any] = {"procedures": mandate.procedures, "may_submit": may_submit}
    record(actor, "accounts.gave_mandate", mandate, **scope, starts=starts_on.isoformat(), ends=ends_on.isoformat())
    enqueue("accounts.send_mandate_offer", mandate_id=mandate.pk)
    return mandate


@transaction.atomic
def accept_mandate(actor: Actor, *, mandate: Mandate) -> Mandate:
    """Accept the mandate as the person to whose address its letter went.

    403 for anybody else and for members of an agency or a lodging; Conflict when it was accepted or revoked, its link
    has expired, or the person works for the company by now.
    """
    locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
    user = User.objects.get(pk=actor.user_id or 0)
    works = Membership.objects.filter(user=user, ended_at=None)
    require(user.email.lower() == locked.email and not works.exclude(organisation__kind="sponsor").exists())
    if works.filter(organisation=locked.organisation_id).exists():
        raise Conflict("already_member", _("You work for this company and need no mandate."))
    if not rules.is_offered(locked) or locked.digest != mandate.digest:
        raise Conflict("mandate_over", _("This mandate has just been accepted or revoked."))
    locked.user, locked.accepted_at = user, clock.now()
    locked.save(update_fields=["user", "accepted_at"])
    record(actor_for(user), "accounts.accepted_mandate", locked)
    enqueue("accounts.send_mandate_letter", mandate_id=locked.pk, letter="accepted")
    return locked


@transaction.atomic
def revoke_mandate(actor: Actor, *, mandate: Mandate) -> None:
    """Revoke the company's mandate: the agent's next page shows nothing of the company any more."""
    locked = Mandate.objects.select_for_update().get(pk=mandate.pk)
    require(rules.may_give_mandates(actor) and locked.organisation_id == actor.organisation_id)
    if not rules.may_revoke_mandate(actor, locked):
        raise overtaken_conflict(actor, "mandate_over", locked, _("This mandate has already ended."))
    locked.revoked_at = clock.now()
    locked.save(update_fields=["revoked_at"])
    record(actor, "accounts.revoked_mandate", locked)
    if locked.user_id is not None:
        enqueue("accounts.send_mandate_letter", mandate_id=locked.pk, letter="revoked")


def hold_mandate(mandate_id: int) -> None:
    """Lock the mandate by which a dossier is submitted now, so that it is not revoked before the commit.

    403 if it was revoked since the request began.
    """
    mandate = Mandate.objects.select_for_update(no_key=True).filter(pk=mandate_id, revoked_at=None).first()
    require(mandate is not None)


def announce_ending_mandates(actor: Actor) -> int:
    """Enqueue the letters about mandates that end within thirty days, once for each; return their number."""
    count = 0
    for mandate in ending_mandates():
        with transaction.atomic():
            if not Mandate.objects.filter(pk=mandate.pk, reminded_at=None).update(reminded_at=clock.now()):
                continue
            record(actor, "accounts.reminded_mandate", mandate, ends=mandate.ends_on.isoformat())
            enqueue("accounts.send_mandate_letter", mandate_id=mandate.pk, letter="ending")
            count += 1
    return count


def redact_mandates() -> int:
    """Delete the addresses of mandates that ended more than ``Keep.ACCOUNT`` ago; return their number."""
    before = clock.today() - timedelta(days=Keep.ACCOUNT.value)
    return Mandate.objects.filter(ends_on__lt=before).exclude(email="").update(email="")


def send_offer(mandate_id: int) -> None:
    """Send the letter with the link by which the mandate is accepted, unless it is not offered any more.

    It is in the language of the agent's account, without one in that of the person who gave the mandate.
    """
    with transaction.atomic():
        mandate = (
            Mandate.objects.select_for_update(of=["self"]).select_related("organisation", "given_by").get(pk=mandate_id)
        )
        if not rules.is_offered(mandate):
            return
        secret = secrets.token_urlsafe(SECRET_BYTES)
        mandate.digest = digest_of(secret)
        mandate.save(update_fields=["digest"])
    path = reverse("dossiers:mandate-accept", args=[secret])
    account = user_by_email(mandate.email)
    letter, language = "accounts/letters/mandate_offer.txt", (account or mandate.given_by).language
    send_letter(letter, mandate.email, language=language, mandate=mandate, path=path, opening=reverse("accounts:open"))


def send_mandate_letter(mandate_id: int, letter: str) -> None:
    """Send the company's representatives and the agent the letter that a mandate was accepted, was revoked or ends."""
    mandate = Mandate.objects.select_related("organisation", "user").get(pk=mandate_id)
    representatives = [membership.user for membership in representatives_of(mandate.organisation)]
    agent = [mandate.user] if mandate.user is not None and mandate.user.is_active else []
    template = f"accounts/letters/mandate_{letter}.txt"

    def write(reader: User) -> None:
        """Send the letter to one reader."""
        path = reverse("dossiers:mandates")
        send_letter(template, reader.email, language=reader.language, mandate=mandate, path=path)

    write_to_each({reader.pk: reader for reader in [*representatives, *agent]}.values(), write)
