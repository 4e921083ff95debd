"""A person's decisions: doubtful marks, handwriting, incomplete sheets, and differing keyings."""

from collections.abc import Mapping
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ancu.apps.audit.selectors import overtaken_conflict
from ancu.apps.audit.services import record
from ancu.apps.surveys.enums import QuestionKind, ResponseSource, ResponseState
from ancu.apps.surveys.models import ReadingDoubt, SurveyResponse, SurveySheet
from ancu.apps.surveys.rules.answers import Answers, InvalidAnswer, clean, clean_all
from ancu.apps.surveys.rules.definition import SurveyQuestion, read
from ancu.apps.surveys.selectors.paper import get_doubt, sheets_of
from ancu.apps.surveys.selectors.surveys import get_collected
from ancu.apps.surveys.services.answering import AnswersRefused, complete
from ancu.apps.surveys.services.scanning import complete_if_whole, merge_answers
from ancu.core.actor import Actor
from ancu.core.errors import Conflict, Http404


def question_of(doubt: ReadingDoubt) -> SurveyQuestion:
    """Return the question that a doubt is about; for a matrix with only the row in doubt.

    404 if the question no longer exists.
    """
    response = doubt.sheet.response
    question = read(response.version.definition).question(doubt.question) if response else None
    if question is None:
        raise Http404
    if doubt.row:
        rows = tuple(row for row in question.rows if row.id == doubt.row)
        return msgspec.structs.replace(question, rows=rows)
    return question


@transaction.atomic
def resolve_doubt(*, actor: Actor, doubt_id: int, raw_answer: Any) -> ReadingDoubt:
    """Store the answer that a person read on the sheet, and resolve the doubt; None stores no answer.

    Raises InvalidAnswer. Conflict if the doubt was resolved already. The sheet is counted if this was its last doubt.
    """
    doubt = get_doubt(actor, doubt_id)
    sheet = (
        SurveySheet.objects.select_for_update(of=("self",))
        .select_related("response__version", "run__paper")
        .get(pk=doubt.sheet_id)
    )
    if doubt.settled or sheet.response is None or sheet.response.state != ResponseState.REVIEW:
        raise overtaken_conflict(actor, "settled", sheet, _("This has already been resolved."))
    value = clean(question_of(doubt), raw_answer)
    response = sheet.response
    answers = dict(response.answers)
    if doubt.row:
        other_rows = {row: choice for row, choice in answers.get(doubt.question, {}).items() if row != doubt.row}
        answers[doubt.question] = other_rows | (value or {})
    elif value is None:
        answers.pop(doubt.question, None)
    else:
        answers = merge_answers(answers, {doubt.question: value})
    response.answers = {key: answer for key, answer in answers.items() if answer != {}}
    response.save(update_fields=["answers"])
    ReadingDoubt.objects.filter(pk=doubt.pk).update(settled=True, guess=None)
    record(actor, "surveys.settled", sheet, question=doubt.question)
    complete_if_whole(sheet)
    return doubt


@transaction.atomic
def leave_blank(*, actor: Actor, doubt_id: int) -> int:
    """Store "no answer" for all doubts on the same page that have no mark; return their number."""
    first = get_doubt(actor, doubt_id)
    empty = list(first.page.doubts.filter(settled=False, guess=[]).values_list("pk", flat=True))
    for pk in empty:
        resolve_doubt(actor=actor, doubt_id=pk, raw_answer=None)
    return len(empty)


@transaction.atomic
def count_anyway(*, actor: Actor, survey_id: int, serial: int) -> SurveySheet:
    """Count a sheet although some of its pages were not scanned; return it.

    404 for a sheet that does not wait for a check, Conflict while a mark is doubtful.
    """
    survey = get_collected(actor, survey_id)
    sheet = SurveySheet.objects.select_for_update(of=("self",)).select_related("response__version")
    mine = sheets_of(actor, survey).filter(serial=serial)
    sheets = sheet.filter(pk__in=mine, response__state=ResponseState.REVIEW).first()
    if sheets is None or sheets.response is None:
        raise Http404
    if sheets.doubts.filter(settled=False).exists():
        raise Conflict("doubts", _("First resolve the doubtful marks of this sheet."))
    complete(sheets.response, read(sheets.response.version.definition), sheets.response.answers)
    record(actor, "surveys.settled", sheets, whole=False)
    return sheets


# ---- keyed by hand -------------------------------------------------------------------------------------


@transaction.atomic
def key_sheet(*, actor: Actor, survey_id: int, serial: int, raw_answers: Mapping[str, Any]) -> SurveyResponse:
    """Store the answers that the actor keyed from a sheet; return its response.

    A second person keys the sheet, too, if the survey requires that. Conflict for a number not printed for the
    actor's area and for a sheet that counts already; AnswersRefused for invalid answers.
    """
    survey = get_collected(actor, survey_id)
    locked = SurveySheet.objects.select_for_update(of=("self",)).select_related("run__paper__version", "response")
    sheet = locked.filter(pk__in=sheets_of(actor, survey), serial=serial).first()
    if sheet is None:
        raise Conflict("unknown", _("No sheet with this number was printed for this survey in your area."))
    definition = read(sheet.run.paper.version.definition)
    answers, wrong = clean_all(definition, raw_answers)
    if wrong:
        raise AnswersRefused(wrong)
    response = sheet.response
    if response is not None:
        return _store_second_keying(actor, sheet, response, answers)
    response = SurveyResponse(
        survey=survey,
        version=sheet.run.paper.version,
        unit_id=sheet.run.unit_id,
        source=ResponseSource.KEYED,
        answers=answers,
        keyed_by=actor.user_id,
        state=ResponseState.SECOND,
    )
    response.save()
    sheet.response = response
    sheet.save(update_fields=["response"])
    if not survey.double_entry:
        complete(response, definition, answers)
    record(actor, "surveys.keyed", sheet)
    return response


def _store_second_keying(
    actor: Actor, sheet: SurveySheet, response: SurveyResponse, answers: Answers
) -> SurveyResponse:
    """Store the second keying of a sheet: it counts if both are equal, otherwise the differences must be resolved.

    Conflict if the actor keyed it first, or if the sheet counts already.
    """
    if response.state != ResponseState.SECOND:
        sentence = _("This sheet has already been read or typed in. It is counted once.")
        raise overtaken_conflict(actor, "counted", sheet, sentence)
    if actor.has_conflict_of_interest(response.keyed_by):
        raise Conflict("own", _("You typed in this sheet the first time. Another person must do it the second time."))
    if response.answers == answers:
        complete(response, read(response.version.definition), answers)
    else:
        response.second, response.state = answers, ResponseState.REVIEW
        response.save(update_fields=["second", "state"])
    record(actor, "surveys.keyed", sheet, second=True, differs=response.state == ResponseState.REVIEW)
    return response


def differences(response: SurveyResponse) -> list[tuple[SurveyQuestion, Any, Any]]:
    """Return each question whose two keyings differ, with both answers."""
    second: Answers = response.second or {}
    questions = read(response.version.definition).questions()
    pairs = [(question, response.answers.get(question.id), second.get(question.id)) for question in questions]
    return [(question, first, second_answer) for question, first, second_answer in pairs if first != second_answer]


def answer_text(question: SurveyQuestion, value: Any) -> str:
    """Return an answer as text: the texts of the chosen options, by row for a matrix; "without an answer" for None."""
    if value is None:
        return str(_("without an answer"))
    if question.kind == QuestionKind.MATRIX:
        rows = {row.id: str(row.text) for row in question.rows}
        return "; ".join(f"{rows[row]}: {_option_text(question, option_id)}" for row, option_id in value.items())
    values = value if isinstance(value, list) else [value]
    return ", ".join(_option_text(question, option_id) for option_id in values)


def _option_text(question: SurveyQuestion, value: Any) -> str:
    """Return the text of the option with the id ``value``; any other value as text."""
    option = question.option(value) if isinstance(value, str) else None
    return str(option.text) if option else str(value)


@transaction.atomic
def resolve_keyings(*, actor: Actor, survey_id: int, response_id: int, second: set[str]) -> SurveyResponse:
    """Resolve the differences of two keyings of a sheet and count it; return its response.

    For the questions in ``second`` the second keying is right, for all others the first. 404 if there is nothing to
    resolve.
    """
    survey = get_collected(actor, survey_id)
    mine = SurveyResponse.objects.select_for_update(of=("self",)).select_related("version", "sheet")
    response = mine.filter(sheet__in=sheets_of(actor, survey), pk=response_id, second__isnull=False).first()
    if response is None:
        raise Http404
    answers = dict(response.answers)
    for question, _first, second_answer in differences(response):
        if question.id in second:
            answers.pop(question.id, None)
            if second_answer is not None:
                answers[question.id] = second_answer
    complete(response, read(response.version.definition), answers)
    record(actor, "surveys.agreed", response.sheet, questions=len(second))
    return response


__all__ = [
    "InvalidAnswer",
    "answer_text",
    "count_anyway",
    "differences",
    "key_sheet",
    "question_of",
    "resolve_doubt",
    "resolve_keyings",
]
