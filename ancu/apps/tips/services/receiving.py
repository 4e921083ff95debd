"""What the source does: tell, come back, say more. None of it leaves an event, an address or a minute behind."""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from uuid import UUID, uuid4

import msgspec
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.tips import rules
from ancu.apps.tips.enums import Channel, State
from ancu.apps.tips.models import HandlingUnit, Message, SealedFile, Tip
from ancu.apps.tips.rules.attachments import clean_name, kind_of
from ancu.apps.tips.rules.telling import FileNote, Told, encode
from ancu.apps.tips.selectors.tips import by_locator, must_be_found
from ancu.apps.tips.selectors.units import get_ready_unit, present_key
from ancu.apps.tips.services import receipts
from ancu.core import clock
from ancu.core.actor import PUBLIC, Actor
from ancu.core.errors import require
from ancu.engines.envelopes import ReceiptKeys, pad, seal


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """``again``: this form had come before; what was in it the second time was not taken in.

    ``files``: how many are stored.
    """

    receipt: str
    again: bool
    files: int


def receive(
    *,
    unit_id: int,
    form: str,
    told: Told,
    uploads: Sequence[Upload] = (),
    channel: Channel = Channel.WEB,
    actor: Actor = PUBLIC,
) -> Received:
    """Seal what was told to a unit's key and return the receipt; the same ``form`` again is the same receipt.

    404 for a unit that receives nothing. An officer who keys in what he was told cannot read it afterwards.
    """
    if channel is not Channel.WEB:
        require(rules.may_key_in(actor))
    unit_id = get_ready_unit(unit_id).pk
    receipt = receipts.receipt_of(form)
    keys = receipts.keys_of(receipt)
    with _nothing_left() as saved, transaction.atomic():
        # Locked, so that the key is not changed meanwhile: what is sealed to a retired key nobody opens.
        unit = HandlingUnit.objects.select_for_update().get(pk=unit_id)
        if (earlier := by_locator(keys.locator)) is not None:
            return Received(receipt, again=True, files=SealedFile.objects.filter(tip=earlier).count())
        tip = _new_tip(unit, keys, told, uploads, saved)
        if channel is not Channel.WEB:
            tip.channel, tip.keyed_by_id = channel, actor.user_id
            tip.save(update_fields=["channel", "keyed_by"])
            record(actor, "tips.keyed", tip, channel=str(channel))
    return Received(receipt, again=False, files=len(uploads))


def _new_tip(unit: HandlingUnit, keys: ReceiptKeys, told: Told, uploads: Sequence[Upload], saved: list[str]) -> Tip:
    key, hour = present_key(unit), rules.to_the_hour(clock.now())
    unit.numbered += 1
    unit.save(update_fields=["numbered"])
    tip = Tip(
        id=uuid4(), unit=unit, key=key, number=unit.numbered, channel=Channel.WEB, received_at=hour, said_at=hour,
        locator=keys.locator, source_public=keys.pair.public,
    )  # fmt: skip
    files, notes = _seal_files(tip, bytes(key.public), uploads, hour, saved)
    sealed = seal(pad(encode(msgspec.structs.replace(told, files=notes))), to=[bytes(key.public)], place=tip.place)
    tip.header, tip.body = sealed.headers[0], sealed.body
    tip.save(force_insert=True)
    SealedFile.objects.bulk_create(files)
    return tip


def say_more(*, keys: ReceiptKeys, form: str, text: str, uploads: Sequence[Upload] = ()) -> bool:
    """The source adds something; a closed tip is open again. False when this form had come before; 404 for no tip."""
    found = must_be_found(by_locator(keys.locator))
    with _nothing_left() as saved, transaction.atomic():
        HandlingUnit.objects.select_for_update().get(pk=found.unit_id)
        tip = must_be_found(Tip.objects.select_for_update(of=("self",)).filter(pk=found.pk).first())
        message = Message(id=_id_of(form, tip), tip=tip, position=tip.messages.count() + 1)
        if tip.messages.filter(pk=message.pk).exists():
            return False
        public, message.at = bytes(tip.key.public), rules.to_the_hour(clock.now())
        files, notes = _seal_files(tip, public, uploads, message.at, saved)
        sealed = seal(pad(encode(Told(text=text, files=notes))), to=[public], place=message.place)
        message.header, message.body = sealed.headers[0], sealed.body
        message.save(force_insert=True)
        SealedFile.objects.bulk_create(files)
        tip.said_at = message.at
        if tip.state == State.CLOSED:
            tip.state, tip.closed_at, tip.outcome, tip.destruction_asked_by = State.OPEN, None, "", None
        tip.save(update_fields=["said_at", "state", "closed_at", "outcome", "destruction_asked_by"])
    return True


def _id_of(form: str, tip: Tip) -> UUID:
    return UUID(bytes=blake2b(form.encode(), key=tip.id.bytes, digest_size=16).digest())


def _seal_files(
    tip: Tip, public: bytes, uploads: Sequence[Upload], hour: datetime, saved: list[str]
) -> tuple[list[SealedFile], list[FileNote]]:
    """The files sealed and stored, and what the envelope they came with says of them."""
    files, notes = [], []
    for upload in uploads:
        file = SealedFile(id=uuid4(), tip=tip)
        sealed = seal(pad(upload.data), to=[public], place=file.place)
        file.header = sealed.headers[0]
        saved.append(default_storage.save(file.path, ContentFile(sealed.body)))
        _forget_minute(saved[-1], hour)
        files.append(file)
        notes.append(FileNote(str(file.id), clean_name(upload.name), kind_of(upload.data), len(upload.data)))
    return files, notes


def _forget_minute(name: str, hour: datetime) -> None:
    """On the office's own disk a file is as old as the tip says; elsewhere the store keeps its own time."""
    try:
        os.utime(default_storage.path(name), (hour.timestamp(), hour.timestamp()))
    except NotImplementedError:
        return


@contextmanager
def _nothing_left() -> Iterator[list[str]]:
    """Names of stored files, deleted again when the block fails."""
    saved: list[str] = []
    try:
        yield saved
    except BaseException:
        for name in saved:
            default_storage.delete(name)
        raise
