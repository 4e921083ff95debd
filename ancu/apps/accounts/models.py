"""Users, organisations, memberships and invitations."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower

from ancu.apps.accounts.enums import AGENCY_KINDS, OrganisationKind, ProposalKind, ProposalState, Role
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.security.privacy import Keep, privacy
from ancu.core.security.tokens import last_day


class UserManager(BaseUserManager["User"]):
    """Users identified by email, compared case-insensitively."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create and save a user with a lower-case address; without ``password`` the account has none."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the user with this e-mail address, compared case-insensitively."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who can sign in."""

    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=150)
    title = models.CharField(
        max_length=60,
        blank=True,
        default="",
        help_text="rank or position, as shown in the header",
    )
    phone = models.CharField(max_length=20, blank=True, default="")
    sign_in_phone = models.CharField(
        max_length=20, blank=True, default="", help_text="a mobile number its owner proved by a code, as +84912345678"
    )
    language = models.CharField(max_length=2, default="vi")
    page_language = models.CharField(
        max_length=7,
        blank=True,
        db_default="",
        default="",
        help_text="a third language, in which public pages are read",
    )
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    privacy = privacy(
        personal={
            "email": Keep.ACCOUNT,
            "full_name": Keep.ACCOUNT,
            "phone": Keep.ACCOUNT,
            "sign_in_phone": Keep.ACCOUNT,
            "title": Keep.ACCOUNT,
        },
        plain="id password last_login language page_language is_active joined_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.UniqueConstraint(
                fields=["sign_in_phone"], condition=~models.Q(sign_in_phone=""), name="user_sign_in_phone_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or self.email

    @property
    def chosen_language(self) -> str:
        """The language that the person chose for pages; letters are in ``language``."""
        return self.page_language or self.language

    def get_full_name(self) -> str:
        """Return the user's full name, by which Django and its libraries show the user."""
        return self.full_name


class Organisation(models.Model):
    """An agency (with its units), a lodging business, or a sponsor."""

    kind = models.CharField(max_length=20, choices=OrganisationKind)
    name = models.CharField(max_length=200)
    tax_code = models.CharField(max_length=14, blank=True, default="", help_text="as the organisation states it")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="branches")
    jurisdiction = models.ManyToManyField(AdministrativeUnit, blank=True, related_name="agencies")
    is_inspectorate = models.BooleanField(default=False, help_text="the agency that answers petitions about the office")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="an agency that exists no more")

    privacy = privacy(plain="id kind name tax_code parent jurisdiction is_inspectorate created_at closed_at")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_inspectorate"], condition=models.Q(is_inspectorate=True), name="one_inspectorate"
            ),
            models.CheckConstraint(
                condition=models.Q(is_inspectorate=False)
                | models.Q(kind=OrganisationKind.AGENCY, parent__isnull=False),
                name="inspectorate_is_not_the_office",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One user, one organisation, one role, from a day until a day."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)
    ends_on = models.DateField(null=True, blank=True, help_text="the last day; officers have one, others need none")
    announced_days = models.PositiveSmallIntegerField(null=True, help_text="its end was announced so many days before")
    ended_at = models.DateTimeField(null=True, blank=True)
    procedures = ArrayField(
        models.CharField(max_length=40),
        null=True,
        blank=True,
        help_text="codes of what a sponsor's clerk may prepare; null: every procedure",
    )
    may_submit = models.BooleanField(default=False, db_default=False, help_text="a sponsor's clerk may also submit")

    privacy = privacy(
        plain="id user organisation role created_at ends_on announced_days ended_at procedures may_submit"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "organisation", "role"],
                condition=models.Q(ended_at__isnull=True),
                name="one_open_membership",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.organisation}"


class Delegation(models.Model):
    """A delegation: during a leave, a colleague of the same role acts in this membership."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(Membership, models.PROTECT, related_name="stands_in")
    starts_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id membership delegate starts_on ends_on made_at revoked_at")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="delegation_has_days"),
            models.CheckConstraint(condition=~models.Q(delegate=models.F("membership")), name="delegation_to_another"),
        ]

    def __str__(self) -> str:
        return f"delegation {self.pk}"


class Mandate(models.Model):
    """A sponsor's mandate to a person outside it: chosen procedures, from a day until a day.

    The person accepts it by the link of a letter to ``email``; until then there is no ``user``. Its last day ends it
    without a job: who acts by it is asked for each page (``selectors.acting``).
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="mandates")
    email = models.EmailField(max_length=254)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="mandates")
    procedures = ArrayField(models.CharField(max_length=40), help_text="codes of what the agent prepares")
    may_submit = models.BooleanField(default=False)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day")
    digest = models.CharField(max_length=64, unique=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    link_until = models.DateTimeField(help_text="until when the link of the letter works")
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True, help_text="its end was announced")

    privacy = privacy(
        personal={"email": Keep.ACCOUNT},
        plain="id organisation user procedures may_submit starts_on ends_on digest given_by given_at link_until"
        " accepted_at revoked_at reminded_at",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="mandate_has_days"),
            models.CheckConstraint(
                condition=models.Q(user__isnull=True, accepted_at__isnull=True)
                | models.Q(user__isnull=False, accepted_at__isnull=False),
                name="mandate_accepted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"mandate {self.pk} of {self.organisation}"


class OrganisationToken(models.Model):
    """An API key of one organisation. The token is shown once; only its SHA-256 is stored.

    It acts in one representative's membership, who is responsible for what it files, and ends with that membership.
    """

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(default=last_day, help_text="the last day on which it works")
    revoked_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(plain="id membership name prefix digest created_at last_used_on expires_on revoked_at")

    def __str__(self) -> str:
        return f"{self.prefix}… ({self.name})"


class Invitation(models.Model):
    """An invitation to join an organisation; its link contains a secret of which only the hash is stored."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="invitations")
    email = models.EmailField(max_length=254)
    full_name = models.CharField(max_length=150, blank=True, default="", help_text="an officer's, as two confirmed it")
    role = models.CharField(max_length=20, choices=Role)
    ends_on = models.DateField(null=True, blank=True, help_text="the last day of an officer's membership")
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    privacy = privacy(
        personal={"email": Keep.ACCOUNT, "full_name": Keep.ACCOUNT},
        plain="id organisation role ends_on digest invited_by created_at expires_at accepted_at revoked_at",
    )

    def __str__(self) -> str:
        return f"invitation {self.pk} to {self.organisation}"


class RightsProposal(models.Model):
    """One administrator proposes to widen an officer's rights or to change an agency; another confirms or refuses.

    ``basis`` is a digest of the rights, or of the agency, when it was proposed: after any change it cannot be
    confirmed.
    """

    kind = models.CharField(max_length=12, choices=ProposalKind)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="none for a new address")
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+", help_text="what is moved")
    agency = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=20, choices=Role, blank=True, default="")
    ends_on = models.DateField(null=True)
    email = models.EmailField(max_length=254, blank=True, default="")
    full_name = models.CharField(max_length=150, blank=True, default="")
    units = models.ManyToManyField(AdministrativeUnit, blank=True, related_name="+", help_text="of the agency")
    reason = models.CharField(max_length=500, blank=True, default="")
    refusal = models.CharField(max_length=500, blank=True, default="", help_text="why it was not confirmed")
    basis = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=ProposalState, default=ProposalState.OPEN)
    proposed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    privacy = privacy(
        personal=dict.fromkeys(("email", "full_name", "reason", "refusal"), Keep.ACCOUNT),
        plain="id kind user membership agency role ends_on units basis state proposed_by proposed_at decided_by"
        " decided_at",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state=ProposalState.CONFIRMED) | ~models.Q(decided_by=models.F("proposed_by")),
                name="proposal_confirmed_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"proposal {self.pk}"

    @property
    def is_about_agency(self) -> bool:
        """Whether the proposal changes an agency rather than an officer's rights."""
        return self.kind in AGENCY_KINDS


class PendingLetter(models.Model):
    """What a letter needs and a job must not hold; deleted as the letter leaves."""

    user = models.ForeignKey(User, models.CASCADE, null=True, related_name="+", help_text="none for a new address")
    email = models.EmailField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    content = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    privacy = privacy(personal={"email": Keep.LETTER, "content": Keep.LETTER}, plain="id user language created_at")

    def __str__(self) -> str:
        return f"letter {self.pk}"


class AddressChange(models.Model):
    """Another address to sign in by: it waits until both addresses confirmed it, or the new one and three days passed.

    Until those three days are over the former address may undo it, also when it was made (``rules.may_undo``).
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="address_changes")
    old_email = models.EmailField(max_length=254)
    new_email = models.EmailField(max_length=254)
    requested_at = models.DateTimeField()
    new_confirmed_at = models.DateTimeField(null=True, blank=True)
    old_confirmed_at = models.DateTimeField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="cancelled, undone, or never confirmed")

    privacy = privacy(
        personal={"old_email": Keep.ACCOUNT, "new_email": Keep.ACCOUNT},
        plain="id user requested_at new_confirmed_at old_confirmed_at applied_at ended_at",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(applied_at__isnull=True, ended_at__isnull=True),
                name="one_open_address_change",
            )
        ]

    def __str__(self) -> str:
        return f"address change {self.pk}"
