"""Encrypting anew what the former key encrypted: in batches, while the office works, resumable at any moment.

No progress is stored. What was encrypted begins with its key's id, so that a run that was killed is continued by
starting another: it passes over what is current.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from cryptography.exceptions import InvalidTag
from django.db import models, transaction

from ancu.core.registry import Hook
from ancu.core.security.encryption import SECRETS, Cipher

BATCH = 100


class Renewal(Enum):
    CURRENT = "current"  # encrypted by the present key already, or empty
    RENEWED = "renewed"
    GONE = "gone"  # its bytes are not there
    UNREADABLE = "unreadable"  # by neither key; the former one would not help


class EncryptedStore:
    """Rows that hold something encrypted. An app registers its stores in ``ENCRYPTED_STORES``."""

    name: str
    model: type[models.Model]
    batch = BATCH

    def rows(self) -> models.QuerySet[Any]:
        """Return the model's rows to re-encrypt: all by default; subclasses may leave out those of the present key."""
        return self.model._default_manager.all()

    def renew(self, row: Any) -> Renewal:
        """Re-encrypt the locked row with the present key if needed; return whether that was done.

        Abstract: each subclass implements it. Raises InvalidTag if no key opens the row's data.
        """
        raise NotImplementedError

    def run(self) -> Iterator[Renewal]:
        """Renew the encryption of every row once, each batch in its own transaction; yield each row's outcome."""
        last = None
        while keys := self._keys(last):
            yield from self._renew_batch(keys)
            last = keys[-1]

    def _keys(self, last: Any) -> list[Any]:
        """Return the primary keys of the next batch after ``last``."""
        rows = self.rows().order_by("pk")
        return list((rows if last is None else rows.filter(pk__gt=last)).values_list("pk", flat=True)[: self.batch])

    @transaction.atomic
    def _renew_batch(self, keys: list[Any]) -> list[Renewal]:
        """Re-encrypt a batch of rows, locked against concurrent changes; return each row's outcome."""
        locked = self.model._default_manager.select_for_update(of=("self",)).filter(pk__in=keys)
        return [self._renew(row) for row in locked.order_by("pk")]

    def _renew(self, row: Any) -> Renewal:
        """Renew the encryption of a row and return the outcome: ``UNREADABLE`` if no key fits."""
        try:
            return self.renew(row)
        except InvalidTag:
            return Renewal.UNREADABLE


ENCRYPTED_STORES: Hook[Callable[[], Iterable[EncryptedStore]]] = Hook()


@dataclass
class Column(EncryptedStore):
    """Bytes in a column; ``place`` is what those of a row are bound to."""

    model: type[models.Model]
    column: str
    place: Callable[[Any], bytes]
    cipher: Cipher = SECRETS
    name: str = field(init=False)

    def __post_init__(self) -> None:
        self.name = f"{self.model._meta.db_table}.{self.column}"

    def rows(self) -> models.QuerySet[Any]:
        """Return only the rows whose column another key encrypted, so that a second run is short."""
        head = models.Func(
            models.F(self.column),
            template=f"substring(%(expressions)s from 1 for {len(self.cipher.head)})",
            output_field=models.BinaryField(),
        )
        filled = super().rows().exclude(**{f"{self.column}__isnull": True}).exclude(**{self.column: b""})
        outdated: models.QuerySet[Any] = filled.alias(head=head).exclude(head=self.cipher.head)
        return outdated

    def renew(self, row: Any) -> Renewal:
        """Encrypt the row's column with the present key; return RENEWED, or CURRENT if it was or is empty."""
        sealed = bytes(getattr(row, self.column) or b"")
        if not sealed or sealed.startswith(self.cipher.head):
            return Renewal.CURRENT
        renewed = self.cipher.renew(sealed, self.place(row))
        self.model._default_manager.filter(pk=row.pk).update(**{self.column: renewed})
        return Renewal.RENEWED


def stores() -> list[EncryptedStore]:
    """Return every store of encrypted data that the apps registered for key rotation."""
    return [store for offer in ENCRYPTED_STORES for store in offer()]
