"""Every page of the dossiers four ways: as it is, empty, with errors, with a name of eighty signs."""

import time

from playwright.sync_api import Page

from ancu.apps.dossiers.enums import Filer, State
from ancu.apps.dossiers.models import OPEN, BankLine, Dossier, LegalFile, Opinion
from ancu.apps.dossiers.selectors.steps import steps_of
from e2e.walks.kit import Demo, part
from e2e.walks.made import (
    ADMINISTRATOR,
    APPROVER,
    CARD,
    COMMUNE,
    COMPANY,
    HUSBAND,
    INTAKE,
    LONG_NAME,
    TEACHER,
    accepted,
    drafted,
    sent_by_company,
    tidied,
)


def pressed(page: Page) -> None:
    """The page's own form sent as it stands, which is not well."""
    with page.expect_navigation():
        page.locator("main form.card :is([type=submit], .btn-primary, .btn-danger):visible").first.click()


def without_reason(page: Page) -> None:
    """The form of a refusal has the proposal's reason."""
    page.fill("main [name=reason]", "")
    pressed(page)


def lost(page: Page) -> None:
    page.fill("main [name=number]", "HBD-0000-0000-0000")
    page.fill("main [name=code]", "AAAA AAAA")
    pressed(page)


@part
def public(demo: Demo) -> None:
    demo.four_ways("triage", "/dossiers/new")
    demo.four_ways("triage-end", "/dossiers/new?filer=citizen&wish=extension&holds=visa")
    demo.four_ways("procedure-stranger", "/dossiers/new/stay_extension?filer=citizen")
    demo.four_ways("procedures", "/procedures/")
    demo.four_ways("procedure-public", f"/procedures/{CARD}")
    demo.four_ways("look-up", "/d/")
    demo.four_ways("look-up-wrong", "/d/", prepare=lost)
    demo.four_ways("promises-public", "/promises")


@part
def applicant(demo: Demo) -> None:
    demo.four_ways("mine", "/dossiers/", TEACHER)
    demo.four_ways("begin", "/dossiers/new/stay_extension?filer=citizen", TEACHER)
    for state in (State.SUPPLEMENT, State.READY, State.REFUSED):
        one = Dossier.objects.filter(filed_by__email=TEACHER, state=state).order_by("id")[0]
        demo.four_ways(f"page-{state}", f"/dossiers/{one.number}/", TEACHER)


@part
def writing(demo: Demo) -> None:
    dossier = drafted(TEACHER, "stay_extension", Filer.CITIZEN, full_name=LONG_NAME, relative_name=LONG_NAME)
    path = f"/dossiers/{dossier.number}"
    for step in (1, 2, 3, 4):
        demo.four_ways(f"step_{step}", f"{path}/step/{step}", TEACHER)

    def wrong(page: Page) -> None:
        page.fill("[name=passport_expiry]", "31/02/2030")
        page.fill("[name=birth_date]", "2099")
        pressed(page)

    demo.four_ways("step_1-wrong", f"{path}/step/1", TEACHER, wrong)
    demo.four_ways("papers", f"{path}/papers", TEACHER)
    demo.four_ways("check", f"{path}/check", TEACHER)
    demo.four_ways("send", f"{path}/send", TEACHER)
    tidied(dossier, TEACHER)
    empty = drafted(TEACHER, "stay_extension", Filer.CITIZEN, papers=False, full_name="", passport_number="")
    demo.four_ways("check-much", f"/dossiers/{empty.number}/check", TEACHER)
    demo.four_ways("step_1-mend", f"/dossiers/{empty.number}/step/1?mend=1", TEACHER)
    tidied(empty, TEACHER)


@part
def sponsor(demo: Demo) -> None:
    one = Dossier.objects.filter(sponsor__email=HUSBAND, state=State.DRAFT).order_by("id").first()
    demo.four_ways("sponsor-mine", "/dossiers/", HUSBAND)
    if one:
        demo.four_ways("signature", f"/dossiers/{one.number}/signature", HUSBAND)
        demo.four_ways("signature-wrong", f"/dossiers/{one.number}/signature", HUSBAND, pressed)


@part
def company(demo: Demo) -> None:
    demo.four_ways("company-mine", "/dossiers/", COMPANY)
    demo.four_ways("legal-file", "/dossiers/legal-file", COMPANY)
    demo.four_ways("company-begin", f"/dossiers/new/{CARD}?filer=organisation", COMPANY)
    draft = drafted(COMPANY, CARD, Filer.ORGANISATION, full_name=LONG_NAME)
    for step in range(1, len(steps_of(draft)) + 1):
        demo.four_ways(f"company-step_{step}", f"/dossiers/{draft.number}/step/{step}", COMPANY)
    tidied(draft, COMPANY)
    one = sent_by_company(demo)
    Dossier.objects.filter(pk=one.pk).update(full_name=LONG_NAME)
    demo.four_ways("company-page", f"/dossiers/{one.number}/", COMPANY)
    demo.four_ways("appointment", f"/dossiers/{one.number}/appointment", COMPANY)
    demo.four_ways("company-pay", f"/dossiers/{one.number}/pay", COMPANY)
    demo.four_ways("office-long-name", f"/office/dossiers/{one.number}/", INTAKE)
    demo.four_ways("taken", f"/office/dossiers/{accepted(one).number}/", INTAKE)


@part
def office(demo: Demo) -> None:
    demo.four_ways("queue", "/office/dossiers/", INTAKE)
    demo.four_ways("queue-all", "/office/dossiers/?state=", INTAKE)
    demo.four_ways("queue-empty", "/office/dossiers/?state=&procedure=restricted_permit&due=today", INTAKE)
    demo.four_ways("queue-nothing", "/office/dossiers/?q=khong+co+ai", INTAKE)
    demo.four_ways("queue-batch", "/office/dossiers/?state=assessed", APPROVER)
    for state in (State.SUBMITTED, State.ACCEPTED, State.READY, State.DELIVERED):
        one = Dossier.objects.filter(state=state).order_by("id")[0]
        demo.four_ways(f"office-{state}", f"/office/dossiers/{one.number}/", INTAKE)
    one = Dossier.objects.filter(state=State.ASSESSED).order_by("id")[0]
    demo.four_ways("office-assessed", f"/office/dossiers/{one.number}/", APPROVER)
    demo.four_ways("refuse-wrong", f"/office/dossiers/{one.number}/refuse", APPROVER, without_reason)
    one = Dossier.objects.filter(state=State.APPROVED).order_by("id")[0]
    demo.four_ways("result", f"/office/dossiers/{one.number}/result", INTAKE)
    demo.four_ways("result-wrong", f"/office/dossiers/{one.number}/result", INTAKE, pressed)
    one = Dossier.objects.filter(state=State.SUBMITTED).order_by("id")[0]
    demo.four_ways("supplement", f"/office/dossiers/{one.number}/supplement", INTAKE)
    demo.four_ways("ask", f"/office/dossiers/{one.number}/ask", INTAKE)
    demo.four_ways("opinions", "/office/opinions/", COMMUNE)
    given = Opinion.objects.exclude(answered_at=None).filter(asked_of__name="Công an xã Mai Hạ").order_by("id")[0]
    demo.four_ways("opinion-given", f"/office/opinions/{given.pk}", COMMUNE)


@part
def office_rest(demo: Demo) -> None:
    demo.four_ways("legal-files", "/office/legal-files/", INTAKE)
    waiting = LegalFile.objects.filter(state="submitted").order_by("id")[0]
    demo.four_ways("office-legal-file", f"/office/legal-files/{waiting.pk}", INTAKE)
    demo.four_ways("money", "/office/money/", INTAKE)
    demo.four_ways("money-rates", "/office/money/rates", INTAKE)
    demo.four_ways("money-statements", "/office/money/statements", INTAKE)
    demo.four_ways("money-lines", "/office/money/lines", INTAKE)
    line = BankLine.objects.filter(state="open").order_by("id")[0]
    demo.four_ways("money-line", f"/office/money/lines/{line.pk}", INTAKE)
    demo.four_ways("counters", "/office/counters", ADMINISTRATOR)
    demo.four_ways("counter-new-wrong", "/office/counters/new", ADMINISTRATOR, pressed)
    demo.four_ways("promises", "/office/promises", ADMINISTRATOR)
    demo.four_ways("rulebook", "/office/rulebook", ADMINISTRATOR)


@part
def long_queue(demo: Demo) -> None:
    """As long as the demo's queue is; ten thousand rows are put into a clone's own database before."""
    began = time.monotonic()
    with demo.person(INTAKE, size="1280") as walk:
        walk.go("/office/dossiers/?state=")
        took = time.monotonic() - began
        rows = Dossier.objects.filter(OPEN).count()
        demo.seen("a page of fifty, however many wait", walk.page.locator("main tbody tr").count() <= 50, f"{rows}")
        walk.look()
        first = walk.page.locator("main tbody a").first.inner_text()
        walk.follow(walk.page.locator("main .pager a[rel=next], main .pager a").last)
        demo.seen("and on to the next", walk.page.locator("main tbody tr").count(), f"{took:.1f} s, {first}")
        walk.look()
        demo.four_ways("queue-long", "/office/dossiers/?state=", INTAKE)
        demo.four_ways("queue-long-next", walk.page.url.removeprefix(demo.address), INTAKE)
        demo.four_ways("queue-long-search", "/office/dossiers/?q=WOLFESCHLEGELSTEIN", INTAKE)
        demo.four_ways("desk-long", "/desk/", INTAKE)
