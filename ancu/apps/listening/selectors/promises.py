"""Public figures of promises: no names, and small numbers are suppressed (``disclosure_control``)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, Count, F, Q

from ancu.apps.listening.enums import PetitionState
from ancu.apps.listening.models import Petition, PetitionPromise, Verdict
from ancu.core import clock
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.security.disclosure_control import MIN_PEOPLE, is_few, rounded, rounded_table
from ancu.core.security.privacy import REDACTED

PARTS = ("in_time", "late", "broken", "coming")


@dataclass(frozen=True)
class PromiseRow:
    """One unit, or (``unit`` None) all units too small to stand alone; rounded, or None.

    No exact share is shown, as it would contradict the rounded counts. One computed from ``due`` and ``in_time`` is
    exact to a few promises: whoever shows it says so.
    """

    unit: str | None
    promised: int | None
    in_time: int | None
    late: int | None
    broken: int | None
    coming: int | None

    @property
    def due(self) -> int | None:
        """The promises less those that are not due yet, from the rounded counts; None where they are hidden."""
        return None if self.promised is None else max(self.promised - (self.coming or 0), self.in_time or 0)


@dataclass(frozen=True)
class AnswerCounts:
    """What petitioners said, rounded or None: settled and silence are two things."""

    received: int | None
    settled: int | None
    silent: int | None
    reopened: int | None
    rating: float | None


@dataclass(frozen=True)
class PublishedPromises:
    """``judged``: the units whose promises are shown with their outcome, since none of their counts is small."""

    rows: Sequence[PromiseRow]
    judged: frozenset[str]
    promises: CursorPage[PetitionPromise]
    answers: AnswerCounts


def published_promises(after: str = "") -> PublishedPromises:
    """Return the public page of promises to petitioners: counts by unit, a page of promises, answer counts.

    ``after`` is the cursor of the page of promises.
    """
    by_unit = _counts_by_unit()
    names = [counts["agency__name"] for counts in _large(by_unit)]
    return PublishedPromises(_rows(by_unit), _judged(by_unit), _promises(names, after), answer_counts())


def promise_rows() -> list[PromiseRow]:
    """Return the counts of promises by unit as the public page shows them."""
    return _rows(_counts_by_unit())


def promises_together() -> PromiseRow:
    """Return the counts of promises of all units together, rounded as each unit's are."""
    by_unit = _counts_by_unit()
    return _row(None, {name: sum(counts[name] for counts in by_unit) for name in ("promised", *PARTS)})


def judged_units() -> frozenset[str]:
    """Return the names of units whose published promises are shown with their outcome.

    Each of their counts must be large enough to identify nobody.
    """
    return _judged(_counts_by_unit())


def _judged(by_unit: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """Return the names of units whose counts of promises are all zero or large enough to identify nobody."""
    without_few = [counts for counts in _large(by_unit) if not any(is_few(counts[name]) for name in PARTS)]
    return frozenset(counts["agency__name"] for counts in without_few)


def _large(by_unit: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the counts of those units with at least ``MIN_PEOPLE`` promises."""
    return [counts for counts in by_unit if counts["promised"] >= MIN_PEOPLE]


def _counts_by_unit() -> list[Mapping[str, Any]]:
    """Return for each unit its exact numbers of promises: all, in time, late, broken and coming.

    The unit with most promises comes first.
    """
    today = clock.today()
    due = Q(due_on__lt=today)
    in_time = Q(kept_at__isnull=False, kept_at__date__lte=F("due_on"))
    figures = (
        PetitionPromise.objects.filter(petition__closed_matter=False).order_by().values("agency__name")
        .annotate(
            promised=Count("pk"),
            in_time=Count("pk", filter=in_time),
            late=Count("pk", filter=Q(kept_at__isnull=False) & ~in_time),
            broken=Count("pk", filter=Q(kept_at__isnull=True) & due),
            coming=Count("pk", filter=Q(kept_at__isnull=True) & ~due),
        )
    )  # fmt: skip
    return sorted(figures, key=lambda counts: (-counts["promised"], counts["agency__name"]))


def _rows(by_unit: Sequence[Mapping[str, Any]]) -> list[PromiseRow]:
    """Return the public table's rows of promises; units with too few promises share one row."""
    large = [_row(counts["agency__name"], counts) for counts in _large(by_unit)]
    small = [counts for counts in by_unit if counts["promised"] < MIN_PEOPLE]
    combined = {name: sum(counts[name] for counts in small) for name in ("promised", *PARTS)}
    return [*large, _row(None, combined)] if combined["promised"] >= MIN_PEOPLE else large


def _row(unit: str | None, counts: Mapping[str, Any]) -> PromiseRow:
    """Return a row of the table of promises with rounded counts; ``unit`` None for units that share a row."""
    promised, parts = rounded_table(counts["promised"], [counts[name] for name in PARTS])
    in_time, late, broken, coming = parts
    return PromiseRow(unit, promised, in_time, late, broken, coming)


def _promises(units: Sequence[str], after: str) -> CursorPage[PetitionPromise]:
    """Return a page of these units' promises that have a public text, the latest due day first.

    Promises on complaints and denunciations are left out.
    """
    published_promises = PetitionPromise.objects.filter(petition__closed_matter=False, agency__name__in=units)
    published_promises = published_promises.exclude(words__in=("", REDACTED)).select_related("agency", "petition")
    return cursor_page(published_promises, "-due_on", "-pk", after=after)


def answer_counts() -> AnswerCounts:
    """Return rounded counts of petitions received, settled, closed by silence and reopened, and the mean rating.

    Complaints and denunciations are left out, because they are not published. The mean is None for too few ratings.
    """
    counts = Petition.objects.filter(closed_matter=False).aggregate(
        received=Count("pk"),
        settled=Count("pk", filter=Q(state=PetitionState.SETTLED)),
        silent=Count("pk", filter=Q(state=PetitionState.SILENT)),
        reopened=Count("pk", filter=Q(reopened__gt=0)),
    )
    rated = Verdict.objects.filter(rating__isnull=False, petition__closed_matter=False)
    rating = rated.aggregate(mean=Avg("rating"), number=Count("pk"))
    rounded_counts = {name: rounded(number) for name, number in counts.items()}
    return AnswerCounts(**rounded_counts, rating=rating["mean"] if rating["number"] >= MIN_PEOPLE else None)
