"""The ledger and the public figures as files."""

from collections.abc import Iterator

from django.db.models import TextChoices
from django.http import HttpResponse
from django.utils.translation import gettext as _

from ancu.apps.audit.services import record, record_look
from ancu.apps.community.enums import EntryKind, LedgerAccount, UnitOfMeasure
from ancu.apps.community.models import Programme, Selection
from ancu.apps.community.selectors import choosing, ledger, planning, public
from ancu.core.actor import Actor
from ancu.core.documents.spreadsheets import Cell, export_mark, formatted_now, table_file

KINDS = ("csv", "xlsx")


def ledger_file(actor: Actor, programme: Programme, kind: str) -> HttpResponse:
    """Return the ledger as a file with a row for each leg, the oldest first.

    An entry's quantities sum to zero for each item.
    """
    record(actor, "community.exported", programme, kind=kind)
    head = [
        _("Entry"), _("Day"), _("Act"), _("Reverses"), _("Account of the ledger"), _("Counted item"), _("Counted in"),
        _("Quantity"), _("Value in đồng"), _("Lot"), _("Donor"), _("Where"), _("Confirmed"), _("Entered by"),
    ]  # fmt: skip
    return table_file(kind, export_mark(actor), f"ledger-{programme.pk}", head, _ledger_rows(programme))


def _ledger_rows(programme: Programme) -> Iterator[list[Cell]]:
    """Yield each leg (a quantity moved) of the programme's ledger as a row of the exported file."""
    kinds, accounts, measures = _labels(EntryKind), _labels(LedgerAccount), _labels(UnitOfMeasure)
    yes = _("yes")
    for leg in ledger.ledger_rows(programme):
        yield [
            leg.number, leg.day, kinds[leg.kind], leg.reverses, accounts[leg.account], leg.item, measures[leg.measure],
            leg.quantity, leg.quantity * leg.vnd_each, leg.lot_id, leg.donor, leg.place, yes if leg.confirmed else "",
            leg.made_by,
        ]  # fmt: skip


def _labels(choices: type[TextChoices]) -> dict[str, str]:
    """Return the labels of choices by value, computed once.

    Calling ``get_…_display`` for each row would take half the time of a large file.
    """
    return {value: str(label) for value, label in choices.choices}


def candidates_file(actor: Actor, selection: Selection, kind: str) -> HttpResponse:
    """Return a file of all candidates with facts, points and reason, for the office only."""
    record_look(actor, selection.programme, export=kind, selection=selection.pk)
    head = [_("Points"), _("Name"), _("Where"), _("Facts"), _("Chosen"), _("Reason")]
    return table_file(kind, export_mark(actor), f"selection-{selection.pk}", head, _candidate_rows(selection))


def _candidate_rows(selection: Selection) -> Iterator[list[Cell]]:
    """Yield each candidate of the selection as a row of the exported file."""
    for considered in choosing.candidates_in_words(selection, choosing.candidates(selection)):
        who = considered.candidate
        chosen = _("yes") if who.chosen else _("no")
        yield [who.points, who.name, who.unit.full_name, "; ".join(considered.facts), chosen, who.reason]


def public_file(programme: Programme, kind: str) -> HttpResponse:
    """Return the figures of the programme's public page, by item and place, as a file."""
    mark = _("%(name)s, as of %(when)s") % {"name": programme.name, "when": formatted_now()}
    head = [
        _("What"), _("Counted in"), _("Value of one, in đồng"), _("Goal"), _("Promised by donors"),
        _("Received from donors"), _("Paid (−) or bought"), _("Handed over"), _("Remaining"),
    ]  # fmt: skip
    return table_file(kind, mark, f"programme-{programme.pk}", head, _public_rows(programme))


def _public_rows(programme: Programme) -> Iterator[list[Cell]]:
    """Yield the rows of the public file: the sums of each item, then the number of recipients by place."""
    lines = ledger.sums(programme)
    goals = {progress.goal.item_id: progress.goal.quantity for progress in planning.progress(programme, lines)}
    promised = {item.pk: rest for item, rest in planning.promised_amounts(programme)}
    for line in lines:
        item = line.item
        yield [
            item.name, item.get_measure_display(), item.vnd_each, goals.get(item.pk), promised.get(item.pk, 0),
            line.received, line.bought, line.handed, line.remaining,
        ]  # fmt: skip
    for place in public.places(programme):
        withheld = _("not published")
        yield [place.unit, _("recipients"), None, None, None, None, None, place.recipients or withheld, None]
