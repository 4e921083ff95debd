"""Every page of the program in both languages: axe, one heading, nothing wider than a phone, a desk or 400 % zoom.

The list is ``tests/access.txt``, which equals the URLconf: a page that is added is walked here, or the test fails.
"""

from collections.abc import Iterator
from itertools import chain, count
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from django.conf import settings
from playwright.sync_api import APIResponse, Browser, BrowserContext, ConsoleMessage, Error, Page, Response

from ancu.apps.accounts.models import Invitation
from ancu.apps.accounts.services import opening_token, renew_secret
from ancu.apps.accounts.services.address_changes import Side, link_token, request_address_change
from ancu.apps.accounts.tests.factories import PASSWORD, TOTP_SECRET
from ancu.apps.tips.tests.factories import PASSPHRASE
from ancu.config.middleware import OF_PROGRAMS
from ancu.core.documents import reference_numbers
from ancu.core.security import totp
from e2e.conftest import EVERY_WAY, axe_faults, settled
from e2e.walk import Walk
from tests import access
from tests.test_access import Scene, make_scene

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((320, 256), (360, 800), (1280, 800))  # 1280 px at 400 %, a phone, a desk
# What axe finds is hardly ever a matter of language, and seldom of width; the long run lets it look at all.
AXE_LOOKS_AT = ("vi", 360)
# Who walks, in this order: a page is seen by the first who may. The others see nothing that these do not.
VISITORS = ("public", "bob", "alice", "olga", "rosa", "ramon", "ines", "selma", "dora", "mia", "tam")
# Who walks the same scene, one after the other: laying it out takes as long as looking at a dozen pages.
PARTIES = (("public",), ("bob", "alice", "mia"), ("olga",), ("rosa", "ines", "tam"), ("ramon", "selma", "dora"))
OF_HANDLERS = tuple(f"/office/tips/{rest}" for rest in ("closed/", "unlock/", "keys/", "<uuid:pk>/", "files/"))
SEEN_BY = {
    "/office/tips/": "tam",
    "/accounts/2fa/recovery-codes/": "olga",  # the table's personas have made none
    "/accounts/2fa/recovery-codes/generate/": "rosa",  # who has none yet
    "/accounts/2fa/recovery-codes/download/": "olga",
    "/accounts/email/": "bob",  # as the next three
    "/accounts/email/<str:token>": "public",
    "/accounts/password/change/": "bob",
    "/accounts/phone/change/": "bob",
    "/accounts/2fa/totp/activate/": "bob",  # signed in this minute, as the table's personas are not
    "/accounts/2fa/totp/deactivate/": "olga",
    "/accounts/2fa/webauthn/add/": "bob",
    "/accounts/2fa/webauthn/keys/<int:pk>/remove/": "alice",
    "/accounts/2fa/webauthn/keys/<int:pk>/edit/": "alice",
    "/accounts/invitations/<str:secret>": "public",
    "/accounts/open/<str:token>": "public",
    "/lodgings/register": "public",
    # A tip handler, of whom the table says nothing: what he may is told in the tests of tips.
    **dict.fromkeys((route for route in {row.route for row in access.rows()} if route.startswith(OF_HANDLERS)), "tam"),
}
NEVER_A_PAGE = {
    "/accounts/password/set/": "everybody has a password",
    "/accounts/login/code/confirm/": "only after a code was sent",
    "/accounts/phone/verify/": "only after a code was sent",
    "/accounts/password/choose/": "only after a code was entered",
    "/accounts/2fa/authenticate/": "a step of signing in; Olga's sign-in looks at it",
    "/accounts/2fa/webauthn/reauthenticate/": "needs the key in the hand",
    "/accounts/2fa/webauthn/login/": "answers a script",
    "/stays/declare/known/": "a part of the page that declares",
    "/guest/ask/": "only after a yes; the guest's journey looks at it",
    "/messages/unread": "a part of every page's head",
    "/notifications/unread/": "a part of every page's head",
    "/notifications/newest/": "answers a device's worker",
    "/desk/strip/": "a part of a lodging's day and a filer's dossiers",
    "/dossiers/<str:number>/papers/<slug:key>": "leads back to its place among the papers",
    "/surveys/<int:pk>/scans/progress/": "a part of the page of paper, asked for again and again",
    "/s/<slug:slug>/beside/": "a part of the page of the meeting that asked the survey",
    "/office/inspections/choose/": "leads to the form of the lodging chosen",
    "/office/inspections/<int:pk>/minutes.pdf": "a file, to be printed and signed",
    "/stays/upload/<uuid:pk>/refused.xlsx": "a file, of a file that was declared",
    "/stays/photos/<uuid:pk>/row/<int:position>/remove/": "asks only where one picture holds two passports",
    "/office/breaches/<int:pk>/notification.pdf": "a file, to be signed and sent",
    "/office/copies/<slug:reference>/files/<slug:kind>/": "a file, after a fresh sign-in",
    "/petitions/sent/": "the answer to a petition just sent: test_listening looks at it",
}
# What the page holds that a reader or a small screen would stumble over.
LOOK = """() => {
  const root = document.documentElement, wide = root.scrollWidth - root.clientWidth
  const sideways = [...document.querySelectorAll('main *')].filter(it => it.scrollWidth > it.clientWidth + 1
    && /auto|scroll/.test(getComputedStyle(it).overflowX) && !it.querySelector('table'))
  const cut = [...document.querySelectorAll('main .segmented label, main .btn, main .chip')]
    .filter(it => it.scrollWidth > it.clientWidth + 1)
  const read = [document.body.innerText, ...[...document.querySelectorAll('main input[type=text], main textarea')]
    .map(it => it.value)].join('\\n')
  const code = [...document.querySelectorAll('main pre, main code')].map(it => it.innerText).join('\\n')
  const days = (read.match(/\\b(19|20)\\d\\d-\\d\\d-\\d\\d/g) ?? []).filter(it => !code.includes(it))
  return {lang: root.lang, wide, days, sideways: sideways.map(it => it.outerHTML.slice(0, 120)),
    cut: cut.map(it => it.outerHTML.slice(0, 120)),
    folded: [...document.querySelectorAll('.tabbar a > span:not(.badge-count)')]
      .filter(it => it.offsetHeight > 20).map(it => it.textContent),
    headings: document.querySelectorAll('h1').length, title: document.title}
}"""


def pages(visitor: str) -> list[str]:
    """The addresses that this visitor looks at."""
    return [row.route for row in access.rows() if row.method == "GET" and who_sees(row) == visitor]


def who_sees(row: access.Row) -> str | None:
    if row.route.startswith(OF_PROGRAMS) or row.route in NEVER_A_PAGE:
        return None
    return SEEN_BY.get(row.route) or next((name for name in VISITORS if row.expected.get(name) == 200), "nobody")


def test_every_page_has_somebody_who_looks_at_it() -> None:
    assert sorted(chain(*PARTIES)) == sorted(VISITORS)
    assert pages("nobody") == [], "say in SEEN_BY who can open them, or in NEVER_A_PAGE why nobody does"


@pytest.fixture
def widest_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers are drawn at random and the letters differ in width: a page that holds the widest holds every one."""
    drawn = count(1)
    monkeypatch.setattr(
        reference_numbers, "_random_signs", lambda length=reference_numbers.RANDOM_SIGNS: f"{next(drawn):W>{length}}"
    )


@pytest.mark.usefixtures("widest_numbers")
@pytest.mark.stage(make=make_scene)
@pytest.mark.parametrize("party", PARTIES, ids="-".join)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page(
    browser: Browser, live_server: Any, laid: Scene, party: tuple[str, ...], lang: str, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    faults = [fault for visitor in party for fault in seen_by(browser, live_server.url, laid, visitor, lang)]
    assert not faults, "\n".join(faults)


def seen_by(browser: Browser, address: str, scene: Scene, visitor: str, lang: str) -> Iterator[str]:
    """What is wrong with the pages that are this visitor's to look at."""
    context = browser.new_context(viewport={"width": 360, "height": 800}, locale=lang)  # the pages of tips go by it
    context.add_cookies([{"name": "django_language", "value": lang, "url": address}])
    walk = arrive(context, scene, visitor, Walk(context.new_page(), address, lang))
    for route in pages(visitor):
        yield from look_at(walk, scene.path(route))
    context.close()


def arrive(context: BrowserContext, scene: Scene, visitor: str, walk: Walk) -> Walk:
    scene.fill["/offline/"] = {"language": walk.lang}
    scene.fill["/office/inspections/offline/"] = {"language": walk.lang}
    scene.fill["/surveys/interviews/offline/"] = {"language": walk.lang}
    scene.fill["/office/meetings/offline/"] = {"language": walk.lang}
    scene.fill["/office/community/offline/"] = {"language": walk.lang}
    if visitor == "public":
        invitation = Invitation.objects.get(organisation=scene.world.lodging.business)
        scene.fill["/accounts/invitations/<str"] = {"secret": renew_secret(invitation)}
        change = request_address_change(scene.world.actor("charlie"), email="new@example.test")
        scene.fill["/accounts/email/"] = {"token": link_token(change, Side.OLD)}
        scene.fill["/accounts/open/"] = {"token": opening_token("eva@example.test", sponsor=True)}
        return walk
    user = scene.world.users[visitor]
    user.language = walk.lang
    user.save(update_fields=["language"])
    if visitor == "olga":  # by the door: its second step has no address of its own to be looked at by
        walk.sign_in(user.email, officer=True)
    else:
        walk.bring(scene.world.client(visitor).cookies[settings.SESSION_COOKIE_NAME].value)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    walk.go("/accounts/reauthenticate/")  # what opens the pages of the second factor
    if walk.path() == "/accounts/reauthenticate/":
        walk.fill(password=PASSWORD)
    else:
        walk.fill(code=totp.current_code(TOTP_SECRET, 1))  # a code counts once, and the present one may have signed in
    walk.follow(walk.page.locator("main form button[type=submit]").first)
    if visitor == "tam":
        walk.go("/office/tips/unlock/")
        walk.fill(passphrase=PASSPHRASE)
        walk.follow(walk.button("Unlock"))
    if visitor == "olga":
        RecoveryCodes.activate(user)
    if visitor == "alice":  # after she signed in, or she would be asked for it
        key = Authenticator.objects.create(
            user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Điện thoại", "credential": {}}
        )
        scene.fill["/accounts/2fa/webauthn/keys/"] = {"pk": key.pk}
    return walk


def look_at(walk: Walk, path: str) -> Iterator[str]:
    """What is wrong with one page; a file is only asked for."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    walk.page.on("console", hear)
    walk.page.on("pageerror", error := lambda it: said.append(str(it)))
    answer = open_or_ask(walk, path)
    a_page = answer.headers["content-type"].startswith("text/html")  # or a picture, in a page of the browser's own
    if answer.status != 200 or answer.url != walk.address + path:
        yield f"{path}: {answer.status} at {answer.url}"
    elif a_page:
        settled(walk.page)
        for width, height in SIZES:
            yield from (f"{path} at {width} px: {fault}" for fault in faults_of(walk, width, height))
    walk.page.remove_listener("console", hear)
    walk.page.remove_listener("pageerror", error)
    yield from (f"{path}: console: {text}" for text in said if a_page)


def open_or_ask(walk: Walk, path: str) -> Response | APIResponse:
    """The browser does not tell how a file that it keeps was answered."""
    try:
        answer = walk.page.goto(walk.address + path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        answer = None
    return answer or walk.page.request.get(walk.address + path)


def faults_of(walk: Walk, width: int, height: int) -> Iterator[str]:
    page = walk.page
    page.set_viewport_size({"width": width, "height": height})
    seen = page.evaluate(LOOK)
    if seen["wide"] > 0:
        yield f"{seen['wide']} px wider than the screen"
    yield from (f"words do not fit in their box: {html}" for html in seen["cut"])
    yield from (f"a tab's word takes two lines: {word}" for word in seen["folded"] if width == 360)
    if width == 320:
        yield from (f"scrolls both ways: {html}" for html in seen["sideways"])
        return  # axe looks at what is laid out: the phone's page is this one, wider
    if seen["lang"] != walk.lang:
        yield f"says it is in {seen['lang']}"
    yield from (f"a date as programs write it: {day}" for day in seen["days"])
    if seen["headings"] != 1:
        yield f"{seen['headings']} h1"
    if not seen["title"].strip():
        yield "has no title"
    if EVERY_WAY or (walk.lang, width) == AXE_LOOKS_AT:
        yield from axe(page, width, height)


def axe(page: Page, width: int, height: int) -> Iterator[str]:
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(tall, height)})  # no bar over a link
    yield from axe_faults(page)
