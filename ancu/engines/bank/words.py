"""An amount in words, Vietnamese or English, as receipts have it beside the figures."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", "nghìn", "triệu")  # and "tỷ" after every three of them

ENGLISH = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
ENGLISH_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
ENGLISH_GROUPS = ("", "thousand", "million", "billion", "trillion", "quadrillion")


def dong_in_words(vnd: int) -> str:
    """Return 4092000 as "Bốn triệu không trăm chín mươi hai nghìn đồng"; ValueError below zero and from 10^18."""
    if not 0 <= vnd < 10**18:
        raise ValueError(f"not an amount on a receipt: {vnd}")
    words = f"{_vietnamese_words(vnd) or DIGITS[0]} đồng"
    return words[0].upper() + words[1:]


def dong_in_english(vnd: int) -> str:
    """Return 4092000 as "Four million ninety-two thousand dong"; ValueError below zero and from 10^18."""
    if not 0 <= vnd < 10**18:
        raise ValueError(f"not an amount on a receipt: {vnd}")
    groups = [(vnd // 1000**place % 1000, name) for place, name in enumerate(ENGLISH_GROUPS)]
    parts = [f"{_english_hundreds(group)} {name}".strip() for group, name in reversed(groups) if group]
    return f"{' '.join(parts) or ENGLISH[0]} dong".capitalize()


def _english_hundreds(number: int) -> str:
    """Return a number below 1000 in English words; empty for zero."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [f"{ENGLISH[hundreds]} hundred"] if hundreds else []
    if rest:
        below = ENGLISH[rest] if rest < 20 else "-".join([ENGLISH_TENS[tens], *([ENGLISH[ones]] if ones else [])])
        words.append(f"and {below}" if hundreds else below)
    return " ".join(words)


def _vietnamese_words(number: int) -> str:
    """Return a number of any size in Vietnamese words, with "tỷ" after each 10^9."""
    above, below = divmod(number, 10**9)
    if not above:
        return _below_billion(below, leading=True)
    tail = _below_billion(below, leading=False) if below else ""
    return f"{_vietnamese_words(above)} tỷ {tail}".strip()


def _below_billion(number: int, *, leading: bool) -> str:
    """Return a number below 10^9 in Vietnamese words.

    ``leading`` if no digits stand before it; otherwise empty hundreds are said too.
    """
    parts: list[str] = []
    for place in (2, 1, 0):
        group = number // 1000**place % 1000
        if group:
            words = _hundreds(group, leading=leading and not parts)
            parts.append(f"{words} {GROUPS[place]}".strip())
    return " ".join(parts)


def _hundreds(number: int, *, leading: bool) -> str:
    """Return a number below 1000 in Vietnamese words.

    Unless it is ``leading`` (no digits stand before it), empty hundreds are said too: "không trăm linh năm".
    """
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [] if leading and not hundreds else [DIGITS[hundreds], "trăm"]
    if tens > 1:
        words += [DIGITS[tens], "mươi"]
    elif tens == 1:
        words.append("mười")
    elif ones and words:
        words.append("linh")
    if ones:
        words.append(_ones(ones, tens))
    return " ".join(words)


def _ones(ones: int, tens: int) -> str:
    """Return the last digit of a number in Vietnamese words.

    After ``tens`` it may be irregular: "mốt" for 1, "lăm" for 5.
    """
    if ones == 1 and tens > 1:
        return "mốt"
    return "lăm" if ones == 5 and tens else DIGITS[ones]
