"""A tip's voice is heard, and its time ends: what the handler and the source see afterwards."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from ancu.apps.audit.models import Event
from ancu.apps.tips.models import Tip
from ancu.apps.tips.tasks import destroy
from e2e.walk import Walk
from e2e.walks.kit import Demo, part
from e2e.walks.surveys_made import stamped
from e2e.walks.tips_made import CHIEF, OFFICE, OFFICE_2, choose_unit, come_back, open_newest, unlock

PLAYED = """async (sound) => {
  const over = new Promise((end) => sound.addEventListener("ended", end));
  await sound.play();
  await over;
  return sound.error === null && sound.currentTime > 0.5;
}"""
FILES = "document.querySelector('[data-tip-files]').files.length"


def recorded(demo: Demo, words: str) -> str:
    """A tip with a voice note, made in the page and heard again before it is sent; the receipt."""
    with demo.person() as source:
        page = source.page
        page.context.clear_cookies()
        source.go("/tips/write/?lang=vi")
        source.fill(text=words)
        choose_unit(page, "xuất nhập cảnh")
        source.button("Record a voice note").click()
        expect(page.locator("[data-time]")).to_have_text("0:02", timeout=20_000)
        demo.keep(page, "recording-vi-360")
        source.button("Stop recording").click()
        expect(page.locator("[data-heard]")).to_be_visible()
        demo.seen("the source hears it before sending", page.locator("[data-heard]").evaluate(PLAYED))
        source.look()
        demo.keep(page, "recorded-vi-360")
        source.button("Delete the recording").click()
        demo.seen("and can throw it away", page.evaluate(FILES) == 0)
        source.button("Record a voice note").click()
        expect(page.locator("[data-time]")).to_have_text("0:01", timeout=20_000)
        source.button("Stop recording").click()
        expect(page.locator("[data-heard]")).to_be_visible()
        expect(page.locator("form[data-puzzle] [name=solution]")).not_to_have_value("", timeout=60_000)
        source.follow(source.button("Seal and send"))
        source.heading(source.say("Sealed and received"))
        return page.locator("[data-receipt]").inner_text()


@part
def a_voice_and_its_end(demo: Demo) -> None:
    words = stamped("Nghe kèm đoạn ghi âm")
    receipt = recorded(demo, words)
    with demo.person(OFFICE, size="1280") as handler:
        unlock(handler, OFFICE)
        open_newest(handler, words)
        sound = handler.page.locator("main audio")
        demo.seen("the handler has the voice on the page", sound.count() == 1)
        demo.seen("and hears it to its end", sound.evaluate(PLAYED), sound.evaluate("one => one.duration"))
        handler.look()
        here = handler.path()
        closed(handler)
        demo.keep(handler.page, "voice-closed-vi-1280")
    over(demo, here, words, receipt)


def closed(handler: Walk) -> None:
    handler.page.locator("form[action$='/close/'] [name=outcome]").select_option(index=1)
    handler.follow(handler.button("Close the tip"))


def _gone(tip: Tip, age: timedelta) -> bool:
    """The night's job, when the tip was closed so long ago."""
    Tip.objects.filter(pk=tip.pk).update(closed_at=timezone.now() - age)
    destroy(timestamp=0)
    return not Tip.objects.filter(pk=tip.pk).exists()


def over(demo: Demo, here: str, words: str, receipt: str) -> None:
    """The year goes by for this tip alone, and the night's job runs."""
    tip = Tip.objects.get(pk=here.strip("/").split("/")[-1])
    demo.seen("a day early it stays", _gone(tip, timedelta(days=364)) is False)
    demo.seen("when its year is over it is destroyed", _gone(tip, timedelta(days=366)))
    last = Event.objects.filter(act="tips.destroyed").latest("pk")
    demo.seen(
        "on record: that, and how many", words not in str(last.__dict__) and str(tip.pk) not in str(last.__dict__)
    )
    with demo.person(OFFICE_2, size="1280") as handler:
        unlock(handler, OFFICE_2)
        demo.seen("the handler's page of it is gone", handler.status_of(here) == 404)
        handler.go("/office/tips/closed/")
        demo.seen("nor is it among the closed", here not in handler.page.content())
    with demo.person(CHIEF, size="1280") as chief:
        chief.go("/office/tips/numbers/")
        demo.seen("the numbers say so", chief.say("their time was over") in chief.page.inner_text("main"))
        chief.look()
    with demo.person() as source:
        source.page.context.clear_cookies()
        come_back(source, receipt)
        told = source.page.locator("main .err, main .alert-danger, main .alert-warning")
        demo.seen("its receipt opens nothing any more", told.count() > 0, told.first.inner_text())
        demo.keep(source.page, "receipt-over-vi-360")
