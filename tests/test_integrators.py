"""The examples of docs/api.md, run as they stand, against a real server."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from ancu.apps.lodging.services import create_token
from ancu.apps.lodging.tests.factories import make_world
from ancu.apps.stays.models import Stay

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
EXAMPLES = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl on this machine")
@pytest.mark.django_db(transaction=True)
def test_the_first_example_declares_a_guest_and_again_finds_him_declared(live_server: Any) -> None:
    world = make_world()
    _token, secret = create_token(world.actor("alice"), establishment=world.lodging, name="hotel program")
    command = EXAMPLES[0].replace("https://office.example", live_server.url).strip()
    answers = []
    for _again in range(2):
        done = subprocess.run(
            ["bash", "-c", f"{command} --silent --show-error"],
            env=os.environ | {"TOKEN": secret, "no_proxy": "*"}, capture_output=True, text=True, check=True,
        )  # fmt: skip
        answers.append(json.loads(done.stdout))
    assert answers[0]["accepted"] == answers[0]["read"] == 1
    assert answers[0] == answers[1]  # the same reference with the same body gets the same answer
    assert Stay.objects.get().full_name == "HOFFMANN JÖRG"
