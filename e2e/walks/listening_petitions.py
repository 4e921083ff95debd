"""Petitions by every channel: who answers, approval, joint handling, merging, transfer, the petitioner's word."""

import time
from datetime import timedelta

from django.core.cache import cache
from playwright.sync_api import Page, expect

from ancu.apps.listening.models import Petition
from ancu.apps.listening.services import daily
from ancu.core import clock
from ancu.core.actor import system
from e2e.walk import Walk
from e2e.walks.kit import Demo, export_list, part
from e2e.walks.surveys_made import ANALYST, home, stamped

OPERATOR, COMMUNE, OFFICE = "tructong@xnc.example", "canbo@maichau.example", "canbo@xnc.example"
DECIDER = "duyet@xnc.example"


def send(demo: Demo, body: str, **told: str) -> tuple[str, str]:
    """By the public page, on a phone; its number and its code. An hour has gone by since the last one."""
    cache.clear()
    with demo.person() as walk:
        walk.go("/petitions/")
        walk.fill(
            body=body, **{name: value for name, value in told.items() if name not in ("about", "category", "place")}
        )
        chosen(walk, "place", told.get("place", ""))
        chosen(walk, "category", told.get("category", ""))
        if "about" in told:
            chosen(walk, "about", told["about"])
        else:
            walk.choose(about="none")
        solved(walk)
        walk.follow(walk.button("Send the petition"))
        walk.heading(walk.say("Your petition is here"))
        number, code = walk.page.locator("main section b.num").all_inner_texts()[:2]
        return number, code


def solved(walk: Walk) -> None:
    expect(walk.page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)


def chosen(walk: Walk, name: str, words: str) -> None:
    """By typing into the box that stands for a long list."""
    if not words:
        return
    box = walk.page.locator(f".field:has([name={name}]) input[role=combobox], input[role=combobox][name={name}]").first
    box.fill(words)
    walk.page.get_by_role("option").first.click()


@part
def by_the_web(demo: Demo) -> None:
    """Sent, given to its unit by rule, answered by two, refused, opened again, settled and rated."""
    number, code = send(
        demo, stamped("Đèn đường ở bản Lác hỏng"), name="Bùi Thị Hoa", phone="0912345678", place="mai ha"
    )
    found = Petition.objects.get(number=number)
    demo.seen(
        "the unit in charge follows from the place", found.unit is not None and "Mai Hạ" in found.unit.name, found.unit
    )
    demo.seen("its day is a working day", found.due_on.weekday() < 5, f"{found.due_on:%d/%m/%Y}")
    answered(demo, number, "Đã thay bóng đèn đầu ngõ.")
    with demo.person() as walk:
        opened_by_code(demo, walk, code, number)
        walk.page.locator("label[for=id_verdict_1]").click()
        walk.follow(walk.button("Say so"))
        demo.seen("a no without a reason is told", walk.page.locator("main .err").count() == 1)
        walk.page.locator("main form[action$='/word/'] [name=text]").fill("Đèn vẫn chập chờn.")
        walk.follow(walk.button("Say so"))
        demo.seen("refused, it is open again", Petition.objects.get(number=number).state == "reopened")
        answered(demo, number, "Đã thay cả đui đèn.")
        walk.go(f"/petitions/{number}/")
        walk.page.locator("label[for=id_verdict_0]").click()
        walk.page.locator("main [name=rating][value='5']").check(force=True)
        walk.follow(walk.button("Say so"))
        demo.seen("settled and rated", Petition.objects.get(number=number).state == "settled")
        demo.keep(walk.page, "followed-settled-vi-360")
        walk.look()


def opened_by_code(demo: Demo, walk: Walk, code: str, number: str) -> None:
    walk.go("/petitions/follow/")
    walk.fill(code="MS-0000-0000-0000")
    walk.follow(walk.button("Open"))
    demo.seen("a wrong code is told", walk.page.locator("main .err").count() == 1)
    walk.fill(code=code.lower().replace("-", ""))
    solved(walk)
    walk.follow(walk.button("Open"))
    demo.seen("the code opens it, however it is written", walk.path() == f"/petitions/{number}/", walk.path())
    walk.look()


def answered(demo: Demo, number: str, text: str) -> None:
    """Written at the unit, approved by another."""
    with demo.person(COMMUNE, size="1280") as walk:
        walk.go(f"/office/petitions/{number}/")
        walk.page.locator("label[for=id_draft_outcome_0]").click()
        walk.fill(text=text)
        walk.follow(walk.button("Give it to be approved"))
        demo.seen("who wrote it cannot approve it", walk.button("Approve and send").count() == 0)
    with demo.person(OFFICE, size="1280") as walk:
        walk.go(f"/office/petitions/{number}/")
        walk.follow(walk.button("Approve and send"))
        demo.seen("approved and sent", Petition.objects.get(number=number).state == "answered")


@part
def by_telephone(demo: Demo) -> None:
    """The operator's hands never leave the keyboard."""
    words = stamped("Loa kéo gây ồn sau mười giờ đêm")
    send(demo, words, name="Hà Văn Tám", phone="0977000111")
    send(demo, words, name="Lò Văn Khác", phone="0977000333")
    with demo.person(OPERATOR, size="1280") as walk:
        walk.go("/office/hotline/")
        keys = walk.page.keyboard
        keys.type("0977 000 111")
        walk.page.locator("#found [data-hotline-to]").first.wait_for()
        demo.seen(
            "the caller's earlier petitions stand there as one types", words in walk.page.locator("#found").inner_text()
        )
        keys.press("Tab")
        keys.type("Hà Văn Tám")
        keys.press("Tab")
        keys.type("loa kéo gây ồn sau mười giờ đêm")
        walk.page.locator("section[aria-labelledby=similar] ul.rows").wait_for()
        demo.seen("and similar ones", True)
        walk.look()
        demo.keep(walk.page, "hotline-found-vi-1280")
        with walk.page.expect_navigation():
            keys.press("Alt+1")
        demo.seen("the call is put to that petition", walk.page.locator("main [role=status]").count() > 0)
        keys.type("0977 000 222")
        keys.press("Tab")
        keys.press("Tab")
        keys.type(stamped("Xe tải chạy đêm qua cầu"))
        walk.choose(about="none")
        with walk.page.expect_navigation():
            keys.press("Control+Enter")
        told = walk.page.locator("main section[role=status]").first.inner_text()
        demo.seen("another call is taken in, with a code to read out", "MS" in told, told.replace("\n", " "))
        demo.keep(walk.page, "hotline-taken-vi-1280")


@part
def by_letter_and_email(demo: Demo) -> None:
    with demo.person(OPERATOR, size="1280") as walk:
        for channel in ("letter", "email"):
            walk.go("/office/hotline/")
            walk.page.locator(f"main [name=channel][value={channel}]").check(force=True)
            body = stamped(f"Thư gửi đến bằng {channel}")
            walk.fill(name="Lường Văn Ín", body=body)
            walk.choose(about="none")
            walk.follow(walk.button("Take it in"))
            demo.seen(f"by {channel}", Petition.objects.filter(channel=channel, body=body).exists())


@part
def from_a_survey(demo: Demo) -> None:
    with demo.person(ANALYST, size="1280") as walk:
        before = Petition.objects.filter(channel="survey").count()
        walk.go(home() + "results/written/q6/")
        walk.follow(walk.page.locator("main a.chip").first)
        walk.follow(walk.button("Make a petition of it"))
        for _second in range(30):
            if Petition.objects.filter(channel="survey").count() > before:
                break
            time.sleep(1)
        found = Petition.objects.filter(channel="survey").latest("pk")
        demo.seen(
            "a survey's remark is a petition without a name", found.name == "" and found.phone == "", found.number
        )


@part
def never_whom_it_complains_of(demo: Demo) -> None:
    number, _code = send(demo, stamped("Cán bộ xã nói năng thiếu lễ độ"), name="Vì Thị Oanh", category="khiếu nại",
                         place="mai ha", about="mai ha", about_person="Bùi Văn Sơn")  # fmt: skip
    found = Petition.objects.get(number=number)
    demo.seen("it does not go to the unit complained of", found.unit != found.about, found.unit)
    with demo.person(COMMUNE) as walk:
        demo.seen("the officer complained of cannot open it", walk.status_of(f"/office/petitions/{number}/") == 404)
    with demo.person(OPERATOR) as walk:
        demo.seen("nor who only writes calls down", walk.status_of(f"/office/petitions/{number}/") in (403, 404))


@part
def handled_together(demo: Demo) -> None:
    """Joint handling; two of one matter are merged and each petitioner is answered."""
    stamp = stamped("Cống thoát nước tắc ở chợ")
    first, one_code = send(demo, f"{stamp} một", name="Người thứ nhất", place="mai ha")
    second, two_code = send(demo, f"{stamp} hai", name="Người thứ hai", place="mai ha")
    with demo.person(COMMUNE, size="1280") as walk:
        act(walk, second, "merge", into=first, reason="Cùng một đoạn cống")
        demo.seen("merged", Petition.objects.get(number=second).state == "merged")
        act(
            walk,
            first,
            "join",
            question="Đề nghị phòng cho ý kiến",
            reply_by=f"{clock.today() + timedelta(days=5):%d/%m/%Y}",
        )
        demo.seen("another unit is asked to help", Petition.objects.get(number=first).helps.count() == 1)
        demo.keep(walk.page, "petition-joint-vi-1280")
    answered(demo, first, "Đã nạo vét toàn bộ đoạn cống.")
    for code, number in ((one_code, first), (two_code, second)):
        with demo.person() as walk:
            walk.go("/petitions/follow/")
            walk.fill(code=code)
            solved(walk)
            walk.follow(walk.button("Open"))
            demo.seen(f"the petitioner of {number} reads the answer", "nạo vét" in walk.page.inner_text("main"))
            if number == second:
                demo.keep(walk.page, "followed-merged-vi-360")


def act(walk: Walk, number: str, name: str, **told: str) -> None:
    """Open one of the acts beside a petition and do it."""
    walk.go(f"/office/petitions/{number}/")
    box = walk.page.locator(f"details#{name}")
    if box.get_attribute("open") is None:
        box.locator("summary").click()
    for field, value in told.items():
        box.locator(f"[name$={field}]").fill(value)
    if name in ("join", "assign"):
        box.locator("input[role=combobox]").fill("xuất nhập cảnh" if name == "join" else "")
        walk.page.get_by_role("option").first.click()
    walk.follow(box.locator("button[type=submit]"))


@part
def sent_outside(demo: Demo) -> None:
    number, code = send(demo, stamped("Cột điện nghiêng trước trường"), name="Người báo", place="mai ha")
    with demo.person(COMMUNE, size="1280") as walk:
        act(walk, number, "transfer", to="Điện lực Mai Châu", reference="CV-12/2026", reason="Thuộc ngành điện")
        demo.seen("sent on to another body", Petition.objects.get(number=number).state == "transferred")
        act(walk, number, "receipt", receipt="DL-77", receipt_on=f"{clock.today():%d/%m/%Y}")
        demo.seen("their receipt is noted", "DL-77" in walk.page.inner_text("main"))
    with demo.person() as walk:
        walk.go("/petitions/follow/")
        walk.fill(code=code)
        solved(walk)
        walk.follow(walk.button("Open"))
        demo.seen("the petitioner reads where it is, and its number there", "DL-77" in walk.page.inner_text("main"))
        demo.keep(walk.page, "followed-transferred-vi-360")


@part
def silence_and_escalation(demo: Demo) -> None:
    """What the morning's job does a week later."""
    quiet, _code = send(demo, stamped("Không nói gì thêm"), name="Người im lặng", place="mai ha")
    answered(demo, quiet, "Đã giải quyết xong.")
    late, _code = send(demo, stamped("Quá hạn chưa trả lời"), name="Người chờ", place="mai ha")
    Petition.objects.filter(number=quiet).update(answered_at=clock.now() - timedelta(days=7, hours=1))
    Petition.objects.filter(number=late).update(due_on=clock.today() - timedelta(days=14))
    daily.close_silent(system("listening.daily"))
    daily.escalate(system("listening.daily"))
    demo.seen("seven days of silence close it, counted apart", Petition.objects.get(number=quiet).state == "silent")
    demo.seen("what is overdue goes up", Petition.objects.get(number=late).escalated_to_id is not None)
    with demo.person(OFFICE, size="1280") as walk:
        walk.go(f"/office/petitions/{late}/")
        demo.seen("and it is said on its page", walk.page.locator("main .alert-danger").count() == 1)
        demo.keep(walk.page, "petition-escalated-vi-1280")
        for kind in ("xlsx", "csv"):
            walk.go("/office/petitions/?view=all")
            file = export_list(walk.page, "main a[href*='/petitions/export/']", kind)
            demo.seen(f"the list as {kind}", file.path().stat().st_size > 1000, file.suggested_filename)


@part
def pages(demo: Demo) -> None:
    one = Petition.objects.filter(state="answered", closed_matter=False, unit__name__contains="Mai Hạ").earliest("pk")
    for name, path, who in (
        ("petition-new", "/petitions/", ""), ("follow", "/petitions/follow/", ""),
        ("list", "/office/petitions/", OFFICE),
        ("list-empty", "/office/petitions/?view=all&q=khongcogi", OFFICE), ("hotline", "/office/hotline/", OPERATOR),
        ("petition", f"/office/petitions/{one.number}/", OFFICE),
        ("own-empty", "/petitions/own/", "chong@giadinh.example"),
        ("decide", "/office/petitions/?view=decide", DECIDER),
    ):  # fmt: skip
        demo.four_ways(name, path, who)
    demo.four_ways("petition-new-error", "/petitions/", prepare=_sent_empty)


def _sent_empty(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()
