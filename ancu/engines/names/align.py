"""Match the words of two names: one to one, joined or split, in any order, misspelt or as initials."""

import re
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz.distance import OSA, Postfix, Prefix

from ancu.engines.names.common_names import relation, unusual_letters
from ancu.engines.names.syllables import Syllable, sounds_alike
from ancu.engines.names.words import ParsedName, ParsedWord, weight_of, word

MATCH = 0.66  # below this two words are different words
SHORT = 6  # letters; in a longer name a vowel left out is a slip
VARIANT = 0.95  # two spellings of one common name
_UMLAUTS = re.compile("([aou])e")
_SPAN_MATCH = 0.84  # joined words must be plainer than single ones


class WordPair(NamedTuple):
    """Matching words of two names, as indices; `likeness` from 0 to 1, and the `weight` of the pair."""

    left: tuple[int, ...]
    right: tuple[int, ...]
    likeness: float
    weight: float
    kind: str  # same, sound, spelling, near, initial, joined, syllable


class Alignment(NamedTuple):
    """The matching word pairs of two names, and the unmatched words of both."""

    pairs: tuple[WordPair, ...]
    left_alone: tuple[int, ...]
    right_alone: tuple[int, ...]


@lru_cache(maxsize=1_000_000)
def likeness(a: str, b: str) -> float:
    """Return how alike two words of names are, from 0 to 1: in letters or sound, whichever is more alike.

    A list of common names decides first: two different names have 0.
    """
    if a == b:
        return 1.0
    word_a, word_b = word(a), word(b)
    if word_a.sound == word_b.sound:
        return 0.97
    common = relation(a, b)
    if common is not None:
        return VARIANT if common else 0.0
    shortest = min(len(a), len(b))
    best: float = OSA.normalized_similarity(a, b)
    best = max(best, 0.97 * OSA.normalized_similarity(word_a.sound, word_b.sound))
    if word_a.coarse == word_b.coarse:
        best = max(best, 0.9 if shortest > 3 else 0.8)
    if a[0] != b[0] and word_a.coarse[0] != word_b.coarse[0]:
        best -= 0.06  # a first letter is seldom mistaken
    return best


def _kind(a: ParsedWord, b: ParsedWord, like: float) -> str:
    """Return how two matching words of names relate: same, sound, spelling or near.

    ``near`` are probably two names, such as LENA and LEA; ``spelling`` is a typing error, such as HOFFMANN and
    HOFMANM. ``like`` is their likeness from 0 to 1.
    """
    if like == 1:
        return "same"
    if like >= 0.9 and a.coarse == b.coarse:
        return "sound"
    return "near" if like < VARIANT and _are_two_names(a, b) else "spelling"


def _are_two_names(a: ParsedWord, b: ParsedWord) -> bool:
    """Whether two similar words are probably two different names, rather than one with a typing error."""
    if sorted(a.text) == sorted(b.text) or sorted(_plain(a.text)) == sorted(_plain(b.text)):
        return False  # letters exchanged; H, or E for an umlaut, left out
    if _replaces_part(a.text, b.text) and _replaces_part(a.sound, b.sound):
        return True
    if _leaves_out_vowel(a.text, b.text):
        return True
    return _keeps_rhythm(a.text, b.text) and unusual_letters(a.text, b.text) == unusual_letters(b.text, a.text)


def _replaces_part(a: str, b: str) -> bool:
    """Whether two words differ in a whole part, as BOUN-M-Y and BOUN-TH-Y: by three edits, or two close together."""
    edits = OSA.distance(a, b)
    span = max(len(a), len(b)) - Prefix.similarity(a, b) - Postfix.similarity(a, b)
    return edits >= 3 or (edits == 2 and span < 4)


def _keeps_rhythm(a: str, b: str) -> bool:
    """Whether vowels and consonants alternate alike in two words, as parents choose names for twins.

    The longer may go on, or have a vowel with a consonant between where the other has one vowel. A typing error
    mostly makes a word that is no name.
    """
    short, long = sorted((_rhythm(a), _rhythm(b)), key=len)
    return long.startswith(short) or short in {long[:i] + "V" + long[i + 2 :] for i in _pattern_positions(long, "VCV")}


def _leaves_out_vowel(a: str, b: str) -> bool:
    """Whether the shorter name is the longer one without an inner vowel: AMNA and AMINA, SALMA and SALIMA."""
    short, long = sorted((a, b), key=len)
    return len(long) <= SHORT and short in {
        long[: at + 2] + long[at + 3 :] for at in _pattern_positions(_rhythm(long), "VCVCV")
    }


def _rhythm(text: str) -> str:
    """Return the word's pattern of vowels (V) and consonants (C), such as CVCV."""
    return "".join("V" if letter in "aeiouy" else "C" for letter in text)


def _pattern_positions(rhythm: str, pattern: str) -> list[int]:
    """Return every position at which the pattern of vowels and consonants occurs; overlaps count."""
    return [at for at in range(len(rhythm)) if rhythm.startswith(pattern, at)]


def _plain(text: str) -> str:
    """Return a word for comparing spellings: without "h", and without an "e" that writes an umlaut (MUELLER)."""
    return _UMLAUTS.sub(r"\1", text).replace("h", "")


def align(a: ParsedName, b: ParsedName) -> Alignment:
    """Pair the words of two names greedily, the best pairs first; each word is used once.

    Words without a partner are listed as alone.
    """
    left, right = a.words, b.words
    candidates = [*_pair_single_words(left, right), *_pair_joined_words(left, right), *_pair_initials(left, right)]
    candidates.sort(key=lambda pair: (-pair.likeness * (len(pair.left) + len(pair.right)), -pair.weight))
    taken_left: set[int] = set()
    taken_right: set[int] = set()
    pairs: list[WordPair] = []
    for pair in candidates:
        if taken_left.isdisjoint(pair.left) and taken_right.isdisjoint(pair.right):
            pairs.append(pair)
            taken_left.update(pair.left)
            taken_right.update(pair.right)
    return Alignment(
        tuple(pairs),
        tuple(i for i in range(len(left)) if i not in taken_left),
        tuple(i for i in range(len(right)) if i not in taken_right),
    )


def align_syllables(
    a: ParsedName, b: ParsedName
) -> tuple[str, tuple[Syllable, ...], tuple[Syllable, ...], Alignment] | None:
    """Align two names by syllable, if one language can read both; else None.

    Of several languages the one with the fewest syllables counts. Returns the language, both names' syllables and the
    alignment.
    """
    best = None
    for language, left in a.syllables.items():
        if right := b.syllables.get(language):
            how = _by_syllable(left, right)
            agreement = sum(pair.likeness for pair in how.pairs) - len(how.left_alone) * len(how.right_alone)
            rank = -len(left) - len(right), agreement
            if best is None or rank > best[0]:
                best = rank, (language, left, right, how)
    return best[1] if best else None


def _by_syllable(left: tuple[Syllable, ...], right: tuple[Syllable, ...]) -> Alignment:
    """Pair equal syllables of two names first, then those that sound alike; each is used once."""
    pairs: list[WordPair] = []
    free = set(range(len(right)))
    waiting = list(range(len(left)))
    for like, kind, is_match in ((1.0, "same", _is_written_alike), (0.93, "sound", sounds_alike)):
        for i in tuple(waiting):
            j = next((j for j in sorted(free) if is_match(left[i], right[j])), None)
            if j is not None:
                pairs.append(WordPair((i,), (j,), like, weight_of(left[i].text), kind))
                free.remove(j)
                waiting.remove(i)
    return Alignment(tuple(pairs), tuple(waiting), tuple(sorted(free)))


def _is_written_alike(a: Syllable, b: Syllable) -> bool:
    """Whether two syllables are spelt the same."""
    return a.text == b.text


def _pair_single_words(left: tuple[ParsedWord, ...], right: tuple[ParsedWord, ...]) -> list[WordPair]:
    """Return the pairs of a word of one name and a word of the other that are alike enough."""
    pairs = []
    for i, word_a in enumerate(left):
        for j, word_b in enumerate(right):
            like = likeness(word_a.text, word_b.text)
            if like >= MATCH:
                pairs.append(WordPair((i,), (j,), like, min(word_a.weight, word_b.weight), _kind(word_a, word_b, like)))
    return pairs


def _pair_joined_words(left: tuple[ParsedWord, ...], right: tuple[ParsedWord, ...]) -> list[WordPair]:
    """Return the pairs of two or three words of one name with one of the other: `XIAO MING`, `XIAOMING`."""
    pairs = []
    for turned, (many, shorter) in enumerate(((left, right), (right, left))):
        for size in (2, 3):
            for i in range(len(many) - size + 1):
                text = "".join(part.text for part in many[i : i + size])
                for j, single in enumerate(shorter):
                    if abs(len(single.text) - len(text)) > 2 or len(single.text) < 4:
                        continue
                    like = likeness(text, single.text)
                    if like >= _SPAN_MATCH:
                        span = tuple(range(i, i + size))
                        left_ends, right_ends = ((j,), span) if turned else (span, (j,))
                        pairs.append(WordPair(left_ends, right_ends, like, 0.8, "joined"))
    return pairs


def _pair_initials(left: tuple[ParsedWord, ...], right: tuple[ParsedWord, ...]) -> list[WordPair]:
    """Return the pairs of an initial in one name and a word of the other that begins with it."""
    pairs = []
    for i, word_a in enumerate(left):
        for j, word_b in enumerate(right):
            short, long = (word_a, word_b) if len(word_a.text) < len(word_b.text) else (word_b, word_a)
            if len(short.text) == 1 and len(long.text) > 1 and long.text[0] == short.text:
                pairs.append(WordPair((i,), (j,), MATCH, short.weight, "initial"))
    return pairs
