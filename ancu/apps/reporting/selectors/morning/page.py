"""The whole morning page."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ancu.apps.reporting.selectors.morning import (
    alerts,
    dossiers,
    events,
    missed,
    petitions,
    places,
    stays,
    tiles,
    wrong,
)
from ancu.apps.reporting.selectors.morning.alerts import AlertGrid
from ancu.apps.reporting.selectors.morning.dossiers import DecisionCourse, DossierSteps
from ancu.apps.reporting.selectors.morning.events import Yesterday
from ancu.apps.reporting.selectors.morning.matters import MorningFacts, WrongMatter
from ancu.apps.reporting.selectors.morning.owners import busiest, officer_names
from ancu.apps.reporting.selectors.morning.petitions import DuePromises, PetitionTable, VerdictCounts
from ancu.apps.reporting.selectors.morning.places import MorningMap
from ancu.apps.reporting.selectors.morning.scope import LinkedNumber, MorningScope
from ancu.apps.reporting.selectors.morning.stays import GuestFlow, OnTimeShare, PresenceMonth
from ancu.apps.reporting.selectors.morning.tiles import MorningFace, MorningTile


@dataclass(frozen=True)
class MorningPage:
    """Everything on the page. What is open now is shown on today's page only."""

    scope: MorningScope
    tiles: list[MorningTile]
    month: PresenceMonth
    flow: GuestFlow
    yesterday: Yesterday
    map: MorningMap | None
    faces: list[MorningFace] = field(default_factory=list)
    wrong: list[WrongMatter] = field(default_factory=list)
    late: LinkedNumber = field(default_factory=lambda: LinkedNumber(0))
    steps: DossierSteps | None = None
    grid: AlertGrid | None = None
    petitions: PetitionTable | None = None
    promises: DuePromises | None = None
    verdicts: VerdictCounts | None = None
    officers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Counts:
    """What is open now, and the courses to it; None for what the actor does not read."""

    facts: alerts.AlertFacts
    grid: AlertGrid
    decisions: DecisionCourse | None
    steps: DossierSteps | None
    petitions: PetitionTable | None
    promises: DuePromises | None
    share: OnTimeShare | None


def morning_page(scope: MorningScope) -> MorningPage:
    """Return the page; its numbers come from the selectors of their own apps."""
    month = stays.presence_month(scope)
    flow = stays.guest_flow(scope, month)
    counts = _counts(scope)
    yesterday = events.yesterday(scope, flow, counts.facts, counts.decisions)
    all_tiles = _tiles(scope, month, flow, counts, yesterday.active_lodgings)
    page = MorningPage(scope, list(all_tiles.values()), month, flow, yesterday, places.morning_map(scope, counts.facts))
    return _with_present_state(page, counts, all_tiles) if scope.is_today else page


def _counts(scope: MorningScope) -> _Counts:
    """Read what is open now."""
    facts = alerts.alert_facts(scope)
    reads_dossiers, reads_petitions = dossiers.reads(scope), petitions.reads(scope)
    return _Counts(
        facts=facts,
        grid=alerts.alert_grid(scope, facts),
        decisions=dossiers.decision_course(scope) if reads_dossiers else None,
        steps=dossiers.dossier_steps(scope) if reads_dossiers and scope.is_today else None,
        petitions=petitions.petition_table(scope) if reads_petitions else None,
        promises=petitions.due_promises(scope) if reads_petitions and scope.is_today else None,
        share=stays.on_time_share(scope) if scope.is_today else None,  # declarations are counted up to now only
    )


def _tiles(
    scope: MorningScope, month: PresenceMonth, flow: GuestFlow, counts: _Counts, lodgings: int
) -> dict[str, MorningTile]:
    """Return the tiles by their key, in order."""
    aims = tiles.targets(scope)
    rows = [tiles.present_tile(scope, month, flow)]
    if counts.share:
        rows.append(tiles.on_time_tile(scope, counts.share, aims, tiles.on_time_months(scope)))
    rows.append(tiles.silent_tile(scope, alerts.course_of(scope, counts.facts, alerts.SILENT), lodgings))
    if counts.decisions:
        rows.append(tiles.dossiers_tile(scope, counts.decisions, aims))
    rows.append(tiles.alerts_tile(scope, counts.grid, alerts.course_of(scope, counts.facts)))
    if counts.petitions:
        course = petitions.petition_course(scope, counts.petitions.total.value)
        rows.append(tiles.petitions_tile(scope, counts.petitions, course))
    return {tile.key: tile for tile in rows}


def _with_present_state(page: MorningPage, counts: _Counts, by_key: dict[str, MorningTile]) -> MorningPage:
    """Return today's page: also what is open now, what is wrong and who holds it."""
    scope = page.scope
    facts = _facts(scope, counts, by_key)
    return MorningPage(
        scope, page.tiles, page.month, page.flow, page.yesterday, page.map, _faces(counts, by_key, facts),
        wrong.wrong_matters(scope, facts),
        LinkedNumber(wrong.late_count(scope, facts), scope.list_url("late")),
        counts.steps, counts.grid, counts.petitions, counts.promises,
        petitions.verdict_counts(scope) if counts.petitions else None,
        facts.names,
    )  # fmt: skip


def _facts(scope: MorningScope, counts: _Counts, by_key: dict[str, MorningTile]) -> MorningFacts:
    """Read what else the list of what is wrong needs; the names of all officers by one query."""
    is_missed = "dossiers" in by_key and by_key["dossiers"].tone.is_missed
    late_decisions = missed.late_decisions(scope) if is_missed else missed.LateDecisions()
    holders = [pk for row in counts.steps.rows for pk in row.holders] if counts.steps else []
    late = counts.steps.late_by_officer if counts.steps else {}
    return MorningFacts(
        wrong.waiting_reports(scope), counts.steps, counts.petitions, counts.promises, list(by_key.values()),
        counts.share, late_decisions, officer_names([*holders, busiest(late), busiest(late_decisions.by_officer)]),
    )  # fmt: skip


def _faces(counts: _Counts, by_key: dict[str, MorningTile], facts: MorningFacts) -> list[MorningFace]:
    """Return how each field of work stands, the worst first, of those that the actor reads."""
    faces = [tiles.stays_face(by_key["on-time"], counts.share)] if counts.share else []
    if counts.steps:
        faces.append(tiles.dossiers_face(counts.steps, by_key["dossiers"]))
    urgent = sum(report.officer_id is None for report in facts.reports)
    faces.append(tiles.alerts_face(urgent, counts.grid))
    if counts.petitions and counts.promises:
        faces.append(tiles.people_face(counts.petitions, counts.promises))
    return sorted(faces, key=lambda face: (not face.is_urgent, tiles.WORST_FIRST.index(face.tone)))
