"""Changes of rules in any state, for tests and the access table."""

from datetime import timedelta
from typing import Any

from ancu.apps.dossiers.enums import RuleKind
from ancu.apps.dossiers.models import Charge, Dossier, ExchangeRate, RuleAmendment, RuleDraft
from ancu.apps.dossiers.services import rule_changes
from ancu.apps.dossiers.services.rule_changes import DraftedChange
from ancu.apps.dossiers.services.rule_trials import run_trial
from ancu.apps.dossiers.tests.factories import make_dossier, make_rate
from ancu.apps.lodging.tests.factories import World
from ancu.core import clock
from ancu.core.rule_edition import READER
from ancu.engines.rulebook import fees

CARD = "card.2y"


def fee_change(usd: int = 200, fee: str = CARD, in_days: int = 1, **texts: str) -> DraftedChange:
    """A change of a fee, by default of the residence card from tomorrow on."""
    stated: dict[str, Any] = {
        "article_vi": "Thông tư 12/2027/TT-BTC", "article_en": "Circular 12/2027/TT-BTC", "reason": "A new circular.",
    } | texts  # fmt: skip
    day = clock.today() + timedelta(days=in_days)
    return DraftedChange(rule=RuleKind.FEE.value, entry=fee, values={"usd": usd}, valid_from=day, **stated)


def letter_change(entry: str = "refusal.reason", in_days: int = 1, **texts: str) -> DraftedChange:
    """A change of a sentence of the letters, by default of the one before the reason of a refusal."""
    values = {"vi": "Cơ quan từ chối đề nghị này vì:", "en": "The office refuses this request because:"} | texts
    return DraftedChange(
        rule=RuleKind.LETTER.value, entry=entry, values=values, valid_from=clock.today() + timedelta(days=in_days),
        article_vi="Quyết định 5/QĐ-XNC", article_en="Decision 5/QĐ-XNC", reason="Shorter.",
    )  # fmt: skip


def reason_change(
    entry: str = "photo", in_days: int = 1, rule: RuleKind = RuleKind.RETURN_REASON, **values: Any
) -> DraftedChange:
    """A change of a listed reason, by default of the words of the one about photos."""
    return DraftedChange(
        rule=rule.value, entry=entry, values=values or {"vi": "ảnh sai cỡ", "en": "the photo has the wrong size"},
        valid_from=clock.today() + timedelta(days=in_days), article_vi="Quyết định 6/QĐ-XNC",
        article_en="Decision 6/QĐ-XNC", reason="Clearer.",
    )  # fmt: skip


def ensure_rate(world: World) -> None:
    """Enter the rate of today unless it is there, for tests that move the clock."""
    if not ExchangeRate.objects.filter(day=clock.today()).exists():
        make_rate(world)


def make_tried_draft(world: World, change: DraftedChange | None = None, by: str = "rosa") -> RuleDraft:
    """A draft whose trial is finished."""
    draft = rule_changes.draft_change(world.actor(by), change=change or fee_change())
    for trial in draft.trials.all():
        run_trial(trial.pk)
    return draft


def make_proposed_draft(world: World, change: DraftedChange | None = None, by: str = "rosa") -> RuleDraft:
    """A draft that waits for the second person."""
    draft = make_tried_draft(world, change, by)
    return rule_changes.propose_change(world.actor(by), draft_id=draft.pk)


def make_amendment(world: World, change: DraftedChange | None = None) -> RuleAmendment:
    """An approved change; this process has read it."""
    draft = make_proposed_draft(world, change)
    amendment = rule_changes.approve_change(world.actor("dora"), draft_id=draft.pk)
    READER.read()
    return amendment


def make_past_dossier(world: World, days: int = 30, usd: int | None = None) -> Dossier:
    """A dossier that was charged the fee of a residence card so many days ago; ``make_rate`` comes first."""
    dossier = make_dossier(world)
    Dossier.objects.filter(pk=dossier.pk).update(submitted_at=clock.now() - timedelta(days=days))
    price = usd or fees(clock.today())[CARD].usd
    charge = Charge.objects.select_related("rate").get(dossier=dossier)
    charge.items, charge.usd = [{"key": CARD, "count": 1, "usd": price}], price
    charge.vnd = round(price * charge.rate.vnd_per_usd)
    charge.save()
    dossier.refresh_from_db()
    return dossier
