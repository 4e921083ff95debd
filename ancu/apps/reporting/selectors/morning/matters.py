"""A matter of the morning page that is wrong, and what the page has read of all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from ancu.apps.contact.selectors.reports import WaitingReport
from ancu.apps.reporting.enums import ReminderKind
from ancu.apps.reporting.rules.morning import Tone
from ancu.apps.reporting.selectors.morning.dossiers import DossierSteps
from ancu.apps.reporting.selectors.morning.missed import LateDecisions
from ancu.apps.reporting.selectors.morning.owners import MatterOwner
from ancu.apps.reporting.selectors.morning.petitions import DuePromises, PetitionTable
from ancu.apps.reporting.selectors.morning.stays import OnTimeShare
from ancu.apps.reporting.selectors.morning.tiles import MorningTile


@dataclass(frozen=True)
class WrongMatter:
    """One matter: what is wrong, where it is read, who holds it and for how long it has been so.

    ``strong`` is the beginning of the title that stands out. ``title_without_names`` is for papers that leave the
    office, if the title has a person's name. ``officers`` are the choices for assigning it; ``reminded_at`` is when its
    owner was reminded today.
    """

    kind: str
    subject_id: int
    label: str
    tone: Tone
    title: str
    second: str
    url: str
    owner: MatterOwner
    age: str
    title_without_names: str = ""
    strong: str = ""
    officers: tuple[tuple[int, str], ...] = ()
    may_remind: bool = False
    reminded_at: datetime | None = None

    @property
    def rest(self) -> str:
        """The title after its beginning that stands out."""
        return self.title.removeprefix(self.strong)

    @property
    def is_question(self) -> bool:
        """Whether its owner is asked about it, not reminded of it."""
        return ReminderKind(self.kind).is_question


@dataclass(frozen=True)
class MorningFacts:
    """What other parts of the page have read already; ``names`` are those of officers by id."""

    reports: list[WaitingReport]
    steps: DossierSteps | None
    petitions: PetitionTable | None
    promises: DuePromises | None
    tiles: list[MorningTile] = field(default_factory=list)
    share: OnTimeShare | None = None
    late_decisions: LateDecisions = field(default_factory=LateDecisions)
    names: Mapping[int, str] = field(default_factory=dict)
