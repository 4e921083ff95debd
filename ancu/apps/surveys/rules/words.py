"""Frequent words and word pairs in free texts, if at least five texts contain them."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import NamedTuple

from ancu.core.security.disclosure_control import MIN_PEOPLE

MOST_GROUPS = 30
INSIDE = 0.6  # a word is left out when so much of it stands within a chosen pair
HALVES = frozenset(["an"])  # half of "công an", "an ninh", "an toàn", and an English word that says nothing alone
SIGNS = re.compile(r"[^\w]+|_|\d+")
STOP = frozenset(
    [
        "và",
        "là",
        "của",
        "có",
        "cho",
        "các",
        "những",
        "được",
        "thì",
        "mà",
        "ở",
        "với",
        "một",
        "này",
        "đó",
        "khi",
        "như",
        "trong",
        "ra",
        "vào",
        "lên",
        "xuống",
        "rồi",
        "cũng",
        "rất",
        "nên",
        "cần",
        "phải",
        "không",
        "chưa",
        "đã",
        "đang",
        "sẽ",
        "để",
        "từ",
        "đến",
        "tới",
        "về",
        "tại",
        "bị",
        "bởi",
        "vì",
        "do",
        "nếu",
        "hay",
        "hoặc",
        "hơn",
        "nữa",
        "thêm",
        "lại",
        "còn",
        "nhiều",
        "ít",
        "quá",
        "lắm",
        "thế",
        "ạ",
        "tôi",
        "em",
        "anh",
        "chị",
        "ông",
        "bà",
        "cháu",
        "mình",
        "chúng",
        "ta",
        "họ",
        "ai",
        "gì",
        "nào",
        "đâu",
        "sao",
        "đây",
        "kia",
        "ấy",
        "nhé",
        "nha",
        "thôi",
        "chỉ",
        "cả",
        "mọi",
        "mỗi",
        "từng",
        "người",
        "việc",
        "các",
        "sự",
        "cái",
        "con",
        "chiếc",
        "vẫn",
        "luôn",
        "đều",
        "bằng",
        "theo",
        "giữa",
        "sau",
        "trước",
        "trên",
        "dưới",
        "ngoài",
        "qua",
        "xin",
        "mong",
        "muốn",
        "làm",
        "the",
        "a",
        "and",
        "or",
        "of",
        "to",
        "in",
        "on",
        "at",
        "for",
        "with",
        "by",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "it",
        "its",
        "this",
        "that",
        "these",
        "those",
        "i",
        "we",
        "you",
        "they",
        "he",
        "she",
        "my",
        "our",
        "your",
        "their",
        "not",
        "no",
        "do",
        "does",
        "did",
        "have",
        "has",
        "had",
        "will",
        "would",
        "should",
        "could",
        "can",
        "from",
        "as",
        "so",
        "but",
        "if",
        "very",
        "more",
        "most",
        "much",
        "many",
        "there",
        "here",
        "please",
        "than",
        "then",
        "too",
        "also",
    ]
)


class RemarkGroup(NamedTuple):
    """Words, and the keys of the texts that contain them."""

    words: str
    keys: tuple[int, ...]


def groups(texts: Mapping[int, str]) -> list[RemarkGroup]:
    """Return groups of texts that share a frequent word or pair of words, the largest first.

    ``texts`` are free-text answers by response id. No group has fewer than five texts.
    """
    runs = {key: _runs(text) for key, text in texts.items()}
    pairs = _without_chance_pairs(runs, _frequent_terms(runs, _pairs))
    chosen = dict(pairs)
    for word, keys in _frequent_terms(runs, _words).items():
        within = {key for pair, of in pairs.items() if word in pair.split() for key in of}
        if len(within & set(keys)) < INSIDE * len(keys):
            chosen[word] = keys
    ranked = sorted(chosen.items(), key=lambda entry: (-len(entry[1]), " " not in entry[0], entry[0]))
    return [RemarkGroup(term, tuple(keys)) for term, keys in _distinct(ranked)][:MOST_GROUPS]


Run = list[str]


def _runs(text: str) -> list[Run]:
    """Split a text at stop words and punctuation; return the lists of consecutive words in between, in lower case."""
    runs: list[Run] = []
    for sentence in re.split(r"[.!?;:,\n()\"“”]+", text.lower()):
        runs.append([])
        for word in SIGNS.split(sentence):
            if not word or word in STOP:
                runs.append([])
            else:
                runs[-1].append(word)
    return [run for run in runs if run]


def _words(run: Run) -> list[str]:
    """Return the words of the list, without single letters and halves of two-syllable words ("an" of "công an")."""
    return [word for word in run if len(word) > 1 and word not in HALVES]


def _pairs(run: Run) -> list[str]:
    """Return each two neighbouring words of the list, joined by a blank."""
    return [f"{first} {second}" for first, second in pairwise(run)]


def _frequent_terms(runs: Mapping[int, list[Run]], terms: Callable[[Run], list[str]]) -> dict[str, list[int]]:
    """Return the words or pairs that occur in at least five texts, each with the ids of these texts.

    ``terms`` returns the words or pairs of a list of consecutive words; ``runs`` has such lists by text id.
    """
    of: dict[str, list[int]] = {}
    for key, text_runs in runs.items():
        for term in {term for run in text_runs for term in terms(run)}:
            of.setdefault(term, []).append(key)
    return {term: keys for term, keys in of.items() if len(keys) >= MIN_PEOPLE}


def _without_chance_pairs(runs: Mapping[int, list[Run]], pairs: dict[str, list[int]]) -> dict[str, list[int]]:
    """Return the pairs of syllables that are words, without those that mostly join two words by chance.

    Of two pairs that share a syllable, the more frequent one is the word. ``pairs`` has the ids of the texts with
    each pair.
    """
    stand: Counter[str] = Counter()
    for text_runs in runs.values():
        stand.update({pair for run in text_runs for pair in _cut(run, pairs)})
    return {pair: keys for pair, keys in pairs.items() if stand[pair] > (1 - INSIDE) * len(keys)}


def _cut(run: Run, pairs: Mapping[str, list[int]]) -> list[str]:
    """Return the frequent pairs of neighbouring words in the list, without overlaps, the most frequent first.

    ``pairs`` has the frequent pairs with the ids of their texts; no other pairs are returned.
    """
    pairs_in_run, covered = [], set[int]()
    order = sorted(enumerate(_pairs(run)), key=lambda entry: -len(pairs.get(entry[1], ())))
    for place, pair in order:
        if pair in pairs and not {place, place + 1} & covered:
            covered |= {place, place + 1}
            pairs_in_run.append(pair)
    return pairs_in_run


def _distinct(ranked: Iterable[tuple[str, list[int]]]) -> Iterable[tuple[str, list[int]]]:
    """Yield the groups without those that consist of the same texts as an earlier group.

    Such groups come from parts of one longer phrase.
    """
    occurrences: Counter[tuple[int, ...]] = Counter()
    for term, keys in ranked:
        same = tuple(sorted(keys))
        occurrences[same] += 1
        if occurrences[same] == 1:
            yield term, keys
