"""Every field is declared personal or plain, and what is personal is really emptied when its period ends."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pgtrigger
import pytest
from django.apps import apps
from django.db import models

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.models import AddressChange, Invitation, Mandate, PendingLetter, RightsProposal, User
from ancu.apps.accounts.services import redact_accounts
from ancu.apps.accounts.services.mandates import redact_mandates
from ancu.apps.accounts.tests.factories import make_user
from ancu.apps.audit.models import Event
from ancu.apps.community.models import Donor
from ancu.apps.community.services.retention import OF_HELP
from ancu.apps.community.services.retention import redact as redact_help
from ancu.apps.community.tests.factories import ProgrammeBook
from ancu.apps.contact.models import Broadcast
from ancu.apps.contact.services.broadcasts import redact as redact_broadcasts
from ancu.apps.contact.tests.factories import make_broadcast
from ancu.apps.desk.models import TaskFilter
from ancu.apps.dossiers.enums import LegalFileState, State
from ancu.apps.dossiers.models import (
    BankLine,
    BankStatement,
    ClientReference,
    Component,
    Dossier,
    DossierEvent,
    Filing,
    ForeignWorker,
    LegalFile,
    OfficialLetter,
    Opinion,
    Payment,
    Posting,
    Result,
    ResultCorrection,
    Signature,
    Supplement,
)
from ancu.apps.dossiers.services import filing
from ancu.apps.dossiers.services import retention as old_dossiers
from ancu.apps.dossiers.tests.factories import make_cast, make_dossier, make_draft, make_legal_file
from ancu.apps.files import services as files
from ancu.apps.files.models import PartialUpload, StoredFile
from ancu.apps.listening.services.retention import MEETINGS as OF_MEETINGS
from ancu.apps.listening.services.retention import PETITIONS as OF_PETITIONS
from ancu.apps.lodging.enums import EstablishmentStatus
from ancu.apps.lodging.models import Establishment
from ancu.apps.lodging.services import redact_closed
from ancu.apps.lodging.tests.factories import World
from ancu.apps.messaging.models import InAppNotification, Message, Notification, PushAddress
from ancu.apps.messaging.services import notify, post_message, redact
from ancu.apps.oversight.models import Alert, AlertTrace, Inspection, MetGuest, Notice, PlannedVisit
from ancu.apps.oversight.services.deciding import dismiss
from ancu.apps.oversight.services.retention import redact_alerts, redact_inspections, redact_notices
from ancu.apps.oversight.tests.factories import make_alert, make_inspection, make_notice, make_plan
from ancu.apps.programs.models import Delivery
from ancu.apps.protection.models import Breach, BreachEntry, CopyRequest
from ancu.apps.relay.models import Forwarding
from ancu.apps.relay.services.reconciling import redact as redact_forwardings
from ancu.apps.relay.tests.factories import make_forwarding
from ancu.apps.stays.enums import UploadState
from ancu.apps.stays.models import (
    Confirmation,
    Device,
    ExpiredDocument,
    IdempotentResponse,
    Picture,
    Stay,
    UndeclaredRow,
    Upload,
)
from ancu.apps.stays.services import change_room, confirmations, correct, devices, retention
from ancu.apps.stays.services.undeclared import redact_undeclared
from ancu.apps.stays.tests.factories import make_stay, make_undeclared
from ancu.apps.surveys.models import PrintRun, ReadingDoubt, Scan, ScannedPage, SurveyResponse
from ancu.apps.surveys.services.retention import redact as redact_surveys
from ancu.apps.surveys.tests.factories import make_addresses
from ancu.apps.tips.models import Tip, TipMessage
from ancu.apps.travellers.models import Identity, MatchKey, Name, NameWord, TravellerJoin, TravellerPair
from ancu.apps.travellers.services import repair_names
from ancu.apps.travellers.services.joining import join, undo
from ancu.apps.travellers.tests.factories import make_pair
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.security.privacy import Keep
from ancu.core.testing import texts as screen_texts

JOB = system("test")
# The chain would break if an event changed: old events go with their whole table part, by the owner's role.
NEVER_EMPTIED = {("audit.Event", "reason")}


def ours() -> list[type[models.Model]]:
    """Our models; those that django-pghistory makes copy the fields of ours and are emptied with them."""
    own_models = [model for model in apps.get_models() if model.__module__.startswith("ancu.")]
    return [model for model in own_models if not any(f.name == "pgh_id" for f in model._meta.get_fields())]


@pytest.mark.parametrize("model", ours(), ids=lambda model: model._meta.label)
def test_every_field_is_declared(model: Any) -> None:
    own = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    personal, plain = set(model.privacy.personal), set(model.privacy.plain)
    assert personal | plain == own
    assert personal & plain == set()


def personal_fields() -> Iterator[tuple[str, str]]:
    for model in ours():
        for name in model.privacy.personal:  # type: ignore[attr-defined]
            yield model._meta.label, name


def test_every_personal_field_has_a_test_that_empties_it() -> None:
    emptied = {(model._meta.label, name) for model, names in EMPTIED.items() for name in names}
    assert set(personal_fields()) - NEVER_EMPTIED == emptied


OF_A_DOSSIER: list[Any] = [
    Dossier, ClientReference, Component, Filing, Signature, DossierEvent, Supplement, Opinion, Result, Payment,
    BankLine, OfficialLetter, Posting, LegalFile, ResultCorrection,
]  # fmt: skip
EMPTIED: dict[type[models.Model], set[str]] = {
    AddressChange: set(AddressChange.privacy.personal),
    PendingLetter: set(PendingLetter.privacy.personal),  # deleted whole: tests/security/test_secrets.py
    Stay: set(Stay.privacy.personal),
    ExpiredDocument: set(ExpiredDocument.privacy.personal),  # deleted with the stay's other words
    Identity: set(Identity.privacy.personal),
    Name: {"key"},
    NameWord: {"word"},
    TravellerPair: set(TravellerPair.privacy.personal),
    TravellerJoin: set(TravellerJoin.privacy.personal),
    Alert: set(Alert.privacy.personal),
    AlertTrace: set(AlertTrace.privacy.personal),
    Notice: set(Notice.privacy.personal),
    Inspection: set(Inspection.privacy.personal),
    MetGuest: set(MetGuest.privacy.personal),
    PlannedVisit: set(PlannedVisit.privacy.personal),
    IdempotentResponse: {"body"},
    Confirmation: set(Confirmation.privacy.personal),
    Delivery: set(Delivery.privacy.personal),  # deleted whole: programs/tests/test_webhooks.py
    Forwarding: set(Forwarding.privacy.personal),
    Upload: set(Upload.privacy.personal),
    Picture: set(Picture.privacy.personal),
    UndeclaredRow: set(UndeclaredRow.privacy.personal),
    Device: {"name"},
    StoredFile: {"name"},
    PartialUpload: {"name"},
    User: set(User.privacy.personal),
    Invitation: {"email", "full_name"},
    Mandate: {"email"},
    RightsProposal: {"email", "full_name", "reason", "refusal"},
    Establishment: set(Establishment.privacy.personal),
    Message: set(Message.privacy.personal),
    Notification: set(Notification.privacy.personal),
    InAppNotification: set(
        InAppNotification.privacy.personal
    ),  # deleted whole, as devices: messaging/tests/test_bells.py
    PushAddress: set(PushAddress.privacy.personal),
    TaskFilter: set(TaskFilter.privacy.personal),  # deleted whole: desk/tests/test_filters.py
    Broadcast: set(Broadcast.privacy.personal),
    Tip: set(Tip.privacy.personal),  # deleted whole: tips/tests/test_handlers.py
    TipMessage: set(TipMessage.privacy.personal),
    SurveyResponse: set(SurveyResponse.privacy.personal),
    Scan: {"name"},
    ScannedPage: {"picture"},
    ReadingDoubt: {"guess", "crop"},
    Breach: set(Breach.privacy.personal),  # tests/security/test_breach_register.py
    BreachEntry: set(BreachEntry.privacy.personal),
    ForeignWorker: set(ForeignWorker.privacy.personal),  # deleted whole: dossiers/tests/test_workers.py
    CopyRequest: set(CopyRequest.privacy.personal),  # tests/security/test_copy_requests.py
} | {
    model: set(model.privacy.personal)
    for model in (*OF_A_DOSSIER, *OF_PETITIONS, *OF_MEETINGS, *OF_HELP)  # tests of listening and of community
}


def gone(row: Any, before: dict[str, Any]) -> None:
    """No personal field of ``row`` holds what it held."""
    row.refresh_from_db()
    for name in type(row).privacy.personal:
        assert not before[name] or getattr(row, name) != before[name], name


def remember(row: Any) -> dict[str, Any]:
    return {name: getattr(row, name) for name in type(row).privacy.personal}


def test_an_old_stay_is_emptied_with_its_history_and_identity(world: World) -> None:
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    old = make_stay(world.lodging, arrived_on=past, purpose="tourism", withdrawal_reason="", entry_paper="visa")
    young = make_stay(world.lodging, "OTHER GUEST", arrived_on=past + timedelta(days=8))
    change_room(actor=world.actor("alice"), stay_id=old.pk, room="305")
    old.refresh_from_db()
    stay, identity = remember(old), remember(old.identity)
    ExpiredDocument.objects.create(stay=old, expired_on=past - timedelta(days=1))
    assert retention.redact_stays(JOB) == 1
    gone(old, stay)
    gone(old.identity, identity)
    assert not old.events.exists()  # type: ignore[attr-defined]
    history: Any = ExpiredDocument._meta.get_field("events").related_model
    assert not ExpiredDocument.objects.exists() and not history.objects.exists()
    young.refresh_from_db()
    assert young.full_name == "OTHER GUEST"
    assert retention.redact_stays(JOB) == 0
    assert Event.objects.get(act="stays.redact").details == {"stays": 1}


def test_what_the_portal_was_told_goes_with_the_stay(world: World) -> None:
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    old = make_forwarding(
        make_stay(world.lodging, arrived_on=past), sent_record={"hoTen": "A"}, settled_reason="entered there"
    )
    before = remember(old)
    assert redact_forwardings(JOB) == 0
    retention.redact_stays(JOB)
    assert redact_forwardings(JOB) == 1
    gone(old, before)


def test_an_identity_with_a_younger_stay_is_kept(world: World) -> None:
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    old = make_stay(world.lodging, arrived_on=past, departed_on=past)
    make_stay(world.lodging, identity=old.identity)
    before = old.identity.full_name
    assert retention.redact_stays(JOB) == 1
    old.identity.refresh_from_db()
    assert old.identity.full_name == before


def test_a_word_is_forgotten_with_the_last_name_that_held_it(world: World) -> None:
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    make_stay(world.lodging, "HOFFMANN JÖRG", arrived_on=past)
    make_stay(world.lodging, "HOFFMANN EVA")
    assert _names() == ({"hoffmann jorg", "eva hoffmann"}, {"hoffmann", "jorg", "eva"})
    retention.redact_stays(JOB)
    assert _names() == ({"eva hoffmann"}, {"hoffmann", "eva"})
    repair_names()
    assert _names() == ({"eva hoffmann"}, {"hoffmann", "eva"})


def _names() -> tuple[set[str], set[str]]:
    names, words = Name.objects.values_list("key", flat=True), NameWord.objects.values_list("word", flat=True)
    return set(names), set(words)


def test_what_was_said_of_two_records_goes_with_either(world: World) -> None:
    pair, olga = make_pair(world.lodging), world.actor("olga")
    join(olga, pair=pair, note="the same photograph")
    undo(olga, pair=pair, reason="the photographs differ")
    pair.refresh_from_db()
    proposed = TravellerJoin.objects.get()
    before, made_before = remember(pair), remember(proposed)
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    Stay.objects.filter(identity=pair.left).update(arrived_on=past, expected_departure=past, departed_on=past)
    assert MatchKey.objects.filter(identity=pair.left_id).exists()
    assert retention.redact_stays(JOB) == 1
    gone(pair, before)
    gone(proposed, made_before)
    assert pair.state == "gone" and not MatchKey.objects.filter(identity=pair.left_id).exists()


def test_an_identity_that_a_dossier_needs_is_kept(world: World) -> None:
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    old = make_stay(world.lodging, arrived_on=past, departed_on=past)
    make_cast(world)
    dossier = make_dossier(world, State.DELIVERED)
    Dossier.objects.filter(pk=dossier.pk).update(identity=old.identity)
    retention.redact_stays(JOB)
    old.identity.refresh_from_db()
    assert old.identity.full_name == "HOFFMANN JÖRG"
    Dossier.objects.filter(pk=dossier.pk).update(ended_at=clock.now() - timedelta(days=Keep.DOSSIER.value + 1))
    before = remember(old.identity)
    old_dossiers.redact_dossiers(JOB)
    gone(old.identity, before)


def test_who_a_stay_was_corrected_from_is_emptied_with_it(world: World) -> None:
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    old = make_stay(world.lodging, "HOFMANN JORG", arrived_on=past)
    before = old.identity
    correct(actor=world.actor("alice"), stay_id=old.pk, changes={"full_name": "HOFFMANN JÖRG"})
    assert Stay.objects.get(pk=old.pk).identity_id != before.pk
    remembered = remember(before)
    retention.redact_stays(JOB)
    gone(before, remembered)


def test_who_a_dossier_was_mended_from_is_emptied_at_once(world: World) -> None:
    make_cast(world)
    dossier = make_dossier(world, State.SUPPLEMENT)
    before = Identity.objects.create(
        traveller=dossier.identity.traveller, full_name="MISTYPED", document_number="X1", nationality="DEU",  # type: ignore[union-attr]
        birth_date="1984", name_key="mistyped",
    )  # fmt: skip
    Dossier.objects.filter(pk=dossier.pk).update(identity=before)
    remembered = remember(before)
    filing.resubmit(world.actor("ramon"), dossier=dossier)
    assert Dossier.objects.get(pk=dossier.pk).identity_id == dossier.identity_id
    gone(before, remembered)


def test_two_old_stays_of_one_day_keep_the_constraints(world: World) -> None:
    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    for name in ("HOFFMANN JÖRG", "HOFFMANN EVA"):
        make_stay(world.lodging, name, arrived_on=past)
    assert retention.redact_stays(JOB) == 2


def test_old_answers_are_forgotten(world: World) -> None:
    for days in (Keep.ANSWER.value + 1, Keep.ANSWER.value - 1):
        IdempotentResponse.objects.create(
            establishment=world.lodging, client_reference=str(days), request_sha256="0" * 64, status_code=200,
            body=b"{}", created_at=clock.now() - timedelta(days=days),
        )  # fmt: skip
    assert (retention.redact_answers(JOB), retention.redact_answers(JOB)) == (1, 0)
    assert IdempotentResponse.objects.count() == 1


def test_a_confirmation_is_emptied_and_the_requesters_address_sooner(world: World) -> None:
    olga, stay = world.actor("olga"), make_stay(world.lodging)
    for _turn in range(2):
        request = confirmations.ask_for_guest(world.actor("bob"), stay_id=stay.pk, purpose="bank", email="eva@ex.test")
        confirmations.issue(olga, confirmation=request)
    old, young = Confirmation.objects.order_by("pk")
    confirmations.revoke(olga, confirmation=old, ground="other", reason="Eva left")
    old.refresh_from_db()
    Confirmation.objects.filter(pk=old.pk).update(revoked_at=clock.now() - timedelta(days=Keep.STAY.value + 1))
    Confirmation.objects.filter(pk=young.pk).update(decided_at=clock.now() - timedelta(days=Keep.CONTACT.value + 1))
    before = remember(old)
    assert (retention.redact_confirmations(JOB), retention.redact_confirmations(JOB)) == (2, 0)
    gone(old, before)
    young.refresh_from_db()
    assert (young.email, young.full_name) == ("", stay.full_name)
    page = world.client().get(f"/c/{old.code}").content.decode()
    assert screen_texts.NO_LONGER_STORED in page and "HOFFMANN" not in page


def test_a_phone_not_seen_any_more_is_forgotten(world: World) -> None:
    for days in (Keep.DEVICE.value + 1, Keep.DEVICE.value - 1):
        phone = devices.enrol(actor=world.actor("bob"), name="Điện thoại của Bob", session_key="")
        Device.objects.filter(pk=phone.pk).update(seen_at=clock.now() - timedelta(days=days))
    assert (devices.redact_devices(JOB), devices.redact_devices(JOB)) == (1, 0)
    assert Device.objects.get().pk == phone.pk


def test_an_upload_never_declared_goes_with_its_file(world: World, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    alice = world.actor("alice")
    file = files.store(alice, data=b"name\nEVA\n", name="guests.csv", purpose="declaration")
    upload = Upload.objects.create(
        establishment=world.lodging, file=file, file_name="guests.csv", state=UploadState.PREVIEW,
        corrections={"1": {"full_name": "EVA"}}, problem={"value": "EVA"}, outcome={"errors": {"1": "EVA"}},
        group={"room": "EVA"},
    )  # fmt: skip
    read = upload.pictures.create(position=1, texts={"full_name": "EVA"}, answers=b"EVA")
    before, read_before = remember(upload), remember(read)
    assert retention.redact_uploads(JOB) == 0
    Upload.objects.update(created_at=clock.now() - timedelta(days=Keep.DRAFT.value + 1))
    assert (retention.redact_uploads(JOB), retention.redact_uploads(JOB)) == (1, 0)
    gone(upload, before)
    gone(read, read_before)
    assert not StoredFile.objects.exists()


def test_a_guest_never_declared_goes_with_the_file(world: World) -> None:
    upload = Upload.objects.create(establishment=world.lodging, file_name="guests.csv", state=UploadState.DONE)
    row = make_undeclared(
        upload, "EVA", birth_date="1984-03-08", arrived_on=clock.today(), refusal=[{"value": "EVA"}], answers=b"EVA",
        state="dismissed", dismissal="other", reason="EVA",
    )  # fmt: skip
    before = remember(row)
    assert redact_undeclared(JOB) == 0
    UndeclaredRow.objects.update(created_at=clock.now() - timedelta(days=Keep.DRAFT.value + 1))
    redact_undeclared(JOB)
    row.refresh_from_db()
    assert not bytes(row.answers) and row.texts == before["texts"]
    UndeclaredRow.objects.update(created_at=clock.now() - timedelta(days=Keep.SOURCE_FILE.value + 1))
    assert (redact_undeclared(JOB), redact_undeclared(JOB)) == (1, 0)
    gone(row, before)


def test_a_stored_file_goes_with_its_name(world: World, tmp_path: Any, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    over = clock.now() - timedelta(minutes=1)
    files.store(world.actor("alice"), data=b"a,b\n", name="guests.csv", purpose="declaration", delete_after=over)
    assert files.delete_expired(JOB) == 1
    assert not StoredFile.objects.exists()


def test_an_unfinished_upload_goes_with_its_name(world: World) -> None:
    upload = files.start_upload(world.actor("alice"), name="passport.jpg", size=9, purpose="dossier")
    PartialUpload.objects.filter(pk=upload.pk).update(created_at=clock.now() - timedelta(days=Keep.DRAFT.value))
    assert files.sweep_uploads(JOB) == 1
    assert not PartialUpload.objects.exists()


def test_a_closed_account_is_emptied(world: World) -> None:
    past = clock.now() - timedelta(days=Keep.ACCOUNT.value + 1)
    eva, open_account = make_user("Eva", title="manager", phone="0912", is_active=False), world.users["alice"]
    User.objects.update(joined_at=past)
    before = remember(eva)
    assert redact_accounts(JOB) == (1, 0)
    gone(eva, before)
    open_account.refresh_from_db()
    assert open_account.full_name == "Alice"
    assert redact_accounts(JOB) == (0, 0)


def test_an_old_change_of_address_is_deleted(world: World) -> None:
    over = clock.now() - timedelta(days=Keep.ACCOUNT.value + 1)
    AddressChange.objects.create(
        user=world.users["alice"], old_email="old@example.test", new_email="alice@example.test", requested_at=over
    )
    redact_accounts(JOB)
    assert not AddressChange.objects.exists()


def test_an_old_invitation_forgets_its_address(world: World) -> None:
    over = clock.now() - timedelta(days=Keep.ACCOUNT.value + 1)
    invitation = Invitation.objects.create(
        organisation=world.lodging.business, email="eva@example.test", full_name="Eva", role=Role.RECEPTIONIST,
        digest="0" * 64,
        invited_by=world.users["alice"], expires_at=over,
    )  # fmt: skip
    before = remember(invitation)
    assert redact_accounts(JOB) == (0, 1)
    gone(invitation, before)


def test_an_old_mandate_forgets_its_address(world: World) -> None:
    over = clock.today() - timedelta(days=Keep.ACCOUNT.value + 1)
    mandate = Mandate.objects.create(
        organisation=world.lodging.business, email="eva@example.test", procedures=["visa"], digest="0" * 64,
        starts_on=over, ends_on=over, given_by=world.users["alice"], given_at=clock.now(), link_until=clock.now(),
    )  # fmt: skip
    before = remember(mandate)
    assert redact_mandates() == 1
    gone(mandate, before)
    assert redact_mandates() == 0


def test_an_old_proposal_forgets_whom_it_invited(world: World) -> None:
    over = clock.now() - timedelta(days=Keep.ACCOUNT.value + 1)
    proposal = RightsProposal.objects.create(
        kind="invite", agency=world.commune_agency, role=Role.AREA_OFFICER, email="eva@example.test", full_name="Eva",
        reason="Eva knows Lan", refusal="Eva left", proposed_by=world.users["rosa"], proposed_at=over,
    )  # fmt: skip
    before = remember(proposal)
    redact_accounts(JOB)
    gone(proposal, before)


def test_a_closed_lodging_forgets_its_people(world: World) -> None:
    lodging = world.lodging
    lodging.status, lodging.decision_reason = EstablishmentStatus.CLOSED, "asked by Lan"
    lodging.decided_at, lodging.decided_by = clock.now() - timedelta(days=Keep.ACCOUNT.value + 1), world.users["olga"]
    lodging.save()
    before = remember(lodging)
    assert (redact_closed(JOB), redact_closed(JOB)) == (1, 0)
    gone(lodging, before)
    assert not lodging.events.exists()  # type: ignore[attr-defined]


def things_of(dossier: Dossier, world: World) -> list[Any]:
    """One row of each table that hangs on a dossier, with something personal in every field."""
    ines, now, today = world.users["ines"], clock.now(), clock.today()
    payment = Payment.objects.get(charge__dossier=dossier)
    statement = BankStatement.objects.create(name="bank.csv", sha256="0" * 64, read_by=ines, read_at=now)
    line = {"statement": statement, "booked_on": today, "vnd": 1, "text": "ADAMS pays", "note": "a friend of hers"}
    Component.objects.filter(dossier=dossier).update(reason="her face is not seen", zones=[{"page": 1}])
    Dossier.objects.filter(pk=dossier.pk).update(reason="her permit is false", sponsor_email="liem@example.test")
    DossierEvent.objects.filter(dossier=dossier).update(reason="her permit is false", data={"by": "her"})
    filled = {"dossier": dossier, "asked_by": ines, "asked_at": now, "answer_by": today}
    return [
        dossier,
        ClientReference.objects.create(
            dossier=dossier, organisation=dossier.organisation, reference="ADAMS-1990", digest="0" * 64
        ),
        payment,
        BankLine.objects.create(reference="1", payment=payment, **line),
        Signature.objects.create(
            dossier=dossier, signed_by=ines, signed_at=now, digest="0" * 64, answers={"NA5": {"full_name": "ADAMS"}}
        ),
        Supplement.objects.create(items=[{"reason": "her permit"}], note="her permit", **filled),
        Opinion.objects.create(asked_of=world.commune_agency, question="Is she known?", answer="She is.", **filled),
        Posting.objects.create(
            dossier=dossier, to_office=True, carrier="VNPost", tracking_number="EA1VN", sent_on=today,
            entered_by=ines, entered_at=now,
        ),
        ResultCorrection.objects.create(
            result=dossier.result, number="TRC777", valid_from=today, valid_until=today, reason="her number",
            proposed_by=ines, proposed_at=now, before={"number": "TRC77"},
        ),
        dossier.result, dossier.components.first(), dossier.filings.first(), dossier.events.first(),
        dossier.letters.first(),
    ]  # fmt: skip


def test_an_old_dossier_is_emptied_with_all_that_hangs_on_it(world: World) -> None:
    dossier = make_dossier(make_cast(world), State.DELIVERED)
    rows = things_of(dossier, world)
    before = []
    for row in rows:
        row.refresh_from_db()
        before.append(remember(row))
    assert old_dossiers.redact_dossiers(JOB) == 0
    Dossier.objects.update(ended_at=clock.now() - timedelta(days=Keep.DOSSIER.value + 1))
    assert (old_dossiers.redact_dossiers(JOB), old_dossiers.redact_dossiers(JOB)) == (1, 0)
    for row, personal in zip(rows, before, strict=True):
        gone(row, personal)
    assert not dossier.components.exclude(file=None).exists()
    assert Dossier.objects.get().state == State.DELIVERED


def test_a_draft_nobody_wrote_in_is_given_up(world: World) -> None:
    draft = make_draft(make_cast(world))
    before = remember(draft)
    Dossier.objects.update(saved_at=clock.now() - timedelta(days=Keep.IDLE_DRAFT.value + 1))
    assert (old_dossiers.redact_dossiers(JOB), old_dossiers.redact_dossiers(JOB)) == (1, 0)
    gone(draft, before)
    assert draft.state == State.WITHDRAWN


def test_a_legal_file_no_longer_in_force_and_a_foreign_bank_line_are_emptied(world: World) -> None:
    make_dossier(make_cast(world), State.SUBMITTED)
    legal, past = LegalFile.objects.get(), clock.now() - timedelta(days=Keep.DOSSIER.value + 1)
    statement = BankStatement.objects.create(name="b", sha256="1", read_by=world.users["ines"], read_at=past)
    line = BankLine.objects.create(
        reference="2", statement=statement, booked_on=past.date(), vnd=1, text="ADAMS", note="not ours"
    )
    rows = [(legal, remember(legal)), (line, remember(line))]
    scans = StoredFile.objects.filter(pk__in=[legal.licence_scan_id, legal.na16_scan_id])
    LegalFile.objects.update(submitted_at=past, decided_at=past)
    assert (old_dossiers.redact_legal_files(JOB), scans.count()) == (0, 2)
    LegalFile.objects.update(state=LegalFileState.SUPERSEDED)
    newer = make_legal_file(world)
    assert (old_dossiers.redact_legal_files(JOB), scans.count()) == (0, 2), "it counted until the newer was approved"
    LegalFile.objects.filter(pk=newer.pk).update(decided_at=past)
    assert (old_dossiers.redact_legal_files(JOB), old_dossiers.redact_bank_lines(JOB)) == (1, 1)
    for row, before in rows:
        gone(row, before)
    assert not scans.exists()
    newer.refresh_from_db()
    assert newer.licence_scan and newer.na16_scan and newer.signatory_name == "NGUYỄN VĂN HÒA"
    page = world.client("ines").get(f"/office/legal-files/{legal.pk}")
    assert "Its documents were deleted" in page.content.decode()
    assert world.client("ramon").get(f"/dossiers/legal-file/{legal.version}/licence").status_code == 404


def test_an_old_message_and_its_letter_are_emptied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    past = clock.now() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    with monkeypatch.context() as then:
        then.setattr(clock, "now", lambda: past)
        message = post_message(
            actor=world.actor("olga"), kind="lodging", subject_id=world.lodging.pk, body="Hà Thị Lan"
        )
    letter = Notification.objects.get()
    before = [(row, remember(row)) for row in (message, letter)]
    assert (redact(JOB), redact(JOB)) == ((1, 2), (0, 0))
    for row, remembered in before:
        gone(row, remembered)


def test_an_old_broadcast_is_emptied(world: World) -> None:
    broadcast = make_broadcast(world)
    before = remember(broadcast)
    with pgtrigger.ignore("contact.Broadcast:broadcast_facts_unchanged"):
        Broadcast.objects.update(sent_at=clock.now() - timedelta(days=Keep.CORRESPONDENCE.value + 1))
    assert (redact_broadcasts(JOB), redact_broadcasts(JOB)) == (1, 0)
    gone(broadcast, before)


def test_who_gave_and_who_received_long_ago_is_forgotten(world: World) -> None:
    book = ProgrammeBook(world)
    book.give(book.of("vnd", 5))
    Donor.objects.update(contact="0912")
    rows = [book.donor, book.recipient]
    for row in rows:
        row.refresh_from_db()
    before = [remember(row) for row in rows]
    assert redact_help(JOB) == 0
    ended = clock.today() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    type(book.programme).objects.update(begins_on=ended, ends_on=ended)
    assert (redact_help(JOB), redact_help(JOB)) == (3, 0)
    for row, remembered in zip(rows, before, strict=True):
        gone(row, remembered)


def test_a_letter_that_never_arrived_forgets_whom_it_was_for(world: World) -> None:
    (letter,) = notify(
        actor=JOB, to=world.users["alice"], key="k", template="messaging/letters/new_message.txt",
        subject=("lodging", world.lodging.pk), context={"about": "x", "office": "y", "path": "/"},
    )  # fmt: skip
    Notification.objects.update(created_at=clock.now() - timedelta(days=Keep.LETTER.value + 1))
    assert redact(JOB) == (0, 1)
    letter.refresh_from_db()
    assert (letter.address, letter.body) == ("", "") and letter.title


def test_an_old_alert_forgets_what_it_said(world: World) -> None:
    alert = make_alert(world.lodging)
    dismiss(world.actor("olga"), alert_id=alert.pk, dismissed_for="data", reason="Lan mistyped it.")
    alert.refresh_from_db()
    rows = [(row, remember(row)) for row in (alert, *alert.trace.all())]
    assert redact_alerts(JOB) == 0
    Alert.objects.update(decided_at=clock.now() - timedelta(days=Keep.STAY.value + 1))
    assert (redact_alerts(JOB), redact_alerts(JOB)) == (1, 0)
    for row, before in rows:
        gone(row, before)
    page = world.client("olga").get(f"/office/alerts/{alert.pk}/").content.decode()
    assert screen_texts.NO_LONGER_STORED in page and "Lan mistyped" not in page


def test_an_old_notice_and_an_old_visit_are_emptied(world: World) -> None:
    notice = make_notice(world, sex="M", document_number="C01X00T47")
    plan = make_plan(world, reason="Jörg stays there.")
    visit = make_inspection(world, "C01X00T47")
    visit_fields = {"representative": "Bùi Thị Mến", "witness": "Hà Công Tình", "statement": "Jörg came late."}
    Inspection.objects.update(outcome="Jörg was there.", **visit_fields)
    MetGuest.objects.update(full_name="HOFFMANN JÖRG", room="201")
    rows = [notice, plan, visit, visit.guests.get()]
    for row in rows:
        row.refresh_from_db()
    before = [(row, remember(row)) for row in rows]
    assert (redact_notices(JOB), redact_inspections(JOB)) == (0, 0)
    past = clock.now() - timedelta(days=Keep.STAY.value + 1)
    Notice.objects.update(begins_on=past.date(), ends_on=past.date())
    Inspection.objects.update(began_at=past)
    PlannedVisit.objects.update(day=past.date())
    assert (redact_notices(JOB), redact_notices(JOB)) == (1, 0)
    assert (redact_inspections(JOB), redact_inspections(JOB)) == (1, 0)
    for row, remembered in before:
        gone(row, remembered)


def test_what_people_wrote_in_a_survey_goes_and_its_figures_stay(world: World) -> None:
    make_addresses(world)
    young = redact_surveys(JOB)
    draft, scan, doubt = SurveyResponse.objects.get(state="draft"), Scan.objects.get(), ReadingDoubt.objects.get()
    ReadingDoubt.objects.update(guess="a1")
    doubt.refresh_from_db()
    page, keyed = ScannedPage.objects.get(), SurveyResponse.objects.get(second__isnull=False)
    written = SurveyResponse.objects.filter(state="complete")[0]
    remembered = [(row, remember(row)) for row in (scan, doubt, page)]
    past = clock.now() - timedelta(days=Keep.CORRESPONDENCE.value + 1)
    SurveyResponse.objects.filter(state="complete").update(submitted_on=past.date())
    assert keyed.second
    SurveyResponse.objects.filter(state="draft").update(saved_at=past)
    Scan.objects.update(given_at=past)
    PrintRun.objects.update(printed_at=past)
    assert young == 0 and redact_surveys(JOB) > 0
    for row, before in remembered:
        gone(row, before)
    assert not SurveyResponse.objects.filter(pk=draft.pk).exists(), "a draft goes whole, with its token"
    written.refresh_from_db()
    assert written.answers["q1"] == "a1" and written.answers["q6"] != screen_texts.PROCEDURE_VI
    assert redact_surveys(JOB) == 0
    assert not SurveyResponse.objects.filter(second__isnull=False).exists(), "a second keying nobody settled goes"
