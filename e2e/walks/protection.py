"""Copies of personal data and the register of breaches, each page empty, filled, with errors and with a long name."""

from datetime import timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Page

from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part

TEACHER, INTAKE, APPROVER, ADMIN = (
    "teacher@applicant.example", "tiepnhan@xnc.example", "duyet@xnc.example", "quantri@xnc.example",
)  # fmt: skip
LONG = "WOLFESCHLEGELSTEINHAUSENBERGERDORFF HUBERT BLAINE MAXIMILIAN ALEXANDER FERDINAND"


def submit_empty(page: Page) -> None:
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state("networkidle")


def open_everything(page: Page) -> None:
    for box in page.locator("main details.card").all():
        box.locator("summary").first.click()


def path_of(walk: Walk) -> str:
    return urlsplit(walk.page.url).path


def note_guest(walk: Walk) -> str:
    """A request at the counter by somebody of a very long name; returns its page."""
    page = walk.page
    page.goto(walk.address + "/office/copies/new/")
    page.fill("input[name=full_name]", LONG)
    page.fill("input[name=birth_date]", "08/03/1984")
    page.fill("input[name=document_number]", f"C{clock.now():%H%M%S}K2")
    page.locator("select[name=nationality]").evaluate("it => { it.value = 'DEU' }")
    box = page.locator("input[role=combobox]").first
    if box.count():
        box.fill("Đức")
        box.press("Enter")
    page.check("input[name=compared]")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_url("**/office/copies/HB*/")
    return path_of(walk)


@part
def copies(demo: Demo) -> None:
    demo.four_ways("own-empty", "/my-data/", TEACHER)
    demo.four_ways("office-empty", "/office/copies/", INTAKE)
    demo.four_ways("new-errors", "/office/copies/new/", INTAKE, prepare=submit_empty)
    with demo.person(INTAKE, size="1280", lang="vi") as walk:
        path = note_guest(walk)
    demo.seen("a guest's request is noted", "/office/copies/HB" in path, path)
    demo.four_ways("guest-asked", path, INTAKE, prepare=open_everything)
    with demo.person(INTAKE, size="1280", lang="vi") as walk:
        walk.page.goto(walk.address + path)
        walk.page.locator("form[action$='/check/'] button").click()
        walk.page.wait_for_timeout(8000)
        walk.page.goto(walk.address + path)
        demo.seen("the worker has prepared the copy", "/files/pdf/" in walk.page.content())
    demo.four_ways("guest-prepared-approver", path, APPROVER, prepare=open_everything)
    with demo.person(APPROVER, size="1280", lang="vi") as walk:
        walk.page.goto(walk.address + path)
        walk.page.locator("form[action$='/approve/'] summary").click()
        walk.page.locator("form[action$='/approve/'] button.btn-danger").click()
        walk.page.wait_for_load_state("networkidle")
        demo.seen("a second officer approves", walk.page.locator("form[action$='/hand-over/']").count() == 1)
    demo.four_ways("guest-ready", path, INTAKE, prepare=open_everything)
    demo.four_ways("office-all", "/office/copies/?state=all", APPROVER)
    demo.four_ways("desk-approver", "/desk/", APPROVER)


@part
def account(demo: Demo) -> None:
    with demo.person(TEACHER, size="360", lang="vi") as walk:
        walk.page.goto(walk.address + "/my-data/")
        ask_button = walk.page.locator("form[action$='/ask/'] button")
        if ask_button.count():
            ask_button.click()
            walk.page.wait_for_load_state("networkidle")
        demo.seen("the account has asked", "HBB-" in walk.page.content())
    demo.four_ways("own-asked", "/my-data/", TEACHER)


@part
def breaches(demo: Demo) -> None:
    demo.four_ways("breaches", "/office/breaches/", ADMIN)
    demo.four_ways("breach-errors", "/office/breaches/new/", ADMIN, prepare=submit_empty)
    with demo.person(ADMIN, size="1280", lang="vi") as walk:
        page, at = walk.page, clock.local(clock.now() - timedelta(hours=50))
        page.goto(walk.address + "/office/breaches/new/")
        page.fill("input[name=discovered_day]", f"{at:%d/%m/%Y}")
        page.fill("input[name=discovered_time]", f"{at:%H:%M}")
        page.fill("textarea[name=what_happened]", "Mất máy tính xách tay có danh sách khách. " * 12)
        page.check("input[name=data_kinds][value=documents]")
        page.check("input[name=risk][value=high]")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_load_state("networkidle")
        path = path_of(walk)
    demo.seen("a breach is noted", path.rstrip("/").rsplit("/", 1)[-1].isdigit(), path)
    demo.four_ways("breach", path, ADMIN, prepare=open_everything)
    with demo.person(ADMIN, size="1280", lang="vi") as walk:
        page, at = walk.page, clock.local(clock.now())
        page.goto(f"{walk.address}{path}change/")
        page.fill("input[name=people_count]", "1.200")
        page.check("input[name=telling][value=not_told]")
        page.fill("textarea[name=telling_note]", "Ổ đĩa đã mã hóa")
        page.locator("main form button[type=submit]").last.click()
        page.wait_for_load_state("networkidle")
        page.goto(f"{walk.address}{path}")
        open_everything(page)
        page.fill("input[name=notify-notified_day]", f"{at:%d/%m/%Y}")
        page.fill("input[name=notify-notified_time]", f"{at:%H:%M}")
        page.fill("input[name=notify-authority]", "Cục An ninh mạng và phòng, chống tội phạm sử dụng công nghệ cao")
        page.fill("input[name=notify-authority_reference]", "12/TB-QLXNC")
        page.locator("form[action$='/notified/'] button").last.click()
        page.wait_for_load_state("networkidle")
        demo.seen("the notification is noted", "12/TB-QLXNC" in page.inner_text("main"))
    demo.four_ways("breach-notified", path, ADMIN)
    demo.four_ways("breach-change", f"{path}change/", ADMIN)
    demo.four_ways("breaches-filled", "/office/breaches/", ADMIN)
    demo.four_ways("desk-admin", "/desk/", ADMIN)
