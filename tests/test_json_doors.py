"""Every address that takes JSON refuses what is nested beyond reason before it is parsed, in its documented shape."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ancu.apps.accounts.services import create_token as create_key
from ancu.apps.dossiers.services.money.providers import TestProvider
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.lodging.services import create_token
from ancu.apps.stays.models import Stay
from ancu.apps.stays.services.programs import MOST_BYTES, MOST_BYTES_OF_ACT
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db
DEEP = b"[" * 20_000
DEEP_OBJECT = b'{"stays":' * 5_000
FAILURE = {"code", "message_vi", "message_en", "retry_safe", "retry"}


@pytest.fixture
def pms(world: Any) -> Program:
    return Program(make_token(world.lodging))


@pytest.mark.parametrize("body", [DEEP, DEEP_OBJECT, b'{"reason": ' + DEEP, b'{"a"', b"\xff", b'"\\ud800"'])
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "stays"),
        ("PATCH", "stays/{stay}"),
        ("POST", "stays/{stay}/check-out"),
        ("POST", "stays/{stay}/extend"),
        ("POST", "stays/{stay}/withdraw"),
        ("POST", "webhooks"),
        ("PATCH", "webhooks/1"),
        ("POST", "webhooks/1/replay"),
    ],
)
def test_the_api_of_lodgings(pms: Program, method: str, path: str, body: bytes) -> None:
    pms.call("POST", "stays", guest())
    status, answer = pms.call(method, path.format(stay=Stay.objects.get().pk), body)
    assert (status, answer["code"]) == (400, "malformed_json"), answer
    assert set(answer) >= FAILURE and answer["retry"] == "never"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "stays", "stays"),
        ("POST", "stays", {"stays": {}}),
        ("POST", "stays", [5, "x", None, {"full_name": {"of": "one"}}]),
        ("PATCH", "stays/{stay}", []),
        ("PATCH", "stays/{stay}", {"room": {"number": 5}}),
        ("PATCH", "stays/{stay}", {"room": "5", "reason": ["moved"]}),
        ("POST", "stays/{stay}/check-out", {"departed_on": ["today"]}),
        ("POST", "stays/{stay}/extend", {"expected_departure": {"day": 5}}),
        ("POST", "stays/{stay}/extend", 5),
        ("POST", "stays/{stay}/withdraw", {"reason": {"said": "twice"}}),
        ("POST", "receipts/{receipt}/withdraw", {"reason": 5}),
        ("POST", "receipts/{receipt}/withdraw", None),
        ("POST", "webhooks", {"url": 5, "events": "all"}),
        ("POST", "webhooks", []),
        ("PATCH", "webhooks/1", {"events": [5]}),
        ("POST", "webhooks/1/replay", {"since": "yesterday"}),
    ],
)
def test_a_body_of_another_shape(pms: Program, method: str, path: str, body: Any) -> None:
    pms.call("POST", "stays", guest())
    stay = Stay.objects.get()
    path = path.format(stay=stay.pk, receipt=stay.submission.number)
    status, response = pms.call(method, path, json.dumps(body).encode())
    assert status in (400, 422), response
    if "rows" in response:
        assert all(error["code"] for row in response["rows"] for error in row["errors"])
    else:
        assert set(response) >= FAILURE and response["retry"] == "never", response
    assert list(Stay.objects.values_list("room", "status", "departed_on")) == [(stay.room, stay.status, None)]


@pytest.mark.parametrize("path", ["stays/file", "files"])
def test_a_file_of_json(pms: Program, path: str) -> None:
    status, answer = pms.call("POST", path, DEEP)
    assert (status, answer["problem"]["code"]) == (422, "json_too_deep")


@pytest.mark.parametrize("path", ["dossiers", "uploads"])
def test_the_api_of_organisations(world: Any, path: str) -> None:
    hr = Program(create_key(make_cast(world).actor("ramon"), name="HR program")[1])
    status, answer = hr.call("POST", path, b'{"answers": ' + DEEP)
    assert (status, answer["code"]) == (400, "malformed_json")
    assert set(answer) >= FAILURE


def test_the_addresses_of_the_ministry(world: Any) -> None:
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="PMS")
    client = Client(enforce_csrf_checks=True)
    form = {"username": world.lodging.code, "password": secret, "grant-type": "api_cslt"}
    session = client.post("/authorization-service/oauth/token", form).json()["data"]["AccessToken"]
    answer = client.post(
        "/client-service/kbtt/kbtt-3th", DEEP, "application/json", headers={"Authorization": f"Bearer {session}"}
    )
    assert (answer.status_code, answer.json()["code"], answer.json()["data"]) == (400, "400", None)


def test_a_notification_of_payment() -> None:
    signature = {TestProvider.header: TestProvider()._sign(DEEP)}
    answer = Client().post(reverse("dossiers:notify", args=["test"]), DEEP, "application/json", headers=signature)
    assert answer.status_code == 400


@pytest.mark.parametrize("body", [DEEP, b"{", b'{"name": ' + DEEP])
def test_what_phones_call(world: Any, body: bytes) -> None:
    answer = world.client("bob").post(reverse("stays:phone_enrol"), body, "application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


def test_the_answer_of_a_key_at_sign_in() -> None:
    answer = Client().post(reverse("mfa_login_webauthn"), {"credential": DEEP.decode()})
    assert answer.status_code in (200, 302)


def test_what_is_too_large_is_told_with_the_limit(pms: Program) -> None:
    room = "x" * MOST_BYTES
    assert pms.call("GET", "limits")[1]["bytes_per_call"] == MOST_BYTES
    for path, limit in (("stays", MOST_BYTES), ("stays/1/withdraw", MOST_BYTES_OF_ACT), ("webhooks", 64 * 1024)):
        status, answer = pms.call("POST", path, json.dumps({"room": room, "reason": "x"}).encode())
        assert (status, answer["code"], answer["limit"]) == (413, "body_too_large", limit)


# Texts of our own: what lies in our tables, or comes from a process that we started and that opens nobody's file.
OWN = {
    "ancu/apps/audit/selectors/checks.py",
    "ancu/apps/reporting/selectors/public.py",
    "ancu/engines/json_text.py",
    "ancu/engines/confinement/launching.py",
    "ancu/engines/omr/layout.py",
    "ancu/apps/reporting/selectors/published.py",
    "ancu/apps/reporting/services/papers.py",
    "ancu/apps/community/services/confirming.py",
    "ancu/apps/stays/views/devices.py",
    "ancu/apps/tips/selectors/opening.py",
    "ancu/apps/surveys/rules/definition.py",
    "ancu/apps/surveys/selectors/crosses.py",
    "ancu/apps/surveys/selectors/results.py",
    "ancu/apps/oversight/selectors/gathering.py",
    "ancu/apps/oversight/selectors/task_groups.py",
    "ancu/apps/reporting/selectors/year_results.py",
    "ancu/core/db/migration_history.py",
    "ancu/core/web/one_time_cookie.py",
    "ancu/core/testing/program.py",
    "ancu/config/management/commands/restore_check.py",
    "ancu/config/monitoring/figures.py",
}


def test_nobody_parses_json_from_outside_without_limits() -> None:
    root = Path(__file__).resolve().parent.parent
    parses: Callable[[str], Any] = re.compile(r"(?<![_\w])(json\.loads|msgspec\.json\.decode|json\.decode)\(").search
    parsers = {
        path.relative_to(root).as_posix()
        for path in (root / "ancu").rglob("*.py")
        if "/tests/" not in path.as_posix() and parses(path.read_text())
    }
    assert parsers <= OWN, parsers - OWN
