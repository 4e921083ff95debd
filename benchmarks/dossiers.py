"""What the pages of dossiers cost in the server: ``python -m benchmarks.dossiers`` (``--here``: the database as it is).

Asked as in ``benchmarks.lists``, by whoever each page is for. ``BENCH_DOSSIERS`` (1,000,000) says how many there shall
be, each with four papers; ``BENCH_STAYS`` (20,000, the demo's) how many stays stand beside them.
"""

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from benchmarks.pages import Page, prepare, show

DOSSIERS = int(os.environ.get("BENCH_DOSSIERS", "1000000"))
STAYS = int(os.environ.get("BENCH_STAYS", "20000"))
INTAKE, ASSESSOR, APPROVER = "tiepnhan@xnc.example", "thamdinh@xnc.example", "duyet@xnc.example"
COMPANY = "daidien@congty.example"


def main() -> None:
    """Print the times of the pages about dossiers, in milliseconds."""
    prepare(stays=STAYS, dossiers=DOSSIERS)
    from ancu.apps.dossiers.models import Component, Dossier

    counts = f"{Dossier.objects.count():,} dossiers, {Component.objects.count():,} papers"
    show(f"Pages of dossiers at {counts}", pages)


def pages() -> Iterator[Page]:
    """Yield every page about dossiers whose time is measured."""
    yield from queues()
    yield from searches()
    yield from registers()
    yield from one_dossier()
    yield from office()
    yield from money()
    yield from applicants()
    yield from public()


def queues() -> Iterator[Page]:
    """Yield the pages of officers' queues of dossiers, with several filters."""
    from django.urls import reverse

    from ancu.apps.dossiers.selectors.queues import QUEUES

    queue = reverse("dossiers:queue")
    yield Page("queue: all open", f"{queue}?state=", ASSESSOR)
    for state in QUEUES:
        yield Page(f"queue: {state}", f"{queue}?state={state}", APPROVER)
    for code in ("trc_organisation", "restricted_permit"):
        yield Page(f"queue: {code}", f"{queue}?procedure={code}", ASSESSOR)
    yield Page("queue: accepted, one procedure", f"{queue}?state=accepted&procedure=visa", ASSESSOR)
    yield Page("queue: mine", f"{queue}?officer=me", ASSESSOR)
    yield Page("queue: mine, accepted", f"{queue}?officer=me&state=accepted", ASSESSOR)
    yield Page("queue: given to nobody", f"{queue}?officer=none", INTAKE)
    yield Page("queue: late", f"{queue}?due=late", ASSESSOR)
    yield Page("queue: due today", f"{queue}?due=today", ASSESSOR)
    yield Page("queue: mine, late, one procedure", f"{queue}?officer=me&due=late&procedure=trc_organisation", ASSESSOR)
    yield Page("queue: all open, the last page", f"{queue}?state=&after=decided_-_1", ASSESSOR)
    yield from sorted_queues(queue)


def sorted_queues(queue: str) -> Iterator[Page]:
    """Yield the queue of accepted dossiers and of all open ones in every order, and those of a commune or a company."""
    from ancu.apps.dossiers.models import Dossier
    from ancu.apps.dossiers.selectors.queue_orders import ALL_ORDERS

    for order in ALL_ORDERS[1:]:
        yield Page(f"queue: accepted, by {order.code}", f"{queue}?state=accepted&order={order.code}", ASSESSOR)
        yield Page(f"queue: all open, by {order.code}", f"{queue}?state=&order={order.code}", ASSESSOR)
    dossier = Dossier.objects.filter(state="accepted", organisation__isnull=False, unit__isnull=False).order_by("-id")[
        0
    ]
    yield Page("queue: one commune", f"{queue}?unit={dossier.unit_id}", ASSESSOR)
    yield Page("queue: one company", f"{queue}?company={dossier.organisation_id}", ASSESSOR)
    yield Page("queue: one company, by stay", f"{queue}?company={dossier.organisation_id}&order=stay", ASSESSOR)


def searches() -> Iterator[Page]:
    """Yield the pages that search dossiers by numbers and names."""
    from django.urls import reverse

    from ancu.apps.dossiers.models import Dossier

    ended = _ended()
    common = Dossier.objects.filter(full_name__startswith="KIM ").order_by("-id")[0]
    queue = reverse("dossiers:queue")
    search_texts = {
        "a number": ended.number,
        "the end of a number": ended.number[-9:],
        "a document number": ended.document_number,
        "the beginning of a document number": ended.document_number[:5],
        "a whole name": ended.full_name,
        "kim": "kim",
        "a name of two common words": common.full_name,
        "nguyen": "nguyen",
        "nguyen thi": "nguyen thi",
        "smith john": "smith john",
        "three signs within words": "ang",
        "a name and a part of a number": f"{ended.full_name.split()[0]} {ended.number[4:8]}",
        "nobody": "zzyzx",
        "nobody, of common parts": "kim nguyen zzyzx",
    }
    for name, text in search_texts.items():
        yield Page(f"search: {name}", f"{queue}?{urlencode({'q': text})}", INTAKE)


def registers() -> Iterator[Page]:
    """Yield pages of the register: several periods, filters, the last page and searches."""
    from django.urls import reverse

    from ancu.core import clock

    page, today = reverse("dossiers:register"), clock.today()
    yield Page("register: this month", page, INTAKE)
    yield Page("register: today", f"{page}?period={today}", INTAKE)
    yield Page("register: this year", f"{page}?period={today.year}", INTAKE)
    yield Page("register: a year ago", f"{page}?period={today.year - 1}-{today:%m}", INTAKE)
    yield Page("register: one procedure", f"{page}?procedure=visa", INTAKE)
    yield Page("register: the end of the month", f"{page}?after={today}T23:59:59Z~0", INTAKE)
    yield Page("register: a number", f"{page}?q=12/{today.year - 1}", INTAKE)
    yield Page("register: a name", f"{page}?{urlencode({'q': _ended().full_name})}", INTAKE)


def _ended() -> Any:
    """Return a dossier whose result was delivered, among the latest thousand or so."""
    from ancu.apps.dossiers.models import Dossier

    return Dossier.objects.filter(state="delivered", organisation=None).order_by("-id")[1000]


def _in(state: str, **more: object) -> Any:
    """Return a recent dossier in the state ``state``; ``more`` are further filters."""
    from ancu.apps.dossiers.models import Dossier

    return Dossier.objects.filter(state=state, **more).order_by("-id")[3]


def one_dossier() -> Iterator[Page]:
    """Yield pages of single dossiers in various states, as their officers open them."""
    from django.urls import reverse

    def page(name: str, dossier: Any, email: str) -> Page:
        """Return the page to measure: this dossier's, requested by the account with this email address."""
        return Page(f"dossier: {name}", reverse("dossiers:office-dossier", args=[dossier.number]), email)

    yield page("intake", _in("submitted"), INTAKE)
    yield page("a supplement came", _in("resubmitted"), INTAKE)
    yield page("assessment", _in("accepted"), ASSESSOR)
    yield page("decision", _in("assessed"), APPROVER)
    yield page("ended", _ended(), ASSESSOR)
    accepted = _in("accepted")
    paper = accepted.components.all()[0]
    yield Page("dossier: one paper", reverse("dossiers:office-paper", args=[accepted.number, paper.key]), ASSESSOR)


def office() -> Iterator[Page]:
    """Yield the office's other pages about dossiers."""
    from django.urls import reverse

    from ancu.apps.dossiers.models import Counter

    yield Page("promises, of the office", reverse("dossiers:office-promises"), APPROVER)
    yield Page("legal files", reverse("dossiers:office-legal-files"), INTAKE)
    yield Page("opinions", reverse("dossiers:opinions"), "canbo@maichau.example")
    yield Page("counters", reverse("dossiers:counters"), INTAKE)
    counter = Counter.objects.order_by("-id")[0]
    yield Page("counters: a day", reverse("dossiers:counter-day", args=[counter.pk]), INTAKE)


def money() -> Iterator[Page]:
    """Yield the pages about fees and payments of dossiers."""
    from django.urls import reverse

    from ancu.apps.dossiers.models import BankLine, BankStatement

    yield Page("cash desk", reverse("dossiers:desk"), INTAKE)
    unpaid = _in("submitted", charge__payment=None)
    yield Page("cash desk: a fee", reverse("dossiers:take-fee", args=[unpaid.number]), INTAKE)
    yield Page("money: rates", reverse("dossiers:rates"), INTAKE)
    yield Page("money: statements", reverse("dossiers:statements"), INTAKE)
    statement = BankStatement.objects.order_by("-read_at")[0]
    yield Page("money: one statement", reverse("dossiers:statement", args=[statement.pk]), INTAKE)
    yield Page("money: to be looked at", reverse("dossiers:money-lines"), INTAKE)
    line = BankLine.objects.filter(state="open").order_by("-id")[0]
    yield Page("money: one transfer", reverse("dossiers:money-line", args=[line.pk]), INTAKE)


def applicants() -> Iterator[Page]:
    """Yield the pages that applicants see of their dossiers."""
    from django.urls import reverse

    from ancu.apps.dossiers.models import Dossier

    mine = reverse("dossiers:mine")
    family = _in("accepted", organisation=None, sponsor__isnull=False)
    yield Page("applicant: the list, of a family", mine, family.filed_by.email)
    yield Page("applicant: the list, of a company", mine, COMPANY)
    of_company = Dossier.objects.filter(organisation__memberships__user__email=COMPANY)
    old = of_company.order_by("id")[100]
    yield Page("applicant: the list, far back", f"{mine}?before={old.pk}", COMPANY)
    for name, page_name in (
        ("being assessed", family),
        ("a supplement is asked", _in("supplement")),
        ("ready", _in("ready")),
        ("ended", _ended()),
        ("of a company", of_company.filter(state="accepted").order_by("-id")[0]),
    ):
        address = reverse("dossiers:page", args=[page_name.number])
        yield Page(f"applicant: dossier, {name}", address, page_name.filed_by.email)
    due = _in("submitted", charge__payment=None)
    yield Page("applicant: paying", reverse("dossiers:pay", args=[due.number]), due.filed_by.email)
    brought = _in("submitted", handover="counter")
    yield Page("applicant: appointment", reverse("dossiers:appointment", args=[brought.number]), brought.filed_by.email)
    draft = _in("draft")
    for name in ("papers", "check"):
        yield Page(f"applicant: draft, {name}", reverse(f"dossiers:{name}", args=[draft.number]), draft.filed_by.email)
    yield Page("applicant: draft, a step", reverse("dossiers:step", args=[draft.number, 1]), draft.filed_by.email)


def public() -> Iterator[Page]:
    """Yield the public pages that show a dossier's status."""
    from django.urls import reverse

    from ancu.apps.dossiers.selectors.public import look_up_code

    for name, dossier in (("open", _in("accepted")), ("ended", _ended())):
        query = urlencode({"code": look_up_code(dossier.number)})
        yield Page(f"public: look-up, {name}", f"{reverse('dossiers:look-up', args=[dossier.number])}?{query}")
    yield Page("public: promises", reverse("dossiers:promises"))
    yield Page("public: procedures", reverse("dossiers:public-procedures"))
    yield Page("public: a procedure", reverse("dossiers:public-procedure", args=["trc_organisation"]))


if __name__ == "__main__":
    main()
