"""Names of alerts and related records for the audit pages, limited to what the user may open."""

from collections.abc import Sequence

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from ancu.apps.audit.selectors import NamedRecord
from ancu.apps.oversight.models import Alert, ThresholdReplay
from ancu.apps.oversight.rules import may_tune_rule, may_tune_rules, reads_alerts, reads_notices
from ancu.apps.oversight.rules.catalogue import RULES
from ancu.apps.oversight.selectors import visible_to
from ancu.apps.oversight.selectors.inspections import visible_to as inspections
from ancu.apps.oversight.selectors.notices import visible_to as notices
from ancu.apps.oversight.selectors.planning import visible_to as plans
from ancu.apps.oversight.selectors.words import title_of
from ancu.apps.places.models import AdministrativeUnit
from ancu.core.actor import Actor


def _alerts_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the titles and pages of those alerts that the actor may see, by id."""
    alerts = visible_to(actor).filter(pk__in=[key for key in ids if key.isascii() and key.isdigit()])
    return {
        str(pk): NamedRecord(title_of(rule), reverse("oversight:alert", args=[pk]))
        for pk, rule in alerts.values_list("pk", "rule")
    }


def guests_asked_about(actor: Actor, ids: Sequence[str]) -> dict[str, str]:
    """Return the names of the guests of these alerts, by alert id, as far as the actor may know them.

    Officers see them who may; the lodging gets only the name of its own guest, which it needs to answer.
    """
    keys = [key for key in ids if key.isascii() and key.isdigit()]
    alerts = visible_to(actor) if actor.is_agency else _questions_to(actor)
    about_own_guests = alerts.filter(pk__in=keys, stay__establishment=F("establishment"))
    return {str(pk): name for pk, name in about_own_guests.values_list("pk", "stay__full_name") if name}


def _questions_to(actor: Actor) -> QuerySet[Alert]:
    """Return the alerts about which the actor's organisation was asked."""
    return Alert.objects.filter(asked_at__isnull=False, establishment__business_id=actor.organisation_id or 0)


def _lists_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the names and pages of lists of alerts in the audit, by unit id; key "area" is the whole area.

    Units outside the actor's area are left out.
    """
    page = reverse("oversight:inbox")
    names = {"area": NamedRecord(_("the whole area"), page if reads_alerts(actor) else "")}
    numbers = [key for key in ids if key.isascii() and key.isdigit()]
    units = AdministrativeUnit.objects.filter(pk__in=numbers).filter(pk__in=actor.area)
    return names | {str(unit.pk): NamedRecord(unit.full_name, f"{page}?unit={unit.pk}") for unit in units}


def _rules_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the titles of these alert rules by code, for the audit's pages; unknown codes are left out."""
    return {code: NamedRecord(title_of(code)) for code in ids if code in RULES}


def _replays_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return, by the trial's id, the title of the alert rule whose thresholds were tried, with the trial's page.

    Trials of rules that the actor may not tune are left out.
    """
    if not (reads_alerts(actor) and may_tune_rules(actor)):
        return {}
    tried = ThresholdReplay.objects.filter(pk__in=[key for key in ids if key.isascii() and key.isdigit()])
    named = [(pk, rule) for pk, rule in tried.values_list("pk", "rule") if may_tune_rule(actor, rule)]
    return {str(pk): NamedRecord(title_of(rule), reverse("oversight:replay", args=[pk])) for pk, rule in named}


def _notices_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the numbers and pages of notices by id, for users who may read them."""
    if not reads_notices(actor):
        return {}
    visible_notices = notices(actor).filter(pk__in=[key for key in ids if key.isascii() and key.isdigit()])
    return {
        str(notice.pk): NamedRecord(notice.number, reverse("oversight:notice", args=[notice.pk]))
        for notice in visible_notices
    }


def _inspections_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the lodgings and pages of inspections in the actor's area, by id."""
    if not reads_alerts(actor):
        return {}
    visits = inspections(actor).filter(pk__in=[key for key in ids if key.isascii() and key.isdigit()])
    named = visits.values_list("pk", "establishment__name")
    return {str(pk): NamedRecord(name, reverse("oversight:inspection", args=[pk])) for pk, name in named}


def _plans_named(actor: Actor, ids: list[str]) -> dict[str, NamedRecord]:
    """Return the lodgings and pages of planned visits in the actor's area, by id."""
    if not reads_alerts(actor):
        return {}
    planned_visits = plans(actor).filter(pk__in=[key for key in ids if key.isascii() and key.isdigit()])
    named = planned_visits.values_list("pk", "establishment__name")
    return {str(pk): NamedRecord(name, reverse("oversight:planned", args=[pk])) for pk, name in named}


NAMERS = {
    "oversight.alert": _alerts_named,
    "oversight.alerts": _lists_named,
    "oversight.inspection": _inspections_named,
    "oversight.notice": _notices_named,
    "oversight.plannedvisit": _plans_named,
    "oversight.thresholdreplay": _replays_named,
    "oversight.rule": _rules_named,
}
