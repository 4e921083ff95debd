"""Blocking keys, by which a database finds the few records that may be the same person.

Each key joins at least two things that survive how people come back (a birth date and a first letter; a year and two
words' consonants; a day without its year and the same; a document number as readers confuse its signs), so that few
records share one and a plain index answers.
"""

from itertools import combinations
from zlib import crc32

from ancu.engines.names.features import Person
from ancu.engines.names.index import skeletons_of
from ancu.engines.names.words import name_of

PARTS = 4  # of a name; longer names have enough in their longest words
SHORTEST_DOCUMENT = 5
_CONFUSED = str.maketrans("OQDILSBZG", "000115826")  # what readers and typists take for each other


def plain_document(number: str) -> str:
    """Return a document number in which confusable characters are the same: O and 0, I and 1, B and 8."""
    return number.upper().translate(_CONFUSED)


def record_keys(person: Person, document: str = "") -> list[int]:
    """Return the search keys (signed 32-bit) of a record, by which others of the same person are looked up.

    Records of one person share a key unless name, birth date and document all differ grossly.
    """
    parts = sorted(sorted(skeletons_of(name_of(person.name)), key=lambda part: (-len(part), part))[:PARTS])
    pairs = [first + two for first, two in combinations(parts, 2)] or parts
    birth = person.birth_date
    texts: list[str] = []
    if len(birth) == 10:
        texts += [f"b{birth}{person.nationality}{first}" for first in sorted({part[:1] for part in parts})]
        texts += [f"m{birth[5:]}{pair}" for pair in pairs]
    if birth:
        texts += [f"y{birth[:4]}{pair}" for pair in pairs]
    if len(document) >= SHORTEST_DOCUMENT:
        texts.append(f"d{plain_document(document)}")
    return [crc32(text.encode()) - 2**31 for text in dict.fromkeys(texts)]
