"""`manage.py read_passport`: a list, one object a picture, refusals included."""

import io
import json
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from django.core.management import CommandError, call_command
from PIL import Image

import ancu.engines.passports as passports
from benchmarks.mrz.pages import CaptureLook, page


def test_one_object_a_picture(tmp_path: Path) -> None:
    look = CaptureLook(tilt=0.05, blur=0.05, noise=3, dark=0, glare=0, jpeg=70, security=10, upright=1.0, other_faces=0)
    picture = page(np.random.default_rng(1), (900, 1200), look, "TD3")
    good, bad = tmp_path / "guest.jpg", tmp_path / "text.jpg"
    cv2.imwrite(str(good), picture.image)
    bad.write_text("no picture")
    out = io.StringIO()
    with pytest.raises(CommandError, match="2 of 3") as failed:
        call_command("read_passport", str(good), str(bad), str(tmp_path / "none.jpg"), "--json", stdout=out)
    assert failed.value.returncode == 2
    first, second, third = json.loads(out.getvalue())
    assert first["lines"] == list(picture.document.lines)
    assert (first["format"], first["valid"], first["problem"]) == ("TD3", True, None)
    assert first["fields"]["nationality"] == picture.document.lines[1][10:13].rstrip("<")
    assert (second["problem"], second["lines"], second["valid"]) == ("not_an_image", [], False)
    assert third["problem"] == "no_file"
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("read_passport", str(good), str(bad), stdout=out)
    output_lines = out.getvalue().splitlines()
    assert output_lines[1:3] == [f"  {line}" for line in picture.document.lines]
    assert output_lines[3:] == [f"{bad}: - not_an_image"]
    call_command("read_passport", str(good), stdout=out)  # all read: nothing is raised


PICTURES = Path(passports.__file__).parent / "tests" / "pictures"
MANAGE = Path(__file__).parents[3] / "manage.py"
MOST_MEGABYTES = 250
MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], capture_output=True, text=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
print(done.stdout, done.stderr)
"""


@pytest.mark.slow
def test_it_needs_no_more_memory_than_a_small_machine_has(tmp_path: Path) -> None:
    """As a program of its own: the pictures we have, and one as a phone with many pixels makes it."""
    large = tmp_path / "large.jpg"
    with Image.open(PICTURES / "kim.jpg") as picture:
        picture.resize((6000, 6000 * picture.height // picture.width)).save(large)
    command = [sys.executable, str(MANAGE), "read_passport", *map(str, sorted(PICTURES.glob("*.jpg"))), str(large)]
    process = subprocess.run([sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=True)
    megabytes, *lines = process.stdout.splitlines()
    assert f"{large}: TD3 certain" in lines
    assert int(megabytes) <= MOST_MEGABYTES


@pytest.mark.slow
def test_a_picture_as_some_phones_write_it(tmp_path: Path) -> None:
    heic = tmp_path / "guest.heic"
    with Image.open(PICTURES / "kim.jpg") as picture:
        pillow_heif.from_pillow(picture.convert("RGB")).save(heic, quality=90)
    out = io.StringIO()
    call_command("read_passport", str(heic), "--json", stdout=out)
    assert json.loads(out.getvalue())[0]["fields"]["document_number"] == "M38200429"
