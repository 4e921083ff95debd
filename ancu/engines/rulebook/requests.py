"""The sentences by which officers ask for papers again, in both languages."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from ancu.engines.rulebook.loader import rules

PREFIX = "request."


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


@cache
def request_templates(on: date) -> tuple[RequestTemplate, ...]:
    """Return the sentences in force that day, in the order of the data."""
    versions = (
        next((version for version in rule.versions if version.covers(on)), None)
        for rule in rules().values()
        if rule.id.startswith(PREFIX)
    )
    return tuple(
        RequestTemplate(
            code=version.rule.removeprefix(PREFIX),
            label_vi=version.title_vi,
            label_en=version.title_en,
            components=tuple(version.values["components"]),
            reason=version.values["reason"],
            text_vi=version.values["text_vi"],
            text_en=version.values["text_en"],
        )
        for version in versions
        if version is not None
    )
