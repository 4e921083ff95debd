"""The passport in the post as its readers see it: sent, expected, received, late."""

from dataclasses import dataclass
from datetime import date

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, Posting
from ancu.apps.dossiers.rules.postings import expected_on, is_late, may_record_return
from ancu.apps.dossiers.selectors.slots import posting_on_its_way
from ancu.core import clock
from ancu.core.actor import Actor


@dataclass(frozen=True)
class TrackedPosting:
    """A posting with the day by which it is expected; ``may_record``: the reader may record that it came back."""

    posting: Posting
    expected_on: date | None
    is_late: bool
    may_record: bool = False


def track_posting(posting: Posting, *, may_record: bool = False) -> TrackedPosting:
    """Return the posting with its expected day, and whether it is late today."""
    return TrackedPosting(posting, expected_on(posting), is_late(posting, clock.today()), may_record)


def awaited_posting(dossier: Dossier) -> TrackedPosting | None:
    """Return the posting with the passport that has not arrived at the office yet; None without one."""
    posting = posting_on_its_way(dossier)
    return track_posting(posting) if posting else None


def tracked_postings(actor: Actor, dossier: Dossier) -> list[TrackedPosting]:
    """Return the dossier's postings of the passport, to the office and back, oldest first."""
    may_record = may_record_return(actor, dossier)
    return [
        track_posting(posting, may_record=may_record and not posting.to_office and posting.arrived_at is None)
        for posting in dossier.postings.order_by("entered_at", "id")
    ]


def postings_back(actor: Actor, dossier: Dossier) -> list[TrackedPosting]:
    """Return the postings of passport and result to the applicant; none before the delivery."""
    if dossier.state != State.DELIVERED:
        return []
    return [row for row in tracked_postings(actor, dossier) if not row.posting.to_office]
