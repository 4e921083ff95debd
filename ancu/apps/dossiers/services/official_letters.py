"""The office's official letters: numbered and stored with the act that they report, typeset when they are read."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import segno
from django.conf import settings

from ancu.apps.accounts.models import User
from ancu.apps.audit.services import record, record_look
from ancu.apps.dossiers.enums import LetterKind, State
from ancu.apps.dossiers.models import Dossier, DossierEvent, OfficialLetter, Supplement
from ancu.apps.dossiers.selectors.letter_facts import heading_of, letter_facts, letterhead_of, signature_of
from ancu.apps.dossiers.selectors.letter_texts import SERIES, letter_content
from ancu.apps.dossiers.selectors.public import look_up_code, look_up_url
from ancu.apps.dossiers.services.numbering import lock_agencies, next_number
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.errors import Http404
from ancu.core.security.privacy import REDACTED

TEMPLATE = Path(__file__).parent.parent / "documents" / "letter.typ"
LETTER_OF_ACT: dict[str, LetterKind] = {
    State.SUPPLEMENT: LetterKind.SUPPLEMENT,
    State.NOT_ACCEPTED: LetterKind.NOT_ACCEPTED,
    State.TRANSFERRED: LetterKind.TRANSFER,
    State.REFUSED: LetterKind.REFUSAL,
    State.READY: LetterKind.RESULT,
    State.CLOSED: LetterKind.CLOSING,
    "corrected": LetterKind.RESULT,  # a result that had been mistyped
    "postponed": LetterKind.DELAY,
}


def issue_letter(actor: Actor, dossier: Dossier, event: DossierEvent) -> OfficialLetter | None:
    """Issue the letter that the act ``event`` on a locked dossier needs, with the next number of its series and year.

    None for an act without a letter. The letter exists if and only if the act is committed, so no number is lost. The
    time is taken under the lock, so that numbers follow times, and a letter has the sentences of the day that it bears.
    """
    kind, agency = LETTER_OF_ACT.get(event.act), dossier.agency
    if kind is None or agency is None:
        return None
    letterhead, signer = letterhead_of(agency), signer_of(dossier, event)
    lock_agencies([agency.pk])
    now, series = clock.now(), SERIES[kind]
    day, year = clock.local(now).date(), clock.local(now).year
    content = letter_content(kind, letter_facts(dossier, kind, event, day)) | heading_of(agency, letterhead)
    content["signature"] = signature_of(letterhead, kind, signer)
    letter = OfficialLetter.objects.create(
        agency=agency, series=series, year=year, agency_symbol=letterhead.symbol, kind=kind, issued_at=now,
        number=next_number(OfficialLetter.objects.filter(agency=agency, series=series, year=year)),
        dossier=dossier, event=event, signed_by=signer, content=content | parts_of_day(day),
    )  # fmt: skip
    record(actor, "dossiers.issued_letter", dossier, letter=letter.symbol, year=year)
    return letter


def signer_of(dossier: Dossier, event: DossierEvent) -> User | None:
    """Return who signs the letter about the act: the officer who acted, or who had requested what did not come."""
    if event.by is not None:
        return event.by
    last = Supplement.objects.filter(dossier=dossier).select_related("asked_by").order_by("-pk").first()
    return last.asked_by if last else None


def parts_of_day(day: date) -> dict[str, dict[str, str]]:
    """Return a letter's day in its parts, as its first line needs them.

    Decree 30/2020/NĐ-CP writes 0 before days below ten and before the first two months.
    """
    month = f"{day:%m}" if day.month < 3 else str(day.month)
    return {"day": {"day": f"{day:%d}", "month": month, "year": str(day.year)}}


def issued_letter_pdf(actor: Actor, letter: OfficialLetter) -> bytes:
    """Return an issued letter as PDF, as it was issued; recorded as a look at the person.

    404 once the dossier's personal data are deleted.
    """
    dossier = letter.dossier
    if dossier.full_name == REDACTED:
        raise Http404
    record_look(actor, dossier, export=f"letter-{letter.pk}")
    content = letter.content or _present_content(dossier, LetterKind(letter.kind), letter)
    return typeset(content, letter.symbol, dossier.number)


def latest_letter_pdf(actor: Actor, dossier: Dossier, kind: LetterKind) -> bytes:
    """Return the dossier's latest letter of this kind as PDF.

    An act from before letters were numbered has none: its letter is typeset as a copy without a number.
    """
    letter = OfficialLetter.objects.filter(dossier=dossier, kind=kind).order_by("-pk").first()
    if letter is not None:
        letter.dossier = dossier
        return issued_letter_pdf(actor, letter)
    record_look(actor, dossier, export=kind.value)
    content = _present_content(dossier, kind, None)
    return typeset(content, content["unnumbered"], dossier.number)


def _present_content(dossier: Dossier, kind: LetterKind, letter: OfficialLetter | None) -> dict[str, Any]:
    """Return what the letter would say by the dossier's present data; 404 for a dossier without an office."""
    agency = dossier.agency
    if agency is None:
        raise Http404
    acts = [act for act, own in LETTER_OF_ACT.items() if own == kind]
    event = letter.event if letter else dossier.events.filter(act__in=acts).order_by("-sequence").first()
    if event is None:
        raise Http404
    letterhead, day = letterhead_of(agency), clock.local(letter.issued_at if letter else event.at).date()
    content = letter_content(kind, letter_facts(dossier, kind, event, day)) | heading_of(agency, letterhead)
    content["signature"] = signature_of(letterhead, kind, signer_of(dossier, event))
    content["unnumbered"] = f"......./{SERIES[kind]}-{letterhead.symbol}"
    return content | parts_of_day(day)


def typeset(content: Mapping[str, Any], symbol: str, number: str) -> bytes:
    """Return a letter as PDF: the Vietnamese text to be signed, then its English translation."""
    code, url = look_up_code(number), look_up_url(number)
    return typeset_with_code(content, symbol, url=url, site=f"{settings.PUBLIC_URL}/d/", code=code)


def typeset_with_code(content: Mapping[str, Any], symbol: str, *, url: str, site: str, code: str) -> bytes:
    """Return a letter as PDF with this address and code to look the dossier up by."""
    qr = segno.make(url, error="m", micro=False).svg_inline(border=2, omitsize=True)
    return render_pdf(TEMPLATE, {**content, "number": symbol, "site": site, "code": code}, images={"qr": qr})
