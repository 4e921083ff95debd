"""Open envelopes with unlocked keys: a handler's, or a source's by its receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.core.files.storage import default_storage

from ancu.apps.tips.enums import TipState
from ancu.apps.tips.models import KeyHolder, KeyShare, SealedFile, Tip, TipMessage
from ancu.apps.tips.rules.content import FileNote, TipContent, TipSorting
from ancu.core.errors import Http404
from ancu.engines.envelopes import KeyPair, open_box, open_envelope, unpad

LAST_REPLIES = 3  # as many as one page of fixed size holds


@dataclass(frozen=True, slots=True)
class UnlockedKeys:
    """A holder whose passphrase was entered, with the unit's private key for one request."""

    holder: KeyHolder
    key_id: int
    private: bytes


@dataclass(frozen=True, slots=True)
class OpenedMessage:
    """One message in plain text."""

    at: datetime
    author: str
    content: TipContent


@dataclass(frozen=True, slots=True)
class OpenedTip:
    tip: Tip
    content: TipContent
    sorting: TipSorting
    messages: list[OpenedMessage]

    @property
    def files(self) -> list[FileNote]:
        """The notes (id, name, kind) of all files of the tip and its messages."""
        return [
            note
            for content in (self.content, *(message.content for message in self.messages))
            for note in content.files
        ]


def unlocked_keys_of(holder: KeyHolder, private: bytes) -> UnlockedKeys | None:
    """Return the unit's private key, decrypted by the holder's private key, as ``UnlockedKeys``.

    None if the holder was ended, was not confirmed, or has no copy of the current key.
    """
    share = KeyShare.objects.filter(holder=holder, key__retired_at__isnull=True).first()
    if share is None or holder.confirmed_at is None:
        return None
    return UnlockedKeys(holder, share.key_id, open_box(bytes(share.sealed), private))


def open_tip(hand: UnlockedKeys, tip: Tip) -> OpenedTip:
    """Return a tip with its content, sorting and messages decrypted by the unlocked keys (``hand``)."""
    messages = [
        _opened_message(hand, message) for message in tip.messages.select_related("author").order_by("position")
    ]
    return OpenedTip(tip, _tip_content(hand, tip), open_sorting(hand, tip), messages)


def open_sorting(hand: UnlockedKeys, tip: Tip) -> TipSorting:
    """Return the handlers' sorting of a tip decrypted; an empty one if there is none."""
    if not tip.sorting_body:
        return TipSorting()
    data = open_envelope(
        bytes(tip.sorting_header), bytes(tip.sorting_body), hand.private, place=b"sorting:" + tip.id.bytes
    )
    return msgspec.json.decode(unpad(data), type=TipSorting)


def open_sortings(hand: UnlockedKeys, tips: Sequence[Tip]) -> list[tuple[Tip, TipSorting]]:
    """Return the tips with their decrypted sortings, the most urgent first.

    The order: to handle now, new, to handle soon, all others; each group in the order of ``tips``.
    """
    order = {"now": 0, "soon": 2, "usual": 3}
    tip_sortings = [(tip, open_sorting(hand, tip)) for tip in tips]
    return sorted(
        tip_sortings, key=lambda entry: 1 if entry[0].state == TipState.NEW else order.get(entry[1].urgency, 3)
    )


def file_bytes(hand: UnlockedKeys, file: SealedFile) -> bytes:
    """Return the content of a tip's file decrypted by the unlocked keys (``hand``)."""
    with default_storage.open(file.path) as stored:
        body = stored.read()
    return unpad(open_envelope(bytes(file.header), body, hand.private, place=file.place))


def get_file_note(hand: UnlockedKeys, file: SealedFile) -> FileNote:
    """Return the name and kind of a tip's file, from the tip's decrypted contents; 404 if they do not list it."""
    for note in open_tip(hand, file.tip).files:
        if note.id == str(file.id):
            return note
    raise Http404


def open_replies(tip: Tip, source: KeyPair) -> list[tuple[datetime, str]]:
    """Return (time, text) of the last replies to the source, decrypted, the newest first.

    The source's own words are not shown, in case somebody finds the receipt.
    """
    replies = tip.messages.filter(author__isnull=False).order_by("-position")[:LAST_REPLIES]
    return [(reply.at, _reply_text(reply, source)) for reply in replies]


def _reply_text(message: TipMessage, source: KeyPair) -> str:
    """Return the text of a reply decrypted with the source's key pair."""
    data = open_envelope(bytes(message.source_header), bytes(message.body), source.private, place=message.place)
    return msgspec.json.decode(unpad(data), type=TipContent).text


def _tip_content(hand: UnlockedKeys, tip: Tip) -> TipContent:
    """Return the content of a tip decrypted by the unlocked keys (``hand``)."""
    data = open_envelope(bytes(tip.header), bytes(tip.body), hand.private, place=tip.place)
    return msgspec.json.decode(unpad(data), type=TipContent)


def _opened_message(hand: UnlockedKeys, message: TipMessage) -> OpenedMessage:
    """Return the message decrypted, with its time and its author's name ("" if the source wrote it)."""
    data = open_envelope(bytes(message.header), bytes(message.body), hand.private, place=message.place)
    author = message.author.full_name if message.author else ""
    return OpenedMessage(message.at, author, msgspec.json.decode(unpad(data), type=TipContent))
