"""The office's changes of rules: what applies, what comes, what waits for approval, and present values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from ancu.apps.dossiers.enums import DayKind, RuleDraftState, RuleKind
from ancu.apps.dossiers.models import RuleAmendment, RuleDraft
from ancu.apps.dossiers.rules.rule_changes import may_change_rules
from ancu.apps.dossiers.selectors.rule_entries import PRESENT_VALUES
from ancu.apps.dossiers.selectors.text_values import TEXT_VALUES
from ancu.core import clock
from ancu.core.actor import Actor
from ancu.core.errors import Http404, require
from ancu.engines.rulebook import Amendment, NotInForce, as_of, days_off, fees, worked_weekends

LAST = 2**62  # the number of a tried change: later than every approved one


def approved_amendments() -> Iterable[Amendment]:
    """Return the approved changes of rules that were not withdrawn, in the order of their approval."""
    columns = ("id", "rule", "entry", "values", "valid_from", "article_vi", "article_en")
    rows = RuleAmendment.objects.filter(withdrawal=None).order_by("id").values_list(*columns)
    return [Amendment(*row) for row in rows]


def tried_change(draft: RuleDraft, values: Mapping[str, Any], valid_from: date) -> Amendment:
    """Return these values of a draft as the latest change of its rule, in force from a day on, to be tried."""
    texts = {"article_vi": draft.article_vi, "article_en": draft.article_en}
    return Amendment(LAST, draft.rule, draft.entry, values, valid_from, **texts)


def get_rule_draft(actor: Actor, pk: int, *, lock: bool = False) -> RuleDraft:
    """Return a draft of a change with its amendment; 403 for actors who may not change rules, 404 if there is none."""
    require(may_change_rules(actor))
    drafts = _drafts()
    if lock:
        drafts = drafts.select_for_update(of=("self",))
    draft = drafts.filter(pk=pk).first()
    if draft is None:
        raise Http404
    return draft


def _drafts() -> QuerySet[RuleDraft]:
    """Return the drafts with what their pages show."""
    names = ("drafted_by", "decided_by", "amendment__withdrawal__withdrawn_by")
    return RuleDraft.objects.select_related(*names)


@dataclass(frozen=True)
class RuleChangeLists:
    """The changes of rules by what is next for them."""

    proposed: list[RuleDraft]
    open: list[RuleDraft]
    coming: list[RuleDraft]
    past: list[RuleDraft]


def rule_change_lists(actor: Actor) -> RuleChangeLists:
    """Return the changes that wait for approval, are being drafted, take effect later, or are in force or over."""
    require(may_change_rules(actor))
    is_ahead = Q(amendment__valid_from__gt=clock.today(), amendment__withdrawal=None)
    drafts, approved = _drafts().order_by("-id"), _drafts().filter(state=RuleDraftState.APPROVED)
    return RuleChangeLists(
        proposed=list(drafts.filter(state=RuleDraftState.PROPOSED)),
        open=list(drafts.filter(state__in=[RuleDraftState.DRAFT, RuleDraftState.RETURNED])[:100]),
        coming=list(approved.filter(is_ahead).order_by("amendment__valid_from", "id")),
        past=list(approved.exclude(is_ahead).order_by("-amendment__valid_from", "-id")[:100]),
    )


def drafts_to_decide(actor: Actor) -> QuerySet[RuleDraft]:
    """Return the changes that wait for the actor's approval as second person; none without the right."""
    if not may_change_rules(actor):
        return RuleDraft.objects.none()
    proposed = RuleDraft.objects.filter(state=RuleDraftState.PROPOSED)
    return proposed.exclude(drafted_by_id__in=actor.conflicting_user_ids).order_by("valid_from", "id")


# ---- values --------------------------------------------------------------------------------------------


def present_values(rule: str, entry: str, on: date) -> dict[str, Any]:
    """Return the values in force on the day that a change of this entry would replace.

    Raises KeyError for an unknown entry, NotInForce outside the rule's life.
    """
    if rule == RuleKind.FEE:
        return {"usd": fees(on)[entry].usd}
    if rule == RuleKind.DAY:
        return _day_values(on)
    if rule in TEXT_VALUES:
        return TEXT_VALUES[rule](entry, on)
    if present := PRESENT_VALUES.get(RuleKind.of(rule)):
        return present(rule, entry, on)
    values = as_of(rule, on).values
    names = ("morning", "afternoon") if rule == RuleKind.HOURS else ("days",)
    return {name: values[name] for name in names}


def _day_values(day: date) -> dict[str, Any]:
    """Return the kind and names of a day of the calendar. Raises NotInForce in a year without known holidays."""
    as_of(RuleKind.DAY, day)
    if day_off := days_off().get(day):
        return {"kind": day_off.kind, "name_vi": day_off.name_vi, "name_en": day_off.name_en}
    return {"kind": (DayKind.WORKED if day in worked_weekends() else DayKind.ORDINARY).value}


def version_on(rule: str, on: date) -> str:
    """Return the version of the rule on the day; empty when it has none."""
    try:
        return as_of(rule, on).version
    except NotInForce:
        return ""
