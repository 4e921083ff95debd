"""Whether a form's answers stand in the text of a paper, in which writing, and where.

Only what is sure counts: a name must stand by itself, not inside a longer one; a number must be a word of its own; and
another value of the same kind counts only in a list of labelled lines about the same person. Everything else is not
read, which an officer compares by eye.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ancu.engines.papers import PrintedWord
from ancu.engines.rulebook.agreement import FieldStatement, comparable_statements
from ancu.engines.rulebook.answers import read_date
from ancu.engines.rulebook.fact_comparison import FactMark
from ancu.engines.rulebook.facts import Answers
from ancu.engines.rulebook.likeness import agree, bare_words, organisations_agree, spelling_reason, states_legal_form
from ancu.engines.rulebook.procedures import Procedure

NAMES = ("traveller.full_name", "sponsor.full_name", "organisation.signer_name")
ORGANISATION = "organisation.name"
NUMBERS = ("traveller.document_number", "sponsor.document_number", "organisation.tax_code")
DATES = ("traveller.birth_date", "traveller.document_expiry", "request.card_until")
HOLDER, PASSPORT, BIRTH = NAMES[0], NUMBERS[0], DATES[0]

LEAST_NUMBER = 6  # letters and digits; shorter ones stand in a text by chance
LEAST_DIGITS = 3
MOST_PARTS = 3  # of a number written with spaces
FURTHER_WORDS = 6  # by which an organisation's name may be longer than the form's
_AROUND = " \t.,;:!?()[]{}<>\"'“”‘’«»*_|/\\–—-…•"
_ENDS = tuple(".,;:!?)]}”’»")
_STARTS = tuple("([{“‘«")
_BEFORE_NAMES = frozenset({"ông", "bà", "mr", "mrs", "ms", "miss", "dr", "tên", "name"})
_PARTS_OF_ORGANISATIONS = frozenset({"nhanh", "branch", "ty"})  # "chi nhánh": a branch is not the company
_ABBREVIATIONS = frozenset({"cty", "ctcp", "dntn"})  # with which a company's name may begin
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS_IN_FULL = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_LABELS = {
    PASSPORT: (("ho", "chieu"), ("passport",)),
    BIRTH: (("ngay", "sinh"), ("sinh", "ngay"), ("nam", "sinh"), ("date", "of", "birth"), ("birth", "date")),
}
_NAME_LABELS = frozenset({"ten", "name"})
# What may stand between a label and its value: "Hộ chiếu số / Passport No."
_AFTER_LABEL = frozenset(
    ["so", "no", "number", "ho", "chieu", "passport", "ngay", "thang", "nam", "sinh", "date", "of", "birth"]
)
_PASSPORT_NUMBER = re.compile(r"(?=(?:.*\d){4})[A-Z0-9]{6,12}")


@dataclass(frozen=True, slots=True)
class PrintedFact:
    """One answer as a paper has it. ``prefill`` and ``value`` are the answer's; ``text`` is what is printed.

    ``reason`` is a code of ``spelling_reason``, or ``case``, ``spaces``, ``day``. ``boxes`` are the places on
    the page (the first is 1), in page widths.
    """

    prefill: str
    value: str
    mark: FactMark
    text: str
    reason: str
    page: int
    boxes: tuple[tuple[float, float, float, float], ...]


@dataclass(frozen=True, slots=True)
class _Token:
    """A printed word without the punctuation around it, and whether a text ends or begins beside it."""

    word: PrintedWord
    text: str
    bare: str
    is_first: bool
    is_last: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a value stands: the tokens from ``start`` to before ``end``."""

    start: int
    end: int
    mark: FactMark
    reason: str = ""


def printed_facts(statements: Iterable[FieldStatement], words: Sequence[PrintedWord]) -> list[PrintedFact]:
    """Return the statements that stand in a paper's text, and the values that surely differ; each value once."""
    tokens = _tokens(words)
    facts: dict[tuple[str, str], PrintedFact] = {}
    holder: _Place | None = None
    values = dict.fromkeys((statement.field.prefill, statement.value) for statement in statements)
    for prefill, value in sorted(values, key=lambda pair: pair[0] != HOLDER):  # the person first: others build on it
        place = _find(tokens, prefill, value)
        holder = place if prefill == HOLDER and place and holder is None else holder
        if place is None and holder is not None and prefill in _LABELS:
            place = _differing_place(tokens, prefill, value, holder)
        if place is not None:
            facts[prefill, value] = _fact(tokens, prefill, value, place)
    return list(facts.values())


def paper_statements(procedure: Procedure, answers: Answers) -> list[FieldStatement]:
    """Return the statements of a dossier that a paper's text can surely say: names, numbers and days."""
    sought = {*NAMES, ORGANISATION, *NUMBERS, *DATES}
    return [statement for statement in comparable_statements(procedure, answers) if statement.field.prefill in sought]


def _fact(tokens: Sequence[_Token], prefill: str, value: str, place: _Place) -> PrintedFact:
    """Return what stands at a place: its text, and one box for each line of it."""
    words = [token.word for token in tokens[place.start : place.end]]
    lines: list[list[PrintedWord]] = []
    for word in words:
        if not lines or word.before == "\n":
            lines.append([])
        lines[-1].append(word)
    boxes = tuple(
        (
            min(word.box[0] for word in line), min(word.box[1] for word in line),
            max(word.box[2] for word in line), max(word.box[3] for word in line),
        )
        for line in lines
    )  # fmt: skip
    text = " ".join(token.text for token in tokens[place.start : place.end])
    return PrintedFact(prefill, value, place.mark, text, place.reason, words[0].page, boxes)


# ---- words ---------------------------------------------------------------------------------------------


def _tokens(words: Sequence[PrintedWord]) -> list[_Token]:
    """Return the words without punctuation around them; a label joined to its value by a colon is parted from it."""
    tokens: list[_Token] = []
    opens = True
    for number, word in enumerate(words):
        opens = opens or word.before != " " or (number > 0 and word.page != words[number - 1].page)
        for part in re.split(r"(?<=:)(?=\w)", unicodedata.normalize("NFC", word.text)):
            text = part.strip(_AROUND)
            if text:
                is_first = opens or part.startswith(_STARTS)
                tokens.append(_Token(word, text, " ".join(bare_words(text)), is_first))
                opens = False
            opens = opens or _ends(part, text)
    return [
        _Token(token.word, token.text, token.bare, token.is_first, number + 1 == len(tokens) or follower.is_first)
        for number, (token, follower) in enumerate(zip(tokens, [*tokens[1:], *tokens[:1]], strict=True))
    ]


def _ends(part: str, text: str) -> bool:
    """Whether a name may begin behind a word, by its punctuation; the point of an abbreviation ("St.") ends nothing."""
    is_abbreviation = part.endswith(".") and len(text) <= 3 and not text.isdigit()
    return part.endswith(_ENDS) and not is_abbreviation


def _text(tokens: Sequence[_Token], start: int, end: int) -> str:
    """Return the words from ``start`` to before ``end``, with spaces between."""
    return " ".join(token.text for token in tokens[start:end])


def _is_one_page(tokens: Sequence[_Token], start: int, end: int) -> bool:
    """Whether the words from ``start`` to before ``end`` stand on one page."""
    return tokens[start].word.page == tokens[end - 1].word.page


def _find(tokens: Sequence[_Token], prefill: str, value: str) -> _Place | None:
    """Return where a value stands, the place of the same writing first; None if it surely stands nowhere."""
    if prefill in NUMBERS:
        places = _number_places(tokens, value)
    elif prefill in DATES:
        places = _date_places(tokens, value)
    elif prefill == ORGANISATION:
        places = _name_places(tokens, value, _is_same_organisation, FURTHER_WORDS)
    else:
        places = _name_places(tokens, value, agree, 1)
    return min(places, key=lambda place: (place.mark != FactMark.SAME, place.start), default=None)


# ---- names ---------------------------------------------------------------------------------------------


def _name_places(
    tokens: Sequence[_Token], value: str, is_same: Callable[[str, str], bool], further: int
) -> Iterator[_Place]:
    """Yield where a name stands by itself; the text may have up to ``further`` words more or fewer than the form."""
    spellings = set(bare_words(value, all_spellings=True)) | (_ABBREVIATIONS if is_same is not agree else set())
    number = len(bare_words(value))
    lengths = sorted(range(max(1, number - further), number + further + 1), key=lambda length: abs(length - number))
    for start, token in enumerate(tokens):
        if not any(word in spellings or _joins(word, spellings) for word in token.bare.split()):
            continue
        for length in lengths:
            end = start + length
            if end > len(tokens) or not _is_one_page(tokens, start, end) or not _stands_alone(tokens, start, end):
                continue
            text = _text(tokens, start, end)
            if is_same(value, text):
                yield _written(start, end, value, text)
                break


def _joins(word: str, spellings: set[str]) -> bool:
    """Whether a printed word begins with a word of the name, as where a paper joins two of them."""
    return any(len(spelling) > 1 and word.startswith(spelling) for spelling in spellings)


def _is_same_organisation(value: str, text: str) -> bool:
    """Whether a text means the organisation; without the legal form it may be the place that it is named after."""
    return (states_legal_form(text) or not states_legal_form(value)) and organisations_agree(value, text)


def _written(start: int, end: int, value: str, text: str) -> _Place:
    """Return the place of a name with the reason of its writing."""
    normal = " ".join(unicodedata.normalize("NFC", value).split())
    if text == normal:
        return _Place(start, end, FactMark.SAME)
    reason = "case" if text.casefold() == normal.casefold() else spelling_reason(normal, text)
    return _Place(start, end, FactMark.SPELLING if reason else FactMark.SAME, reason)


def _stands_alone(tokens: Sequence[_Token], start: int, end: int) -> bool:
    """Whether no further word of a name stands before or behind these words."""
    if start and not tokens[start].is_first and tokens[start - 1].bare in _PARTS_OF_ORGANISATIONS:
        return False
    before = "" if tokens[start].is_first or not start else tokens[start - 1].text
    behind = "" if tokens[end - 1].is_last or end >= len(tokens) else tokens[end].text
    return (not _may_be_named(before) or before.lower() in _BEFORE_NAMES) and not _may_be_named(behind)


def _may_be_named(word: str) -> bool:
    """Whether a word may belong to a name: it does not begin with a small letter."""
    return bool(word) and not word[0].islower()


# ---- numbers and days ----------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return the letters and digits of a number, as capitals."""
    return "".join(sign for sign in text.upper() if sign.isalnum())


def _number_places(tokens: Sequence[_Token], value: str) -> Iterator[_Place]:
    """Yield where a number stands as words of its own, in one piece or parted by spaces."""
    plain = _plain(value)
    if len(plain) < LEAST_NUMBER or sum(sign.isdigit() for sign in plain) < LEAST_DIGITS:
        return
    for start in range(len(tokens)):
        written = ""
        for end in range(start + 1, min(start + MOST_PARTS, len(tokens)) + 1):
            token = tokens[end - 1]
            written += _plain(token.text)
            if not plain.startswith(written) or (end > start + 1 and token.is_first):
                break
            if written == plain:
                yield _number_place(start, end, value, _text(tokens, start, end))


def _number_place(start: int, end: int, value: str, text: str) -> _Place:
    """Return the place of a number with the reason of its writing."""
    if text == value:
        return _Place(start, end, FactMark.SAME)
    return _Place(start, end, FactMark.SPELLING, "case" if text.upper() == value.upper() else "spaces")


def _date_places(tokens: Sequence[_Token], value: str) -> Iterator[_Place]:
    """Yield where a full day stands; the day before the month, or the month as a word."""
    if read_date(value) is None:
        return
    for start in range(len(tokens)):
        for day, end, is_plain in _days_at(tokens, start):
            if day == value:
                yield _Place(start, end, FactMark.SAME if is_plain else FactMark.SPELLING, "" if is_plain else "day")


def _days_at(tokens: Sequence[_Token], start: int) -> Iterator[tuple[str, int, bool]]:
    """Yield the day that is written from a token on, as (ISO, end, whether in digits as usual here)."""
    text = tokens[start].text
    if match := _DAY.fullmatch(text):
        yield _iso(match[3], match[2], match[1]), start + 1, True
    elif match := _ISO_DAY.fullmatch(text):
        yield _iso(match[1], match[2], match[3]), start + 1, False
    words = [token.bare for token in tokens[start : start + 6]]
    if len(words) == 6 and (words[0], words[2], words[4]) == ("ngay", "thang", "nam"):
        yield _iso(words[5], words[3], words[1]), start + 6, False
    if len(words) >= 3:
        first, second, year = words[:3]
        yield _iso(year, _month(second), first), start + 3, False
        yield _iso(year, _month(first), second), start + 3, False


def _month(word: str) -> str:
    """Return the number of an English month; empty if it is none."""
    for names in (_MONTHS, _MONTHS_IN_FULL):
        if word in names:
            return str(names.index(word) + 1)
    return ""


def _iso(year: str, month: str, day: str) -> str:
    """Return a day as ISO; empty if a part of it is no number."""
    parts = (year, month, day)
    if not all(part.isascii() and part.isdigit() for part in parts) or len(year) != 4:
        return ""
    return f"{year}-{int(month):02}-{int(day):02}"


# ---- another value of the same kind --------------------------------------------------------------------


def _differing_place(tokens: Sequence[_Token], prefill: str, value: str, holder: _Place) -> _Place | None:
    """Return where the paper gives the holder another number or day; None unless that is sure.

    Sure is the only labelled value of its kind in the paper, if its label begins a line below the holder's name on the
    same page, and no other name is labelled between.
    """
    if prefill == BIRTH and read_date(value) is None:
        return None
    labelled = list(_labelled_places(tokens, prefill))
    if len({_text(tokens, place.start, place.end) for _label, place in labelled}) != 1:
        return None
    label, place = labelled[0]
    is_below = holder.end <= label and _is_one_page(tokens, holder.start, place.end)
    between = {token.bare for token in tokens[holder.end : label]}
    return place if is_below and not between & _NAME_LABELS else None


def _labelled_places(tokens: Sequence[_Token], prefill: str) -> Iterator[tuple[int, _Place]]:
    """Yield (label, place) of each labelled value of this kind whose label begins a line."""
    for start, behind_label in _label_places(tokens, prefill):
        end = behind_label
        while end < len(tokens) and tokens[end].bare in _AFTER_LABEL:
            end += 1
        if end == len(tokens) or not _is_one_page(tokens, start, end + 1):
            continue
        if prefill == PASSPORT and _PASSPORT_NUMBER.fullmatch(tokens[end].text):
            yield start, _Place(end, end + 1, FactMark.DIFFERS)
        for day, behind, _is_plain in _days_at(tokens, end) if prefill == BIRTH else ():
            if read_date(day):
                yield start, _Place(end, behind, FactMark.DIFFERS)


def _label_places(tokens: Sequence[_Token], prefill: str) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of each label that begins a line, a number such as "5." before it aside."""
    for start, token in enumerate(tokens):
        is_numbered = start > 0 and tokens[start - 1].word.before == "\n" and len(tokens[start - 1].text) < 3
        if token.word.before != "\n" and not is_numbered:
            continue
        for label in _LABELS[prefill]:
            end = start + len(label)
            if tuple(token.bare for token in tokens[start:end]) == label:
                yield start, end
