"""Every message code of this engine, with its sentences in Vietnamese and English.

One table, so that a program can rely on a code and a translator can read all sentences at once. Levels:

- `problem`: nothing of the file can be used;
- `error`: the row is refused;
- `warning`: the row stands, a person should look;
- `note`: how a value was interpreted;
- `notice`: about the whole file.

Templates are filled with `value` (what was read) and, where named, further words.
"""

from functools import lru_cache

from ancu.engines.exchange.codes.errors import ERRORS
from ancu.engines.exchange.codes.notes import NOTES
from ancu.engines.exchange.codes.notices import NOTICES
from ancu.engines.exchange.codes.problems import PROBLEMS
from ancu.engines.exchange.codes.warnings import WARNINGS
from ancu.engines.exchange.codes.words import FIELD_EN, FIELD_VI, MessageCode
from ancu.engines.exchange.dates import day_first
from ancu.engines.exchange.model import Finding, Problem

__all__ = ["CODES", "Code", "cached_finding", "finding", "problem"]

CODES: dict[str, MessageCode] = PROBLEMS | ERRORS | WARNINGS | NOTES | NOTICES


def _sentences(code: str, value: object, params: dict[str, object]) -> tuple[str, str]:
    """Return the sentence of a message code in Vietnamese and English, with its placeholders filled.

    ``value`` is the cell's text it quotes; a date is quoted day first, not in the ISO form it is read in.
    """
    entry = CODES[code]
    text = "" if value is None else day_first(str(value))
    if len(text) > 80:
        text = text[:77] + "…"
    return entry.vi.format(value=text, **_grouped(params, ".")), entry.en.format(value=text, **_grouped(params, ","))


def _grouped(params: dict[str, object], separator: str) -> dict[str, object]:
    """Return a message's parameters, whole numbers written with this thousands separator."""
    return {
        name: f"{value:,}".replace(",", separator) if isinstance(value, int) else value
        for name, value in params.items()
    }


def _make_finding(
    code: str,
    field: str | None,
    value: str | None,
    line: int | None,
    column: int | None,
    params: dict[str, object],
) -> Finding:
    """Return the finding with this message code, its sentences in both languages filled with ``params``."""
    if field in FIELD_VI:
        params = {"field_vi": FIELD_VI[field], "field_en": FIELD_EN[field], **params}
    if line is not None:
        params = {"line": line, **params}
    vi, en = _sentences(code, value, params)
    return Finding(code, field, value, vi, en, line, column)


def finding(
    code: str,
    field: str | None = None,
    value: str | None = None,
    line: int | None = None,
    column: int | None = None,
    **params: object,
) -> Finding:
    """Return the finding with this message code, about ``field``, with its sentences in both languages.

    ``value`` is the cell's text; ``params`` fill further placeholders of the sentences.
    """
    return _make_finding(code, field, value, line, column, params)


@lru_cache(maxsize=4096)
def cached_finding(code: str, field: str | None, value: str | None = None) -> Finding:
    """Return the finding with this message code and value; equal calls share one object, to save memory.

    It is for codes whose sentences have no further placeholders.
    """
    return _make_finding(code, field, value, None, None, {})


def problem(code: str, line: int | None = None, column: int | None = None, **params: object) -> Problem:
    """Return the problem (a fault of the whole file) with this message code and its sentences."""
    value = params.pop("value", None)
    vi, en = _sentences(code, value, {"line": line, "column": column, **params})
    return Problem(code, line, column, vi, en)
