"""Declaring in seconds: a passport's picture, a group of them, a phone without a connection, what the reader answers.

The picture that the office keeps is walked where the demo was started with PASSPORT_PICTURES_DAYS=7 and
PASSPORT_PICTURES_BASIS="…"; else that part says so.
"""

import json
import subprocess
import sys
import time
from pathlib import Path

from django.conf import settings
from playwright.sync_api import expect

from ancu.apps.files.models import StoredFile
from ancu.apps.stays.models import Device, Stay
from e2e.line import Line, line_to
from e2e.phone import STORED, day, key_guest, there, wait_for, without_line
from e2e.test_photos import READ_MS, choose, picture
from e2e.walk import Walk
from e2e.walks.hotel import new_key
from e2e.walks.kit import PASSWORD, Demo, free_number, part, press

DESK, MANAGER, OFFICER = "letan@homestay.example", "quanly@homestay.example", "canbo@xnc.example"
NAMES = ["hoffmann", "kim", "tanaka", "sutarno"]


@part
def photo_to_receipt(demo: Demo) -> None:
    with demo.person(DESK) as desk:
        desk.go("/stays/today/")
        began = time.monotonic()
        desk.follow(desk.page.locator("main a[href='/stays/declare/']").first)
        choose(desk, "hoffmann")
        number = desk.page.locator("[name=document_number]")
        expect(number).to_have_value("C01X0T478", timeout=READ_MS)
        strips = desk.page.locator(".field img.strip:visible").count()
        demo.seen("what was read stands beside its strip", strips >= 4, strips)
        demo.keep(desk.page, "photo-read-vi-360")
        desk.fill(document_number=free_number("C"), room="5A", permitted_until=day(20))
        desk.page.locator("[data-night='2']").click()
        desk.follow(desk.page.locator("button[name=save]"))
        took = time.monotonic() - began
        demo.seen("from opening the form to the receipt in 20 s", took <= 20, f"{took:.1f} s")
        desk.heading("HOFFMANN JOERG")
        demo.seen("the receipt", "/receipts/" in desk.page.url or "receipt" in desk.page.content(), desk.path())
        demo.keep(desk.page, "photo-receipt-vi-360")


@part
def doubtful_blurred_and_no_passport(demo: Demo) -> None:
    with demo.person(DESK, lang="en") as desk:
        desk.go("/stays/declare/")
        choose(desk, "doubtful")
        expect(desk.page.locator("mark").first).to_be_visible(timeout=READ_MS)
        demo.seen("characters in doubt are marked", True, desk.page.locator("mark").all_inner_texts())
        demo.keep(desk.page, "photo-doubtful-en-360")
    with demo.person(DESK, lang="en") as desk:
        desk.go("/stays/declare/")
        choose(desk, "blurred")
        told = desk.page.locator("[data-photo-refused]")
        expect(told).to_be_visible(timeout=READ_MS)
        demo.seen("a blurred picture is told so", "blurred" in told.inner_text(), told.inner_text())
        choose(desk, "kim")
        expect(desk.page.locator("[name=document_number]")).to_have_value("M38200429", timeout=READ_MS)
        demo.seen("another picture after it is read", told.is_hidden())


@part
def group_of_twenty(demo: Demo) -> None:
    """Twenty pictures at once: progress, one preview, one declaration."""
    with demo.person(DESK) as guide:
        guide.go("/stays/photos/")
        with guide.page.expect_file_chooser() as chooser:
            guide.page.locator("[data-photo-choose]").click()
        began = time.monotonic()
        chooser.value.set_files([picture((*NAMES, "doubtful")[n % 5]) for n in range(20)])
        done = guide.say("{n} of {all} pictures looked at").format(n=20, all=20)
        expect(guide.page.locator("[data-photo-text]")).to_have_text(done, timeout=8 * READ_MS)
        demo.seen("twenty pictures with progress", True, f"{time.monotonic() - began:.1f} s")
        demo.keep(guide.page, "group-progress-vi-360")
        guide.fill(room="12", permitted_until=day(30))
        guide.page.locator("[data-night='2']").click()
        guide.follow(guide.button("Look at the rows"))
        demo.seen("one preview of all", guide.page.locator("[id^=row-]").count() == 20, guide.page.inner_text("h1"))
        demo.seen("the same guest twice is told", "M38200429" in guide.page.content())
        demo.keep(guide.page, "group-preview-vi-360")


@part
def api_and_command(demo: Demo) -> None:
    names = [str(picture(name)) for name in ("hoffmann", "doubtful", "blurred")]
    out = subprocess.run(
        [sys.executable, "manage.py", "read_passport", *names, "--json"], capture_output=True, text=True, check=False
    )
    told = json.loads(out.stdout)
    keys = {"format", "lines", "valid", "confidence", "fields"}
    demo.seen("read_passport --json: one object a picture", len(told) == 3 and keys <= set(told[0]), list(told[0]))
    demo.seen(
        "a picture that cannot be read is told", out.returncode == 2 and told[2]["problem"] == "no_zone", out.stderr
    )
    with demo.person(MANAGER) as manager:
        secret = new_key(manager)
    read = manager_reads(demo, secret)
    demo.seen("POST documents/read", read["fields"]["document_number"] == "C01X0T478", read.get("confidence"))


def manager_reads(demo: Demo, secret: str) -> dict[str, dict[str, str]]:
    with demo.person() as anybody:
        answer = anybody.page.request.post(
            f"{demo.address}/api/v1/documents/read",
            headers={"Authorization": f"Bearer {secret}"},
            multipart={
                "image": {"name": "p.jpg", "mimeType": "image/jpeg", "buffer": picture("hoffmann").read_bytes()}
            },
        )
        told: dict[str, dict[str, str]] = answer.json()
        demo.seen("documents/read answers", answer.status == 200, answer.status)
        return told


@part
def kept_picture(demo: Demo) -> None:
    """The office has turned keeping on: the picture is encrypted, has an end, and each look is in the audit."""
    if not settings.PASSPORT_PICTURES_DAYS:
        demo.seen("kept picture (start the demo and the walk with PASSPORT_PICTURES_DAYS)", False)
        return
    number = free_number("K")
    with demo.person(DESK) as desk:
        desk.go("/stays/declare/")
        demo.seen("the form says that the picture is kept", "7" in desk.page.locator("main").inner_text())
        choose(desk, "kim")
        expect(desk.page.locator("[name=document_number]")).to_have_value("M38200429", timeout=READ_MS)
        desk.fill(document_number=number, room="8", permitted_until=day(20))
        desk.page.locator("[data-night='2']").click()
        demo.keep(desk.page, "kept-form-vi-360")
        desk.follow(desk.page.locator("button[name=save]"))
    stay = Stay.objects.get(document_number=number)
    file = StoredFile.objects.filter(purpose="passport").order_by("-created_at")[0]
    stored = Path(settings.MEDIA_ROOT) / file.path
    demo.seen("on the disk it is no JPEG: encrypted", stored.read_bytes()[:2] != b"\xff\xd8", stored.read_bytes()[:6])
    demo.seen("it has an end", file.delete_after is not None, file.delete_after)
    path = f"/office/submissions/{stay.submission_id}/pictures/"
    with demo.person(OFFICER, size="1280") as officer:
        officer.go(path)
        shown = officer.page.locator("main img").first.get_attribute("src") or ""
        answer = officer.page.request.get(demo.address + shown)
        demo.seen("an officer sees it", answer.ok and answer.body()[:2] == b"\xff\xd8", answer.status)
    with demo.person(DESK) as desk:
        demo.seen("the lodging does not", desk.status_of(path) in {403, 404}, desk.status_of(path))
    demo.four_ways("kept-picture", path, OFFICER)


@part
def without_a_line(demo: Demo) -> None:
    """Declared without a connection, a refused one mended, and a phone that is cut off."""
    with line_to(demo.address) as line:
        office, demo.address = demo.address, f"http://localhost:{line.port}"
        try:
            _on_a_phone(demo, line, office)
        finally:
            demo.address = office


def _on_a_phone(demo: Demo, line: Line, office: str) -> None:
    context = demo.browser.new_context(viewport={"width": 360, "height": 740}, locale="vi-VN")
    context.add_cookies([{"name": "django_language", "value": "vi", "url": demo.address}])
    desk = Walk(context.new_page(), demo.address, "vi")
    desk.go("/accounts/login/")
    desk.fill(login=DESK, password=PASSWORD)
    desk.follow(desk.button("Sign in"))
    desk.go("/stays/queue/")
    desk.follow(desk.button("Make this phone ready"))
    there(desk.page)
    demo.keep(desk.page, "offline-ready-vi-360")
    line.cut()
    without_line(desk, "/stays/declare/")
    mark = int(time.time()) % 1000
    for number in (1, 2):
        key_guest(desk, number, document_number=f"OF{mark}X{number}")
    without_line(desk, "/stays/queue/")
    expect(desk.page.locator("[data-rows-here] > li")).to_have_count(2)
    demo.seen("two wait on the phone, visibly", True, desk.page.locator("[data-rows-here]").inner_text()[:120])
    demo.keep(desk.page, "offline-queue-vi-360")
    stored = desk.page.evaluate(STORED)
    demo.seen("what waits cannot be read from the disk", "HOFFMANN" not in stored and f"OF{mark}X" not in stored)
    line.mend()
    desk.button("Send now").click()
    wait_for(desk.page, lambda: desk.page.locator("[data-state=sent]").count() >= 2)
    sent = Stay.objects.filter(document_number__startswith=f"OF{mark}X").values_list("document_number", flat=True)
    demo.seen(
        "sent when the connection is back, each once", sorted(sent) == [f"OF{mark}X1", f"OF{mark}X2"], sorted(sent)
    )
    demo.keep(desk.page, "offline-sent-vi-360")
    _cut_off(demo, desk, office, line)
    context.close()


def _cut_off(demo: Demo, desk: Walk, office: str, line: Line) -> None:
    """The phone is lost with a guest on it: the manager cuts it off; nothing opens on it, nothing is taken from it."""
    line.cut()
    without_line(desk, "/stays/declare/")
    key_guest(desk, 3, document_number=free_number("L"))
    device = Device.objects.latest("created_at")
    here, demo.address = demo.address, office
    demo.four_ways("devices", "/stays/devices/", MANAGER)
    with demo.person(MANAGER) as manager:
        manager.go("/stays/devices/")
        question = manager.page.locator(f"details.confirm:has(form[action='/stays/devices/{device.pk}/cut-off/'])")
        question.locator("summary").click()
        demo.seen("it is asked first what that means", "mất" in question.inner_text(), question.inner_text())
        manager.follow(question.locator(".confirm-body button"))
        device.refresh_from_db()
        demo.seen("the manager cuts the phone off", device.cut_off_at is not None, device.cut_off_at)
        demo.keep(manager.page, "cut-off-vi-360")
    demo.address = here
    before = Stay.objects.count()
    line.mend()
    desk.page.goto(desk.address + "/stays/queue/")
    desk.page.wait_for_load_state("networkidle")
    demo.keep(desk.page, "cut-off-phone-vi-360")
    demo.seen("the lost phone sends nothing more", Stay.objects.count() == before, desk.page.inner_text("main")[:160])
    stored = desk.page.evaluate(STORED)
    demo.seen("and nothing on it can be read", "HOFFMANN" not in stored)


@part
def pages(demo: Demo) -> None:
    demo.four_ways("declare", "/stays/declare/", DESK)
    demo.four_ways("declare-errors", "/stays/declare/", DESK, lambda page: press(page, "button[name=save]"))
    demo.four_ways("photos", "/stays/photos/", DESK)
    demo.four_ways("queue", "/stays/queue/", DESK)
    demo.four_ways("mine", "/lodgings/mine", MANAGER)
