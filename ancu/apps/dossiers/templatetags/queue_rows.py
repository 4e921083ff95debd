"""The cells of the queue's rows, for ``{% each %}``; repeated texts are rendered once."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.queues import QueueRow
from ancu.apps.dossiers.templatetags.dossiers import procedure_name, state_chip, time_left
from ancu.apps.stays.templatetags.guests import nationality
from ancu.core.templatetags.ui import day
from ancu.core.web.http import url_builder

register = template.Library()
NOTHING = SafeString("")


@register.filter
def queue_cells(rows: Iterable[QueueRow]) -> Iterator[dict[str, Any]]:
    """Yield the cells of each row: person, document, state, remaining time and officer."""
    address, procedures = url_builder("dossiers:office-dossier"), cache(procedure_name)
    countries, time_word, second = cache(nationality), cache(time_left), cache(_second)
    due, received, nobody = _("due %(day)s"), _("received %(day)s"), _muted(_("nobody yet"))
    for row in rows:
        dossier = row.dossier
        clock_runs = dossier.due_on is not None and row.working_days_left is not None
        yield {
            "pick": _checkbox(dossier) if row.decidable else NOTHING,
            "address": address(dossier.number),
            "name": dossier.full_name or dossier.number,
            "number": dossier.number,
            "procedure": procedures(dossier.procedure),
            "unit": second(dossier.unit.full_name) if dossier.unit else NOTHING,
            "document": dossier.document_number,
            "country": countries(dossier.nationality),
            "birth": day(dossier.birth_date),
            "state": _state(dossier, second),
            "time_left": time_word(row.working_days_left),
            "day": due % {"day": day(dossier.due_on)} if clock_runs else received % {"day": day(dossier.submitted_at)},
            "officer": dossier.assigned_to.full_name if dossier.assigned_to else nobody,
        }


def _checkbox(dossier: Dossier) -> SafeString:
    return format_html(
        '<input class="form-check-input" type="checkbox" name="dossier" value="{}" data-select aria-label="{} {}">',
        dossier.number, dossier.number, dossier.full_name,
    )  # fmt: skip


def _state(dossier: Dossier, second: Callable[[str], SafeString]) -> SafeString:
    """Return the state, with the proposal where another officer decides."""
    if dossier.state != State.ASSESSED:
        return state_chip(dossier)
    proposed = second(_("proposed: %(what)s") % {"what": dossier.get_proposal_display()})
    return SafeString(state_chip(dossier) + proposed)


def _second(text: str) -> SafeString:
    return format_html('<span class="second">{}</span>', text)


def _muted(text: str) -> SafeString:
    return format_html('<span class="muted">{}</span>', text)
