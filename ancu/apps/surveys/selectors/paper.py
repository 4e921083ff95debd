"""Paper sheets: how many came back, their problems, and what must be checked by a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count, F, IntegerField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.surveys import rules
from ancu.apps.surveys.enums import ResponseState
from ancu.apps.surveys.models import PrintRun, ReadingDoubt, Scan, ScannedPage, Survey, SurveyResponse, SurveySheet
from ancu.apps.surveys.selectors.surveys import get_collected
from ancu.core.actor import Actor
from ancu.core.db.pagination import CursorPage, newest_first

ROWS_ON_PAGE = 50
RUNS = 400  # a stack for each commune of a province, and as many again
Row = TypeVar("Row")


@dataclass(frozen=True)
class FirstRows(Generic[Row]):
    """The first ``SHOWN`` rows, and the number of all."""

    rows: Sequence[Row]
    all: int


def runs(survey: Survey) -> list[PrintRun]:
    """Return the newest print runs, each with ``back``: how many of its sheets were read or keyed."""
    runs = survey.runs.select_related("unit", "paper").annotate(back=Count("sheets__response"))
    return list(runs.order_by("-id")[:RUNS])


def scans(survey: Survey) -> list[Scan]:
    """Return the newest scans, each with its numbers of accepted (``good``) and problem (``bad``) pages."""
    scans = survey.scans.annotate(
        good=Count("pages", filter=Q(pages__trouble="")), bad=Count("pages", filter=~Q(pages__trouble=""))
    )
    return list(scans.order_by("-id")[:ROWS_ON_PAGE])


def problem_pages(actor: Actor, survey: Survey, after: str = "") -> CursorPage[ScannedPage]:
    """Return a page of the survey's scanned pages that were not accepted, the newest first.

    Editors see all; other collectors those of their own sheets (``sheets_of``).
    """
    pages = ScannedPage.objects.filter(scan__survey=survey).exclude(trouble="")
    if not rules.may_edit(actor, survey):
        pages = pages.filter(sheet__in=sheets_of(actor, survey))
    return newest_first(pages.select_related("scan", "sheet").defer("picture"), after)


@dataclass(frozen=True)
class IncompleteSheet:
    """A sheet with missing pages."""

    sheet: SurveySheet
    pages: tuple[int, ...]


def incomplete_sheets(actor: Actor, survey: Survey) -> FirstRows[IncompleteSheet]:
    """Return the first sheets of which only some pages were scanned, with the missing pages; and the number of all.

    Only sheets that the actor may process.
    """
    waiting = sheets_of(actor, survey).filter(response__state=ResponseState.REVIEW).filter(pages__trouble="")
    expected_pages = Cast(F("run__paper__layout__pages"), IntegerField())
    incomplete = waiting.annotate(there=Count("pages"), expected=expected_pages).filter(there__lt=F("expected"))
    first_sheets = incomplete.annotate(present=ArrayAgg("pages__page")).order_by("serial")[:ROWS_ON_PAGE]
    return FirstRows([_incomplete_sheet(sheet) for sheet in first_sheets], incomplete.count())


def _incomplete_sheet(sheet: Any) -> IncompleteSheet:
    """Return a sheet with the numbers (from 1) of its pages that were not scanned."""
    return IncompleteSheet(sheet, tuple(page for page in range(1, sheet.expected + 1) if page not in sheet.present))


def sheets_of(actor: Actor, *surveys: Survey) -> QuerySet[SurveySheet]:
    """Return the surveys' sheets that the actor may process.

    Editors get all; other collectors those handed out in their area. Sheets printed for anywhere belong to collectors
    of the surveying agency: an analyst alone could not have them keyed by two people.
    """
    edited = [survey.pk for survey in surveys if rules.may_edit(actor, survey)]
    others = [survey.pk for survey in surveys if survey.pk not in edited]
    anywhere = Q(run__unit=None, survey__agency=actor.organisation_id)
    own = Q(survey__in=others) & (Q(run__unit_id__in=actor.area) | anywhere) if others else Q()
    return SurveySheet.objects.filter(Q(survey__in=edited) | own)


def open_doubts(actor: Actor, *surveys: Survey) -> QuerySet[ReadingDoubt]:
    """Return the open doubts (marks and texts that a person must check) about the actor's sheets, by sheet number."""
    mine = sheets_of(actor, *surveys).filter(response__state=ResponseState.REVIEW)
    doubts = ReadingDoubt.objects.filter(sheet__in=mine, settled=False)
    return doubts.select_related("sheet__response__version", "page").order_by("sheet__serial", "id")


def next_doubt(actor: Actor, survey: Survey, after: int = 0) -> ReadingDoubt | None:
    """Return the first doubt to check after the postponed doubt with the id ``after``.

    At the end it begins again with the first; None if no doubt is open.
    """
    doubts = open_doubts(actor, survey)
    put_off = ReadingDoubt.objects.filter(pk=after).values_list("sheet__serial", flat=True).first()
    if after and put_off is not None:
        later = doubts.filter(Q(sheet__serial__gt=put_off) | Q(sheet__serial=put_off, pk__gt=after)).first()
        if later is not None:
            return later
    return doubts.first()


def get_doubt(actor: Actor, pk: int) -> ReadingDoubt:
    """Return a doubt of a survey the actor collects, or 404."""
    doubt = (
        ReadingDoubt.objects.select_related("sheet__survey", "sheet__response__version", "page").filter(pk=pk).first()
    )
    if doubt is None:
        raise Http404
    survey = get_collected(actor, doubt.sheet.survey_id)
    if not sheets_of(actor, survey).filter(pk=doubt.sheet_id).exists():
        raise Http404
    return doubt


def get_page(actor: Actor, pk: int) -> ScannedPage:
    """Return a scanned page with its picture; 404 without a picture, or if it is of no sheet of the actor.

    Editors of the survey may see every page.
    """
    page = get_object_or_404(ScannedPage.objects.select_related("scan"), pk=pk)
    survey = get_collected(actor, page.scan.survey_id)
    mine = sheets_of(actor, survey).filter(pages=page).exists()
    if page.picture is None or not (mine or rules.may_edit(actor, survey)):
        raise Http404
    return page


def sheets_back(survey: Survey) -> tuple[int, int]:
    """Return the number of the survey's printed sheets, and how many of them were read or keyed."""
    totals = SurveySheet.objects.filter(survey=survey).aggregate(n=Count("pk"), back=Count("response"))
    return totals["n"], totals["back"]


def keyed_once(actor: Actor, survey: Survey) -> QuerySet[SurveyResponse]:
    """Return the responses from sheets that another person keyed and the actor may key a second time."""
    responses = SurveyResponse.objects.filter(sheet__in=sheets_of(actor, survey), state=ResponseState.SECOND)
    return responses.exclude(keyed_by__in=actor.conflicting_user_ids)


def differing_keyings(actor: Actor, survey: Survey) -> QuerySet[SurveyResponse]:
    """Return the responses of the actor's sheets whose two keyings differ and must be resolved."""
    responses = SurveyResponse.objects.filter(
        sheet__in=sheets_of(actor, survey), state=ResponseState.REVIEW, second__isnull=False
    )
    return responses.select_related("sheet", "version").order_by("id")


def differing_shown(actor: Actor, survey: Survey) -> FirstRows[SurveyResponse]:
    """Return the first sheets whose two keyings differ, and the number of all."""
    responses = differing_keyings(actor, survey)
    return FirstRows(list(responses[:ROWS_ON_PAGE]), responses.count())


def is_whole(sheet: SurveySheet) -> bool:
    """Whether every page of the sheet is present and no doubt is open."""
    there = sheet.pages.filter(trouble="").count()
    return there == int(sheet.run.paper.layout["pages"]) and not sheet.doubts.filter(settled=False).exists()
