"""A listening meeting from its plan to its minutes: announced, seats taken, a room online and offline, closed."""

from datetime import timedelta

from playwright.sync_api import expect

from ancu.apps.listening.models import Meeting
from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.surveys_made import ANALYST, make, open_it, stamped

HOLDER, ABOVE = "canbo@maichau.example", "canbo@xnc.example"


def planned(demo: Demo, theme: str, *, survey: str = "", quota: str = "30") -> int:
    """Planned and announced for tomorrow by the commune; its key."""
    tomorrow = clock.today() + timedelta(days=1)
    with demo.person(HOLDER, size="1280") as walk:
        walk.go("/office/meetings/new/")
        walk.follow(walk.button("Save"))
        demo.seen(
            "an empty plan is told field by field",
            walk.page.locator("main .err").count() >= 4,
            walk.page.locator("main .err").count(),
        )
        walk.fill(theme=theme, venue="Nhà văn hóa xã", day=f"{tomorrow:%d/%m/%Y}", begins="08:00", ends="11:00",
                  quota=quota, agenda="Khai mạc\nNghe ý kiến\nTrả lời", survey=survey)  # fmt: skip
        walk.page.locator("label[for=id_level_1]").click()
        walk.follow(walk.button("Save"))
        walk.confirm("Announce")
        demo.seen(
            "it is announced",
            walk.page.locator("main .chip", has_text=walk.say("announced", context="meeting")).count() > 0,
        )
        return int(walk.path().strip("/").split("/")[-1])


def begins_now(pk: int) -> None:
    """The day has come."""
    now = clock.now()
    Meeting.objects.filter(pk=pk).update(starts_at=now, ends_at=now + timedelta(hours=3))


@part
def a_meeting(demo: Demo) -> None:
    with demo.person(ANALYST, size="1280") as walk:
        home = make(walk, stamped("Ý kiến tại buổi họp"), kinds=("single", "scale"))
        slug = open_it(walk, home)
    theme = stamped("Lắng nghe ý kiến nhân dân")
    pk = planned(demo, theme, survey=f"/s/{slug}")
    invited(demo, pk)
    ticket = seat_taken(demo, theme)
    begins_now(pk)
    at_the_door(demo, pk, ticket)
    polled(demo, pk)
    numbers = said_in_the_room(demo, pk)
    closed(demo, pk, numbers)


def invited(demo: Demo, pk: int) -> None:
    with demo.person(HOLDER) as walk:
        walk.go(f"/office/meetings/{pk}/")
        form = walk.page.locator("form[action$='/invite/']")
        form.locator("[name=name]").fill("Trưởng bản Hà Công Nhất")
        form.locator("[name=email]").fill("truongban@ban.example")
        walk.follow(walk.button("Keep a seat and write"))
        demo.seen("who is invited stands on the list", "Hà Công Nhất" in walk.page.locator("#list").inner_text())
        walk.look()


def seat_taken(demo: Demo, theme: str) -> str:
    """Anybody takes a seat on a phone; the path that the ticket's QR code opens at the door."""
    with demo.person() as walk:
        walk.go("/meetings/")
        walk.look()
        walk.follow(walk.page.locator("main a[href^='/meetings/']", has_text=theme).first)
        walk.follow(walk.button("Register"))
        demo.seen("a seat without a name is told", walk.page.locator("main .err").count() == 1)
        walk.fill(name="Bùi Thị Hoa", phone="0912345678")
        expect(walk.page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)
        walk.follow(walk.button("Register"))
        walk.heading(walk.say("Your seat"))
        walk.look()
        demo.keep(walk.page, "ticket-vi-360")
        demo.seen("the ticket is a QR code", walk.page.locator(".ticket-qr svg").count() == 1)
        code = walk.path().rstrip("/").rpartition("/")[2]
        calendar = walk.page.request.get(walk.page.url + "calendar.ics")
        demo.seen("and goes into one's calendar", calendar.text().startswith("BEGIN:VCALENDAR"))
        return code


def at_the_door(demo: Demo, pk: int, ticket: str) -> None:
    with demo.person(HOLDER) as walk:
        walk.go(f"/office/meetings/{pk}/")
        walk.follow(walk.button("Open the room"))
        walk.go(f"/office/meetings/{pk}/arrive/{ticket}/")
        walk.look()
        walk.follow(walk.button("Is here"))
        walk.go(f"/office/meetings/{pk}/arrive/{ticket}/")
        demo.seen("a ticket shown twice is told", walk.page.locator("main .alert-warning").count() == 1)
        walk.go(f"/office/meetings/{pk}/")
        form = walk.page.locator("form[action$='/present/']").last
        form.locator("[name=name]").fill("Người không đăng ký")
        walk.follow(walk.button("Put on the list"))
        listed = walk.page.locator("#list h2 .num").inner_text()
        demo.seen("two of three are here, by ticket and by list", listed.replace(" ", "") == "2/3", listed)


def polled(demo: Demo, pk: int) -> None:
    with demo.person() as walk:
        walk.go(f"/meetings/{pk}/")
        walk.follow(walk.link("Answer the survey of this meeting"))
        demo.seen("the room is polled by its survey", walk.path().startswith("/s/"))


def there(walk: Walk) -> None:
    walk.page.wait_for_selector("[data-room=there]", state="attached")


def said_in_the_room(demo: Demo, pk: int) -> int:
    """Two things with a line, one without; how many there are."""
    room = f"/office/meetings/{pk}/room/"
    with demo.person(HOLDER) as walk:
        page = walk.page
        walk.go(room)
        there(walk)
        walk.look()
        ready = walk.button("Make this phone ready")
        if ready.is_visible():
            walk.follow(ready)
            there(walk)
        walk.fill(name="Bùi Thị Hoa", body="Đèn ngõ 5 hỏng đã hai tháng, bao giờ sửa?")
        walk.choose(about="none")
        walk.button("Write it down").click()
        expect(page.locator("[data-part=raised]")).to_contain_text("Đèn ngõ 5")
        page.context.set_offline(True)
        page.goto(walk.address + room)
        there(walk)
        demo.keep(page, "room-offline-vi-360")
        walk.fill(body="Đường vào bản lầy lội khi mưa, mong được sửa trước Tết.")
        walk.choose(about="none")
        walk.button("Write it down").click()
        expect(page.locator("[data-part=kept]")).to_be_visible()
        demo.seen(
            "without a connection it is kept, and a code is given",
            page.locator("[data-part=code]").inner_text().startswith("MS"),
        )
        demo.keep(page, "room-kept-vi-360")
        page.context.set_offline(False)
        page.goto(walk.address + room)
        there(walk)
        expect(page.locator("[data-part=raised]")).to_contain_text("Đường vào bản", timeout=60_000)
        expect(page.locator("[data-part=kept]")).to_be_hidden()
    with demo.person(HOLDER) as walk:
        walk.go(room)
        raised = walk.page.locator("[data-part=raised] ul.rows > li").count()
        demo.seen("both have arrived, each once", raised == 2, raised)
        return raised


def closed(demo: Demo, pk: int, items: int) -> None:
    day = clock.today() + timedelta(days=7)
    with demo.person(HOLDER) as walk:
        walk.go(f"/office/meetings/{pk}/")
        walk.confirm("End the meeting")
        walk.fill(secretary="Hà Văn Ba")
        walk.follow(walk.button("Close the meeting"))
        demo.seen(
            "it is not closed while an item has no unit and day",
            walk.page.locator("main .err, main .alert-danger").count() > 0,
        )
        demo.keep(walk.page, "meeting-refused-vi-360")
        for number in range(items):
            form = walk.page.locator("form[action*='/items/']").first
            form.locator("[name=due_on]").fill(f"{day:%d/%m/%Y}")
            if number == 0:
                form.locator("[name=words]").fill("Thay đèn chiếu sáng ngõ 5")
            walk.follow(form.locator("button[type=submit]"))
        walk.fill(secretary="Hà Văn Ba", present="40")
        walk.follow(walk.button("Close the meeting"))
        demo.seen("with all of them it is", walk.page.locator("main a[href$='/minutes.pdf']").count() == 1)
        paper = walk.page.request.get(walk.address + f"/office/meetings/{pk}/minutes.pdf")
        demo.seen("the minutes are a PDF", paper.body().startswith(b"%PDF"), f"{len(paper.body()) // 1024} KB")
        demo.keep(walk.page, "meeting-closed-vi-360")
        walk.look()


@part
def full_and_called_off(demo: Demo) -> None:
    theme = stamped("Buổi họp một chỗ")
    pk = planned(demo, theme, quota="1")
    for name in ("Người đầu tiên", "Người thứ hai"):
        with demo.person() as walk:
            walk.go(f"/meetings/{pk}/")
            if walk.page.locator("main [name=name]").count():
                walk.fill(name=name)
                expect(walk.page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)
                walk.follow(walk.button("Register"))
            else:
                demo.seen(
                    "the last seat once taken, it is said",
                    walk.say("Every seat is taken") in walk.page.inner_text("main"),
                )
                demo.keep(walk.page, "meeting-full-vi-360")
    with demo.person(HOLDER) as walk:
        walk.go(f"/office/meetings/{pk}/")
        walk.page.locator("main details", has=walk.page.locator("[name=because]")).locator("summary").click()
        walk.fill(because="Bão số 10")
        walk.follow(walk.page.locator("form[action$='/cancel/'] button"))
    with demo.person() as walk:
        walk.go(f"/meetings/{pk}/")
        demo.seen("everybody reads why it was called off", "Bão số 10" in walk.page.inner_text("main"))


@part
def held_where(demo: Demo) -> None:
    with demo.person(ABOVE, size="1280") as walk:
        walk.go("/office/meetings/map/")
        expect(walk.page.locator(".listening-map canvas")).to_be_visible()
        sub = walk.page.locator("main .sub").first.inner_text()
        demo.seen(
            "a map of what was held where", "42" in sub or walk.page.locator("main table tbody tr").count() >= 11, sub
        )
        none = walk.page.locator("section[aria-labelledby=none]").inner_text()
        demo.seen("and which communes have had none", len(none) > 40, none[:80].replace("\n", " "))


@part
def pages(demo: Demo) -> None:
    held = Meeting.objects.filter(state="closed").earliest("pk")
    for name, path, who in (
        ("public-meetings", "/meetings/", ""), ("promises", "/meetings/promises/", ""),
        ("public-held", f"/meetings/{held.pk}/", ""), ("calendar", "/office/meetings/", ABOVE),
        ("map", "/office/meetings/map/", ABOVE), ("plan", "/office/meetings/new/", HOLDER),
        ("held", f"/office/meetings/{held.pk}/", ABOVE), ("calendar-empty", "/office/meetings/?month=2020-01", ABOVE),
    ):  # fmt: skip
        demo.four_ways(name, path, who)
    one = Meeting.objects.filter(state="announced", starts_at__gt=clock.now()).order_by("starts_at").first()
    if one:
        demo.four_ways("public-to-come", f"/meetings/{one.pk}/")
        demo.four_ways("announced", f"/office/meetings/{one.pk}/", ABOVE)
