"""Who reads an indicator's figures as they are, rounded, or not at all (``core.security.disclosure_control``).

Whoever may open the list behind a figure reads the figure: what units enter is open to whoever reads figures, what the
program counts to those whom the app lets see what was counted. Numbers of tips are shown, rounded too, to those alone
who may see such numbers.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from django.utils.translation import pgettext

from ancu.apps.community.rules import keeps_ledgers
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.listening.rules import works_on
from ancu.apps.oversight.rules import reads_alerts
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.surveys.rules import collects
from ancu.apps.tips.rules import may_see_numbers, reads_exact_numbers
from ancu.core.actor import Actor
from ancu.engines.rulebook import Indicator


class Reading(StrEnum):
    EXACT = "exact"
    ROUNDED = "rounded"
    HIDDEN = "hidden"


OPENS_THE_LIST: dict[str, Callable[[Actor], bool]] = {
    "stays": may_see_guests,
    "lodgings": reads_alerts,
    "alerts": reads_alerts,
    "dossiers": reads_dossiers,
    "petitions": works_on,
    "tips": reads_exact_numbers,
    "surveys": collects,
    "help": keeps_ledgers,
}
HIDDEN_UNLESS: dict[str, Callable[[Actor], bool]] = {"tips": may_see_numbers}


def is_of_people(one: Indicator) -> bool:
    """Whether the program counts people by it: some readers read it rounded."""
    return one.how == "query" and one.small


def reading(actor: Actor, one: Indicator) -> Reading:
    """How the actor reads the indicator on every page and in every paper of results."""
    if not is_of_people(one):
        return Reading.EXACT
    matter = one.source.partition(".")[0]
    if OPENS_THE_LIST[matter](actor):
        return Reading.EXACT
    may_see = HIDDEN_UNLESS.get(matter)
    return Reading.ROUNDED if may_see is None or may_see(actor) else Reading.HIDDEN


def rounded_words(is_published: bool) -> str:
    """What is said beside a figure whose list the reader may not open: everybody reads it so, or it is rounded."""
    return pgettext("figure", "as published") if is_published else pgettext("figure", "rounded")


def is_comparable(published: Collection[str], column: str) -> bool:
    """Whether an earlier figure of a rounded line is told as exactly as the line's own.

    Where one of the two alone is rounded, their difference is the rounding's: 9, then 9, would be "10, +1".
    """
    return (column in published) == ("now" in published)


def earlier_words(published: Collection[str], column: str) -> str:
    """What is said beside an earlier figure that is shown otherwise than the line's own; ``published`` are columns."""
    return "" if is_comparable(published, column) else rounded_words(column in published)


def has_rounded(published: Collection[str], earlier: Mapping[str, object]) -> bool:
    """Whether a figure of a rounded line is shown otherwise than published; ``earlier``: by column, None where none."""
    return "now" not in published or any(
        value is not None and column not in published for column, value in earlier.items()
    )
