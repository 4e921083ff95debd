"""The source's acts: tell, return, add. None leaves an audit event, an address or a minute."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import UUID, uuid4

import msgspec
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.tips import rules
from ancu.apps.tips.enums import TipChannel
from ancu.apps.tips.models import HandlingUnit, SealedFile, Tip, TipMessage
from ancu.apps.tips.rules.attachments import clean_name, kind_of
from ancu.apps.tips.rules.content import FileNote, TipContent, encode
from ancu.apps.tips.selectors.arrivals import ArrivedFile, SealedArrival, waiting_arrivals
from ancu.apps.tips.selectors.tips import by_locator, require_tip
from ancu.apps.tips.selectors.units import get_ready_unit, present_key
from ancu.apps.tips.services import arrivals, receipts
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor
from ancu.core.errors import require
from ancu.engines.envelopes import ReceiptKeys, pad, seal


@dataclass(frozen=True, slots=True)
class TipUpload:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class TipReceipt:
    """A receipt. ``again``: this form had come before, and its second content was ignored."""

    receipt: str
    is_repeated: bool
    files: int


def receive_tip(
    *,
    unit_id: int,
    form: str,
    content: TipContent,
    uploads: Sequence[TipUpload] = (),
    channel: TipChannel = TipChannel.WEB,
    actor: Actor = PUBLIC,
) -> TipReceipt:
    """Seal a tip to a unit's key and return the receipt; the same ``form`` returns the same receipt.

    404 for a unit that receives no tips. An officer who records a tip cannot read it afterwards.
    """
    if channel is not TipChannel.WEB:
        require(rules.may_record(actor))
    unit_id = get_ready_unit(unit_id).pk
    receipt = receipts.receipt_of(form)
    keys = receipts.keys_of(receipt)
    with _deleted_on_failure() as saved, transaction.atomic():
        arrivals.lock_unit_shared(
            unit_id
        )  # the key is not changed meanwhile: what is sealed to a retired key nobody opens
        if (earlier := by_locator(keys.locator)) is not None:
            return TipReceipt(receipt, is_repeated=True, files=_count_files(earlier))
        arrival = _sealed_tip(unit_id, keys, content, uploads, saved)
        if channel is TipChannel.WEB:
            saved.append(arrivals.store_arrival(arrival))
        else:
            _write_recorded_tip(actor, arrival, channel)
    _write_at_once()
    return TipReceipt(receipt, is_repeated=False, files=len(uploads))


def _count_files(tip: Tip) -> int:
    """Return the number of files of a tip, including those that wait to be written to the tables."""
    files = set(SealedFile.objects.filter(tip=tip.pk).values_list("pk", flat=True))
    return len(
        files.union(file.id for _path, arrival in waiting_arrivals(bytes(tip.locator)) for file in arrival.files)
    )


def _sealed_tip(
    unit_id: int, keys: ReceiptKeys, content: TipContent, uploads: Sequence[TipUpload], saved: list[str]
) -> SealedArrival:
    """Return the tip, sealed with its files to the unit's key, as an arrival.

    The names of stored files are added to ``saved``.
    """
    key, hour = present_key(HandlingUnit(pk=unit_id)), rules.to_the_hour(clock.now())
    tip, public = Tip(id=uuid4()), bytes(key.public)
    files, notes = _seal_files(public, uploads, hour, saved)
    sealed = seal(pad(encode(msgspec.structs.replace(content, files=notes))), to=[public], place=tip.place)
    return SealedArrival(
        id=tip.id, unit=unit_id, key=key.pk, hour=hour, locator=keys.locator, source_public=keys.pair.public,
        header=sealed.headers[0], body=sealed.body, files=files,
    )  # fmt: skip


def _write_recorded_tip(actor: Actor, arrival: SealedArrival, channel: TipChannel) -> None:
    """Write a tip that an officer recorded to the tables at once, and record the act in the audit.

    It need not wait for the hour, because the audit has the time of the officer's act.
    """
    unit = HandlingUnit.objects.select_for_update().get(pk=arrival.unit)
    unit.numbered += 1
    unit.save(update_fields=["numbered"])
    tip = arrival.as_tip()
    tip.number, tip.channel, tip.keyed_by_id = unit.numbered, channel, actor.user_id
    tip.save(force_insert=True)
    SealedFile.objects.bulk_create(SealedFile(id=file.id, tip=tip, header=file.header) for file in arrival.files)
    record(actor, "tips.keyed", tip, channel=str(channel))


def add_to_tip(*, keys: ReceiptKeys, form: str, text: str, uploads: Sequence[TipUpload] = ()) -> bool:
    """Add text and files to the source's tip; a closed tip is reopened.

    Return False for a repeated form, which adds nothing; 404 without a tip.
    """
    with _deleted_on_failure() as saved, transaction.atomic():
        tip = _lock_tip(keys)
        message = TipMessage(id=_id_of(form, tip), tip_id=tip.pk)
        before = [arrival for _path, arrival in waiting_arrivals(keys.locator)]
        if tip.messages.filter(pk=message.pk).exists() or message.pk in {arrival.id for arrival in before}:
            return False
        public, hour = bytes(tip.key.public), rules.to_the_hour(clock.now())
        files, notes = _seal_files(public, uploads, hour, saved)
        sealed = seal(pad(encode(TipContent(text=text, files=notes))), to=[public], place=message.place)
        follows = 1 + max((earlier.follows for earlier in before), default=0)
        arrival = SealedArrival(
            id=message.pk, unit=tip.unit_id, key=tip.key_id, hour=hour, locator=keys.locator, files=files,
            header=sealed.headers[0], body=sealed.body, follows=follows,
        )  # fmt: skip
        saved.append(arrivals.store_arrival(arrival))
    _write_at_once()
    return True


def _lock_tip(keys: ReceiptKeys) -> Tip:
    """Return the source's tip, with its unit's lock taken until the transaction ends; 404 without a tip.

    Meanwhile the unit's key does not change, and the tip is not forwarded.
    """
    tip = require_tip(by_locator(keys.locator))
    while True:
        arrivals.lock_unit_shared(tip.unit_id)
        locked_tip = require_tip(by_locator(keys.locator))
        if locked_tip.unit_id == tip.unit_id:
            return locked_tip
        tip = locked_tip


def _write_at_once() -> None:
    """Write waiting arrivals to the tables now if the setting TIPS_WAIT_FOR_THE_HOUR is off (demo and tests)."""
    if not settings.TIPS_WAIT_FOR_THE_HOUR:
        arrivals.write_arrivals()


def _id_of(form: str, tip: Tip) -> UUID:
    """Return the id of an addition to the tip, derived from the form's key; a form sent twice gives the same id."""
    return UUID(bytes=blake2b(form.encode(), key=tip.id.bytes, digest_size=16).digest())


def _seal_files(
    public: bytes, uploads: Sequence[TipUpload], hour: datetime, saved: list[str]
) -> tuple[list[ArrivedFile], list[FileNote]]:
    """Seal the files to the public key and store them; add their names to ``saved``.

    Return them, and the notes that describe them in the tip's envelope.
    """
    files, notes = [], []
    for upload in uploads:
        file = SealedFile(id=uuid4())
        sealed = seal(pad(upload.data), to=[public], place=file.place)
        saved.append(default_storage.save(file.path, ContentFile(sealed.body)))
        arrivals.set_file_times(saved[-1], hour)
        files.append(ArrivedFile(file.id, sealed.headers[0]))
        notes.append(FileNote(str(file.id), clean_name(upload.name), kind_of(upload.data), len(upload.data)))
    return files, notes


@contextmanager
def _deleted_on_failure() -> Iterator[list[str]]:
    """Yield a list for the names of stored files; these files are deleted if the block fails."""
    saved: list[str] = []
    try:
        yield saved
    except BaseException:
        for name in saved:
            default_storage.delete(name)
        raise
