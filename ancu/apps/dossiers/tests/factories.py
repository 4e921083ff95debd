"""The people of the dossiers, and dossiers in any state.

Ines receives, Selma assesses, Dora decides; Ramon represents a sponsor whose clerk is Sam; Mia is a foreigner who
files for herself, Liem her Vietnamese husband, Zoe a stranger to all of them.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

from PIL import Image

from ancu.apps.accounts.enums import OrganisationKind, Role
from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.dossiers.enums import ComponentState, DecisionProposal, Filer, LegalFileState, ReceiverProof, State
from ancu.apps.dossiers.models import (
    Charge,
    Counter,
    Dossier,
    ExchangeRate,
    ForeignWorker,
    GroupRequest,
    LegalFile,
    Slot,
)
from ancu.apps.dossiers.selectors.money import fee_of, receipt_code
from ancu.apps.dossiers.services import counters, filing, groups, handling
from ancu.apps.dossiers.services.counters import OpeningPeriod
from ancu.apps.dossiers.services.money import providers, statements
from ancu.apps.dossiers.services.money.paying import take_cash
from ancu.apps.dossiers.services.money.rates import enter_rate
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.services.slots import receive_passport
from ancu.apps.files.models import StoredFile
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.testing import texts
from ancu.engines.rulebook import Field, Procedure, get_procedure, shown_fields, with_presets

_numbers = count(1)
SPONSOR = "Công ty TNHH Sông Đà"


def make_cast(world: World) -> World:
    """Add the people of the dossiers to ``world.users``; those who are there already stay."""
    office = world.provincial_agency
    sponsor = Organisation.objects.filter(kind=OrganisationKind.SPONSOR).first()
    sponsor = sponsor or Organisation.objects.create(kind=OrganisationKind.SPONSOR, name=SPONSOR)
    for name, organisation, role in (
        ("Ines", office, Role.INTAKE_OFFICER),
        ("Selma", office, Role.ASSESSING_OFFICER),
        ("Dora", office, Role.APPROVING_OFFICER),
        ("Ramon", sponsor, Role.REPRESENTATIVE),
        ("Sam", sponsor, Role.CLERK),
        ("Mia", None, None),
        ("Liem", None, None),
        ("Zoe", None, None),
    ):
        if name.lower() in world.users:
            continue
        user = world.users[name.lower()] = make_user(name)
        if organisation is not None and role is not None:
            make_member(user, organisation, role)
            if organisation == office:
                enable_totp(user, TOTP_SECRET)
    return world


def picture(width: int = 600, height: int = 900) -> bytes:
    """A JPEG of a blank page."""
    out = BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "JPEG")
    return out.getvalue()


def make_paper(world: World, name: str = "ramon", text: str = "paper") -> StoredFile:
    """A row for a stored file; its bytes are nowhere."""
    user = world.users[name]
    return StoredFile.objects.create(
        uploaded_by=user.pk, name=f"{text}.pdf", media_type="application/pdf", size=1000,
        sha256=sha256(f"{text} {next(_numbers)}".encode()).hexdigest(), purpose="dossier",
    )  # fmt: skip


def make_legal_file(world: World, state: LegalFileState = LegalFileState.APPROVED, **fields: Any) -> LegalFile:
    """The sponsor's licence and NA16, approved by Ines unless told otherwise."""
    ramon, organisation = world.users["ramon"], world.users["ramon"].memberships.get().organisation
    decided = state in {LegalFileState.APPROVED, LegalFileState.RETURNED}
    values: dict[str, Any] = {
        "version": LegalFile.objects.filter(organisation=organisation).count() + 1,
        "name": organisation.name,
        "licence_number": "5400123456",
        "licence_date": date(2015, 5, 4),
        "licence_authority": "Sở Kế hoạch và Đầu tư",
        "address": "Số 5, đường Cù Chính Lan",
        "phone": "+842183851234",
        "email": "office@songda.example",
        "signatory_name": "NGUYỄN VĂN HÒA",
        "signatory_title": "Giám đốc",
        "valid_from": date(2020, 1, 1),
        "licence_scan": make_paper(world),
        "na16_scan": make_paper(world),
        "submitted_by": ramon,
        "submitted_at": clock.now(),
        "decided_by": world.users["ines"] if decided else None,
        "decided_at": clock.now() if decided else None,
    }
    return LegalFile.objects.create(organisation=organisation, state=state, **(values | fields))


def make_rate(world: World, day: date | None = None, vnd_per_usd: int = 26_400) -> ExchangeRate:
    """The rate of a day, today's unless told otherwise."""
    return ExchangeRate.objects.create(
        day=day or clock.today(), vnd_per_usd=Decimal(vnd_per_usd), source="Vietcombank",
        entered_by=world.users["ines"], entered_at=clock.now(),
    )  # fmt: skip


# ---- answers -------------------------------------------------------------------------------------------


def answers_for(procedure: Procedure, filer: Filer, unit: str, **overrides: Any) -> dict[str, dict[str, Any]]:
    """Answers to every shown field with which no check of the rulebook finds anything.

    ``overrides`` replaces them by the field's key, in whichever form it stands.
    """
    today = clock.today()
    known_values: dict[str, Any] = {
        "full_name": "ADAMS CLAIRE",
        "birth_date": "1990-04-12",
        "sex": "F",
        "nationality": "GBR",
        "birth_nationality": "GBR",
        "passport_number": "533380006",
        "passport_expiry": (today + timedelta(days=3 * 365)).isoformat(),
        "entered_on": (today - timedelta(days=40)).isoformat(),
        "permitted_until": (today + timedelta(days=20)).isoformat(),
        "entry_kind": "visa",
        "stay_unit": unit,
        "sponsor_kind": filer.value,
        "change_ground": "none",
        "email": "claire@example.test",
    } | _wishes(procedure, filer)
    sources = {
        "sponsor.full_name": overrides.pop("sponsor_name", "LIEM"),
        "organisation.name": SPONSOR,
        "organisation.signer_name": "NGUYỄN VĂN HÒA",
    }
    known_values |= overrides
    answers: dict[str, dict[str, Any]] = {}
    for form in procedure.forms:
        own = with_presets(procedure, {})[form.code]
        for _round in range(3):  # an answer can bring further fields
            for field in shown_fields(form, own):
                answer = sources.get(field.prefill, known_values.get(field.key, _any(field, known_values)))
                own.setdefault(field.key, overrides.get(field.key, answer))
        answers[form.code] = own
    return answers


def _wishes(procedure: Procedure, filer: Filer) -> dict[str, Any]:
    """What is asked for: a company's worker, or a citizen's spouse."""
    today = clock.today()
    family = filer in {Filer.CITIZEN, Filer.RESIDENT_FOREIGNER}
    symbol = "TT" if family else "LĐ2"
    wishes: dict[str, Any] = {
        "purpose": "family" if family else "work",
        "entry_purpose": "family" if family else "work",
        "present_symbol": symbol,
        "visa_symbol": symbol,
        "card_symbol": symbol,
        "relationship": "spouse",
        "visa_from": (today + timedelta(days=5)).isoformat(),
        "visa_until": (today + timedelta(days=90)).isoformat(),
        "visit_from": (today + timedelta(days=3)).isoformat(),
        "visit_until": (today + timedelta(days=6)).isoformat(),
        "card_until": (today + timedelta(days=500)).isoformat(),
        "extend_until": (today + timedelta(days=60)).isoformat(),
        "certificate_until": (today + timedelta(days=900)).isoformat(),
        "work_permit_until": (today + timedelta(days=700)).isoformat(),
        "sponsor_from": today.isoformat(),
        "sponsor_until": (today + timedelta(days=500)).isoformat(),
    }
    if procedure.code == "certificate_extension":
        wishes |= {"entry_kind": "exemption_certificate"}
    return wishes


def _any(field: Field, known_values: dict[str, Any]) -> Any:
    """Something that can stand in a field nobody cares about."""
    today = clock.today()
    by_kind: dict[str, Any] = {
        "date": today.isoformat(),
        "partial_date": "1980-02-03",
        "country": "GBR",
        "visa_symbol": "LĐ2",
        "card_symbol": "LĐ2",
        "document_number": "0171800123",
        "phone": "+84912345678",
        "email": "someone@example.test",
        "money": "1000000",
        "integer": "1",
        "boolean": True,
    }
    if field.kind == "choice":
        return field.choices[0].code
    if field.kind == "table":
        return [{column.key: known_values.get(column.key, _any(column, known_values)) for column in field.columns}]
    return known_values.get(field.key, by_kind.get(field.kind, "Hòa Bình"))


# ---- dossiers ------------------------------------------------------------------------------------------


def make_draft(
    world: World,
    procedure: str = "trc_organisation",
    filer: Filer = Filer.ORGANISATION,
    by: str = "ramon",
    **overrides: Any,
) -> Dossier:
    """A draft with all its answers and papers, ready to be sent."""
    if filer == Filer.ORGANISATION and not LegalFile.objects.exists():
        make_legal_file(world)
    actor = world.actor(by)
    rules = get_procedure(procedure, clock.today())
    dossier = filing.start(actor, procedure=procedure, filer=filer)
    dossier = filing.save(
        actor, dossier=dossier, answers=answers_for(rules, filer, world.units.commune.code, **overrides)
    )
    for component in dossier.components.all():
        filing.attach(actor, dossier=dossier, key=component.key, file=make_paper(world, by, component.key), pages=1)
    read_unread(dossier)
    return Dossier.objects.get(pk=dossier.pk)


def make_dossier(world: World, state: State = State.SUBMITTED, **draft: Any) -> Dossier:
    """A dossier brought to ``state`` by the acts that lead there."""
    dossier = make_draft(world, **draft)
    until, last = _aside(world, dossier, draft.get("by", "ramon")).get(state, (state, None))
    for reached, step in _onward(world, dossier, draft.get("by", "ramon")):
        if until == State.DRAFT:
            break
        step()
        if reached == until:
            break
    if last is not None:
        last()
    return Dossier.objects.get(pk=dossier.pk)


def _onward(world: World, dossier: Dossier, by: str) -> list[tuple[State, Any]]:
    """The way from draft to delivery."""
    filer, selma, dora = (world.actor(name) for name in (by, "selma", "dora"))
    approve = {"proposal": DecisionProposal.APPROVE, "reason": texts.IN_ORDER}
    return [
        (State.SUBMITTED, lambda: filing.submit(filer, dossier=dossier)),
        (State.ACCEPTED, lambda: accept(world, dossier)),
        (State.ASSESSED, lambda: handling.assess(selma, dossier=dossier, **approve)),  # type: ignore[arg-type]
        (State.APPROVED, lambda: handling.approve(dora, dossier=dossier)),
        (State.READY, lambda: enter_result(world, dossier)),
        (State.DELIVERED, lambda: deliver(world, dossier)),
    ]


def _aside(world: World, dossier: Dossier, by: str) -> dict[State, tuple[State, Any]]:
    """The other ends: from which state of the way, and by which act."""
    filer, ines, dora = (world.actor(name) for name in (by, "ines", "dora"))
    why = {"reason": "The work permit is false.", "article": "art. 20"}
    blurred = "The data page is blurred."
    return {
        State.SUPPLEMENT: (
            State.SUBMITTED,
            lambda: handling.request_supplement(ines, dossier=dossier, note_text=blurred),
        ),
        State.NOT_ACCEPTED: (State.SUBMITTED, lambda: handling.not_accept(ines, dossier=dossier, **why)),
        State.TRANSFERRED: (State.SUBMITTED, lambda: handling.transfer(ines, dossier=dossier, reason="Central.")),
        State.WITHDRAWN: (State.SUBMITTED, lambda: filing.withdraw(filer, dossier=dossier, reason="Leaving early.")),
        State.REFUSED: (State.ASSESSED, lambda: handling.refuse(dora, dossier=dossier, **why)),
    }


def accept(world: World, dossier: Dossier) -> Dossier:
    """Ines receives the passport, finds every paper in order and accepts."""
    ines = world.actor("ines")
    if dossier.passport_received() is None:
        receive_passport(ines, dossier=dossier)
    for component in dossier.components.all():
        handling.judge_component(ines, dossier=dossier, key=component.key, state=ComponentState.ACCEPTED)
    return handling.accept(ines, dossier=dossier)


def enter_result(world: World, dossier: Dossier) -> None:
    today = clock.today()
    handling.enter_result(
        world.actor("ines"),
        dossier=dossier,
        number=f"TRC{next(_numbers):07}",
        symbol="LĐ2",
        valid_from=today,
        valid_until=today + timedelta(days=365),
    )


def pay(world: World, dossier: Dossier) -> None:
    """Ines takes the fee; a rate of the day is entered if there is none."""
    ines = world.actor("ines")
    if not Charge.objects.filter(dossier=dossier).exists():
        enter_rate(ines, day=clock.today(), vnd_per_usd=Decimal(26_400), source="Vietcombank")
    if fee_of(dossier).state != "paid":
        take_cash(ines, dossier=dossier, vnd=Charge.objects.get(dossier=dossier).vnd, payer="ADAMS CLAIRE")


def deliver(world: World, dossier: Dossier) -> None:
    pay(world, dossier)
    handling.deliver(
        world.actor("ines"),
        dossier=dossier,
        received_by=dossier.full_name,
        proof=ReceiverProof.IDENTITY,
        proof_number=dossier.document_number,
    )


def make_submitted(world: World, **fields: Any) -> Dossier:
    """A row of a dossier that Ramon sent, without the acts that lead there: for tests that need many."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "number": f"HBD-T{number:07}",
        "procedure": "trc_organisation",
        "state": State.SUBMITTED,
        "filer": Filer.ORGANISATION,
        "filed_by": world.users["ramon"],
        "organisation": world.users["ramon"].memberships.get().organisation,
        "agency": world.provincial_agency,
        "full_name": f"ADAMS CLAIRE {number}",
        "created_at": clock.now(),
        "saved_at": clock.now(),
        "submitted_at": clock.now(),
    }
    return Dossier.objects.create(**(values | fields))


def make_worker(world: World, by: str = "ramon", **fields: Any) -> ForeignWorker:
    """A worker on the list of the organisation of ``by``; the passport ends in three years."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "organisation": world.users[by].memberships.get().organisation,
        "full_name": f"KIM MIN JUN {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[number % 26]}",
        "nationality": "KOR",
        "passport_number": f"M{number:07}",
        "passport_until": clock.today() + timedelta(days=3 * 365),
        "saved_at": clock.now(),
        "saved_by": world.users[by],
    }
    return ForeignWorker.objects.create(**(values | fields))


def make_group(world: World, *workers: ForeignWorker, by: str = "ramon", **common: Any) -> GroupRequest:
    """A request of the organisation of ``by`` for these workers, or for a new one."""
    shared = {"letter_number": "12/CV", "request.card_until": (clock.today() + timedelta(days=500)).isoformat()}
    chosen = list(workers) or [make_worker(world, by)]
    return groups.start_group(world.actor(by), workers=chosen, common=shared | common, key=uuid4())


# ---- counters ------------------------------------------------------------------------------------------


def make_counter(world: World, hours: Sequence[OpeningPeriod], **fields: Any) -> Counter:
    """A counter of the provincial office, with the slots of its hours."""
    values: dict[str, Any] = {
        "name": "Quầy số 1",
        "address": "Số 10, đường Trần Hưng Đạo",
        "slot_minutes": 30,
        "capacity": 4,
        "is_open": True,
    }
    counter, _outside = counters.set_counter(world.actor("rosa"), hours=hours, **(values | fields))
    return counter


def make_slots(world: World, count: int, *, capacity: int = 4) -> list[Slot]:
    """So many half hours from this time tomorrow, whatever the calendar says of the day."""
    counter = Counter.objects.create(
        agency=world.provincial_agency, name="Quầy số 2", address="Số 10", capacity=capacity
    )
    start = clock.now().replace(minute=0, second=0, microsecond=0) + timedelta(days=1)
    half = timedelta(minutes=30)
    return [
        Slot.objects.create(
            counter=counter, starts_at=start + step * half, ends_at=start + (step + 1) * half, capacity=capacity
        )
        for step in range(count)
    ]


# ---- money ---------------------------------------------------------------------------------------------


def make_money(world: World, due: Dossier) -> dict[str, Any]:
    """Addresses of everything about fees: ``due`` is to be paid, another dossier was paid in cash."""
    ines = world.actor("ines")
    paid = make_dossier(world)
    receipt = take_cash(ines, dossier=paid, vnd=paid.charge.vnd, payer="ADAMS CLAIRE")
    columns, day = "Ngày,Nội dung,Ghi có,Số tham chiếu", f"{clock.today():%d/%m/%Y}"
    text = f"{columns}\n{day},chuyen tien {paid.charge.reference},1000000,FT1\n{day},tien phong,50000,FT2\n"
    statement, _paid = statements.import_statement(
        ines, file=statements.store_for_preview(ines, data=text.encode(), name="saoke.csv")
    )
    later = f"{columns}\n{day},{due.charge.reference},{due.charge.vnd},FT3\n{day},?,x,FT4\n"
    file = statements.store_for_preview(ines, data=later.encode(), name="saoke-2.csv")
    order = providers.TestProvider().start(due.charge, f"/dossiers/{due.number}/pay")
    return {
        "/dossiers/<str:number>/fee-receipt": {"number": paid.number},
        "/d/fee-receipts/": {"code": receipt_code(receipt)},
        "/d/payments/test/": {"token": order.rsplit("/", 1)[1]},
        "/d/payments/notify/": {"code": "test"},
        "/office/money/take/": {"number": due.number},
        "/office/money/statements/": {"pk": statement.pk},
        "/office/money/statements/new/": {"file_id": file.pk},
        "/office/money/lines/": {"pk": statement.lines.order_by("pk")[0].pk},
    }
