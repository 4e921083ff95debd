"""Which words a name must hold, as typed or as meant: questions to the index of words, in ``to_tsquery``'s writing.

An empty one means that nobody's name does. Names are many and their words are few, so it is the words that are
compared, and then looked up like words typed right. Comparing whole names reads a list of the index for each three
letters, which a common name makes long.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from string import ascii_lowercase
from typing import NamedTuple

from django.db.models import QuerySet

from ancu.apps.travellers.models import NameWord
from ancu.core.db.statements import run

SHORT = 3  # letters; a word so short is mistaken for too many others: one of them at a time
LONGEST = 10  # words of a name whose errors are looked for: each has to be asked for in so many ways
MANY = 1000  # words that hold a part in a script without spaces
LIKE = 30  # words taken for one typed word
# With the similarity that the transaction's threshold asks, long words may have more errors than one. The hundreds
# asked for stand in a question of their own: as plain values the server would weigh each anew before it begins.
KNOWN = """
SELECT '', word FROM travellers_nameword WHERE word = ANY((SELECT string_to_array(%(asked)s, ' '))::text[])
UNION ALL (
    SELECT typed.word, known.word FROM unnest(string_to_array(%(long)s, ' ')) AS typed(word)
    JOIN travellers_nameword known ON known.word % typed.word
    ORDER BY similarity(typed.word, known.word) DESC, known.word)
"""


class Typed(tuple[str, ...]):
    """The words somebody typed, in order; what is known like them is asked once for all steps of a search."""

    @cached_property
    def known(self) -> "Known":
        return _known(self)


def holding(words: Typed) -> str:
    """Each word begins a word of the name; one of up to SHORT letters stands there whole: "li" is not "lisa".

    What scripts without spaces write as one word is found by any part of it.
    """
    return _all_of([_begun(word) if word.isascii() else _with(word) for word in words])


def _begun(word: str) -> str:
    return word if len(word) <= SHORT else f"{word}:*"


def _with(part: str) -> str:
    return "|".join(_known_words(word__contains=part)[:MANY])


def opening(words: Typed) -> str:
    """How a key begins that begins with these words (in the key's order), the last of them as in ``holding``.

    The index of keys is read in order and only as far as it must be, however many are called so.
    """
    last = max(words)
    return " ".join(sorted(words)) + (" " if last.isascii() and len(last) <= SHORT else "")


def begun(words: Typed) -> str:
    """A short word is not yet whole: "park ji" is also "park jihoon". Only the last one, as typed or as the alphabet
    has it: all names that begin so are gone through."""
    short = [place for place, word in enumerate(words) if len(word) <= SHORT and word.isascii()]
    if not short:
        return ""
    last = dict.fromkeys((max(short), max(short, key=lambda place: words[place])))
    return " | ".join(dict.fromkeys(filter(None, (_begun_at(words, place) for place in last))))


def _begun_at(words: Typed, place: int) -> str:
    others = Typed([*words[:place], *words[place + 1 :]])
    held = holding(others)
    whole = (word for word in others if len(word) <= SHORT and word.isascii())
    if (others and not held) or any(word not in words.known.there for word in whole):
        return ""  # nobody's name holds these
    return " & ".join(filter(None, [held, f"({words[place]}:*)"]))


def _known_words(**how: str) -> QuerySet[NameWord, str]:
    return NameWord.objects.filter(**how).order_by("word").values_list("word", flat=True).distinct()


def nearer(words: Typed) -> str:
    """The words that nobody bears with small errors, the others as typed."""
    if not _searched(words) or all(word in words.known.there for word in words):
        return ""
    known = words.known
    return _all_of([word if word in known.there else "|".join(known.meant[word]) for word in words])


def regrouped(words: Typed) -> str:
    """Two words written as one, or one as two."""
    return _any_of(_regrouped(words, words.known)) if _searched(words) else ""


def nearly(words: Typed) -> str:
    """``words`` as typed, in order, each with small errors: who types a common name may mean a rare one."""
    return _any_of(_either(_mistyped(words, words.known))) if _searched(words) else ""


def shorter(words: Typed) -> str:
    """All words but one, with small errors too: who is declared by fewer names than his passport has."""
    if not 3 <= len(words) <= LONGEST:
        return ""
    fewer = [[*words[:place], *words[place + 1 :]] for place in range(len(words))]
    return _any_of(one for few in fewer for one in _either(_mistyped(few, words.known)))


def _searched(words: Typed) -> bool:
    return len("".join(words)) > SHORT and len(words) <= LONGEST


class Known(NamedTuple):
    """``there``: what of all that was asked is a word of somebody's name; ``meant``: by word typed, such words."""

    there: set[str]
    meant: dict[str, list[str]]


def _known(words: Sequence[str]) -> Known:
    near = {word: _one_error(word) for word in set(words)}
    asked = set().union(*near.values(), *map(_parts, words), _joined(words))
    long = [word for word in near if len(word) > SHORT]
    rows = run(KNOWN, {"asked": " ".join(sorted(asked)), "long": " ".join(long)})
    there = sorted({word for typed, word in rows if not typed})
    meant: dict[str, list[str]] = {word: [one for one in there if one in near[word]] for word in near}
    for typed, word in rows:
        if typed and word not in meant[typed]:
            meant[typed].append(word)
    return Known(set(there), {word: all_[:LIKE] for word, all_ in meant.items()})


def _mistyped(words: Sequence[str], known: Known) -> Iterable[list[list[str]]]:
    """Each word as one of those it may be meant for; but of the short ones, one at a time."""
    fuzzy = [known.meant[word] for word in words]
    rigid = [
        meant if len(word) > SHORT else [word] if word in known.there else []
        for word, meant in zip(words, fuzzy, strict=True)
    ]
    for place, meant in enumerate(fuzzy):
        yield [*rigid[:place], meant, *rigid[place + 1 :]]


def _either(names: Iterable[Sequence[Sequence[str]]]) -> Iterable[list[str]]:
    return (["|".join(words) for words in groups] for groups in names)


def _one_error(word: str) -> set[str]:
    """The word itself, and with one letter missing, changed, too many, or two of them exchanged."""
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


def _regrouped(words: Sequence[str], known: Known) -> Iterable[list[str]]:
    """``xiao ming`` as ``xiaoming``, and ``xiaoming`` as ``xiao ming``; nothing else is wrong with these."""
    for place in range(len(words) - 1):
        if (whole := words[place] + words[place + 1]) in known.there:
            yield [*words[:place], whole, *words[place + 2 :]]
    for place, word in enumerate(words):
        for cut in range(2, len(word) - 1):
            if word[:cut] in known.there and word[cut:] in known.there:
                yield [*words[:place], word[:cut], word[cut:], *words[place + 1 :]]


def _any_of(names: Iterable[Sequence[str]]) -> str:
    return " | ".join(dict.fromkeys(filter(None, map(_all_of, names))))


def _all_of(groups: Sequence[str]) -> str:
    """Empty as soon as one of the groups is: nobody's name holds it."""
    return " & ".join(f"({group})" for group in groups) if all(groups) else ""
