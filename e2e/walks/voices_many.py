"""The public's voice when there is much of it: lists with ten thousand rows, long names, further pages."""

import time

from playwright.sync_api import Page

from ancu.apps.accounts.models import User
from ancu.apps.listening.models import Petition, Promise
from ancu.apps.surveys.models import Survey
from ancu.apps.tips.models import Tip
from e2e.walks import voices_made as made
from e2e.walks.kit import Demo, further, part
from e2e.walks.made import LONG_NAME
from e2e.walks.surveys_made import ANALYST, SECOND, home
from e2e.walks.tips import unlocked
from e2e.walks.tips_made import CHIEF, OFFICE_2

OFFICE, HOLDER = "canbo@xnc.example", "canbo@maichau.example"
OPERATOR, PETITIONER = "tructong@xnc.example", "teacher@applicant.example"
MOST_SECONDS = 3.0


def answered_soon(demo: Demo, name: str, path: str, email: str = "") -> None:
    """However much there is, the page is there in a moment and not larger than a page."""
    with demo.person(email) as walk:
        began = time.monotonic()
        told = walk.page.request.get(demo.address + path, timeout=60_000)
        took, size = time.monotonic() - began, len(told.body())
        demo.seen(name, told.status == 200 and took < MOST_SECONDS, f"{told.status}, {took:.2f} s, {size:,} bytes")


def drawn(demo: Demo, name: str, path: str, email: str = "", *, pages: bool = False) -> None:
    answered_soon(demo, name, path, email)
    demo.four_ways(name, path, email)
    if pages:
        demo.four_ways(f"{name}-further", path, email, further)


@part
def petitions(demo: Demo) -> None:
    made.petitions(User.objects.get(email=PETITIONER).pk)
    demo.seen("ten thousand petitions", Petition.objects.count() >= made.ROWS, Petition.objects.count())
    demo.seen("thousands of promises", Promise.objects.count() >= made.ROWS // 2, Promise.objects.count())
    for view in ("open", "overdue", "unassigned", "answered", "closed", "all"):
        drawn(demo, f"petitions-{view}", f"/office/petitions/?view={view}", OFFICE, pages=view in ("open", "all"))
    long = Petition.objects.filter(name=LONG_NAME).earliest("pk")
    drawn(demo, "petition-long", f"/office/petitions/{long.number}/", OFFICE)
    drawn(demo, "petition-long-own", f"/petitions/{long.number}/", PETITIONER)
    drawn(demo, "petitions-found", "/office/petitions/?view=all&q=khong", OFFICE)
    drawn(demo, "petitions-own", "/petitions/own/", PETITIONER, pages=True)
    drawn(demo, "promises", "/meetings/promises/")
    demo.four_ways("hotline-typed", "/office/hotline/", OPERATOR, typed)


def typed(page: Page) -> None:
    page.fill("main [name=body]", "đường vào bản bị hỏng, xe không đi được")
    page.locator("#found ul.rows").first.wait_for()


@part
def a_full_meeting(demo: Demo) -> None:
    """Announced to ten thousand, and on its day, with two hundred things said in the room."""
    pk = made.seats().pk
    drawn(demo, "meeting-public-full", f"/meetings/{pk}/")
    drawn(demo, "meetings-public", "/meetings/")
    made.begun(pk)
    drawn(demo, "meeting-full", f"/office/meetings/{pk}/", HOLDER)
    drawn(demo, "meeting-found", f"/office/meetings/{pk}/?who=wolfe", HOLDER)
    drawn(demo, "room-full", f"/office/meetings/{pk}/room/", HOLDER)


@part
def tips(demo: Demo) -> None:
    made.tips()
    demo.seen("ten thousand tips", Tip.objects.count() >= made.ROWS, Tip.objects.count())
    for name, path in (("tips", "/office/tips/"), ("tips-closed", "/office/tips/closed/")):
        demo.four_ways(name, "/office/tips/", OFFICE_2, lambda page, path=path: unlocked(page, path))
        demo.four_ways(f"{name}-further", "/office/tips/", OFFICE_2, lambda page, path=path: paged(page, path))
    drawn(demo, "tips-numbers", "/office/tips/numbers/", CHIEF)


def paged(page: Page, path: str) -> None:
    unlocked(page, path)
    further(page)


@part
def surveys(demo: Demo) -> None:
    made.surveys()
    demo.seen("ten thousand surveys", Survey.objects.count() >= made.ROWS, Survey.objects.count())
    drawn(demo, "surveys", "/surveys/", ANALYST, pages=True)
    drawn(demo, "surveys-collected", "/surveys/", SECOND)
    drawn(demo, "survey-new", "/surveys/new/", ANALYST)
    drawn(demo, "surveys-public", "/s/")


@part
def answers_and_sheets(demo: Demo) -> None:
    page = home()
    survey = Survey.objects.get(pk=int(page.strip("/").split("/")[1]))
    made.answers(survey)
    made.sheets(survey)
    for name, path in (
        ("survey", page), ("paper", f"{page}paper/"), ("review", f"{page}review/"), ("keying", f"{page}keying/"),
        ("results", f"{page}results/"), ("written", f"{page}results/written/q6/"),
        ("cross", f"{page}results/cross/?rows=q1&columns=q7"), ("rounds", f"{page}results/rounds/"),
    ):  # fmt: skip
        drawn(demo, f"{name}-10000", path, ANALYST)
    demo.four_ways("paper-further-10000", f"{page}paper/", ANALYST, further)
    differs = survey.responses.filter(state="review", second__isnull=False).earliest("pk")
    drawn(demo, "differing-10000", f"{page}keying/{differs.pk}/", ANALYST)
    drawn(demo, "paper-collected-10000", f"{page}paper/", SECOND)
    answered_soon(demo, "report of ten thousand", f"{page}results/report.pdf", ANALYST)
