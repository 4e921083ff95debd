"""The one place that says what a person's copy holds: each model with personal fields is collected or left out.

A model's personal fields are those of its own register (``privacy``); a source names which rows are about a
person, the plain fields that make them readable, and the personal fields it withholds with the reason.
``tests/security/test_data_copy.py`` fails when a model or a field stands nowhere here, and ``make docs`` writes
``docs/reference/personal-copy.md`` from it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Model, Q

from ancu.apps.accounts.enums import Role
from ancu.apps.dossiers.selectors.page import EVENT_SENTENCES
from ancu.apps.messaging.enums import ThreadSide
from ancu.apps.messaging.models import Participant
from ancu.apps.protection.enums import CopySection, Omission
from ancu.engines.exchange import STORED


@dataclass(frozen=True)
class CopySubject:
    """Whose copy it is. 0, "" and nothing stand for what was not shown; no row is about them.

    ``own_dossiers`` are those that he filed by his account for himself.
    """

    user_id: int = 0
    email: str = ""
    account_name: str = ""
    own_dossiers: frozenset[int] = frozenset()
    identity_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class CopySource:
    """One kind of record: ``about`` selects rows about a person; ``context`` are additional plain fields."""

    label: str
    section: CopySection
    about: Callable[[CopySubject], Q]
    context: tuple[str, ...] = ()
    withheld: Mapping[str, Omission] = field(default_factory=dict)
    personal: tuple[str, ...] = ()  # of models without a register of their own: libraries' and histories

    @property
    def model(self) -> type[Model]:
        """The Django model of the kind of record."""
        return apps.get_model(self.label)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the model's fields that the copy shows, in the model's order: personal data and context.

        Withheld fields are left out.
        """
        register = getattr(self.model, "privacy", None)
        names = {*(register.personal if register else ()), *self.personal, *self.context} - set(self.withheld)
        return tuple(name for column in self.model._meta.concrete_fields if (name := column.name) in names)


def _by_user(path: str) -> Callable[[CopySubject], Q]:
    """Return a function that gives, for a person, the condition for records of the person's account.

    ``path`` is the lookup from the record to the account's id. A guest without an account has no such record.
    """
    return lambda subject: Q(**{path: subject.user_id})


def _by_identity(path: str) -> Callable[[CopySubject], Q]:
    """Return a function that gives, for a person, the condition for records of the person's identities.

    ``path`` is the lookup from the record to the identity.
    """
    return lambda subject: Q(**{f"{path}__in": subject.identity_ids})


def _by_dossier(path: str = "dossier__") -> Callable[[CopySubject], Q]:
    """Return a function that gives, for a person, the condition for records of the person's dossiers.

    These are dossiers that the person filed about themselves, or that were filed about the person. ``path`` is the
    lookup from the record to its dossier.
    """
    return lambda subject: (
        Q(**{f"{path}pk__in": subject.own_dossiers}) | Q(**{f"{path}identity__in": subject.identity_ids})
    )


def _all_of(about: Callable[[CopySubject], Q], **more: Any) -> Callable[[CopySubject], Q]:
    """Return a function that gives, for a person, the condition ``about`` with the field values ``more`` added."""
    return lambda subject: about(subject) & Q(**more)


def _invitations(subject: CopySubject) -> Q:
    """Return a condition for invitations to the account's address."""
    return Q(email__iexact=subject.email) if subject.email else Q(pk__in=[])


def _messages(subject: CopySubject) -> Q:
    """Return a condition for messages that the person wrote or that the office wrote to the person.

    Internal notes are left out, and what the office wrote to a company whose agent the person is or was.
    """
    of_company = Participant.objects.filter(side=ThreadSide.COUNTERPART, organisation__isnull=False)
    to_him = Q(thread__participants__user=subject.user_id, side=ThreadSide.OFFICE, staff_only=False)
    return Q(author=subject.user_id) | (to_him & ~Q(thread__in=of_company.values("thread")))


def _represented(subject: CopySubject) -> Q:
    """Return a condition for lodgings that the person manages and represents by name."""
    manages = Q(
        business__memberships__user=subject.user_id,
        business__memberships__role=Role.MANAGER,
        business__memberships__ended_at=None,
    )
    return manages & Q(representative_name__iexact=subject.account_name) & ~Q(representative_name="")


_OTHERS, _TECHNICAL = Omission.OTHERS, Omission.TECHNICAL
_ACCOUNT, _STAYS, _DOSSIERS, _PETITIONS = (
    CopySection.ACCOUNT,
    CopySection.STAYS,
    CopySection.DOSSIERS,
    CopySection.PETITIONS,
)

COLLECTED: tuple[CopySource, ...] = (
    CopySource("accounts.User", _ACCOUNT, _by_user("pk"), ("language", "joined_at", "last_login")),
    CopySource(
        "accounts.Membership", _ACCOUNT, _by_user("user"), ("organisation", "role", "created_at", "ends_on", "ended_at")
    ),
    CopySource("accounts.Invitation", _ACCOUNT, _invitations, ("organisation", "role", "created_at", "accepted_at")),
    CopySource(
        "accounts.Mandate",
        _ACCOUNT,
        _by_user("user"),
        ("organisation", "starts_on", "ends_on", "accepted_at", "revoked_at"),
    ),
    CopySource("accounts.RightsProposal", _ACCOUNT, _by_user("user"), ("kind", "role", "state", "proposed_at")),
    CopySource("accounts.AddressChange", _ACCOUNT, _by_user("user"), ("requested_at", "applied_at", "ended_at")),
    CopySource("account.EmailAddress", _ACCOUNT, _by_user("user"), personal=("email", "verified")),
    CopySource("protection.CopyRequest", _ACCOUNT, _by_user("user"), ("reference", "state", "asked_at", "due_on")),
    CopySource(
        "files.StoredFile",
        _ACCOUNT,
        _by_user("uploaded_by"),
        ("media_type", "size", "sha256", "created_at", "delete_after"),
    ),
    CopySource("stays.Device", _ACCOUNT, _by_user("membership__user"), ("created_at", "seen_at", "cut_off_at")),
    CopySource("travellers.Identity", CopySection.IDENTITY, _by_identity("pk"), withheld={"name_key": _TECHNICAL}),
    CopySource(
        "stays.Stay",
        _STAYS,
        _by_identity("identity"),
        (
            "establishment",
            "unit",
            *(field.name for field in STORED if not field.personal),
            "departure_presumed",
            "declared_at",
            "status",
        ),
        {"name_key": _TECHNICAL},
    ),
    CopySource(
        "stays.StayEvent",
        _STAYS,
        _by_identity("identity"),
        ("establishment", "arrived_on", "expected_departure", "departed_on", "status"),
        personal=("pgh_created_at", *(field.name for field in STORED if field.personal), "withdrawal_reason"),
    ),
    CopySource("stays.ExpiredDocument", _STAYS, _by_identity("stay__identity")),
    CopySource(
        "stays.UndeclaredRow",
        _STAYS,
        _by_identity("stay__identity"),
        ("establishment", "created_at", "state"),
        {"digest": _TECHNICAL, "name_key": _TECHNICAL},
    ),
    CopySource(
        "stays.Confirmation",
        _STAYS,
        _by_identity("stay__identity"),
        ("reference", "purpose", "state", "asked_at", "decided_at", "arrived_on", "stays_until"),
        {"email": _OTHERS},
    ),  # of whoever asked: it needs not be the guest
    CopySource(
        "relay.Forwarding",
        _STAYS,
        _by_identity("stay__identity"),
        ("sent_at", "state"),
        {"settled_reason": Omission.DELIBERATION},
    ),
    CopySource(
        "dossiers.Dossier",
        _DOSSIERS,
        _by_dossier(""),
        ("number", "procedure", "state", "submitted_at", "accepted_at", "due_on", "decided_at", "ended_at", "article"),
        {"search_key": _TECHNICAL, "sponsor_email": _OTHERS},
    ),
    CopySource("dossiers.Component", _DOSSIERS, _by_dossier(), ("dossier", "key", "state", "given_at", "pages")),
    CopySource("dossiers.Filing", _DOSSIERS, _by_dossier(), ("dossier", "number", "sent_at", "papers")),
    CopySource("dossiers.Signature", _DOSSIERS, _by_dossier(), ("dossier", "signed_at")),
    CopySource(
        "dossiers.DossierEvent",
        _DOSSIERS,
        _all_of(_by_dossier(), internal=False, act__in=EVENT_SENTENCES),
        ("dossier", "act", "after", "at", "article"),
        {"data": Omission.DELIBERATION},
    ),
    CopySource("dossiers.Supplement", _DOSSIERS, _by_dossier(), ("dossier", "asked_at", "answer_by", "answered_at")),
    CopySource(  # it names the sponsor too; the letter itself is on the page of the dossier
        "dossiers.OfficialLetter",
        _DOSSIERS,
        _by_dossier(),
        ("dossier", "number", "issued_at"),
        {"content": _OTHERS},
    ),
    CopySource(
        "dossiers.Result",
        _DOSSIERS,
        _by_dossier(),
        ("dossier", "symbol", "valid_from", "valid_until", "delivered_at"),
        {"received_by": _OTHERS, "proof_number": _OTHERS},
    ),
    CopySource(
        "dossiers.ResultCorrection",
        _DOSSIERS,
        _all_of(_by_dossier("result__dossier__"), confirmed=True),
        ("symbol", "valid_from", "valid_until", "decided_at"),
    ),
    CopySource("dossiers.Posting", _DOSSIERS, _by_dossier(), ("dossier", "carrier", "sent_on", "arrived_at")),
    CopySource(
        "dossiers.Payment",
        _DOSSIERS,
        _by_dossier("charge__dossier__"),
        ("vnd", "method", "paid_at"),
        {"payer": _OTHERS},
    ),
    CopySource(
        "listening.Petition",
        _PETITIONS,
        _by_user("user"),
        ("number", "category", "channel", "state", "received_at", "due_on", "closed_at"),
        {"about_person": _OTHERS, "about_key": _OTHERS, "search_key": _TECHNICAL},
    ),
    CopySource(
        "listening.PetitionAnswer",
        _PETITIONS,
        _all_of(_by_user("petition__user"), approved_at__isnull=False),
        ("petition", "outcome", "promised_on", "approved_at"),
    ),
    CopySource(
        "listening.PetitionPromise",
        _PETITIONS,
        _by_user("petition__user"),
        ("petition", "due_on", "made_at", "kept_at"),
    ),
    CopySource("listening.PetitionRemark", _PETITIONS, _by_user("petition__user"), ("petition", "from_office", "at")),
    CopySource("listening.Verdict", _PETITIONS, _by_user("petition__user"), ("petition", "verdict", "rating", "at")),
    CopySource("messaging.Message", CopySection.MESSAGES, _messages, ("side", "sent_at")),
    CopySource("messaging.Notification", CopySection.MESSAGES, _by_user("user"), ("channel", "created_at", "sent_at")),
    CopySource(
        "messaging.InAppNotification",
        CopySection.MESSAGES,
        _by_user("user"),
        ("rung_at", "read_at"),
        {"path": _TECHNICAL},
    ),
    CopySource(
        "messaging.PushAddress",
        CopySection.MESSAGES,
        _by_user("user"),
        ("added_at", "reached_at"),
        {"endpoint": _TECHNICAL},
    ),
    CopySource(
        "lodging.Establishment",
        CopySection.LODGING,
        _represented,
        ("name", "code", "address", "status", "registered_at"),
    ),
    CopySource(
        "usersessions.UserSession",
        CopySection.SIGN_INS,
        _by_user("user"),
        personal=("created_at", "ip", "last_seen_at", "user_agent"),
    ),
    CopySource(
        "mfa.Authenticator", CopySection.SIGN_INS, _by_user("user"), personal=("type", "created_at", "last_used_at")
    ),
)

LEFT_OUT: dict[str, Omission] = {
    "accounts.PendingLetter": Omission.SHORT_LIVED,
    "audit.Event": Omission.OFFICERS,  # who looked, by agency, and signing in are told by selectors.record_views
    "community.Candidate": Omission.UNLINKED,
    "community.HandoverConfirmation": Omission.UNLINKED,
    "community.Donor": Omission.UNLINKED,
    "community.StatementLine": Omission.UNLINKED,
    "community.ProgrammePhoto": Omission.UNLINKED,
    "community.Pledge": Omission.UNLINKED,
    "community.Recipient": Omission.UNLINKED,
    "community.Selection": Omission.OTHERS,
    "community.ProgrammeStatement": Omission.OTHERS,
    "community.UnreadStatementLine": Omission.UNLINKED,
    "community.Voucher": Omission.OTHERS,
    "contact.Broadcast": Omission.OTHERS,
    "desk.TaskFilter": Omission.OFFICERS,
    "dossiers.BankLine": Omission.OTHERS,
    "dossiers.ClientReference": Omission.OTHERS,
    "dossiers.ForeignWorker": Omission.OTHERS,  # the organisation's own list, of which the office sees nothing
    "dossiers.LegalFile": Omission.OTHERS,
    "dossiers.Opinion": Omission.DELIBERATION,
    "files.PartialUpload": Omission.SHORT_LIVED,
    "listening.Attendee": Omission.UNLINKED,
    "listening.HelpRequest": Omission.DELIBERATION,
    "listening.Meeting": Omission.OFFICERS,
    "listening.PetitionTrace": Omission.DELIBERATION,
    "listening.PetitionTransfer": Omission.DELIBERATION,
    "oversight.Alert": Omission.CLOSED,
    "oversight.Inspection": Omission.CLOSED,
    "oversight.MetGuest": Omission.CLOSED,
    "oversight.Notice": Omission.CLOSED,
    "oversight.PlannedVisit": Omission.CLOSED,
    "oversight.AlertTrace": Omission.CLOSED,
    "programs.Delivery": Omission.SHORT_LIVED,
    "protection.Breach": Omission.OTHERS,
    "protection.BreachEntry": Omission.OTHERS,
    "stays.IdempotentResponse": Omission.SHORT_LIVED,
    "stays.Picture": Omission.SHORT_LIVED,
    "stays.Upload": Omission.SHORT_LIVED,
    "surveys.ReadingDoubt": Omission.UNLINKED,
    "surveys.SurveyResponse": Omission.UNLINKED,
    "surveys.Scan": Omission.UNLINKED,
    "surveys.ScannedPage": Omission.UNLINKED,
    "tips.TipMessage": Omission.SEALED,
    "tips.Tip": Omission.SEALED,
    "travellers.TravellerJoin": Omission.DELIBERATION,
    "travellers.Name": Omission.TECHNICAL,
    "travellers.NameWord": Omission.TECHNICAL,
    "travellers.TravellerPair": Omission.DELIBERATION,
}
