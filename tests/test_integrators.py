"""The examples of docs/api.md, run as they stand, against a real server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ancu.apps.accounts.services import create_token as create_organisation_token
from ancu.apps.dossiers.models import Dossier
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.lodging.services import create_token
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.models import Stay

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def run(example: str, server: str, secret: str, **named: str) -> Any:
    command = example.replace("https://office.example", server).strip()
    done = subprocess.run(
        ["bash", "-c", f"{command} --silent --show-error"],
        env=os.environ | named | {"TOKEN": secret, "no_proxy": "*"}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_first_example_declares_a_guest_and_again_finds_him_declared(live_server: Any) -> None:
    world = make_world()
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="hotel program")
    answers = [run(EXAMPLES[0], live_server.url, secret) for _again in range(2)]
    assert answers[0]["accepted"] == answers[0]["read"] == 1
    assert answers[0] == answers[1]  # the same reference with the same body gets the same answer
    assert Stay.objects.get().full_name == "HOFFMANN JÖRG"


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_ministrys_example_signs_a_program_in(live_server: Any) -> None:
    world = make_world()
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="hotel program")
    told = run(EXAMPLES[1], live_server.url, secret, LODGING=world.lodging.code)
    assert (told["code"], told["data"]["CsltId"]) == ("200", str(world.lodging.pk))


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_third_example_checks_a_dossier_and_keeps_nothing(live_server: Any) -> None:
    world = make_cast(make_world())
    _token, secret = create_organisation_token(world.actor("ramon"), name="HR program")
    told = run(EXAMPLES[2], live_server.url, secret)
    assert (told["status"], told["notices"]) == ("checked", [])
    assert told["answers"]["NA8"]["passport_number"] == "533380006"
    assert {"field_missing", "component_missing"} <= {one["code"] for one in told["findings"]}
    assert not Dossier.objects.exists()
