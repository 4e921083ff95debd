"""The facts of a letter about a dossier, and how its office and its signer write letters."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from ancu.apps.accounts.models import Organisation, User
from ancu.apps.accounts.selectors import superior_name
from ancu.apps.dossiers.enums import LetterKind, SigningForm
from ancu.apps.dossiers.models import Dossier, DossierEvent, Letterhead, LetterSigner, OfficialLetter, Supplement
from ancu.apps.dossiers.selectors.counters import open_counters
from ancu.apps.dossiers.selectors.history import promised_day
from ancu.apps.dossiers.selectors.letter_texts import DEPARTMENT, LetterFacts
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.dossiers.selectors.reasons import bilingual_reason
from ancu.apps.dossiers.selectors.wording import (
    LANGUAGES,
    BilingualText,
    article_in_words,
    reason_in_words,
    rulebook_text,
)
from ancu.core import clock
from ancu.engines.exchange import code_name
from ancu.engines.rulebook import Procedure, contest_rule

ABOUT_DOCUMENTS = frozenset({LetterKind.SUPPLEMENT, LetterKind.CLOSING})
SALUTATIONS = {"M": "Ông", "F": "Bà"}
HEAD_OF_DIVISION, HEAD_OF_UNIT, OFFICER = "Trưởng phòng", "Thủ trưởng đơn vị", "Cán bộ thụ lý hồ sơ"


def letter_facts(dossier: Dossier, kind: LetterKind, event: DossierEvent, on: date) -> LetterFacts:
    """Return what a letter of this kind about the act ``event`` may say of the dossier, as it stands now.

    ``on`` is the letter's day, whose rules apply.
    """
    procedure = procedure_of(dossier)
    supplement = dossier.supplements.order_by("-pk").first() if kind in ABOUT_DOCUMENTS else None
    is_request = supplement is not None and kind == LetterKind.SUPPLEMENT
    article = supplement.article if supplement else event.article
    office = dossier.agency.name if dossier.agency else ""
    return LetterFacts(
        on=on,
        number=dossier.number,
        office={"vi": office, "en": f"The immigration office ({office})"},
        procedure=rulebook_text(procedure, "name"),
        person=dossier.full_name,
        birth="/".join(reversed(dossier.birth_date.split("-"))),
        nationality={language: code_name("nationality", dossier.nationality, language) for language in LANGUAGES},
        document=dossier.document_number,
        recipient=recipient_of(dossier),
        place=_place_to_come(dossier, office),
        contest=contest_rule(on),
        reason=supplement.note if supplement and is_request else event.reason,
        article={language: article_in_words(dossier, article, language) for language in LANGUAGES} if article else None,
        asked_on=clock.local(supplement.asked_at).date() if supplement else None,
        answer_by=supplement.answer_by if supplement else None,
        requested=list(_requested(procedure, supplement)) if supplement and is_request else (),
        due_on=dossier.due_on,
        new_day=promised_day(event),
        result=_result_facts(dossier) if kind == LetterKind.RESULT else {},
    )


def recipient_of(dossier: Dossier) -> str:
    """Return to whom a letter is addressed: the sponsor, otherwise the foreigner, with the Vietnamese salutation."""
    if dossier.organisation:
        return dossier.organisation.name
    if dossier.sponsor:
        return f"Ông/Bà {dossier.sponsor.full_name}"
    return f"{SALUTATIONS.get(dossier.sex, 'Ông/Bà')} {dossier.full_name}"


def recipient_of_letter(letter: OfficialLetter) -> str:
    """Return to whom an issued letter is addressed: a transfer slip to the Immigration Department."""
    return DEPARTMENT["vi"] if letter.kind == LetterKind.TRANSFER else recipient_of(letter.dossier)


def _place_to_come(dossier: Dossier, office: str) -> str:
    """Return name and address of the office's first open counter; the office's name without one."""
    counters = open_counters(dossier.agency_id)
    return ", ".join(filter(None, (counters[0].counter.name, counters[0].counter.address))) if counters else office


def _requested(procedure: Procedure, supplement: Supplement) -> Iterable[tuple[BilingualText, BilingualText]]:
    """Yield (name, reason) of each requested item."""
    components = {component.key: component for component in procedure.components}
    for item in supplement.items:
        definitions: Mapping[str, Any] = components if item["kind"] == "component" else procedure.fields
        definition = definitions.get(item["key"])
        name = rulebook_text(definition, "label") if definition else dict.fromkeys(LANGUAGES, item["key"])
        yield name, _reason(item, clock.local(supplement.asked_at).date())


def _reason(item: Mapping[str, str], on: date) -> BilingualText:
    """Return why an item is requested: a listed reason in both languages, an officer's own words as written."""
    listed = bilingual_reason(item.get("reason_code") or "", on)
    parts = {language: (listed.get(language, ""), reason_in_words(item, language)) for language in LANGUAGES}
    return {language: "; ".join(filter(None, own)) for language, own in parts.items()}


def _result_facts(dossier: Dossier) -> dict[str, Any]:
    """Return number, symbol and validity of the dossier's result, by name."""
    result = dossier.result
    return {name: getattr(result, name) for name in ("number", "symbol", "valid_from", "valid_until")}


# ---- the office and the signer -------------------------------------------------------------------------


def letterhead_of(agency: Organisation) -> Letterhead:
    """Return how the agency writes its letters; unsaved, with what follows from its name, until that is set."""
    letterhead = Letterhead.objects.filter(agency=agency).first()
    if letterhead:
        return letterhead
    is_division = agency.name.startswith("Phòng ")
    words = agency.name.removeprefix("Phòng ").split()
    symbol = "".join(word[0] for word in words).upper()[:20]
    head_title = HEAD_OF_DIVISION if is_division else HEAD_OF_UNIT
    return Letterhead(agency=agency, symbol=symbol, place=place_of(agency), head_title=head_title)


def place_of(agency: Organisation | None) -> str:
    """Return the province in which the agency writes its letters; "" for an agency without an area."""
    unit = agency.jurisdiction.filter(valid_until=None).order_by("pk").first() if agency else None
    while unit is not None and unit.parent is not None:
        unit = unit.parent
    return unit.name if unit else ""


def heading_of(agency: Organisation, letterhead: Letterhead) -> dict[str, str]:
    """Return what stands above a letter: the body above, the office and the place, by name."""
    return {"above": superior_name(agency), "office": agency.name, "place": letterhead.place}


def signature_of(letterhead: Letterhead, kind: LetterKind, user: User | None) -> dict[str, Any]:
    """Return the lines above the signature (KT., TL., positions), and the signer's rank and name.

    Until it is set how an officer signs, a refusal bears the head's title and any other letter the officer's.
    """
    signer = LetterSigner.objects.filter(agency_id=letterhead.agency_id, user=user).first() if user else None
    default = SigningForm.HEAD if kind == LetterKind.REFUSAL else SigningForm.OFFICER
    form = signer.form if signer else default
    position = signer.position if signer else OFFICER
    name = " ".join(filter(None, (user.title, user.full_name))) if user else ""
    return {"lines": signing_lines(form, letterhead.head_title, position), "name": name}


def signing_lines(form: str, head_title: str, position: str) -> list[str]:
    """Return the lines above a signature in this form (Decree 30/2020/NĐ-CP, article 13)."""
    return {
        SigningForm.HEAD: [head_title],
        SigningForm.DEPUTY: [f"KT. {head_title}", position],
        SigningForm.BY_ORDER: [f"TL. {head_title}", position],
        SigningForm.OFFICER: [position],
    }[SigningForm(form)]
