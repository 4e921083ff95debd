"""An officer works through ten dossiers without the mouse; a difference cannot be approved without a sentence.

The long run does sixty, and says what they cost: keys and seconds for each, and what the page's script keeps in memory.
Both take the journey in Vietnamese and in English: it has no variant on a phone, of which a run would leave one out.
"""

import os
import time
from datetime import timedelta
from statistics import median

import pytest
from playwright.sync_api import Page, expect

from ancu.apps.dossiers.enums import State
from ancu.apps.dossiers.models import Dossier, DossierEvent
from ancu.apps.dossiers.services.passports import read_unread
from ancu.apps.dossiers.tests.factories import accept, make_cast, make_dossier
from ancu.apps.dossiers.tests.test_preflight import zone
from ancu.apps.lodging.tests.factories import World
from ancu.apps.stays.tests.factories import make_stay
from ancu.core import clock
from e2e.conftest import Invite
from e2e.visitor import Visitor

pytestmark = pytest.mark.django_db(transaction=True)
DOSSIERS = 60 if os.environ.get("ANCU_LONG") == "1" else 10
MOST_KEYS = 6  # for a dossier with which nothing is wrong: open the act, confirm it, go on to the next
TYPED_REASON = "Đủ điều kiện, đúng hộ chiếu. N, S, R."  # letters that are keys, while one types
MOST_MEGABYTES = 40  # of the script's memory after the last dossier
CLEAN_REASON_TEXT = "All documents are accepted. The checks show no difference and no finding."  # in English
WHY = "Hộ chiếu mới, đã xem bản chính tại quầy."


def to_assess(world: World, number: int) -> list[Dossier]:
    """Return dossiers that wait for their assessment, in the order of the queue."""
    dossiers = []
    for place in range(number):
        dossier = make_dossier(world)
        accept(world, dossier)
        Dossier.objects.filter(pk=dossier.pk).update(due_on=clock.today() + timedelta(days=place + 1))
        dossiers.append(dossier)
    return dossiers


def with_another_number(dossier: Dossier) -> None:
    """Let the passport say another number than the form."""
    read_unread(dossier)
    dossier.components.filter(key="passport").update(zones=[zone(document_number="533380060")])


class CountedKeys:
    """Counts every key that goes down, also on the pages that follow; each key of a combination counts."""

    def __init__(self, page: Page) -> None:
        self.number = 0
        page.expose_function("countKey", self._count)
        script = "addEventListener('keydown', (event) => event.repeat || countKey(), true);"
        page.add_init_script(script)
        page.evaluate(script)

    def _count(self) -> None:
        self.number += 1

    def since(self, before: int) -> int:
        """Return how many keys went down since the count was ``before``."""
        return self.number - before


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)


def go_on(visitor: Visitor, key: str) -> None:
    """Press a key that leads to another page."""
    with visitor.page.expect_navigation():
        press(visitor.page, key)
    visitor.page.wait_for_function("() => !document.body.inert", polling=10)


def step_of(visitor: Visitor, key: str) -> None:
    """Press a key that opens the second step of an act."""
    press(visitor.page, key)
    expect(visitor.page.locator("#step form")).to_be_visible()


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_dossiers_in_a_row_without_the_mouse(invite: Invite, world: World) -> None:
    dossiers = to_assess(make_cast(world), DOSSIERS)
    # All are of one person, who is declared where the form says: nothing is wrong with a dossier.
    make_stay(world.lodging, document_number=dossiers[0].document_number, birth_date=dossiers[0].birth_date)
    with_another_number(dossiers[4])
    selma = invite("selma", by_login_page=False)
    selma.go(f"/office/dossiers/{dossiers[0].number}/?state=accepted")
    assert_it_never_scrolls(selma)
    selma.check_page()
    began, before = time.monotonic(), script_megabytes(selma)
    keys, clean_costs = CountedKeys(selma.page), []
    for place, dossier in enumerate(dossiers):
        count_before = keys.number
        expect(selma.page.locator("main .workbench")).to_contain_text(dossier.number)
        if place == 4:
            she_asks_about_the_difference(selma)
        elif place == 7:
            she_refuses(selma)
        elif place == 1:
            she_approves_in_her_own_words(selma)
        else:
            she_approves(selma)
        go_on(selma, "n")
        if place not in (1, 4, 7):
            clean_costs.append(keys.since(count_before))
    selma.page.wait_for_url("**/office/dossiers/?state=accepted")
    after = script_megabytes(selma)
    seconds = (time.monotonic() - began) / DOSSIERS
    print(f"{selma.lang}: {seconds:.1f} s a dossier, {before:.0f} MB before, {after:.0f} MB behind")
    print(f"{selma.lang}: {median(clean_costs)} keys for a clean dossier, {keys.number} for all {DOSSIERS}")
    assert after < MOST_MEGABYTES
    assert 0 < median(clean_costs) <= MOST_KEYS and max(clean_costs) <= MOST_KEYS, clean_costs
    states = [Dossier.objects.get(pk=dossier.pk).state for dossier in dossiers]
    assert states == [State.SUPPLEMENT if place == 4 else State.ASSESSED for place in range(DOSSIERS)]
    assert Dossier.objects.get(pk=dossiers[7].pk).proposal == "refuse"
    reasons = [Dossier.objects.get(pk=dossiers[place].pk).reason for place in (0, 1)]
    assert reasons[0] and reasons[1] == TYPED_REASON


def script_megabytes(visitor: Visitor) -> float:
    """Return what the page's script keeps in memory, after its garbage is collected."""
    session = visitor.page.context.new_cdp_session(visitor.page)
    session.send("HeapProfiler.collectGarbage")
    used = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return float(used) / 2**20


def assert_it_never_scrolls(visitor: Visitor) -> None:
    page = visitor.page
    heights = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.clientHeight]")
    assert heights[0] <= heights[1], heights
    box = page.locator("main .bar").bounding_box()
    assert box
    assert box["y"] + box["height"] <= 801


def she_approves(selma: Visitor) -> None:
    """Propose approval with the sentence that stands there when nothing is wrong."""
    step_of(selma, "a")
    expect(selma.page.locator("#step [name=reason]")).to_have_value(selma.translate(CLEAN_REASON_TEXT))
    go_on(selma, "Control+Enter")


def she_approves_in_her_own_words(selma: Visitor) -> None:
    step_of(selma, "a")
    selma.page.locator("#step [name=reason]").fill("")
    selma.page.locator("#step [name=reason]").focus()
    selma.page.keyboard.type(TYPED_REASON)
    expect(selma.page.locator("#step form")).to_be_visible()
    go_on(selma, "Control+Enter")


def she_refuses(selma: Visitor) -> None:
    step_of(selma, "r")
    press(selma.page, "Escape")
    expect(selma.page.locator("#step")).to_be_hidden()  # nothing was done
    step_of(selma, "r")
    selma.page.keyboard.type("Giấy phép lao động đã hết hạn.")
    go_on(selma, "Control+Enter")


def she_asks_about_the_difference(selma: Visitor) -> None:
    expect(selma.page.locator("main .fact-differs")).to_have_count(1)
    expect(selma.page.locator("main .bar .btn-primary")).to_have_attribute("data-key", "s")
    step_of(selma, "s")
    selma.check_page()
    expect(selma.page.locator("#step [data-offer]").first).to_be_checked()
    expect(selma.page.locator("#step [data-letter-text]:not([hidden])")).to_contain_text("533380060")
    go_on(selma, "Control+Enter")


@pytest.mark.parametrize("page", [1280], indirect=True, ids=["desk"])
def test_a_difference_is_not_approved_without_a_sentence(invite: Invite, world: World) -> None:
    (dossier,) = to_assess(make_cast(world), 1)
    with_another_number(dossier)
    selma = invite("selma", by_login_page=False)
    selma.go(f"/office/dossiers/{dossier.number}/")
    press(selma.page, "v")
    expect(selma.page.locator("main .bar .menu a").first).to_be_focused()
    press(selma.page, "Escape")
    expect(selma.page.locator("main .bar .menu a").first).to_be_hidden()
    step_of(selma, "a")
    selma.page.locator("#step [name=reason]").fill("Đủ điều kiện.")
    go_on(selma, "Control+Enter")  # the page of the act says what is missing
    expect(selma.page.locator("main .err").first).to_be_visible()
    assert Dossier.objects.get(pk=dossier.pk).state == State.ACCEPTED
    selma.page.locator("main input[name^=why_]").fill(WHY)
    selma.follow(selma.page.locator("main form.card button.btn-primary"))
    proposed = DossierEvent.objects.get(dossier=dossier, act="assessed")
    assert list(proposed.data["explained"].values()) == [WHY]
    dora = invite("dora", by_login_page=False)
    dora.go(f"/office/dossiers/{dossier.number}/")
    dora.expect_text(WHY)
    step_of(dora, "a")
    go_on(dora, "Control+Enter")
    assert Dossier.objects.get(pk=dossier.pk).state == State.APPROVED


@pytest.mark.parametrize("page", [360], indirect=True, ids=["phone"])
def test_on_a_phone_the_panes_are_tabs_and_the_bar_stays(invite: Invite, world: World) -> None:
    (dossier,) = to_assess(make_cast(world), 1)
    with_another_number(dossier)
    selma = invite("selma", by_login_page=False)
    selma.go(f"/office/dossiers/{dossier.number}/")
    selma.check_page()
    expect(selma.page.locator("#papers")).to_be_visible()
    for pane, part in (("facts-pane", ".fact-differs"), ("checks-pane", ".checks")):
        selma.page.locator(f"main [data-pane={pane}]").click()
        expect(selma.page.locator(f"main {part}").first).to_be_visible()
        expect(selma.page.locator("#papers")).to_be_hidden()
        selma.check_page()
    expect(selma.page.locator("main .bar .btn-primary")).to_be_visible()
