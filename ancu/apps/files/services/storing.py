"""Store files: size, real type, virus scan and encryption; read and delete them."""

import io
import logging
import socket
import struct
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import PurePath
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.services import record
from ancu.apps.files import enums
from ancu.apps.files.models import StoredFile
from ancu.apps.files.selectors import expired
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.db.file_storage import is_full
from ancu.core.forms.file_errors import FileError
from ancu.core.security.encryption import FILES
from ancu.engines import papers

logger = logging.getLogger(__name__)
MAX_BYTES = 50 * 1024 * 1024
SCAN_SECONDS = 30
CHUNK = 64 * 1024
BATCH = 200
SIGNATURES = [
    (b"%PDF-", enums.PDF),
    (b"\x89PNG\r\n\x1a\n", enums.PNG),
    (b"\xff\xd8\xff", enums.JPEG),
    (b"II*\x00", enums.TIFF),
    (b"MM\x00*", enums.TIFF),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", enums.OLE),
]


class FileRefused(Exception):
    """The file is refused. ``code`` is stable; ``message`` and ``mend`` are (lazy) sentences for the person."""

    def __init__(self, code: str, message: Any, mend: Any = "") -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.mend = mend
        self.file = ""  # its name, where several came together

    @property
    def form_error(self) -> ValidationError:
        """Return the refusal as a form error, with the file's name if there are several."""
        if not self.file:
            return ValidationError(self.message)
        return FileError(self.file, format_lazy("{}: {}", self.file, self.message))


class UploadUsed(FileRefused):
    """An earlier submission of the same form has stored this file already; nothing is left to do."""


class FileUnreadable(Exception):
    """The stored bytes cannot be decrypted: another key, or changed on disk."""


@contextmanager
def naming_file(file: str) -> Iterator[None]:
    """Context manager that adds the file's name ``file`` to a FileRefused raised in its block.

    For forms with several files.
    """
    try:
        yield
    except FileRefused as refused:
        refused.file = file
        raise


def store(
    actor: Actor,
    *,
    data: bytes,
    name: str,
    purpose: str,
    organisation_id: int | None = None,
    delete_after: datetime | None = None,
    max_bytes: int = MAX_BYTES,
    accept: frozenset[str] | None = None,
) -> StoredFile:
    """Check, encrypt and store ``data``; return the file with its SHA-256.

    ``accept`` limits the real types (``files.enums``). Raises FileRefused for an empty or oversized file, a type not
    accepted, or one the virus scanner objects to.
    """
    media_type = check(data, max_bytes=max_bytes, accept=accept)
    file = StoredFile(
        organisation_id=organisation_id if organisation_id is not None else actor.organisation_id,
        uploaded_by=actor.user_id,
        name=clean_name(name),
        media_type=media_type,
        size=len(data),
        sha256=sha256(data).hexdigest(),
        purpose=purpose,
        delete_after=delete_after,
    )
    saved = _save(file.path, seal(data, file.pk.bytes))
    try:
        with transaction.atomic():
            file.save(force_insert=True)
            record(actor, "files.stored", file, purpose=purpose, size=file.size, media_type=media_type)
    except BaseException:
        default_storage.delete(saved)
        raise
    return file


def _save(path: str, sealed: bytes) -> str:
    """Write encrypted bytes to the storage; return their path. Raises FileRefused when the disk is full."""
    try:
        return default_storage.save(path, ContentFile(sealed))
    except OSError as error:
        if not is_full(error):
            raise
        logger.error("files: the disk is full")
        raise FileRefused(
            "storage_full", _("Files cannot be stored at the moment. Nothing was saved. Send the file again later.")
        ) from error


def check(data: bytes, *, max_bytes: int = MAX_BYTES, accept: frozenset[str] | None = None) -> str:
    """Return the media type of ``data`` by its bytes; raises FileRefused as ``store`` does."""
    if not data:
        raise FileRefused("file_empty", _("This file is empty."))
    if len(data) > max_bytes:
        megabytes = max_bytes // (1024 * 1024)
        raise FileRefused("file_too_large", _("This file is larger than %(size)s MB.") % {"size": megabytes})
    media_type = sniff(data)
    if accept is not None and media_type not in accept:
        raise FileRefused("file_type", _("This kind of file is not accepted here."))
    scan(data)
    return media_type


def clean_name(name: str) -> str:
    """Return a file name for storage: the path's last part without control characters, at most 200 characters.

    The ending stays.
    """
    base = PurePath(name.replace("\\", "/")).name
    plain = "".join(sign for sign in base if sign.isprintable()).strip() or "file"
    suffix = PurePath(plain).suffix[:20]
    return plain if len(plain) <= 200 else plain[: 200 - len(suffix)] + suffix


def sniff(data: bytes) -> str:
    """Return the media type of a file by its bytes; the name and the declared type are ignored."""
    for start, media_type in SIGNATURES:
        if data.startswith(start):
            return media_type
    if data[4:8] == b"ftyp":
        return papers.sniff(data)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return enums.WEBP
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _kind_of_zip(data)
    return _kind_of_text(data)


def _kind_of_zip(data: bytes) -> str:
    """Return the media type of a zip archive: an Excel workbook or another archive; unknown if damaged."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return enums.UNKNOWN
    return enums.XLSX if "xl/workbook.xml" in names else enums.ZIP


def _kind_of_text(data: bytes) -> str:
    """Return the media type of a text file: HTML, XML, JSON or plain; unknown for binary data."""
    start = data[:4096]
    encoding = "utf-16" if start.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = start.decode(encoding, errors="ignore").lstrip().lower()
    if encoding == "utf-8-sig" and b"\0" in start:
        return enums.UNKNOWN
    if text.startswith(("<!doctype html", "<html", "<table")):
        return enums.HTML
    if text.startswith("<"):
        return enums.HTML if "<html" in text else enums.XML
    return enums.JSON if text.startswith(("{", "[")) else enums.TEXT


def read_bytes(file: StoredFile) -> bytes:
    """Return the file's original bytes, decrypted.

    Raises FileUnreadable for a wrong key or changed file, FileNotFoundError if it is gone.
    """
    with default_storage.open(file.path) as stored:
        sealed = stored.read()
    return unseal(sealed, file.pk.bytes)


def open_bytes(file: StoredFile) -> io.BytesIO:
    """Return the file's original bytes as a stream for responses; raises the same errors as ``read_bytes``."""
    return io.BytesIO(read_bytes(file))


def seal(data: bytes, place: bytes) -> bytes:
    """Return ``data`` encrypted with the files' key and bound to its storage ``place``."""
    return FILES.seal(data, place)


def unseal(sealed: bytes, place: bytes) -> bytes:
    """Return the data that ``seal`` encrypted.

    Raises FileUnreadable for a wrong key, a changed bit, or another place.
    """
    try:
        return FILES.open(sealed, place)
    except InvalidTag as error:
        raise FileUnreadable(place.hex()) from error


@transaction.atomic
def delete(actor: Actor, *, file: StoredFile) -> None:
    """Delete the stored file; its bytes are deleted when the transaction commits."""
    path = file.path
    record(actor, "files.deleted", file, purpose=file.purpose)
    file.delete()
    transaction.on_commit(lambda: default_storage.delete(path))


@transaction.atomic
def keep_until(actor: Actor, *, file: StoredFile, moment: datetime) -> None:
    """Set the moment until which the stored file is retained; afterwards it is deleted."""
    file.delete_after = moment
    file.save(update_fields=["delete_after"])
    record(actor, "files.kept", file, purpose=file.purpose, until=moment.isoformat())


def delete_expired(actor: Actor) -> int:
    """Delete every expired file, each in its own transaction; return their number."""
    count = 0
    while batch := list(expired(clock.now())[:BATCH]):
        for file in batch:
            delete(actor, file=file)
            count += 1
    return count


def scan(data: bytes) -> None:
    """Have ClamAV scan the file's bytes for viruses, if ``CLAMAV_SOCKET`` names its daemon (path or host:port).

    Raises FileRefused for an infected file, and also when the daemon does not answer: unscanned is not clean.
    """
    if not settings.CLAMAV_SOCKET:
        return
    try:
        answer = _ask_clamd(data)
    except OSError as error:
        raise FileRefused(
            "scanner_unreachable", _("The virus scanner is not responding. Send the file again in a few minutes.")
        ) from error
    if not answer.endswith("OK"):
        raise FileRefused("file_infected", _("The virus scanner rejected this file."))


def _ask_clamd(data: bytes) -> str:
    """Send the data to the virus scanner and return its answer as text."""
    with _connect(settings.CLAMAV_SOCKET) as connection:
        connection.sendall(b"zINSTREAM\0")
        for start in range(0, len(data), CHUNK):
            part = data[start : start + CHUNK]
            connection.sendall(struct.pack("!L", len(part)) + part)
        connection.sendall(struct.pack("!L", 0))
        answer = b""
        while part := connection.recv(4096):
            answer += part
    return answer.rstrip(b"\0\n ").decode(errors="replace")


def _connect(address: str) -> socket.socket:
    """Return a socket connected to the virus scanner at ``address``: a socket path or host:port."""
    if "/" in address:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.settimeout(SCAN_SECONDS)
        connection.connect(address)
        return connection
    host, _colon, port = address.rpartition(":")
    return socket.create_connection((host, int(port)), timeout=SCAN_SECONDS)
