"""A programme of the provincial office with money, cows and hours, a donor and two recipients."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from ancu.apps.accounts.enums import Role
from ancu.apps.accounts.services import enable_totp
from ancu.apps.accounts.tests.factories import TOTP_SECRET, make_member, make_user
from ancu.apps.community.models import (
    Donor,
    Programme,
    ProgrammeItem,
    ProgrammePhoto,
    Recipient,
    StatementLine,
    UnreadStatementLine,
)
from ancu.apps.community.selectors.public import donor_code, recipient_code
from ancu.apps.community.services import accounts, choosing, confirming, photos, planning, reconciling
from ancu.apps.community.services.posting import ItemAmount, buy, give, hand_over
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.core import clock
from ancu.core.actor import PUBLIC


def make_programme(world: Any, **more: Any) -> Programme:
    today = clock.today()
    values = {
        "agency": world.provincial_agency, "unit": world.units.commune, "name": "Bò giống cho hộ nghèo",
        "purpose": "Mỗi hộ một con bò cái.", "begins_on": date(2026, 1, 1), "ends_on": today,
        "made_at": clock.now(), "made_by": world.users["quynh"],
    } | more  # fmt: skip
    return Programme.objects.create(**values)


def make_items(programme: Programme) -> dict[str, ProgrammeItem]:
    """Money, cows (valued as bought) and minutes of work."""
    rows = (("Tiền", "vnd", 1), ("Bò cái giống", "pieces", 16_666_666), ("Công lao động", "minutes", 500))
    return {
        measure: ProgrammeItem.objects.create(programme=programme, name=name, measure=measure, vnd_each=each)
        for name, measure, each in rows
    }


def make_donor(world: Any, name: str = "Công ty Sông Đà", **more: Any) -> Donor:
    return Donor.objects.create(**({"agency": world.provincial_agency, "kind": "organisation", "name": name} | more))


def make_recipient(programme: Programme, name: str = "Hộ bà Mùa Thị Dở") -> Recipient:
    return Recipient.objects.create(
        programme=programme, kind="household", unit=programme.unit, name=name, reason="Hộ nghèo, có đất chăn thả."
    )


class ProgrammeBook:
    """A programme at work, in the hand of Quynh."""

    def __init__(self, world: Any) -> None:
        self.actor, self.programme = world.actor("quynh"), make_programme(world)
        self.items, self.donor = make_items(self.programme), make_donor(world)
        self.recipient = make_recipient(self.programme)

    def of(self, measure: str, quantity: int) -> ItemAmount:
        return ItemAmount(self.items[measure], quantity)

    def give(self, *amounts: ItemAmount, **more: Any) -> Any:
        return give(donor=self.donor, amounts=[*amounts], **self._act(more))

    def buy(self, pay: ItemAmount, *amounts: ItemAmount, **more: Any) -> Any:
        paper = {"seller": "Trại giống Sông Đà", "paper": "HĐ 0000123, 01/03/2026"}
        return buy(pay=pay, amounts=[*amounts], **self._act(paper | more))

    def hand_over(self, *amounts: ItemAmount, **more: Any) -> Any:
        return hand_over(recipient=more.pop("recipient", self.recipient), amounts=[*amounts], **self._act(more))

    def _act(self, more: dict[str, Any]) -> dict[str, Any]:
        return {
            "actor": self.actor, "programme_id": self.programme.pk, "day": date(2026, 3, 1), "key": uuid4()
        } | more  # fmt: skip


def add_second_keeper(world: Any) -> None:
    """Dora, who decides at the office beside Quynh."""
    world.users["dora"] = make_user("Dora")
    make_member(world.users["dora"], world.provincial_agency, Role.APPROVING_OFFICER)
    enable_totp(world.users["dora"], TOTP_SECRET)


def make_selection(book: ProgrammeBook, *facts: dict[str, int], places: int = 1) -> Any:
    """Begun by Quynh, with a household of the programme's unit for each of ``facts``."""
    selection = choosing.begin(actor=book.actor, programme_id=book.programme.pk, name="Bò đợt 1", places=places)
    for number, facts_of_candidate in enumerate(facts, start=1):
        choosing.add_candidate(
            actor=book.actor, programme_id=book.programme.pk, selection_id=selection.pk, kind="household",
            unit_id=book.programme.unit_id, name=f"Hộ {number}", facts=facts_of_candidate,
        )  # fmt: skip
    return selection


def make_photo(book: ProgrammeBook, data: bytes, **more: Any) -> Any:
    photo_fields = {"caption": "Trao bò tại xã", "shows_people": False, "consent": ""} | more
    return photos.add(actor=book.actor, programme_id=book.programme.pk, data=data, **photo_fields)


def make_photo_row(book: ProgrammeBook, **more: Any) -> ProgrammePhoto:
    """A row alone; its bytes are nowhere."""
    values: dict[str, Any] = {"caption": "Trao bò", "face_found": False, "shows_people": False} | more
    if "file" not in values:
        about = {"name": "a.jpg", "media_type": "image/jpeg", "size": 1, "sha256": "0" * 64, "purpose": "help-photo"}
        values["file"] = StoredFile.objects.create(**about)
    return ProgrammePhoto.objects.create(
        programme=book.programme, added_at=clock.now(), added_by_id=book.actor.user_id, **values
    )


def make_pledge(book: ProgrammeBook, quantity: int = 1_000_000, **more: Any) -> Any:
    values = {
        "actor": book.actor, "programme_id": book.programme.pk, "donor": book.donor, "item": book.items["vnd"],
        "quantity": quantity, "due_on": clock.today() + timedelta(days=30), "key": uuid4(),
    } | more  # fmt: skip
    return planning.add_pledge(**values)


def make_account(book: ProgrammeBook, *, by: Any = None, **more: Any) -> Any:
    """Proposed by Quynh; approved by ``by``, if somebody is named."""
    account_fields = {"bank": "Vietcombank", "bin": "970436", "number": "0011001234567", "holder": "PHONG QLXNC"} | more
    bank_account = accounts.propose(actor=book.actor, programme_id=book.programme.pk, **account_fields)
    return (
        accounts.approve(actor=by, programme_id=book.programme.pk, account_id=bank_account.pk) if by else bank_account
    )


STROKES = "[[[10,100],[60,20],[110,150],[160,30],[210,140],[260,60],[310,120]],[[330,100],[380,100]]]"


def scene_addresses(world: Any, picture: bytes) -> dict[str, dict[str, Any]]:
    """For the table of who may open what: a programme of the office with one of everything."""
    book = ProgrammeBook(world)
    gift, handed = book.give(book.of("vnd", 5_000_000)), book.hand_over(book.of("vnd", 1_000))
    file = files.store(book.actor, data=picture, name="a.jpg", purpose="help-photo")
    photo = make_photo_row(book, file=file, public=True)
    selection = make_selection(book, {"poor": 1})
    statement = "Ngày giao dịch,Số tiền ghi có,Nội dung\n01/03/2026,700000,ung ho\n31/02/2026,5000,ung ho\n".encode()
    reconciling.read_in(actor=book.actor, programme_id=book.programme.pk, data=statement, name="a.csv")
    unconfirmed = book.hand_over(book.of("vnd", 1_000))
    objection = confirming.confirm_as_recipient(actor=PUBLIC, entry=handed, agrees=False, words="Thiếu", key=uuid4())
    own: dict[str, Any] = {
        "pk": book.programme.pk, "entry_id": handed.pk, "act": "gift", "kind": "csv", "photo_id": photo.pk,
        "pledge_id": make_pledge(book).pk, "selection_id": selection.pk, "line_id": StatementLine.objects.get().pk,
        "unread_id": UnreadStatementLine.objects.get().pk, "objection_id": objection.pk,
        "account_id": make_account(book).pk,
    }  # fmt: skip
    office = "/office/community/<int:pk>/"
    return {
        "/community/": own,
        "/community/gifts/": {"number": gift.number},
        "/community/handed/": {"number": handed.number},
        "/community/received/": {"number": handed.number, "code": recipient_code(handed)},
        "/community/donors/": {"code": donor_code(book.donor), "number": gift.number},
        "/office/community/": own,
        "/office/community/offline/": {"language": "vi"},
        f"{office}photos/<int:photo_id>/": own | {"step": "hide"},
        f"{office}selections/<int:selection_id>/<slug": own | {"step": "propose"},
        f"{office}bank/": own | {"step": "aside"},
        f"{office}account/": own | {"step": "refuse"},
        f"{office}entries/<int:entry_id>/sign/": own | {"entry_id": unconfirmed.pk},
        f"{office}entries/<int:entry_id>/witness/": own | {"entry_id": unconfirmed.pk},
    }
