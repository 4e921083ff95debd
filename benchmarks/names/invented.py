"""Invented people and how they come back: renewed, misspelt, in another order, with half a birth date.

`copy_of` gives the same person as somebody else wrote him down; `pairs` gives such copies and people who are others but
alike (found by what they share: family name, birth date, nationality), as a list that is searched would bring them.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from rapidfuzz.distance import OSA as osa
from rapidfuzz.distance import Indel as indel

from ancu.demo.names import make_person, nationality_codes
from ancu.engines.names import Person
from ancu.engines.names.align import likeness
from ancu.engines.names.words import latin

Change = Callable[[Random, list[str]], list[str]]
_VARIANTS = (
    ("KH", "H"),
    ("SH", "SCH"),
    ("SH", "CH"),
    ("CH", "TCH"),
    ("ZH", "J"),
    ("J", "DZH"),
    ("Y", "I"),
    ("I", "Y"),
    ("W", "V"),
    ("V", "W"),
    ("F", "PH"),
    ("PH", "F"),
    ("K", "C"),
    ("C", "K"),
    ("K", "Q"),
    ("KS", "X"),
    ("OU", "U"),
    ("U", "OU"),
    ("OO", "U"),
    ("EE", "I"),
    ("TS", "TZ"),
    ("AI", "AY"),
    ("EI", "EY"),
    ("S", "Z"),
    ("TH", "T"),
    ("DH", "D"),
    ("AE", "A"),
    ("OE", "O"),
    ("UE", "U"),
    ("SS", "S"),
    ("LL", "L"),
    ("NN", "N"),
)
_OCR = str.maketrans("OISBGZ", "015862")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def people(rng: Random, count: int, nationalities: list[str] | None = None) -> list[Person]:
    """Return this many invented people, optionally of these nationalities."""
    codes = nationalities or list(nationality_codes())
    guests = (make_person(rng, rng.choice(codes)) for _ in range(count))
    return [Person(guest.full_name, guest.birth_date, guest.sex, guest.nationality) for guest in guests]


def copy_of(rng: Random, person: Person) -> Person:
    """Return the person as another record may state the details: misspelt, reordered or incomplete."""
    words = person.name.upper().replace("-", " - ").split()
    for _ in range(rng.choice((0, 1, 1, 1, 2))):
        words = rng.choice(_CHANGES)(rng, words)
    name = re.sub(r" ?- ?", rng.choice(("-", " ", "")), " ".join(words))
    return Person(name, _birth(rng, person.birth_date), *_state(rng, person))


def typo(rng: Random, words: list[str]) -> list[str]:
    """Return the words of a name with a typing error in a random one, unless that is too short."""
    at = rng.randrange(len(words))
    word = words[at]
    if len(word) < 3:
        return words
    place = rng.randrange(len(word) - 1)
    kind = rng.randrange(4)
    changed = {
        0: word[:place] + word[place + 1] + word[place] + word[place + 2 :],
        1: word[:place] + word[place + 1 :],
        2: word[:place] + rng.choice(_LETTERS) + word[place:],
        3: word[:place] + rng.choice(_LETTERS) + word[place + 1 :],
    }[kind]
    return [*words[:at], changed, *words[at + 1 :]]


def _turned(rng: Random, words: list[str]) -> list[str]:
    """Return the words of a name rotated at a random place: the last ones first."""
    at = rng.randrange(1, len(words)) if len(words) > 1 else 0
    return words[at:] + words[:at]


def _dropped(rng: Random, words: list[str]) -> list[str]:
    """Return the words of a name without one of them, not the first; unchanged if there are only two."""
    if len([word for word in words if word != "-"]) < 3:
        return words
    at = rng.randrange(1, len(words))
    return words[:at] + words[at + 1 :]


def _joined(rng: Random, words: list[str]) -> list[str]:
    """Return the words of a name with two neighbours joined into one."""
    if len(words) < 3:
        return words
    at = rng.randrange(1, len(words) - 1)
    return [*words[:at], words[at] + words[at + 1], *words[at + 2 :]]


def _spelt(rng: Random, words: list[str]) -> list[str]:
    """Return the words of a name, one of them in another transliteration."""
    at = rng.randrange(len(words))
    fits = [(old, new) for old, new in _VARIANTS if old in words[at]]
    if not fits:
        return words
    old, new = rng.choice(fits)
    return [*words[:at], words[at].replace(old, new, 1), *words[at + 1 :]]


def _misread(rng: Random, words: list[str]) -> list[str]:
    """Return the words of a name, with one letter misread as a digit."""
    at = rng.randrange(len(words))
    places = [i for i, sign in enumerate(words[at]) if sign in "OISBGZ"]
    if not places:
        return words
    place = rng.choice(places)
    word = words[at][:place] + words[at][place].translate(_OCR) + words[at][place + 1 :]
    return [*words[:at], word, *words[at + 1 :]]


def _initial(rng: Random, words: list[str]) -> list[str]:
    """Return the words of a name, one of them shortened to its initial."""
    if len(words) < 3:
        return words
    at = rng.randrange(1, len(words))
    return [*words[:at], words[at][:1], *words[at + 1 :]]


_CHANGES: tuple[Change, ...] = (typo, typo, _turned, _turned, _dropped, _joined, _spelt, _spelt, _misread, _initial)


def _birth(rng: Random, birth: str) -> str:
    """Return a birth date as another record may have it: the same, mistyped, partial or empty."""
    draw = rng.random()
    if len(birth) < 10 or draw < 0.82:
        return birth
    if draw < 0.87:
        day_first = f"{birth[:4]}-{birth[8:]}-{birth[5:7]}"
        return day_first if int(birth[8:]) <= 12 else birth
    if draw < 0.92:
        digit = rng.choice((3, 6, 9))
        changed = birth[:digit] + str((int(birth[digit]) + rng.choice((1, 9))) % 10) + birth[digit + 1 :]
        return changed if _is_date(changed) else birth
    return birth[:4] if draw < 0.96 else birth[:7] if draw < 0.97 else ""


def _is_date(text: str) -> bool:
    """Whether the text is a full ISO date, such as 1984-03-08."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _state(rng: Random, person: Person) -> tuple[str, str]:
    """Return a person's sex and nationality as another record may have them: sometimes missing or wrong."""
    sex = rng.choices((person.sex, "", "F" if person.sex == "M" else "M"), (94, 5, 1))[0]
    nationality = rng.choices((person.nationality, "", rng.choice(nationality_codes())), (93, 4, 3))[0]
    return sex, nationality


def pairs(rng: Random, count: int, population: int = 20_000) -> Iterator[tuple[Person, Person, bool]]:
    """Yield pairs of invented records, and whether both are of one person, as half of them are.

    The second record has errors. The others share a word of the name, or the birth date, and mostly more.
    """
    all_of_them = people(rng, population)
    by_word: dict[str, list[Person]] = defaultdict(list)
    by_birth: dict[str, list[Person]] = defaultdict(list)
    for person in all_of_them:
        by_birth[person.birth_date].append(person)
        for word in person.name.upper().replace("-", " ").split():
            by_word[word].append(person)
    while count > 0:
        person = rng.choice(all_of_them)
        yield person, copy_of(rng, person), True
        alike = by_birth[person.birth_date] if rng.random() < 0.25 else by_word[rng.choice(list(_words(person)))]
        another = min(rng.sample(alike, min(len(alike), 8)), key=lambda who: _distance(person, who))
        if another is not person and (another.name, another.birth_date) != (person.name, person.birth_date):
            yield person, copy_of(rng, another), False
        count -= 2


def relatives(rng: Random, count: int, population: int = 20_000) -> Iterator[tuple[Person, Person, bool]]:
    """Yield pairs of records of relatives and namesakes, labelled as different people.

    They share nationality, a word of the name and mostly more.
    """
    everybody = people(rng, population)
    by_word: dict[tuple[str, str], list[Person]] = defaultdict(list)
    for person in everybody:
        for word in _words(person):
            by_word[person.nationality, word].append(person)
    while count > 0:
        person = rng.choice(everybody)
        alike = by_word[person.nationality, rng.choice(_words(person))]
        others = [
            who for who in rng.sample(alike, min(len(alike), 12)) if sorted(_words(who)) != sorted(_words(person))
        ]
        if not others or len(person.birth_date) < 10:
            continue
        another = max(others, key=lambda who: indel.normalized_similarity(who.name, person.name) + rng.random() / 2)
        yield person, another._replace(birth_date=_related_birth(rng, person.birth_date)), False
        count -= 1


def twins_alike(rng: Random, count: int, population: int = 20_000) -> Iterator[tuple[Person, Person, bool]]:
    """Yield pairs of twins, labelled as different people, whose names differ by a letter or two.

    Such as LENA and LEA, HARUKO and HARUKA.
    """
    everybody = people(rng, population)
    words: dict[str, set[str]] = defaultdict(set)
    for person in everybody:
        words[person.nationality].update(_words(person))
    while count > 0:
        twin = rng.choice(everybody)
        given_name = rng.choice(_words(twin))
        alike = [word for word in sorted(words[twin.nationality]) if _is_another(word, given_name)]
        if not alike or len(twin.birth_date) < 10:
            continue
        name = " ".join(rng.choice(alike) if word == given_name else word for word in _words(twin))
        yield twin, Person(name, twin.birth_date, *_state(rng, twin)), False
        count -= 1


def _is_another(word: str, name: str) -> bool:
    """Whether the word is a different name that resembles ``name``, not a spelling of it."""
    word, name = latin(word), latin(name)
    return 0 < osa.distance(word, name) <= 2 < len(word) and likeness(word, name) < 0.9


def _related_birth(rng: Random, birth: str) -> str:
    """Return the birth date of a relative of the person born on ``birth``.

    Mostly it is the same, as a twin's, else years or a generation apart.
    """
    draw = rng.random()
    if draw < 0.6:
        return birth
    if draw < 0.7:
        return _birth(rng, birth)
    years = rng.randint(1, 8) if draw < 0.9 else rng.randint(20, 38)
    return f"{int(birth[:4]) + years}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"


def _words(person: Person) -> list[str]:
    """Return the words of a person's name."""
    return person.name.upper().replace("-", " ").split()


def _distance(person: Person, another: Person) -> int:
    """Return how different two people are: lower the more words, birth year and nationality they share."""
    if another is person:
        return 99
    shared = len(set(_words(person)) & set(_words(another)))
    return 3 - shared - (person.birth_date[:4] == another.birth_date[:4]) - (person.nationality == another.nationality)
