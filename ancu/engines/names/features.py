"""Numeric features of how two people's data agree, which the score card weighs."""

from typing import NamedTuple

from rapidfuzz.distance import OSA

from ancu.engines.names.align import Alignment, align, align_syllables
from ancu.engines.names.common import COMPOSING
from ancu.engines.names.common_names import is_given_name
from ancu.engines.names.syllables import Syllable
from ancu.engines.names.words import ParsedName, name_of, weight_of

SMALL = 0.4  # the weight up to which a word is a particle or an initial


class Person(NamedTuple):
    """The data of a person to compare.

    `birth_date` is ISO and as exact as known: `1984-03-08`, `1971-05`, `1962`, or empty; `sex` M, F, X or empty;
    `nationality` ISO 3166 alpha-3 or empty.
    """

    name: str
    birth_date: str = ""
    sex: str = ""
    nationality: str = ""


NAME = (
    "matched",
    "share",
    "conflict",
    "omitted",
    "typos",
    "worst",
    "initials",
    "lone",
    "whole",
    "order",
    "syllables_differ",
    "syllables_omitted",
    "syllables_sound",
)
BIRTH_AND_ORIGIN = (
    "birth_same",
    "birth_near",
    "birth_partial",
    "birth_year",
    "birth_differs",
    "birth_of_twins",
    "birth_of_near_names",
    "sex_differs",
    "nationality_same",
    "nationality_differs",
)
FEATURES = NAME + BIRTH_AND_ORIGIN


BORN_ALIKE = frozenset({"birth_same", "birth_near", "birth_partial"})


def name_features(a: ParsedName, b: ParsedName) -> tuple[dict[str, float], Alignment]:
    """Return the features of two names, as numbers by feature name, and the alignment of their words."""
    values = dict.fromkeys(NAME, 0.0)
    by_syllable = align_syllables(a, b)
    if by_syllable:
        language, left, right, alignment = by_syllable
        weights = [weight_of(word.text) for word in left], [weight_of(word.text) for word in right]
        values |= _syllable_features(language, left, right, alignment)
        values["syllables_sound"] = float(sum(pair.kind == "sound" for pair in alignment.pairs))
    else:
        alignment = align(a, b)
        weights = [word.weight for word in a.words], [word.weight for word in b.words]
    values |= _alignment_features(alignment, *weights)
    if by_syllable:  # told by the syllables above, more sharply
        values |= dict.fromkeys(("conflict", "omitted", "typos", "worst"), 0.0)
    else:
        values["lone"] = float(min(len(a.words), len(b.words)) == 1 and max(len(a.words), len(b.words)) > 1)
        values["whole"] = OSA.normalized_similarity(a.run_together, b.run_together) - 0.6
    return values, alignment


def _syllable_features(
    language: str, left: tuple[Syllable, ...], right: tuple[Syllable, ...], alignment: Alignment
) -> dict[str, float]:
    """Return the number of differing and of omitted syllables of two names, by feature name.

    Only a Vietnamese middle name may be omitted; elsewhere a missing syllable makes another given name.
    """
    fewer, more = sorted((len(alignment.left_alone), len(alignment.right_alone)))
    longer, alone = (left, alignment.left_alone) if len(left) > len(right) else (right, alignment.right_alone)
    omissible = language == "vi" and not (left[0].text == right[0].text and len(longer) - 1 in alone)
    return {
        "syllables_differ": float(fewer if omissible else more),
        "syllables_omitted": float(more - fewer if omissible else 0),
    }


def _alignment_features(alignment: Alignment, left: list[float], right: list[float]) -> dict[str, float]:
    """Return features of two names (such as matched, omitted, typos) from the alignment of their words.

    ``left`` and ``right`` are the weights of the names' words.
    """
    alone_left = sum(left[i] for i in alignment.left_alone)
    alone_right = sum(right[i] for i in alignment.right_alone)
    weight_paired = sum(pair.weight for pair in alignment.pairs)
    least = weight_paired + min(alone_left, alone_right)
    spelt = [pair for pair in alignment.pairs if pair.kind != "initial"]
    order = [pair.right[0] for pair in sorted(alignment.pairs)]
    return {
        "matched": min(sum(pair.weight * pair.likeness for pair in alignment.pairs), 3.0),
        "share": weight_paired / least if least else 0.0,
        "conflict": min(_contradiction(alignment.left_alone, left), _contradiction(alignment.right_alone, right), 1.5),
        "omitted": min(abs(alone_left - alone_right), 2.0),
        "typos": min(sum(pair.weight * (1 - pair.likeness) for pair in spelt), 1.0),
        "worst": max((1 - pair.likeness for pair in spelt), default=0.0),
        "initials": float(len(alignment.pairs) - len(spelt)),
        "order": float(order != sorted(order)),
    }


def _contradiction(alone: tuple[int, ...], weights: list[float]) -> float:
    """Return how much a name's unmatched words speak against one person: 1 for each ordinary word.

    Particles and initials count by their small weight. ``alone`` are the words' indexes in ``weights``.
    """
    return sum(1.0 if weights[i] > SMALL else weights[i] for i in alone)


def _is_one_name_near(alignment: Alignment) -> bool:
    """Whether two names differ in exactly one pair of similar words, without typing errors, as twins' names do."""
    kinds = [pair.kind for pair in alignment.pairs]
    return kinds.count("near") == 1 and "spelling" not in kinds


def _is_given_name_added(a: ParsedName, b: ParsedName, alignment: Alignment) -> bool:
    """Whether the single unmatched word forms another given name with the word beside it.

    It repeats that word (ZAW ZAW WIN is another than ZAW WIN), or composes a name with it (JEAN PAUL, MEHMET ALI). A
    repeated common word is no evidence: MOHAMED MOHAMED SALEH may leave out his father's name.
    """
    if len(alignment.pairs) < 2 or len(alignment.left_alone) + len(alignment.right_alone) != 1 or align_syllables(a, b):
        return False
    words = a.words if alignment.left_alone else b.words
    at = (alignment.left_alone or alignment.right_alone)[0]
    before, added, after = words[max(0, at - 1) : at], words[at], words[at + 1 : at + 2]
    repeats = added.weight == 1 and added in before + after
    return repeats or (is_given_name(added.text) and any(word.text in COMPOSING for word in before))


def birth_feature(a: str, b: str) -> str:
    """Return how two birth dates relate: birth_same, birth_near, birth_year, birth_partial or birth_differs.

    Near are a typing error, or day and month exchanged. Dates are in ISO form; empty if either is unknown.
    """
    if not a or not b:
        return ""
    if len(a) < 10 or len(b) < 10:
        short = min(len(a), len(b))
        return "birth_partial" if a[:short] == b[:short] else "birth_differs"
    if a == b:
        return "birth_same"
    if a[:4] == b[:4] and (a[5:7], a[8:]) == (b[8:], b[5:7]):
        return "birth_near"
    if sum(x != y for x, y in zip(a, b, strict=True)) == 1 or OSA.distance(a, b) == 1:
        return "birth_near"
    return "birth_year" if a[:4] == b[:4] else "birth_differs"


def features(a: Person, b: Person) -> tuple[dict[str, float], Alignment]:
    """Return the features of two persons, as numbers by feature name, and the alignment of their names.

    They cover names, birth dates, sex and nationality.
    """
    values, alignment = name_features(name_of(a.name), name_of(b.name))
    values |= dict.fromkeys(BIRTH_AND_ORIGIN, 0.0)
    if birth := birth_feature(a.birth_date, b.birth_date):
        values[birth] = 1.0
        if birth in BORN_ALIKE and (values["conflict"] or values["syllables_differ"]):
            values["birth_of_twins"] = 1.0
        elif birth in BORN_ALIKE and (
            _is_one_name_near(alignment) or _is_given_name_added(name_of(a.name), name_of(b.name), alignment)
        ):
            values["birth_of_near_names"] = 1.0
    if {a.sex, b.sex} == {"M", "F"}:
        values["sex_differs"] = 1.0
    if a.nationality and b.nationality:
        values["nationality_same" if a.nationality == b.nationality else "nationality_differs"] = 1.0
    return values, alignment
