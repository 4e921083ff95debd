"""What an official letter says, in both languages, made from its facts alone, without the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.dossiers.enums import LetterKind, LetterSeries
from ancu.apps.dossiers.selectors.wording import LANGUAGES, BilingualText, in_both_languages
from ancu.core.templatetags.ui import counted
from ancu.engines.rulebook import ContestRule

DEPARTMENT = {"vi": "Cục Quản lý xuất nhập cảnh", "en": "The Immigration Department"}
SERIES = dict.fromkeys(LetterKind, LetterSeries.NOTICE) | {LetterKind.TRANSFER: LetterSeries.TRANSFER_SLIP}
KIND_NAMES: dict[str, Words] = {
    LetterSeries.NOTICE: pgettext_lazy("official letter", "Notice"),
    LetterSeries.TRANSFER_SLIP: pgettext_lazy("official letter", "Transfer slip"),
}
SUBJECTS: dict[str, Words] = {
    LetterKind.SUPPLEMENT: pgettext_lazy("subject of a letter", "Request for more documents"),
    LetterKind.NOT_ACCEPTED: _("Dossier not accepted"),
    LetterKind.TRANSFER: _("Transfer of the dossier to the Immigration Department"),
    LetterKind.DELAY: _("Apology for the delay and new date"),
    LetterKind.REFUSAL: _("Request not approved"),
    LetterKind.RESULT: _("Result ready to be collected"),
    LetterKind.CLOSING: _("Dossier closed"),
}
OPENING = _(
    "%(office)s has received dossier %(number)s, which requests “%(procedure)s” for %(person)s, born on %(birth)s, "
    "nationality: %(nationality)s, passport number %(document)s."
)


@dataclass(frozen=True)
class LetterFacts:
    """What a letter of any kind may say about a dossier. ``place`` is where people come to, as on the counters."""

    number: str
    office: BilingualText
    procedure: BilingualText
    person: str
    birth: str
    nationality: BilingualText
    document: str
    recipient: str
    place: str
    contest: ContestRule
    reason: str = ""
    article: BilingualText | None = None
    asked_on: date | None = None
    answer_by: date | None = None
    due_on: date | None = None
    new_day: date | None = None
    requested: Sequence[tuple[BilingualText, BilingualText]] = ()
    result: Mapping[str, Any] = field(default_factory=dict)  # number, symbol, valid_from, valid_until


@dataclass(frozen=True)
class LetterText:
    """The parts of a letter in their order: paragraphs, facts in lines, a table, and what closes it."""

    paragraphs: list[BilingualText]
    closing: list[BilingualText]
    lines: list[dict[str, Any]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)


def letter_content(kind: LetterKind, facts: LetterFacts) -> dict[str, Any]:
    """Return what a letter of this kind says, for the typesetter and to be stored; without number, day and signer."""
    text = TEXTS[kind](facts)
    opening = in_both_languages(
        OPENING, office=facts.office, number=facts.number, procedure=facts.procedure, person=facts.person,
        birth=facts.birth or "–", nationality=facts.nationality, document=facts.document or "–",
    )  # fmt: skip
    transfer = kind == LetterKind.TRANSFER
    return {
        "dossier": facts.number,
        "title": in_both_languages(KIND_NAMES[SERIES[kind]]),
        "about": in_both_languages(SUBJECTS[kind]),
        "to": DEPARTMENT if transfer else {"vi": facts.recipient, "en": facts.recipient},
        "paragraphs": [opening, *text.paragraphs],
        "lines": text.lines,
        "header": [in_both_languages(words) for words in (_("No."), _("What"), _("Why"))] if text.rows else [],
        "rows": text.rows,
        "closing": text.closing,
        "copies": ["Như trên", *([f"{facts.recipient} (để biết)"] if transfer else [])],
    }


def own_words(text: str) -> list[BilingualText]:
    """Return an officer's own words as paragraphs of a letter, one for each line, untranslated."""
    return [{"vi": line.strip(), "en": ""} for line in text.splitlines() if line.strip()]


def day_text(value: date | None) -> str:
    """Return a date as dd/mm/yyyy; "" for None."""
    return f"{value:%d/%m/%Y}" if value else ""


def _article(facts: LetterFacts) -> list[BilingualText]:
    """Return "Legal basis:" with the article as a paragraph; [] without an article."""
    return [in_both_languages(_("Legal basis: %(article)s."), article=facts.article)] if facts.article else []


def _contest(facts: LetterFacts) -> BilingualText:
    """Return until when, where and by which articles the decision can be contested."""
    rule = facts.contest
    words = _(
        "If you do not agree, you may complain to the head of the office, at %(place)s, within %(complaint)s days of "
        "the day on which you received or learned of this letter. A complaint is accepted within %(accept)s days and "
        "decided within %(decide)s days of its acceptance; a complex one takes longer. You may also sue before the "
        "competent people’s court within %(lawsuit)s of that day (%(article)s)."
    )
    return in_both_languages(
        words, place=facts.place, complaint=rule.complaint_days, accept=rule.accept_days, decide=rule.decide_days,
        lawsuit=_years(rule.lawsuit_years), article={"vi": rule.article_vi, "en": rule.article_en},
    )  # fmt: skip


def _years(number: int) -> BilingualText:
    """Return a number of years in both languages."""
    texts = {}
    for language in LANGUAGES:
        with translation.override(language):
            texts[language] = counted("%(n)s year", "%(n)s years", number)
    return texts


# ---- one function for each kind ------------------------------------------------------------------------


def _supplement(facts: LetterFacts) -> LetterText:
    """Return the request for more documents: items with reasons, the last day, and what follows after it."""
    until = day_text(facts.answer_by)
    last_day = _(
        "Send everything by %(day)s, on the page of the dossier or at %(place)s. The working days are paused until you "
        "answer. If you do not answer by that day, the dossier is closed."
    )
    no_last_day = _(
        "Send everything on the page of the dossier or at %(place)s. The working days are paused until you answer."
    )
    return LetterText(
        paragraphs=[in_both_languages(_("After checking the dossier, the office requests the following:"))],
        rows=[{"what": what, "note": why} for what, why in facts.requested],
        closing=[
            *own_words(facts.reason),
            in_both_languages(last_day if until else no_last_day, day=until, place=facts.place),
            *_article(facts),
        ],
    )


def _not_accepted(facts: LetterFacts) -> LetterText:
    """Return the notice that the dossier is not accepted, and how to contest it."""
    return LetterText(
        paragraphs=[
            in_both_languages(_("The office does not accept this dossier, for the following reason:")),
            *own_words(facts.reason),
        ],
        closing=[
            *_article(facts),
            in_both_languages(_("You may submit a new dossier when the reason no longer applies.")),
            _contest(facts),
        ],
    )


def _transfer(facts: LetterFacts) -> LetterText:
    """Return the transfer slip to the Immigration Department, of which the applicant gets a copy."""
    return LetterText(
        paragraphs=[
            in_both_languages(_("The office transfers this dossier to the Immigration Department. The reason:")),
            *own_words(facts.reason),
        ],
        closing=[
            *_article(facts),
            in_both_languages(
                _(
                    "The applicant is informed by a copy of this slip and need not submit the dossier once more. The "
                    "Immigration Department informs the applicant of the result."
                )
            ),
        ],
    )


def _delay(facts: LetterFacts) -> LetterText:
    """Return the apology for a delay: the day by law, the reason and the new date."""
    late = _("By law the office decides by %(day)s. It cannot keep this day, for the following reason:")
    new_date = _(
        "The office apologises for the delay. It will decide by %(day)s. You need not do anything until then. You can "
        "follow the dossier with the number and the code below, or ask at %(place)s."
    )
    return LetterText(
        paragraphs=[in_both_languages(late, day=day_text(facts.due_on) or "–"), *own_words(facts.reason)],
        closing=[in_both_languages(new_date, day=day_text(facts.new_day) or "–", place=facts.place)],
    )


def _refusal(facts: LetterFacts) -> LetterText:
    """Return the notice of refusal: reason, legal basis, and how to contest it."""
    return LetterText(
        paragraphs=[
            in_both_languages(_("The office does not approve the request in this dossier, for the following reason:")),
            *own_words(facts.reason),
        ],
        closing=[*_article(facts), _contest(facts)],
    )


def _result(facts: LetterFacts) -> LetterText:
    """Return the notice that the result is ready: its number, symbol and validity, where to collect it."""
    result = facts.result
    labels: list[tuple[Words, str]] = [
        (_("Number of the result"), str(result.get("number", ""))),
        (_("Symbol"), str(result.get("symbol", ""))),
        (_("Valid from"), day_text(result.get("valid_from"))),
        (_("Valid until"), day_text(result.get("valid_until"))),
    ]
    return LetterText(
        paragraphs=[in_both_languages(_("The request in this dossier was approved, and the result is ready."))],
        lines=[{"label": in_both_languages(label), "value": value} for label, value in labels if value],
        closing=[
            in_both_languages(
                _(
                    "Collect it at %(place)s, or receive it by post if you chose this. Bring this letter, an identity "
                    "document and the receipt for the fee. Before you come, you can check on the page of the dossier "
                    "when the counter is open."
                ),
                place=facts.place,
            )
        ],
    )


def _closing(facts: LetterFacts) -> LetterText:
    """Return the notice that the dossier is closed because the requested documents did not come."""
    words = _(
        "On %(asked)s the office requested more documents, to be sent by %(day)s. They have not come by that day. "
        "So the office closes this dossier without a decision."
    )
    return LetterText(
        paragraphs=[
            in_both_languages(words, asked=day_text(facts.asked_on) or "–", day=day_text(facts.answer_by) or "–")
        ],
        closing=[
            *_article(facts),
            in_both_languages(_("You may submit a new dossier at any time.")),
            _contest(facts),
        ],
    )


TEXTS: Mapping[LetterKind, Callable[[LetterFacts], LetterText]] = {
    LetterKind.SUPPLEMENT: _supplement,
    LetterKind.NOT_ACCEPTED: _not_accepted,
    LetterKind.TRANSFER: _transfer,
    LetterKind.DELAY: _delay,
    LetterKind.REFUSAL: _refusal,
    LetterKind.RESULT: _result,
    LetterKind.CLOSING: _closing,
}
