"""Checks whether a person who collects a result is entitled to it."""

import re
from typing import NamedTuple

from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import ReceiverProof
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.prefill import values_by_source
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.public import is_slip_of
from ancu.engines.exchange import is_placeholder, read_document
from ancu.engines.names import Person, score
from ancu.engines.rulebook import CUT, agree

ANOTHER_PERSON = "another_person"  # may be confirmed by the officer who saw the authorisation
# A Vietnamese identity card has 12 digits, an old one 9; a passport letters and digits, or up to 9 digits.
IDENTITY_NUMBER = re.compile(r"[0-9]{6,9}|[0-9]{12}|(?=.*[0-9])(?=.*[A-Z])[0-9A-Z]{6,12}")

INITIALS = re.compile(
    r"\b[B-DF-HJ-NP-TV-Z]{2,3}\b"
)  # initials written together, as in "LEE DY": without a vowel they are no name
LIKELY = 0.5  # two members of one family score below a third


class ProofProblem(NamedTuple):
    """Why a result is not handed over against the given proof; ``field`` is the form's field."""

    code: str
    field: str
    message: str


def proof_problem(dossier: Dossier, proof: ReceiverProof, number: str, received_by: str) -> ProofProblem | None:
    """Return why the proof does not entitle its holder to the result; None if it does.

    It does if it is the slip's code, or the document of the applicant or of a sponsor whom the dossier names by
    number.
    """
    if proof == ReceiverProof.SLIP:
        message = _("This is not the code on the slip of this dossier.")
        return None if is_slip_of(dossier, number) else ProofProblem("not_this_slip", "proof_number", message)
    return _identity_problem(dossier, number, received_by) if proof == ReceiverProof.IDENTITY else None


def _identity_problem(dossier: Dossier, number: str, received_by: str) -> ProofProblem | None:
    """Return why the document does not entitle its holder; None for the applicant's or sponsor's own document."""
    tidy, is_applicant = normalised_document_number(number), may_be_named(received_by, dossier.full_name)
    if tidy and tidy == normalised_document_number(dossier.document_number):
        if agree(received_by, dossier.full_name):
            return None
        message = _(
            "This is the passport of %(name)s. Enter that name, or the document of the person who collects the result."
        )
        return ProofProblem("not_the_name", "received_by", message % {"name": dossier.full_name})
    sources = values_by_source(procedure_of(dossier), dossier.answers)
    sponsor, sponsor_name = (str(sources.get(f"sponsor.{key}") or "") for key in ("document_number", "full_name"))
    if (
        tidy
        and tidy == normalised_document_number(sponsor)
        and (not is_applicant or may_be_named(received_by, sponsor_name))
    ):
        return None
    if problem := number_problem(tidy):
        return problem
    if is_applicant:
        message = _(
            "This is the applicant’s name, in full or shortened, but not the number of the applicant’s own passport "
            "in this dossier. Read the number again, use the code of the slip, or enter the full name of the person "
            "who collects it."
        )
        return ProofProblem("not_the_applicants_document", "proof_number", message)
    message = _(
        "This is neither the applicant’s passport nor a document named in the dossier. If another person collects "
        "the result, check the authorisation and confirm below."
    )
    return ProofProblem(ANOTHER_PERSON, "proof_number", message)


def number_problem(tidy: str) -> ProofProblem | None:
    """Return why ``tidy`` cannot be the number of an identity document; None if it can."""
    if is_placeholder(tidy):
        message = _(
            "%(number)s is not a document number: it is used when the number is not known. Read the number from the "
            "document."
        )
        return ProofProblem("placeholder", "proof_number", message % {"number": tidy})
    if not IDENTITY_NUMBER.fullmatch(tidy):
        message = _(
            "Enter the full number from the document: an identity card has 12 or 9 digits, a passport 6 to 12 "
            "letters and digits."
        )
        return ProofProblem("bad_document_number", "proof_number", message)
    return None


def may_be_named(written: str, full_name: str) -> bool:
    """Return whether the written words may stand for this name: in any order, shortened, by initials or respelt."""
    apart = INITIALS.sub(lambda initials: " ".join(initials[0]), written.upper())
    shortened = any(agree(full_name, f"{words}{CUT}") for words in (written, apart))
    return shortened or score(Person(written), Person(full_name)) >= LIKELY


def normalised_document_number(text: str) -> str:
    """Return the document number in capitals without separators; empty if the text holds none."""
    return re.sub(r"[./()-]", "", read_document(text).value or "")
