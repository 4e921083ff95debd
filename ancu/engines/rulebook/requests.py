"""The sentences by which officers ask for papers again, in both languages."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from ancu.engines.rulebook.amendments import REQUESTS, Edition
from ancu.engines.rulebook.loader import NotInForce, as_of, edition


@dataclass(frozen=True, slots=True)
class RequestTemplate:
    """A ready sentence. ``components`` are the papers it can be about, ``reason`` the code by which one is returned."""

    code: str
    label_vi: str
    label_en: str
    components: tuple[str, ...]
    reason: str
    text_vi: str
    text_en: str


def request_templates(on: date) -> tuple[RequestTemplate, ...]:
    """Return the sentences in force that day, in the order of the data; the office's changes are in it."""
    return _request_templates(edition(), on)


@lru_cache(maxsize=256)
def _request_templates(_edition: Edition, on: date) -> tuple[RequestTemplate, ...]:
    """Return the sentences in force that day; cached for an edition."""
    try:
        rows = as_of(REQUESTS, on).values["reasons"]
    except NotInForce:
        return ()
    return tuple(
        RequestTemplate(
            code=row["code"], label_vi=row["label_vi"], label_en=row["label_en"], components=tuple(row["components"]),
            reason=row["reason"], text_vi=row["vi"], text_en=row["en"],
        )
        for row in rows
    )  # fmt: skip
