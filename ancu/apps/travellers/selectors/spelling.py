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
    """The typed words in order; the lexicon is loaded once for all steps of a search."""

    @cached_property
    def lexicon(self) -> "Lexicon":
        """The stored words of names that equal or resemble the typed words, their parts and their joins."""
        return _load_lexicon(self)


def all_words_query(words: TypedWords) -> str:
    """Return the text-search query for names in which each typed word is, or begins, a word of the name.

    Words of up to ``SHORT`` letters must be complete: "li" does not find "lisa". In scripts without spaces any part
    of a word matches.
    """
    return _all_of([_prefix_term(word) if word.isascii() else _containing(word) for word in words])


def _prefix_term(word: str) -> str:
    """Return the text-search query for a word: a short one must be complete, a longer one may be a beginning."""
    return word if len(word) <= SHORT else f"{word}:*"


def _containing(part: str) -> str:
    """Return the text-search query for names with a stored word that contains this text; "" if no word does."""
    return "|".join(_known_words(word__contains=part)[:MANY])


def key_prefix(words: TypedWords) -> str:
    """Return the typed words in alphabetical order, as the beginning of the name keys to look up.

    The last of them must be complete if it is short, as in ``all_words_query``. The index is read in order, only as
    far as needed.
    """
    last = max(words)
    return " ".join(sorted(words)) + (" " if last.isascii() and len(last) <= SHORT else "")


def short_prefix_query(words: TypedWords) -> str:
    """Return the text-search query for names of which a short typed word is only a beginning.

    "park ji" also finds "park jihoon". Only the last short word, as typed or alphabetically, may be such a beginning,
    because all names with it are read. "" if no word is short.
    """
    short = [place for place, word in enumerate(words) if len(word) <= SHORT and word.isascii()]
    if not short:
        return ""
    last = dict.fromkeys((max(short), max(short, key=lambda place: words[place])))
    return " | ".join(dict.fromkeys(filter(None, (_prefix_query_at(words, place) for place in last))))


def _prefix_query_at(words: TypedWords, place: int) -> str:
    """Return the text-search query for names with all words, of which that at ``place`` may be only a beginning.

    "" if no stored name can match.
    """
    others = TypedWords([*words[:place], *words[place + 1 :]])
    others_query = all_words_query(others)
    short_words = (word for word in others if len(word) <= SHORT and word.isascii())
    if (others and not others_query) or any(word not in words.lexicon.there for word in short_words):
        return ""  # nobody's name holds these
    return " & ".join(filter(None, [others_query, f"({words[place]}:*)"]))


def _known_words(**how: str) -> QuerySet[NameWord, str]:
    """Return the distinct stored words of names that match these model filters, in alphabetical order."""
    return NameWord.objects.filter(**how).order_by("word").values_list("word", flat=True).distinct()


def unknown_words_query(words: TypedWords) -> str:
    """Return the text-search query in which each word that occurs in no name is replaced by similar stored words.

    "" if every word occurs, or if the words are too short or too many.
    """
    if not _allows_errors(words) or all(word in words.lexicon.there for word in words):
        return ""
    lexicon = words.lexicon
    return _all_of([word if word in lexicon.there else "|".join(lexicon.candidates[word]) for word in words])


def regrouped_query(words: TypedWords) -> str:
    """Return the text-search query in which two typed words are joined into one, or one is split into two.

    "" if no stored words fit, or if the words are too short or too many.
    """
    return _any_of(_regrouped(words, words.lexicon)) if _allows_errors(words) else ""


def misspelt_query(words: TypedWords) -> str:
    """Return the text-search query for names with all typed words in any order, each also with a small error.

    Of short words only one at a time may have an error. "" if the words are too short or too many. Stored words are
    replaced, too, as a common name may be a misspelt rare one.
    """
    return _any_of(_alternatives(_with_candidates(words, words.lexicon))) if _allows_errors(words) else ""


def omitted_word_query(words: TypedWords) -> str:
    """Return the text-search query for names with all typed words but one, each also with a small error.

    Declarations may omit names that are in the passport. "" for fewer than three words, or too many.
    """
    if not 3 <= len(words) <= LONGEST:
        return ""
    fewer = [[*words[:place], *words[place + 1 :]] for place in range(len(words))]
    return _any_of(
        alternative for remaining in fewer for alternative in _alternatives(_with_candidates(remaining, words.lexicon))
    )


def _allows_errors(words: TypedWords) -> bool:
    """Whether to search for misspellings: more than ``SHORT`` letters in all, and at most ``LONGEST`` words."""
    return len("".join(words)) > SHORT and len(words) <= LONGEST


class Lexicon(NamedTuple):
    """``there`` are the queried words that occur in names; ``candidates`` are such words by typed word."""

    there: set[str]
    candidates: dict[str, list[str]]


def _load_lexicon(words: Sequence[str]) -> Lexicon:
    """Return the stored words that equal or resemble the typed words, their parts and their joins, by one query."""
    near = {word: _one_error(word) for word in set(words)}
    queried = set().union(*near.values(), *map(_split_parts, words), _joined_pairs(words))
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


def _with_candidates(words: Sequence[str], lexicon: Lexicon) -> Iterable[list[list[str]]]:
    """Yield variants of the typed words: for each word a list of the stored words that may stand for it.

    Long words have all their candidates in every variant; of the short words only one at a time is replaced.
    """
    fuzzy = [lexicon.candidates[word] for word in words]
    rigid = [
        choices if len(word) > SHORT else [word] if word in lexicon.there else []
        for word, choices in zip(words, fuzzy, strict=True)
    ]
    for place, choices in enumerate(fuzzy):
        yield [*rigid[:place], choices, *rigid[place + 1 :]]


def _alternatives(names: Iterable[Sequence[Sequence[str]]]) -> Iterable[list[str]]:
    """Yield each variant of a name as parts of a text-search query: for each word its candidates, joined by "|"."""
    return (["|".join(words) for words in groups] for groups in names)


def _one_error(word: str) -> set[str]:
    """Return the word and its variants with one letter missing, changed or added, or two neighbours exchanged."""
    ends = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    missing = {a + b[1:] for a, b in ends if b}
    exchanged = {a + b[1] + b[0] + b[2:] for a, b in ends if len(b) > 1}
    changed = {a + letter + b[1:] for a, b in ends if b for letter in ascii_lowercase}
    added = {a + letter + b for a, b in ends for letter in ascii_lowercase}
    return {word, *missing, *exchanged, *changed, *added} - {""}


def _split_parts(word: str) -> set[str]:
    """Return both parts of every split of a word into two parts of two letters or more."""
    return {part for place in range(2, len(word) - 1) for part in (word[:place], word[place:])}


def _joined_pairs(words: Sequence[str]) -> set[str]:
    """Return every two neighbouring words joined into a single word."""
    return {first + second for first, second in pairwise(words)}


def _regrouped(words: Sequence[str], lexicon: Lexicon) -> Iterable[list[str]]:
    """Yield the words with two neighbours joined or one word split, if stored names contain the result.

    ``xiao ming`` becomes ``xiaoming``, and the reverse.
    """
    for place in range(len(words) - 1):
        if (joined := words[place] + words[place + 1]) in lexicon.there:
            yield [*words[:place], joined, *words[place + 2 :]]
    for place, word in enumerate(words):
        for cut in range(2, len(word) - 1):
            if word[:cut] in lexicon.there and word[cut:] in lexicon.there:
                yield [*words[:place], word[:cut], word[cut:], *words[place + 1 :]]


def _any_of(names: Iterable[Sequence[str]]) -> str:
    """Return the text-search query that matches any of these names, each given as the parts of its words."""
    return " | ".join(dict.fromkeys(filter(None, map(_all_of, names))))


def _all_of(groups: Sequence[str]) -> str:
    """Return the text-search query for names that match every part; "" if one is empty, as no name would match."""
    return " & ".join(f"({group})" for group in groups) if all(groups) else ""
