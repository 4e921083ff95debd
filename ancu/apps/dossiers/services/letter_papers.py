"""The book of issued letters on paper, with the columns of Decree 30/2020/NĐ-CP, Appendix IV."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancu.apps.dossiers.enums import LetterSeries
from ancu.apps.dossiers.models import OfficialLetter
from ancu.apps.dossiers.rules.register import RegisterPeriod
from ancu.apps.dossiers.selectors.letter_facts import recipient_of_letter
from ancu.apps.dossiers.services.register_papers import BookTable, book_pdf
from ancu.core.actor import Actor
from ancu.core.templatetags.ui import day, number

WIDTHS = ("32mm", "20mm", "1.6fr", "1fr", "1.2fr", "36mm", "20mm")


def letters_pdf(
    actor: Actor, period: RegisterPeriod, letters: Sequence[OfficialLetter], counts: Mapping[str, int],
    labels: Sequence[str],
) -> bytes:  # fmt: skip
    """Return the letters issued in a period as PDF; ``counts`` are those of each series."""
    table = BookTable(
        title=_("Book of issued letters"), head=_head(), widths=WIDTHS, rows=[_row(letter) for letter in letters],
        nothing=_("No letter was issued in this period."), keeper=pgettext("book of letters", "Keeper of the book"),
    )  # fmt: skip
    totals = [(str(LetterSeries(series).label), number(count)) for series, count in sorted(counts.items())]
    return book_pdf(actor, actor.organisation_id or 0, period, table, totals, labels)


def _head() -> list[str]:
    """Return the column titles of the print; a row has a cell for each."""
    return [
        _("Number and symbol"), pgettext("letter", "Date"), _("Kind and subject"), _("Signed by"), _("Recipient"),
        _("Kept in dossier"), _("Notes"),
    ]  # fmt: skip


def _row(letter: OfficialLetter) -> list[str]:
    """Return a letter as texts for the print."""
    signer = letter.signed_by.full_name if letter.signed_by else ""
    return [
        letter.symbol, day(letter.issued_at), str(letter.get_kind_display()), signer, recipient_of_letter(letter),
        letter.dossier.number, "",
    ]  # fmt: skip
