"""What many people wrote about: words, and pairs of words, that stand in the texts of at least five of them.

Nothing is guessed: a text belongs to a group when the group's words stand in it, and every group opens on its texts.
Vietnamese words are often two syllables, so pairs come first; a single one that nearly always stands in a pair goes.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

LEAST = 5
MOST_GROUPS = 30
INSIDE = 0.6  # a word is left out when so much of it stands within a chosen pair
SIGNS = re.compile(r"[^\w]+|_|\d+")
NUMBERS = re.compile(r"\+?\d(?:[\s.-]?\d){7,}")
ADDRESSES = re.compile(r"\S+@\S+")
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
        "an",
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


class Group(NamedTuple):
    """Words, and the keys of the texts in which they stand."""

    words: str
    keys: tuple[int, ...]


def terms(text: str) -> set[str]:
    """The words of a text and the pairs of neighbours, without the words that say nothing."""
    found: set[str] = set()
    for sentence in re.split(r"[.!?;:,\n()\"“”]+", text.lower()):
        last = ""
        for word in SIGNS.split(sentence):
            if not word or word in STOP:
                last = ""
                continue
            if len(word) > 1:
                found.add(word)
                if last:
                    found.add(f"{last} {word}")
            last = word if len(word) > 1 else ""
    return found


def groups(texts: Mapping[int, str]) -> list[Group]:
    """The largest first; none of fewer than five texts."""
    of: dict[str, list[int]] = {}
    for key, text in texts.items():
        for term in terms(text):
            of.setdefault(term, []).append(key)
    known = {term: keys for term, keys in of.items() if len(keys) >= LEAST}
    pairs = {term: keys for term, keys in known.items() if " " in term}
    chosen = dict(pairs)
    for word, keys in known.items():
        if " " in word:
            continue
        within = set().union(*(pairs[pair] for pair in pairs if word in pair.split())) if pairs else set()
        if len(within & set(keys)) < INSIDE * len(keys):
            chosen[word] = keys
    ranked = sorted(chosen.items(), key=lambda one: (-len(one[1]), one[0]))
    return [Group(term, tuple(keys)) for term, keys in _distinct(ranked)][:MOST_GROUPS]


def _distinct(ranked: Iterable[tuple[str, list[int]]]) -> Iterable[tuple[str, list[int]]]:
    """Without groups of exactly the same texts: parts of one longer phrase."""
    seen: Counter[tuple[int, ...]] = Counter()
    for term, keys in ranked:
        same = tuple(sorted(keys))
        seen[same] += 1
        if seen[same] == 1:
            yield term, keys


def without_contacts(text: str) -> str:
    """A text to be quoted: numbers that may be somebody's telephone or papers, and e-mail addresses, are struck out."""
    return ADDRESSES.sub("•••", NUMBERS.sub("•••", text))
