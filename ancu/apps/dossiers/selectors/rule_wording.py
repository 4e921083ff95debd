"""Changes of rules in words: a title, and the present values beside the new ones."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from ancu.apps.dossiers.enums import DayKind, RuleKind
from ancu.apps.dossiers.models import RuleDraft
from ancu.apps.dossiers.selectors.rule_entries import ROWS, TITLES
from ancu.apps.dossiers.selectors.text_wording import TEXT_TITLES, text_rows
from ancu.core import clock
from ancu.core.templatetags.ui import counted, number
from ancu.core.web.language import localized
from ancu.engines.rulebook import NotInForce, fees, is_effective

Row = tuple[str, str, str]


@dataclass(frozen=True)
class DraftStanding:
    """Where a change stands, in words, and the tone of its chip."""

    label: str
    tone: str


def draft_title(draft: RuleDraft) -> str:
    """Return what a change is about: the name of its fee, or of its rule."""
    if draft.rule == RuleKind.FEE:
        return fee_name(draft)
    if draft.rule == RuleKind.DAY:
        return _("Calendar: %(day)s") % {"day": f"{draft.valid_from:%d/%m/%Y}"}
    if draft.rule in TEXT_TITLES:
        return TEXT_TITLES[draft.rule](draft)
    kind = RuleKind.of(draft.rule)
    return TITLES[kind](draft) if kind in TITLES else str(kind.label)


def fee_name(draft: RuleDraft) -> str:
    """Return the name of the changed fee on the first day of the change; its code if the table has none."""
    try:
        fee = fees(draft.valid_from).get(draft.entry)
    except NotInForce:
        fee = None
    return localized(fee, "name") if fee else draft.entry


def standing_of(draft: RuleDraft) -> DraftStanding:
    """Return where a change stands: drafted, waiting, returned, coming, in force, replaced or withdrawn."""
    if draft.state != "approved":
        return DraftStanding(draft.get_state_display(), "mute" if draft.state == "draft" else "warn")
    amendment, today = draft.amendment, clock.today()
    if hasattr(amendment, "withdrawal"):
        return DraftStanding(pgettext("change of a rule", "withdrawn"), "mute")
    if amendment.valid_from > today:
        return DraftStanding(pgettext("change of a rule", "approved"), "info")
    if is_effective(draft.rule, draft.entry, amendment.pk, today):
        return DraftStanding(pgettext("change of a rule", "in force"), "ok")
    return DraftStanding(pgettext("change of a rule", "replaced"), "mute")


def comparison_rows(draft: RuleDraft) -> list[Row]:
    """Return (what, present value, new value) for each value that the change replaces."""
    if draft.rule in TEXT_TITLES:
        return text_rows(draft.before, draft.values)
    kind = RuleKind.of(draft.rule)
    rows = ROWS.get(kind)
    return rows(draft.before, draft.values) if rows else [WORDINGS[kind](draft.before, draft.values)]


def _fee_row(before: dict[str, Any], after: dict[str, Any]) -> Row:
    """Return the dollars of a fee before and after."""
    return _("Fee"), f"{number(before['usd'])} USD", f"{number(after['usd'])} USD"


def _day_row(before: dict[str, Any], after: dict[str, Any]) -> Row:
    """Return what a day is before and after."""
    return _("What the day is"), _day_text(before), _day_text(after)


def _day_text(values: dict[str, Any]) -> str:
    """Return the kind of a day, with its name in the reader's language."""
    language = "vi" if (get_language() or "vi").startswith("vi") else "en"
    name, kind = values.get(f"name_{language}"), DayKind(values["kind"]).label
    return f"{name} ({kind})" if name else str(kind)


def _hours_row(before: dict[str, Any], after: dict[str, Any]) -> Row:
    """Return the office hours before and after."""
    present, new = (
        ", ".join("–".join(values[name]) for name in ("morning", "afternoon")) for values in (before, after)
    )
    return _("Office hours"), present, new


def _margin_row(before: dict[str, Any], after: dict[str, Any]) -> Row:
    """Return the days before the passport's expiry, before and after the change."""
    present, new = (counted("%(n)s day", "%(n)s days", values["days"]) for values in (before, after))
    return _("Days before the passport expires"), present, new


WORDINGS = {RuleKind.FEE: _fee_row, RuleKind.DAY: _day_row, RuleKind.HOURS: _hours_row, RuleKind.MARGIN: _margin_row}
