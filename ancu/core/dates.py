"""Dates as readers of each language write them.

Vietnamese and English readers see dd/mm/yyyy; those of Chinese, Japanese and Korean year, month and day with their
signs. Fields are typed dd/mm/yyyy in every language.
"""

from datetime import date

from ancu.core.web.language import third_language

SIGNS = {"zh-hans": ("年", "月", "日"), "ja": ("年", "月", "日"), "ko": ("년", "월", "일")}
GAPS = {"ko": " "}


def written_date(value: date) -> str:
    """Return a date: 24/11/2026, 2026年11月24日 or 2026년 11월 24일."""
    return written_parts(f"{value:%Y-%m-%d}")


def written_parts(text: str) -> str:
    """Return an ISO date of which day or month may be missing: 05/1971, 1971年5月."""
    language, parts = third_language(), text.split("-")
    if language:
        return _with_signs(language, parts, SIGNS[language])
    return "/".join(reversed(parts))


def written_day(value: date) -> str:
    """Return a date without its year: 24/11, 11月24日 or 11월 24일."""
    language = third_language()
    return _with_signs(language, [f"{value:%m}", f"{value:%d}"], SIGNS[language][1:]) if language else f"{value:%d/%m}"


def _with_signs(language: str, parts: list[str], signs: tuple[str, ...]) -> str:
    """Return the numbers, each with its sign."""
    return GAPS.get(language, "").join(f"{int(part)}{sign}" for part, sign in zip(parts, signs, strict=False))
