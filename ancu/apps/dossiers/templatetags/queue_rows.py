"""The rows of a queue, cell by cell, for ``{% each %}``. What is the same in many rows is worded once."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.queues import Row
from ancu.apps.dossiers.templatetags.dossiers import procedure_name, state_chip, time_left
from ancu.apps.stays.templatetags.guests import nationality
from ancu.core.templatetags.ui import day
from ancu.core.web.http import url_builder

register = template.Library()
NOTHING = SafeString("")


@register.filter
def queue_cells(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """Who asks for what, with which document, where it stands, how long there is, and with whom it lies."""
    address, procedures = url_builder("dossiers:office-dossier"), cache(procedure_name)
    countries, left, second = cache(nationality), cache(time_left), cache(_second)
    due, received, nobody = _("due %(day)s"), _("received %(day)s"), _muted(_("nobody yet"))
    for row in rows:
        one = row.dossier
        clock_runs = one.due_on is not None and row.left is not None
        yield {
            "pick": _pick(one) if row.decidable else NOTHING,
            "address": address(one.number),
            "name": one.full_name or one.number,
            "number": one.number,
            "procedure": procedures(one.procedure),
            "unit": second(one.unit.full_name) if one.unit else NOTHING,
            "document": one.document_number,
            "country": countries(one.nationality),
            "birth": day(one.birth_date),
            "state": _state(one, second),
            "left": left(row.left),
            "day": due % {"day": day(one.due_on)} if clock_runs else received % {"day": day(one.submitted_at)},
            "officer": one.assigned_to.full_name if one.assigned_to else nobody,
        }


def _pick(one: Dossier) -> SafeString:
    return format_html(
        '<input class="form-check-input" type="checkbox" name="dossier" value="{}" data-select aria-label="{} {}">',
        one.number, one.number, one.full_name,
    )  # fmt: skip


def _state(one: Dossier, second: Callable[[str], SafeString]) -> SafeString:
    """With what was proposed, where another officer decides on it."""
    if one.state != State.ASSESSED:
        return state_chip(one)
    proposed = second(_("proposed: %(what)s") % {"what": one.get_proposal_display()})
    return SafeString(state_chip(one) + proposed)


def _second(text: str) -> SafeString:
    return format_html('<span class="second">{}</span>', text)


def _muted(text: str) -> SafeString:
    return format_html('<span class="muted">{}</span>', text)
