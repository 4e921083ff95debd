"""Register people, invite, delegate, and manage memberships and API keys."""

import secrets
from datetime import date, timedelta

from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ancu.apps.accounts import rules
from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import (
    AddressChange,
    Delegation,
    Invitation,
    Membership,
    Organisation,
    OrganisationToken,
    PendingLetter,
    RightsProposal,
    User,
)
from ancu.apps.accounts.selectors import actor_for, possible_delegates, profile_values, tokens_of_same_organisation
from ancu.apps.accounts.selectors.sessions import existing_sessions
from ancu.apps.accounts.services.account_security import notify_owner as notify_owner
from ancu.apps.accounts.services.address_changes import is_reserved
from ancu.apps.accounts.services.opening import opening_token as opening_token
from ancu.apps.accounts.services.opening import read_opening as read_opening
from ancu.apps.accounts.services.opening import request_opening as request_opening
from ancu.apps.accounts.services.opening import send_opening as send_opening
from ancu.apps.accounts.services.signing_in import choose_password as choose_password
from ancu.apps.accounts.services.signing_in import enable_totp as enable_totp
from ancu.apps.accounts.services.signing_in import end_other_sessions as end_other_sessions
from ancu.apps.accounts.services.signing_in import end_session as end_session
from ancu.apps.accounts.services.signing_in import move_session as move_session
from ancu.apps.accounts.services.signing_in import send_sign_in_phone_letter as send_sign_in_phone_letter
from ancu.apps.accounts.services.signing_in import set_sign_in_phone as set_sign_in_phone
from ancu.apps.accounts.services.signing_in import sign_in as sign_in
from ancu.apps.audit.selectors import overtaken_conflict, require_edition
from ancu.apps.audit.services import record
from ancu.core import clock
from ancu.core.actor import Actor, ActorKind
from ancu.core.db.jobs import enqueue
from ancu.core.errors import Conflict, Http404, require
from ancu.core.security.privacy import REDACTED, Keep, redacted_key
from ancu.core.security.tokens import digest_of, new_key
from ancu.core.web.language import data_language
from ancu.core.web.mail import send_letter

INVITATION_DAYS = 7
SECRET_BYTES = 24


def create_account(
    *, email: str, password: str, full_name: str, phone: str = "", language: str = "vi", verified: bool = False
) -> User | None:
    """Create a user with an e-mail address and return it; None if the address is taken or reserved.

    Both cases take equally long, so that nobody learns which addresses have an account.
    """
    address = email.strip().lower()
    hashed = make_password(password)
    if is_reserved(address):
        return None
    try:
        with transaction.atomic():
            user = User.objects.create(
                email=address, password=hashed, full_name=full_name, phone=phone, **_language_fields(language)
            )
    except IntegrityError:
        return None
    EmailAddress.objects.create(user=user, email=address, primary=True, verified=verified)
    record(actor_for(user), "accounts.created", user)
    return user


def _language_fields(language: str) -> dict[str, str]:
    """Return the user's fields for a chosen language: letters to readers of a third one are in English."""
    letters = data_language(language)
    return {"language": letters, "page_language": "" if language == letters else language}


def confirmation_path(user: User) -> str:
    """Return the path of the link that confirms the user's e-mail address; "" if it is confirmed."""
    address = EmailAddress.objects.filter(user=user, primary=True, verified=False).first()
    return reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(address).key]) if address else ""


@transaction.atomic
def found_business(user: User, name: str) -> Membership:
    """Create a lodging business with the user as its first manager; return the membership."""
    business = Organisation.objects.create(kind=OrganisationKind.LODGING_BUSINESS, name=name)
    membership = Membership.objects.create(user=user, organisation=business, role=Role.MANAGER)
    record(actor_for(user, membership.pk), "accounts.founded", business, membership_id=membership.pk)
    return membership


@transaction.atomic
def found_sponsor(user: User, *, name: str, tax_code: str) -> Membership:
    """Create a sponsoring organisation with the user as its representative; return the membership.

    Another organisation may have stated the same tax code: refusing it here would reveal who is registered. The
    office compares when it checks the legal file, without which nothing can be sent.
    """
    require(rules.may_found_sponsor(actor_for(user)))
    organisation = Organisation.objects.create(kind=OrganisationKind.SPONSOR, name=name, tax_code=tax_code)
    membership = Membership.objects.create(user=user, organisation=organisation, role=Role.REPRESENTATIVE)
    record(actor_for(user, membership.pk), "accounts.founded_sponsor", organisation, membership_id=membership.pk)
    return membership


@transaction.atomic
def open_account(
    *, email: str, password: str, full_name: str, phone: str, language: str, organisation: dict[str, str] | None = None
) -> User | None:
    """Create an account with a verified e-mail address; with ``organisation`` also the sponsor it represents.

    None if the address has an account by now.
    """
    user = create_account(
        email=email, password=password, full_name=full_name, phone=phone, language=language, verified=True
    )
    if user is not None and organisation is not None:
        found_sponsor(user, **organisation)
    return user


@transaction.atomic
def invite(actor: Actor, *, email: str, role: str) -> Invitation:
    """Send an invitation to ``email``, to join the actor's organisation with this role.

    Conflict for a member with this role or a pending invitation. The letter's job creates the link's secret, which is
    stored nowhere else.
    """
    require(rules.may_invite_as(actor, role))
    business = Organisation.objects.select_for_update().get(pk=actor.organisation_id or 0)
    address = email.strip().lower()
    if Membership.objects.filter(
        user__email__iexact=address, organisation=business, role=role, ended_at__isnull=True
    ).exists():
        raise Conflict("already_member", _("This person already works with you."))
    if any(rules.is_open(pending) for pending in business.invitations.filter(email=address)):
        raise Conflict("already_invited", _("This person has already been invited. You can send the invitation again."))
    invitation = Invitation.objects.create(
        organisation=business,
        email=address,
        role=role,
        digest=digest_of(secrets.token_urlsafe(SECRET_BYTES)),
        invited_by_id=actor.user_id or 0,
        expires_at=clock.now() + timedelta(days=INVITATION_DAYS),
    )
    record(actor, "accounts.invited", invitation, role=role)
    enqueue("accounts.send_invitation", invitation_id=invitation.pk)
    return invitation


@transaction.atomic
def resend_invitation(actor: Actor, *, invitation: Invitation) -> None:
    """Send a new letter with a new link for seven days; the old link expires."""
    invitation = _lock_invitation(actor, invitation)
    invitation.expires_at = clock.now() + timedelta(days=INVITATION_DAYS)
    invitation.save(update_fields=["expires_at"])
    record(actor, "accounts.reinvited", invitation)
    enqueue("accounts.send_invitation", invitation_id=invitation.pk)


@transaction.atomic
def revoke_invitation(actor: Actor, *, invitation: Invitation) -> None:
    """Withdraw the invitation; its link expires at once."""
    invitation = _lock_invitation(actor, invitation)
    invitation.revoked_at = clock.now()
    invitation.save(update_fields=["revoked_at"])
    record(actor, "accounts.revoked_invitation", invitation)


def _lock_invitation(actor: Actor, invitation: Invitation) -> Invitation:
    """Return the actor's organisation's invitation, locked; Conflict if it was accepted or withdrawn."""
    require(rules.may_invite(actor) and invitation.organisation_id == actor.organisation_id)
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at or locked.revoked_at:
        sentence = _("This invitation has already been accepted or withdrawn.")
        raise overtaken_conflict(actor, "invitation_over", locked, sentence)
    return locked


def renew_secret(invitation: Invitation) -> str:
    """Replace the secret of an invitation's link and return the new one, for a letter about to be sent.

    Only its digest is stored.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    invitation.digest = digest_of(secret)
    invitation.save(update_fields=["digest"])
    return secret


def send_invitation(invitation_id: int) -> None:
    """Send the letter with the link, unless the invitation was accepted, withdrawn or has expired."""
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(of=["self"])
            .select_related("organisation", "invited_by")
            .get(pk=invitation_id)
        )
        if not rules.is_open(invitation):
            return
        secret = renew_secret(invitation)
    send_letter(
        "accounts/letters/invitation.txt",
        invitation.email,
        language=invitation.invited_by.language,
        invitation=invitation,
        path=reverse("accounts:invitation", args=[secret]),
    )


@transaction.atomic
def accept_invitation(invitation: Invitation, user: User) -> Membership:
    """Create the membership to which the user was invited.

    403 unless the invitation was sent to the user's address; Conflict if it was accepted, withdrawn, has expired or
    its link was replaced.
    """
    locked = Invitation.objects.select_for_update().select_related("organisation").get(pk=invitation.pk)
    require(user.email.lower() == locked.email)
    if not rules.is_open(locked) or locked.digest != invitation.digest:
        raise Conflict("invitation_over", _("Someone has just accepted or withdrawn this invitation."))
    membership, _created = Membership.objects.get_or_create(
        user=user,
        organisation=locked.organisation,
        role=locked.role,
        ended_at=None,
        defaults={"ends_on": locked.ends_on},
    )
    locked.accepted_at = clock.now()
    locked.save(update_fields=["accepted_at"])
    EmailAddress.objects.filter(user=user, email__iexact=locked.email).update(verified=True)
    record(actor_for(user, membership.pk), "accounts.joined", locked, membership_id=membership.pk)
    return membership


@transaction.atomic
def accept_as_new(invitation: Invitation, *, full_name: str, phone: str, password: str, language: str) -> Membership:
    """Create account and membership of an invited person; Conflict if the address has an account by now.

    The letter proved the address.
    """
    user = create_account(
        email=invitation.email, password=password, full_name=full_name, phone=phone, language=language, verified=True
    )
    if user is None:
        raise Conflict("account_exists", _("You already have an account. Sign in, then open the link again."))
    return accept_invitation(invitation, user)


@transaction.atomic
def end_membership(actor: Actor, *, membership: Membership) -> None:
    """End a colleague's membership at once, also in open browsers; Conflict if it has ended already."""
    require(rules.may_end(actor, membership))
    locked = Membership.objects.select_for_update().get(pk=membership.pk)
    if locked.ended_at:
        raise overtaken_conflict(actor, "membership_over", locked, _("This membership has ended."))
    locked.ended_at = clock.now()
    locked.save(update_fields=["ended_at"])
    record(actor, "accounts.ended_membership", locked, member_id=locked.user_id)


@transaction.atomic
def delegate(actor: Actor, *, mate_id: int, starts_on: date, ends_on: date) -> Delegation:
    """Delegate the actor's current membership to the colleague with the membership ``mate_id``.

    404 for a colleague who may not represent the actor. Conflict for invalid days, or if the work of either is
    delegated on them or the actor represents somebody then.
    """
    require(rules.may_delegate(actor))
    mate = next((colleague for colleague in possible_delegates(actor) if colleague.pk == mate_id), None)
    if mate is None:
        raise Http404
    if not rules.are_days_of_leave(starts_on, ends_on, clock.today()):
        raise Conflict("days", _("A leave must start today or later and can last up to two months."))
    # Lock both in a fixed order, so that two mutual delegations do not deadlock.
    list(Membership.objects.select_for_update().filter(pk__in=[actor.membership_id, mate.pk]).order_by("pk"))
    overlapping = Delegation.objects.filter(revoked_at=None, starts_on__lte=ends_on, ends_on__gte=starts_on)
    if overlapping.filter(membership_id=actor.membership_id or 0).exists():
        raise Conflict("overlap", _("Your work is already handed over on some of these days."))
    if overlapping.filter(membership__user_id=mate.user_id).exists():
        raise Conflict("mate_away", _("This colleague is also on leave on some of these days."))
    if overlapping.filter(delegate__user_id=actor.user_id or 0).exists():
        raise Conflict("stands_in", _("You are covering for someone on some of these days."))
    delegation = Delegation.objects.create(
        membership_id=actor.membership_id or 0, delegate=mate, starts_on=starts_on, ends_on=ends_on, made_at=clock.now()
    )
    record(actor, "accounts.delegated", delegation, to=mate.user_id, until=ends_on.isoformat())
    enqueue("desk.tell_stand_in", delegation_id=delegation.pk)
    return delegation


@transaction.atomic
def revoke_delegation(actor: Actor, *, delegation: Delegation) -> None:
    """End a delegation of the actor's own membership early; Conflict if it is over already."""
    locked = Delegation.objects.select_for_update().get(pk=delegation.pk)
    require(rules.may_delegate(actor) and locked.membership_id == actor.membership_id)
    if not rules.may_revoke(actor, locked):
        raise Conflict("over", _("This has already ended."))
    locked.revoked_at = clock.now()
    locked.save(update_fields=["revoked_at"])
    record(actor, "accounts.ended_delegation", locked, to=locked.delegate.user_id)


@transaction.atomic
def create_token(actor: Actor, *, name: str, membership: Membership | None = None) -> tuple[OrganisationToken, str]:
    """Create an API key for a program of the sponsoring organisation; return it and its text.

    The text is not stored. The key acts for the representative who creates it; the command line names one by
    ``membership``.
    """
    by_command = actor.kind is ActorKind.SYSTEM and membership is not None and membership.role == Role.REPRESENTATIVE
    require(by_command or (membership is None and rules.may_manage_tokens(actor)))
    own = membership.pk if membership else actor.membership_id or 0
    key = new_key(working=tokens_of_same_organisation(own).count())
    token = OrganisationToken.objects.create(membership_id=own, name=name, prefix=key.prefix, digest=key.digest)
    record(actor, "accounts.created_token", token)
    notify_owner(actor.user_id, "created_key")
    return token, key.secret


@transaction.atomic
def revoke_token(actor: Actor, *, token: OrganisationToken) -> None:
    """Revoke an API key; the program's next call is refused."""
    require(rules.may_manage_tokens(actor) and token.membership.organisation_id == actor.organisation_id)
    if OrganisationToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clock.now()):
        record(actor, "accounts.revoked_token", token)


def record_token_use(token_id: int) -> None:
    """Store the day on which an API key was last used, with at most one write a day."""
    today = clock.today()
    OrganisationToken.objects.filter(pk=token_id).exclude(last_used_on=today).update(last_used_on=today)


@transaction.atomic
def update_profile(actor: Actor, *, full_name: str, phone: str, language: str, edition: str = "") -> None:
    """Save the person's name, phone and language; the audit records which fields changed, not their values.

    Conflict ``changed_since`` when the page showed another ``edition``.
    """
    user = User.objects.select_for_update().get(pk=actor.user_id or 0)
    values = {"full_name": full_name, "phone": phone, **_language_fields(language)}
    changed = sorted(name for name, value in values.items() if getattr(user, name) != value)
    if changed:
        present = profile_values(user)
        require_edition(actor, edition, present, user, only=Q(act="accounts.updated_profile"))
        User.objects.filter(pk=user.pk).update(**values)
        record(actor, "accounts.updated_profile", user, fields=changed)


def save_language(user_id: int, language: str) -> None:
    """Save the language in which a user reads pages, and letters as far as they exist in it."""
    User.objects.filter(pk=user_id).update(**_language_fields(language))


@transaction.atomic
def redact_accounts(actor: Actor) -> tuple[int, int]:
    """Delete personal data of accounts and invitations that ended longer ago than ``Keep.ACCOUNT``.

    Return the number of accounts and the number of invitations.
    """
    before = clock.now() - timedelta(days=Keep.ACCOUNT.value)
    recent = Membership.objects.filter(Q(ended_at=None) | Q(ended_at__gte=before), user_id=OuterRef("pk"))
    closed = User.objects.alias(last=Greatest("joined_at", Coalesce("last_login", F("joined_at"))))
    users = closed.filter(~Exists(recent), is_active=False, last__lt=before).exclude(full_name=REDACTED)
    ids = list(users.values_list("pk", flat=True))
    for model in (EmailAddress, Authenticator, SocialAccount):
        model.objects.filter(user_id__in=ids).delete()
    User.objects.filter(pk__in=ids).update(
        email=redacted_key("@invalid"),
        full_name=REDACTED,
        phone="",
        sign_in_phone="",
        title="",
        password=make_password(None),
    )
    AddressChange.objects.filter(Q(user_id__in=ids) | Q(requested_at__lt=before)).delete()
    invitations = Invitation.objects.filter(expires_at__lt=before).exclude(email="").update(email="", full_name="")
    PendingLetter.objects.filter(created_at__lt=clock.now() - timedelta(days=Keep.LETTER.value)).delete()
    RightsProposal.objects.filter(proposed_at__lt=before).exclude(email="", reason="", refusal="").update(
        email="", full_name="", reason="", refusal=""
    )
    UserSession.objects.exclude(pk__in=existing_sessions().values("pk")).delete()
    if ids or invitations:
        record(actor, "accounts.redact", ("accounts.user", "batch"), users=len(ids), invitations=invitations)
    return len(ids), invitations
