"""The demo is there as a whole or not at all."""

from typing import Any

import pytest
from django.core.management import call_command

from ancu.apps.accounts.enums import OrganisationKind
from ancu.apps.accounts.models import Organisation
from ancu.demo.management.commands import load_demo


@pytest.mark.django_db
def test_a_demo_whose_making_breaks_off_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def make_organisation(**_: Any) -> dict[str, int]:
        Organisation.objects.create(kind=OrganisationKind.AGENCY, name="half made")
        return {"organisations": 1}

    def breaks(**_: Any) -> dict[str, int]:
        raise RuntimeError

    for name in [name for name in vars(load_demo) if name.startswith("load_")]:
        monkeypatch.setattr(load_demo, name, breaks if name == "load_reporting" else make_organisation)
    with pytest.raises(RuntimeError):
        call_command("load_demo")
    assert not Organisation.objects.filter(name="half made").exists()
