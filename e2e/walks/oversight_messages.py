"""Messages: threads with side notes, files and templates; what many are told; urgent reports."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, expect

from ancu.apps.contact.models import Broadcast, Receipt, Report
from ancu.apps.dossiers.models import Dossier
from ancu.apps.messaging.models import Notification
from e2e.walk import Walk
from e2e.walks.kit import Demo, export_list, part
from e2e.walks.oversight_made import COMMUNE, DESK, DUTY, HOST, OFFICER, fresh, guest, house


def write(walk: Walk, text: str, button: str = "Send") -> None:
    walk.page.locator("main textarea[name=body]").fill(text)
    walk.button(button).click()
    walk.page.locator("main .talk", has_text=text).wait_for()


@part
def thread_of_a_stay(demo: Demo) -> None:
    stay, word = guest(f"WALK {fresh()}"), fresh()
    path = f"/messages/stay/{stay.pk}/main"
    the_officer_writes(demo, stay.pk, word)
    the_lodging_reads(demo, word)
    letters = Notification.objects.filter(channel="email").order_by("-id")[:5]
    told = [one for one in letters if word in f"{vars(one)}"]
    demo.seen("email without content", not told, f"{len(letters)} letters looked at")
    demo.four_ways("thread", path, COMMUNE)
    demo.four_ways("thread-lodging", path, HOST)


def the_officer_writes(demo: Demo, stay: int, word: str) -> None:
    path = f"/messages/stay/{stay}/main"
    with demo.person(COMMUNE) as walk:
        walk.go(f"/office/stays/{stay}/")
        demo.seen(
            "a guest's own page leads to the talk about him", walk.page.locator(f"main a[href='{path}']").count() == 1
        )
        walk.follow(walk.page.locator(f"main a[href='{path}']"))
        write(walk, f"Khách có gia hạn không? {word}")
        write(walk, f"Chỉ nội bộ {word}", "Note among the office")
        with TemporaryDirectory() as folder:
            file = Path(folder) / "giay-hen.png"
            Image.new("RGB", (400, 300), "white").save(file)
            walk.page.locator("main [name=attached]").set_input_files(file)
            write(walk, f"Mẫu giấy hẹn {word}")
        demo.seen("with an attachment", walk.page.locator("main .talk-file").count() >= 1)
        choice = walk.page.locator("main select[name=template]")
        demo.seen("templates to choose from", choice.locator("option").count() > 1)
        choice.select_option(index=1)
        walk.button("Put in").click()
        expect(walk.page.locator("main textarea[name=body]")).not_to_have_value("")
        body = walk.page.locator("main textarea[name=body]").input_value()
        demo.seen("a template is filled in", "{" not in body and body, body[:60])
        walk.page.locator("main textarea[name=body]").fill("")
        walk.look()


def the_lodging_reads(demo: Demo, word: str) -> None:
    with demo.person(DESK) as desk:
        desk.go("/stays/today/")
        badge = desk.page.locator(".top a[href='/messages/'] .badge-count")
        badge.wait_for()
        demo.seen("an unread badge", re.search(r"\d", badge.inner_text()), badge.inner_text())
        desk.go("/messages/")
        row = desk.page.locator("main [data-row]", has_text=word)
        demo.seen("unread in the inbox", row.locator(".chip").count() >= 1)
        desk.follow(row.locator("a"))
        words = desk.page.inner_text("main")
        demo.seen(
            "the side note is not seen by the lodging",
            f"Chỉ nội bộ {word}" not in desk.page.content() and word in words,
        )
        file_path = desk.page.locator("main .talk-file").first.get_attribute("href") or ""
        demo.seen("the attachment opens", desk.status_of(file_path) == 200)
        desk.look()


@part
def threads_of_lodging_and_dossier(demo: Demo) -> None:
    word = fresh()
    with demo.person(COMMUNE) as walk:
        walk.go(f"/lodgings/{house().pk}")
        write(walk, f"Chào cơ sở {word}")
        demo.seen("a thread on the establishment", True)
    with demo.person(HOST) as host:
        host.go("/messages/")
        demo.seen("the lodging has it", host.page.locator("main [data-row]", has_text=word).count() == 1)
    dossier = Dossier.objects.filter(state="accepted").order_by("-id").first()
    if dossier:
        with demo.person("thamdinh@xnc.example", size="1280") as walk:
            walk.go(f"/office/dossiers/{dossier.number}/")
            demo.seen("a thread on a dossier", walk.page.locator("main .talk-form").count() >= 1)


@part
def told_to_many(demo: Demo) -> None:
    title = f"Khai báo dịp lễ {fresh()}"
    with demo.person(COMMUNE) as walk:
        walk.go("/office/broadcasts/new/")
        walk.follow(walk.button("See how many it reaches"))
        demo.seen("a broadcast without title and text is refused", walk.page.locator("main .err").count() == 2)
        walk.look()
        walk.fill(title=title, body="Đề nghị khai báo ngay khi khách đến.")
        walk.follow(walk.button("See how many it reaches"))
        walk.follow(walk.page.locator("main form .form-actions .btn-primary"))
        made = Broadcast.objects.get(title=title)
        path = f"/office/broadcasts/{made.pk}/"
        demo.seen(
            "who has not confirmed", walk.page.locator("#not-yet").count() == 1, walk.page.inner_text("main .stats")
        )
    with demo.person(HOST) as host:
        told = Receipt.objects.filter(broadcast=made, establishment=house()).get()
        host.go("/stays/today/")
        host.page.locator(".strip > *").first.wait_for()  # what waits comes after the page
        demo.seen("it stands on the lodging's first page", title in host.page.inner_text("main"))
        host.go(f"/told/{told.pk}/")
        host.follow(host.button("Read and understood: confirm"))
        host.look()
    with demo.person(COMMUNE) as walk:
        walk.go(path)
        counts = walk.page.locator("main .stat-value").all_inner_texts()
        demo.seen("read and confirmed are counted", counts[1] != "0" and counts[2] != "0", counts)
        if walk.button("Remind them").count():
            walk.follow(walk.button("Remind them"))
            demo.seen("the others are reminded", walk.page.locator("main .alert").count() >= 1)
        file = export_list(walk.page, "main a[href$='/unconfirmed/']", "xlsx")
        demo.seen("the list of who has not", file.suggested_filename.endswith(".xlsx"), file.suggested_filename)
        walk.go(path)
        walk.look()
    demo.four_ways("broadcast", path, COMMUNE)
    demo.four_ways("broadcasts", "/office/broadcasts/", OFFICER)
    demo.four_ways("told", f"/told/{told.pk}/", HOST)
    demo.four_ways("broadcast-new-error", "/office/broadcasts/new/", OFFICER, press)


def press(page: Page) -> None:
    page.locator("main form[method=post] button[type=submit]").last.click()
    page.wait_for_load_state()


@part
def quick_report(demo: Demo) -> None:
    word = fresh()
    with demo.person(DESK) as desk:
        desk.go("/stays/today/")
        desk.follow(desk.page.locator("main a[href='/reports/new/']:visible").first)
        desk.follow(desk.button("Report now"))
        demo.seen("a report without words is refused", desk.page.locator("main .err").count() >= 1)
        desk.look()
        desk.page.locator("input[name=kind][value=no_papers]").check(force=True)
        desk.fill(body=f"Khách phòng 3 không có giấy tờ. {word}")
        desk.follow(desk.button("Report now"))
        report = Report.objects.latest("id")
        path = f"/reports/{report.pk}/"
        demo.seen(
            "no officer has it yet", desk.say("No officer has acknowledged it yet") in desk.page.inner_text("main")
        )
    demo.four_ways("report-waiting", path, HOST)
    with demo.person(COMMUNE) as walk:
        walk.go("/office/area/")
        link = walk.page.locator(f"main a[href='{path}']")
        demo.seen("first on the duty officer's page", link.count() >= 1)
        walk.go(path)
        walk.fill(reply="Tôi đến trong 20 phút.")
        walk.follow(walk.button("I have it"))
        walk.look()
    with demo.person(DESK) as desk:
        desk.go(path)
        words = desk.page.inner_text("main")
        demo.seen("acknowledged, with a time", re.search(r"\d\d/\d\d/\d{4} \d\d:\d\d", words) and "20 phút" in words)
    with demo.person(DUTY) as duty:
        demo.seen("the hotline's operator is no duty officer of lodgings", True, duty.status_of(path))
    for name, page, who in (
        ("report-new", "/reports/new/", DESK),
        ("report", path, COMMUNE),
        ("reports", "/reports/", COMMUNE),
    ):
        demo.four_ways(name, page, who)
    demo.four_ways("report-new-error", "/reports/new/", DESK, press)


@part
def message_pictures(demo: Demo) -> None:
    for name, page, who in (("messages", "/messages/", COMMUNE), ("messages-lodging", "/messages/", HOST),
                            ("messages-empty", "/messages/", "phantich@xnc.example"),
                            ("templates", "/messages/templates/", OFFICER),
                            ("template-new", "/messages/templates/new/", OFFICER),
                            ("notifications", "/notifications/", HOST)):  # fmt: skip
        demo.four_ways(name, page, who)
    demo.four_ways("template-error", "/messages/templates/new/", OFFICER, press)
