"""Read scans in a job: certain marks become answers, doubtful ones wait for a person."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec
from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.files import enums as file_kinds
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.surveys.enums import PageProblem, QuestionKind, ResponseSource, ResponseState, ScanProblem, ScanState
from ancu.apps.surveys.models import ReadingDoubt, Scan, ScannedPage, Survey, SurveyPaper, SurveyResponse, SurveySheet
from ancu.apps.surveys.rules.answers import Answers, contradiction, pruned
from ancu.apps.surveys.rules.definition import SurveyDefinition, SurveyQuestion, read
from ancu.apps.surveys.selectors.paper import is_whole
from ancu.apps.surveys.selectors.surveys import get_collected
from ancu.apps.surveys.services.answering import complete
from ancu.apps.surveys.services.paper import former_secret, layout_of, secret
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.security.encryption import open_secret, seal_secret
from ancu.core.security.key_rotation import Column, EncryptedStore
from ancu.core.security.privacy import Keep
from ancu.engines import omr

READ = "surveys.read_scan"
PLACE = "survey-crop"
KINDS = frozenset({file_kinds.PDF, file_kinds.TIFF, file_kinds.JPEG, file_kinds.PNG, file_kinds.HEIC})
UNREADABLE = {"no_page", "no_code", "several_pages", "damaged"}


class PictureCrop(msgspec.Struct):
    """A picture of a mark or handwriting; ``choice`` is its box."""

    choice: str
    png: bytes


@transaction.atomic
def take_scan(*, actor: Actor, survey_id: int, name: str, data: bytes) -> Scan:
    """Store a file to be read by a job. Raises files.FileRefused for anything but a scan."""
    survey = get_collected(actor, survey_id)
    over = clock.now() + timedelta(days=Keep.SOURCE_FILE.value)
    stored = files.store(actor, data=data, name=name, purpose="survey", delete_after=over, accept=KINDS)
    scan = Scan.objects.create(
        survey=survey, file=stored.pk, name=stored.name, given_at=clock.now(), given_by_id=actor.user_id or 0
    )
    record(actor, "surveys.scanned", survey, scan=scan.pk)
    enqueue(READ, queue="files", scan_id=scan.pk)
    return scan


def read_scan(scan_id: int) -> None:
    """For the job: read page by page; repeating continues after the stored pages."""
    scan = Scan.objects.select_related("survey").get(pk=scan_id)
    if scan.state in (ScanState.DONE, ScanState.FAILED):
        return
    papers_by_code = {
        paper.code: paper for paper in SurveyPaper.objects.filter(version__survey=scan.survey).select_related("version")
    }
    layouts = [layout_of(paper) for paper in papers_by_code.values()]
    done = set(scan.pages.values_list("place", flat=True))
    try:
        data = files.read_bytes(StoredFile.objects.get(pk=scan.file))
        for page in omr.read(data, layouts, secret=secret(), former=former_secret()):
            if page.index + 1 not in done:
                take_page(scan, page, papers_by_code)
            done.add(page.index + 1)
            Scan.objects.filter(pk=scan.pk).update(state=ScanState.READING, total=page.count, done=len(done))
    except omr.SheetsRefused as refused:
        why = refused.code if refused.code in ScanProblem else ScanProblem.NOT_A_SCAN
        Scan.objects.filter(pk=scan.pk).update(state=ScanState.FAILED, problem=why)
        return
    Scan.objects.filter(pk=scan.pk).update(state=ScanState.DONE)
    record(system(READ), "surveys.read", scan.survey, scan=scan.pk, pages=len(done))


@transaction.atomic
def take_page(scan: Scan, page: omr.PageReading, papers_by_code: Mapping[str, SurveyPaper]) -> ScannedPage:
    """Store one page, and its certain answers with its sheet."""
    stored = ScannedPage(scan=scan, place=page.index + 1)
    sheet = _sheet_of(scan.survey, page, papers_by_code)
    if sheet is None:
        stored.trouble = PageProblem.UNREADABLE if page.problem in UNREADABLE else PageProblem.FOREIGN
        return _with_picture(stored, page)
    stored.sheet, stored.page, stored.marks = sheet, page.page, len(page.marks)
    definition = read(papers_by_code[page.code].version.definition)
    answers, doubts = judged(definition, layout_of(papers_by_code[page.code]), page)
    stored.trouble = _trouble(sheet, page, answers, definition)
    if stored.trouble:
        return _with_picture(stored, page)
    if doubts:
        _with_picture(stored, page)
    else:
        stored.save()
    _put(sheet, papers_by_code[page.code], stored, answers, doubts)
    return stored


def _with_picture(stored: ScannedPage, page: omr.PageReading) -> ScannedPage:
    stored.picture = seal_secret(page.picture, PLACE) if page.picture else None
    stored.save()
    return stored


def _sheet_of(survey: Survey, page: omr.PageReading, papers_by_code: Mapping[str, SurveyPaper]) -> SurveySheet | None:
    if page.problem or page.code not in papers_by_code:
        return None
    sheets = SurveySheet.objects.select_for_update(of=("self",)).select_related("response", "run")
    return sheets.filter(survey=survey, serial=page.serial, run__paper=papers_by_code[page.code]).first()


def _trouble(sheet: SurveySheet, page: omr.PageReading, answers: Answers, definition: SurveyDefinition) -> str:
    """Return why this page does not count, or "": keyed by hand or read before."""
    response = sheet.response
    if response is not None and response.source == ResponseSource.KEYED:
        return PageProblem.OUTDATED
    if response is None or not sheet.pages.filter(page=page.page, trouble="").exists():
        return ""
    doubted = set(sheet.doubts.values_list("question", flat=True))
    after = merged(response.answers, {key: value for key, value in answers.items() if key not in doubted})
    if response.state == ResponseState.COMPLETE:  # what was not asked was left out when it was counted
        after = pruned(definition, after)
    return PageProblem.DUPLICATE if after == response.answers else PageProblem.DIFFERS


class DoubtfulAnswer(msgspec.Struct):
    """What a person must check of one question or one row of a matrix."""

    question: str
    row: str
    guess: Any
    crops: list[PictureCrop]


def judged(
    definition: SurveyDefinition, layout: omr.Layout, page: omr.PageReading
) -> tuple[Answers, list[DoubtfulAnswer]]:
    """Return the certain answers of a page, and the doubtful ones with pictures."""
    answers: Answers = {}
    doubts: list[DoubtfulAnswer] = []
    by_group: dict[tuple[str, str], list[omr.Mark]] = {}
    for mark in page.marks:
        by_group.setdefault((mark.question, mark.row), []).append(mark)
    for group in layout.groups:
        marks, question = by_group.get((group.question, group.row), []), definition.question(group.question)
        if not marks or question is None:
            continue
        value = _value(question, [mark.choice for mark in marks if mark.chosen])
        is_certain = len(marks) == len(group.choices) and all(mark.certain for mark in marks)
        if not is_certain or group.id in page.doubts or contradiction(question, value):
            crops = [PictureCrop(mark.choice, mark.crop) for mark in marks if mark.crop]
            doubts.append(DoubtfulAnswer(group.question, group.row, _guess(marks, value), crops))
        elif value is not None and group.row:
            answers.setdefault(group.question, {})[group.row] = value
        elif value is not None:
            answers[group.question] = value
    for writing in page.writings:
        if not writing.blank and definition.question(writing.question) is not None:
            doubts.append(DoubtfulAnswer(writing.question, "", None, [PictureCrop("", writing.crop)]))
    return answers, doubts


def _guess(marks: Sequence[omr.Mark], value: Any) -> Any:
    """Return the likely answer; all marks if there are too many; [] if surely nothing is marked."""
    chosen = [mark.choice for mark in marks if mark.chosen]
    if value is None and (chosen or all(mark.certain for mark in marks)):
        return chosen
    return value


def _value(question: SurveyQuestion, chosen: Sequence[str]) -> Any:
    if not chosen:
        return None
    if question.kind == QuestionKind.MULTIPLE:
        return [option.id for option in question.options if option.id in chosen]
    if len(chosen) > 1:
        return None
    return int(chosen[0]) if question.kind == QuestionKind.SCALE else chosen[0]


def _put(
    sheet: SurveySheet, paper: SurveyPaper, stored: ScannedPage, answers: Answers, doubts: Sequence[DoubtfulAnswer]
) -> None:
    """Add to the sheet's response, which counts once all pages are there and nothing is doubtful."""
    if sheet.response is None:
        sheet.response = SurveyResponse.objects.create(
            survey_id=sheet.survey_id, version=paper.version, unit_id=sheet.run.unit_id, source=ResponseSource.SCAN,
            state=ResponseState.REVIEW, language=paper.language[:2] if paper.language != "both" else "vi",
        )  # fmt: skip
        sheet.save(update_fields=["response"])
    response = sheet.response
    response.answers = merged(response.answers, answers)
    response.save(update_fields=["answers"])
    ReadingDoubt.objects.bulk_create(
        ReadingDoubt(
            sheet=sheet, page=stored, question=doubted.question, row=doubted.row, guess=doubted.guess,
            crop=seal_secret(msgspec.msgpack.encode(doubted.crops), PLACE),
        )
        for doubted in _once(doubts)
    )  # fmt: skip
    finish(sheet)


def _once(doubts: Sequence[DoubtfulAnswer]) -> list[DoubtfulAnswer]:
    """Return one doubt for each question or row; text beside a box belongs to the box."""
    by_question: dict[tuple[str, str], DoubtfulAnswer] = {}
    for doubted in doubts:
        key = (doubted.question, doubted.row)
        if key in by_question:
            by_question[key].crops += doubted.crops
        else:
            by_question[key] = doubted
    return list(by_question.values())


def merged(before: Answers, more: Answers) -> Answers:
    """Merge answers; rows of a matrix come from several pages and doubts."""
    answers = dict(before)
    for key, value in more.items():
        answers[key] = {**answers.get(key, {}), **value} if isinstance(value, dict) else value
    return answers


def finish(sheet: SurveySheet) -> None:
    """Count the sheet if it is complete."""
    response = sheet.response
    if response is not None and response.state == ResponseState.REVIEW and is_whole(sheet):
        complete(response, read(response.version.definition), response.answers)


def crops_of(doubt: ReadingDoubt) -> list[PictureCrop]:
    return msgspec.msgpack.decode(open_secret(bytes(doubt.crop), PLACE), type=list[PictureCrop])


def picture_of(page: ScannedPage) -> bytes:
    return open_secret(bytes(page.picture or b""), PLACE)


def sealed_stores() -> list[EncryptedStore]:
    place = PLACE.encode()
    return [Column(ScannedPage, "picture", lambda row: place), Column(ReadingDoubt, "crop", lambda row: place)]
