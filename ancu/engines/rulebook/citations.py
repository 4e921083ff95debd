"""Translate legal citations: "Điều 36, khoản 1 Luật 47/2014/QH13" for readers of each language."""

import re

TERMS = (
    ("Bộ luật Tố tụng hình sự", "Criminal Procedure Code"),
    ("Bộ luật Dân sự", "Civil Code"),
    ("Nghị định", "Decree"),
    ("Nghị quyết", "Resolution"),
    ("Thông tư", "Circular"),
    ("sửa đổi bởi", "as amended by"),
    ("sửa đổi đến", "as amended up to"),
    ("Luật", "Law"),
    ("Điều", "Article"),
    ("khoản", "clause"),
    ("điểm", "point"),
    ("của", "of"),
    ("và", "and"),
)
# What a citation holds beside these words: numbers, letters of points, and the signs of a document ("47/2014/QH13").
CODE = re.compile(r"[0-9A-ZĐa-zđ]?|\d[\w./\-]*|[A-ZĐ]{2,}[\w./\-]*")
WORD = re.compile(r"[^\s,;()]+")


def cite(text: str, language: str) -> str | None:
    """Return a Vietnamese or English citation of a law in the given language, ``vi`` or ``en``.

    None if the text is more than a citation.
    """
    source, target = (1, 0) if language == "vi" else (0, 1)
    translations = {pair[source].lower(): pair[target] for pair in TERMS}
    pattern = re.compile(rf"(?<!\w)({'|'.join(re.escape(pair[source]) for pair in TERMS)})(?!\w)", re.IGNORECASE)
    rest = pattern.sub(" ", text)
    if not all(CODE.fullmatch(word) for word in WORD.findall(rest)):
        return None
    return pattern.sub(lambda match: translations[match[1].lower()], text)
