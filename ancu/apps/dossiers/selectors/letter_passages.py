"""The sentences of the letters in words: in which letters each stands, and what the names in braces mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.dossiers.enums import LetterKind
from ancu.engines.rulebook import PASSAGES, LetterPassage, letter_passages

WITH_ARTICLE = (
    LetterKind.SUPPLEMENT, LetterKind.NOT_ACCEPTED, LetterKind.TRANSFER, LetterKind.REFUSAL, LetterKind.CLOSING,
)  # fmt: skip
CONTESTABLE = (LetterKind.NOT_ACCEPTED, LetterKind.REFUSAL, LetterKind.CLOSING)
SHARED: Mapping[str, tuple[LetterKind, ...]] = {
    "opening": tuple(LetterKind), "legal_basis": WITH_ARTICLE, "contest": CONTESTABLE,
}  # fmt: skip
NAMES: Mapping[str, Promise] = {
    "opening": _("Opening"),
    "legal_basis": _("Legal basis"),
    "contest": _("How the decision can be contested"),
    "subject": pgettext_lazy("sentence of a letter", "Subject"),
    "request": _("Before the list of requested documents"),
    "last_day": _("Until when the documents are awaited"),
    "no_last_day": _("Where to send the documents, without a last day"),
    "reason": _("Before the reason"),
    "new_dossier": _("When a new dossier is possible"),
    "applicant": _("What the applicant need not do"),
    "new_date": _("Apology and new date"),
    "ready": _("The result is ready"),
    "collect": _("Where to collect the result"),
}
MEANINGS: Mapping[str, Promise] = {
    "office": _("the office, as in the letterhead"),
    "number": _("the number of the dossier"),
    "procedure": _("the name of the procedure"),
    "person": _("the foreigner’s name"),
    "birth": _("the foreigner’s date of birth"),
    "nationality": _("the foreigner’s nationality"),
    "document": _("the number of the passport"),
    "article": _("the article of the law"),
    "place": _("the counter and its address"),
    "asked": _("the day of the request for documents"),
    "complaint": _("in how many days one can complain"),
    "accept": _("in how many days a complaint is accepted"),
    "decide": _("in how many days a complaint is decided"),
    "lawsuit": _("how long one can sue, with the unit"),
}
DAYS: Mapping[str, Promise] = {  # what {day} means in the sentences that have it
    "supplement.last_day": _("the last day for the documents"),
    "delay.reason": _("the due day by law"),
    "delay.new_date": _("the new date"),
    "closing.reason": _("the last day for the documents"),
}


@dataclass(frozen=True)
class PassageName:
    """A name in braces that a sentence can have, what it means, and whether it must be there."""

    name: str
    meaning: str
    is_required: bool


@dataclass(frozen=True)
class PassageGroup:
    """The sentences of a kind of letter, or those of several kinds."""

    title: str
    passages: list[tuple[LetterPassage, str]]  # with its name


def passage_kinds(code: str) -> tuple[LetterKind, ...]:
    """Return the kinds of letters in which a sentence stands."""
    return SHARED.get(code) or (LetterKind(code.partition(".")[0]),)


def passage_name(code: str) -> str:
    """Return what a sentence is, within its letter."""
    return str(NAMES[code.rpartition(".")[2]])


def passage_title(code: str) -> str:
    """Return what a sentence is, with its letter."""
    return passage_name(code) if code in SHARED else f"{passage_kinds(code)[0].label}: {passage_name(code)}"


def passage_groups(on: date) -> list[PassageGroup]:
    """Return the sentences of the day by letter: first those that stand in several."""
    passages = letter_passages(on)
    groups: list[tuple[str, Iterable[str]]] = [(str(_("In several letters")), SHARED)]
    groups += [
        (str(kind.label), [code for code in PASSAGES if code.startswith(f"{kind.value}.")]) for kind in LetterKind
    ]
    return [PassageGroup(title, [(passages[code], passage_name(code)) for code in codes]) for title, codes in groups]


def passage_names(code: str) -> list[PassageName]:
    """Return the names in braces that a sentence can have, the required ones first."""
    names = PASSAGES[code]
    ordered = sorted(names.every, key=lambda name: (name not in names.required, name))
    meanings = {**MEANINGS, "day": DAYS.get(code)}
    return [PassageName(name, str(meanings[name]), name in names.required) for name in ordered]
