"""Tips: an anonymous source on its own page, a unit's handlers with their passphrases, keys that change hands."""

import re

from django.conf import settings
from playwright.sync_api import Page, expect

from ancu.demo.tips import PASSPHRASES
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.surveys_made import stamped
from e2e.walks.tips_made import (
    CHIEF,
    COMMUNE,
    COMMUNE_2,
    OFFICE,
    OFFICE_2,
    OPERATOR,
    come_back,
    open_newest,
    tell,
    unlock,
)  # fmt: skip


@part
def the_sources_page(demo: Demo) -> None:
    """No cookie, nothing from elsewhere, the emergency number first, out by one key."""
    for lang in ("vi", "en"):
        with demo.person(lang=lang) as source:
            asked: list[str] = []
            source.page.context.clear_cookies()
            source.page.on("request", lambda request, asked=asked: asked.append(request.url))
            source.go(f"/tips/?lang={lang}")
            first = source.page.locator("main a[href^='tel:']").first
            demo.seen(
                f"the emergency number stands first ({lang})",
                first.bounding_box() is not None and (first.bounding_box() or {})["y"] < 500,
            )
            demo.seen("what is protected and what is not", source.page.locator("main h2").count() >= 3)
            source.look()
            source.follow(source.link("Write a tip"))
            source.look()
            source.follow(source.button("Seal and send"))
            demo.seen("an empty tip is told", source.page.locator("main .err").count() == 1)
            recorder = source.page.locator("[data-recorder]")
            demo.seen("a voice note can be recorded", recorder.is_visible())
            demo.seen("no cookie", source.page.context.cookies() == [], source.page.context.cookies())
            elsewhere = [one for one in asked if not one.startswith((source.address, "data:", "blob:"))]
            demo.seen("nothing is asked of another site", not elsewhere, elsewhere)
            source.fill(text="Việc chỉ mình tôi biết")
            away = settings.TIPS_LEAVE_URL
            source.page.context.route(f"{away}**", lambda route: route.fulfill(body="Bách khoa toàn thư"))
            source.page.keyboard.press("Escape")
            source.page.wait_for_url(away)
            source.page.go_back()
            source.page.wait_for_url(away)
            demo.seen("Esc leaves, and the way back leads away again", True, source.page.url)


@part
def a_conversation(demo: Demo) -> None:
    said, asked, more = (
        stamped("Nhóm lạ giao hàng cấm sau bến xe"),
        stamped("Quý vị có nhớ biển số không"),
        stamped("Biển số đuôi 77"),
    )
    receipt = tell(demo, said)
    demo.seen("a receipt of sixteen digits", len(re.sub(r"\D", "", receipt)) == 16)
    with demo.person(OFFICE, size="1280") as handler:
        handler.go("/office/tips/")
        handler.fill(passphrase="sai rồi sai rồi sai rồi")
        handler.follow(handler.button("Unlock"))
        demo.seen("a wrong passphrase opens nothing", handler.page.locator("main .err, main .alert-danger").count() > 0)
        demo.keep(handler.page, "unlock-wrong-vi-1280")
        unlock(handler, OFFICE)
        open_newest(handler, said)
        demo.seen("the handler reads it", said in handler.page.inner_text("main"))
        photo = handler.page.locator("main img.paper")
        photo.scroll_into_view_if_needed()
        expect(photo).to_have_js_property("naturalWidth", 640)
        triaged(demo, handler)
        handler.page.locator("form[action$='/reply/'] [name=text]").fill(asked)
        handler.follow(handler.button("Seal and reply"))
        demo.keep(handler.page, "tip-vi-1280")
        handler.look()
        handler.go("/office/tips/")
        handler.follow(handler.button("Lock"))
        demo.seen("locked, it asks for the passphrase again", handler.page.locator("[name=passphrase]").count() == 1)
    come_again(demo, receipt, said, asked, more)


def come_again(demo: Demo, receipt: str, said: str, asked: str, more: str) -> None:
    with demo.person() as source:
        source.page.context.clear_cookies()
        come_back(source, "1234 1234 1234 1234")
        demo.seen(
            "wrong digits are told",
            source.page.locator("main .err, main .alert-danger, main .alert-warning").count() > 0,
        )
        come_back(source, receipt)
        told = source.page.inner_text("main")
        demo.seen("the source reads the reply, not its own words", asked in told and said not in told)
        source.look()
        source.fill(text=more)
        expect(source.page.locator("form[data-puzzle] [name=solution]").last).not_to_have_value("", timeout=60_000)
        source.follow(source.button("Seal and send"))
        source.sees(source.say("Sealed and received"))
        demo.seen("and says more, still without a cookie", source.page.context.cookies() == [])
        demo.keep(source.page, "conversation-vi-360")


def triaged(demo: Demo, handler: Walk) -> None:
    handler.page.locator("main select[name=category]").select_option("drugs")
    handler.page.locator("label", has=handler.page.locator("input[value=now]")).first.click()
    handler.page.locator("form[action$='/sort/'] [name=case_number]").fill("VV-123/2026")
    handler.follow(handler.button("Seal and keep"))
    demo.seen(
        "sorted: matter, urgency, number of the case",
        handler.page.locator("[name=case_number]").input_value() == "VV-123/2026",
    )


@part
def handed_over_and_closed(demo: Demo) -> None:
    words = stamped("Việc ở xã Mai Hạ báo nhầm lên phòng")
    receipt = tell(demo, words, named=True)
    with demo.person(OFFICE, size="1280") as handler:
        unlock(handler, OFFICE)
        open_newest(handler, words)
        here = handler.path()
        box = handler.page.locator("form[action$='/forward/']")
        box.locator("[name=unit]").select_option(index=0)
        handler.confirm("Seal and hand over")
        demo.seen("handed over, it is no longer to be opened here", handler.status_of(here) == 404)
    with demo.person(COMMUNE, size="1280") as other:
        unlock(other, COMMUNE)
        open_newest(other, words)
        demo.seen("the other unit reads it, sealed anew", words in other.page.inner_text("main"))
        box = other.page.locator("form[action$='/close/']")
        box.locator("[name=outcome]").select_option(index=1)
        other.follow(other.button("Close the tip"))
        demo.seen("closed with what became of it", other.say("This tip is closed") in other.page.inner_text("main"))
        other.follow(other.button("Ask for it to be destroyed"))
        demo.seen("one alone cannot destroy it early", other.page.locator("button[value=confirm]").count() == 0)
        here = other.path()
    with demo.person(COMMUNE_2, size="1280") as second:
        unlock(second, COMMUNE_2)
        second.go(here)
        question = second.page.locator("details.confirm", has=second.page.locator("button[value=confirm]"))
        question.locator("summary").click()
        second.follow(question.locator("button[value=confirm]"))
        demo.seen("two agree, and it is gone", second.status_of(here) == 404)
        second.go("/office/tips/numbers/")
        demo.seen(
            "what is left: a day and how many", second.say("two handlers agreed") in second.page.inner_text("main")
        )
        demo.seen("and nothing of what", words not in second.page.inner_text("main"))
    with demo.person() as source:
        source.page.context.clear_cookies()
        come_back(source, receipt)
        demo.seen(
            "its receipt opens nothing any more",
            source.page.locator("main .err, main .alert-danger, main .alert-warning").count() > 0,
        )


@part
def told_by_telephone(demo: Demo) -> None:
    with demo.person(OPERATOR, size="1280") as walk:
        walk.go("/office/tips/new/")
        walk.look()
        walk.page.locator("main [name=channel]").first.check(force=True)
        walk.fill(text=stamped("Gọi báo có người mang vũ khí"), place="Chợ Vồng")
        walk.follow(walk.button("Seal and send"))
        receipt = walk.page.locator("[data-receipt]").inner_text()
        demo.seen("told by telephone, it is sealed and has a receipt", len(re.sub(r"\D", "", receipt)) == 16)
        demo.seen("who keyed it in cannot read it", walk.status_of("/office/tips/") in (403, 404))


@part
def keys_change_hands(demo: Demo) -> None:
    """Rotation, a new share, a holder who leaves and comes back, a lost passphrase."""
    with demo.person(COMMUNE, size="1280") as first:
        unlock(first, COMMUNE)
        first.go("/office/tips/keys/")
        first.look()
        first.confirm("Change the key now")
        demo.seen(
            "the key is changed, every tip sealed anew",
            first.page.locator("main .alert-success, .alert-success").count() > 0,
        )
        share = new_share(demo, first)
        first.go("/office/tips/keys/")
        second = first.page.locator("#holders ~ ul li, section[aria-labelledby=holders] li", has_text="Lường Thị Xuân")
        second.locator("details.confirm > summary").click()
        first.follow(second.locator("details.confirm .confirm-body button"))
        demo.seen("a holder leaves", first.page.locator("section[aria-labelledby=holders] li").count() == 1)
        demo.seen(
            "with one left, it is said that no tip can come",
            first.say("Nobody can send you tips") in first.page.inner_text("main"),
        )
        demo.keep(first.page, "keys-one-holder-vi-1280")
        share = new_share(demo, first)
    with demo.person(COMMUNE_2, size="1280") as second_walk:
        second_walk.go("/office/tips/keys/recover/")
        fields = second_walk.page.locator("main form input:visible, main form textarea:visible")
        fields.nth(0).fill(share)
        for place in range(1, fields.count()):
            fields.nth(place).fill(PASSPHRASES[COMMUNE_2])
        second_walk.follow(second_walk.button("Hold the key again"))
        unlock(second_walk, COMMUNE_2)
        demo.seen(
            "with the recovery share the other holds it again",
            second_walk.page.locator("[data-row]").count() > 0,
            second_walk.page.inner_text("h1"),
        )
        second_walk.go("/office/tips/keys/")
        demo.keep(second_walk.page, "keys-again-vi-1280")


def new_share(demo: Demo, walk: Walk) -> str:
    walk.go("/office/tips/keys/")
    walk.confirm("New recovery share")
    share = walk.page.locator("[data-share-text]").inner_text()
    demo.seen("a recovery share is shown once", len(share) > 20)
    return share


@part
def numbers(demo: Demo) -> None:
    with demo.person(CHIEF, size="1280") as walk:
        walk.go("/office/tips/numbers/")
        demo.seen("the administrator sees numbers", walk.page.locator("main tbody tr").count() > 3)
        demo.seen("and no tip", walk.status_of("/office/tips/") in (403, 404))
        for kind in ("xlsx", "csv"):
            with walk.page.expect_download() as got:
                walk.page.locator(f"main button[name=format][value={kind}]").click()
            demo.seen(f"the numbers as {kind}", got.value.path().stat().st_size > 100, got.value.suggested_filename)


@part
def pages(demo: Demo) -> None:
    for name, path, who in (
        ("start", "/tips/", ""), ("write", "/tips/write/", ""), ("come-back", "/tips/answer/", ""),
        ("unlock", "/office/tips/", OFFICE_2), ("keys-locked", "/office/tips/keys/", OFFICE_2),
        ("numbers", "/office/tips/numbers/", CHIEF), ("key-in", "/office/tips/new/", OPERATOR),
        ("recover", "/office/tips/keys/recover/", OFFICE_2), ("passphrase", "/office/tips/keys/passphrase/", OFFICE_2),
    ):  # fmt: skip
        demo.four_ways(name, path, who)
    demo.four_ways("write-error", "/tips/write/", prepare=_sent_empty)
    for name, path in (("list", "/office/tips/"), ("closed", "/office/tips/closed/"), ("keys", "/office/tips/keys/")):
        demo.four_ways(name, "/office/tips/", OFFICE_2, prepare=lambda page, path=path: unlocked(page, path))
    demo.four_ways("tip", "/office/tips/", OFFICE_2, prepare=_first_tip)


def _sent_empty(page: Page) -> None:
    with page.expect_navigation():
        page.locator("main form button.btn-primary[type=submit]").click()


def unlocked(page: Page, path: str) -> None:
    if page.locator("[name=passphrase]").count():
        page.fill("[name=passphrase]", PASSPHRASES[OFFICE_2])
        with page.expect_navigation():
            page.locator("main form button.btn-primary[type=submit]").click()
    page.goto(page.url.split("/office/")[0] + path, wait_until="networkidle")


def _first_tip(page: Page) -> None:
    unlocked(page, "/office/tips/")
    page.goto(page.url.split("/office/")[0] + str(page.locator("main [data-row] a").first.get_attribute("href")))
    page.wait_for_load_state("networkidle")
