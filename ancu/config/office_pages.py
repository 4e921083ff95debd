"""The pages of the office in six areas: one line for each page, in the order in which they are drawn.

A page is drawn only for actors who may open it, and an area only if one of its pages is. To add a page, add its line.
"""

from collections.abc import Callable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ancu.apps.accounts.rules import administers_officers
from ancu.apps.audit.rules import may_read_audit
from ancu.apps.community.rules import keeps_ledgers
from ancu.apps.contact.rules import reads_reports
from ancu.apps.dossiers.rules import (
    answers_opinions,
    may_see_counters,
    may_see_promises,
    may_take_money,
    reads_dossiers,
    reads_legal_files,
)
from ancu.apps.dossiers.rules.counter import may_receive_at_counter
from ancu.apps.dossiers.rules.letters import reads_letters
from ancu.apps.dossiers.rules.register import reads_register
from ancu.apps.dossiers.rules.rule_changes import may_change_rules
from ancu.apps.listening.rules import is_hotline_operator
from ancu.apps.listening.rules import may_work_on_petitions as works_on_petitions
from ancu.apps.lodging.rules import reads_area
from ancu.apps.oversight.rules import reads_alerts, reads_notices
from ancu.apps.places.rules import may_set_remote
from ancu.apps.protection.rules.breaches import keeps_breaches
from ancu.apps.protection.rules.copies import handles_copies
from ancu.apps.relay.rules import shows_tab
from ancu.apps.reporting.rules.access import leads, makes_reports, may_enter, reads_figures
from ancu.apps.reporting.rules.morning import reads_morning
from ancu.apps.site.rules import may_publish
from ancu.apps.stays.rules import may_read_confirmations, may_see_area, may_see_guests
from ancu.apps.surveys.rules import collects
from ancu.apps.tips.rules import is_tip_handler, may_record, may_see_numbers
from ancu.apps.travellers.rules.access import may_see_people
from ancu.core.actor import Actor
from ancu.core.registry.task_groups import may_see_department


class OfficeArea(NamedTuple):
    """One of the six areas in the green bar; ``key`` is part of the ids of its numbers in the page."""

    key: str
    label: Promise
    icon: str


TASKS = OfficeArea("tasks", pgettext_lazy("area of the office", "Tasks"), "check")
STAYS = OfficeArea("stays", pgettext_lazy("area of the office", "Stays"), "bed")
DOSSIERS = OfficeArea("dossiers", pgettext_lazy("area of the office", "Dossiers"), "file")
ALERTS = OfficeArea("alerts", pgettext_lazy("area of the office", "Alerts"), "warn")
THE_PUBLIC = OfficeArea("public", pgettext_lazy("area of the office", "The public"), "chat")
RESULTS = OfficeArea("results", pgettext_lazy("area of the office", "Results"), "list")


class OfficePage(NamedTuple):
    """A page of an area.

    ``view`` is the name of its address, ``may`` says who may open it. ``groups`` are the keys of the task groups that
    the actor works on there; their number stands beside the label. ``under`` are further beginnings of addresses that
    belong to the page, beside its own; ``*`` in them stands for one part of the address.
    """

    area: OfficeArea
    label: Promise
    view: str
    may: Callable[[Actor], bool]
    groups: tuple[str, ...] = ()
    under: tuple[str, ...] = ()


def _is_agency(actor: Actor) -> bool:
    """Whether the actor works for an agency."""
    return actor.is_agency


REPLAYS, IMPORTS = "/office/alerts/replays/", "/office/results/imports/"
ROLE_GROUPS = ("rights", "terms")
PETITION_GROUPS = ("petitions-unassigned", "petitions", "petitions-help", "petitions-decide")
SUPPORT_GROUPS = ("choices", "accounts", "objections", "disputed", "unconfirmed", "pledges")

OFFICE_PAGES = (
    OfficePage(TASKS, pgettext_lazy("tasks", "Mine"), "desk:desk", _is_agency),
    OfficePage(TASKS, _("Whole department"), "desk:department", may_see_department),
    OfficePage(TASKS, _("Waiting for others"), "desk:waiting", _is_agency),
    OfficePage(TASKS, _("Done today"), "desk:done", _is_agency),
    OfficePage(TASKS, _("Leave and cover"), "accounts:leave", _is_agency),
    OfficePage(STAYS, _("Area"), "stays:area", may_see_area),
    OfficePage(STAYS, _("Movement"), "oversight:movement", may_see_area),
    OfficePage(STAYS, _("Guests"), "stays:guests", may_see_guests, under=("/office/people/", "/office/stays/")),
    OfficePage(STAYS, _("Lodgings"), "stays:lodgings", reads_area),
    OfficePage(STAYS, _("Submissions"), "stays:submissions", may_see_guests),
    OfficePage(STAYS, _("Approvals"), "lodging:approvals", reads_area, ("registrations",)),
    OfficePage(STAYS, _("Confirmations"), "stays:confirmations", may_read_confirmations, ("confirmations",)),
    OfficePage(STAYS, _("National portal"), "relay:reconciliation", shows_tab, ("portal",)),
    OfficePage(STAYS, _("Announcements to lodgings"), "contact:broadcasts", reads_reports),
    OfficePage(STAYS, _("Remote communes"), "places:remote", may_set_remote),
    OfficePage(DOSSIERS, _("Queue"), "dossiers:queue", reads_dossiers, ("dossiers", "corrections")),
    OfficePage(DOSSIERS, pgettext_lazy("page of the office", "Register"), "dossiers:register", reads_register),
    OfficePage(DOSSIERS, pgettext_lazy("page of the office", "Letters"), "dossiers:letters", reads_letters),
    OfficePage(
        DOSSIERS,
        pgettext_lazy("page of the office", "Legal files"),
        "dossiers:office-legal-files",
        reads_legal_files,
        ("legal-files",),
    ),
    OfficePage(
        DOSSIERS,
        pgettext_lazy("page of the office", "At the counter"),
        "dossiers:begin-at-counter",
        may_receive_at_counter,
        under=("/office/dossiers/*/counter",),
    ),
    OfficePage(DOSSIERS, _("Counters"), "dossiers:counters", may_see_counters),
    OfficePage(DOSSIERS, _("Fees"), "dossiers:desk", may_take_money),
    OfficePage(DOSSIERS, _("Opinions"), "dossiers:opinions", answers_opinions, ("opinions",)),
    OfficePage(DOSSIERS, _("Deadlines met"), "dossiers:office-promises", may_see_promises),
    OfficePage(DOSSIERS, _("Rules in force"), "dossiers:rulebook", reads_dossiers),
    OfficePage(DOSSIERS, _("Changes of rules"), "dossiers:rule-changes", may_change_rules, ("rule-changes",)),
    OfficePage(ALERTS, _("Alerts"), "oversight:inbox", reads_alerts, ("alerts", "alerts-look")),
    OfficePage(
        ALERTS,
        pgettext_lazy("page of the office", "Inspections"),
        "oversight:inspections",
        reads_alerts,
        ("visits", "results"),
    ),
    OfficePage(ALERTS, _("Notices"), "oversight:notices", reads_notices, ("notices",)),
    OfficePage(ALERTS, pgettext_lazy("alerts", "Rules"), "oversight:rules", reads_alerts, under=(REPLAYS,)),
    OfficePage(ALERTS, _("Urgent reports"), "contact:reports", reads_reports, ("reports",)),
    OfficePage(ALERTS, _("One person, several records"), "travellers:pairs", may_see_people, ("pairs",)),
    OfficePage(THE_PUBLIC, _("Petitions"), "listening:petitions", works_on_petitions, PETITION_GROUPS),
    OfficePage(THE_PUBLIC, _("Hotline"), "listening:hotline", is_hotline_operator),
    OfficePage(THE_PUBLIC, _("Listening meetings"), "listening:calendar", works_on_petitions),
    OfficePage(THE_PUBLIC, _("Support programmes"), "community:list", keeps_ledgers, SUPPORT_GROUPS),
    OfficePage(THE_PUBLIC, _("Surveys"), "surveys:surveys", collects, ("sheets",)),
    OfficePage(THE_PUBLIC, _("Tips"), "tips:list", is_tip_handler, ("tips",)),
    OfficePage(THE_PUBLIC, _("Enter a tip"), "tips:new", may_record),
    OfficePage(THE_PUBLIC, _("Tip statistics"), "tips:numbers", may_see_numbers),
    OfficePage(THE_PUBLIC, _("Copies of personal data"), "protection:copies", handles_copies, ("copies",)),
    OfficePage(THE_PUBLIC, _("News and outage notices"), "site:office", may_publish),
    OfficePage(RESULTS, pgettext_lazy("page", "Morning"), "reporting:morning", reads_morning),
    OfficePage(RESULTS, _("Indicators"), "reporting:board", reads_figures),
    OfficePage(RESULTS, _("Enter figures"), "reporting:sheet", may_enter, ("figures-back",), (IMPORTS,)),
    OfficePage(RESULTS, _("Waiting for approval"), "reporting:approvals", reads_figures, ("figures",)),
    OfficePage(RESULTS, _("Reports"), "reporting:reports", makes_reports, under=("/office/results/publish/",)),
    OfficePage(RESULTS, _("Plan of the year"), "reporting:plans", leads),
    OfficePage(RESULTS, _("Who viewed whose data"), "audit:list", may_read_audit),
    OfficePage(RESULTS, _("Officers and agencies"), "administration:officers", administers_officers, ROLE_GROUPS),
    OfficePage(RESULTS, _("System status"), "system", administers_officers),
    OfficePage(RESULTS, _("Data breach register"), "protection:breaches", keeps_breaches, ("breaches",)),
)
