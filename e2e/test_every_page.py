"""Check every page in both languages: axe, one heading, no overflow on a phone, a desktop or at 400 % zoom.

The list is ``tests/access.txt``, which equals the URLconf, so that a new page is checked here or fails the test.
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
from ancu.apps.accounts.services.address_changes import AddressSide, link_token, request_address_change
from ancu.apps.accounts.tests.factories import PASSWORD, TOTP_SECRET
from ancu.apps.tips.tests.factories import PASSPHRASE
from ancu.config.middleware import OF_PROGRAMS
from ancu.core.documents import reference_numbers
from ancu.core.security import totp
from ancu.core.testing import texts
from e2e.conftest import EVERY_WAY, axe_faults, wait_until_settled
from e2e.visitor import Visitor
from tests import access
from tests.test_access import Scene, make_scene

pytestmark = pytest.mark.django_db(transaction=True)
SIZES = ((320, 256), (360, 800), (1280, 800))  # 1280 px at 400 % zoom, a phone, a desktop
# Violations rarely depend on the language or the width; the long run checks all combinations.
AXE_LOOKS_AT = ("vi", 360)
# A page is opened by the first persona who may open it. Other personas see no further pages.
PERSONAS = ("public", "bob", "alice", "olga", "rosa", "ramon", "ines", "selma", "dora", "mia", "tam")
# Personas who share one scene, because creating it takes as long as checking a dozen pages.
PARTIES = (("public",), ("bob", "alice", "mia"), ("olga",), ("rosa", "ines", "tam"), ("ramon", "selma", "dora"))
OF_HANDLERS = tuple(f"/office/tips/{rest}" for rest in ("closed/", "unlock/", "keys/", "<uuid:pk>/", "files/"))
SEEN_BY = {
    "/office/tips/": "tam",
    "/accounts/2fa/recovery-codes/": "olga",  # the table's personas have no recovery codes
    "/accounts/2fa/recovery-codes/generate/": "rosa",  # who has no codes yet
    "/accounts/2fa/recovery-codes/download/": "olga",
    "/accounts/email/": "bob",  # for the same reason as the next three
    "/accounts/email/<str:token>": "public",
    "/accounts/password/change/": "bob",
    "/accounts/phone/change/": "bob",
    "/accounts/2fa/totp/activate/": "bob",  # has signed in recently, unlike the table's personas
    "/accounts/2fa/totp/deactivate/": "olga",
    "/accounts/2fa/webauthn/add/": "bob",
    "/accounts/2fa/webauthn/keys/<int:pk>/remove/": "alice",
    "/accounts/2fa/webauthn/keys/<int:pk>/edit/": "alice",
    "/accounts/invitations/<str:secret>": "public",
    "/mandates/": "ramon",  # who has given one
    "/mandates/new": "ramon",  # has signed in recently, unlike the table's personas
    "/accounts/open/<str:token>": "public",
    "/lodgings/register": "public",
    "/office/administration/officers/<int:pk>/lock/": "rosa",  # after a fresh sign-in, as the next two
    "/office/administration/officers/<int:pk>/end/": "rosa",
    "/office/administration/roles/<int:pk>/end/": "rosa",
    # The table has no unlocked tip handler; the tests of tips check these rights.
    **dict.fromkeys((route for route in {row.route for row in access.rows()} if route.startswith(OF_HANDLERS)), "tam"),
}
NEVER_A_PAGE = {
    "/accounts/password/set/": "every account has a password",
    "/accounts/login/code/confirm/": "only after a code was sent",
    "/accounts/phone/verify/": "only after a code was sent",
    "/accounts/password/choose/": "only after a code was entered",
    "/accounts/2fa/authenticate/": "a step of the login; Olga's login checks it",
    "/accounts/2fa/webauthn/reauthenticate/": "needs a security key",
    "/accounts/2fa/webauthn/login/": "answers a script",
    "/stays/declare/earlier-guest/": "a part of the page that declares",
    "/guest/ask/": "only after a yes; the guest's journey checks it",
    "/metrics": "read by Prometheus, with its token",
    "/messages/unread": "a part of every page's header",
    "/notifications/unread/": "a part of every page's header",
    "/notifications/newest/": "answers a service worker",
    "/desk/counts/": "numbers of the navigation, for a page that was drawn without them",
    "/office/dossiers/register/print.pdf": "a file, to be printed",
    "/office/dossiers/<slug:number>/place": "a part of the page of a dossier",
    "/desk/several/<slug:key>/": "a field of the bar of the task page",
    "/desk/strip/": "a part of a lodging's day and a filer's dossiers",
    "/dossiers/<str:number>/papers/<slug:key>": "redirects to the page of papers",
    "/surveys/<int:pk>/scans/progress/": "a part of the page of paper, which polls it",
    "/s/<slug:slug>/beside/": "a part of the page of the meeting that asked the survey",
    "/office/inspections/choose/": "redirects to the form of the chosen lodging",
    "/office/results/morning/briefing.pdf": "a file, to be printed",
    "/office/results/morning/charts/<slug:key>.<slug:kind>": "a file",
    "/office/inspections/<int:pk>/minutes.pdf": "a file, to be printed and signed",
    "/stays/upload/<uuid:pk>/refused.xlsx": "a file",
    "/stays/photos/<uuid:pk>/row/<int:position>/remove/": "asks only where one picture holds two passports",
    "/office/breaches/<int:pk>/notification.pdf": "a file, to be signed and sent",
    "/office/copies/<slug:reference>/files/<slug:kind>/": "a file, after a fresh sign-in",
    "/workers/requests/<int:pk>/papers/<slug:key>": "redirects to the page of the request",
    "/mandates/<int:pk>/letter": "a file",
    "/office/dossiers/<slug:number>/mandates/<int:pk>/letter": "a file",
    "/workers/request": "only for chosen workers; test_workers checks it",
    "/office/rulebook/changes/<int:pk>/edit": "only for the drafter before approval; it is the form of a new change",
    "/office/rulebook/changes/<int:pk>/letters/<slug:letter>.pdf": "a file, to be printed",
    "/petitions/sent/": "the answer to a new petition; test_listening checks it",
}
# Layout faults and facts of the page.
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


def pages(persona: str) -> list[str]:
    """Return the routes that this persona opens."""
    return [row.route for row in access.rows() if row.method == "GET" and persona_for(row) == persona]


def persona_for(row: access.AccessRow) -> str | None:
    if row.route.startswith(OF_PROGRAMS) or row.route in NEVER_A_PAGE:
        return None
    return SEEN_BY.get(row.route) or next((name for name in PERSONAS if row.expected.get(name) == 200), "nobody")


def test_every_page_has_somebody_who_looks_at_it() -> None:
    assert sorted(chain(*PARTIES)) == sorted(PERSONAS)
    assert pages("nobody") == [], "name in SEEN_BY who opens them, or in NEVER_A_PAGE why nobody does"


@pytest.fixture
def widest_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make every random number as wide as possible, because the width of its letters differs."""
    drawn = count(1)
    monkeypatch.setattr(
        reference_numbers, "_random_signs", lambda length=reference_numbers.RANDOM_SIGNS: f"{next(drawn):W>{length}}"
    )


@pytest.mark.usefixtures("widest_numbers")
@pytest.mark.stage(make=make_scene)
@pytest.mark.parametrize("party", PARTIES, ids="-".join)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page(
    browser: Browser, live_server: Any, shared_data: Scene, party: tuple[str, ...], lang: str, settings: Any
) -> None:
    settings.PUBLIC_URL = live_server.url
    faults = [fault for persona in party for fault in faults_for(browser, live_server.url, shared_data, persona, lang)]
    assert not faults, "\n".join(faults)


def faults_for(browser: Browser, address: str, scene: Scene, persona: str, lang: str) -> Iterator[str]:
    """Name the faults of the pages that this persona opens."""
    context = browser.new_context(
        viewport={"width": 360, "height": 800}, locale=lang
    )  # the pages of tips use the browser's language
    context.add_cookies([{"name": "django_language", "value": lang, "url": address}])
    visitor = arrive(context, scene, persona, Visitor(context.new_page(), address, lang))
    for route in pages(persona):
        yield from faults_at(visitor, scene.path(route))
    context.close()


def arrive(context: BrowserContext, scene: Scene, persona: str, visitor: Visitor) -> Visitor:
    scene.fill["/offline/"] = {"language": visitor.lang}
    scene.fill["/office/inspections/offline/"] = {"language": visitor.lang}
    scene.fill["/surveys/interviews/offline/"] = {"language": visitor.lang}
    scene.fill["/office/meetings/offline/"] = {"language": visitor.lang}
    scene.fill["/office/community/offline/"] = {"language": visitor.lang}
    if persona == "public":
        invitation = Invitation.objects.get(organisation=scene.world.lodging.business)
        scene.fill["/accounts/invitations/<str"] = {"secret": renew_secret(invitation)}
        change = request_address_change(scene.world.actor("charlie"), email="new@example.test")
        scene.fill["/accounts/email/"] = {"token": link_token(change, AddressSide.OLD)}
        scene.fill["/accounts/open/"] = {"token": opening_token("eva@example.test", sponsor=True)}
        return visitor
    user = scene.world.users[persona]
    user.language = visitor.lang
    user.save(update_fields=["language"])
    if persona == "olga":  # by the login page, whose second step has no address of its own
        visitor.sign_in(user.email, officer=True)
    else:
        visitor.use_session(scene.world.client(persona).cookies[settings.SESSION_COOKIE_NAME].value)
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})
    visitor.go("/accounts/reauthenticate/")  # opens the pages of the second factor
    if visitor.path() == "/accounts/reauthenticate/":
        visitor.fill(password=PASSWORD)
    else:
        visitor.fill(code=totp.current_code(TOTP_SECRET, 1))  # a code is valid once, and the present one may be used
    visitor.follow(visitor.page.locator("main form button[type=submit]").first)
    if persona == "tam":
        visitor.go("/office/tips/unlock/")
        visitor.fill(passphrase=PASSPHRASE)
        visitor.follow(visitor.button(texts.UNLOCK))
    if persona == "olga":
        RecoveryCodes.activate(user)
    if persona == "alice":  # after signing in, because the login would ask for the key
        key = Authenticator.objects.create(
            user=user, type=Authenticator.Type.WEBAUTHN, data={"name": "Điện thoại", "credential": {}}
        )
        scene.fill["/accounts/2fa/webauthn/keys/"] = {"pk": key.pk}
    return visitor


def faults_at(visitor: Visitor, path: str) -> Iterator[str]:
    """Name the faults of one page; a file is only requested."""
    messages: list[str] = []

    def note_message(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            messages.append(message.text)

    visitor.page.on("console", note_message)
    visitor.page.on("pageerror", error := lambda it: messages.append(str(it)))
    answer = open_or_ask(visitor, path)
    is_page = answer.headers["content-type"].startswith("text/html")  # pictures are shown in a page of the browser
    if answer.status != 200 or answer.url != visitor.address + path:
        yield f"{path}: {answer.status} at {answer.url}"
    elif is_page:
        wait_until_settled(visitor.page)
        for width, height in SIZES:
            yield from (f"{path} at {width} px: {fault}" for fault in faults_of(visitor, width, height))
    visitor.page.remove_listener("console", note_message)
    visitor.page.remove_listener("pageerror", error)
    yield from (f"{path}: console: {text}" for text in messages if is_page)


def open_or_ask(visitor: Visitor, path: str) -> Response | APIResponse:
    """Open the page, or request it if it is a download."""
    try:
        answer = visitor.page.goto(visitor.address + path)
    except Error as error:
        if "Download is starting" not in error.message:
            raise
        answer = None
    return answer or visitor.page.request.get(visitor.address + path)


def faults_of(visitor: Visitor, width: int, height: int) -> Iterator[str]:
    page = visitor.page
    page.set_viewport_size({"width": width, "height": height})
    layout = page.evaluate(LOOK)
    if layout["wide"] > 0:
        yield f"{layout['wide']} px wider than the screen"
    yield from (f"words do not fit in their box: {html}" for html in layout["cut"])
    yield from (f"a tab's word takes two lines: {word}" for word in layout["folded"] if width == 360)
    if width == 320:
        yield from (f"scrolls both ways: {html}" for html in layout["sideways"])
        return  # axe checks the layout at the phone's width, which is the same layout
    if layout["lang"] != visitor.lang:
        yield f"says it is in {layout['lang']}"
    yield from (f"a date as programs write it: {day}" for day in layout["days"])
    if layout["headings"] != 1:
        yield f"{layout['headings']} h1"
    if not layout["title"].strip():
        yield "has no title"
    if EVERY_WAY or (visitor.lang, width) == AXE_LOOKS_AT:
        yield from axe(page, width, height)


def axe(page: Page, width: int, height: int) -> Iterator[str]:
    """Run axe where no bar at the screen's edge covers a link: on a screen as tall as the page.

    The tab bar stands still too, because a page may still grow, when a font arrives for example.
    """
    page.evaluate("document.querySelectorAll('.tabbar').forEach((bar) => { bar.style.position = 'static'; })")
    tall = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": width, "height": max(tall, height)})
    yield from axe_faults(page)
