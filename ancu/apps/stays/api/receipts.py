"""Receipts for machines and to print, and the counts to reconcile with."""

from datetime import date
from typing import Literal

from django.http import HttpRequest, HttpResponse
from ninja import Field, Query, Schema

from ancu.apps.stays import services
from ancu.apps.stays.api.routers import MOST_REASON, PaperLanguage, program_of, router
from ancu.apps.stays.schemas import openapi, receipt_out
from ancu.apps.stays.selectors import papers, programs
from ancu.apps.stays.services.papers import submission_pdf
from ancu.apps.stays.services.programs import read_object, read_text
from ancu.core.web.problems import answer


@router.get("/receipts/{number}.pdf", openapi_extra=openapi.RECEIPT_PDF)  # before the next, which would take the dot
def receipt_pdf(request: HttpRequest, number: str, query: Query[PaperLanguage]) -> HttpResponse:
    """Return the receipt as PDF, as the lodging's page does."""
    actor = program_of(request).actor
    submission = papers.get_receipt(actor, number)
    return HttpResponse(
        submission_pdf(actor, submission, query.language),
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{submission.number}.pdf"', "Cache-Control": "no-store"},
    )


@router.get("/receipts/{number}", openapi_extra=openapi.RECEIPT)
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """Return a receipt as data: number, times, counts, hash, and its stays."""
    actor = program_of(request).actor
    submission = papers.get_receipt(actor, number)
    return answer(receipt_out(submission, programs.stays_of(actor, submission)))


@router.post("/receipts/{number}/withdraw", openapi_extra=openapi.WITHDRAW_ALL)
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Withdraw every declaration of a submission with a reason; they remain on record."""
    actor = program_of(request).actor
    reason = read_text(read_object(request.body), "reason", MOST_REASON)
    stays = services.withdraw_submission(actor=actor, number=number, reason=reason)
    submission = papers.get_receipt(actor, number)
    return answer(receipt_out(submission, programs.stays_of(actor, submission)) | {"withdrawn": len(stays)})


class CountPeriod(Schema):
    """``from`` and ``to``, both days included; ``by`` chooses the day of arrival or of declaration."""

    first: date = Field(alias="from")
    last: date = Field(alias="to")
    by: Literal["arrival", "declaring"] = "arrival"


@router.get("/counts", openapi_extra=openapi.COUNTS)
def counts(request: HttpRequest, period: Query[CountPeriod]) -> HttpResponse:
    """Return counts by day of arrival or of declaration, for reconciliation."""
    program = program_of(request)
    days = programs.counts(program.actor, period.first, period.last, by=period.by)
    return answer({"establishment": program.establishment.code, "by": period.by, "days": days})
