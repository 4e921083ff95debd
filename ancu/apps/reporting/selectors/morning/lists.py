"""The lists behind the numbers of the morning page: each is the same query that the page counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.selectors.procedures import procedure_of
from ancu.apps.listening.enums import PetitionStep
from ancu.apps.listening.models import Petition, PetitionPromise
from ancu.apps.lodging.models import Establishment
from ancu.apps.oversight.models import Alert, Inspection
from ancu.apps.oversight.selectors.words import sentence_of, title_of
from ancu.apps.reporting.rules import morning as rules
from ancu.apps.reporting.rules.morning import Due
from ancu.apps.reporting.selectors.morning import alerts, dossiers, events, petitions
from ancu.apps.reporting.selectors.morning.scope import MorningScope
from ancu.core import clock
from ancu.core.db.pagination import CursorPage, cursor_page
from ancu.core.errors import Http404, require
from ancu.core.templatetags.ui import day_short, moment
from ancu.core.web.language import localized


@dataclass(frozen=True)
class ListFilter:
    """The filter of a list as it stands in its address; empty values select everything."""

    severity: int | None = None
    age: str = ""
    rules: tuple[str, ...] = ()
    state: str = ""
    due: str = ""
    agencies: tuple[int | None, ...] = ()
    outcome: str = ""

    def codes(self) -> dict[str, Any]:
        """Return the filter's values for the audit: codes and ids, no names."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: value for name, value in values.items() if value}


class ListedMatter(NamedTuple):
    """One row of a list: what it is about, more about it, its page, and how it stands."""

    title: str
    second: str
    url: str
    right: str = ""


@dataclass(frozen=True)
class MatterList:
    """One kind of list. ``allowed`` says whether the actor's page counts such matters at all."""

    title: Any
    select: Callable[[MorningScope, ListFilter], QuerySet[Any]]
    row: Callable[[Any], ListedMatter]
    order: tuple[str, ...]
    allowed: Callable[[MorningScope], bool] = lambda _scope: True
    related: tuple[str, ...] = ()
    working_list: str = ""


@dataclass(frozen=True)
class ListedPage:
    """A page of a list, how many matters it has in all, and the ids shown, for the audit."""

    kind: str
    title: str
    total: int
    page: CursorPage[ListedMatter]
    working_list: str
    ids: Sequence[int] = field(default=())


# --- rows -------------------------------------------------------------------------------------------------


def _alert_row(alert: Alert) -> ListedMatter:
    """Return an alert as a row."""
    subject = alert.stay.full_name if alert.stay else alert.establishment.name
    url = reverse("oversight:alert", args=[alert.pk])
    return ListedMatter(f"{subject}: {title_of(alert.rule)}", sentence_of(alert), url, moment(alert.raised_at))


def _dossier_row(dossier: Dossier) -> ListedMatter:
    """Return a dossier as a row."""
    holder = dossier.assigned_to.full_name if dossier.assigned_to else ""
    name, state = localized(procedure_of(dossier), "name"), str(dossier.get_state_display())
    second = " · ".join(filter(None, (name, state, holder)))
    due = _("due %(day)s") % {"day": day_short(dossier.due_on)} if dossier.due_on else ""
    return ListedMatter(dossier.full_name, second, reverse("dossiers:office-dossier", args=[dossier.number]), due)


def _petition_row(petition: Petition) -> ListedMatter:
    """Return a petition as a row, without its petitioner."""
    place = petition.place.full_name if petition.place else ""
    unit = petition.unit.name if petition.unit else _("no unit yet")
    second = " · ".join(filter(None, (unit, place, str(petition.get_state_display()))))
    due = _("due %(day)s") % {"day": day_short(petition.due_on)}
    return ListedMatter(petition.title, second, reverse("listening:petition", args=[petition.number]), due)


def _promise_row(promise: PetitionPromise) -> ListedMatter:
    """Return a promise as a row."""
    due = _("due %(day)s") % {"day": day_short(promise.due_on)}
    url = reverse("listening:petition", args=[promise.petition.number])
    return ListedMatter(promise.words or promise.petition.title, promise.agency.name, url, due)


def _lodging_row(lodging: Establishment) -> ListedMatter:
    """Return a lodging as a row."""
    second = f"{lodging.address}, {lodging.unit.full_name}"
    return ListedMatter(
        lodging.name, second, reverse("lodging:detail", args=[lodging.pk]), str(lodging.get_status_display())
    )


def _inspection_row(inspection: Inspection) -> ListedMatter:
    """Return an inspection as a row."""
    second = f"{inspection.establishment.unit.full_name} · {inspection.officer.full_name}"
    url = reverse("oversight:inspection", args=[inspection.pk])
    return ListedMatter(inspection.establishment.name, second, url, moment(inspection.began_at))


# --- queries ----------------------------------------------------------------------------------------------


def _open_alerts(scope: MorningScope, chosen: ListFilter) -> QuerySet[Alert]:
    """Return the open alerts of a severity, an age and rules."""
    selected = alerts.waiting(scope)
    if chosen.severity:
        selected = selected.filter(severity=chosen.severity)
    if chosen.rules:
        selected = selected.filter(rule__in=chosen.rules)
    band = next((band for band in rules.BANDS if band.key == chosen.age), None)
    return alerts.raised_in(selected, band) if band else selected


def _open_dossiers(scope: MorningScope, chosen: ListFilter) -> QuerySet[Dossier]:
    """Return the dossiers of a step and a deadline."""
    selected = dossiers.with_due(dossiers.open_dossiers(scope))
    if chosen.state:
        selected = selected.filter(state=chosen.state)
    return selected.filter(due=chosen.due) if chosen.due else selected


def _decided(scope: MorningScope, chosen: ListFilter) -> QuerySet[Dossier]:
    """Return the dossiers of thirty days that had a promised day; with ``outcome`` those decided by it."""
    first = scope.yesterday - timedelta(days=rules.DAYS - 1)
    decided = dossiers.decided_between(scope, first, scope.yesterday).filter(duration__is_on_time__isnull=False)
    return decided.filter(duration__is_on_time=chosen.outcome == "on-time") if chosen.outcome else decided


def _open_petitions(scope: MorningScope, chosen: ListFilter) -> QuerySet[Petition]:
    """Return the open petitions of units and a deadline."""
    selected = petitions.with_due(petitions.waiting(scope))
    if chosen.agencies:
        selected = selected.filter(events.in_units(chosen.agencies))
    return selected.filter(due=chosen.due) if chosen.due else selected


def _open_promises(scope: MorningScope, chosen: ListFilter) -> QuerySet[PetitionPromise]:
    """Return the promises not kept yet; with the deadline ``late`` those whose day has passed."""
    selected = petitions.open_promises(scope)
    return selected.filter(due_on__lt=clock.today()) if chosen.due == Due.LATE else selected


def _on_day(select: Callable[[MorningScope, date], QuerySet[Any]]) -> Callable[[MorningScope, ListFilter], Any]:
    """Return a query of what happened on the day before the page's morning."""
    return lambda scope, _chosen: select(scope, scope.yesterday)


def _with_verdict(*steps: PetitionStep) -> Callable[[MorningScope, ListFilter], Any]:
    """Return a query of petitions with one of these verdicts."""
    return lambda scope, _chosen: petitions.with_verdict(scope, *steps)


def _rated(scope: MorningScope, _chosen: ListFilter) -> QuerySet[Petition]:
    """Return the petitions that were rated."""
    return petitions.in_scope(scope).filter(pk__in=petitions.rated(scope).values("petition_id"))


def _alerts(title: Any, select: Any) -> MatterList:
    """Return a list of alerts."""
    related = ("establishment", "stay", "unit")
    return MatterList(title, select, _alert_row, ("-severity", "-pk"), related=related, working_list="oversight:inbox")


def _dossiers(title: Any, select: Any) -> MatterList:
    """Return a list of dossiers, the earliest deadline first."""
    return MatterList(title, select, _dossier_row, ("pk",), dossiers.reads, ("assigned_to",), "dossiers:queue")


def _petitions(title: Any, select: Any) -> MatterList:
    """Return a list of petitions, the earliest deadline first."""
    return MatterList(
        title, select, _petition_row, ("due_on", "pk"), petitions.reads, ("unit", "place"), "listening:petitions"
    )


def _promises(title: Any, select: Any) -> MatterList:
    """Return a list of promises, the earliest day first."""
    return MatterList(title, select, _promise_row, ("due_on", "pk"), petitions.reads, (), "listening:petitions")


LISTS: Mapping[str, MatterList] = {
    "alerts": _alerts(gettext_lazy("Open alerts"), _open_alerts),
    "alerts-new": _alerts(gettext_lazy("Alerts raised"), _on_day(alerts.raised_on)),
    "alerts-ended": _alerts(gettext_lazy("Alerts decided or closed"), _on_day(alerts.ended_on)),
    "dossiers": _dossiers(gettext_lazy("Dossiers in progress"), _open_dossiers),
    "dossiers-received": _dossiers(gettext_lazy("Dossiers received"), _on_day(dossiers.submitted_on)),
    "dossiers-decided": _dossiers(
        gettext_lazy("Dossiers decided"), _on_day(lambda scope, day: dossiers.decided_between(scope, day, day))
    ),
    "dossiers-promised": _dossiers(gettext_lazy("Dossiers decided in 30 days with a promised date"), _decided),
    "petitions": _petitions(gettext_lazy("Petitions waiting for an answer"), _open_petitions),
    "petitions-new": _petitions(gettext_lazy("Petitions received"), _on_day(petitions.received_on)),
    "petitions-ended": _petitions(gettext_lazy("Petitions answered or passed on"), _on_day(petitions.ended_on)),
    "petitions-settled": _petitions(
        gettext_lazy("Petitions confirmed as resolved, 90 days"), _with_verdict(PetitionStep.CONFIRMED)
    ),
    "petitions-closed": _petitions(
        gettext_lazy("Petitions closed, 90 days"), _with_verdict(*petitions.CLOSINGS)
    ),
    "petitions-reopened": _petitions(
        gettext_lazy("Petitions reopened, 90 days"), _with_verdict(PetitionStep.REFUSED)
    ),
    "petitions-rated": _petitions(gettext_lazy("Petitions rated, 90 days"), _rated),
    "promises": _promises(gettext_lazy("Promises not kept yet"), _open_promises),
    "promises-kept": _promises(gettext_lazy("Promises kept"), _on_day(petitions.kept_on)),
    "lodgings": MatterList(
        gettext_lazy("Lodgings that asked to register"), _on_day(events.registered_on), _lodging_row, ("pk",),
        working_list="lodging:approvals",
    ),
    "inspections": MatterList(
        gettext_lazy("Inspections"), _on_day(events.inspected_on), _inspection_row, ("-pk",),
        related=("establishment__unit", "officer"), working_list="oversight:inspections",
    ),
}  # fmt: skip
LATE = ("dossiers", "petitions", "promises")


def matter_list(scope: MorningScope, kind: str, chosen: ListFilter, after: str = "") -> ListedPage:
    """Return a page of the list ``kind``; 404 for an unknown kind, 403 for what the actor may not read."""
    if kind == "late":
        return _late_list(scope)
    if kind not in LISTS:
        raise Http404
    listed = LISTS[kind]
    require(listed.allowed(scope))
    rows = listed.select(scope, chosen)
    page = cursor_page(rows.select_related(*listed.related) if listed.related else rows, *listed.order, after=after)
    matters = page.map(listed.row)
    return ListedPage(
        kind, str(listed.title), rows.count(), matters, listed.working_list, [row.pk for row in page.rows]
    )


def _late_list(scope: MorningScope) -> ListedPage:
    """Return all that is overdue: dossiers, petitions and promises, of each the first fifty."""
    late = ListFilter(due=Due.LATE.value)
    parts = [matter_list(scope, kind, late) for kind in LATE if LISTS[kind].allowed(scope)]
    rows = [row for part in parts for row in part.page.rows]
    ids = [pk for part in parts for pk in part.ids]
    total = sum(part.total for part in parts)
    return ListedPage("late", pgettext("matter", "Overdue"), total, CursorPage(rows, ""), "", ids)
