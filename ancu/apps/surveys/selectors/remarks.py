"""Free texts, grouped by words and quoted without telephone numbers."""

import hashlib
from collections.abc import Sequence

from ancu.apps.surveys.enums import ResponseState
from ancu.apps.surveys.models import Survey, SurveyResponse
from ancu.apps.surveys.rules.definition import SurveyQuestion
from ancu.core.security.personal_data import without_contacts
from ancu.core.security.privacy import REDACTED

MOST_QUOTED = 100


def texts(survey: Survey, question: SurveyQuestion) -> dict[int, str]:
    """Return the free-text answers to a question by response id, without those emptied by retention."""
    rows = SurveyResponse.objects.filter(survey=survey, state=ResponseState.COMPLETE, answers__has_key=question.id)
    text_rows = rows.order_by("pk").values_list("pk", f"answers__{question.id}")
    return {key: text for key, text in text_rows if isinstance(text, str) and text != REDACTED}


def quoted(
    survey: Survey, question: SurveyQuestion, texts_by_response: dict[int, str], keys: Sequence[int]
) -> list[tuple[int, str]]:
    """Return (response id, text) for the ids ``keys``, at most ``MOST_QUOTED``, without contact data in the texts.

    Their order is random but always the same, so that it does not reveal when they came.
    """

    def place(key: int) -> bytes:
        """Return the hash by which a response's text is sorted; it says nothing about the response's time."""
        return hashlib.sha256(f"{survey.pk}/{question.id}/{key}".encode()).digest()

    return [(key, without_contacts(texts_by_response[key])) for key in sorted(keys, key=place)][:MOST_QUOTED]
