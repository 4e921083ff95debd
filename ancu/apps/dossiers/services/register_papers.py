"""The office's books on paper, A4 landscape, and the register as the rows of a file with the columns of its print."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.accounts.models import Organisation
from ancu.apps.accounts.selectors import superior_name
from ancu.apps.dossiers.rules.register import PeriodLength, RegisterPeriod
from ancu.apps.dossiers.selectors.register import RegisterLine, RegisterTotals, register_agency_id
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.documents.pdf import render_pdf
from ancu.core.documents.spreadsheets import Cell, formatted_now
from ancu.core.templatetags.ui import day, number
from ancu.core.web.language import reader_language
from ancu.engines.exchange import code_name

DOCUMENTS = Path(__file__).parent.parent / "documents"
MOST_PRINTED = 1000  # lines: forty pages, of which a day has a few at most


# Widths of the columns, in millimetres or as shares of what is left of the page.
REGISTER_WIDTHS = (
    "9mm", "18.5mm", "34mm", "1.15fr", "18mm", "1.2fr", "1.4fr", "21mm", "18.5mm", "18.5mm", "18.5mm", "23mm",
)  # fmt: skip


@dataclass(frozen=True)
class BookTable:
    """The table of a printed book: its title, column titles, widths and rows, and what stands instead of no rows."""

    title: str
    head: Sequence[str]
    widths: Sequence[str]
    rows: Sequence[Sequence[str]]
    nothing: str
    keeper: str


def register_pdf(
    actor: Actor, period: RegisterPeriod, lines: Sequence[RegisterLine], totals: RegisterTotals, labels: Sequence[str]
) -> bytes:
    """Return the register's lines and totals as PDF in the reader's language, with room for two signatures.

    ``labels`` are the names of the chosen procedure, commune and officer.
    """
    table = BookTable(
        title=_("Register of dossiers"), head=_print_head(), widths=REGISTER_WIDTHS,
        rows=[_print_row(line) for line in lines], nothing=_("No dossier was received in this period."),
        keeper=_("Keeper of the register"),
    )  # fmt: skip
    return book_pdf(actor, register_agency_id(actor), period, table, _totals_text(totals), labels)


def book_pdf(
    actor: Actor, agency_id: int, period: RegisterPeriod, table: BookTable, totals: Sequence[tuple[str, str]],
    labels: Sequence[str],
) -> bytes:  # fmt: skip
    """Return a book of the office for a period as PDF in the reader's language, A4 landscape, to be signed.

    ``totals`` are (name, number), ``labels`` the names of the chosen filters.
    """
    agency = Organisation.objects.select_related("parent").get(pk=agency_id)
    today = clock.today()
    data = {
        "language": reader_language(),
        "above": superior_name(agency),
        "agency": agency.name,
        "title": table.title,
        "period": _period_text(period),
        "labels": list(labels),
        "head": list(table.head),
        "widths": [{"unit": width.lstrip("0123456789."), "size": float(width.rstrip("mfr"))} for width in table.widths],
        "rows": list(table.rows),
        "totals": list(totals),
        "signers": [table.keeper, _("Head of the office")],
        "date": {"day": f"{today:%d}", "month": f"{today:%m}", "year": str(today.year)},
        "words": {
            "printed": _("Printed by %(who)s on %(when)s") % {"who": actor.label, "when": formatted_now()},
            "page": _("Page"),
            "nothing": table.nothing,
            "sign": _("(signature and full name)"),
        },
    }
    return render_pdf(DOCUMENTS / "register.typ", data)


def _period_text(period: RegisterPeriod) -> str:
    """Return the period in words: day 01/12/2026, month 12/2026 or year 2026."""
    words = {
        PeriodLength.DAY: _("Day %(period)s"), PeriodLength.MONTH: _("Month %(period)s"),
        PeriodLength.YEAR: _("Year %(period)s"),
    }  # fmt: skip
    return words[period.length] % {"period": period.text}


def _totals_text(totals: RegisterTotals) -> list[tuple[str, str]]:
    """Return (name, number) of each total, in the order of the page."""
    numbers = (
        (pgettext("register", "received"), totals.received), (pgettext("register", "decided"), totals.decided),
        (_("decided in time"), totals.in_time), (_("decided late"), totals.decided_late),
        (pgettext("register", "waiting"), totals.waiting), (_("waiting and late"), totals.late),
        (_("ended without a decision"), totals.ended),
    )  # fmt: skip
    return [(capfirst(name), number(value)) for name, value in numbers]


def _print_head() -> list[str]:
    """Return the column titles of the print; a row has a cell for each."""
    return [
        pgettext("register", "No."), pgettext("register", "Received"), _("Dossier"), _("Full name"), _("Nationality"),
        _("Sponsor"), _("Procedure"), _("Officer"), pgettext("register", "Due"), _("Decision"),
        pgettext("register", "Handed over"), _("Fee receipt"),
    ]  # fmt: skip


def _print_row(line: RegisterLine) -> list[str]:
    """Return a line as texts for the print; the decision with its day in one cell."""
    dossier = line.dossier
    decision = "\n".join(part for part in (day(line.outcome_on), line.outcome) if part)
    return [
        str(line.number or ""), day(line.received_on), dossier.number, dossier.full_name, _nationality(line),
        line.sponsor, line.procedure, line.officer, day(dossier.due_on), decision, day(line.handed_over_on),
        line.receipt,
    ]  # fmt: skip


def _nationality(line: RegisterLine) -> str:
    """Return the name of the foreigner's nationality in the reader's language."""
    return code_name("nationality", line.dossier.nationality, reader_language())


def file_head() -> list[str]:
    """Return the column titles of the exported register."""
    return [
        pgettext("register", "No."), pgettext("register", "Received"), _("Dossier"), _("Full name"), _("Nationality"),
        _("Sponsor"), _("Procedure"), _("Commune"), _("Officer"), pgettext("register", "Due"), _("Decided on"),
        _("Outcome"), pgettext("register", "Handed over"), _("Fee receipt"),
    ]  # fmt: skip


def file_row(line: RegisterLine) -> list[Cell]:
    """Return a line as the cells of a row of the exported register."""
    dossier = line.dossier
    return [
        line.number, line.received_on, dossier.number, dossier.full_name, _nationality(line), line.sponsor,
        line.procedure, dossier.unit.full_name if dossier.unit else "", line.officer, dossier.due_on, line.outcome_on,
        line.outcome, line.handed_over_on, line.receipt,
    ]  # fmt: skip
