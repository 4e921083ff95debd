"""Help from donor to household: a programme, gifts of all kinds, a fair choice, the recipient's confirmation."""

import re
import time
from datetime import timedelta

from django.urls import reverse
from playwright.sync_api import Page, expect

from ancu.apps.community.models import Entry
from ancu.apps.community.selectors.public import recipient_code
from ancu.core import clock
from e2e.walk import Walk
from e2e.walks.kit import Demo, part

KEEPER, SECOND = "canbo@xnc.example", "duyet@xnc.example"
TODAY = f"{clock.today():%d/%m/%Y}"
LONG = "Hội đồng hương và các nhà hảo tâm tỉnh Phú Thọ đang sinh sống ở nước ngoài xa q."[:80]
UNIT = "Mai Hạ"


def stamp() -> str:
    return f"{time.time():.0f}"[-6:]


def new_programme(walk: Walk, name: str) -> str:
    """Opened by the keeper; the address of its page."""
    walk.go("/office/community/")
    soon = f"{clock.today() + timedelta(days=300):%d/%m/%Y}"
    walk.fill(name=name, purpose="Quà Tết và áo ấm cho hộ nghèo vùng cao.", begins_on="01/01/2026", ends_on=soon)
    walk.follow(walk.button("Open the programme"))
    return walk.path()


BILL = {"seller": "Cửa hàng vật liệu Mai Hạ", "paper": "Hóa đơn 0000034"}


def choose(walk: Walk, name: str, typed: str) -> None:
    """From a long list, by some of its words."""
    box = walk.page.locator(f"[id='id_{name}-typed']")
    box.fill(typed)
    box.press("ArrowDown")
    box.press("Enter")


def act(
    walk: Walk, page: str, name: str, button: str, /, *, item: str = "", radios: tuple[str, ...] = (), **given: str
) -> None:
    """One act on the ledger by its own page."""
    walk.go(f"{page}{name}/")
    for radio in radios:
        walk.page.locator(f"label[for={radio}]").click()
    if item:
        walk.page.select_option(f"main [name={name}-item]", label=item)
    for field, text in given.items():
        box = walk.page.locator(f"main [name='{name}-{field}']")
        if box.evaluate("box => box.tagName") == "SELECT":
            box.select_option(text)
        else:
            box.fill(text)
    walk.follow(walk.button(button))


def money_item(walk: Walk, page: str) -> str:
    walk.go(f"{page}gift/")
    return walk.page.locator("main [name=gift-item] option").first.inner_text()


def hand_over(walk: Walk, page: str, household: str, amount: str = "500000") -> str:
    """To a household that was not chosen by points, with the reason; the address of the entry."""
    walk.go(f"{page}handover/")
    if walk.page.locator("[id='id_handover-recipient-typed']").count():
        choose(walk, "handover-recipient", "")
    walk.page.locator("main [name='handover-name']").fill(household)
    walk.page.locator("label[for=id_handover-kind_0]").click()
    choose(walk, "handover-unit", UNIT)
    walk.page.locator("main [name='handover-reason']").fill("Nhà cháy đêm trước, xã đề nghị.")
    walk.page.locator("main [name='handover-quantity']").fill(amount)
    walk.follow(walk.button("Enter the handing over"))
    return walk.path()


def sign(page: Page) -> None:
    pad = page.locator("[data-sign-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    page.mouse.down()
    for step in range(1, 13):
        page.mouse.move(
            box["x"] + 20 + step * box["width"] / 15, box["y"] + box["height"] * (0.25 if step % 2 else 0.75)
        )
    page.mouse.up()


def with_money(walk: Walk, name: str) -> str:
    """A programme that has five million to give away."""
    page = new_programme(walk, name)
    act(walk, page, "gift", "Enter the gift", radios=("id_gift-kind_0",), name="Công ty Sông Đà", quantity="5000000")
    return page


@part
def programme(demo: Demo) -> None:
    with demo.person(KEEPER) as walk:
        walk.go("/office/community/")
        walk.look()
        walk.follow(walk.button("Open the programme"))
        demo.seen("a programme without a name is refused", walk.page.locator("main .err").count() >= 3)
        walk.look()
        page = new_programme(walk, f"Tết ấm {stamp()}")
        walk.look()
        demo.seen(
            "a new programme is open, and its page says what to do first",
            walk.say("Nothing is entered yet") in walk.page.inner_text("main"),
        )
        walk.go(f"{page}gift/")
        walk.follow(walk.button("Enter the gift"))
        demo.seen("a gift of nothing is refused beside the fields", walk.page.locator("main .err").count() >= 2)
        walk.look()
        gifts(demo, walk, page)
        rest(demo, walk, page)


def gifts(demo: Demo, walk: Walk, page: str) -> None:
    """An organisation, a person, and one who wants no name; money, goods and hours."""
    act(walk, page, "gift", "Enter the gift", radios=("id_gift-kind_0",), name=LONG, quantity="12000000")
    demo.seen("an organisation gave money", LONG in walk.page.inner_text("main"), walk.path())
    walk.look()
    act(walk, page, "item", "Add it", measure="pieces", name="Áo ấm", vnd_each="150000", valued_by="Hóa đơn")
    act(
        walk,
        page,
        "item",
        "Add it",
        measure="minutes",
        name="Công lao động",
        vnd_each="500",
        valued_by="Mức khoán của xã",
    )
    walk.go(f"{page}gift/")
    labels = walk.page.locator("main [name=gift-item] option").all_inner_texts()
    demo.seen("goods and hours are counted with their value", len(labels) == 3, labels)
    act(
        walk,
        page,
        "gift",
        "Enter the gift",
        item=labels[1],
        radios=("id_gift-kind_1",),
        name="Bà Bùi Thị Mây",
        quantity="40",
    )
    unnamed(demo, walk, page, labels[2])


def unnamed(demo: Demo, walk: Walk, page: str, hours: str) -> None:
    """One gives hours and wants no name; his own page has his receipt."""
    walk.go(f"{page}gift/")
    walk.page.locator("label[for=id_gift-anonymous], main label:has([name=gift-anonymous])").first.click()
    walk.page.locator("label[for=id_gift-kind_1]").click()
    walk.page.select_option("main [name=gift-item]", label=hours)
    walk.page.locator("main [name='gift-name']").fill("Ông Hà Văn Kín")
    walk.page.locator("main [name='gift-quantity']").fill("16")
    walk.follow(walk.button("Enter the gift"))
    demo.seen(
        "one gave hours and is not named in public",
        walk.say("not named in public").lower() in walk.page.inner_text("main").lower(),
    )
    donor = walk.link("Open the donor’s page").get_attribute("href") or ""
    walk.go(f"{demo.address}/community/donors/{donor.rstrip('/').rsplit('/', 1)[1]}/")
    walk.look()
    receipt = walk.page.locator("main a[href*='/receipts/']").first.get_attribute("href") or ""
    demo.seen("the donor's page has his receipt", walk.page.request.get(demo.address + receipt).body()[:4] == b"%PDF")


def rest(demo: Demo, walk: Walk, page: str) -> None:
    """A pledge that comes in; then purchases and goals, more than is in hand, and what was wrong."""
    act(
        walk,
        page,
        "pledge",
        "Enter the pledge",
        radios=("id_pledge-kind_0",),
        name="Hội Chữ thập đỏ",
        quantity="3000000",
        day=TODAY,
    )
    walk.go(f"{page}pledges/")
    walk.look()
    demo.seen(
        "a pledge has its words for the transfer", re.search(r"[A-Z]{2}\w{5,}", walk.page.inner_text("main .rows"))
    )
    walk.follow(walk.link("It came in"))
    walk.follow(walk.button("Enter the gift"))
    demo.seen("the pledge came in", walk.say("For the pledge") in walk.page.inner_text("main"))
    spent(demo, walk, page)


def spent(demo: Demo, walk: Walk, page: str) -> None:
    """Bought, aimed at, and put right."""
    walk.go(f"{page}purchase/")
    labels = walk.page.locator("main [name=purchase-item] option").all_inner_texts()
    act(walk, page, "purchase", "Enter the purchase", item=labels[-2], paid="1500000", quantity="10", **BILL)
    demo.seen(
        "something was bought",
        walk.path().startswith(page),
        walk.page.inner_text("main .facts").replace("\n", " ")[:120],
    )
    act(walk, page, "purchase", "Enter the purchase", paid="999999999", quantity="10", **BILL)
    walk.page.locator("main [name=sure]").check()  # so much for ten is asked about first
    walk.follow(walk.button("Enter the purchase"))
    demo.seen(
        "more than there is cannot be spent",
        walk.page.locator("main .alert-danger").count(),
        walk.page.inner_text("main .alert-danger").replace("\n", " ")[:120],
    )
    walk.look()
    act(walk, page, "goal", "Set the goal", radios=("id_goal-what_0",), quantity="100")
    walk.go(page)
    demo.seen("the goal shows how far it is", walk.page.locator("main .goals").count())
    walk.look()
    walk.follow(walk.page.locator("section[aria-labelledby=entries] a[data-open]").first)
    walk.page.locator("main details:has([name=reason]) summary").click()
    walk.fill(reason="Nhập nhầm.")
    walk.follow(walk.button("Reverse the entry"))
    demo.seen(
        "an entry is reversed and both stay",
        walk.say("reversed", context="entry").lower() in walk.page.inner_text("main").lower(),
    )
    for kind in ("xlsx", "csv"):
        demo.seen(f"the ledger as {kind}", walk.status_of(f"{page}ledger.{kind}") == 200)


@part
def choice(demo: Demo) -> None:
    """Facts make points; a choice that leaves them says why; a second person approves; names are protected."""
    names = [f"Hộ Mùa Thị {stamp()}", f"Hộ Vì Văn {stamp()}"]
    with demo.person(KEEPER) as walk:
        page = with_money(walk, f"Bò giống {stamp()}")
        walk.go(f"{page}selections/")
        walk.look()
        walk.fill(name="Quà Tết đợt 1", places="1")
        walk.follow(walk.button("Begin to choose"))
        walk.look()
        for name, fact in zip(names, ("poor", "near_poor"), strict=True):
            walk.page.locator("main [name='new-name']").fill(name)
            walk.page.locator("label[for=id_new-kind_0]").click()
            choose(walk, "new-unit", UNIT)
            walk.page.locator(f"main [name='new-fact_{fact}']").check()
            walk.follow(walk.button("Add to the list"))
        walk.page.locator("main [name=chosen]").nth(1).check()
        walk.follow(walk.button("Propose these"))
        demo.seen("fewer points need a reason", names[0] in walk.page.inner_text("main .alert-danger"))
        walk.look()
        for number in range(2):
            walk.page.locator("main input[name^=reason-]").nth(number).fill("Đã nhận bò của chương trình khác.")
        walk.follow(walk.button("Propose these"))
        here = walk.path()
        demo.seen("whoever proposes does not approve", not walk.page.locator("main details.confirm").count())
    with demo.person(SECOND) as walk:
        walk.go("/office/community/")
        demo.seen("it waits for the second person", walk.page.locator(f"main a[href='{here}']").count())
        walk.go(here)
        walk.look()
        walk.confirm("Approve the choice")
        demo.seen(
            "a second person approves",
            not walk.page.locator("main details.confirm").count(),
            walk.page.inner_text("main p.muted")[:120],
        )
    handed_to_the_chosen(demo, page, names)


def handed_to_the_chosen(demo: Demo, page: str, names: list[str]) -> None:
    """Before a witness who says why; the public page names no household."""
    with demo.person(KEEPER) as walk:
        walk.go(f"{page}handover/")
        choose(walk, "handover-recipient", names[1][:12])
        walk.page.locator("main [name='handover-quantity']").fill("1000000")
        walk.follow(walk.button("Enter the handing over"))
        entry = walk.path()
        demo.seen("who entered it enters no witness", "/witness/" not in walk.page.content())
    with demo.person(SECOND) as walk:
        walk.go(entry)
        walk.follow(walk.link("Before a witness"))
        walk.follow(walk.button("Confirm the receipt"))
        demo.seen("a witness says who and why", walk.page.locator("main .err").count() >= 3)
        walk.look()
        walk.fill(name="Hà Thị Thơm", standing="trưởng xóm", words="Chủ hộ không biết chữ.")
        walk.follow(walk.button("Confirm the receipt"))
        demo.seen("confirmed before a witness", "Hà Thị Thơm" in walk.page.inner_text("main"))
        demo.seen(
            "the minutes are a PDF", walk.page.request.get(f"{demo.address}{entry}paper.pdf").body()[:4] == b"%PDF"
        )
    with demo.person() as walk:
        walk.go(f"/community/{page.strip('/').rsplit('/', 1)[1]}/")
        walk.look()
        demo.seen(
            "everybody sees the programme and no household",
            "Sông Đà" in walk.page.inner_text("main") and not any(name in walk.page.content() for name in names),
        )


@part
def on_the_phone(demo: Demo) -> None:
    """By signature on the officer's phone, and by QR on the recipient's own."""
    with demo.person(KEEPER) as walk:
        page = with_money(walk, f"Áo ấm {stamp()}")
        hand_over(walk, page, "Hộ Giàng A Chư")
        walk.follow(walk.link("Sign on this phone"))
        walk.fill(name="Giàng A Chư", standing="chủ hộ")
        walk.follow(walk.button("Confirm the receipt"))
        demo.seen(
            "no signature, no confirmation", walk.say("Please sign in the field.") in walk.page.inner_text("main")
        )
        walk.look()
        sign(walk.page)
        walk.follow(walk.button("Confirm the receipt"))
        demo.seen("the signature is kept", "Giàng A Chư" in walk.page.inner_text("section[aria-labelledby=said]"))
        walk.look()
        hand_over(walk, page, "Hộ Sùng Y Dợ")
        entry = walk.path()
        by_qr(demo, slip_address(Entry.objects.get(pk=int(entry.rstrip("/").rsplit("/", 1)[1]))))
        walk.go(entry)
        demo.seen(
            "the office reads both of the recipient's words",
            walk.page.locator("section[aria-labelledby=said] li").count() == 2,
        )
        walk.look()


def slip_address(entry: Entry) -> str:
    """What the code on the recipient's slip leads to; no page of the office shows it."""
    return reverse("community:received", args=[entry.number, recipient_code(entry)])


def by_qr(demo: Demo, path: str) -> None:
    with demo.person() as phone:
        phone.go(path)
        phone.look()
        phone.page.locator("main details summary").click()
        phone.fill(words="Thiếu một bao gạo.")
        phone.follow(phone.button("Tell the office"))
        phone.look()
        phone.follow(phone.button("Yes, I received it"))
        demo.seen("the recipient confirms on his own phone", phone.say("We thank you") in phone.page.inner_text("main"))
        phone.look()


@part
def without_a_line(demo: Demo) -> None:
    """The phone takes the handing over along, keeps the signature sealed, and sends it once the connection is back."""
    with demo.person(KEEPER) as walk:
        page = with_money(walk, f"Vùng cao {stamp()}")
        entry = hand_over(walk, page, "Hộ Lý A Tủa")
        walk.follow(walk.link("Sign on this phone"))
        address, ready = walk.page.url, walk.button("Make this phone ready")
        ready.wait_for()
        with walk.page.expect_navigation():
            ready.click()
        expect(walk.page.locator("[data-handing=there]")).to_be_attached()
        there = opens_without_a_line(walk, address)
        demo.seen(
            "without a connection the phone shows what it took along",
            there,
            walk.page.inner_text("main").replace("\n", " ")[:160],
        )
        demo.keep(walk.page, "offline-sign")
        walk.fill(name="Lý A Tủa", standing="chủ hộ")
        sign(walk.page)
        walk.button("Confirm the receipt").click()
        expect(walk.page.locator("[data-part=kept]")).to_be_visible()
        demo.keep(walk.page, "offline-kept")
        walk.page.context.set_offline(False)
        walk.go(entry)
        for _turn in range(20):
            if "Lý A Tủa" in walk.page.inner_text("section[aria-labelledby=said]"):
                break
            walk.page.wait_for_timeout(2000)
            walk.go(entry)
        demo.seen(
            "the signature arrives by itself", "Lý A Tủa" in walk.page.inner_text("section[aria-labelledby=said]")
        )
        walk.look()


def opens_without_a_line(walk: Walk, address: str) -> bool:
    """Whether the kept page knows the handing over, once the phone has had time to take it along."""
    for _turn in range(20):
        walk.page.wait_for_timeout(1500)  # with a line: it takes along what there is
        walk.page.context.set_offline(True)
        walk.page.goto(address, wait_until="domcontentloaded", timeout=60_000)
        expect(walk.page.locator("[data-handing=there]")).to_be_attached()
        if walk.page.locator("[data-part=facts]").is_visible():
            return True
        walk.page.context.set_offline(False)
        walk.page.goto(address, wait_until="domcontentloaded")
    return False
