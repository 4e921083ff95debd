"""Hotel programs, the relay to the national portal, and what a guest can ask.

The relay is walked against the suite's own portal, so start the demo (and the walk) with PORTAL_RELAY=true
PORTAL_URL=http://127.0.0.1:9931 PORTAL_BASIC=Y2xpZW50OnNlY3JldA==.
"""

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from ancu_client import ApiError, Client, verify
from django.conf import settings

from ancu.apps.relay.models import Forwarding, PortalAccount
from ancu.apps.relay.tests.servers import Book, Handler, Server
from ancu.apps.stays.models import Stay
from ancu.core import clock
from ancu.core.testing.listener import listening
from e2e.phone import day
from e2e.walk import Walk
from e2e.walks.hotel import guest, new_key
from e2e.walks.kit import Demo, free_number, part, press

MANAGER, OTHER_MANAGER = "quanly@homestay.example", "quanly@khachsan.example"
OFFICER, COMMUNE, APPROVER = "canbo@xnc.example", "canbo@maichau.example", "duyet@xnc.example"
ROOT = Path(__file__).parents[2]


def key_of(demo: Demo, email: str) -> str:
    with demo.person(email) as manager:
        return new_key(manager)


def until(done: Callable[[], Any], seconds: float = 90) -> bool:
    """Whether it came true: jobs of the demo run each minute."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if done():
            return True
        time.sleep(1)
    return False


@part
def ministrys_api(demo: Demo) -> None:
    """A client of the ministry's document 1.4: only address and credentials are ours."""
    secret = key_of(demo, MANAGER)
    with Client(demo.address, secret) as own:
        code = own.me()["establishment"]
    with demo.person() as program:
        ask = program.page.request
        form = {"username": code, "password": secret, "grant-type": "api_cslt"}
        told = ask.post(
            f"{demo.address}/authorization-service/oauth/token",
            headers={"Authorization": "Basic YW55Ym9keQ==", "Content-Type": "application/x-www-form-urlencoded"},
            data=urlencode(form),
        ).json()
        demo.seen("grant", told["code"] == "200" and told["data"]["AccessToken"], told["message"])
        bearer = {"Authorization": f"Bearer {told['data']['AccessToken']}", "Content-Type": "application/json"}
        where = f"{demo.address}/client-service/kbtt/kbtt-3th"
        one = record()
        first = ask.post(where, headers=bearer, data=json.dumps([one])).json()
        demo.seen("declared, with our receipt in `data`", first["code"] == "200" and first["data"], first["data"])
        again = ask.post(where, headers=bearer, data=json.dumps([one])).json()
        demo.seen("again is not twice", Stay.objects.filter(document_number=one["soHoChieu"]).count() == 1, again)
        wrong = ask.post(where, headers=bearer, data=json.dumps([record(quocTich="")])).json()
        demo.seen("refused in the ministry's manner", wrong["code"] == "400", wrong["message"])
        no = ask.post(where, headers={"Authorization": "Bearer none"}, data=json.dumps([one])).status
        demo.seen("a stranger is not let in", no == 401, no)
        renewed = ask.post(
            f"{demo.address}/authorization-service/oauth/refresh-token?refresh_token={told['data']['RefreshToken']}"
        )
        demo.seen("renewed", renewed.json()["code"] == "200", renewed.status)


def record(**changes: Any) -> dict[str, Any]:
    today = clock.today()
    return {
        "hoTen": "GRACHEV NIKITA", "quocTich": "RUS", "soHoChieu": free_number("B"), "gioiTinh": "M",
        "loaiNgayThangNamSinh": "D", "ngayThangNamSinhStr": "1990-05-15", "ngayDenCsltStr": f"{today} 00:00:01",
        "ngayDiDuKienStr": f"{today + timedelta(days=4)} 12:00:00", "soPhong": "101", "anhHoChieuB64": "",
        "thoiHanTamTruStr": f"{today + timedelta(days=60)} 23:59:59",
    } | changes  # fmt: skip


@part
def webhooks(demo: Demo) -> None:
    """Told, signed, tried again, replayed; the feed; the limits; the sandbox with forced errors."""
    secret = key_of(demo, MANAGER)
    with listening() as program, demo.person(MANAGER) as manager, Client(demo.address, secret) as client:
        manager.go("/programs/")
        manager.fill(url="http://10.1.2.3/inside")
        manager.follow(manager.button("Add"))
        demo.seen("an address inside the office is refused", manager.page.locator(".field.wrong").count() >= 1)
        manager.fill(url=program.url)
        manager.follow(manager.button("Add"))
        signing = manager.page.locator("[data-copy]").get_attribute("data-copy") or ""
        demo.seen("the secret is shown once", signing.startswith("whsec_"), signing[:8] + "…")
        answer = client.declare([guest(), guest(nationality="??")])
        client.correct(answer.rows[0].id or 0, room="305", reason="moved")
        demo.seen("accepted, refused and corrected are told", until(lambda: len(program.got) >= 3), len(program.got))
        headers, body = program.got[0]
        verify(signing, headers, body)
        demo.seen("the signature holds, no name in it", b"HOFFMANN" not in body, json.loads(body)["type"])
        manager.go("/programs/")
        manager.follow(manager.page.locator("main li a", has_text=program.url))
        demo.keep(manager.page, "webhook-vi-360")
        count = len(program.got)
        manager.follow(manager.page.locator("form[action$='/replay'] button").first)
        demo.seen("sent again by hand", until(lambda: len(program.got) > count), len(program.got))
        manager.confirm("Tell this address no more")
    with Client(demo.address, secret) as client:
        seen = [one["id"] for one in client.changes()]
        demo.seen("the feed has the guest", answer.rows[0].id in seen, len(seen))
        demo.seen("GET limits", client.limits()["rows_per_call"] == 1000, client.limits())
    demo.four_ways("webhooks", "/programs/", MANAGER)


@part
def sandbox(demo: Demo) -> None:
    with demo.person(MANAGER) as manager:
        manager.go("/lodgings/mine")
        manager.follow(manager.button("A key for the sandbox"))
        found = manager.page.locator("[data-copy]").first.get_attribute("data-copy") or ""
        demo.keep(manager.page, "sandbox-vi-360")
        demo.seen("a key for the sandbox", found, manager.page.inner_text("h1"))
    if found:
        with Client(demo.address, found, tries=1) as trying:
            for force, status in (("unavailable", 503), ("too_many_calls", 429), ("server_error", 500)):
                try:
                    trying.declare(guest(room=f"force:{force}"))
                    demo.seen(f"forced {force}", False)
                except ApiError as refused:
                    demo.seen(f"forced {force}", refused.status == status, refused)


@part
def client_and_agent(demo: Demo) -> None:
    secret = key_of(demo, OTHER_MANAGER)
    source = ROOT / "clients" / "python" / "src"
    env = os.environ | {"ANCU_URL": demo.address, "ANCU_KEY": secret, "PYTHONPATH": str(source)}
    example = ROOT / "clients" / "python" / "examples" / "declare.py"
    done = subprocess.run([sys.executable, str(example)], env=env, capture_output=True, text=True, check=False)
    demo.seen("the example of twenty lines", done.returncode == 0 and "all_stand" in done.stdout, done.stdout[:70])
    with tempfile.TemporaryDirectory() as there:
        row = guest()
        (Path(there) / "guests.json").write_text(json.dumps([row]), encoding="utf-8")
        watcher = [sys.executable, "-c", "from ancu_client.agent.main import main; main()", "--once"]
        settled = env | {"ANCU_FOLDER": there, "ANCU_SETTLE_SECONDS": "0"}
        done = subprocess.run(watcher, env=settled, capture_output=True, text=True, check=False)
        beside = (
            sorted(path.name for path in (Path(there) / "done").iterdir()) if (Path(there) / "done").exists() else []
        )
        demo.seen(
            "ancu-agent writes the answer beside the file", "guests.json.receipt.txt" in beside, beside or done.stderr
        )
        demo.seen("the guest stands", Stay.objects.filter(document_number=row["document_number"]).count() == 1)


@part
def relay(demo: Demo) -> None:
    """The portal is down, then takes guests and loses its answer, then says "already there"."""
    if not (settings.PORTAL_RELAY and "127.0.0.1" in settings.PORTAL_URL):
        demo.seen("relay (start demo and walk with PORTAL_RELAY, PORTAL_URL, PORTAL_BASIC)", False)
        return
    book = Book(clock.today, clock.now, broken="500")
    server = _portal(book, int(settings.PORTAL_URL.rsplit(":", 1)[1]))
    try:
        _lodging_connects(demo)
        secret = key_of(demo, MANAGER)
        with Client(demo.address, secret) as client:
            sent = client.declare([guest() for _n in range(3)])
        ids = [row.id for row in sent.rows]
        found = Forwarding.objects.filter(stay_id__in=ids)
        demo.seen("three wait for the portal", until(lambda: found.count() == 3 and book.calls), book.calls[-2:])
        demo.seen("while it is down nothing is lost", not book.declared and found.filter(state="waiting").count() == 3)
        demo.four_ways("portal-down", "/office/portal/", OFFICER)
        book.faults, book.broken = ["kept, hang up", "kept, 500"], ""
        arrived = until(lambda: found.filter(state="sent").count() == 3, 600)
        demo.seen("answering again: each arrives", arrived, list(found.values_list("state", flat=True)))
        counts = [len(book.of(row.stay["document_number"])) for row in sent.rows]
        demo.seen("each once, though answers were lost", counts == [1, 1, 1], counts)
        with demo.person(OFFICER) as officer:
            officer.go("/office/portal/days/")
            demo.seen("days are reconciled", f"{clock.today():%d/%m/%Y}" in officer.page.inner_text("main"))
        demo.four_ways("portal-days", "/office/portal/days/", OFFICER)
        _paused(demo)
    finally:
        server.shutdown()
        server.server_close()


def _portal(book: Book, port: int) -> Server:
    server = Server.__new__(Server)
    super(Server, server).__init__(("127.0.0.1", port), Handler)
    server.book = book
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _lodging_connects(demo: Demo) -> None:
    with demo.person(MANAGER) as manager:
        manager.go("/lodgings/portal/")
        demo.keep(manager.page, "connect-vi-360")
        if manager.page.locator("[name=username]:visible").count():
            manager.fill(username="lodge", password="s3cret & äöü")
            manager.follow(manager.page.locator("[name=act][value=save]"))
        account = PortalAccount.objects.get(establishment__name=manager.page.locator("main .sub").inner_text())
        demo.seen("the lodging is forwarded", account.forwards, manager.page.inner_text("main")[:160])


def _paused(demo: Demo) -> None:
    with demo.person(APPROVER, size="1280") as officer:
        officer.go("/office/portal/")
        officer.page.locator("main details summary", has_text=officer.say("Pause the forwarding")).click()
        officer.fill(reason="Cổng bảo trì đêm nay")
        officer.follow(officer.button("Pause"))
        demo.seen("paused with its reason", "Cổng bảo trì đêm nay" in officer.page.inner_text("main"))
        demo.keep(officer.page, "portal-paused-vi-1280")
        officer.follow(officer.button("Take it up again"))
        demo.seen("taken up again", officer.button("Pause").count() or officer.page.locator("main details").count())


@part
def guests(demo: Demo) -> None:
    """No, then yes, nothing but that; the confirmation asked for, issued, verified."""
    number = free_number("G")
    with demo.person(size="360", lang="en") as traveller:
        ask(traveller, number)
        demo.seen("no", "No, not found" in traveller.page.inner_text("h1"), traveller.page.inner_text("h1"))
        secret = key_of(demo, MANAGER)
        with Client(demo.address, secret) as client:
            client.declare(guest(document_number=number, full_name="ADEYEMI FOLAKE"))
        ask(traveller, number)
        text = traveller.page.inner_text("main")
        demo.seen("yes", "Yes, you are declared" in text, traveller.page.inner_text("h1"))
        demo.seen("no data shown", "ADEYEMI" not in traveller.page.content() and "homestay" not in text.lower())
        demo.keep(traveller.page, "declared-en-360")
        traveller.follow(traveller.link("Ask for a confirmation of stay"))
        traveller.page.locator("main [name=purpose]").select_option("driving_licence")
        traveller.follow(traveller.button("Send the request"))
        demo.seen("asked", "officer" in traveller.page.inner_text("main"), traveller.path())
        issue(demo, number)
        traveller.page.reload()
        link = traveller.link("Download the confirmation (PDF)").get_attribute("href") or ""
        paper = traveller.page.request.get(demo.address + link).body()
        demo.seen("the paper", paper.startswith(b"%PDF"), len(paper))
        demo.keep(traveller.page, "confirmation-ready-en-360")
    verify_code(demo, number)


def ask(traveller: Walk, number: str) -> None:
    traveller.go("/guest/")
    traveller.page.wait_for_timeout(1500)  # the small sum its script solves before a question may be sent
    traveller.fill(document_number=number, birth_date="08/03/1984", arrived_on=day(0))
    traveller.follow(traveller.button("Ask"))


def issue(demo: Demo, number: str) -> None:
    with demo.person(COMMUNE, size="1280") as officer:
        officer.go("/office/confirmations/")
        demo.keep(officer.page, "confirmations-vi-1280")
        officer.follow(officer.page.locator("main a", has_text="ADEYEMI FOLAKE").first)
        demo.seen("what the officer compares", number in officer.page.inner_text("main"))
        officer.page.locator("main input[type=radio]").first.check(force=True)
        officer.follow(officer.button("Issue"))
        demo.seen("issued", number in officer.page.inner_text("main"), officer.path())
        demo.keep(officer.page, "issued-vi-1280")


def verify_code(demo: Demo, number: str) -> None:
    from ancu.apps.stays.models import Confirmation

    code = Confirmation.objects.filter(stay__document_number=number).latest("pk").code
    with demo.person() as bank:
        bank.go("/c/")
        bank.fill(code=code.lower().replace("-", " "))
        bank.follow(bank.button("Verify"))
        demo.seen("a bank verifies it", "ADEYEMI FOLAKE" in bank.page.inner_text("main"), bank.page.inner_text("h1"))
        demo.keep(bank.page, "verified-vi-360")
        bank.go("/c/")
        bank.fill(code="AAAA-BBBB-CCCC")
        bank.page.locator("main form [type=submit]").first.click()
        bank.page.wait_for_load_state()
        demo.seen("a code that is none is told so", "ADEYEMI" not in bank.page.content(), bank.page.inner_text("h1"))


@part
def pages(demo: Demo) -> None:
    demo.four_ways("self-check", "/guest/")
    demo.four_ways("self-check-errors", "/guest/", prepare=lambda page: press(page, "main form [type=submit]"))
    demo.four_ways("verify", "/c/")
    demo.four_ways("confirmations", "/office/confirmations/", COMMUNE)
    demo.four_ways("portal", "/office/portal/", OFFICER)
    demo.four_ways("connect", "/lodgings/portal/", MANAGER)
