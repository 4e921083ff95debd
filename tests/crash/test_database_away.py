"""The database is killed while people and programs work: everything is answered 503, soon, and goes on by itself."""

import http.client
import json
import time
from typing import NamedTuple
from urllib.parse import urlencode

import pytest

from tests.crash.house import House, wait_until

PATIENCE_S = 60
SIGN_IN = """
import django
django.setup()
from django.conf import settings
from django.test import Client
from ancu.apps.accounts.models import User
client = Client()
client.force_login(User.objects.get(email="alice@example.test"))
print(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)
"""
pytestmark = [pytest.mark.crash, pytest.mark.slow]


class Answer(NamedTuple):
    """What came back, and after how many seconds."""

    status: int
    headers: dict[str, str]
    body: str
    seconds: float


def ask(house: House, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
    began = time.monotonic()
    client = http.client.HTTPConnection("127.0.0.1", house.port, timeout=30)
    try:
        client.request(
            method, path, body.encode() or None, {name.replace("_", "-"): text for name, text in headers.items()}
        )
        answer = client.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read().decode(), time.monotonic() - began)
    finally:
        client.close()


def test_everything_is_answered_503_soon_and_goes_on_by_itself(house: House) -> None:
    token = house.run("-m", "tests.crash.prepare").strip()
    cookie = house.run("-c", SIGN_IN).strip().replace(" ", "=", 1)
    house.serve_pages()
    house.start_web()
    wait_until(house.answers, PATIENCE_S, "the web server does not answer")
    form = urlencode({"full_name": "Ngô Thị 'Hạnh' <b>", "csrfmiddlewaretoken": 64 * "a"})
    typed = {"Content_Type": "application/x-www-form-urlencoded", "Cookie": f"{cookie}; csrftoken={64 * 'a'}"}
    program = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
    before = [ask(house, "/"), ask(house, "/stays/today/", Cookie=cookie)]
    assert [answer.status for answer in before] == [200, 200], before

    house.kill_database()
    pages = [
        ask(house, "/"), ask(house, "/results/"), ask(house, "/no/such/page/", Cookie=cookie),
        ask(house, "/stays/today/", Cookie=cookie), ask(house, "/stays/declare/", "POST", form, **typed),
    ]  # fmt: skip
    large = json.dumps({"batch_reference": "x", "stays": [], "padding": "x" * 3_000_000})
    programs = [
        ask(house, "/api/v1/stays", **program), ask(house, "/api/v1/stays", "POST", large, **program),
        ask(house, "/client-service/kbtt/kbtt-3th", "POST", "{}", **program),
    ]  # fmt: skip
    for answer in [*pages, *programs]:
        assert (answer.status, "retry-after" in answer.headers) == (503, True), answer
        assert answer.seconds < 10
        assert "Traceback" not in answer.body
    assert "Ngô Thị &#x27;Hạnh&#x27; &lt;b&gt;" in pages[-1].body  # offered to be sent again
    assert json.loads(programs[0].body)["retry_safe"]
    assert ask(house, "/health/live").status == 200
    assert ask(house, "/health/ready").status == 503

    house.database.start()  # as its service manager would; the web server was not told
    wait_until(lambda: ask(house, "/").status == 200, PATIENCE_S, "the web server does not go on")
    assert ask(house, "/stays/today/", Cookie=cookie).status == 200
    assert "Traceback" not in (house.var / "house.log").read_text()
