"""Figures for reports: number of responses, and the mean of all scales from one to five."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date

from ancu.apps.surveys.enums import QuestionKind, ResponseState
from ancu.apps.surveys.models import SurveyResponse, SurveyVersion
from ancu.apps.surveys.rules import definition
from ancu.core.registry.measurements import Measurement

FIVE = range(1, 6)


def measurements(first: date, last: date) -> Iterator[Measurement]:
    """Yield, for reports, each unit's number of responses and sum of scale answers in the period.

    The period includes ``first`` and ``last``; only scales from one to five count, each sum with its number of
    answers. Responses without a unit belong to the surveying agency.
    """
    answered = SurveyResponse.objects.filter(
        state=ResponseState.COMPLETE, submitted_on__gte=first, submitted_on__lte=last
    ).order_by("pk")
    scales = _scales(set(answered.order_by().values_list("version", flat=True).distinct()))
    counts: Counter[tuple[int | None, int | None]] = Counter()
    scores: dict[tuple[int | None, int | None], list[int]] = defaultdict(list)
    responses = answered.values_list("unit", "survey__agency", "version", "answers")
    key: tuple[int | None, int | None]
    for unit, agency, version, answers in responses.iterator(2000):
        key = (unit, None if unit else agency)
        counts[key] += 1
        values = (answers.get(question) for question in scales[version])
        scores[key] += [value for value in values if isinstance(value, int)]
    for (place, asks), number in counts.items():
        yield Measurement("surveys.answers", number, unit_id=place, agency_id=asks)
        if own := scores[place, asks]:
            yield Measurement("surveys.score", sum(own), len(own), unit_id=place, agency_id=asks)


def _scales(versions: set[int]) -> dict[int, list[str]]:
    """Return the ids of questions with a scale from one to five, by id of the survey version."""
    return {
        pk: [
            question.id
            for question in definition.read(stored).questions()
            if question.kind == QuestionKind.SCALE and question.steps == FIVE
        ]
        for pk, stored in SurveyVersion.objects.filter(pk__in=versions).order_by("pk").values_list("pk", "definition")
    }
