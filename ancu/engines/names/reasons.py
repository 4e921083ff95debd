"""The score card's reasons in Vietnamese and English."""

from typing import NamedTuple

from ancu.engines.names.align import Alignment, align_syllables
from ancu.engines.names.features import Person
from ancu.engines.names.words import ParsedName, name_of

_TEXTS = {
    "words_agree": ("Cùng các từ trong họ tên: {values}.", "The names share: {values}."),
    "names_overlap": ("Họ tên khớp nhau phần lớn.", "Most of the names fits."),
    "words_alike": ("Gần giống nhau về chữ hoặc âm: {values}.", "Alike in letters or sound: {values}."),
    "words_differ": ("Từ khác nhau: {values}.", "Words that differ: {values}."),
    "words_omitted": ("Chỉ có ở một bên: {values}.", "Only one of them has: {values}."),
    "initials": ("Chữ cái viết tắt khớp với tên.", "An initial fits a name."),
    "order": ("Thứ tự các từ khác nhau.", "The words stand in another order."),
    "birth_same": ("Cùng ngày sinh {a}.", "The same birth date, {a}."),
    "birth_near": (
        "Ngày sinh {a} và {b} chỉ khác như do đảo ngày tháng hoặc gõ nhầm một số.",
        "Birth dates {a} and {b} differ as by day and month exchanged or one digit mistyped.",
    ),
    "birth_partial": ("Ngày sinh {a} và {b} không mâu thuẫn.", "Birth dates {a} and {b} do not contradict each other."),
    "birth_year": ("Cùng năm sinh nhưng khác ngày: {a} và {b}.", "The same birth year but another day: {a} and {b}."),
    "birth_differs": ("Ngày sinh khác nhau: {a} và {b}.", "Birth dates differ: {a} and {b}."),
    "birth_of_twins": (
        "Ngày sinh khớp nhưng họ tên khác một từ: có thể là anh chị em sinh đôi hoặc người khác.",
        "The birth dates fit, but a word of the name differs: they may be twins or other people.",
    ),
    "birth_of_near_names": (
        "Ngày sinh khớp nhưng tên gọi chỉ gần giống: có thể là anh chị em sinh đôi, hoặc tên ghi sai hay ghi thiếu.",
        "The birth dates fit, but the given name is only similar: they may be twins, or it is mistyped or incomplete.",
    ),
    "sex_differs": ("Giới tính khác nhau.", "Sex differs."),
    "nationality_same": ("Cùng quốc tịch {a}.", "The same nationality, {a}."),
    "nationality_differs": ("Quốc tịch khác nhau: {a} và {b}.", "Nationalities differ: {a} and {b}."),
}
# Which features of a name make up one line for people.
_LINES = {
    "words_agree": ("matched", "share", "whole"),
    "names_overlap": ("Họ tên khớp nhau phần lớn.", "Most of the names fits."),
    "words_alike": ("typos", "worst", "syllables_sound"),
    "words_differ": ("conflict", "syllables_differ"),
    "words_omitted": ("omitted", "syllables_omitted", "lone"),
    "initials": ("initials",),
    "order": ("order",),
}


class Reason(NamedTuple):
    """One line of the card: a stable code, its points (in nats; for when positive) and what it speaks of."""

    code: str
    points: float
    values: tuple[str, ...] = ()
    a: str = ""
    b: str = ""

    def text(self, language: str = "vi") -> str:
        """Return the reason as a sentence in Vietnamese (``vi``) or English."""
        vi, en = _TEXTS[self.code]
        return (vi if language == "vi" else en).format(values=", ".join(self.values), a=self.a, b=self.b)


def reasons_of(points: dict[str, float], alignment: Alignment, a: Person, b: Person) -> tuple[Reason, ...]:
    """Return the reasons for a comparison's result, heaviest first, with the words and dates they are about."""
    values = _values(alignment, name_of(a.name), name_of(b.name))
    totals = {code: sum(points.get(part, 0.0) for part in parts) for code, parts in _LINES.items()}
    if values["words_differ"]:  # what is left over on both sides is one line
        totals["words_differ"] += totals.pop("words_omitted")
    if not values["words_agree"]:
        totals["names_overlap"] = totals.pop("words_agree")
    lines = [Reason(code, total, values.get(code, ())) for code, total in totals.items() if total or values.get(code)]
    for code in points.keys() & _TEXTS.keys() - _LINES.keys():
        of = (a.nationality, b.nationality) if code.startswith("nationality") else (a.birth_date, b.birth_date)
        lines.append(Reason(code, points[code], (), *of))
    return tuple(sorted(lines, key=lambda line: (-abs(line.points), line.code)))


def _values(alignment: Alignment, a: ParsedName, b: ParsedName) -> dict[str, tuple[str, ...]]:
    """Return by a reason's code the words of the names that it mentions: those that agree, differ or are missing."""
    aligned = align_syllables(a, b)
    left = [word.text.upper() for word in (aligned[1] if aligned else a.words)]
    right = [word.text.upper() for word in (aligned[2] if aligned else b.words)]
    words_a = [" ".join(left[i] for i in pair.left) for pair in alignment.pairs]
    words_b = [" ".join(right[j] for j in pair.right) for pair in alignment.pairs]
    word_pairs = list(zip(words_a, words_b, strict=True))
    alone = [left[i] for i in alignment.left_alone], [right[j] for j in alignment.right_alone]
    conflict = all(alone)
    return {
        "words_agree": tuple(x for x, y in word_pairs if x == y),
        "words_alike": tuple(f"{x} ~ {y}" for x, y in word_pairs if x != y),
        "words_differ": (f"{' '.join(alone[0])} ≠ {' '.join(alone[1])}",) if conflict else (),
        "words_omitted": () if conflict else (*alone[0], *alone[1]),
    }
