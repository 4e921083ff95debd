"""Printed sheets: how many came back, what is wrong with which, and what somebody must look at."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from ancu.apps.surveys.enums import ResponseState
from ancu.apps.surveys.models import Doubt, PrintRun, Response, Scan, ScannedPage, Sheet, Survey
from ancu.apps.surveys.selectors.surveys import get_collected
from ancu.core.actor import Actor

SHOWN = 50


def runs(survey: Survey) -> list[PrintRun]:
    """The newest first, with ``back``: how many of its sheets were read or keyed."""
    found = survey.runs.select_related("unit", "paper").annotate(back=Count("sheets__response"))
    return list(found.order_by("-id")[:SHOWN])


def scans(survey: Survey) -> list[Scan]:
    """The newest first, with ``good`` and ``bad``: pages taken in, and those with something wrong."""
    found = survey.scans.annotate(
        good=Count("pages", filter=Q(pages__trouble="")), bad=Count("pages", filter=~Q(pages__trouble=""))
    )
    return list(found.order_by("-id")[:SHOWN])


def get_scan(actor: Actor, pk: int) -> Scan:
    """One of a survey the actor gathers answers for, or 404."""
    found = get_object_or_404(Scan, pk=pk)
    get_collected(actor, found.survey_id)
    return found


def troubles(survey: Survey) -> list[ScannedPage]:
    """Pages that were not taken in, the newest first."""
    found = ScannedPage.objects.filter(scan__survey=survey).exclude(trouble="")
    return list(found.select_related("scan", "sheet").defer("picture").order_by("-id")[:SHOWN])


@dataclass(frozen=True)
class Missing:
    """A sheet of which pages are not there yet."""

    sheet: Sheet
    pages: tuple[int, ...]


def missing(survey: Survey) -> list[Missing]:
    """Sheets that came back in part."""
    waiting = Sheet.objects.filter(survey=survey, response__state=ResponseState.REVIEW).filter(pages__trouble="")
    counted = waiting.annotate(there=Count("pages")).select_related("run__paper")
    found = []
    for sheet in counted.order_by("serial"):
        wanted = int(sheet.run.paper.layout["pages"])
        if sheet.there < wanted:
            there = set(sheet.pages.filter(trouble="").values_list("page", flat=True))
            found.append(Missing(sheet, tuple(page for page in range(1, wanted + 1) if page not in there)))
    return found[:SHOWN]


def open_doubts(survey: Survey) -> QuerySet[Doubt]:
    """What somebody must look at, sheet by sheet."""
    found = Doubt.objects.filter(sheet__survey=survey, settled=False, sheet__response__state=ResponseState.REVIEW)
    return found.select_related("sheet__response__version", "page").order_by("sheet__serial", "id")


def next_doubt(survey: Survey, after: int = 0) -> Doubt | None:
    """The first of them; ``after`` passes over what was put off."""
    found = open_doubts(survey)
    put_off = Doubt.objects.filter(pk=after).values_list("sheet__serial", flat=True).first()
    if after and put_off is not None:
        later = found.filter(Q(sheet__serial__gt=put_off) | Q(sheet__serial=put_off, pk__gt=after)).first()
        if later is not None:
            return later
    return found.first()


def get_doubt(actor: Actor, pk: int) -> Doubt:
    """One of a survey the actor gathers answers for, or 404."""
    found = Doubt.objects.select_related("sheet__survey", "sheet__response__version", "page").filter(pk=pk).first()
    if found is None:
        raise Http404
    get_collected(actor, found.sheet.survey_id)
    return found


def get_page(actor: Actor, pk: int) -> ScannedPage:
    """A page with its picture, or 404."""
    found = get_object_or_404(ScannedPage.objects.select_related("scan"), pk=pk)
    get_collected(actor, found.scan.survey_id)
    if found.picture is None:
        raise Http404
    return found


def sheets_back(survey: Survey) -> tuple[int, int]:
    """How many sheets were printed, and how many have come back."""
    found = Sheet.objects.filter(survey=survey).aggregate(n=Count("pk"), back=Count("response"))
    return found["n"], found["back"]


def keyed_once(survey: Survey, user_id: int) -> QuerySet[Response]:
    """Sheets waiting for a second person; those of ``user_id`` are another one's to key."""
    return Response.objects.filter(survey=survey, state=ResponseState.SECOND).exclude(keyed_by=user_id)


def differing(survey: Survey) -> QuerySet[Response]:
    """Sheets whose two keyings differ."""
    found = Response.objects.filter(survey=survey, state=ResponseState.REVIEW, second__isnull=False)
    return found.select_related("sheet", "version").order_by("id")


def is_whole(sheet: Sheet) -> bool:
    """Every page is there and nothing is left to look at."""
    there = sheet.pages.filter(trouble="").count()
    return there == int(sheet.run.paper.layout["pages"]) and not sheet.doubts.filter(settled=False).exists()
