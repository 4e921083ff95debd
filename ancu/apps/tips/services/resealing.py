"""Seal envelope headers to another key. Bodies are neither read nor changed."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from ancu.apps.tips.models import SealedFile, Tip, TipMessage, UnitKey
from ancu.engines.envelopes import reseal

AT_ONCE = 500


def reseal_tips(tips: QuerySet[Tip], private: bytes, key: UnitKey) -> int:
    """Seal every envelope of ``tips`` to ``key`` in the caller's transaction; return the number of tips.

    The tips are locked before anything is read: a header read before a handler wrote another body would make that
    body unreadable for ever.
    """
    rows = list(tips.select_for_update(of=("self",)).order_by("pk").only("pk", "header", "sorting_header"))
    for tip in rows:
        tip.key = key
        tip.header = _reseal(tip.header, private, key)
        tip.sorting_header = _reseal(tip.sorting_header, private, key) if tip.sorting_header else b""
    Tip.objects.bulk_update(rows, ["key", "header", "sorting_header"], batch_size=AT_ONCE)
    keys = [tip.pk for tip in rows]
    _reseal_headers(TipMessage.objects.filter(tip_id__in=keys).only("pk", "header"), private, key)
    _reseal_headers(SealedFile.objects.filter(tip_id__in=keys).only("pk", "header"), private, key)
    return len(rows)


def _reseal_headers(sealed_rows: Iterable[Any], private: bytes, key: UnitKey) -> None:
    """Encrypt the envelope headers of these messages or files to the new key and save them.

    ``private`` is the former private key, which opens them.
    """
    rows = list(sealed_rows)
    for row in rows:
        row.header = _reseal(row.header, private, key)
    if rows:
        type(rows[0]).objects.bulk_update(rows, ["header"], batch_size=AT_ONCE)


def _reseal(header: bytes | memoryview, private: bytes, key: UnitKey) -> bytes:
    """Return the envelope's header, opened by the former private key and sealed to the new key."""
    return reseal(bytes(header), private, to=bytes(key.public))
