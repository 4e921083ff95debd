"""The cost of a procedure: its fee lines in US dollars as of a day, and in dong at a bank's rate."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from ancu.engines.rulebook.answers import is_filled
from ancu.engines.rulebook.facts import Answers, Facts, begins_by, facts_from, with_presets
from ancu.engines.rulebook.loader import as_of
from ancu.engines.rulebook.money import Fee, card_fee, fees, visa_fee
from ancu.engines.rulebook.procedures import Procedure

CHILD = 14  # years; the fee table's "under 14"
UNIT = Decimal("1")


@dataclass(frozen=True, slots=True)
class ChargeRule:
    """One line to pay: the fee's code and name, how many times, and the article it rests on."""

    code: str
    name_vi: str
    name_en: str
    unit_usd: int
    quantity: int
    article_vi: str
    article_en: str
    version: str
    confidence: str

    @property
    def usd(self) -> int:
        """The amount of the fee line in US dollars: the fee times its quantity."""
        return self.unit_usd * self.quantity


def fee_for(
    procedure: Procedure, answers: Answers, day: date, *, issued_by: date | None = None
) -> tuple[ChargeRule, ...]:
    """Return the fee lines of a dossier by that day's table; empty while the answers do not determine them.

    A visa counts from the day it should begin, a card from the day by which it is issued. A child is under 14 on
    `day`. Raises ValueError when the requested validity exceeds the table.
    """
    facts = facts_from(procedure, answers, day, issued_by=issued_by)
    rule = procedure.fee
    if rule.rule == "flat":
        return (_charge(fees(day)[rule.code], 1, day),)
    if rule.rule == "per_person":
        form, _, key = rule.rows.partition(".")
        rows = with_presets(procedure, answers)[form].get(key)
        people = [row for row in rows if is_filled(row)] if isinstance(rows, list) else []
        return (_charge(fees(day)[rule.code], len(people), day),) if people else ()
    fee = _visa(facts, day) if rule.rule == "visa" else _card(facts, procedure, day)
    return (_charge(fee, 1, day),) if fee else ()


def fee_table(procedure: Procedure, day: date) -> tuple[Fee, ...]:
    """Return every fee that the procedure may cost by that day's table, before any answers."""
    rule, table = procedure.fee, fees(day)
    if rule.code:
        return (table[rule.code],)
    return tuple(fee for fee in table.values() if fee.code.startswith(f"{rule.rule}."))


def total_usd(charges: tuple[ChargeRule, ...]) -> int:
    """Return the sum of the lines in US dollars."""
    return sum(charge.usd for charge in charges)


def to_vnd(usd: int | Decimal, rate: Decimal) -> int:
    """Convert dollars to dong at `rate` dong for a dollar, rounded half up to a whole dong.

    Lines are added in dollars first, so that rounding errors do not add up.
    """
    if not rate.is_finite() or rate <= 0:
        raise ValueError(f"not a rate: {rate}")
    return int((Decimal(usd) * rate).quantize(UNIT, rounding=ROUND_HALF_UP))


def _visa(facts: Facts, day: date) -> Fee | None:
    """Return the fee of the requested visa; None while the answers lack what it depends on.

    That is whether it is for multiple entries and, if so, its last day. A child under 14 pays one fee whatever the
    visa.
    """
    age = facts.age()
    if age is not None and age < CHILD:
        return visa_fee(on=day, start=day, until=day, multiple=False, under_14=True)
    if facts.entries is None or (facts.entries == "multiple" and facts.requested_until is None):
        return None
    until = facts.requested_until or day
    return visa_fee(on=day, start=facts.requested_from or day, until=until, multiple=facts.entries == "multiple")


def _card(facts: Facts, procedure: Procedure, day: date) -> Fee | None:
    """Return the fee of a residence card; None while the answers do not say how long it is to be valid."""
    if facts.requested_until is None:
        return None
    return card_fee(on=day, start=begins_by(facts, procedure), until=facts.requested_until)


def _charge(fee: Fee, quantity: int, day: date) -> ChargeRule:
    """Return the fee as a line of charges, ``quantity`` times, with the article it is based on."""
    version = as_of("fees.immigration", day)
    return ChargeRule(
        code=fee.code,
        name_vi=fee.name_vi,
        name_en=fee.name_en,
        unit_usd=fee.usd,
        quantity=quantity,
        article_vi=version.article_vi,
        article_en=version.article_en,
        version=version.version,
        confidence=version.confidence,
    )
