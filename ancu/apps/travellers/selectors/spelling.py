"""Queries for words of names as typed or misspelt, in ``to_tsquery`` syntax.

An empty query matches nobody. Names are many but their words are few, so misspellings are resolved among words and then
looked up exactly. Comparing complete names would read an index list for each trigram.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

from django.db.models import QuerySet

from ancu.apps.travellers.models import NameWord
from ancu.core.db.statements import run

SHORT = 3  # letters; so short a word resembles too many others, so only one of them may be misspelt
LONGEST = 10  # words of a name that is checked for errors; more would give too many variants
MANY = 1000  # words that contain a part, in scripts without spaces
LIKE = 30  # candidates for one typed word
# The transaction's similarity threshold allows long words several errors. The candidates are passed in a subquery: as
# plain values the planner would weigh each of them.
KNOWN_WORDS = """
SELECT '', word FROM travellers_nameword WHERE word = ANY((SELECT string_to_array(%(asked)s, ' '))::text[])
UNION ALL (
    SELECT typed.word, known.word FROM unnest(string_to_array(%(long)s, ' ')) AS typed(word)
    JOIN travellers_nameword known ON known.word % typed.word
    ORDER BY similarity(typed.word, known.word) DESC, known.word)
"""


class TypedWords(tuple[str, ...]):
    """The typed words in order; known candidates are loaded once for all steps of a search."""

    @cached_property
    def lexicon(self) -> "Lexicon":
        return _load_lexicon(self)


def holding(words: TypedWords) -> str:
    """Each word begins a word of the name; words of up to SHORT letters must match fully: "li" is not "lisa".

    In scripts without spaces any part of a word matches.
    """
    return _all_of([_begun(word) if word.isascii() else _with(word) for word in words])


def _begun(word: str) -> str:
    return word if len(word) <= SHORT else f"{word}:*"


def _with(part: str) -> str:
    return "|".join(_known_words(word__contains=part)[:MANY])


def opening(words: TypedWords) -> str:
    """The prefix of a key that begins with these words in the key's order, the last as in ``holding``.

    The index is read in order, only as far as needed.
    """
    last = max(words)
    return " ".join(sorted(words)) + (" " if last.isascii() and len(last) <= SHORT else "")


def begun(words: TypedWords) -> str:
    """A short word may be incomplete: "park ji" also finds "park jihoon".

    Only for the last word, as typed or alphabetically, because all names with the prefix are read.
    """
    short = [place for place, word in enumerate(words) if len(word) <= SHORT and word.isascii()]
    if not short:
        return ""
    last = dict.fromkeys((max(short), max(short, key=lambda place: words[place])))
    return " | ".join(dict.fromkeys(filter(None, (_begun_at(words, place) for place in last))))


def _begun_at(words: TypedWords, place: int) -> str:
    others = TypedWords([*words[:place], *words[place + 1 :]])
    others_query = holding(others)
    short_words = (word for word in others if len(word) <= SHORT and word.isascii())
    if (others and not others_query) or any(word not in words.lexicon.there for word in short_words):
        return ""  # nobody's name holds these
    return " & ".join(filter(None, [others_query, f"({words[place]}:*)"]))


def _known_words(**how: str) -> QuerySet[NameWord, str]:
    return NameWord.objects.filter(**how).order_by("word").values_list("word", flat=True).distinct()


def nearer(words: TypedWords) -> str:
    """Words unknown in any name with small errors, the others as typed."""
    if not _searched(words) or all(word in words.lexicon.there for word in words):
        return ""
    lexicon = words.lexicon
    return _all_of([word if word in lexicon.there else "|".join(lexicon.candidates[word]) for word in words])


def regrouped(words: TypedWords) -> str:
    """Two words written as one, or one as two."""
    return _any_of(_regrouped(words, words.lexicon)) if _searched(words) else ""


def nearly(words: TypedWords) -> str:
    """``words`` in order, each with small errors: a common name may be a misspelt rare one."""
    return _any_of(_either(_mistyped(words, words.lexicon))) if _searched(words) else ""


def shorter(words: TypedWords) -> str:
    """All words but one, with small errors too: declarations may omit names of the passport."""
    if not 3 <= len(words) <= LONGEST:
        return ""
    fewer = [[*words[:place], *words[place + 1 :]] for place in range(len(words))]
    return _any_of(alternative for remaining in fewer for alternative in _either(_mistyped(remaining, words.lexicon)))


def _searched(words: TypedWords) -> bool:
    return len("".join(words)) > SHORT and len(words) <= LONGEST


class Lexicon(NamedTuple):
    """``there`` are the queried words that occur in names; ``candidates`` are such words by typed word."""

    there: set[str]
    candidates: dict[str, list[str]]


def _load_lexicon(words: Sequence[str]) -> Lexicon:
    near = {word: _one_error(word) for word in set(words)}
    queried = set().union(*near.values(), *map(_parts, words), _joined(words))
    long = [word for word in near if len(word) > SHORT]
    rows = run(KNOWN_WORDS, {"asked": " ".join(sorted(queried)), "long": " ".join(long)})
    there = sorted({word for typed, word in rows if not typed})
    candidates: dict[str, list[str]] = {
        word: [candidate for candidate in there if candidate in near[word]] for word in near
    }
    for typed, word in rows:
        if typed and word not in candidates[typed]:
            candidates[typed].append(word)
    return Lexicon(set(there), {word: all_[:LIKE] for word, all_ in candidates.items()})


def _mistyped(words: Sequence[str], lexicon: Lexicon) -> Iterable[list[list[str]]]:
    """Each word replaced by its candidates; of the short words only one at a time."""
    fuzzy = [lexicon.candidates[word] for word in words]
    rigid = [
        choices if len(word) > SHORT else [word] if word in lexicon.there else []
        for word, choices in zip(words, fuzzy, strict=True)
    ]
    for place, choices in enumerate(fuzzy):
        yield [*rigid[:place], choices, *rigid[place + 1 :]]


def _either(names: Iterable[Sequence[Sequence[str]]]) -> Iterable[list[str]]:
    return (["|".join(words) for words in groups] for groups in names)


def _one_error(word: str) -> set[str]:
    """The word, and its variants with one letter missing, changed, added or exchanged."""
    ends = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    missing = {a + b[1:] for a, b in ends if b}
    exchanged = {a + b[1] + b[0] + b[2:] for a, b in ends if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in ends if b for letter in ascii_lowercase}
    added = {a + letter + b for a, b in ends for letter in ascii_lowercase}
    return {word, *missing, *exchanged, *changed, *added} - {""}


def _parts(word: str) -> set[str]:
    return {part for place in range(2, len(word) - 1) for part in (word[:place], word[place:])}


def _joined(words: Sequence[str]) -> set[str]:
    return {first + second for first, second in pairwise(words)}


def _regrouped(words: Sequence[str], lexicon: Lexicon) -> Iterable[list[str]]:
    """``xiao ming`` as ``xiaoming`` and vice versa, without other errors."""
    for place in range(len(words) - 1):
        if (joined := words[place] + words[place + 1]) in lexicon.there:
            yield [*words[:place], joined, *words[place + 2 :]]
    for place, word in enumerate(words):
        for cut in range(2, len(word) - 1):
            if word[:cut] in lexicon.there and word[cut:] in lexicon.there:
                yield [*words[:place], word[:cut], word[cut:], *words[place + 1 :]]


def _any_of(names: Iterable[Sequence[str]]) -> str:
    return " | ".join(dict.fromkeys(filter(None, map(_all_of, names))))


def _all_of(groups: Sequence[str]) -> str:
    """Empty if a group is empty, because then no name matches."""
    return " & ".join(f"({group})" for group in groups) if all(groups) else ""
