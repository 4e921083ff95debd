"""Which letters of the past year would have been worded otherwise by a changed sentence."""

from collections.abc import Iterator
from functools import cache
from re import Pattern
from typing import Any

from django.db.models import QuerySet

from ancu.apps.dossiers.enums import RuleEffect
from ancu.apps.dossiers.models import Dossier, OfficialLetter, RuleTrial, RuleTrialCase
from ancu.apps.dossiers.selectors.letter_passages import passage_kinds
from ancu.apps.dossiers.services.rule_trial_basis import BATCH, ONE_DAY
from ancu.core import clock
from ancu.engines.rulebook import LetterPassage, letter_passages, passage_pattern

RARE = "supplement.no_last_day"  # not in the usual letter of its kind: only in requests by an earlier law
pattern_of = cache(passage_pattern)


def letters_examined(trial: RuleTrial) -> QuerySet[Dossier]:
    """Return the dossiers about which the office sent letters with the sentence's place in the trial's period."""
    return Dossier.objects.filter(pk__in=_letters(trial).order_by().values("dossier"))


def worded_otherwise(trial: RuleTrial, _examined: QuerySet[Dossier]) -> Iterator[RuleTrialCase]:
    """Yield a case for each dossier with a letter that would have been worded otherwise, in its latest one's month."""
    columns = ("dossier_id", "dossier__procedure", "issued_at", "content")
    concerned: dict[int, tuple[str, Any]] = {}
    for dossier_id, procedure, issued_at, content in _letters(trial).values_list(*columns).iterator(BATCH):
        passage = letter_passages(clock.local(issued_at).date())[trial.draft.entry]
        is_same = {"vi": passage.vi, "en": passage.en} == trial.values
        if not is_same and _contains(content, passage):
            concerned[dossier_id] = (procedure, clock.local(issued_at).date().replace(day=1))
    for dossier_id, (procedure, month) in concerned.items():
        yield RuleTrialCase(
            trial=trial, dossier_id=dossier_id, procedure=procedure, month=month, effect=RuleEffect.WORDS
        )


def _letters(trial: RuleTrial) -> QuerySet[OfficialLetter]:
    """Return the letters of the sentence's kinds that the office issued in the trial's period, in their order."""
    first, end = clock.start_of(trial.since), clock.start_of(trial.until + ONE_DAY)
    letters = OfficialLetter.objects.filter(agency_id=trial.agency_id, kind__in=passage_kinds(trial.draft.entry))
    return letters.filter(issued_at__gte=first, issued_at__lt=end).order_by("issued_at", "id")


def _contains(content: dict[str, Any], passage: LetterPassage) -> bool:
    """Return whether a letter has the sentence; by its kind alone where its content is not stored any more."""
    if not content:
        return passage.code != RARE
    pattern: Pattern[str] = pattern_of(passage.vi)
    texts = [content["about"], *content["paragraphs"], *content["closing"]]
    return any(pattern.fullmatch(text["vi"]) for text in texts)
