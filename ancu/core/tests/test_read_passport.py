"""`manage.py read_passport`: a list, one object a picture, refusals included."""

import io
import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from benchmarks.mrz.pages import Look, page


def test_one_object_a_picture(tmp_path: Path) -> None:
    look = Look(tilt=0.05, blur=0.05, noise=3, dark=0, glare=0, jpeg=70, security=10, upright=1.0, other_faces=0)
    seen = page(np.random.default_rng(1), (900, 1200), look, "TD3")
    good, bad = tmp_path / "guest.jpg", tmp_path / "text.jpg"
    cv2.imwrite(str(good), seen.image)
    bad.write_text("no picture")
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 of 3") as failed:
        call_command("read_passport", str(good), str(bad), str(tmp_path / "none.jpg"), "--json", stdout=out)
    assert failed.value.returncode == 2
    first, second, third = json.loads(out.getvalue())
    assert first["lines"] == list(seen.document.lines)
    assert (first["format"], first["valid"], first["problem"]) == ("TD3", True, None)
    assert first["fields"]["nationality"] == seen.document.lines[1][10:13].rstrip("<")
    assert (second["problem"], second["lines"], second["valid"]) == ("not_an_image", [], False)
    assert third["problem"] == "no_file"
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("read_passport", str(good), str(bad), stdout=out)
    told = out.getvalue().splitlines()
    assert told[1:3] == [f"  {line}" for line in seen.document.lines]
    assert told[3:] == [f"{bad}: - not_an_image"]
    call_command("read_passport", str(good), stdout=out)  # all read: nothing is raised
