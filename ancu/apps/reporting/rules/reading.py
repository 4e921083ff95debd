"""Whether a user reads an indicator exactly, rounded, or not at all (``core.security.disclosure_control``).

Users who may open the list behind a figure read it exactly. Figures entered by units are exact for every reader;
counted figures only for users whom the source app shows the records. Numbers of tips are hidden, even rounded, from
users without that right.
"""

from collections.abc import Callable, Collection, Mapping
from enum import StrEnum

from django.utils.translation import pgettext

from ancu.apps.community.rules import keeps_ledgers
from ancu.apps.dossiers.rules import reads_dossiers
from ancu.apps.listening.rules import may_work_on_petitions
from ancu.apps.oversight.rules import reads_alerts
from ancu.apps.stays.rules import may_see_guests
from ancu.apps.surveys.rules import collects
from ancu.apps.tips.rules import may_see_numbers, reads_exact_numbers
from ancu.core.actor import Actor
from ancu.engines.rulebook import Indicator


class ReadingMode(StrEnum):
    EXACT = "exact"
    ROUNDED = "rounded"
    HIDDEN = "hidden"


OPENS_THE_LIST: dict[str, Callable[[Actor], bool]] = {
    "stays": may_see_guests,
    "lodgings": reads_alerts,
    "alerts": reads_alerts,
    "dossiers": reads_dossiers,
    "petitions": may_work_on_petitions,
    "tips": reads_exact_numbers,
    "surveys": collects,
    "help": keeps_ledgers,
}
HIDDEN_UNLESS: dict[str, Callable[[Actor], bool]] = {"tips": may_see_numbers}


def is_of_people(indicator: Indicator) -> bool:
    """Whether the indicator counts people by the program's own records, so that some users read it only rounded."""
    return indicator.how == "query" and indicator.small


def reading_mode(actor: Actor, indicator: Indicator) -> ReadingMode:
    """Return how the actor reads the indicator: exactly, rounded, or not at all.

    Exactly for users who may open the list of the people counted.
    """
    if not is_of_people(indicator):
        return ReadingMode.EXACT
    matter = indicator.source.partition(".")[0]
    if OPENS_THE_LIST[matter](actor):
        return ReadingMode.EXACT
    may_see = HIDDEN_UNLESS.get(matter)
    return ReadingMode.ROUNDED if may_see is None or may_see(actor) else ReadingMode.HIDDEN


def rounded_words(is_published: bool) -> str:
    """Return the note beside a rounded figure: "as published", or "rounded"."""
    return pgettext("figure", "as published") if is_published else pgettext("figure", "rounded")


def is_comparable(published: Collection[str], column: str) -> bool:
    """Whether the earlier figure in ``column`` and the period's own figure are equally exact.

    They are if both or neither are shown as published. Otherwise the difference would be an artefact of rounding: 9,
    then 9, would be "10, +1".
    """
    return (column in published) == ("now" in published)


def earlier_words(published: Collection[str], column: str) -> str:
    """Return the note beside an earlier figure whose exactness differs from the period's own; "" otherwise.

    ``published`` are the columns shown as published.
    """
    return "" if is_comparable(published, column) else rounded_words(column in published)


def has_rounded(published: Collection[str], earlier: Mapping[str, object]) -> bool:
    """Whether a rounded line has at least one figure that is not shown as published.

    ``published`` are the columns shown as published, ``earlier`` the line's earlier values by column.
    """
    return "now" not in published or any(
        value is not None and column not in published for column, value in earlier.items()
    )
