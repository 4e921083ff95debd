"""Rules about an organisation's foreign workers: who keeps their list, and which paper ends next."""

from collections.abc import Iterable
from datetime import date, timedelta

from ancu.apps.dossiers.enums import EndBand, WorkerPaper
from ancu.apps.dossiers.models import ForeignWorker
from ancu.apps.dossiers.rules.filers import is_sponsor_office, may_prepare
from ancu.core.actor import Actor, ActorKind

MOST_TOGETHER = 50  # workers of one request, as many as form NA6 has lines
# How many days from today a band begins and ends; None: it has no end.
BAND_DAYS: dict[EndBand, tuple[int | None, int | None]] = {
    EndBand.ENDED: (None, -1),
    EndBand.WITHIN_30: (0, 30),
    EndBand.WITHIN_60: (31, 60),
    EndBand.WITHIN_90: (61, 90),
    EndBand.LATER: (91, None),
}


def may_keep_workers(actor: Actor) -> bool:
    """Whether the actor may see and change the list of workers: the members of a sponsoring organisation, no program.

    Each sees the list of the own organisation only; the office sees none.
    """
    return actor.kind is ActorKind.PERSON and is_sponsor_office(actor)


def may_prepare_group(actor: Actor, procedure: str) -> bool:
    """Whether the actor may begin and complete requests for several workers: who keeps the list, within his limits."""
    return may_keep_workers(actor) and may_prepare(actor, procedure)


def band_limits(band: EndBand, today: date) -> tuple[date | None, date | None]:
    """Return the first and the last day of a band, seen from today; None for a side without an end."""
    first, last = BAND_DAYS[band]
    return (
        None if first is None else today + timedelta(days=first),
        None if last is None else today + timedelta(days=last),
    )


def band_of(day: date | None, today: date) -> EndBand:
    """Return the band in which a paper's last day lies; a paper without a known last day ends later."""
    if day is not None:
        for band in EndBand:
            first, last = band_limits(band, today)
            if (first is None or first <= day) and (last is None or day <= last):
                return band
    return EndBand.LATER


def permitted_until(worker: ForeignWorker) -> date | None:
    """Return until when the worker may stay: the later end of card and visa, as a card replaces a visa."""
    return _latest((worker.card_until, worker.visa_until))


def is_decisive(worker: ForeignWorker, paper: WorkerPaper) -> bool:
    """Whether the end of this paper matters: not that of a visa or card which the other one outlasts."""
    if paper in {WorkerPaper.CARD, WorkerPaper.VISA}:
        return last_day(worker, paper) == permitted_until(worker)
    return True


def last_day(worker: ForeignWorker, paper: WorkerPaper) -> date | None:
    """Return the last day of one of the worker's papers; None if it is not entered."""
    day: date | None = getattr(worker, f"{paper}_until")
    return day


def next_end(worker: ForeignWorker) -> date | None:
    """Return the day on which the worker's next paper ends; None if no day is entered.

    These are the passport, the work permit, and the later of card and visa.
    """
    days = [day for day in (worker.passport_until, permitted_until(worker), worker.permit_until) if day is not None]
    return min(days, default=None)


def _latest(days: Iterable[date | None]) -> date | None:
    """Return the latest of the days that are entered; None if there is none."""
    return max((day for day in days if day is not None), default=None)
