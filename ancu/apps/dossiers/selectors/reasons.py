"""Listed reasons in words: why papers were returned, as of that day, and the ready reasons of a decision."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from ancu.apps.dossiers.enums import ReturnReason
from ancu.apps.dossiers.models import Component
from ancu.apps.dossiers.selectors.wording import BilingualText, reason_in_words
from ancu.core import clock
from ancu.core.web.language import localized, reader_language
from ancu.engines.rulebook import RefusalReason, ready_translation, refusal_reasons, return_reasons, returned_reason


def reason_choices() -> list[tuple[str, str]]:
    """Return the reasons for which a paper can be returned today, with their words in the reader's language."""
    return [(reason.code, localized(reason, "words")) for reason in return_reasons(clock.today()).values()]


def is_return_reason(code: str) -> bool:
    """Whether a paper can be returned for this reason today."""
    return code in return_reasons(clock.today())


def reason_words(code: str, on: date) -> str:
    """Return a reason in the reader's language, as it was worded on the day; "" for none, the code if unknown."""
    reason = returned_reason(code, on) if code else None
    return localized(reason, "words") if reason else code


def bilingual_reason(code: str, on: date) -> BilingualText:
    """Return a reason in both languages, as it was worded on the day; {} for none and for the officer's own words."""
    reason = returned_reason(code, on) if code and code != ReturnReason.OTHER_REASON else None
    return {"vi": reason.words_vi, "en": reason.words_en} if reason else {}


def request_reason(item: Mapping[str, Any], on: date) -> str:
    """Return why an item was requested on a day: the listed reason and the officer's words, joined by "; "."""
    code = item.get("reason_code") or ""
    listed = "" if code == ReturnReason.OTHER_REASON else reason_words(code, on)
    return "; ".join(part for part in (listed, reason_in_words(item)) if part)


def component_reason(component: Component) -> str:
    """Return why a paper was returned, as the reason was worded on that day."""
    judged_at = component.judged_at
    return reason_words(component.reason_code, clock.local(judged_at).date() if judged_at else clock.today())


def ready_refusals(act: str) -> list[RefusalReason]:
    """Return the ready reasons of today for an act, ``refuse`` or ``not-accept``."""
    return [reason for reason in refusal_reasons(clock.today()) if act in reason.acts]


def bilingual_line(line: str) -> BilingualText:
    """Return a line of an officer's reason: a ready reason in both languages, the officer's own words as written."""
    return {"vi": line, "en": ready_translation(line)}


def reason_for_reader(text: str) -> str:
    """Return an officer's reason with its ready reasons in the reader's language."""
    if reader_language() == "vi":
        return text
    return "\n".join(ready_translation(line.strip()) or line for line in text.splitlines())
