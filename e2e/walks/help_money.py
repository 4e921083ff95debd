"""A programme's account and statement, closed books, photos, what everybody sees, and pictures of every page."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image

from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.help import KEEPER, LONG, SECOND, TODAY, act, hand_over, stamp, with_money
from e2e.walks.kit import Demo, part

YESTERDAY = f"{clock.today() - timedelta(days=1):%d/%m/%Y}"


def statement(*lines: str) -> dict[str, Any]:
    text = "\n".join(["Ngày giao dịch,Số tiền ghi có,Nội dung", *lines])
    return {"name": f"sao-ke-{stamp()}.csv", "mimeType": "text/csv", "buffer": text.encode()}


def sent(walk: Walk, page: str, file: dict[str, Any], button: str, **given: str) -> None:
    walk.go(page)
    walk.page.locator("main input[type=file]").set_input_files(file)
    walk.fill(**given)
    with walk.page.expect_response(lambda answer: answer.request.method == "POST"):  # a refused file stays on the page
        walk.button(button).click()
    walk.page.wait_for_load_state("networkidle")


@part
def bank(demo: Demo) -> None:
    """The account is compared by a second person; each transfer is an entry, a new gift, or set aside."""
    with demo.person(KEEPER) as walk:
        page = with_money(walk, f"Tài khoản {stamp()}")
        walk.go(f"{page}account/")
        walk.look()
        walk.fill(bank="Vietcombank", bin="97", number="0123 4567 89", holder="QUY XOA DOI GIAM NGHEO")
        walk.follow(walk.button("Have it compared"))
        demo.seen("a bank's number has six digits", walk.page.locator("main .err").count())
        walk.look()
        walk.fill(bin="970436")
        walk.follow(walk.button("Have it compared"))
        walk.follow(walk.page.locator("main a[href*='/account/']").first)
        account = walk.path()
        demo.seen("who entered it does not compare it", not walk.button("The account is right").count())
    with demo.person(SECOND) as walk:
        walk.go(account)
        walk.look()
        walk.follow(walk.button("The account is right"))
    with demo.person(KEEPER, size="1280") as walk:
        lines(demo, walk, page)
    with demo.person() as walk:
        walk.go(f"/community/{page.strip('/').rsplit('/', 1)[1]}/")
        demo.seen("everybody sees where to transfer to", "0123456789" in walk.page.inner_text("main"))
        walk.look()


def lines(demo: Demo, walk: Walk, page: str) -> None:
    file = statement(f"{TODAY},5000000,Cong ty Song Da ung ho", f"{TODAY},700000,Ba May", f"{TODAY},1234,Lai tien gui")
    sent(walk, f"{page}bank/", file, "Read the statement")
    walk.look()
    open_ = walk.page.locator("section[aria-labelledby=open] > ul > li")
    demo.seen("three transfers are open", open_.count() == 3, open_.count())
    walk.follow(open_.filter(has_text="5.000.000").locator("form[action$='/match/'] button").first)
    may = walk.page.locator("section[aria-labelledby=open] > ul > li", has_text="700.000")
    may.locator("details summary").first.click()
    may.locator("[name=name]").fill("Bà Bùi Thị Mây")
    walk.follow(may.get_by_role("button", name=walk.say("Enter the gift")))
    rest = walk.page.locator("section[aria-labelledby=open] > ul > li", has_text="1.234")
    rest.locator("details summary").last.click()
    walk.follow(rest.get_by_role("button", name=walk.say("Set it aside")))
    demo.seen("setting aside needs words", walk.page.locator("main .alert-danger, .alert-danger").count())
    rest.locator("details summary").last.click()
    rest.locator("[name=aside]").fill("Lãi tiền gửi")
    walk.follow(rest.get_by_role("button", name=walk.say("Set it aside")))
    demo.seen("nothing is open", walk.say("No transfer is open.") in walk.page.inner_text("main"))
    walk.look()
    sent(walk, f"{page}bank/", file, "Read the statement")
    demo.seen(
        "the same statement again changes nothing", walk.say("No transfer is open.") in walk.page.inner_text("main")
    )
    sent(walk, f"{page}bank/", {"name": "x.csv", "mimeType": "", "buffer": b"\x00\x01"}, "Read the statement")
    demo.seen("what is no statement is refused", walk.page.locator("main .err").count())
    walk.look()


@part
def closing(demo: Demo) -> None:
    with demo.person(KEEPER) as walk:
        page = with_money(walk, f"Khóa sổ {stamp()}")
        act(walk, page, "close", "Close the books", until=YESTERDAY)
        demo.seen("what is closed is shown first", walk.page.locator("#asked").count())
        walk.page.locator("main [name=sure]").check()
        walk.follow(walk.button("Close the books"))
        demo.seen("the books are closed", YESTERDAY in walk.page.inner_text("main"), walk.path())
        act(
            walk,
            page,
            "gift",
            "Enter the gift",
            radios=("id_gift-kind_0",),
            name="Đến muộn",
            quantity="1000",
            day=YESTERDAY,
        )
        demo.seen(
            "nothing is entered in a closed period",
            walk.page.locator("main .alert-danger").count(),
            walk.page.inner_text("main .alert-danger").replace("\n", " ")[:120],
        )
        walk.look()


@part
def photos(demo: Demo) -> None:
    """The camera's place is taken out; nobody but the office sees it until it is shown."""
    with demo.person(KEEPER) as walk:
        page = with_money(walk, f"Trao quà {stamp()}")
        public = f"/community/{page.strip('/').rsplit('/', 1)[1]}/"
        walk.go(f"{page}photos/")
        walk.look()
        sent(
            walk,
            f"{page}photos/",
            {"name": "x.jpg", "mimeType": "", "buffer": b"no picture"},
            "Keep the photo",
            caption="?",
        )
        demo.seen("what is no picture is refused", walk.page.locator("main .err").count())
        sent(walk, f"{page}photos/", photo(), "Keep the photo", caption="Trao áo ấm tại nhà văn hóa.")
        demo.seen(
            "the photo is the office's alone",
            walk.say("the office alone").lower() in walk.page.inner_text("main").lower(),
        )
        walk.look()
        source = walk.page.locator("main .photos img").first.get_attribute("src") or ""
        picture = Image.open(io.BytesIO(walk.page.request.get(demo.address + source).body()))
        demo.seen("the place is taken out of the picture", not picture.getexif(), picture.size)
        with demo.person() as anybody:
            anybody.go(public)
            demo.seen("nobody else sees it yet", not anybody.page.locator("main .photos").count())
            walk.follow(walk.button("Show it to everybody"))
            anybody.go(public)
            demo.seen("then everybody does", anybody.page.locator("main .photos img").count() == 1)
            anybody.look()


def photo() -> dict[str, Any]:
    drawn, exif = Image.new("RGB", (1200, 900), "#356b4f"), Image.Exif()
    exif[0x9286] = "20.6667 N 105.0833 E"
    held = io.BytesIO()
    drawn.save(held, "JPEG", exif=exif)
    return {"name": "trao-qua.jpg", "mimeType": "image/jpeg", "buffer": held.getvalue()}


@part
def everybody(demo: Demo) -> None:
    """The story's programmes with their amounts to the dong."""
    with demo.person() as walk:
        walk.go("/community/")
        walk.look()
        told = ""
        for link in [one.get_attribute("href") or "" for one in walk.page.locator("main .rows a, main a.card").all()]:
            walk.go(link)
            told += walk.page.inner_text("main")
        for wanted in ("281.000.000", "150.000.000", "70.750.000"):
            demo.seen(f"the story's amount {wanted}", wanted in told)
        number = link.strip("/").rsplit("/", 1)[1]
        for kind in ("xlsx", "csv"):
            demo.seen(f"the programme as {kind}", walk.status_of(f"/community/{number}/table.{kind}") == 200)
        demo.seen("a receipt that is not there", walk.status_of("/community/gifts/XX-000/") == 404)


@part
def pictures(demo: Demo) -> None:
    """Every page of the room, of a programme with long names."""
    with demo.person(KEEPER) as walk:
        page = with_money(walk, f"{LONG} {stamp()}")
        act(walk, page, "gift", "Enter the gift", radios=("id_gift-kind_0",), name=LONG, quantity="7000000")
        gift = walk.path()
        donor = (walk.link("Open the donor’s page").get_attribute("href") or "").split("/donors/")[1]
        act(
            walk, page, "pledge", "Enter the pledge", radios=("id_pledge-kind_0",), name=LONG, quantity="300", day=TODAY
        )
        entry = hand_over(walk, page, LONG)
        received = (walk.page.locator("[data-copy*='/received/']").get_attribute("data-copy") or "").split(
            "/received/"
        )[1]
        walk.go(f"{page}selections/")
        walk.fill(name=f"{LONG}", places="2")
        walk.follow(walk.button("Begin to choose"))
        selection = walk.path()
        walk.go("/office/community/")
        known = [one.get_attribute("href") or "" for one in walk.page.locator("main li[data-row] a").all()]
    old = known[-1]  # the story's first: full ledgers
    of_keepers(demo, page, {"programme-old": old, "gift": gift, "handover": entry, "selection": selection})
    of_everybody(
        demo, page, old, {"donor": f"/community/donors/{donor}", "received": f"/community/received/{received}"}
    )


def of_keepers(demo: Demo, page: str, more: dict[str, str]) -> None:
    for name, path in (
        ("list", "/office/community/"),
        ("programme", page),
        ("sign", f"{more['handover']}sign/"),
        ("pledges", f"{page}pledges/"),
        ("selections", f"{page}selections/"),
        ("photos", f"{page}photos/"),
        ("bank", f"{page}bank/"),
        ("account", f"{page}account/"),
        *((f"act-{one}", f"{page}{one}/") for one in ("gift", "handover", "purchase", "item", "goal", "close")),
        *more.items(),
    ):
        demo.four_ways(name, path, KEEPER)
    demo.four_ways("witness", f"{more['handover']}witness/", SECOND)
    demo.four_ways("gift-refused", f"{page}gift/", KEEPER, sends_nothing)


def of_everybody(demo: Demo, page: str, old: str, more: dict[str, str]) -> None:
    number = page.strip("/").rsplit("/", 1)[1]
    for name, path in (
        ("public", "/community/"),
        ("public-programme", f"/community/{number}/"),
        ("public-old", f"/community/{old.strip('/').rsplit('/', 1)[1]}/"),
        *more.items(),
    ):
        demo.four_ways(name, path)


def sends_nothing(page: Any) -> None:
    with page.expect_navigation():
        page.locator("main form.form button[type=submit]").first.click()
