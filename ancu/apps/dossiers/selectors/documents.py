"""The documents that can be printed for a dossier in its current state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import IN_THE_OFFICE, ISSUED, LetterKind, State
from ancu.apps.dossiers.models import Dossier, OfficialLetter
from ancu.apps.dossiers.selectors.page import in_words
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.core.security.privacy import REDACTED

DOCUMENT_TITLES: dict[str, Words] = {
    "receipt": _("Receipt slip"),
    "appointment": _("Slip for the result"),
    **{kind.value: kind.label for kind in LetterKind},
}
FORM_PREFIX = "form-"


@dataclass(frozen=True)
class DossierDocument:
    """A document with its title in the reader's language and its PDF's address; a letter with symbol and day."""

    title: str
    url: str
    symbol: str = ""
    issued_at: datetime | None = None


def form_code(kind: str) -> str:
    """Return the code of a form's document, such as ``NA5`` of ``form-NA5``; empty for the office's papers."""
    return kind.removeprefix(FORM_PREFIX) if kind.startswith(FORM_PREFIX) else ""


def is_printable(dossier: Dossier, kind: str) -> bool:
    """Whether the dossier has the document ``kind`` to print: one of its forms, or a paper of the office.

    Forms exist at any time, a paper of the office only after the act that it reports.
    """
    if code := form_code(kind):
        return any(form.code == code for form in procedure_of(dossier).forms)
    if kind == "supplement":
        return bool(dossier.supplements.all())  # those already read, on the page of the dossier
    return _by_state(dossier).get(kind, False)


def _by_state(dossier: Dossier) -> dict[str, bool]:
    """Return, by kind of the office's papers, whether the dossier has it in its present state."""
    return {
        "receipt": dossier.submitted_at is not None,
        "appointment": dossier.due_on is not None and dossier.state in IN_THE_OFFICE,
        LetterKind.NOT_ACCEPTED: dossier.state == State.NOT_ACCEPTED,
        LetterKind.TRANSFER: dossier.state == State.TRANSFERRED,
        LetterKind.DELAY: False,  # always numbered, so it stands among the letters only
        LetterKind.REFUSAL: dossier.state == State.REFUSED,
        LetterKind.RESULT: dossier.state in ISSUED,
        LetterKind.CLOSING: dossier.state == State.CLOSED,
    }


def documents(dossier: Dossier) -> list[DossierDocument]:
    """Return title and PDF address of the dossier's printable documents: slips, letters in order of issue, forms."""
    letters = list(OfficialLetter.objects.filter(dossier=dossier).defer("content").order_by("pk"))
    issued = {letter.kind for letter in letters}
    office_papers = [
        DossierDocument(str(title), _url(dossier, kind))
        for kind, title in DOCUMENT_TITLES.items()
        if kind not in issued and is_printable(dossier, kind)
    ]
    forms = procedure_of(dossier).forms
    return [
        *office_papers,
        *_letter_documents(dossier, letters),
        *(DossierDocument(in_words(form, "name"), _url(dossier, f"{FORM_PREFIX}{form.code}")) for form in forms),
    ]


def _letter_documents(dossier: Dossier, letters: Iterable[OfficialLetter]) -> list[DossierDocument]:
    """Return the issued letters as documents; none once the dossier's personal data are deleted."""
    if dossier.full_name == REDACTED:
        return []
    return [
        DossierDocument(
            letter.get_kind_display(), reverse("dossiers:letter", args=[dossier.number, letter.pk]), letter.symbol,
            letter.issued_at,
        )
        for letter in letters
    ]  # fmt: skip


def _url(dossier: Dossier, kind: str) -> str:
    """Return the address of the PDF of the dossier's document ``kind``."""
    return reverse("dossiers:document", args=[dossier.number, kind])
