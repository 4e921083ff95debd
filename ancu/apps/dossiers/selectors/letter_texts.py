"""What an official letter says, in both languages, made from its facts alone, without the database.

The sentences are those that the rulebook has for the letter's day (``letters.texts``); the office can change them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.dossiers.enums import LetterKind, LetterSeries
from ancu.apps.dossiers.selectors.reasons import bilingual_line
from ancu.apps.dossiers.selectors.wording import LANGUAGES, BilingualText, in_both_languages
from ancu.core.templatetags.ui import counted
from ancu.engines.rulebook import ContestRule, fill_passage, letter_passages

DEPARTMENT = {"vi": "Cục Quản lý xuất nhập cảnh", "en": "The Immigration Department"}
SERIES = dict.fromkeys(LetterKind, LetterSeries.NOTICE) | {LetterKind.TRANSFER: LetterSeries.TRANSFER_SLIP}
KIND_NAMES: dict[str, Words] = {
    LetterSeries.NOTICE: pgettext_lazy("official letter", "Notice"),
    LetterSeries.TRANSFER_SLIP: pgettext_lazy("official letter", "Transfer slip"),
}


@dataclass(frozen=True)
class LetterFacts:
    """What a letter of any kind may say about a dossier. ``place`` is where people come to, as on the counters.

    ``on`` is the letter's day.
    """

    on: date
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
    opening = _sentence(
        facts, "opening", office=facts.office, number=facts.number, procedure=facts.procedure, person=facts.person,
        birth=facts.birth or "–", nationality=facts.nationality, document=facts.document or "–",
    )  # fmt: skip
    transfer = kind == LetterKind.TRANSFER
    return {
        "dossier": facts.number,
        "title": in_both_languages(KIND_NAMES[SERIES[kind]]),
        "about": _sentence(facts, f"{kind.value}.subject"),
        "to": DEPARTMENT if transfer else {"vi": facts.recipient, "en": facts.recipient},
        "paragraphs": [opening, *text.paragraphs],
        "lines": text.lines,
        "header": [in_both_languages(words) for words in (_("No."), _("What"), _("Why"))] if text.rows else [],
        "rows": text.rows,
        "closing": text.closing,
        "copies": ["Như trên", *([f"{facts.recipient} (để biết)"] if transfer else [])],
    }


def _sentence(facts: LetterFacts, code: str, **values: Any) -> BilingualText:
    """Return a sentence of the letter's day in both languages, with the values filled in.

    A value that is itself a text in both languages is filled in by language.
    """
    passage = letter_passages(facts.on)[code]
    return {
        language: fill_passage(getattr(passage, language), {
            name: value[language] if isinstance(value, dict) else str(value) for name, value in values.items()
        })
        for language in LANGUAGES
    }  # fmt: skip


def own_words(text: str) -> list[BilingualText]:
    """Return the officer's reason as paragraphs of a letter, one for each line; only ready reasons are translated."""
    return [bilingual_line(line.strip()) for line in text.splitlines() if line.strip()]


def day_text(value: date | None) -> str:
    """Return a date as dd/mm/yyyy; "" for None."""
    return f"{value:%d/%m/%Y}" if value else ""


def _article(facts: LetterFacts) -> list[BilingualText]:
    """Return the legal basis with the article as a paragraph; [] without an article."""
    return [_sentence(facts, "legal_basis", article=facts.article)] if facts.article else []


def _contest(facts: LetterFacts) -> BilingualText:
    """Return until when, where and by which articles the decision can be contested."""
    rule = facts.contest
    return _sentence(
        facts, "contest", place=facts.place, complaint=rule.complaint_days, accept=rule.accept_days,
        decide=rule.decide_days, lawsuit=_years(rule.lawsuit_years),
        article={"vi": rule.article_vi, "en": rule.article_en},
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
    code = "supplement.last_day" if until else "supplement.no_last_day"
    return LetterText(
        paragraphs=[_sentence(facts, "supplement.request")],
        rows=[{"what": what, "note": why} for what, why in facts.requested],
        closing=[
            *own_words(facts.reason), _sentence(facts, code, day=until, place=facts.place), *_article(facts),
        ],
    )  # fmt: skip


def _not_accepted(facts: LetterFacts) -> LetterText:
    """Return the notice that the dossier is not accepted, and how to contest it."""
    return LetterText(
        paragraphs=[_sentence(facts, "not-accepted.reason"), *own_words(facts.reason)],
        closing=[*_article(facts), _sentence(facts, "not-accepted.new_dossier"), _contest(facts)],
    )


def _transfer(facts: LetterFacts) -> LetterText:
    """Return the transfer slip to the Immigration Department, of which the applicant gets a copy."""
    return LetterText(
        paragraphs=[_sentence(facts, "transfer.reason"), *own_words(facts.reason)],
        closing=[*_article(facts), _sentence(facts, "transfer.applicant")],
    )


def _delay(facts: LetterFacts) -> LetterText:
    """Return the apology for a delay: the day by law, the reason and the new date."""
    late = _sentence(facts, "delay.reason", day=day_text(facts.due_on) or "–")
    new_date = _sentence(facts, "delay.new_date", day=day_text(facts.new_day) or "–", place=facts.place)
    return LetterText(paragraphs=[late, *own_words(facts.reason)], closing=[new_date])


def _refusal(facts: LetterFacts) -> LetterText:
    """Return the notice of refusal: reason, legal basis, and how to contest it."""
    return LetterText(
        paragraphs=[_sentence(facts, "refusal.reason"), *own_words(facts.reason)],
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
        paragraphs=[_sentence(facts, "result.ready")],
        lines=[{"label": in_both_languages(label), "value": value} for label, value in labels if value],
        closing=[_sentence(facts, "result.collect", place=facts.place)],
    )


def _closing(facts: LetterFacts) -> LetterText:
    """Return the notice that the dossier is closed because the requested documents did not come."""
    request_day, last_day = (day_text(value) or "–" for value in (facts.asked_on, facts.answer_by))
    return LetterText(
        paragraphs=[_sentence(facts, "closing.reason", asked=request_day, day=last_day)],
        closing=[*_article(facts), _sentence(facts, "closing.new_dossier"), _contest(facts)],
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
