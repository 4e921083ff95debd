"""Heads of the chain, signed and kept outside the database, and sent to another party (docs/adr/0030).

The database's owner can rewrite every table, hashes included. He has neither the signing key nor the folder in which
the program keeps each head, nor what another party has received: a chain that was shortened or recomputed does not
agree with them.
"""

import os
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage

from ancu.apps.audit.models import Link
from ancu.apps.audit.selectors.checks import FOLDER, MAIL, SENT, stored_heads
from ancu.apps.audit.services import record, seal_events
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.web.mail import render_letter
from ancu.core.web.outbound import AddressRefused, Unreachable, look_up, post
from ancu.engines.signed_heads import Head, public_key_of, sign

FILE_MODE = 0o444


class NotSent(Exception):
    """The head did not reach the other party; ``code`` gives the reason without personal data."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def sign_head() -> Head | None:
    """Sign the present head of the audit chain, store it in a file, and return it.

    None without a key or before the first event. A head that is stored already is returned as it was signed, so that
    a second run of the day's job makes no second one.
    """
    while seal_events():
        pass
    last = Link.objects.order_by("-id").first()
    if last is None or not settings.AUDIT_SIGNING_KEY:
        return None
    digest = bytes(last.hash).hex()
    for head in stored_heads():
        if (head.place, head.hash) == (last.pk, digest):
            return head
    at = clock.now().isoformat(timespec="seconds")
    head = sign(Head(settings.OFFICE_PREFIX, last.pk, digest, at), settings.AUDIT_SIGNING_KEY)
    _write(Path(settings.AUDIT_HEADS_FOLDER), head)
    return head


def send_head(actor: Actor, head: Head) -> None:
    """Send the signed head of the audit chain to every other party, and record each success.

    Raises NotSent with the first failure's reason, after all were tried.
    """
    failures = []
    for target in settings.AUDIT_HEADS_TO:
        try:
            _send(target, head)
        except NotSent as failure:
            failures.append(failure)
        else:
            record(actor, "audit.sent", SENT, place=head.place, way=target.partition(":")[0])
    if failures:
        raise failures[0]


def _send(target: str, head: Head) -> None:
    """Send the signed head to one party: by e-mail, into a folder, or by HTTP, as ``target`` says.

    Raises NotSent if that fails.
    """
    if target.startswith(MAIL):
        _mail(target.removeprefix(MAIL), head)
    elif target.startswith(FOLDER):
        try:
            _write(Path(target.removeprefix(FOLDER)), head)
        except OSError:
            raise NotSent("folder_unwritable") from None
    else:
        _post(target, head)


def _mail(address: str, head: Head) -> None:
    """Send the signed head with the public key to an e-mail address.

    Raises NotSent if no server accepts the letter.
    """
    public = public_key_of(settings.AUDIT_SIGNING_KEY)
    subject, body = render_letter("audit/letters/head.txt", "vi", head=head, public=public)
    try:
        EmailMessage(subject, body, to=[address]).send()
    except OSError:  # every error of SMTP is one
        raise NotSent("mail_unreachable") from None


def _post(url: str, head: Head) -> None:
    """Send the signed head by an HTTP POST.

    Raises NotSent if the address cannot be reached or refuses it.
    """
    try:
        answer = post(look_up(url), f"{head.line}\n".encode(), {"Content-Type": "text/plain; charset=utf-8"})
    except (AddressRefused, Unreachable) as failure:
        raise NotSent(failure.code) from None
    if not 200 <= answer.status < 300:
        raise NotSent(f"http_{answer.status}")


def _write(folder: Path, head: Head) -> None:
    """Write the signed head to a new file in the folder, flushed to disk; existing files are never overwritten."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{head.place:015}-{head.hash[:16]}.txt"
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    except FileExistsError:
        return
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"{head.line}\n")
        file.flush()
        os.fsync(file.fileno())
