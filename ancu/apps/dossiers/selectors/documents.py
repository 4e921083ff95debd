"""The documents that can be printed for a dossier in its current state."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from ancu.apps.dossiers.enums import IN_THE_OFFICE, ISSUED, State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.page import in_words
from ancu.apps.dossiers.selectors.procedures import procedure_of

DOCUMENT_TITLES: dict[str, Words] = {
    "receipt": _("Receipt slip"),
    "appointment": _("Slip for the result"),
    "supplement": _("Request for more documents"),
    "not-accepted": _("Notice: dossier not accepted"),
    "refusal": _("Notice: request not approved"),
    "result": _("Notice of the result"),
}
FORM_PREFIX = "form-"


@dataclass(frozen=True)
class DossierDocument:
    title: str
    url: str


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
        "not-accepted": dossier.state == State.NOT_ACCEPTED,
        "refusal": dossier.state == State.REFUSED,
        "result": dossier.state in ISSUED,
    }


def documents(dossier: Dossier) -> list[DossierDocument]:
    """Return title and PDF address of the dossier's printable documents, the office's papers before the forms."""
    office_papers = [
        DossierDocument(str(title), _url(dossier, kind))
        for kind, title in DOCUMENT_TITLES.items()
        if is_printable(dossier, kind)
    ]
    forms = procedure_of(dossier).forms
    return office_papers + [
        DossierDocument(in_words(form, "name"), _url(dossier, f"{FORM_PREFIX}{form.code}")) for form in forms
    ]


def _url(dossier: Dossier, kind: str) -> str:
    """Return the address of the PDF of the dossier's document ``kind``."""
    return reverse("dossiers:document", args=[dossier.number, kind])
