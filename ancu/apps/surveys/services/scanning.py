"""Read scans in a job: certain marks become answers, doubtful ones wait for a person."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import transaction

from ancu.apps.audit.services import record
from ancu.apps.files import enums as file_kinds
from ancu.apps.files import services as files
from ancu.apps.files.models import StoredFile
from ancu.apps.surveys.enums import PageProblem, QuestionKind, ResponseSource, ResponseState, ScanProblem, ScanState
from ancu.apps.surveys.models import ReadingDoubt, Scan, ScannedPage, Survey, SurveyPaper, SurveyResponse, SurveySheet
from ancu.apps.surveys.rules.answers import Answers, applicable_answers, contradiction
from ancu.apps.surveys.rules.definition import SurveyDefinition, SurveyQuestion, read
from ancu.apps.surveys.selectors.paper import is_whole
from ancu.apps.surveys.selectors.surveys import get_collected
from ancu.apps.surveys.services.answering import complete
from ancu.apps.surveys.services.paper import former_secret, layout_of, secret
from ancu.core import clock
from ancu.core.actor import Actor, system
from ancu.core.db.jobs import enqueue
from ancu.core.registry.unfinished_work import UnfinishedWork
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
def store_scan(*, actor: Actor, survey_id: int, name: str, data: bytes) -> Scan:
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
    """Read a scan page by page, for the job.

    A repeated job continues after the pages that are stored.
    """
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
                store_page(scan, page, papers_by_code)
            done.add(page.index + 1)
            Scan.objects.filter(pk=scan.pk).update(state=ScanState.READING, total=page.count, done=len(done))
    except omr.SheetsRefused as refused:
        why = refused.code if refused.code in ScanProblem else ScanProblem.NOT_A_SCAN
        Scan.objects.filter(pk=scan.pk).update(state=ScanState.FAILED, problem=why)
        return
    Scan.objects.filter(pk=scan.pk).update(state=ScanState.DONE)
    record(system(READ), "surveys.read", scan.survey, scan=scan.pk, pages=len(done))


def waiting_scans(before: datetime) -> Iterable[int]:
    """Return the ids of scans that are not read to their end and were sent before a moment."""
    states = [ScanState.WAITING, ScanState.READING]
    return Scan.objects.filter(state__in=states, given_at__lt=before).values_list("pk", flat=True)


def give_up_scan(scan_id: int) -> None:
    """Mark a scan that is not read to its end as failed; the pages that were read stay."""
    unread = Scan.objects.filter(pk=scan_id).exclude(state__in=[ScanState.DONE, ScanState.FAILED])
    unread.update(state=ScanState.FAILED, problem=ScanProblem.INTERRUPTED)


SCANS = UnfinishedWork((READ,), "scan_id", waiting_scans, give_up_scan)


@transaction.atomic
def store_page(scan: Scan, page: omr.PageReading, papers_by_code: Mapping[str, SurveyPaper]) -> ScannedPage:
    """Store a scanned page, and add its certain answers and its doubts to the response of its sheet.

    A page with a problem (unreadable, of another survey, or read before) is stored and adds nothing.
    """
    stored = ScannedPage(scan=scan, place=page.index + 1)
    sheet = _sheet_of(scan.survey, page, papers_by_code)
    if sheet is None:
        stored.trouble = PageProblem.UNREADABLE if page.problem in UNREADABLE else PageProblem.FOREIGN
        return _save_with_picture(stored, page)
    stored.sheet, stored.page, stored.marks = sheet, page.page, len(page.marks)
    definition = read(papers_by_code[page.code].version.definition)
    answers, doubts = judge_page(definition, layout_of(papers_by_code[page.code]), page)
    stored.trouble = _page_problem(sheet, page, answers, definition)
    if stored.trouble:
        return _save_with_picture(stored, page)
    if doubts:
        _save_with_picture(stored, page)
    else:
        stored.save()
    _add_to_response(sheet, papers_by_code[page.code], stored, answers, doubts)
    return stored


def _save_with_picture(stored: ScannedPage, page: omr.PageReading) -> ScannedPage:
    """Save the page with its picture encrypted, and return it."""
    stored.picture = seal_secret(page.picture, PLACE) if page.picture else None
    stored.save()
    return stored


def _sheet_of(survey: Survey, page: omr.PageReading, papers_by_code: Mapping[str, SurveyPaper]) -> SurveySheet | None:
    """Return the locked sheet that the page belongs to; None if it was not printed for this survey."""
    if page.problem or page.code not in papers_by_code:
        return None
    sheets = SurveySheet.objects.select_for_update(of=("self",)).select_related("response", "run")
    return sheets.filter(survey=survey, serial=page.serial, run__paper=papers_by_code[page.code]).first()


def _page_problem(sheet: SurveySheet, page: omr.PageReading, answers: Answers, definition: SurveyDefinition) -> str:
    """Return the problem (``PageProblem``) for which a scanned page does not count; "" if it counts.

    Its sheet was keyed by hand, or the page was read before, with equal or with different answers.
    """
    response = sheet.response
    if response is not None and response.source == ResponseSource.KEYED:
        return PageProblem.OUTDATED
    if response is None or not sheet.pages.filter(page=page.page, trouble="").exists():
        return ""
    doubted = set(sheet.doubts.values_list("question", flat=True))
    after = merge_answers(response.answers, {key: value for key, value in answers.items() if key not in doubted})
    if response.state == ResponseState.COMPLETE:  # what was not asked was left out when it was counted
        after = applicable_answers(definition, after)
    return PageProblem.DUPLICATE if after == response.answers else PageProblem.DIFFERS


class DoubtfulAnswer(msgspec.Struct):
    """What a person must check of one question or one row of a matrix."""

    question: str
    row: str
    guess: Any
    crops: list[PictureCrop]


def judge_page(
    definition: SurveyDefinition, layout: omr.Layout, page: omr.PageReading
) -> tuple[Answers, list[DoubtfulAnswer]]:
    """Return a page's certain answers by question, and its doubtful ones with pictures of the marks."""
    answers: Answers = {}
    doubts: list[DoubtfulAnswer] = []
    by_group: dict[tuple[str, str], list[omr.BoxMark]] = {}
    for mark in page.marks:
        by_group.setdefault((mark.question, mark.row), []).append(mark)
    for group in layout.groups:
        marks, question = by_group.get((group.question, group.row), []), definition.question(group.question)
        if not marks or question is None:
            continue
        value = _marked_answer(question, [mark.choice for mark in marks if mark.chosen])
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


def _guess(marks: Sequence[omr.BoxMark], value: Any) -> Any:
    """Return the likely answer to a doubtful question, for the page on which a person checks it.

    It is ``value``; if that is None, the list of marked choices, which is empty if surely nothing is marked. None if
    even that is doubtful.
    """
    chosen = [mark.choice for mark in marks if mark.chosen]
    if value is None and (chosen or all(mark.certain for mark in marks)):
        return chosen
    return value


def _marked_answer(question: SurveyQuestion, chosen: Sequence[str]) -> Any:
    """Return the marked choices in the form of an answer to the question.

    None for no mark, or for several marks where one choice is allowed.
    """
    if not chosen:
        return None
    if question.kind == QuestionKind.MULTIPLE:
        return [option.id for option in question.options if option.id in chosen]
    if len(chosen) > 1:
        return None
    return int(chosen[0]) if question.kind == QuestionKind.SCALE else chosen[0]


def _add_to_response(
    sheet: SurveySheet, paper: SurveyPaper, stored: ScannedPage, answers: Answers, doubts: Sequence[DoubtfulAnswer]
) -> None:
    """Add a page's answers and doubts to the sheet's response, and count the sheet once it is complete.

    It is complete when all pages are present and no doubt is open.
    """
    if sheet.response is None:
        sheet.response = SurveyResponse.objects.create(
            survey_id=sheet.survey_id, version=paper.version, unit_id=sheet.run.unit_id, source=ResponseSource.SCAN,
            state=ResponseState.REVIEW, language=paper.language[:2] if paper.language != "both" else "vi",
        )  # fmt: skip
        sheet.save(update_fields=["response"])
    response = sheet.response
    response.answers = merge_answers(response.answers, answers)
    response.save(update_fields=["answers"])
    ReadingDoubt.objects.bulk_create(
        ReadingDoubt(
            sheet=sheet, page=stored, question=doubted.question, row=doubted.row, guess=doubted.guess,
            crop=seal_secret(msgspec.msgpack.encode(doubted.crops), PLACE),
        )
        for doubted in _merge_doubts(doubts)
    )  # fmt: skip
    complete_if_whole(sheet)


def _merge_doubts(doubts: Sequence[DoubtfulAnswer]) -> list[DoubtfulAnswer]:
    """Merge the doubts about the same question or matrix row into one, with the pictures of all of them."""
    by_question: dict[tuple[str, str], DoubtfulAnswer] = {}
    for doubted in doubts:
        key = (doubted.question, doubted.row)
        if key in by_question:
            by_question[key].crops += doubted.crops
        else:
            by_question[key] = doubted
    return list(by_question.values())


def merge_answers(before: Answers, more: Answers) -> Answers:
    """Merge two sets of answers; where both have one, that of ``more`` replaces it.

    Rows of a matrix are merged one by one: they come from several pages and doubts.
    """
    answers = dict(before)
    for key, value in more.items():
        answers[key] = {**answers.get(key, {}), **value} if isinstance(value, dict) else value
    return answers


def complete_if_whole(sheet: SurveySheet) -> None:
    """Count the response of a sheet that waits for its check, if all its pages are present and no doubt is open."""
    response = sheet.response
    if response is not None and response.state == ResponseState.REVIEW and is_whole(sheet):
        complete(response, read(response.version.definition), response.answers)


def crops_of(doubt: ReadingDoubt) -> list[PictureCrop]:
    """Return the decrypted pictures of a doubt."""
    return msgspec.msgpack.decode(open_secret(bytes(doubt.crop), PLACE), type=list[PictureCrop])


def picture_of(page: ScannedPage) -> bytes:
    """Return the decrypted picture of a scanned page."""
    return open_secret(bytes(page.picture or b""), PLACE)


def sealed_stores() -> list[EncryptedStore]:
    """Return the encrypted pictures, for key rotation."""
    place = PLACE.encode()
    return [Column(ScannedPage, "picture", lambda row: place), Column(ReadingDoubt, "crop", lambda row: place)]
