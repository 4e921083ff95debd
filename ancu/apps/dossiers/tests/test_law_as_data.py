"""A procedure and a form's new version are entered as data: no line of code changes, and every page knows them."""

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import reverse

from ancu.apps.dossiers.enums import Filer
from ancu.apps.dossiers.tests.factories import make_cast
from ancu.apps.dossiers.tests.test_filing_pages import read
from ancu.apps.lodging.tests.factories import World
from ancu.core.testing.html import without_line_breaks
from ancu.engines.rulebook import forms, loader

DAY = "2026-11-24"
REMEMBERED: Any = type(loader.shipped_rules)
PROCEDURE = """
[[rule]]
id = "procedure.border_visit"
title_vi = "Giấy phép thăm chợ biên giới"
title_en = "Permit to visit a border market"

[[rule.version]]
version = "1/2026"
valid_from = 2026-01-01
summary_vi = "Đi chợ phiên trong ngày."
summary_en = "To a market day and back."
wish = "permit"
filers = ["citizen"]
forms = ["NA5"]
checks = ["stay_still_valid"]
fee = { rule = "flat", code = "stay_extension" }
deadline_days = 2
decides = "provincial_division"
online = true
supplement_days = 15
article_vi = "Điều 1 Quyết định 1/2026"
article_en = "Decision 1/2026, art. 1"
source_vi = "Thử"
source_en = "A trial"
confidence = "I"
components = [
  { key = "passport", kind = "original", required = true, label_vi = "Hộ chiếu", label_en = "Passport" },
]
"""
VERSION = """
[[rule.version]]
version = "1/2027"
like = "{before}"
valid_from = 2027-01-01
article_vi = "Thông tư 1/2027/TT-BCA"
article_en = "Circular 1/2027/TT-BCA"
source_vi = "Thử"
source_en = "A trial"
confidence = "I"
drop = ["occupation"]
"""


@pytest.fixture
def law(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the law to write in; what was read of it is forgotten before and after."""
    copy = tmp_path / "data"
    copytree(str(loader.DATA), copy)
    for module in (loader, forms):
        monkeypatch.setattr(module, "DATA", copy)
    forget()
    yield copy
    monkeypatch.undo()
    forget()


def forget() -> None:
    for name in [name for name in sys.modules if name.startswith("ancu.")]:
        for value in list(vars(sys.modules[name]).values()):
            if isinstance(value, REMEMBERED):
                value.cache_clear()


def test_a_procedure_is_entered_as_data(world: World, law: Path, capsys: Any) -> None:
    (law / "procedures" / "border.toml").write_text(PROCEDURE, encoding="utf-8")
    forget()
    cast = make_cast(world)
    assert "Permit to visit a border market" in read(cast.client("rosa").get("/office/rulebook", {"on": DAY}))
    mia = cast.client("mia")
    request_fields = mia.get(reverse("dossiers:triage"), {"filer": "citizen", "wish": "permit", "holds": "visa"})
    assert reverse("dossiers:procedure", args=["border_visit"]) in read(request_fields)
    assert "Permit to visit a border market" in read(cast.client().get("/procedures/"))
    body = {"filer": Filer.CITIZEN, "side": "foreigner", "receipt": ""}
    begun = mia.post(reverse("dossiers:begin", args=["border_visit"]), body)
    assert mia.get(begun["Location"]).status_code == 200
    call_command("rulebook", "--on", DAY, "--json")
    outcome = {procedure["code"]: procedure for procedure in json.loads(capsys.readouterr().out)["procedures"]}
    assert outcome["border_visit"]["deadline_working_days"] == 2


def test_a_new_version_of_a_form_begins_on_its_day(world: World, law: Path) -> None:
    file = law / "forms" / "na5.toml"
    before = loader.rules()["form.NA5"].versions[-1].version
    named = f'version = "{before}"\n'
    text = file.read_text(encoding="utf-8").replace(named, f"{named}valid_until = 2026-12-31\n")
    file.write_text(text + VERSION.format(before=before), encoding="utf-8")
    forget()
    page_text = read(make_cast(world).client("rosa").get("/office/rulebook", {"on": DAY}))
    page_text = without_line_breaks(page_text)
    assert "01/01/2027" in page_text and f"{before} → 1/2027" in page_text  # what changes next
    now, then = (forms.get_form("NA5", day) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert "occupation" in now.fields and "occupation" not in then.fields
