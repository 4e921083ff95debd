"""Temporarily unlocked keys: one half in the machine's memory, the other in the browser."""

import base64
import contextlib
import os
import secrets
import time
from hashlib import blake2b
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

TOKEN_BYTES = 32
NONCE = bytes(12)  # each token closes one thing, once
SHORTEST = 40  # signs of a token


def store_key(data: bytes, owner: str, *, idle: int, longest: int) -> str:
    """Store an unlocked key (``data``) for ``owner`` in memory; return the token that opens it.

    It is deleted once it is unused for ``idle`` seconds, and after ``longest`` seconds in any case.
    """
    sweep_idle(idle)
    token = base64.urlsafe_b64encode(secrets.token_bytes(TOKEN_BYTES)).decode()
    path = _path(token, owner)
    until = int(time.time()) + longest
    closed = AESGCM(_key(token)).encrypt(NONCE, until.to_bytes(8) + data, path.name.encode())
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(closed)
    _touch(path)
    return token


def fetch_key(token: str, owner: str, *, idle: int) -> bytes | None:
    """Return the unlocked key of this token and restart its idle time; None if it is gone or expired.

    None also for another owner's token.
    """
    if len(token) < SHORTEST:
        return None
    path, now = _path(token, owner), time.time()
    try:
        if now - path.stat().st_mtime > idle:
            path.unlink()
            return None
        opened = AESGCM(_key(token)).decrypt(NONCE, path.read_bytes(), path.name.encode())
        if int.from_bytes(opened[:8]) < now:
            path.unlink()
            return None
        _touch(path)
    except (OSError, InvalidTag, ValueError):
        return None
    return opened[8:]


def delete_key(token: str, owner: str) -> None:
    """Delete the unlocked key of this token, if it is stored."""
    with contextlib.suppress(OSError):
        _path(token, owner).unlink()


def sweep_idle(idle: int) -> int:
    """Delete the unlocked keys unused for ``idle`` seconds; return their number."""
    count = 0
    for path in _folder().iterdir():
        with contextlib.suppress(OSError):
            if time.time() - path.stat().st_mtime > idle:
                path.unlink()
                count += 1
    return count


def _touch(path: Path) -> None:
    """Set the file's modification time to now by the program's clock, with which it is compared."""
    now = time.time()
    os.utime(path, (now, now))


def _folder() -> Path:
    """Return the folder in memory for unlocked keys, created if missing and readable only by this program's user.

    PermissionError if it belongs to another user or is a symbolic link.
    """
    folder = Path(settings.TIPS_MEMORY)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.geteuid() or folder.is_symlink():
        raise PermissionError(f"{folder} belongs to somebody else")
    return folder


def _path(token: str, owner: str) -> Path:
    """Return the path of the file with the token's unlocked key."""
    return _folder() / blake2b(f"{owner}:{token}".encode(), digest_size=20, person=b"ancu.memory.name").hexdigest()


def _key(token: str) -> bytes:
    """Return the key that encrypts the stored file; it can only be derived from the token in the browser's cookie."""
    return blake2b(token.encode(), digest_size=32, person=b"ancu.memory.key").digest()
