"""Invented holders: the lines of a machine-readable zone of each format, with right check digits."""

from typing import NamedTuple

import numpy as np


def _words(text: str) -> list[str]:
    """Split a text into words."""
    return text.split()


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
DIGITS = "0123456789"
ALNUM = LETTERS + DIGITS
FORMATS = {"TD1": (30, 30, 30), "TD2": (36, 36), "TD3": (44, 44), "MRVA": (44, 44), "MRVB": (36, 36)}
STATES = _words("""
    AFG ALB DZA AND AGO ATG ARG ARM AUS AUT AZE BHS BHR BGD BRB BLR BEL BLZ BEN BTN BOL BIH BWA BRA BRN BGR
    BFA BDI KHM CMR CAN CPV CAF TCD CHL CHN COL COM COG COD CRI CIV HRV CUB CYP CZE DNK DJI DMA DOM ECU EGY
    SLV GNQ ERI EST SWZ ETH FJI FIN FRA GAB GMB GEO D GHA GRC GRD GTM GIN GNB GUY HTI HND HUN ISL IND IDN IRN
    IRQ IRL ISR ITA JAM JPN JOR KAZ KEN KIR PRK KOR KWT KGZ LAO LVA LBN LSO LBR LBY LIE LTU LUX MDG MWI MYS
    MDV MLI MLT MHL MRT MUS MEX FSM MDA MCO MNG MNE MAR MOZ MMR NAM NRU NPL NLD NZL NIC NER NGA MKD NOR OMN
    PAK PLW PAN PNG PRY PER PHL POL PRT QAT ROU RUS RWA KNA LCA VCT WSM SMR STP SAU SEN SRB SYC SLE SGP SVK
    SVN SLB SOM ZAF SSD ESP LKA SDN SUR SWE CHE SYR TJK TZA THA TLS TGO TON TTO TUN TUR TKM TUV UGA UKR ARE
    GBR USA URY UZB VUT VAT VEN VNM YEM ZMB ZWE TWN HKG MAC RKS EUE UNO UTO XOM XXA XXB XXC XXX GBD GBN GBO
    GBP GBS
""")
COMMON = _words("""
    CHN KOR USA JPN TWN RUS AUS FRA GBR D IND MYS THA SGP KHM PHL IDN CAN ESP ITA NLD SWE
""")
ONSETS = _words("""
    B C D F G H J K L M N P Q R S T V W X Y Z CH SH TH ST BR TR KR NG PH KH GR SCH TS ZH DR FR GL PL WH
""")
VOWELS = _words("""
    A E I O U Y AI EI OU IE UO AA OO EE AE OE UE IA AU
""")
CODAS = ["", "", "", *_words("N R L S T K M D NG CK RT LL SON SEN OV EZ SKI MANN NEN TCH X Z")]
GIVEN_NAMES = _words("""
    ANNA MARIA JOHN DAVID MINJUN WEI LI XIAOMING HANA YUKI PIERRE JEAN CLAUDE OLGA IVAN SERGEI MOHAMMED ALI
    FATIMA JOSE LUIS CARMEN LARS INGRID SOFIA EMMA NOAH LIAM OLIVIA KIM SOO JAE HYUN SIRIPORN SOMCHAI NGUYEN
    VAN THI JAMES
""")
WEIGHTS = (7, 3, 1)


class Document(NamedTuple):
    """What was drawn, to judge what was read."""

    format: str
    lines: tuple[str, ...]


def value(char: str) -> int:
    """Return the number that a character of a zone counts as in check digits."""
    return 0 if char == "<" else int(char, 36)


def check(text: str) -> str:
    """Return the check digit of a text of a machine-readable zone, as Doc 9303 computes it."""
    return str(sum(value(c) * WEIGHTS[i % 3] for i, c in enumerate(text)) % 10)


def pick(rng: np.random.Generator, of: object) -> str:
    """Return a random element of the sequence ``of``."""
    return of[int(rng.integers(len(of)))]  # type: ignore[index, no-any-return]


def some(rng: np.random.Generator, alphabet: str, count: int) -> str:
    """Return ``count`` random characters of an alphabet."""
    return "".join(pick(rng, alphabet) for _ in range(count))


def name_part(rng: np.random.Generator) -> str:
    """Return a random word of a name.

    Half are plain letters, so that a reader learns shapes, not a language.
    """
    kind = rng.random()
    if kind < 0.25:
        return pick(rng, GIVEN_NAMES)
    if kind < 0.55:
        return some(rng, LETTERS, int(rng.integers(1, 11)))
    return "".join(pick(rng, ONSETS) + pick(rng, VOWELS) + pick(rng, CODAS) for _ in range(int(rng.integers(1, 4))))


def names(rng: np.random.Generator, width: int) -> str:
    """Return random names as a zone has them, filled with ``<`` to the width."""
    surname = "<".join(name_part(rng) for _ in range(int(rng.choice([1, 1, 1, 2, 3]))))
    given_names = "<".join(name_part(rng) for _ in range(int(rng.choice([0, 1, 1, 2, 2, 3, 4]))))
    text = f"{surname}<<{given_names}" if given_names else surname
    return text[:width].ljust(width, "<")


def day(rng: np.random.Generator) -> str:
    """Return a random date, YYMMDD."""
    return f"{rng.integers(0, 100):02}{rng.integers(1, 13):02}{rng.integers(1, 29):02}"


def number(rng: np.random.Generator) -> str:
    """Return a random document number of seven to nine characters."""
    kind = rng.random()
    length = int(rng.choice([7, 8, 9, 9, 9]))
    if kind < 0.3:
        return some(rng, DIGITS, length)
    letters = int(rng.integers(1, 4))
    if kind < 0.8:
        return some(rng, LETTERS, letters) + some(rng, DIGITS, length - letters)
    return some(rng, ALNUM, length)


def optional(rng: np.random.Generator, width: int) -> str:
    """Return random optional data of a zone, filled to this width: fillers, digits, or letters and digits."""
    kind = rng.random()
    if kind < 0.4:
        return "<" * width
    text = some(rng, DIGITS if kind < 0.7 else ALNUM, int(rng.integers(3, width + 1)))
    return text.ljust(width, "<")


def state(rng: np.random.Generator) -> str:
    """Return a random state's code, filled with ``<`` to three characters."""
    return pick(rng, COMMON if rng.random() < 0.5 else STATES).ljust(3, "<")


def document(rng: np.random.Generator, format: str = "") -> Document:
    """Return a random document's zone; without `format` half are passports."""
    format = format or pick(rng, ["TD3", "TD3", "TD3", "TD3", "TD1", "TD1", "TD2", "MRVA", "MRVB"])
    issuer, nation = state(rng), state(rng)
    if rng.random() < 0.8:
        nation = issuer
    doc = number(rng).ljust(9, "<")
    born, ends = day(rng), day(rng)
    if rng.random() < 0.02:
        born = born[:2] + "<<<<"
    sex = pick(rng, "MMMFFF<")
    mid = doc + check(doc) + nation + born + check(born) + sex + ends + check(ends)
    second = "<" if rng.random() < 0.7 else pick(rng, LETTERS)
    if format == "TD1" and issuer == "USA" and rng.random() < 0.5:
        return _td1(rng, pick(rng, ["C1", "C1", "C2"]), issuer, nation, doc, born, sex, ends)
    if format == "TD1":
        return _td1(rng, pick(rng, "IAC") + second, issuer, nation, doc, born, sex, ends)
    if format == "TD3":
        extra = optional(rng, 14)
        sign = check(extra) if extra.strip("<") or rng.random() < 0.5 else "<"
        tail = extra + sign
        composite_digit = check(mid[:10] + mid[13:20] + mid[21:28] + tail)
        return Document(format, ("P" + second + issuer + names(rng, 39), mid + tail + composite_digit))
    if format == "TD2":
        extra = optional(rng, 7)
        composite_digit = check(mid[:10] + mid[13:20] + mid[21:28] + extra)
        return Document(format, (pick(rng, "IAC") + second + issuer + names(rng, 31), mid + extra + composite_digit))
    wide = 44 if format == "MRVA" else 36
    return Document(format, ("V" + second + issuer + names(rng, wide - 5), mid + optional(rng, wide - 28)))


def _td1(
    rng: np.random.Generator, kind: str, issuer: str, nation: str, doc: str, born: str, sex: str, ends: str
) -> Document:
    """Return an identity card with three lines (TD1), from its fields as the zone writes them."""
    first, extra = optional(rng, 15), optional(rng, 11)
    sign = check(doc)
    if rng.random() < 0.06:  # a longer number runs on into the optional data
        more = some(rng, DIGITS, int(rng.integers(2, 5)))
        doc = doc.replace("<", "0")
        first, sign = (more + check(doc + "<" + more)).ljust(15, "<"), "<"
    line1 = kind + issuer + doc + sign + first
    dates = born + check(born) + sex + ends + check(ends)
    composite_digit = check(line1[5:30] + dates[:7] + dates[8:15] + extra)
    return Document("TD1", (line1, dates + nation + extra + composite_digit, names(rng, 30)))
