"""East Asian names as syllables: joined or split, in various romanisations.

A syllable is a whole word there: MIN and JIN are two given names, not one with a mistyped letter. So where both names
are of one language they are compared syllable by syllable, and a syllable is the same, the same sound, or another.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from ancu.engines.names.surnames import CHINESE, KOREAN, VIETNAMESE

_ZH_INITIALS = "tsh|ch|zh|sh|hs|ts|tz|sz|ss|[bpmfdtnlgkhjqxrzcsyw]"
_ZH_FINALS = (
    "iang|iong|uang|ueng|iao|ian|ien|ieh|uai|uan|uen|ang|eng|ing|ong|ung|uei|ua|uo|ue|ui|un|un|ai|ei|ao|ou|an|en|in|ih|eh"
    "|ia|ie|iu|er|a|o|e|i|u|v"
)
_KO = "kk|gg|tt|dd|pp|bb|ss|jj|ch|sh|[gkndtrlmbpsjhy]"
_KO_VOWELS = "yeo|yae|you|yoo|yoe|eui|woo|weo|wae|wu|yu|ya|ye|yo|wa|we|wi|wo|oe|eo|eu|ae|oo|ee|ou|oh|ui|ue|a|e|i|o|u|y"
_VI = "ngh|ng|nh|gh|gi|kh|ph|th|tr|ch|qu|[bcdghklmnprstvxf]"
_SHAPES = {
    "zh": re.compile(rf"((?:{_ZH_INITIALS})?)({_ZH_FINALS})"),
    "ko": re.compile(rf"((?:{_KO})?)({_KO_VOWELS})(ng|[kgntlrmpb]?)"),
    "vi": re.compile(rf"((?:{_VI})?)([aeiouy]{{1,3}})(ng|nh|ch|[cmnpt]?)"),
}
_FAMILIES = {"zh": CHINESE, "ko": KOREAN.keys(), "vi": VIETNAMESE}


def _parse_pairs(pairs: str) -> dict[str, str]:
    """Return the pairs in a text such as ``sound=letters sound=letters`` as a dictionary."""
    return {sound: letters for sound, _, letters in (pair.partition("=") for pair in pairs.split())}


class Syllable(NamedTuple):
    """A syllable as written, with its sound in the language; `vowel` if the spelling determines it."""

    text: str
    sound: str
    vowel: str = ""


def sounds_alike(a: Syllable, b: Syllable) -> bool:
    """Whether two syllables may spell the same sound: JUN matches JOON and JEON, but JOON does not match JEON.

    An ambiguous vowel matches any.
    """
    return a.sound == b.sound and (a.vowel == b.vowel or "" in (a.vowel, b.vowel))


def read(words: tuple[str, ...], language: str) -> tuple[Syllable, ...] | None:
    """Return the syllables of a name, read in this language; None if it is no name of that language.

    One of its words must be a family name of the language.
    """
    if not any(word in _FAMILIES[language] for word in words):
        return None
    syllables: list[Syllable] = []
    for word in words:
        cut = _segment(word, language)
        if cut is None:
            return None
        syllables += cut
    return tuple(syllables)


@lru_cache(maxsize=200_000)
def _segment(word: str, language: str) -> tuple[Syllable, ...] | None:
    """Split a word into the fewest syllables of a language; None if it cannot be split so.

    Syllables that begin with a consonant are preferred.
    """
    if language == "ko" and word in KOREAN:  # a family's spelling follows no rule: LEE is I
        return (Syllable(word, KOREAN[word], _family_vowel(word)),)
    best: tuple[Syllable, ...] | None = None
    for end in range(min(len(word), 7), 0, -1):
        shape = _SHAPES[language].fullmatch(word[:end])
        if not shape:
            continue
        rest: tuple[Syllable, ...] | None = () if end == len(word) else _segment(word[end:], language)
        if rest is not None:
            vowel = _korean_vowel(*shape.groups()) if language == "ko" else ""
            syllables = (Syllable(word[:end], _SOUND[language](*shape.groups()), vowel), *rest)
            best = min(best or syllables, syllables, key=_segmentation_cost)
    return best


def _segmentation_cost(cut: tuple[Syllable, ...]) -> float:
    """Return the cost of a way to split a word: 1 for each syllable, and half for each later one with a vowel first."""
    return len(cut) + 0.5 * sum(syllable.text[0] in "aeiou" for syllable in cut[1:])


# Wade-Giles beside pinyin: b p, d t, g k and the sibilants write each other's sounds.
_ZH_HEADS = _parse_pairs("b=p d=t g=k j=c q=c zh=c ch=c z=c ts=c tz=c tsh=c x=s hs=s sh=s sz=s ss=s")
_ZH_TAILS = _parse_pairs("ien=ian ieh=ie uei=ui uen=un ung=ong ih=i eh=e o=e uo=e v=u ue=u")
_KO_HEADS = _parse_pairs("g=k kk=k gg=k d=t tt=t dd=t b=p pp=p bb=p j=c jj=c ch=c sh=s ss=s r=l y=")
_KO_CORES = _parse_pairs("eo=u oo=u eu=u ou=u woo=u wu=u weo=wo ee=i ui=i eui=i wi=i ae=e oe=e we=e wae=e ue=e oh=o")
_KO_TAILS = _parse_pairs("g=k r=l b=p")
_KO_EXACT = _parse_pairs("oo=u woo=u wu=u yoo=u eo=eo yeo=eo eu=eu")
_VI_HEADS = _parse_pairs("ngh=ng gh=g f=ph k=c")


def _chinese_sound(initial: str, final: str) -> str:
    """Return the sound of a Chinese syllable, the same for Pinyin and Wade-Giles."""
    if initial in ("tz", "sz", "ss") and final == "u":
        final = "i"
    head = "y" if not initial and final.startswith("i") else _ZH_HEADS.get(initial, initial)
    return head + _ZH_TAILS.get(final, final)


def _korean_sound(initial: str, vowel: str, final: str) -> str:
    """Return the sound of a Korean syllable, the same for its romanisations."""
    glide = "y" if vowel.startswith("y") or initial == "y" else ""
    core = vowel.removeprefix("y") or "i"
    return _KO_HEADS.get(initial, initial) + glide + _KO_CORES.get(core, core) + _KO_TAILS.get(final, final)


def _korean_vowel(initial: str, vowel: str, final: str) -> str:
    """Return the vowel of a Korean syllable if its spelling is unambiguous; else empty.

    U is written for several vowels, as in JUNG, HYUN and YUP; but hardly at the end of a syllable or in YUN.
    """
    is_plain = not final or (initial, final) == ("y", "n")
    return "u" if vowel == "u" and is_plain else _KO_EXACT.get(vowel, "")


def _family_vowel(word: str) -> str:
    """Return the vowel of a Korean family name, to compare it by; empty if the usual spelling is irregular."""
    shape = _SHAPES["ko"].fullmatch(word)
    return _korean_vowel(*shape.groups()) if shape and _korean_sound(*shape.groups()) == KOREAN[word] else ""


def _vietnamese_sound(initial: str, vowels: str, final: str) -> str:
    """Return the sound of a Vietnamese syllable, the same for its spellings without accents."""
    return _VI_HEADS.get(initial, initial) + vowels.replace("y", "i") + final


_SOUND: dict[str, Callable[..., str]] = {"zh": _chinese_sound, "ko": _korean_sound, "vi": _vietnamese_sound}
LANGUAGES = tuple(_SHAPES)
