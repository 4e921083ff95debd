"""The rules by which two records are certainly or likely one person.

*Certain* (they join by themselves, and the join can be undone):

- **same document**: number and nationality agree, the birth dates contradict each other no more than by a slip (day and
  month exchanged, one digit, or known in part), no word of the names contradicts, the sex does not either;
- **a number misread**: the numbers differ only in signs that are taken for each other or in one sign; nationality,
  whole birth date and all words of the names agree, the sex does not contradict;
- **a renewed document**: another number; nationality, whole birth date, sex (known of both) and all words of the names
  agree, and the name is a rare one: it says enough, it is of no people whose names are few (Vietnamese, Chinese,
  Korean), the day is not the 1st of January (written where it is unknown), and nobody born on another day bears it
  here. The two were never declared for the same night at two lodgings.

*Likely* (proposed to an officer): the card finds 95 % or more, and either the document is the same, or no word of the
names contradicts and the birth date agrees (with a slip only beside a name that tells who somebody is; of two
nationalities, only a name that agrees in full). Common names with the same birth date are proposed, never joined. Twins
differ in a word: neither.

Nationality is one attribute among others that agrees or does not; which one it is, no rule asks.
"""

from typing import Any, NamedTuple

from rapidfuzz.distance import OSA

from ancu.apps.travellers.enums import MatchRule
from ancu.engines.names import Person, compare
from ancu.engines.names.blocking import SHORTEST_DOCUMENT, plain_document
from ancu.engines.names.card import card, likelihood
from ancu.engines.names.reasons import Reason
from ancu.engines.names.words import name_of

VERSION = 4  # of these rules; raised with every change, so that the nightly run looks at everybody again
LIKELY = 0.95
TELLING = 2.5  # the weight of a name's words (rare ones 1.0) from which it says who somebody is
# Points of the document in nats, beside those of the card.
DOCUMENT = {"document_same": 6.0, "document_misread": 4.0, "document_near": 2.5, "document_other": 0.0}
NUMBERS = frozenset({"document_same", "document_misread", "document_near"})
SLIPS = frozenset({"birth_same", "birth_near", "birth_partial"})
CONTRADICTIONS = frozenset({"words_differ", "sex_differs", "birth_differs", "birth_year"})


class IdentityFacts(NamedTuple):
    """One identity as compared; ``sex`` is M, F, X or empty."""

    identity: int
    traveller: int
    full_name: str
    document_number: str
    nationality: str
    birth_date: str
    sex: str = ""

    def person(self) -> Person:
        """Return the identity as the names engine compares it: name, birth date, sex and nationality."""
        return Person(self.full_name, self.birth_date, self.sex, self.nationality)


class MatchVerdict(NamedTuple):
    """``certain`` or likely, the rule, the probability (0 to 1), and the reasons."""

    certain: bool
    rule: MatchRule
    score: float
    reasons: tuple[Reason, ...]

    def with_doubts(self, *why: Reason) -> "MatchVerdict":
        """Return a copy of the verdict that is only likely, not certain, with ``why`` added to its reasons."""
        return self._replace(certain=False, reasons=(*self.reasons, *why))

    def stored_reasons(self) -> list[dict[str, Any]]:
        """Return the reasons as dicts for JSON, with the keys code, points, values, a and b."""
        return [
            {
                "code": reason.code,
                "points": round(reason.points, 2),
                "values": list(reason.values),
                "a": reason.a,
                "b": reason.b,
            }
            for reason in self.reasons
        ]


def judge(a: IdentityFacts, b: IdentityFacts) -> MatchVerdict | None:
    """Return whether two identities are certainly or likely one person; None if neither.

    The order of the two only decides which values the reasons call a and b.
    """
    comparison = compare(a.person(), b.person())
    if not comparison.score:
        return None
    document = document_reason(a.document_number, b.document_number)
    reasons = (document, *comparison.reasons)
    codes = {reason.code: reason for reason in reasons}
    score = likelihood(card().start + sum(reason.points for reason in reasons))
    if rule := _certain(a, b, codes):
        return MatchVerdict(True, rule, score, reasons)
    if score < LIKELY or _contradicted(codes) or not (NUMBERS & codes.keys() or _suffices_without_number(a, codes)):
        return None
    return MatchVerdict(False, _likely(codes), score, reasons)


def _contradicted(codes: dict[str, Reason]) -> bool:
    """Whether the reasons contradict each other so much that two identities are not even likely one person.

    A contradiction in name, sex or birth date does, unless the document number is equal and the nationality does not
    differ. With two nationalities every contradiction does, and the full names or the numbers must agree besides.
    """
    if "nationality_differs" in codes:
        return bool(CONTRADICTIONS & codes.keys()) or not (_whole_name_agrees(codes) or NUMBERS & codes.keys())
    return bool(CONTRADICTIONS & codes.keys()) and "document_same" not in codes


def _suffices_without_number(who: IdentityFacts, codes: dict[str, Reason]) -> bool:
    """Whether two identities with unlike document numbers may still be proposed to be one person.

    The birth date agrees, or it differs by a slip and the whole name agrees and is distinctive.
    """
    return "birth_same" in codes or bool(SLIPS & codes.keys() and _whole_name_agrees(codes) and _is_distinctive(who))


def document_reason(a: str, b: str) -> Reason:
    """Return the reason that says how two document numbers compare, with its points for or against one person.

    They are the same, misread (easily confused characters), near (one character differs), or other. A number that is
    too short, and might agree by chance, counts as other.
    """
    code = "document_other"
    if min(len(a), len(b)) >= SHORTEST_DOCUMENT:
        if a == b:
            code = "document_same"
        elif plain_document(a) == plain_document(b):
            code = "document_misread"
        elif OSA.distance(a, b) == 1:
            code = "document_near"
    return Reason(code, DOCUMENT[code], (), a, b)


def _certain(a: IdentityFacts, b: IdentityFacts, codes: dict[str, Reason]) -> MatchRule | None:
    """Return the rule by which two identities are certainly one person; None if it is not certain.

    ``codes`` are the reasons of their comparison by code.
    """
    if a.nationality != b.nationality or not a.nationality or {"words_differ", "sex_differs"} & codes.keys():
        return None
    if "document_same" in codes:
        agrees = "words_agree" in codes and SLIPS & codes.keys()
        return MatchRule.SAME_DOCUMENT if agrees else None
    if "birth_same" not in codes or not _whole_name_agrees(codes):
        return None
    if NUMBERS & codes.keys():
        return MatchRule.MISREAD
    same_sex = a.sex == b.sex and a.sex in {"M", "F"}
    return MatchRule.RENEWED if same_sex and _is_distinctive(a) else None


def _whole_name_agrees(codes: dict[str, Reason]) -> bool:
    """Whether, by these reasons, every word of one name occurs in the other, in any order.

    Words may be joined or split.
    """
    if {"words_differ", "words_omitted", "initials"} & codes.keys() or "words_agree" not in codes:
        return False
    alike = codes["words_alike"].values if "words_alike" in codes else ()
    return all(len({side.replace(" ", "") for side in pair.split(" ~ ")}) == 1 for pair in alike)


def _is_distinctive(who: IdentityFacts) -> bool:
    """Whether few people can have this name and birth date.

    The name is long or rare and has no Vietnamese syllables; the birth date is whole and no placeholder for an
    unknown day.
    """
    name = name_of(who.full_name)
    rare = not name.syllables and sum(word.weight for word in name.words) >= TELLING
    return rare and len(who.birth_date) == 10 and not who.birth_date.endswith("-01-01")


def _likely(codes: dict[str, Reason]) -> MatchRule:
    """Return the rule to name for two identities that are likely one person; ``ALIKE`` if no other rule fits."""
    if "document_same" in codes:
        return MatchRule.SAME_DOCUMENT
    if NUMBERS & codes.keys():
        return MatchRule.MISREAD
    return MatchRule.RENEWED if "birth_same" in codes and _whole_name_agrees(codes) else MatchRule.ALIKE
