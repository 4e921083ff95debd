"""A programme of the provincial office with money, cows and hours, a donor and two recipients."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from ancu.apps.community.models import Donor, Item, Programme, Recipient
from ancu.apps.community.services.posting import Amount, buy, give, hand_over
from ancu.core import clock


def make_programme(world: Any, **more: Any) -> Programme:
    today = clock.today()
    values = {
        "agency": world.provincial_agency, "unit": world.units.commune, "name": "Bò giống cho hộ nghèo",
        "purpose": "Mỗi hộ một con bò cái.", "begins_on": today - timedelta(days=100), "ends_on": today,
        "made_at": clock.now(), "made_by": world.users["quynh"],
    } | more  # fmt: skip
    return Programme.objects.create(**values)


def make_items(programme: Programme) -> dict[str, Item]:
    """Money, cows (valued as bought) and minutes of work."""
    rows = (("Tiền", "vnd", 1), ("Bò cái giống", "pieces", 16_666_666), ("Công lao động", "minutes", 500))
    return {
        measure: Item.objects.create(programme=programme, name=name, measure=measure, vnd_each=each)
        for name, measure, each in rows
    }


def make_donor(world: Any, name: str = "Công ty Sông Đà", **more: Any) -> Donor:
    return Donor.objects.create(**({"agency": world.provincial_agency, "kind": "organisation", "name": name} | more))


def make_recipient(programme: Programme, name: str = "Hộ bà Mùa Thị Dở") -> Recipient:
    return Recipient.objects.create(
        programme=programme, kind="household", unit=programme.unit, name=name, reason="Hộ nghèo, có đất chăn thả."
    )


class Book:
    """A programme at work, in the hand of Quynh."""

    def __init__(self, world: Any) -> None:
        self.actor, self.programme = world.actor("quynh"), make_programme(world)
        self.items, self.donor = make_items(self.programme), make_donor(world)
        self.recipient = make_recipient(self.programme)

    def of(self, measure: str, quantity: int) -> Amount:
        return Amount(self.items[measure], quantity)

    def give(self, *amounts: Amount, **more: Any) -> Any:
        return give(donor=self.donor, amounts=[*amounts], **self._act(more))

    def buy(self, pay: Amount, *amounts: Amount, **more: Any) -> Any:
        return buy(pay=pay, amounts=[*amounts], **self._act(more))

    def hand_over(self, *amounts: Amount, **more: Any) -> Any:
        return hand_over(recipient=more.pop("recipient", self.recipient), amounts=[*amounts], **self._act(more))

    def _act(self, more: dict[str, Any]) -> dict[str, Any]:
        return {
            "actor": self.actor, "programme_id": self.programme.pk, "day": date(2026, 3, 1), "key": uuid4()
        } | more  # fmt: skip
