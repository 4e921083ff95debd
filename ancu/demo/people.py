"""Guests who return with another document or spelling, and twins who must not be matched.

Each had stayed before and is declared anew by the services; the matching rules decide who is the same person. A
suitable guest for each case is found by evaluating the rules.
"""

from collections.abc import Iterator
from datetime import timedelta

from ancu.apps.lodging.models import Establishment
from ancu.apps.stays.enums import DeclarationChannel
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.declaring import declare
from ancu.apps.travellers.enums import MatchRule
from ancu.apps.travellers.rules.matching import IdentityFacts, judge
from ancu.apps.travellers.services.matching import match_all
from ancu.core import clock
from ancu.core.actor import system
from ancu.demo.confirmations import HOST, OFFICER, actor_of
from ancu.engines.exchange import interpret

MAX_STAYS_SEARCHED = 4000  # stays searched for a guest for each case
RESPELT = (("SERGEEVNA", "SERGEYEVNA"), ("YURY", "IURII"), ("IEVNA", "YEVNA"), ("NATALIA", "NATALYA"), ("PH", "F"))
TWINS = ("ANDREASEN INGRID", "ANDREASEN SOLVEIG")


def load_same_people() -> dict[str, int]:
    """Declare again some departed guests under changed details, and a pair of twins; then match identities.

    Returns how many came back, and how many matches the rules joined and proposed.
    """
    area = actor_of(OFFICER).area
    lodging = _lodging(area)
    rows, used = [], set()
    for certain, rule, change in CASES:
        for before in _guests(area):
            facts = _facts(before)
            changes = change(facts)
            if changes and before.identity_id not in used and _matches_rule(facts, changes, certain, rule):
                used.add(before.identity_id)
                rows.append(_new_declaration(before) | changes)
                break
    declare(
        actor=system("demo"), establishment=lodging, rows=interpret([*rows, *_twins()]), channel=DeclarationChannel.API,
    )  # fmt: skip
    tally = match_all()
    return {"who came back": len(rows), "joined": tally.joined, "proposed": tally.proposed}


def _lodging(area: frozenset[int]) -> Establishment:
    """Return a lodging of the area that belongs to no demo account."""
    host = actor_of(HOST).organisation_id
    active = Establishment.objects.filter(unit__in=area, status="active").exclude(business=host)
    return active.order_by("code")[0]


def _guests(area: frozenset[int]) -> Iterator[Stay]:
    """Yield past stays in the area's units, latest first, whose guests' birth date is fully known."""
    past_stays = Stay.objects.filter(unit__in=area, departed_on__isnull=False, sex__in="MF")
    yield from (
        stay for stay in past_stays.order_by("-arrived_on", "-id")[:MAX_STAYS_SEARCHED] if len(stay.birth_date) == 10
    )


def _facts(stay: Stay) -> IdentityFacts:
    """Return a stay's guest as the facts that rules for recognising the same person compare."""
    return IdentityFacts(
        stay.identity_id, stay.identity_id, stay.full_name, stay.document_number, stay.nationality, stay.birth_date,
        stay.sex,
    )  # fmt: skip


def _matches_rule(facts: IdentityFacts, changes: dict[str, str], certain: bool, rule: MatchRule) -> bool:
    """Whether the rule recognises the guest with these changes as the same person.

    ``certain``: and is as certain of it.
    """
    verdict = judge(facts, IdentityFacts(**facts._asdict() | changes))
    return verdict is not None and (verdict.certain, verdict.rule) == (certain, rule)


def _new_declaration(before: Stay) -> dict[str, str]:
    """Return the stay's guest as values for a new declaration today."""
    today = clock.today()
    names = ("full_name", "birth_date", "sex", "nationality", "document_number", "purpose")
    return {name: getattr(before, name) for name in names} | {
        "room": "101",
        "arrived_on": str(today),
        "expected_departure": str(today + timedelta(days=3)),
        "permitted_until": str(today + timedelta(days=25)),
    }


# ---- how they come back ----------------------------------------------------------------------------------


def _reordered_name(facts: IdentityFacts) -> str:
    """Return the guest's name with its first word moved to the end."""
    first, *other_names = facts.full_name.split()
    return " ".join([*other_names, first])


def _renewed_number(facts: IdentityFacts) -> str:
    """Return a new document number in the format of the guest's, as of a passport issued years later."""
    digits = str((sum(map(ord, facts.document_number)) * 7919) % 10**6).zfill(6)
    return facts.document_number[:-6] + digits


def _renewed(facts: IdentityFacts) -> dict[str, str]:
    """Return changes of a guest's details: a new document number and a reordered name."""
    return {"document_number": _renewed_number(facts), "full_name": _reordered_name(facts)}


def _misread(facts: IdentityFacts) -> dict[str, str]:
    """Return changes of a guest's details: O for 0 in the document number, a reordered name; empty without a 0."""
    number = facts.document_number
    wrong = number.replace("0", "O", 1)
    return {"document_number": wrong, "full_name": _reordered_name(facts)} if wrong != number else {}


def _day_and_month(facts: IdentityFacts) -> dict[str, str]:
    """Return a changed birth date, with day and month exchanged; empty if the date then stays the same."""
    year, month, day = facts.birth_date.split("-")
    return {"birth_date": f"{year}-{day}-{month}"} if int(day) <= 12 and day != month else {}


def _respelt(facts: IdentityFacts) -> dict[str, str]:
    """Return changes of a guest's details: another spelling of the name and a new document number.

    Empty if no spelling fits.
    """
    name = facts.full_name
    for old, new in RESPELT:
        if old in name:
            return {"full_name": name.replace(old, new, 1), "document_number": _renewed_number(facts)}
    return {}


def _mistyped(facts: IdentityFacts) -> dict[str, str]:
    """Return a changed name, with two letters of its longest word swapped."""
    word = max(facts.full_name.split(), key=len)
    wrong = word[:2] + word[3] + word[2] + word[4:] if len(word) > 5 and word[2] != word[3] else word
    changed = {"full_name": facts.full_name.replace(word, wrong), "document_number": _renewed_number(facts)}
    return changed if wrong != word else {}


def _twins() -> list[dict[str, str]]:
    """Return the details of two sisters with consecutive passport numbers, one birth date and one family name."""
    today = clock.today()
    common = {
        "birth_date": "1996-05-14", "sex": "F", "nationality": "NOR", "purpose": "tourism", "room": "102",
        "arrived_on": str(today), "expected_departure": str(today + timedelta(days=2)),
        "permitted_until": str(today + timedelta(days=20)),
    }  # fmt: skip
    return [common | {"full_name": name, "document_number": f"N{4711820 + n}"} for n, name in enumerate(TWINS)]


CASES = (
    (True, MatchRule.RENEWED, _renewed),
    (True, MatchRule.MISREAD, _misread),
    (True, MatchRule.SAME_DOCUMENT, _day_and_month),
    (False, MatchRule.RENEWED, _renewed),  # a common name
    (False, MatchRule.ALIKE, _respelt),
    (False, MatchRule.ALIKE, _mistyped),
)
