"""A stay bears the searched name of its identity, whatever becomes of it."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models import F
from django.urls import reverse

from ancu.apps.stays.models import Stay, Upload
from ancu.apps.stays.services import acts, correcting, retention, uploads
from ancu.apps.stays.services.storing import COPY_FROM
from ancu.apps.stays.tests.test_api import make_token
from ancu.apps.stays.tests.test_declaring import guest, say
from ancu.apps.stays.tests.test_lodging_pages import guest as form
from ancu.apps.stays.tests.test_uploads import csv, line, send
from ancu.core import clock
from ancu.core.actor import system
from ancu.core.security.privacy import REDACTED, Keep
from ancu.core.testing.program import Program

pytestmark = pytest.mark.django_db


def differing() -> list[str]:
    """Stays that do not bear the key of their identity; one that was emptied bears none."""
    stays = Stay.objects.exclude(full_name=REDACTED, name_key="")
    return list(stays.exclude(name_key=F("identity__name_key")).values_list("full_name", flat=True))


def test_declared_by_any_way_corrected_withdrawn_and_emptied(world: Any, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    uploads._reading.cache_clear()
    bob, alice, pms = world.client("bob"), world.actor("alice"), Program(make_token(world.lodging))
    assert bob.post(reverse("stays:declare"), form()).status_code == 302
    send(bob, csv(line(), line("Đặng Văn LÂM", "X0000777", "LAO")))
    bob.post(reverse("stays:upload_confirm", args=[Upload.objects.get().pk]), {"good": 2})
    assert (
        pms.call("POST", "stays", [guest("A0001"), guest("A0002", full_name="Jörg  HOFFMANN-"), guest("A0003")])[0]
        == 200
    )
    say(world, *[guest(f"B{n:06}", full_name=f"GUEST {n} Ñ") for n in range(COPY_FROM + 1)])
    assert (differing(), Stay.objects.filter(name_key="").count()) == ([], 0)

    pks_by_document = dict(Stay.objects.values_list("document_number", "pk"))
    url = reverse("stays:correct", args=[pks_by_document["C01X0T478"]])
    assert bob.post(url, form(full_name="HOFMANN Jörg")).status_code == 302
    assert (
        pms.call(
            "PATCH",
            f"stays/{pks_by_document['A0001']}",
            {"full_name": "Eva Maria", "room": "9", "confirmed": ["guest_maybe_replaced"]},
        )[0]
        == 200
    )
    correcting.correct(actor=alice, stay_id=pks_by_document["A0002"], changes={"document_number": "A00022"})
    acts.change_room(actor=alice, stay_id=pks_by_document["A0003"], room="12")
    acts.withdraw(actor=alice, stay_id=pks_by_document["X0000777"], reason="twice")
    acts.check_out(actor=alice, stay_ids=[pks_by_document["M3820042"]], departed_on=clock.today())
    assert differing() == []
    keys = dict(Stay.objects.values_list("pk", "name_key"))
    assert (keys[pks_by_document["C01X0T478"]], keys[pks_by_document["A0001"]]) == ("hofmann jorg", "eva maria")
    [version] = Stay.objects.get(pk=pks_by_document["A0001"]).events.all()  # type: ignore[attr-defined]
    assert version.name_key == "hoffmann jorg"

    past = clock.today() - timedelta(days=Keep.STAY.value + 10)
    Stay.objects.filter(document_number__startswith="A").update(
        arrived_on=past, expected_departure=past, departed_on=past
    )
    assert retention.redact_stays(system("test")) == 3
    assert (differing(), Stay.objects.filter(full_name=REDACTED, name_key="").count()) == ([], 3)
