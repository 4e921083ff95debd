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
    """Return the query for names in which each typed word is, or begins, a word of the name.

    Words of up to SHORT letters must match fully: "li" is not "lisa". In scripts without spaces any part of a word
    matches.
    """
    return _all_of([_prefix_term(word) if word.isascii() else _containing(word) for word in words])


def _prefix_term(word: str) -> str:
    """Return the query for a word: a short one in full, a longer one as a beginning."""
    return word if len(word) <= SHORT else f"{word}:*"


def _containing(part: str) -> str:
    """Return the query for names with any stored word that contains this text; empty if there is none."""
    return "|".join(_known_words(word__contains=part)[:MANY])


def key_prefix(words: TypedWords) -> str:
    """Return the typed words in alphabetical order, as the beginning of the name keys to look up.

    The last of them must be a whole word if it is short, as in ``all_words_query``. The index is read in order, only
    as far as needed.
    """
    last = max(words)
    return " ".join(sorted(words)) + (" " if last.isascii() and len(last) <= SHORT else "")


def short_prefix_query(words: TypedWords) -> str:
    """Return the query for names that a short word only begins: "park ji" also finds "park jihoon".

    Only the last short word, as typed or alphabetically, may be such a beginning, because all names with it are read.
    Empty if no word is short.
    """
    short = [place for place, word in enumerate(words) if len(word) <= SHORT and word.isascii()]
    if not short:
        return ""
    last = dict.fromkeys((max(short), max(short, key=lambda place: words[place])))
    return " | ".join(dict.fromkeys(filter(None, (_prefix_query_at(words, place) for place in last))))


def _prefix_query_at(words: TypedWords, place: int) -> str:
    """Return the query for names with all words, of which the one at ``place`` need only begin a word.

    Empty if no name can match.
    """
    others = TypedWords([*words[:place], *words[place + 1 :]])
    others_query = all_words_query(others)
    short_words = (word for word in others if len(word) <= SHORT and word.isascii())
    if (others and not others_query) or any(word not in words.lexicon.there for word in short_words):
        return ""  # nobody's name holds these
    return " & ".join(filter(None, [others_query, f"({words[place]}:*)"]))


def _known_words(**how: str) -> QuerySet[NameWord, str]:
    """Return the stored words of names that match the model filter ``how``, in alphabetical order."""
    return NameWord.objects.filter(**how).order_by("word").values_list("word", flat=True).distinct()


def unknown_words_query(words: TypedWords) -> str:
    """Return the query for all words, those that occur in no name replaced by similar stored words.

    Empty if every word occurs, or the words are too short or too many.
    """
    if not _allows_errors(words) or all(word in words.lexicon.there for word in words):
        return ""
    lexicon = words.lexicon
    return _all_of([word if word in lexicon.there else "|".join(lexicon.candidates[word]) for word in words])


def regrouped_query(words: TypedWords) -> str:
    """Return the query for names with all words, two of them joined into one or one split into two.

    Empty if no stored words fit, or the words are too short or too many.
    """
    return _any_of(_regrouped(words, words.lexicon)) if _allows_errors(words) else ""


def misspelt_query(words: TypedWords) -> str:
    """Return the query for names with all words in any order, each also with small errors.

    Of short words only one at a time may have an error. Empty if the words are too short or too many. Stored words
    are replaced, too, as a common name may be a misspelt rare one.
    """
    return _any_of(_alternatives(_with_candidates(words, words.lexicon))) if _allows_errors(words) else ""


def omitted_word_query(words: TypedWords) -> str:
    """Return the query for names with all typed words but any one, each also with small errors.

    Declarations may omit names that are in the passport. Empty for fewer than three words, or too many.
    """
    if not 3 <= len(words) <= LONGEST:
        return ""
    fewer = [[*words[:place], *words[place + 1 :]] for place in range(len(words))]
    return _any_of(
        alternative for remaining in fewer for alternative in _alternatives(_with_candidates(remaining, words.lexicon))
    )


def _allows_errors(words: TypedWords) -> bool:
    """Whether the words have more than SHORT letters together, and are at most LONGEST in number."""
    return len("".join(words)) > SHORT and len(words) <= LONGEST


class Lexicon(NamedTuple):
    """``there`` are the queried words that occur in names; ``candidates`` are such words by typed word."""

    there: set[str]
    candidates: dict[str, list[str]]


def _load_lexicon(words: Sequence[str]) -> Lexicon:
    """Return the stored words that equal or resemble the typed ones, their parts and joins, in one query."""
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
    """Yield variants of the words: for each word the stored words that may stand for it.

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
    """Yield each variant of a name as query parts: for each word its candidates, joined by "or"."""
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
    """Yield the words with two neighbours joined or one word split, where the stored names have the results.

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
    """Return the query that matches any of these names, each given as the query parts of its words."""
    return " | ".join(dict.fromkeys(filter(None, map(_all_of, names))))


def _all_of(groups: Sequence[str]) -> str:
    """Return the query for names that match every part; empty if a part is empty, as no name would match."""
    return " & ".join(f"({group})" for group in groups) if all(groups) else ""
